"""Counts that add up, rows with their reasons, findings as a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.options import Options
from pangoprep.pipeline import prepare

COLUMNS = ["row", "index", "key", "field", "rule", "severity", "value", "message", "suggestion"]


def messy_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Mã KH": ["C1", "C2", "C3", "C1", None, "C5", "C6"],
            "Họ tên": ["An", "Bình", "Chi", "An", "Dũng", None, "Nguyá»…n"],
            "SĐT": ["912345678", "12", "0912345671", "0912345672", "0912345673", "x", "0912345674"],
            "Ngày sinh": ["15/06/1988", "31/02/1990", "1990", "", "x", None, "01/02/1990"],
            "Email": [None, "a@gmial.com", "b@", None, None, None, None],
            "Ghi chú": list("abcdefg"),
        },
        index=[10, 10, 20, 30, 40, 50, 60],
    )


@pytest.fixture
def frame() -> pd.DataFrame:
    return messy_frame()


@pytest.fixture
def outcome(frame: pd.DataFrame) -> pp.Report:
    return frame.pango.validate("customer-identity")


def test_counts_add_up(outcome: pp.Report) -> None:
    assert (outcome.n_rows, outcome.n_ready, outcome.n_held, outcome.n_superseded) == (7, 2, 4, 1)
    assert len(outcome.ready) == outcome.n_ready
    assert len(outcome.held) == outcome.n_held
    assert len(outcome.superseded) == outcome.n_superseded
    assert len(outcome.cleaned) == outcome.n_rows
    assert not outcome.ok
    assert outcome.entity == "customer-identity"


@pytest.mark.parametrize("duplicates", ["last", "first", "hold"])
@pytest.mark.parametrize("unreadable", ["hold", "blank"])
def test_rows_are_split_without_loss(frame: pd.DataFrame, duplicates: str, unreadable: str) -> None:
    options = Options(duplicates=duplicates, unreadable=unreadable)
    report = prepare(frame, "customer-identity", options)
    state = report.rows["state"].to_numpy()
    assert set(state) <= {"ready", "held", "superseded"}
    assert report.ready_rows.tolist() == np.flatnonzero(state == "ready").tolist()
    pd.testing.assert_frame_equal(
        report.held_rows(reason=False), frame.iloc[np.flatnonzero(state == "held")]
    )
    pd.testing.assert_frame_equal(
        report.superseded, frame.iloc[np.flatnonzero(state == "superseded")]
    )
    pd.testing.assert_frame_equal(report.ready, report.cleaned.iloc[report.ready_rows])
    errors = report.findings.loc[report.findings["severity"] == "error", "row"]
    assert set(errors) == set(np.flatnonzero(state == "held"))


def test_held_rows_are_the_callers_own(frame: pd.DataFrame, outcome: pp.Report) -> None:
    assert list(outcome.held.columns) == [*frame.columns, "reason"]
    assert outcome.held["SĐT"].to_list() == ["12", "0912345671", "0912345673", "x"]
    assert outcome.held.index.to_list() == [10, 20, 40, 50]
    assert outcome.held_rows(reason=False).dtypes.equals(frame.dtypes)
    assert (
        outcome.held["reason"].to_list()
        == outcome.rows.query("state == 'held'")["reason"].to_list()
    )


def test_rows_say_in_order_what_became_of_each(outcome: pp.Report) -> None:
    rows = outcome.rows
    assert list(rows.columns) == ["row", "index", "key", "state", "reason"]
    assert rows["row"].to_list() == list(range(7))
    assert rows["index"].to_list() == [10, 10, 20, 30, 40, 50, 60]
    assert rows["key"].to_list() == ["C•", "C•", "C•", "C•", "", "C•", "C•"]
    assert rows["state"].to_list() == [
        "superseded", "held", "held", "ready", "held", "held", "ready",
    ]  # fmt: skip
    reasons = dict(zip(rows["row"], rows["reason"], strict=True))
    assert reasons[3] == reasons[6] == ""
    assert "row 3 is sent" in reasons[0]
    assert "phone: " in reasons[1]
    assert "dob: " in reasons[1]
    assert "email: " in reasons[2]
    assert "customerId: " in reasons[4]
    assert "fullName" in reasons[5]


# Findings


def test_findings_have_the_promised_columns_in_order(outcome: pp.Report) -> None:
    assert list(outcome.findings.columns) == COLUMNS
    assert list(outcome.reveal().columns) == COLUMNS
    clean = messy_frame().iloc[[3]].pango.validate("customer-identity")
    assert list(clean.findings.columns) == COLUMNS
    assert list(clean.reveal().columns) == COLUMNS


def test_findings_go_by_row_the_worst_first(outcome: pp.Report) -> None:
    found = outcome.findings
    assert found["row"].is_monotonic_increasing
    assert found["severity"].cat.ordered
    assert list(found["severity"].cat.categories) == ["error", "warning", "info"]
    for _, of_row in found.groupby("row"):
        assert of_row["severity"].cat.codes.is_monotonic_increasing
    assert found.index.to_list() == list(range(len(found)))
    assert found["index"].to_list() == [messy_frame().index[row] for row in found["row"]]


def test_findings_quote_the_cell_and_the_key(outcome: pp.Report) -> None:
    open_ = outcome.reveal()
    row = open_[open_["rule"] == "email.typo"].iloc[0]
    assert (row["row"], row["key"], row["field"]) == (1, "C2", "email")
    assert (row["value"], row["suggestion"]) == ("a@gmial.com", "a@gmail.com")
    masked = outcome.findings
    row = masked[masked["rule"] == "email.typo"].iloc[0]
    assert (row["key"], row["value"], row["suggestion"]) == ("C•", "•@gmial.com", "•@gmail.com")
    missing = open_[open_["rule"] == "required.missing"].iloc[0]
    assert (missing["row"], missing["key"], missing["field"]) == (4, "", "customerId")
    assert pd.isna(missing["value"])


def test_a_key_of_parts_is_shown_in_parts() -> None:
    row = {"customerId": "C1", "addressType": "Quê quán", "city": "Huế", "district": "Phú Xuân"}
    report = pd.DataFrame([row | {"address": None}]).pango.validate("customer-identity-address")
    assert report.reveal()["key"].to_list() == ["C1 + Hometown"]
    assert report.findings["key"].to_list() == ["C• + Hometown"]


# Summary


def test_the_summary_counts_what_the_findings_list(outcome: pp.Report) -> None:
    summary = outcome.summary()
    assert list(summary.columns) == ["rule", "severity", "field", "rows", "share"]
    counted = outcome.findings.groupby(["rule", "field"], observed=True)["row"].nunique()
    told = summary.set_index(["rule", "field"])["rows"]
    assert told.sort_index().to_dict() == counted.sort_index().to_dict()
    assert summary["share"].to_list() == [rows / 7 for rows in summary["rows"]]
    assert summary["severity"].map({"error": 0, "warning": 1, "info": 2}).is_monotonic_increasing


def test_counts_are_never_cut() -> None:
    frame = pd.concat([messy_frame().iloc[[1]]] * 1200, ignore_index=True)
    frame["Mã KH"] = [f"C{row}" for row in range(1200)]
    report = frame.pango.validate("customer-identity")
    assert report.n_held == 1200
    assert (report.summary()["rows"] == 1200).all()
    assert len(report.findings) == 3 * 1200
    assert "1,200 of 1,200 rows are held" in str(held_error(report))


def held_error(report: pp.Report) -> pp.HeldError:
    with pytest.raises(pp.HeldError) as caught:
        report.raise_if_held()
    return caught.value


# Stopping


def test_a_script_stops_where_rows_are_held(outcome: pp.Report) -> None:
    message = str(held_error(outcome))
    assert message.startswith("4 of 7 rows are held for 'customer-identity': ")
    assert "phone phone.unreadable (2)" in message
    assert message.endswith("See report.held and report.findings; nothing was sent.")


def test_a_script_goes_on_where_none_is(frame: pd.DataFrame) -> None:
    report = frame.iloc[[3, 6]].pango.validate("customer-identity")
    report.raise_if_held()
    assert report.ok


# What people see first


@pytest.mark.parametrize(
    ("rows", "shown", "headline"),
    [
        (
            slice(None),
            "<Report customer-identity: 2 of 7 rows ready, 4 held, 1 superseded>",
            "2 of 7 rows are ready for customer-identity; 4 are held; 1 is superseded",
        ),
        (
            [1],
            "<Report customer-identity: 0 of 1 row ready, 1 held>",
            "0 of 1 row is ready for customer-identity; 1 is held",
        ),
        ([3], "<Report customer-identity: 1 of 1 row ready, 0 held>", "1 of 1 row"),
        ([], "<Report customer-identity: 0 of 0 rows ready, 0 held>", "0 of 0 rows are ready"),
    ],
)
def test_the_outcome_in_one_line(frame: pd.DataFrame, rows: Any, shown: str, headline: str) -> None:
    report = frame.iloc[rows].pango.validate("customer-identity")
    assert repr(report) == shown
    assert report.headline.startswith(headline[:30])
    assert "\n" not in repr(report) + report.headline


def test_large_counts_have_their_thousands_marked() -> None:
    rows = 2500
    frame = pd.DataFrame({"customerId": range(rows), "fullName": "An", "phone": "912345678"})
    assert repr(frame.pango.validate()) == (
        "<Report customer-identity: 2,500 of 2,500 rows ready, 0 held>"
    )


def test_a_report_gives_the_same_tables_every_time(outcome: pp.Report) -> None:
    for name in ("ready", "held", "cleaned", "superseded", "findings", "rows"):
        pd.testing.assert_frame_equal(getattr(outcome, name), getattr(outcome, name))
    pd.testing.assert_frame_equal(outcome.reveal(), outcome.reveal())
    pd.testing.assert_frame_equal(outcome.summary(), outcome.summary())


@pytest.mark.parametrize(
    "index",
    [
        pd.Index(pd.array([3, None, 5], dtype="Int64")),
        pd.CategoricalIndex(["b", "a", "b"]),
        pd.date_range("2026-01-01", periods=3, tz="Asia/Ho_Chi_Minh"),
        pd.Index([1, "a", None], dtype=object),
        pd.RangeIndex(5, 11, 2),
    ],
    ids=["nullable", "category", "moment", "mixed", "range"],
)
def test_the_callers_labels_come_back_as_they_are(index: pd.Index) -> None:
    frame = pd.DataFrame(
        {"customerId": ["1", "2", "3"], "fullName": "An", "phone": "12"}, index=index
    )
    report = frame.pango.validate("customer-identity")
    for labels in (report.findings["index"], report.rows["index"]):
        pd.testing.assert_index_equal(pd.Index(labels), pd.Index(index.array), check_names=False)


def test_labels_of_several_levels_come_back_as_tuples() -> None:
    index = pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])
    frame = pd.DataFrame({"customerId": ["1", "2"], "fullName": "An", "phone": "12"}, index=index)
    report = frame.pango.validate("customer-identity")
    assert report.findings["index"].to_list() == report.rows["index"].to_list() == index.to_list()


def test_a_table_without_findings_has_the_types_of_one_with() -> None:
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["12"]})
    some = frame.pango.validate("customer-identity").findings
    none = frame.assign(phone="0912345678").pango.validate("customer-identity").findings
    assert len(none) == 0
    pd.testing.assert_series_equal(none.dtypes, some.dtypes)


def test_held_rows_say_why_beside_a_column_of_that_name() -> None:
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["12"], "reason": "x"})
    held = frame.pango.validate(lang="vi").held
    assert held["reason"].to_list() == ["x"]
    assert held["held_reason"].to_list() == ["phone: không phải số điện thoại hợp lệ"]
    assert len(frame.head(0).pango.validate().held) == 0
