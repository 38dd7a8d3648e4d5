"""Dates: every offset and form, what pandas and Python hold, and what a column proves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers.date.fixed import read_fixed
from pangoprep.normalizers.date.forms import read_parts
from pangoprep.tables import read_table
from tests.normalizers.cells import TODAY, canonical, judge, outcome_of, rules_of
from tests.normalizers.promises import read

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
OFFSETS = range(-12, 15)
# 31 December 1969 and leap days among them; the first is as early as a birth date can be.
DAYS = [
    dt.date(1900, 1, 2),
    dt.date(1904, 2, 29),
    dt.date(1965, 6, 15),
    dt.date(1969, 12, 31),
    dt.date(1970, 1, 2),
    dt.date(1988, 6, 15),
    dt.date(2000, 2, 29),
    dt.date(2024, 2, 29),
    TODAY,
]
MONTHS = ["một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười"]
MONTHS += ["mười một", "mười hai"]


def instant(day: dt.date | dt.datetime, hours: float) -> int:
    """Milliseconds since 1970 of a local day or time, by Python's own calendar."""
    if not isinstance(day, dt.datetime):
        day = dt.datetime.combine(day, dt.time())
    zone = dt.timezone(dt.timedelta(hours=hours))
    return (day.replace(tzinfo=zone) - EPOCH) // dt.timedelta(milliseconds=1)


FORMS: dict[str, Callable[[dt.date], str]] = {
    "ISO": lambda d: d.isoformat(),
    "slashes": lambda d: f"{d.day:02d}/{d.month:02d}/{d.year}",
    "dashes": lambda d: f"{d.day:02d}-{d.month:02d}-{d.year}",
    "dots": lambda d: f"{d.day}.{d.month}.{d.year}",
    "spaces": lambda d: f"{d.day} {d.month} {d.year}",
    "year first": lambda d: f"{d.year}/{d.month}/{d.day}",
    "compact": lambda d: f"{d.year}{d.month:02d}{d.day:02d}",
    "database": lambda d: f"{d.isoformat()} 00:00:00",
    "T": lambda d: f"{d.isoformat()}T00:00:00.000",
    "clock first": lambda d: f"00:00 {d.day:02d}/{d.month:02d}/{d.year}",
    "twelve hours": lambda d: f"{d.day}/{d.month}/{d.year} 12:00:00 SA",
    "English": lambda d: f"{d.day}-{d:%b}-{d.year}",
    "English in full": lambda d: f"{d:%B} {d.day}, {d.year}",
    "year and English": lambda d: f"{d.year}-{d:%b}-{d.day:02d}",
    "Vietnamese": lambda d: f"ngày {d.day} tháng {d.month} năm {d.year}",
    "Vietnamese short": lambda d: f"{d.day} thg {d.month}, {d.year}",
    "Vietnamese words": lambda d: f"{d.day} tháng {MONTHS[d.month - 1]} năm {d.year}",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_local_day_becomes_the_instant_of_its_midnight(form: str) -> None:
    cells = [FORMS[form](day) for day in DAYS]
    for hours in OFFSETS:
        assert read("dob", cells, timezone_gmt=hours) == [instant(day, hours) for day in DAYS]


@pytest.mark.parametrize("hours", OFFSETS)
def test_excel_day_numbers_count_from_the_end_of_1899(hours: int) -> None:
    days = [day for day in DAYS if day.year >= 1928]
    cells = [str((day - dt.date(1899, 12, 30)).days) for day in days]
    assert read("dob", cells, timezone_gmt=hours) == [instant(day, hours) for day in days]


@given(
    st.datetimes(dt.datetime(1971, 1, 2), dt.datetime(2026, 11, 20)),
    st.integers(-12, 14),
    st.sampled_from([0, 30, 45]),
)
@settings(max_examples=40, deadline=None)
def test_a_written_offset_wins_over_the_option(
    moment: dt.datetime, hours: int, minutes: int
) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    minutes = 0 if hours in (-12, 14) else minutes
    offset = (abs(hours) * 60 + minutes) * (-1 if hours < 0 else 1)
    sign = f"{'-' if hours < 0 else '+'}{abs(hours):02d}"
    cells = [
        f"{moment.isoformat(timespec='milliseconds')}{sign}:{minutes:02d}",
        f"{moment.isoformat(' ', 'milliseconds')} {sign}{minutes:02d}",
        f"{moment:%d/%m/%Y %H:%M:%S}.{moment.microsecond // 1000:03d} GMT{sign}:{minutes:02d}",
    ]
    assert (
        read("createdAt", cells, timezone_gmt=3, day_first=True)
        == [instant(moment, offset / 60)] * 3
    )


@given(st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2026, 11, 20)))
@settings(max_examples=40, deadline=None)
def test_clocks_of_twelve_hours_tell_the_same_time(moment: dt.datetime) -> None:
    moment = moment.replace(microsecond=0)
    hour = moment.hour % 12 or 12
    cells = [f"{moment:%Y-%m-%d} {moment:%H:%M:%S}"]
    halves = [("AM", "PM"), ("am", "pm"), ("a.m.", "p.m."), ("SA", "CH"), ("sáng", "chiều")]
    cells += [
        f"{moment:%Y-%m-%d} {hour}:{moment:%M:%S} {half[moment.hour >= 12]}" for half in halves
    ]
    assert read("createdAt", cells) == [instant(moment, 7)] * len(cells)


