"""What is kept of random sessions does the same again: the script, and the saved steps."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from tests.workbench.random_steps import ENTITIES, Player, assert_alike, tables


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_script_and_the_saved_steps_do_the_same(
    entity: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, cells = ENTITIES[entity]
    frame, how = tables(entity, 20, 100)
    bench = frame.pango.workbench(name, **how)
    player = Player(bench, lambda: bench, cells, np.random.default_rng(100))
    for _ in range(8):
        try:
            player.step()
        except pp.PangoprepError:
            continue
    assert len(bench.steps)
    scope: dict[str, Any] = {"frame": frame, **how}
    exec(bench.code(), scope)
    assert_alike(scope["report"], bench.report)
    assert bench.report.headline in capsys.readouterr().out
    again = frame.pango.workbench(name, **how).open(bench.save(tmp_path / "steps.pango"))
    assert_alike(again.report, bench.report)
    assert again.code() == bench.code()


@pytest.mark.parametrize(
    "how", ["cut", "sorted", "unfolded", "several files", "edited", "renamed", "a column less",
            "another label", "open"]
)  # fmt: skip
def test_the_script_names_no_file_whose_rows_are_others(how: str, tmp_path: Path) -> None:
    wide = pd.DataFrame({"Mã KH": ["1", "2", "3"], "Email": ["a@b.vn", None, "x"], "Email 2": "y"})
    for name in ("wide.csv", "other.csv"):
        wide.to_csv(tmp_path / name, index=False)
    entity = "customer-identity-email"
    whole = pp.read(tmp_path / "wide.csv")
    line = f"frame = pp.read({str(tmp_path / 'wide.csv')!r})"
    assert line in whole.pango.workbench(entity).code()
    assert line in whole.copy().pango.workbench(entity).code()
    frame = {
        "cut": lambda: whole.iloc[1:],
        "sorted": lambda: whole.iloc[::-1],
        "unfolded": lambda: whole.pango.unfold(
            entity, each={"emailType": ["Personal", "Business"]}
        ),
        "several files": lambda: pp.read(tmp_path),
        "edited": lambda: whole.assign(Email=whole["Email"].replace("x", "y")),
        "renamed": lambda: whole.rename(columns={"Email": "Thư"}),
        "a column less": lambda: whole.drop(columns="Email 2"),
        "another label": lambda: whole.set_axis([5, 6, 7]),
        "open": lambda: pp.read(io.BytesIO((tmp_path / "wide.csv").read_bytes())),
    }[how]()
    code = frame.pango.workbench(entity).code()
    assert "pp.read" not in code
    assert "# frame = ...  the frame that the workbench was made of: rows of" in code


def test_the_script_reads_the_file_as_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "khách hàng.csv"
    path.write_bytes("x|y\nMã KH|Tên|SĐT\nC1|Trần Ân|0912345678\n".encode("cp1258", "replace"))
    how: dict[str, Any] = {"header": 2, "encoding": "cp1258", "delimiter": "|"}
    bench = pp.read(path, **how).pango.workbench("customer-identity")
    assert f"pp.read({str(path)!r}, header=2, encoding='cp1258', delimiter='|')" in bench.code()
    scope: dict[str, Any] = {}
    exec(bench.code(), scope)
    assert_alike(scope["report"], bench.report)


def test_the_script_reads_both_tables_as_they_were_read(tmp_path: Path) -> None:
    frame, how = tables("items beside", 12, 3)
    path = tmp_path / "orders.xlsx"
    with pd.ExcelWriter(path) as book:
        frame.to_excel(book, sheet_name="Đơn", index=False)
        how["items"].to_excel(book, sheet_name="Hàng", index=False)
    records, items = (pp.read(path, sheet=sheet) for sheet in (0, "Hàng"))
    bench = records.pango.workbench("order", items=items)
    assert f"frame = pp.read({str(path)!r}, sheet='Đơn')" in bench.code()
    assert f"items = pp.read({str(path)!r}, sheet='Hàng')" in bench.code()
    scope: dict[str, Any] = {}
    exec(bench.code(), scope)
    assert_alike(scope["report"], bench.report)
    edited = items.assign(**{items.columns[1]: "x"})
    code = records.head(5).pango.workbench("order", items=edited).code()
    assert "pp.read" not in code
    assert code.count(": rows of orders.xlsx") == 2


def test_the_script_takes_the_fixes_file_and_the_words_of_the_recipe(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"customerId": ["1", "2"], "fullName": ["An", "Chi"], "phone": ["123", "0912345678"],
         "gender": ["x", "nam"]}
    )  # fmt: skip
    bench = frame.pango.workbench()
    bench.fix("phone", {"123": "0912345679"})
    bench.fix("gender", {"x": "nữ"})
    bench.save_fixes(tmp_path / "kv.fixes")
    again = frame.pango.workbench(recipe=bench.recipe(), fixes=tmp_path / "kv.fixes")
    again.fix("fullName", {"An": "Anh"})
    scope: dict[str, Any] = {"frame": frame}
    exec(again.code(), scope)
    assert_alike(scope["report"], again.report)
    assert scope["report"].n_ready == 2
    assert scope["report"].cleaned["gender"].tolist() == ["female", "male"]


def test_the_script_takes_no_more_than_was_decided_before_a_step_was_taken_back() -> None:
    emails = ["an@gmail.con", "bi@gmail.con", "a@@b.vn", "c@@b.vn", "x", "y"]
    keys = {"customerId": list("abcdef"), "fullName": ["An"] * 6}
    frame = pd.DataFrame({**keys, "email": emails, "phone": "0912345678"})
    bench = frame.pango.workbench("customer-identity")
    bench.fix("email", {"bi@gmail.con": "bi@x.vn", "c@@b.vn": "c@b.vn", "y": "y@b.vn"})
    bench.accept("email.typo", "email")
    bench.replace("email", "@@", "@")
    bench.leave_out(rule="email.unreadable", reason="test")
    bench.undo(step=1)
    assert bench.steps["rows"].tolist() == [1, 1, 1]
    assert "an@gmail.com" not in bench.steps.to_string()
    scope: dict[str, Any] = {"frame": frame}
    exec(bench.code(), scope)
    assert_alike(scope["report"], bench.report)
    assert scope["bench"].frame["email"].tolist() == bench.frame["email"].tolist()


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({}, ""),
        ({"lang": "vi"}, ""),  # cells are read alike in every language
        ({"day_first": False}, "day_first, phone_format"),
        ({"phone_format": "e164", "values": {"sourceName": "B"}}, "values"),
        ({"phone_format": "e164", "mapping": {"phone": ""}}, "mapping"),
    ],
)
def test_steps_that_were_saved_with_other_options_are_taken_and_it_is_said(
    now: dict[str, Any], told: str, tmp_path: Path
) -> None:
    frame = pd.DataFrame({"customerId": ["1", "2"], "fullName": ["An", "Chi"]})
    frame = frame.assign(phone="0912345678", email=["a@b.vn", "x"])
    then = {"phone_format": "e164", "values": {"sourceName": "A"}}
    bench = frame.pango.workbench("customer-identity", **then)
    bench.fix("email", {"x": "c@d.vn"})
    path = bench.save(tmp_path / "steps.pango")
    again = frame.pango.workbench("customer-identity", **({} if told else then) | now)
    if told:
        with pytest.warns(UserWarning, match=f"with another {told}"):
            again.open(path)
    else:
        again.open(path)  # a warning would fail the test
    assert again.frame["email"].tolist() == ["a@b.vn", "c@d.vn"]
    assert bool(again.opened_otherwise) == bool(told)
