"""Errors in Vietnamese: at public functions, on the command line, and kept up with the code."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.cli import main
from pangoprep.error_words import environment_language, in_vietnamese
from pangoprep.errors import PangoprepError
from pangoprep.sentence import Sentence
from pangoprep.tables import read_table

PACKAGE = Path(pp.__file__).parent
FRAME = pd.DataFrame({"Mã KH": ["1"], "Họ tên": ["An"], "SĐT": ["0912345678"]})
#: The few sentences that nobody meets who is not mending the package.
LEFT = {"upload/ledger/journal_file.py": 1}
#: Functions that say something to people.
SAYING = {"note", "tell", "said"}


def calls(file: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def wordings(file: Path) -> Iterator[tuple[str, int]]:
    """The wordings of a file's sentences, and how many values each gets."""
    for call in calls(file):
        if getattr(call.func, "id", "") == "Sentence":
            assert isinstance(call.args[0], ast.Constant), f"{file.name}:{call.lineno}"
            yield str(call.args[0].value), len(call.args) - 1


def said(file: Path) -> Iterator[ast.expr]:
    """What a file raises, or what a command tells and notes."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        call = node.exc if isinstance(node, ast.Raise) else node
        if isinstance(call, ast.Call) and call.args:
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            if isinstance(node, ast.Raise) or name in SAYING:
                yield call.args[0]


def plain(wording: str) -> Sentence:
    """A wording with bare holes, filled with values that no language changes."""
    pieces = list(Formatter().parse(wording))
    bare = "".join(
        text.replace("{", "{{").replace("}", "}}") + ("" if place is None else f"{{{place}}}")
        for text, place, _, _ in pieces
    )
    n_values = max((int(place) for _, place, _, _ in pieces if place), default=0)
    return Sentence(bare, *["'x'"] * n_values)


def english_left(text: str) -> list[str]:
    """The sentences of a text that are not said in Vietnamese."""
    told = in_vietnamese(text)
    commands = re.compile(r'pip install "[^"]*"')
    has_words = re.compile(r"(?<![\w'.-])[A-Za-z][a-z]+(?![\w'.=(-])")
    return [
        sentence
        for sentence in re.split(r"(?<=[.?]) +", text)
        if has_words.search(commands.sub("", sentence)) and sentence in told
    ]


def test_what_is_raised_keeps_what_it_was_made_of() -> None:
    found = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        for text in said(file)
        if isinstance(text, ast.JoinedStr)
        or (
            isinstance(text, ast.BinOp)
            and any(isinstance(n, ast.JoinedStr) for n in ast.walk(text))
        )
    }
    assert found == {"__init__.py", "columns/hashing.py"}  # as Python says it


def test_every_sentence_of_the_tables_is_said_somewhere() -> None:
    hole = re.compile(r"(?<!\{)\{[0-9](?:[!:][^{}]*)?\}(?!\})")
    texts = {
        node.value
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    plain_texts = {text.replace("{", "{{").replace("}", "}}") for text in texts}
    code = "\n".join([*(hole.sub("{}", text) for text in texts), *plain_texts])
    for table in ("error_words", "error_clauses"):
        for row in read_table(table).to_pylist():
            assert hole.sub("{}", row["en"]) in code, row["en"]


def test_every_sentence_has_the_same_holes_in_both_languages() -> None:
    rows = read_table("error_words").to_pylist() + read_table("error_clauses").to_pylist()
    assert len({row["en"] for row in rows}) == len(rows)
    for row in rows:
        holes = [sorted(re.findall(r"\{[0-9]\}", row[code])) for code in ("en", "vi")]
        assert holes[0] == holes[1], row["en"]
        assert row["vi"].strip() != row["en"].strip()
        assert [row[code][:1] == " " for code in ("en", "vi")] in ([True] * 2, [False] * 2)


def test_every_sentence_can_be_said_in_vietnamese() -> None:
    left: dict[str, list[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in said(file):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                name = file.relative_to(PACKAGE).as_posix()
                left.setdefault(name, []).extend(english_left(node.value))
    assert {name: len(found) for name, found in left.items() if found} == LEFT, left


def test_every_wording_can_be_said_in_vietnamese() -> None:
    n_wordings, left = 0, []
    for file in sorted(PACKAGE.rglob("*.py")):
        for wording, n_values in wordings(file):
            holes = [int(place) for _, place, _, _ in Formatter().parse(wording) if place]
            assert set(holes) == set(range(1, n_values + 1)), wording
            left += [f"{file.name}: {sentence}" for sentence in english_left(plain(wording))]
            n_wordings += 1
    assert n_wordings > 450
    assert left == []


CALLS: dict[str, Callable[..., Any]] = {
    "Không có tùy chọn 'timezone_gtm'. Có phải ý bạn là 'timezone_gmt'?": (
        lambda **lang: FRAME.pango.validate(timezone_gtm=7, **lang)
    ),
    "Không dùng được phone_format='x'; hãy ghi 'national' hoặc 'e164'.": (
        lambda **lang: pp.validate(FRAME, phone_format="x", **lang)  # type: ignore[arg-type]
    ),
    "Không có loại đối tượng nào tên 'custmer-identity'. Có phải ý bạn là 'customer-identity'?": (
        lambda **lang: pp.clean(FRAME, "custmer-identity", **lang)
    ),
    "customer-identity cần phone, hoặc email;": (
        lambda **lang: FRAME[["Mã KH"]].pango.validate("customer-identity", **lang)
    ),
    "ignore: không có quy tắc 'phone.unredable'. Có phải ý bạn là 'phone.unreadable'? Xem docs": (
        lambda **lang: FRAME.pango.validate(ignore=["phone.unredable"], **lang)
    ),
    'PangoCDP cần biết dữ liệu đến từ đâu: source="CRM".': (
        lambda **lang: FRAME.pango.send("customer-identity", **lang)
    ),
}


@pytest.mark.parametrize("wanted", CALLS)
def test_an_error_is_said_in_the_language_of_the_call(wanted: str) -> None:
    call = CALLS[wanted]
    with pytest.raises(PangoprepError) as told:
        call(lang="vi")
    assert wanted in str(told.value)
    with pytest.raises(PangoprepError) as told:
        call()
    assert str(told.value).isascii() or "Mã KH" in str(told.value)
    assert wanted not in str(told.value)


def test_the_environment_says_it_for_reports_and_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANGOPREP_LANG", "vi_VN.UTF-8")
    with pytest.raises(PangoprepError, match=r"^Không có tệp 'nope.csv'"):
        pp.read("nope.csv")
    assert "sẵn sàng" in str(FRAME.pango.validate(day_first=True))
    assert "ready" in str(FRAME.pango.validate(lang="en"))
    with pytest.raises(PangoprepError, match="there is no rule"):
        FRAME.pango.validate(ignore=["x.y"], lang="en")


@pytest.mark.parametrize(
    ("value", "lang"), [("vi", "vi"), ("VI", "vi"), ("vi-VN", "vi"), ("", "en"), ("vienna", "en")]
)
def test_which_languages_the_environment_can_name(
    monkeypatch: pytest.MonkeyPatch, value: str, lang: str
) -> None:
    monkeypatch.setenv("PANGOPREP_LANG", value)
    assert environment_language() == lang


def test_a_recipe_says_it_too(tmp_path: Path) -> None:
    recipe = pp.Recipe(entity="customer-identity", options={"lang": "vi"})
    path = recipe.save(tmp_path / "a.toml")
    for given in (recipe, path):
        with pytest.raises(PangoprepError, match="Không có tùy chọn 'nope'"):
            FRAME.pango.validate(recipe=given, nope=1)


def test_a_sentence_that_begins_with_a_hole_leaves_the_one_before_it() -> None:
    told = Sentence("The ledger {1!r} has no run {2!r}. {3!r} is a folder. {4} is empty.", *"axbc")
    assert in_vietnamese(told).endswith("không có lượt gửi 'x'. 'b' là thư mục. c trống.")


def test_names_and_values_stay_as_they_are() -> None:
    values = "a and b. There is no file.csv", "this. It is a text. and that.csv"
    told = in_vietnamese(Sentence("There is no file {1!r}. {2} is empty.", *values))
    assert told == f"Không có tệp {values[0]!r}. {values[1]} trống."
    assert in_vietnamese("There is no file 'a.csv'.") == "There is no file 'a.csv'."
    assert in_vietnamese("") == ""
    assert in_vietnamese("Nothing we know. {x} and (y.") == "Nothing we know. {x} and (y."


def test_a_value_that_stands_elsewhere_in_vietnamese_is_put_there() -> None:
    for row in read_table("error_words").to_pylist():
        numbers = [re.findall(r"\{([1-9])\}", row[code]) for code in ("en", "vi")]
        if numbers[0] != numbers[1] and len(set(numbers[0])) > 1:
            values = [f"<{n}>" for n in range(1, 10)]
            told = in_vietnamese(Sentence(row["en"], *values))
            assert re.findall(r"<([1-9])>", told) == numbers[1], row["en"]


@pytest.mark.parametrize("how", [["--lang", "vi"], ["--lang=vi"], []])
def test_the_command_line_says_it(tmp_path: Path, how: list[str]) -> None:
    data = tmp_path / "a.csv"
    FRAME.to_csv(data, index=False)
    # A process, since the language is that of its words and its environment.
    command = [sys.executable, "-m", "pangoprep", "validate", str(data), *how]
    environment = {"PANGOPREP_LANG": "" if how else "vi", "PYTHONIOENCODING": "utf-8"}
    good = _run([*command, "--out", str(tmp_path / "r.html")], environment)
    assert good.returncode == 0
    assert "sẵn sàng" in good.stdout
    assert "Đã ghi: " in good.stderr
    bad = _run([*command, "--sheet", "x"], environment)
    assert bad.returncode == 2
    assert bad.stderr.startswith("Lỗi: a.csv không phải tệp Excel nên không có trang tính 'x'.")


def _run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, encoding="utf-8", timeout=120,
        check=False,
    )  # fmt: skip


def test_what_an_argument_must_be_can_be_said_in_vietnamese() -> None:
    tables = ("error_clauses", "error_words")
    kinds = {row["en"] for table in tables for row in read_table(table).to_pylist()}
    wanted = [
        call.args[-1].value
        for file in PACKAGE.rglob("*.py")
        for call in calls(file)
        if getattr(call.func, "id", getattr(call.func, "attr", "")) in ("instance_of", "_wrong")
        and isinstance(call.args[-1], ast.Constant)
    ]
    assert len(wanted) > 10
    assert sorted(set(wanted) - kinds) == []


@pytest.mark.parametrize("before", [None, "en", "vi"])
def test_a_command_leaves_the_language_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], before: str | None
) -> None:
    monkeypatch.delenv("PANGOPREP_LANG", raising=False)
    if before is not None:
        monkeypatch.setenv("PANGOPREP_LANG", before)
    monkeypatch.setattr(sys, "argv", ["pangoprep", "validate", "absent.csv", "--lang", "vi"])
    with pytest.raises(SystemExit):
        main()
    assert "Không có tệp" in capsys.readouterr().err
    assert os.environ.get("PANGOPREP_LANG") == before


def test_what_python_shows_is_in_the_language_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PANGOPREP_LANG", "vi")
    bench = FRAME.assign(SĐT="12").pango.workbench("customer-identity", lang="vi")
    step = bench.fix("phone", {"12": "0912345678"})
    assert repr(step).startswith("<Bước 1: fix phone; đã sửa 1 dòng, 1 dòng hết bị giữ; bench.fix(")
    assert "Workbench sau 1 bước" in repr(bench)
    recipe = tmp_path / "old.toml"
    recipe.write_text(
        'version = 1\nentity = "customer-identity"\n[fixes.phone]\n"12" = "0912345678"\n', "utf-8"
    )
    with pytest.warns(
        UserWarning, match=r"^old\.toml chứa .*pangoprep move-fixes old\.toml$"
    ) as said:
        pp.Recipe.load(recipe)
    assert said[0].filename == __file__