def test_excel_times_of_day_come_back_to_the_second() -> None:
    base = dt.datetime(2020, 6, 15)
    moments = [base + dt.timedelta(seconds=second) for second in range(0, 86_400, 977)]
    days = [(moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1) for moment in moments]
    for cells in (
        [f"{day:.10f}" for day in days],
        [f"{day:.10f}".replace(".", ",") for day in days],
    ):
        assert read("createdAt", cells) == [instant(moment, 7) for moment in moments]


def as_objects(cells: list[Any]) -> pd.Series:
    return pd.Series(cells, dtype=object)


MORNING = dt.datetime(2020, 6, 15, 13, 45, 30, 250_000)
HANOI = dt.timezone(dt.timedelta(hours=7))
HELD = {
    "Python date": (as_objects([dt.date(2020, 6, 15)]), instant(dt.date(2020, 6, 15), 7)),
    "Python datetime": (as_objects([MORNING]), instant(MORNING, 7)),
    "with an offset": (as_objects([MORNING.replace(tzinfo=dt.UTC)]), instant(MORNING, 0)),
    "Timestamp": (as_objects([pd.Timestamp(MORNING)]), instant(MORNING, 7)),
    "Timestamp in a zone": (
        as_objects([pd.Timestamp(MORNING, tz="Asia/Tokyo")]),
        instant(MORNING, 9),
    ),
    "datetime64": (pd.Series([pd.Timestamp(MORNING)]), instant(MORNING, 7)),
    "datetime64[s]": (
        pd.Series([pd.Timestamp(MORNING)]).astype("datetime64[s]"),
        instant(MORNING.replace(microsecond=0), 7),
    ),
    "datetime64 in a zone": (
        pd.Series([pd.Timestamp(MORNING, tz="America/New_York")]),
        instant(MORNING, -4),
    ),
    "datetime64 as object": (as_objects([np.datetime64(MORNING)]), instant(MORNING, 7)),
    "Period": (
        pd.Series(pd.PeriodIndex(["2020-06-15"], freq="D")),
        instant(dt.date(2020, 6, 15), 7),
    ),
    "int64 milliseconds": (pd.Series([1_592_203_530_250]), 1_592_203_530_250),
    "float milliseconds": (pd.Series([1_592_203_530_250.0, None]), 1_592_203_530_250),
    "float day number": (pd.Series([43_997.5]), instant(dt.datetime(2020, 6, 15, 12), 7)),
    "int compact": (pd.Series([20_200_615]), instant(dt.date(2020, 6, 15), 7)),
    "category": (pd.Series(["15/06/2020"], dtype="category"), instant(dt.date(2020, 6, 15), 7)),
    "Arrow timestamp": (
        pd.Series([MORNING], dtype=pd.ArrowDtype(pa.timestamp("us"))),
        instant(MORNING, 7),
    ),
    "Arrow timestamp in a zone": (
        pd.Series([int(instant(MORNING, 7))], dtype=pd.ArrowDtype(pa.int64())).astype(
            pd.ArrowDtype(pa.timestamp("ms", "UTC"))
        ),
        instant(MORNING, 7),
    ),
    "Arrow date": (
        pd.Series([dt.date(2020, 6, 15)], dtype=pd.ArrowDtype(pa.date32())),
        instant(dt.date(2020, 6, 15), 7),
    ),
}


@pytest.mark.parametrize("kind", HELD)
def test_what_pandas_and_python_hold_is_read(kind: str) -> None:
    column, expected = HELD[kind]
    report = judge("createdAt", column)
    assert canonical(report, "createdAt")[0] == str(expected)


def test_missing_dates_stay_missing() -> None:
    cells = [pd.NaT, None, float("nan"), pd.NA, "", "NaT"]
    report = judge("dob", cells)
    assert canonical(report, "dob") == [""] * len(cells)
    assert report.ok


