"""From a canonical frame to a report: ready rows, custom fields, options, years and zones."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.options import Options
from pangoprep.pipeline import prepare
from tests.test_dtypes import MIDNIGHT, cleaned, frame_with, nullable

# Dtypes of what is ready, on every path

READY = {
    "customerId": "str", "phone": "str", "dob": "Int64", "yob": "Int64", "gender": "str",
    "timezoneGmt": "Int64", "nickNames": "object", "createdAt": "Int64", "dob2": "str",
    "customFieldTexts.customField01": "str", "customFieldLongs.customFieldLong01": "Int64",
    "customFieldTimestamps.customFieldTimestamp01": "Int64",
    "customFieldListTexts.customFieldList01": "object",
}  # fmt: skip


def full_row() -> dict[str, Any]:
    return {
        "customerId": "1", "fullName": "An", "phone": "0912345678", "dob": "15/06/1988",
        "yob": "1988", "gender": "nam", "timezoneGmt": "7", "nickNames": "a; b",
        "createdAt": "2020-01-01", "dob2": "15/06/1988", "customFieldTexts.customField01": " a ",
        "customFieldLongs.customFieldLong01": "1.000",
        "customFieldTimestamps.customFieldTimestamp01": "2020-01-01",
        "customFieldListTexts.customFieldList01": "x|y",
    }  # fmt: skip


@pytest.mark.parametrize("rows", [0, 1, 2])
@pytest.mark.parametrize("emptied", [False, True])
def test_ready_has_the_promised_dtypes(rows: int, emptied: bool) -> None:
    row = full_row()
    if emptied:
        row = {
            name: row[name] if name in ("customerId", "fullName", "phone") else None for name in row
        }
    frame = pd.DataFrame([row] * rows, columns=list(row), dtype=object)
    report = prepare(frame, "customer-identity", Options(duplicates="first"))
    for table in (report.ready, report.cleaned):
        dtypes = {name: dtype for name, dtype in table.dtypes.items() if name in READY}
        text = pd.StringDtype("pyarrow", na_value=np.nan)
        wanted = {name: text if kind == "str" else kind for name, kind in READY.items()}
        assert dtypes == wanted


def test_ready_rows_are_positions() -> None:
    rows = prepare(frame_with("city", "Huế"), "customer-identity").ready_rows
    assert rows.dtype == np.int64
    assert rows.tolist() == [0, 1, 2]


# Custom fields


def test_custom_fields_are_cleaned_by_their_group() -> None:
    report = prepare(pd.DataFrame([full_row()]), "customer-identity")
    ready = report.ready.iloc[0]
    assert ready["customFieldTexts.customField01"] == "a"
    assert ready["customFieldLongs.customFieldLong01"] == 1000
    assert ready["customFieldTimestamps.customFieldTimestamp01"] == 1577811600000
    assert ready["customFieldListTexts.customFieldList01"] == ["x", "y"]
    assert report.unused_columns == []


def test_an_unreadable_custom_field_holds_its_row_and_is_masked() -> None:
    row = full_row() | {"customFieldLongs.customFieldLong01": "secret"}
    report = prepare(pd.DataFrame([row]), "customer-identity")
    found = report.findings[report.findings["severity"] == "error"]
    assert found[["field", "rule", "value"]].to_numpy().tolist() == [
        ["customFieldLongs.customFieldLong01", "integer.unreadable", "s•••••"]
    ]


def test_an_entity_without_custom_fields_does_not_take_any() -> None:
    frame = pd.DataFrame({"customerId": ["1"], "source": ["Zalo"], "imageUrl": ["https://a.vn/1"]})
    frame["customFieldTexts.customField01"] = "x"
    report = prepare(frame, "customer-identity-photo")
    assert report.unused_columns == ["customFieldTexts.customField01"]
    assert "customFieldTexts.customField01" not in report.ready


# Columns


def test_columns_that_are_no_fields_are_unused_and_named() -> None:
    frame = frame_with("Ghi chú", "x").assign(**{"Ngày vào": "2020-01-01"})
    frame.columns = ["Mã KH", "Họ tên", "SĐT", *frame.columns[3:]]
    report = prepare(frame, "customer-identity")
    assert "Ghi chú" in report.unused_columns
    assert list(report.ready.columns)[:3] == ["customerId", "phone", "fullName"]
    assert list(report.held_rows(reason=False).columns) == list(frame.columns)


def test_a_frame_is_needed() -> None:
    for value in (pd.Series([1]), [1], None, {"a": 1}):
        with pytest.raises(pp.UsageError, match=f"not {type(value).__name__}"):
            prepare(value)  # type: ignore[arg-type]


# Options


def test_blank_sends_the_row_without_the_cell() -> None:
    frame = frame_with("email", ["an@congty.vn", "không@", None]).assign(dob=["1/1/1990", "x", ""])
    kept = prepare(frame, "customer-identity")
    assert kept.ready_rows.tolist() == [0, 2]
    report = prepare(frame, "customer-identity", Options(unreadable="blank"))
    assert report.ok
    assert report.ready_rows.tolist() == [0, 1, 2]
    assert nullable(report.ready["dob"])[1] is None
    found = report.findings
    assert found.loc[found["rule"] == "date.unreadable", "severity"].to_list() == ["warning"]


def test_blank_does_not_excuse_what_must_be_there() -> None:
    frame = frame_with("phone", ["0912345678", "12", "abc"])
    report = prepare(frame, "customer-identity", Options(unreadable="blank"))
    assert report.ready_rows.tolist() == [0]
    errors = report.findings[report.findings["severity"] == "error"]
    assert errors["rule"].to_list() == ["required.any_of"] * 2


def test_blank_does_not_excuse_rules_between_fields() -> None:
    frame = frame_with("createdAt", "2020-02-01").assign(updatedAt="2020-01-01")
    report = prepare(frame, "customer-identity", Options(unreadable="blank"))
    assert report.n_held == 3


@pytest.mark.parametrize(
    ("text", "year"), [("1988", 1988), ("06/1988", 1988), (1988, 1988), (1988.0, 1988)]
)
def test_a_year_where_a_birth_date_belongs_goes_to_yob(text: Any, year: int) -> None:
    report = prepare(frame_with("dob", text), "customer-identity")
    assert report.ok
    assert nullable(report.ready["dob"]) == [None] * 3
    assert nullable(report.ready["yob"]) == [year] * 3
    assert set(report.findings["rule"]) == {"date.year_only"}


def test_a_year_goes_to_yob_only_where_that_is_empty() -> None:
    frame = frame_with("dob", "1988").assign(yob=[None, "1990", "88"])
    report = prepare(frame, "customer-identity")
    assert nullable(report.cleaned["yob"]) == [1988, 1990, None]
    assert report.ready_rows.tolist() == [0, 1]  # the third yob cannot be read
    blank = prepare(frame, "customer-identity", Options(unreadable="blank"))
    assert blank.n_held == 0


def test_a_year_in_another_date_goes_nowhere() -> None:
    report = prepare(frame_with("createdAt", "2019"), "customer-identity")
    assert "yob" not in report.ready
    assert nullable(report.ready["createdAt"]) == [None] * 3


def test_without_dates_no_zone_is_sent() -> None:
    assert "timezoneGmt" not in prepare(frame_with("city", "x"), "customer-identity").ready


def test_the_zone_of_the_option_travels_with_the_dates() -> None:
    report = prepare(frame_with("dob", "15/06/1988"), "customer-identity", Options(timezone_gmt=-5))
    assert report.ready["timezoneGmt"].to_list() == [-5] * 3
    assert report.ready["dob"].to_list() == [MIDNIGHT + 12 * 3_600_000] * 3


def test_a_column_of_zones_wins_row_by_row() -> None:
    frame = frame_with("dob", "15/06/1988").assign(timezoneGmt=["0", None, "GMT+9"])
    report = prepare(frame, "customer-identity", Options(timezone_gmt=7))
    hour = 3_600_000
    assert report.ready["timezoneGmt"].to_list() == [0, 7, 9]
    assert report.ready["dob"].to_list() == [MIDNIGHT + 7 * hour, MIDNIGHT, MIDNIGHT - 2 * hour]


def test_an_unreadable_zone_holds_its_row() -> None:
    frame = frame_with("dob", "15/06/1988").assign(timezoneGmt=["Hà Nội", "5.5", "20"])
    report = prepare(frame, "customer-identity")
    assert report.n_held == 3
    assert set(report.findings["rule"]) == {
        "timezone.unreadable", "timezone.fractional", "timezone.out_of_range",
    }  # fmt: skip
    blank = prepare(frame, "customer-identity", Options(unreadable="blank"))
    assert blank.ready["dob"].to_list() == [MIDNIGHT] * 3  # read by the option, and told
    assert set(blank.findings["severity"]) == {"warning"}


def test_codes_of_the_file_win_over_the_words() -> None:
    assert cleaned("gender", ["0", "1", "nam"], gender_codes={"0": "female", 1: "male"}) == [
        "female", "male", "male",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day_first", "instant"), [(True, MIDNIGHT - 10 * 86_400_000), (False, 578854800000)]
)
def test_the_order_of_day_and_month_is_the_callers_without_evidence(
    day_first: bool, instant: int
) -> None:
    assert cleaned("dob", "05/06/1988", day_first=day_first) == [instant] * 3


def test_today_decides_what_lies_in_the_future() -> None:
    frame = frame_with("dob", "15/06/2024")
    day = dt.date(2024, 6, 14)
    assert prepare(frame, "customer-identity", Options(today=day)).n_held == 3
    day = dt.date(2024, 6, 15)
    assert prepare(frame, "customer-identity", Options(today=day)).n_held == 0


# A million rows of anything go through the same code; twenty thousand take the other column form


def test_a_long_column_of_distinct_values_is_read_as_a_short_one() -> None:
    n_rows = 21_000
    ids = [f"C{row}" if row % 7 else None for row in range(n_rows)]
    phones = [f"9{row:08d}" for row in range(n_rows)]
    frame = pd.DataFrame({"customerId": ids, "phone": phones, "fullName": "An"})
    frame["dob"] = [
        f"{row % 28 + 1:02d}/{row % 12 + 1:02d}/{1930 + row % 70}" for row in range(n_rows)
    ]
    # Every moment is distinct too, and each record has a zone of its own.
    start = pd.Timestamp("2000-05-06")
    moments = [start + pd.Timedelta(seconds=7919 * row) for row in range(n_rows)]
    frame["createdAt"] = [moment.isoformat(" ") for moment in moments]
    frame["timezoneGmt"] = [row % 27 - 12 if row % 5 else None for row in range(n_rows)]
    long = prepare(frame, "customer-identity")
    places = [*range(300), *range(n_rows - 50, n_rows)]
    short = prepare(frame.iloc[places], "customer-identity")
    pd.testing.assert_frame_equal(
        long.cleaned.iloc[places], short.cleaned.set_axis(places), check_index_type=False
    )
    assert long.n_held >= n_rows // 7


def test_a_row_of_values_for_a_header_is_not_shown() -> None:
    frame = pd.DataFrame([["C2"]], columns=["x"]).assign(**{"0912345678": "", "an@gmail.com": ""})
    with pytest.raises(pp.UsageError) as caught:
        frame.pango.validate("customer-identity")
    assert "x, •••, •••" in str(caught.value)
    assert "0912345678" not in str(caught.value)
    assert "an@" not in str(caught.value)
