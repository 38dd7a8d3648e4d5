"""Every step is what validating the fixed frame says, and there is a way back."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from tests.workbench.frames import ACTIONS, assert_same, bench_of, frame_of


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
