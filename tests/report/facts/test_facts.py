"""The facts of a report: counts that add up, and what is said of each column."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.report.facts.columns import DayMonth
from pangoprep.upload import send


def customers(**columns: list[object]) -> pd.DataFrame:
    n_rows = max(map(len, columns.values()))
    base = {"customerId": [f"C{n}" for n in range(n_rows)], "fullName": ["An Binh"] * n_rows}
    return pd.DataFrame({**base, "email": ["an@gmail.com"] * n_rows, **columns})


def facts_of(report: pp.Report, field: str):
    return next(column for column in report.facts.columns if column.field == field)


def test_the_cells_of_every_column_add_up(report: pp.Report, messy: pd.DataFrame) -> None:
    for column in report.facts.columns:
        n_filled = column.n_same + column.n_changed + column.n_emptied + column.n_unreadable
        assert n_filled == column.n_filled == messy[column.source].notna().sum()
        assert column.n_distinct == messy[column.source].nunique()
        n_kept = column.n_same + column.n_changed + column.n_added
        assert n_kept == report.cleaned[column.field].notna().sum()
        assert sum(change.n_rows for change in column.changes) >= column.n_changed


def test_the_rules_of_the_facts_are_those_of_the_summary(report: pp.Report) -> None:
    told = [(f.rule, f.severity, f.field, f.n_rows, f.share) for f in report.facts.rules]
    assert told == list(report.summary().itertuples(index=False, name=None))


def test_what_changed_in_a_column_is_told_by_kind() -> None:
    frame = customers(phone=["912345678", "0912 345 678", "0912345678", "01212345678", "n/a", "12"])
    phone = facts_of(frame.pango.validate("customer-identity"), "phone")
    assert (phone.n_same, phone.n_changed, phone.n_emptied, phone.n_unreadable) == (1, 3, 1, 1)
    kinds = {change.rule: change.n_rows for change in phone.changes}
    assert kinds == {"phone.lost_zero": 1, "": 1, "phone.legacy_prefix": 1}
    samples = {change.rule: change.samples for change in phone.changes}
    assert samples["phone.lost_zero"] == (("9••••••78", "0•••••••78"),)


def test_a_cell_no_one_could_read_counts_as_unreadable_also_when_it_is_blanked() -> None:
    frame = customers(phone=["12", "0912345678"])
    report = frame.pango.validate("customer-identity", unreadable="blank")
    assert facts_of(report, "phone").n_unreadable == 1
    assert facts_of(report, "phone").n_errors == 0


def test_rows_with_two_errors_in_a_field_count_once() -> None:
    frame = customers(dob=["31/02/1990", "2999-01-01"]).assign(yob=["1990", "1991"])
    report = frame.pango.validate("customer-identity")
    assert facts_of(report, "dob").n_errors == 2


def test_words_are_shown_as_they_were_read() -> None:
    frame = customers(gender=["Nam", "Nam", "Nữ", None, "?"])
    gender = facts_of(frame.pango.validate("customer-identity"), "gender")
    read = [(word.before, word.after, word.n_rows) for word in gender.words]
    assert read == [("?", "", 1), ("Nam", "male", 2), ("Nữ", "female", 1)]
    assert gender.n_words == 3


def test_all_words_are_listed_those_that_were_not_understood_first() -> None:
    known = ["nam", "Nam", "NAM", "nữ", "Nữ", "NỮ", "male", "female", "Anh", "Chị", "Ông", "Bà"]
    frame = customers(gender=[*known * 2, "N/A", "x", "x2"])
    report = frame.pango.validate("customer-identity")
    gender = facts_of(report, "gender")
    assert [word.after for word in gender.words[:3]] == ["undefined", "undefined", ""]
    assert {word.before for word in gender.words} == {*known, "x", "x2", "N/A"}
    assert gender.n_words == len(gender.words)
    html = report._repr_html_()
    assert html.index("<code>x2</code>") < html.index("<code>Bà</code>")


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["25/01/1990", "05/06/1990"], DayMonth(1, 0, 1)),
        (["01/25/1990", "05/06/1990"], DayMonth(0, 1, 1)),
        (["05/06/1990", "06/05/1990"], DayMonth(0, 0, 2)),
    ],
)
def test_the_order_of_day_and_month_is_told_with_its_evidence(
    dates: list[str], expected: DayMonth
) -> None:
    report = customers(dob=dates).pango.validate("customer-identity")
    assert facts_of(report, "dob").day_month == expected


@pytest.mark.parametrize("n_rows", [900, 1_500, 1_500_000])
def test_the_evidence_of_any_number_of_cells_is_told(n_rows: int) -> None:
    frame = customers(dob=["25/01/1990"]).loc[[0] * n_rows].reset_index(drop=True)
    facts = facts_of(frame.pango.validate("customer-identity"), "dob")
    assert facts.day_month == DayMonth(n_rows, 0, 0)
    assert facts.note.startswith(f"{n_rows:,} cells can only be day/month")


def test_times_are_shown_on_the_records_own_clock() -> None:
    frame = customers(createdAt=["31/12/2023 10:00"]).assign(timezoneGmt=["9"])
    change = facts_of(frame.pango.validate("customer-identity"), "createdAt").changes[0]
    assert change.samples == (("31/12/2023 10:00", "2023-12-31 10:00:00"),)


def test_values_that_no_column_gave_are_counted() -> None:
    report = customers(dob=["1990", "1991-02-03"]).pango.validate("customer-identity")
    assert report.facts.added == {"timezoneGmt": 2, "yob": 1}
    with_year = customers(dob=["1990", "1991-02-03"], yob=[None, None])
    assert facts_of(with_year.pango.validate("customer-identity"), "yob").n_added == 1


@pytest.mark.parametrize("policy", ["last", "first", "hold"])
def test_duplicates_say_who_wins(policy: str) -> None:
    frame = customers(customerId=["A" * 9, "B", "A" * 9, "A" * 9])
    twice = frame.pango.validate("customer-identity", duplicates=policy).facts.duplicates
    assert (twice.policy, twice.n_keys) == (policy, 1)
    told = [(one.row, one.winner) for one in twice.shown]
    expected = {
        "last": [(0, 3), (2, 3)],
        "first": [(2, 0), (3, 0)],
        "hold": [(0, None), (2, None), (3, None)],
    }
    assert told == expected[policy]
    assert {one.key for one in twice.shown} == {"A••••••AA"}


def test_the_delivery_is_what_a_dry_run_says(report: pp.Report) -> None:
    plan, told = send(report, dry_run=True), report.facts.delivery
    assert (told.n_rows, told.n_requests, told.n_bytes) == (
        plan.n_to_send, plan.n_requests, plan.n_bytes,
    )  # fmt: skip
    assert told.is_exact
    first = plan.masked_payload()
    assert told.payload == {**first, "entries": first["entries"][:2]}


def test_the_size_of_a_large_delivery_is_about_right() -> None:
    n_rows = 12_000
    frame = customers(phone=[f"09{n:08d}" for n in range(n_rows)])
    report = frame.pango.validate("customer-identity")
    told = report.facts.delivery
    assert not told.is_exact
    assert told.n_requests == n_rows / 50
    assert told.n_bytes == pytest.approx(send(report, dry_run=True).n_bytes, rel=0.01)


def test_nothing_to_send_is_no_delivery() -> None:
    report = customers(phone=["12"]).assign(email=None).pango.validate("customer-identity")
    assert report.facts.delivery.n_requests == report.facts.delivery.n_bytes == 0


def test_an_empty_frame_has_facts() -> None:
    report = customers(phone=["1"]).head(0).pango.validate("customer-identity")
    assert report.facts.n_rows == 0
    assert [column.n_filled for column in report.facts.columns] == [0, 0, 0, 0]
    assert "0 of 0 rows" in str(report)


@pytest.mark.parametrize("kind", ["object", "category", "int", "float", "arrow"])
def test_columns_of_any_type_have_facts(kind: str) -> None:
    frame = customers(earnPoint=[1, 2, 2])
    frame["phone"] = pd.Series([912345678, 912345679, 912345670])
    if kind == "arrow":
        frame = frame.convert_dtypes(dtype_backend="pyarrow")
    else:
        frame["phone"] = frame["phone"].astype(kind)
    phone = facts_of(frame.pango.validate("customer-identity"), "phone")
    assert (phone.n_filled, phone.n_changed, phone.n_distinct) == (3, 3, 3)


def test_facts_hold_no_frames(report: pp.Report) -> None:
    def parts(value: object):
        if dataclasses.is_dataclass(value):
            value = vars(value)
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, (list, tuple)):
            for one in value:
                yield from parts(one)
        else:
            yield value

    assert not any(
        isinstance(part, (pd.DataFrame, pd.Series, np.ndarray)) for part in parts(report.facts)
    )
