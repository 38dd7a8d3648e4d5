"""The workbench: every step is what validating the fixed frame says, and there is a way back."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.workbench import Workbench
from tests import forking

ROOT = Path(__file__).parents[2]


def frame_of(**columns: list[Any]) -> pd.DataFrame:
    n_rows = len(next(iter(columns.values())))
    usual = {
        "customerId": [f"C{number}" for number in range(n_rows)],
        "fullName": ["An"] * n_rows,
        "phone": [f"09123456{number:02}" for number in range(n_rows)],
    }
    return pd.DataFrame({**usual, **columns})


def bench_of(**columns: list[Any]) -> Workbench:
    return frame_of(**columns).pango.workbench("customer-identity")


@pytest.fixture(scope="module")
def messy() -> pd.DataFrame:
    return pp.read(ROOT / "data" / "customers_messy.csv")


def assert_same(one: pp.Report, other: pp.Report) -> None:
    for name in ("findings", "rows", "ready", "held", "superseded"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), obj=name)
    assert repr(one) == repr(other)


# What there is


def test_problems_say_how_many_rows_each_frees() -> None:
    bench = bench_of(phone=["123", "123", "0912345678", "9"], email=["x", None, "y", "a@b.vn"])
    found = bench.problems().set_index(["field", "rule"])
    # The first row has two problems: to solve one of them frees nothing.
    assert found["frees"].to_dict() == {
        ("phone", "phone.unreadable"): 2,
        ("email", "email.unreadable"): 1,
    }
    assert found.loc[("phone", "phone.unreadable"), ["rows", "values"]].tolist() == [3, 2]


@pytest.mark.parametrize("policy", ["last", "first", "hold"])
def test_frees_counts_no_row_that_gives_way_to_another_one(policy: Any) -> None:
    ids = ["A", "B", "B", "C", "A", "D", "E", "F", "F", "F"]
    phones = ["1", "2", "3", "0912345603", "0912345604", "4", "5", "6", "0912345608", "7"]
    emails = ["a@x.vn"] * 6 + ["@"] + ["a@x.vn"] * 3
    frame = frame_of(phone=phones, email=emails).assign(customerId=ids)
    bench = frame.pango.workbench("customer-identity", duplicates=policy)
    ready = set(bench.report.ready.index)
    frees = bench.problems().set_index("rule")["frees"]
    bad = [row for row, phone in enumerate(phones) if len(phone) == 1]
    bench.fix_rows({row: {"phone": f"09888777{row:02}"} for row in bad})
    assert frees["phone.unreadable"] == len(set(bench.report.ready.index) - ready)
    assert frees["email.unreadable"] == 0


def test_frees_counts_the_rows_of_a_record_that_is_held_together() -> None:
    cells = {"orderStatus": "x", "orderDate": "2021-05-06", "customerId": "C", "totalCost": "9"}
    items = {"items.productSku": list("abcd"), "items.productName": "x", "items.price": "1"}
    frame = pd.DataFrame({"orderId": ["T1", "T1", "T2", "T2"], **items}).assign(**cells)
    bench = frame.assign(customerName="An", **{"items.quantity": ["1", "x", "x", "1"]})
    bench = bench.pango.workbench("order")
    frees = bench.problems().set_index("rule")["frees"].to_dict()
    assert frees == {"integer.unreadable": 4, "items.held_together": 0}
    assert bench.fix("items.quantity", {"x": "2"}).n_freed == 4


def test_frees_is_what_solving_it_frees(messy: pd.DataFrame) -> None:
    for problem in messy.pango.workbench().problems().head(4).itertuples():
        bench = messy.pango.workbench()
        rows = bench.report.findings.query("rule == @problem.rule and field == @problem.field")
        values = bench.values(problem.field, problem.rule, reveal=True)["value"].dropna()
        if problem.rule.startswith("required") or len(values) == 0:
            continue
        step = bench.blank(problem.field, values.tolist())
        gone = bench.report.findings.query("rule == @problem.rule and field == @problem.field")
        assert len(rows) > 0
        assert len(gone) == 0
        assert step.n_freed <= problem.frees  # an emptied cell may be one that was needed


def test_values_are_masked_until_they_are_asked_for() -> None:
    bench = bench_of(phone=["123456789012", "123456789012", "0912345678"])
    assert bench.values("phone", "phone.unreadable").to_numpy().tolist() == [
        ["1•••••••••12", 2, np.nan, np.nan]
    ]
    shown = bench.values("phone", reveal=True)
    assert shown["value"].tolist() == ["123456789012", "0912345678"]
    assert shown["reading"].tolist()[1] == "0912345678"


def test_values_come_a_page_at_a_time() -> None:
    bench = bench_of(phone=["1", "2", "2", "0912345678", "3", "3", "3"])
    for rule in (None, "phone.unreadable"):
        whole = bench.values("phone", rule, reveal=True)
        pages = [bench.values("phone", rule, limit=2, offset=n, reveal=True) for n in (0, 2, 4)]
        pd.testing.assert_frame_equal(pd.concat(pages), whole, check_index_type=False)
    assert bench.values("phone", limit=1, reveal=True).to_numpy().tolist()[0][:2] == ["3", 3]
    assert bench.values("phone", offset=9).empty
    bench.fix("phone", {"3": "0912345679"})
    assert bench.values("phone", limit=1, reveal=True)["value"].tolist() == ["0912345679"]
    for wrong in ({"limit": -1}, {"offset": 1.5}, {"limit": True}, {"offset": None}):
        with pytest.raises(pp.UsageError, match=r"(limit|offset) is a number of values"):
            bench.values("phone", **wrong)


def test_a_year_in_a_column_of_dates_is_taken_out_of_the_column_of_years() -> None:
    bench = bench_of(dob=["1988", "1990", "25/12/1991"])
    assert bench.report.ready["yob"].tolist() == [1988, 1990, pd.NA]
    bench.fix("dob", {"1988": "25/12/1988"})
    assert bench.report.ready["yob"].tolist() == [pd.NA, 1990, pd.NA]
    bench.fix("dob", {"1990": "25/12/1990"})
    assert "yob" not in bench.report.ready
    assert_same(bench.report, bench.frame.pango.validate("customer-identity"))


def test_rows_around_a_value() -> None:
    bench = bench_of(phone=["1", "1", "0912345678"])
    assert bench.rows("phone", "1").index.tolist() == [0, 1]
    assert bench.rows("phone", rule="phone.unreadable").index.tolist() == [0, 1]
    with pytest.raises(pp.UsageError, match="a value, a rule"):
        bench.rows("phone")


def test_a_date_reads_as_people_write_it() -> None:
    bench = bench_of(dob=["31/12/1990", "01/02/1990"])
    assert bench.values("dob", reveal=True)["reading"].tolist() == ["1990-12-31", "1990-02-01"]


# What is done: after every action the report is that of the frame as it is now


ACTIONS = {
    "fix": lambda bench: bench.fix("gender", {"x": "male"}),
    "fix_rows": lambda bench: bench.fix_rows({3: {"fullName": "Lê Chi"}, 5: {"email": None}}),
    "accept": lambda bench: bench.accept("email.typo", "email"),
    "blank": lambda bench: bench.blank("maritalStatus", ["Góa", "widow"]),
    "replace": lambda bench: bench.replace("email", "@@", "@", rule="email.unreadable"),
    "map": lambda bench: bench.map("Tỉnh/Thành phố", ""),
    "set": lambda bench: bench.set(duplicates="first", timezone_gmt=0),
    "constants": lambda bench: bench.constants(systemName="CRM"),
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_an_action_is_what_validating_its_frame_says(messy: pd.DataFrame, action: Any) -> None:
    before = messy.copy(deep=True)
    bench = messy.pango.workbench()
    first = bench.report
    step = action(bench)
    assert step.n_rows > 0
    keywords: dict[str, Any] = {}
    if step.what.startswith("set"):
        keywords = {"duplicates": "first", "timezone_gmt": 0}
    if step.what.startswith("Tỉnh"):
        keywords = {"mapping": {"Tỉnh/Thành phố": ""}}
    if step.what.startswith("add"):
        keywords = {"values": {"systemName": "CRM"}}
    assert_same(bench.report, bench.frame.pango.validate(**keywords))
    assert step.n_freed == first.n_held - bench.report.n_held
    bench.undo()
    assert bench.report is first
    bench.redo()
    assert_same(bench.report, bench.frame.pango.validate(**keywords))
    pd.testing.assert_frame_equal(messy, before)


def test_steps_add_up_and_one_can_be_taken_out_alone(messy: pd.DataFrame) -> None:
    bench = messy.pango.workbench()
    for action in ("fix", "accept", "replace", "blank"):
        ACTIONS[action](bench)
    assert bench.steps["number"].tolist() == [1, 2, 3, 4]
    bench.undo(step=2)
    assert bench.steps["number"].tolist() == [1, 3, 4]
    again = messy.pango.workbench()
    for action in ("fix", "replace", "blank"):
        ACTIONS[action](again)
    assert_same(bench.report, again.report)


def test_a_step_that_others_need_is_not_undone_alone() -> None:
    bench = bench_of(gender=["x", "nam"])
    bench.fix("gender", {"x": "Nữ"})
    bench.fix("gender", {"Nữ": "male"})
    with pytest.raises(pp.UsageError, match=r"step 2 \(fix gender\) needs it"):
        bench.undo(step=1)
    assert bench.frame["gender"].tolist() == ["male", "nam"]


def test_rows_that_are_left_out_are_counted_apart_and_give_way() -> None:
    frame = frame_of(customerId=["1", "1", "2"], phone=["0912345678", "0912345679", "1"])
    bench = frame.pango.workbench("customer-identity")
    assert bench.report.n_superseded == 1
    step = bench.leave_out([1, 2], reason="test rows")
    assert (step.n_rows, step.n_freed) == (2, 1)
    assert (bench.report.n_held, bench.report.n_superseded, bench.report.n_left_out) == (0, 0, 2)
    assert bench.report.ready["phone"].tolist() == ["0912345678"]
    assert bench.report.findings["rule"].tolist() == ["row.left_out"] * 2
    assert "test rows" in bench.report.rows["reason"].tolist()[1]
    bench.undo()
    bench.leave_out(rule="phone.unreadable")
    assert bench.report.rows["state"].tolist() == ["superseded", "ready", "left out"]


def test_rows_are_taken_back_and_stand_as_if_they_were_never_left_out() -> None:
    bench = bench_of(phone=["0912345678", "1", "0912345679"])
    first = bench.report
    bench.leave_out([0, 1], reason="test rows")
    step = bench.take_back([0, 1])
    assert (step.what, step.n_rows, step.n_freed) == ("take rows back", 2, -1)
    assert step.code == "bench.take_back([0, 1])"
    assert_same(bench.report, first)
    bench.undo()
    assert bench.report.n_left_out == 2
    bench.redo()
    bench.undo(step=1)  # nothing is left to take back, and that is no other end
    assert_same(bench.report, first)


def test_emptied_and_typed_columns_keep_their_other_cells() -> None:
    frame = frame_of(phone=[912345678, 5, 912345680], dob=pd.to_datetime(["1990-12-31"] * 3))
    bench = frame.pango.workbench("customer-identity")
    bench.fix("phone", {"5": "0912345699"})
    bench.fix_rows({0: {"dob": "01/02/1991"}})
    assert bench.report.ready["phone"].tolist() == ["0912345678", "0912345699", "0912345680"]
    assert bench.values("dob", reveal=True)["reading"].tolist() == ["1990-12-31", "1991-02-01"]
    bench.blank("phone", ["912345680"])
    assert bench.report.n_held == 1


def test_what_replace_would_change_is_listed_and_nothing_changes() -> None:
    bench = bench_of(email=["a@@b.vn", "a@@b.vn", "c@@d.vn", "e@f.vn"])
    report = bench.report
    shown = bench.would_replace("email", "@@", "@", reveal=True)
    assert shown.to_numpy().tolist() == [["a@@b.vn", "a@b.vn", 2], ["c@@d.vn", "c@d.vn", 1]]
    masked = bench.would_replace("email", "@@", "@")
    assert not masked["before"].isin(shown["before"]).any()
    assert not masked["after"].isin(shown["after"]).any()
    assert bench.report is report
    assert bench.steps.empty
    assert bench.would_replace("email", "zz", "@").empty
    assert bench.replace("email", "@@", "@").n_rows == shown["rows"].sum()
    assert bench.frame["email"].tolist()[:3] == ["a@b.vn", "a@b.vn", "c@d.vn"]


def test_what_replace_would_change_with_a_problem_is_what_it_changes() -> None:
    bench = bench_of(email=["a@@b.vn", "c.d@e.vn", "x@@y@z.vn"])
    rule = "email.unreadable"
    shown = bench.would_replace("email", "@@", "@", rule=rule, reveal=True)
    assert shown["before"].tolist() == bench.values("email", rule, reveal=True)["value"].tolist()
    with pytest.raises(pp.UsageError, match="cannot be used"):
        bench.replace("email", "@@", "@", rule=rule)  # one would have two of them still


def test_what_is_added_can_be_added_no_more() -> None:
    bench = bench_of(address=["1 Lê Lợi", "2 Lê Lợi"])
    first = bench.report
    bench.constants(systemName="CRM", address="3 Lê Lợi")
    bench.constants(systemName=None)
    assert "systemName" not in bench.report.ready
    step = bench.constants(address=None)
    assert step.what == "add no more address"
    assert_same(bench.report, first)  # the column it stood instead of is read again
    bench.constants(address="3 Lê Lợi")
    bench.constants(address="4 Lê Lợi")
    bench.constants(address=None)
    assert_same(bench.report, first)
    bench.constants(address="3 Lê Lợi")
    bench.map("address", "customFieldTexts.customField01")  # said since: it stays so
    bench.constants(address=None)
    assert "address" not in bench.report.ready
    assert set(bench.report.ready["customFieldTexts.customField01"]) == {"1 Lê Lợi", "2 Lê Lợi"}


def test_a_fix_of_a_row_that_is_left_out_says_that_it_stays_so() -> None:
    bench = bench_of(phone=["123", "123", "0912345678"])
    bench.leave_out([1])
    assert bench.fix_rows({2: {"phone": "0912345670"}}).notes == ()
    step = bench.fix("phone", {"123": "0912345699"})
    assert step.notes == ("1 of these rows is left out and stays so",)
    bench.leave_out([0])
    again = bench.fix("phone", {"0912345699": "0912345698"})
    assert again.notes == ("2 of these rows are left out and stay so",)
    assert bench.report.n_left_out == 2
    bench.undo(step=2)
    assert bench.report.n_left_out == 2


def test_a_column_that_gives_way_to_another_source_of_its_field_is_named() -> None:
    frame = frame_of(home=["Huế", "Huế"], city=["Huế", "Huế"], note=["a", "b"])
    bench = frame.pango.workbench("customer-identity")
    assert bench.map("note", "customFieldTexts.customField01").notes == ()
    step = bench.map("home", "city")
    assert step.notes == ("“city” is not sent any more: city is taken from “home” now",)
    assert bench.map("home", "").notes == ()  # that is what was asked for
    assert bench.map("city", "city").notes == ()
    step = bench.constants(city="Hà Nội", systemName="CRM")
    assert step.notes == ("“city” is not sent any more: a value for every row stands for city now",)
    assert bench.set(duplicates="first").notes == ()


def test_a_map_says_which_step_said_it() -> None:
    bench = frame_of(note=["a", "b"], city=["Huế", "Huế"]).pango.workbench("customer-identity")
    why = dict(bench.report.mapping.table()[["column", "why"]].to_numpy().tolist())
    bench.set(duplicates="first")
    assert dict(bench.report.mapping.table()[["column", "why"]].to_numpy().tolist()) == why
    bench.map("note", "customFieldTexts.customField01")
    bench.map("city", "")
    told = dict(bench.report.mapping.table()[["column", "why"]].to_numpy().tolist())
    assert told == {**why, "note": "step 2 said so", "city": "left out in step 3"}
    bench.undo(step=2)
    told = dict(bench.report.mapping.table()[["column", "why"]].to_numpy().tolist())
    assert told == {**why, "city": "left out in step 3"}


# A new value is checked before it is taken


def test_a_new_value_that_cannot_be_read_is_refused_and_changes_nothing() -> None:
    bench = bench_of(phone=["123", "0912345678"])
    report = bench.report
    with pytest.raises(pp.UsageError, match="Not a valid phone number") as caught:
        bench.fix("phone", {"123": "99887"})
    assert "99887" not in str(caught.value)
    assert bench.report is report
    assert bench.steps.empty


def test_a_new_value_is_no_more_unreadable_where_unreadable_cells_are_sent_empty() -> None:
    bench = bench_of(phone=["123", "0912345678"], dob=["01/02/1990", "31/02/1990"])
    bench.set(unreadable="blank")
    with pytest.raises(pp.UsageError, match="Not a valid phone number"):
        bench.fix("phone", {"123": "99887"})
    assert bench.fix("phone", {"123": "0912345677"}).n_rows == 1
    bench.set(unreadable="hold", severity={"date.impossible": "warning"})
    assert bench.fix("dob", {"01/02/1990": "30/02/1990"}).n_rows == 1  # as the caller wants it
    bench.undo(step=1)
    scope: dict[str, Any] = {"frame": bench._history.first.frame}
    exec(bench.code(), scope)
    assert_same(scope["report"], bench.report)


def test_a_step_says_how_its_values_read_and_what_else_reads_otherwise() -> None:
    bench = bench_of(dob=["05/06/1988", "31/12/1990", "07/08/1989"])
    step = bench.fix("dob", {"31/12/1990": "12/31/1990"})
    assert step.readings == {"12/31/1990": "1990-12-31"}
    assert len(step.notes) == 1
    assert "dob is read in another way now" in step.notes[0]
    assert bench.values("dob", reveal=True)["reading"].tolist()[0] == "1988-05-06"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda b: b.fix("phone", {"none has it": "0912345678"}), "nothing changed"),
        (lambda b: b.fix("phne", {"1": "2"}), "Did you mean 'phone'"),
        (lambda b: b.fix("email", {"1": "2"}), "No column stands for 'email'"),
        (lambda b: b.fix("phone", {"123": 5}), "New values are text"),
        (lambda b: b.fix_rows({99: {"phone": "0912345678"}}), "rows 0 to 1"),
        (lambda b: b.fix_rows({"a": {"phone": "1"}}), "whole numbers"),
        (lambda b: b.accept("phone.unreadable", "phone"), "Nothing is suggested"),
        (lambda b: b.accept("email.typo", "phone"), "no 'email.typo'"),
        (lambda b: b.leave_out(), "needs rows"),
        (lambda b: b.take_back([]), "no such rows to take back"),
        (lambda b: b.take_back([0]), "Row 0 was not left out"),
        (lambda b: b.take_back(0), "Give a list"),
        (lambda b: b.leave_out([-1]), "rows 0 to 1"),
        (lambda b: b.set(), "needs an option"),
        (lambda b: b.set(daay_first=True), "Did you mean 'day_first'"),
        (lambda b: b.constants(), "needs a field"),
        (lambda b: b.constants(systemName=None), "Nothing is added for 'systemName'"),
        (lambda b: b.would_replace("phone", "", "1"), "a text to look for"),
        (lambda b: b.map("Nobody", "email"), "no column 'Nobody'"),
        (lambda b: b.undo(), "is no step to undo"),
        (lambda b: b.undo(step=4), "no step 4"),
        (lambda b: b.redo(), "no step to take again"),
        (lambda b: b.replace("phone", "", "1"), "a text to look for"),
        (lambda b: b.replace("phone", "zz", "1"), "has this text"),
        (lambda b: b.replace("phone", 1, "2"), "a text to look for"),
        (lambda b: b.replace("phone", "1", None), "a text to look for"),
        (lambda b: b.fix("phone", {}), "Give a mapping"),
        (lambda b: b.fix("phone", ["123"]), "Give a mapping"),
        (lambda b: b.fix_rows(["a"]), "Give a mapping"),
        (lambda b: b.fix_rows({1: {}}), "Give a mapping"),
        (lambda b: b.fix("phone", {"123": float("nan")}), "or None, which empties cells"),
        (lambda b: b.fix("phone", {float("nan"): "0912345678"}), r"bench\.fix_rows"),
        (lambda b: b.blank("phone", [None, "123"]), "An empty cell"),
        (lambda b: b.blank("phone", "123"), "Give a list"),
        (lambda b: b.leave_out(1), "Give a list"),
        (lambda b: b.leave_out([1], reason=5), "is text"),
        (lambda b: b.rows("phone", rule="phone.unreadible"), "Did you mean 'phone.unreadable'"),
        (lambda b: b.fix("SĐT", {"123": "0912345678"}), "is a column of yours; .* 'phone'"),
        (lambda b: b.fix("Ghi chú", {"a": "b"}), r"that no field .*bench\.map\('Ghi chú', field\)"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(call: Any, words: str) -> None:
    frame = frame_of(phone=["123", "0912345678"]).rename(columns={"phone": "SĐT"})
    bench = frame.assign(**{"Ghi chú": "a"}).pango.workbench("customer-identity")
    report = bench.report
    with pytest.raises(pp.UsageError, match=words):
        call(bench)
    assert bench.report is report


MASKED = {
    "email": "a•.•••@example.com",
    "fullName": "N••••• V••",
    "phone": "0•••••••78",
}


@pytest.mark.parametrize("field", MASKED)
def test_a_masked_value_is_not_taken_for_a_value(field: str) -> None:
    bench = bench_of(email=["an.le@example.com", "b@example.com"])
    with pytest.raises(pp.UsageError, match=rf"'{field}' .* It is masked: .*\(row \d\)"):
        bench.fix_rows({0: {field: MASKED[field]}})
    with pytest.raises(pp.UsageError, match="this value, which is masked"):
        bench.blank(field, [MASKED[field]])
    with pytest.raises(pp.UsageError, match="this value, which is masked"):
        bench.rows(field, MASKED[field])
    assert bench.steps.empty


def test_errors_are_in_the_language_of_the_workbench() -> None:
    bench = frame_of(phone=["1", "2"]).pango.workbench("customer-identity", lang="vi")
    with pytest.raises(pp.UsageError, match="Không có bước nào để hoàn tác"):
        bench.undo()
    bench.set(lang="en")
    with pytest.raises(pp.UsageError, match="There is 1 step to undo, not 2"):
        bench.undo(2)


# What is kept


def test_no_representation_holds_a_personal_value() -> None:
    bench = bench_of(phone=["123987", "0912345678"], gender=["x", "nam"])
    told = repr(bench.fix("phone", {"123987": "0987654321"})) + repr(bench.steps)
    told += repr(bench.fix_rows({0: {"fullName": "Bí Mật"}})) + bench.steps.to_string()
    told += repr(bench) + bench._repr_html_() + repr(bench.report)
    for secret in ("123987", "0987654321", "Bí Mật"):
        assert secret not in told
    assert "bench.fix('gender', {'x': 'male'})" in repr(bench.fix("gender", {"x": "male"}))


def test_the_script_does_the_same_from_the_file(messy: pd.DataFrame, tmp_path: Path) -> None:
    bench = messy.pango.workbench(gender_codes={"N": "female"})
    for action in ("fix", "fix_rows", "accept", "blank", "replace", "set", "constants"):
        ACTIONS[action](bench)
    (tmp_path / "customers_messy.csv").write_bytes(
        (ROOT / "data" / "customers_messy.csv").read_bytes()
    )
    done = forking.run([sys.executable, "-c", bench.code()], cwd=tmp_path)
    assert done.stderr == ""
    assert done.stdout.strip() == bench.report.headline


def test_the_script_says_the_same_next_month() -> None:
    today = dt.date(2020, 6, 30)
    frame = frame_of(dob=["01/01/2021", "31/12/1990"])
    bench = frame.pango.workbench("customer-identity", today=today)
    bench.set(today=dt.date(2020, 7, 1))
    scope: dict[str, Any] = {"frame": frame}
    exec(bench.code(), scope)
    assert_same(scope["report"], bench.report)
    assert scope["report"].n_held == 1
    usual = frame.pango.workbench("customer-identity").code()
    assert f"today={dt.date.today()!r}" in usual


def test_a_session_keeps_options_of_every_kind(tmp_path: Path) -> None:
    frame = frame_of(dob=["01/01/2021", "31/12/1990"]).rename(columns={"dob": 5})
    bench = frame.pango.workbench("customer-identity", mapping={5: "dob"})
    bench.set(today=dt.date(2020, 6, 30), timezone_gmt=np.int64(8), ignore={"date.future"})
    bench.map(5, "")
    bench.map(5, "dob")
    again = frame.pango.workbench("customer-identity", mapping={5: "dob"})
    again.open(bench.save(tmp_path / "steps.pango"))
    assert_same(again.report, bench.report)
    assert again.report.options == bench.report.options


def test_the_recipe_keeps_words_and_no_customers(messy: pd.DataFrame) -> None:
    bench = messy.pango.workbench()
    bench.fix("gender", {"x": "Nữ"})
    bench.fix("gender", {"Nữ": "female"})
    bench.accept("email.typo", "email")
    bench.fix_rows({3: {"maritalStatus": "single"}})
    bench.set(duplicates="first")
    recipe = bench.recipe("CRM")
    assert recipe.fixes == {"gender": {"x": "female", "Nữ": "female"}}
    assert recipe.options["duplicates"] == "first"
    assert "@" not in recipe.to_toml()
    again = messy.pango.validate(recipe=recipe)
    assert "gender.unknown" in set(again.summary()["rule"])  # N is still nobody's word
    assert "x" not in set(again.reveal().query("rule == 'gender.unknown'")["value"])


def test_a_word_with_a_phone_number_or_an_email_is_no_word_of_the_recipe(tmp_path: Path) -> None:
    groups = ["Gold", "VIP chị Lan 0912 345 678", "vip lan@x.vn", "893456789012", "vàg", "Gold"]
    frame = frame_of(phone=["0912345678"] * 6).assign(customerGroup=groups)
    bench = frame.pango.workbench("customer-identity")
    bench.fix("customerGroup", dict.fromkeys(groups[1:5], "Vàng"))
    assert bench.save_fixes(tmp_path / "a.fixes") == 2
    bench.recipe().save(tmp_path / "a.toml")
    words = {"customerGroup": {"893456789012": "Vàng", "vàg": "Vàng"}}
    assert pp.Recipe.load(tmp_path / "a.toml").fixes == words
    again = frame.pango.validate(recipe=tmp_path / "a.toml", fixes=tmp_path / "a.fixes")
    assert again.ready["customerGroup"].tolist() == ["Gold", *["Vàng"] * 4, "Gold"]
    given = frame.pango.validate(fixes={"customerGroup": dict.fromkeys(groups[1:5], "Vàng")})
    given.recipe().save(tmp_path / "b.toml")
    assert pp.Recipe.load(tmp_path / "b.toml").fixes == words
    assert len(pp.FixesFile(tmp_path / "b.fixes")) == 2


def test_a_session_is_saved_for_its_owner_and_opened_on_the_same_rows(
    messy: pd.DataFrame, tmp_path: Path
) -> None:
    bench = messy.pango.workbench()
    for action in ACTIONS.values():
        action(bench)
    bench.leave_out([10, 20], reason="test")
    path = bench.save(tmp_path / "fixing.pango")
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = pp.read(ROOT / "data" / "customers_messy.csv").pango.workbench().open(path)
    assert_same(again.report, bench.report)
    assert again.code() == bench.code()
    with pytest.raises(pp.UsageError, match="before the first step"):
        again.open(path)
    with pytest.raises(pp.UsageError, match="with other rows"):
        messy.iloc[1:].pango.workbench().open(path)
    (tmp_path / "other").write_text("{}")
    for name, words in (("other", "no session"), ("absent", "cannot be read")):
        with pytest.raises(pp.UsageError, match=words):
            messy.pango.workbench().open(tmp_path / name)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda told: told.pop("frame"), "no session"),
        (lambda told: told.pop("steps"), "no session"),
        (lambda told: told.update(rows="x"), "no session"),
        (lambda told: told.update(steps="abc"), "no session"),
        (lambda told: told["steps"][1].pop("arguments"), "no session"),
        (lambda told: told["steps"][1].update(left_out=[[1, 2, 3]]), "no session"),
        (lambda told: told["steps"][1].update(left_out=[[99, "x"]]), "rows 0 to 1"),
    ],
)
def test_of_a_damaged_session_no_step_is_taken(damage: Any, words: str, tmp_path: Path) -> None:
    frame = frame_of(phone=["123", "0912345678"])
    bench = frame.pango.workbench("customer-identity")
    bench.fix("phone", {"123": "0912345699"})
    bench.leave_out([1])
    told = json.loads(bench.save(tmp_path / "fixing.pango").read_text())
    damage(told)
    (tmp_path / "fixing.pango").write_text(json.dumps(told))
    again = frame.pango.workbench("customer-identity")
    with pytest.raises(pp.UsageError, match=words):
        again.open(tmp_path / "fixing.pango")
    assert again.steps.empty
    assert again.report.n_held == 1


@pytest.mark.skipif(pd.__version__ < "3", reason="a shallow copy of pandas 2 shares its cells")
def test_what_the_caller_does_to_the_frame_later_changes_no_report() -> None:
    frame = frame_of(phone=["123", "0912345678", "9"])
    bench = frame.pango.workbench("customer-identity")
    report = frame.pango.validate("customer-identity")
    frame.loc[0, "phone"] = "0999888777"
    frame["email"] = "x"
    del frame["fullName"]
    assert report.held["phone"].tolist() == ["123", "9"]
    assert bench.fix("phone", {"123": "0912345699"}).n_freed == 1
    assert bench.frame["phone"].tolist() == ["0912345699", "0912345678", "9"]
    bench.undo()
    assert bench.report.held["fullName"].notna().all()


def test_a_report_opens_one_and_a_report_of_parts_says_why_not(tmp_path: Path) -> None:
    report = frame_of(phone=["123", "0912345678"]).pango.validate("customer-identity")
    assert report.workbench().fix("phone", {"123": "0912345699"}).n_freed == 1
    frame_of(phone=["123", "0912345678"]).to_csv(tmp_path / "a.csv", index=False)
    parts = pp.scan(tmp_path / "a.csv").pango.validate("customer-identity")
    with pytest.raises(pp.UsageError, match="in memory"):
        parts.workbench()


def test_similar_spellings_come_with_fixes() -> None:
    bench = bench_of(customerGroup=["Khách VIP", "khach vip", "Khách VIP", "Thường", "Thường"])
    (cluster, *_) = bench.cluster("customerGroup")
    bench.fix("customerGroup", cluster.fixes)
    assert set(bench.frame["customerGroup"]) == {"Khách VIP", "Thường"}