def test_each_row_is_read_in_its_own_zone() -> None:
    hours = list(OFFSETS)
    frame = pd.DataFrame(
        {
            "customerId": [f"C{row}" for row in range(len(hours))],
            "fullName": "An",
            "phone": "0912345678",
            "dob": "15/06/1988",
            "timezoneGmt": hours,
        }
    )
    report = frame.pango.validate("customer-identity", timezone_gmt=3, today=TODAY)
    assert report.ready["dob"].to_list() == [instant(dt.date(1988, 6, 15), hour) for hour in hours]
    assert report.ready["timezoneGmt"].to_list() == hours


def test_a_row_without_a_zone_takes_the_option() -> None:
    frame = pd.DataFrame(
        {
            "customerId": ["1", "2"],
            "fullName": "An",
            "phone": "0912345678",
            "dob": "15/06/1988",
            "timezoneGmt": [None, "-5"],
        }
    )
    ready = frame.pango.validate("customer-identity", timezone_gmt=0, today=TODAY).ready
    assert ready["dob"].to_list() == [
        instant(dt.date(1988, 6, 15), 0),
        instant(dt.date(1988, 6, 15), -5),
    ]
    assert ready["timezoneGmt"].to_list() == [0, -5]


@pytest.mark.parametrize("hours", [-12, 0, 7, 14])
def test_a_birth_date_is_today_at_the_latest(hours: int) -> None:
    tomorrow = TODAY + dt.timedelta(days=1)
    cells = [TODAY.isoformat(), tomorrow.isoformat()]
    report = judge("dob", cells, timezone_gmt=hours)
    assert [outcome_of(report, row) for row in (0, 1)] == ["ok", "error"]
    assert rules_of(report, "dob", 1) == ["date.future"]


def test_one_cell_decides_for_many_and_the_report_counts() -> None:
    cells = [f"{day:02d}/{month:02d}/1988" for day in range(1, 13) for month in range(1, 13)]
    proved = judge("dob", [*cells, "31/01/1988"])
    assert proved.ok
    assert len(proved.findings) == 0
    expected = [
        instant(dt.date(1988, month, day), 7) for day in range(1, 13) for month in range(1, 13)
    ]
    assert canonical(proved, "dob")[:-1] == [str(one) for one in expected]
    # Without it, the twelve days whose number is their month's are certain, the others are not.
    assert len(judge("dob", cells).findings) == 144 - 12


def test_evidence_counts_rows_not_distinct_cells() -> None:
    report = judge("dob", ["31/01/1988"] * 3 + ["01/31/1988", "05/06/1988"])
    assert rules_of(report, "dob", 4) == ["date.conflict"]
    assert report.summary().set_index("rule").loc["date.conflict", "rows"] == 1


def test_a_suggestion_shows_the_other_reading() -> None:
    report = judge("createdAt", ["05/06/2020"])
    assert report.reveal()["suggestion"].to_list() == ["2020-05-06"]


def test_a_year_goes_to_yob_where_that_is_empty() -> None:
    frame = pd.DataFrame(
        {
            "customerId": ["1", "2", "3"],
            "fullName": "An",
            "phone": "0912345678",
            "dob": ["1988", "tháng 6 năm 1990", "00/00/1977"],
            "yob": ["", "1991", None],
        }
    )
    report = frame.pango.validate("customer-identity", today=TODAY)
    assert report.ready["yob"].to_list() == [1988, 1991, 1977]
    assert report.ready["dob"].isna().all()


@pytest.mark.parametrize("date", read_table("date_placeholders").column("date").to_pylist())
def test_placeholders_are_empty_in_every_form(date: str) -> None:
    year, month, day = date.split("-")
    for cell in (date, f"{day}/{month}/{year}", f"{date} 00:00:00", f"{date}T00:00:00Z"):
        report = judge("dob", [cell])
        assert (canonical(report, "dob"), rules_of(report, "dob")) == (
            [""],
            ["date.placeholder"],
        ), cell


@given(
    st.lists(
        st.from_regex(
            r"\A([0-9]{4}[-/][0-9]{2}[-/][0-9]{2}|[0-9]{2}[-/.][0-9]{2}[-/.][0-9]{4})"
            r"([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}Z?)?)?\Z"
        ),
        max_size=10,
    )
)
@settings(max_examples=40, deadline=None)
def test_bytes_and_patterns_read_the_same(cells: list[str]) -> None:
    for cell in cells:
        values = pa.array([cell], TEXT)
        by_bytes = read_fixed(values)
        by_pattern = read_parts(pa.array([cell.lower()], TEXT))
        if by_bytes:
            one, other = by_bytes[0], by_pattern[0]
            for name in one.__dataclass_fields__:
                assert np.array_equal(getattr(one, name), getattr(other, name)), (cell, name)
