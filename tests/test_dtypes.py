"""Columns of every dtype are read as what their cells show, and none stops the work."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pangoprep.options import Options
from pangoprep.pipeline import prepare

HANOI = dt.timezone(dt.timedelta(hours=7))
MIDNIGHT = 582310800000  # 15 June 1988 at GMT+7, the seed's own example
NOON = MIDNIGHT + 12 * 3_600_000


def frame_with(field: str, column: Any) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "customerId": ["1", "2", "3"],
            "fullName": ["An", "Bình", "Chi"],
            "phone": ["0912345678", "0987654321", "0905123456"],
        }
    )
    frame[field] = column
    return frame


def cleaned(field: str, column: Any, /, **options: Any) -> list[Any]:
    """What cleaning makes of a column of three cells; null is None."""
    frame = frame_with(field, column)
    before = frame.copy(deep=True)
    report = prepare(frame, "customer-identity", Options(**options))
    pd.testing.assert_frame_equal(frame, before)
    assert report._repr_html_()
    assert len(report.reveal()) == len(report.findings)
    held = report.held_rows(reason=False)
    pd.testing.assert_frame_equal(held, frame.loc[held.index])
    return nullable(report.cleaned[field])


def nullable(column: pd.Series) -> list[Any]:
    return [None if not isinstance(v, list) and pd.isna(v) else v for v in column]


def arrow(values: Any, kind: pa.DataType | None = None) -> pd.Series:
    array = values if isinstance(values, pa.Array) else pa.array(values, type=kind)
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([array])))


def objects(*cells: Any) -> pd.Series:
    column = np.empty(len(cells), dtype=object)
    for place, cell in enumerate(cells):
        column[place] = cell  # all at once, lists of one length would become a table
    return pd.Series(column, dtype=object)


# Numbers

YEARS = {
    "int64": [1988, 1990, 2001],
    "int16": np.array([1988, 1990, 2001], dtype="int16"),
    "uint32": np.array([1988, 1990, 2001], dtype="uint32"),
    "float64": [1988.0, 1990.0, 2001.0],
    "float32": np.array([1988, 1990, 2001], dtype="float32"),
    "float16": np.array([1988, 1990, 2001], dtype="float16"),
    "Int64": pd.array([1988, 1990, 2001], dtype="Int64"),
    "UInt16": pd.array([1988, 1990, 2001], dtype="UInt16"),
    "Float32": pd.array([1988, 1990, 2001], dtype="Float32"),
    "object": objects(1988, 1990.0, Decimal("2001")),
    "numpy objects": objects(np.int16(1988), np.float32(1990), np.str_("2001")),
    "categories": pd.Categorical([1988, 1990, 2001]),
    "float categories": pd.Categorical([1988.0, 1990.0, 2001.0], ordered=True),
    "sparse float": pd.arrays.SparseArray([1988.0, 1990.0, 2001.0]),
    "arrow int64": arrow([1988, 1990, 2001]),
    "arrow uint16": arrow([1988, 1990, 2001], pa.uint16()),
    "arrow float": arrow([1988.0, 1990.0, 2001.0]),
    "arrow decimal": arrow([Decimal("1988.00"), Decimal("1990.00"), Decimal("2001.00")]),
    "arrow decimal256": arrow([Decimal(1988), Decimal(1990), Decimal(2001)], pa.decimal256(40, 2)),
    "arrow dictionary": arrow(pa.array([1988, 1990, 2001]).dictionary_encode()),
    "strings": pd.array(["1988", "1990", "2001"], dtype="str"),
    "python strings": pd.array(["1988", "1990", "2001"], dtype="string[python]"),
    "arrow strings": arrow(["1988", "1990", "2001"]),
    "large strings": arrow(["1988", "1990", "2001"], pa.large_string()),
    "binary": arrow([b"1988", b"1990", b"2001"]),
    "bytes": objects(b"1988", b"1990", b"2001"),
}


@pytest.mark.parametrize("column", YEARS.values(), ids=YEARS)
def test_a_number_is_a_number_in_every_dtype(column: Any) -> None:
    assert cleaned("yob", column) == [1988, 1990, 2001]


NULLS = {
    "float": [np.nan] * 3,
    "Int64": pd.array([None] * 3, dtype="Int64"),
    "Float64": pd.array([None] * 3, dtype="Float64"),
    "boolean": pd.array([None] * 3, dtype="boolean"),
    "string": pd.array([None] * 3, dtype="string"),
    "str": pd.array([None] * 3, dtype="str"),
    "dates": pd.Series([pd.NaT] * 3, dtype="datetime64[s]"),
    "zoned dates": pd.Series([pd.NaT] * 3, dtype="datetime64[ns, UTC]"),
    "timedelta": pd.Series([pd.NaT] * 3, dtype="timedelta64[ns]"),
    "period": pd.Series([pd.NaT] * 3, dtype="period[D]"),
    "categories": pd.Categorical([None] * 3),
    "objects": objects(None, np.nan, pd.NA),
    "more objects": objects(pd.NaT, Decimal("NaN"), np.datetime64("NaT", "ns")),
    "arrow null": arrow(pa.nulls(3)),
    "arrow string": arrow([None] * 3, pa.string()),
    "arrow timestamp": arrow([None] * 3, pa.timestamp("us", "UTC")),
    "arrow list": arrow([None] * 3, pa.list_(pa.string())),
    "sparse": pd.arrays.SparseArray([np.nan] * 3),
}


@pytest.mark.parametrize("column", NULLS.values(), ids=NULLS)
@pytest.mark.parametrize("field", ["yob", "dob", "city", "nickNames", "gender"])
def test_null_is_null_in_every_dtype(field: str, column: Any) -> None:
    frame = frame_with(field, column)
    report = prepare(frame, "customer-identity")
    assert nullable(report.cleaned[field]) == [None] * 3
    assert report.findings.empty


def test_float_damage_of_ids_and_phones_is_mended_and_told() -> None:
    frame = frame_with("phone", [912345678.0, np.nan, 987654321.0])
    frame["customerId"] = [1.0, 2.0, 1e17]
    frame["email"] = "an@congty.vn"
    report = prepare(frame, "customer-identity")
    assert nullable(report.cleaned["phone"]) == ["0912345678", None, "0987654321"]
    assert nullable(report.cleaned["customerId"]) == ["1", "2", None]
    assert set(report.findings["rule"]) == {"phone.lost_zero", "id.float", "id.excel_rounded"}


@pytest.mark.parametrize("column", [[np.inf, -np.inf, np.nan], [0.5, 1e300, -0.0]])
def test_floats_that_are_no_years(column: list[float]) -> None:
    assert cleaned("yob", column) == [None] * 3


# Dates

DATES = {
    "s": pd.Series(["1988-06-15"] * 3).astype("datetime64[s]"),
    "ms": pd.Series(["1988-06-15"] * 3).astype("datetime64[ms]"),
    "us": pd.Series(["1988-06-15"] * 3).astype("datetime64[us]"),
    "ns": pd.Series(["1988-06-15"] * 3).astype("datetime64[ns]"),
    "zoned": pd.Series(["1988-06-15"] * 3).astype("datetime64[ns]").dt.tz_localize(HANOI),
    "UTC": pd.Series(["1988-06-14 17:00"] * 3).astype("datetime64[s]").dt.tz_localize("UTC"),
    "New York": pd.Series(["1988-06-14 13:00"] * 3)
    .astype("datetime64[us]")
    .dt.tz_localize("America/New_York"),
    "periods": pd.Series(pd.PeriodIndex(["1988-06-15"] * 3, freq="D")),
    "date": objects(*[dt.date(1988, 6, 15)] * 3),
    "mixed": objects(
        dt.datetime(1988, 6, 15), dt.datetime(1988, 6, 15, tzinfo=HANOI), "15/06/1988"
    ),
    "scalars": objects(
        pd.Timestamp("1988-06-15"),
        pd.Timestamp("1988-06-14 17:00", tz="UTC"),
        np.datetime64("1988-06-15"),
    ),
    "milliseconds": [MIDNIGHT] * 3,
    "float milliseconds": [float(MIDNIGHT)] * 3,
    "categories": pd.Categorical(pd.to_datetime(["1988-06-15"] * 3)),
    "zoned categories": pd.Categorical(pd.to_datetime(["1988-06-14T17:00Z"] * 3)),
    "arrow date32": arrow([dt.date(1988, 6, 15)] * 3),
    "arrow date64": arrow([dt.date(1988, 6, 15)] * 3, pa.date64()),
    "arrow s": arrow([dt.datetime(1988, 6, 15)] * 3, pa.timestamp("s")),
    "arrow ns": arrow([dt.datetime(1988, 6, 15)] * 3, pa.timestamp("ns")),
    "arrow zoned": arrow([MIDNIGHT] * 3, pa.timestamp("ms", "Asia/Ho_Chi_Minh")),
    "arrow UTC": arrow([MIDNIGHT * 1000] * 3, pa.timestamp("us", "UTC")),
    "arrow dictionary": arrow(pa.array([dt.date(1988, 6, 15)] * 3).dictionary_encode()),
}


@pytest.mark.parametrize("column", DATES.values(), ids=DATES)
def test_a_day_is_a_day_in_every_dtype(column: Any) -> None:
    assert cleaned("dob", column) == [MIDNIGHT] * 3


FINE = {
    "us": pd.Series(["1988-06-15 12:00:00.123456"] * 3).astype("datetime64[us]"),
    "ns zoned": pd.Series(["1988-06-15 12:00:00.123456789"] * 3)
    .astype("datetime64[ns]")
    .dt.tz_localize(HANOI),
    "objects": objects(*[dt.datetime(1988, 6, 15, 12, 0, 0, 123456)] * 3),
    "zoned objects": objects(*[dt.datetime(1988, 6, 15, 12, 0, 0, 123456, HANOI)] * 3),
    "arrow us": arrow([dt.datetime(1988, 6, 15, 12, 0, 0, 123456)] * 3, pa.timestamp("us")),
}


@pytest.mark.parametrize("column", FINE.values(), ids=FINE)
def test_a_time_finer_than_milliseconds_is_cut(column: Any) -> None:
    assert cleaned("createdAt", pd.Series(column)) == [NOON + 123] * 3


def test_a_moment_knows_its_zone_whatever_the_record_says() -> None:
    moments = pd.Series(pd.to_datetime(["1988-06-14T17:00Z"] * 3))
    frame = frame_with("createdAt", moments).assign(timezoneGmt=[-12, 0, 14])
    assert prepare(frame, "customer-identity").ready["createdAt"].to_list() == [MIDNIGHT] * 3


def test_dates_beyond_reason_are_findings() -> None:
    far = objects(dt.date(1, 1, 2), dt.date(2300, 12, 30), dt.datetime(1850, 1, 1))
    report = prepare(frame_with("dob", far), "customer-identity")
    assert report.n_held == 3
    assert set(report.findings["rule"]) == {"date.too_early", "date.future"}


# Texts, lists, truths


@pytest.mark.parametrize(
    "column",
    [
        pd.Categorical(["Huế", None, "Huế"], categories=["x", "Huế"], ordered=True),
        pd.array(["Huế", None, "Huế"], dtype="str"),
        pd.array(["Huế", None, "Huế"], dtype="string[pyarrow]"),
        arrow(pa.array(["Huế", None, "Huế"]).dictionary_encode()),
        arrow(["Huế".encode(), None, "Huế".encode()]),
        pd.arrays.SparseArray(["Huế", None, "Huế"], dtype=pd.SparseDtype(object)),
        objects("Huế", pd.NA, np.str_("Huế")),
    ],
    ids=lambda column: str(column.dtype),
)
def test_text_is_text_in_every_dtype(column: Any) -> None:
    assert cleaned("city", column) == ["Huế", None, "Huế"]


@pytest.mark.parametrize(
    "column",
    [
        objects(["a", "b"], ("a", "b"), None),
        objects(np.array(["a", "b"]), "a; b", []),
        objects('["a", "b"]', ["a ", "", "b"], np.nan),
        arrow([["a", "b"], ["a", "b"], None]),
        arrow([["a", "b"], ["a", "b"], []], pa.large_list(pa.large_string())),
    ],
)
def test_a_list_is_a_list_in_every_form(column: Any) -> None:
    assert cleaned("nickNames", column) == [["a", "b"], ["a", "b"], None]


@pytest.mark.parametrize(
    "column",
    [
        [True, False, True],
        pd.array([True, False, True], dtype="boolean"),
        pd.Categorical([True, False, True]),
        objects(True, np.False_, 1),
        objects("có", "không", "x"),
        arrow([True, False, True]),
        [1, 0, 1],
        [1.0, 0.0, 1.0],
    ],
    ids=lambda column: str(getattr(column, "dtype", "list")),
)
def test_truth_is_truth_in_every_dtype(column: Any) -> None:
    frame = pd.DataFrame({"customerId": ["1", "2", "3"], "email": ["a@b.vn"] * 3})
    frame = frame.assign(emailType="Personal", primary=column)
    report = prepare(frame, "customer-identity-email")
    assert nullable(report.cleaned["primary"]) in ([True, False, True], [True, False, None])


CELLS: list[Any] = [
    {"a": 1}, [1, [2]], {"x"}, range(3), 1 + 2j, dt.timedelta(1), dt.time(7, 30), b"\xff\xfe",
    "\ud800", "x\x00y", pd.Interval(0, 1), pd.Period("2020"), pd.Timedelta("1h"), object, print,
    Decimal("Infinity"), 10**400, -0.0, np.array([[1, 2], [3, 4]]), "a" * 100_000, "🙂", "\n",
]  # fmt: skip


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{type(cell).__name__}")
def test_no_cell_stops_the_work(cell: Any) -> None:
    names = ["customerId", "fullName", "phone", "dob", "yob", "gender", "email", "nickNames",
             "maritalStatus", "timezoneGmt", "photos"]  # fmt: skip
    frame = pd.DataFrame({name: objects("1", cell, None) for name in names})
    report = prepare(frame, "customer-identity")
    assert report.n_rows == 3
    assert report.n_held == 3
    assert report._repr_html_()
    assert len(report.cleaned) == 3


@pytest.mark.parametrize("dtype", ["timedelta64[ns]", "complex128", "interval", "period[M]"])
def test_dtypes_that_are_no_values_are_findings_not_errors(dtype: str) -> None:
    columns: dict[str, Any] = {
        "timedelta64[ns]": pd.to_timedelta([1, 2, 3], unit="D"),
        "complex128": [1 + 1j, 2, 3],
        "interval": pd.interval_range(0, 3),
        "period[M]": pd.period_range("1988-06", periods=3, freq="M"),
    }
    assert cleaned("dob", columns[dtype]) == [None] * 3


ANY_CELL = st.one_of(
    st.none(), st.text(max_size=12), st.integers(), st.floats(), st.booleans(),
    st.decimals(allow_nan=False), st.dates(), st.datetimes(), st.binary(max_size=6),
    st.lists(st.text(max_size=3), max_size=2), st.sampled_from([pd.NA, pd.NaT, Decimal("NaN")]),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=1), st.complex_numbers(),
    st.timedeltas(), st.times(),
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_the_cells_hold_every_row_has_a_state(data: st.DataObject) -> None:
    names = ["customerId", "fullName", "phone", "dob", "yob", "gender", "nickNames", "timezoneGmt"]
    n_rows = data.draw(st.integers(0, 5))
    cells = st.lists(ANY_CELL, min_size=n_rows, max_size=n_rows)
    frame = pd.DataFrame({name: objects(*data.draw(cells)) for name in names})
    before = frame.copy()
    # Cells of another kind overrule a header: phones that are yes and no are asked about.
    report = prepare(frame, "customer-identity", mapping={name: name for name in names})
    assert [id(cell) for name in names for cell in frame[name]] == [
        id(cell) for name in names for cell in before[name]
    ]
    assert report.rows["row"].to_list() == list(range(n_rows))
    states = report.rows["state"].value_counts()
    assert states.get("ready", 0) == report.n_ready == len(report.ready)
    assert states.get("held", 0) == report.n_held == len(report.held)
    assert states.get("superseded", 0) == report.n_superseded == len(report.superseded)
    n_told = report.n_ready + report.n_held + report.n_superseded + report.n_not_records
    assert n_told == n_rows
