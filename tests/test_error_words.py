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
from pangoprep.error_words import environment_language, in_vietnamese
from pangoprep.errors import PangoprepError
from pangoprep.sentence import Sentence
from pangoprep.tables import read_table

PACKAGE = Path(pp.__file__).parent
FRAME = pd.DataFrame({"Mã KH": ["1"], "Họ tên": ["An"], "SĐT": ["0912345678"]})
#: Sentences that are put together elsewhere, or that nobody meets who is not mending the package:
#: how many each file has. Another one belongs into the table.
LEFT = {
    "__init__.py": 1, "columns/hashing.py": 1, "commands/credentials.py": 1,
    "matching/fixes.py": 1, "matching/value_templates.py": 1,
    "upload/ledger/journal_file.py": 1,
}  # fmt: skip


def _written(node: ast.AST) -> str | None:
    """Return a text of the code, each hole of it a sign; None for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_written(value) or "§" for value in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return f"{_written(node.left) or '§'}{_written(node.right) or '§'}"
    return None


def wordings(file: Path) -> Iterator[tuple[str, int]]:
    """The wordings of a file's sentences, and how many values each gets."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Sentence":
            assert isinstance(node.args[0], ast.Constant), f"{file.name}:{node.lineno}"
            yield str(node.args[0].value), len(node.args) - 1


def texts(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if (text := _written(node)) and not text.isspace():
            yield text


def shape(text: str) -> str:
    return re.sub(r"[^\W\d_]*§\S*|\{[0-9]\}", "§", text)


def test_every_sentence_of_the_table_is_said_somewhere() -> None:
    code = "\n".join(text for file in PACKAGE.rglob("*.py") for text in texts(file))
    code = code.replace("{{", "{").replace("}}", "}")
    rows = read_table("error_words").to_pylist() + read_table("error_clauses").to_pylist()
    for row in rows:
        for piece in re.split(
            r"\{[0-9]\}(?: is | are )?", row["en"].replace("{{", "{").replace("}}", "}")
        ):
            words = piece.strip(" '\"")
            assert words in code or len(words) < 4, row["en"]


def test_every_sentence_has_the_same_holes_in_both_languages() -> None:
    rows = read_table("error_words").to_pylist() + read_table("error_clauses").to_pylist()
    assert len({row["en"] for row in rows}) == len(rows)
    for row in rows:
        holes = [sorted(re.findall(r"\{[0-9]\}", row[code])) for code in ("en", "vi")]
        assert holes[0] == holes[1], row["en"]
        assert row["vi"].strip() != row["en"].strip()
        assert [row[code][:1] == " " for code in ("en", "vi")] in ([True] * 2, [False] * 2)


def said(file: Path) -> Iterator[str]:
    """The sentences that a file raises, or that a command tells and notes."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        call = node.exc if isinstance(node, ast.Raise) else node
        if not isinstance(call, ast.Call) or not call.args:
            continue
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        told = isinstance(node, ast.Raise) or name in ("note", "tell")
        if told and (text := _written(call.args[0])):
            yield text


def test_every_sentence_can_be_said_in_vietnamese() -> None:
    left: dict[str, list[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        for text in said(file):
            bare = re.sub(r"(?<=[.?])§+(?=\Z| [A-Z])", "", text)  # hints bring their space
            filled = re.sub("§", "'x'", bare)
            told = in_vietnamese(filled)
            for sentence in re.split(r"(?<=[.?]) +", filled):
                words = re.sub("'x'|[^a-z ]", "", sentence).split()
                if len(words) > 2 and sentence in told:
                    left.setdefault(file.relative_to(PACKAGE).as_posix(), []).append(sentence)
    assert {name: len(sentences) for name, sentences in left.items()} == LEFT, left


def test_every_wording_can_be_said_in_vietnamese() -> None:
    n_wordings, left = 0, []
    for file in sorted(PACKAGE.rglob("*.py")):
        for wording, n_values in wordings(file):
            holes = [int(place) for _, place, _, _ in Formatter().parse(wording) if place]
            assert set(holes) == set(range(1, n_values + 1)), wording
            plain = re.sub(r"(?<=\{)(\d)[!:][^}]*", r"\1", wording)
            told = in_vietnamese(Sentence(plain, *["'x'"] * n_values))
            for sentence in re.split(r"(?<=[.?]) +", Sentence(plain, *["'x'"] * n_values)):
                bare = re.sub(r'pip install "[^"]*"', "", sentence)
                if re.search(r"(?<![\w'.-])[A-Za-z][a-z]+(?![\w'.=(-])", bare) and sentence in told:
                    left.append(f"{file.name}: {sentence}")
            n_wordings += 1
    assert n_wordings > 250
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
    said = in_vietnamese("The ledger 'a' has no run 'x'. 'a.db' is a folder. Make it again.")
    assert said == "Sổ theo dõi 'a' không có lượt gửi 'x'. 'a.db' là thư mục. Hãy tạo lại."


def test_names_and_values_stay_as_they_are() -> None:
    assert in_vietnamese("There is no file 'a and b. There is no file.csv'.").startswith(
        "Không có tệp 'a and b. There is no file.csv'."
    )
    assert in_vietnamese("this and that.csv is empty.") == "this and that.csv trống."
    assert in_vietnamese("") == ""
    assert in_vietnamese("Nothing we know. {x} and (y.") == "Nothing we know. {x} and (y."


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
