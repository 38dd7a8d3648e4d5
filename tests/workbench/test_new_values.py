"""A new value is checked before it is taken, and what cannot be done is said."""

from __future__ import annotations

from typing import Any

import pytest

import pangoprep as pp
from tests.workbench.frames import assert_same, bench_of, frame_of


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
