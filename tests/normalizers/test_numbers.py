"""Whole numbers, years of birth, offsets from GMT, and ids."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.normalizers.cells import canonical, judge, rules_of
from tests.normalizers.promises import FIELDS, read


@settings(max_examples=40, deadline=None)
@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_number_is_itself_in_every_form(number: int) -> None:
    forms = [str(number), f"{number}.0", f"{number}.00", f"{number},00", f"{number:,}"]
    forms += [f"{number:,}".replace(",", sign) for sign in (".", " ", "\u00a0", "'")]
    forms += [
        f"{number:,}.00",
        f"{number:,}".replace(",", ".") + ",00",
        f"'{number}",
        f" {number} ",
    ]
    assert read("earnPoint", forms) == [number] * len(forms)


@settings(max_examples=40, deadline=None)
@given(st.integers(-999, 999), st.integers(1, 999_999), st.sampled_from([1, 2, 4, 5, 6]))
def test_a_fraction_is_no_number_of_points(whole: int, part: int, places: int) -> None:
    digits = f"{part % 10**places or 1:0{places}d}"
    cells = [f"{whole}.{digits}"] if places != 3 else []
    cells += [f"{whole},{digits}"]
    assert read("earnPoint", cells) == [None] * len(cells)


@pytest.mark.parametrize("number", [1.234, 12.345, 0.5, 1e20, float("inf"), -1.5, 2.0**60])
def test_a_float_column_has_no_thousands_separators(number: float) -> None:
    report = judge("earnPoint", pd.Series([number, 5.0]))
    assert canonical(report, "earnPoint") == ["", "5"]
    assert rules_of(report, "earnPoint") == ["integer.unreadable"]


@pytest.mark.parametrize("dtype", ["int64", "Int64", "float64", "object", "int64[pyarrow]"])
def test_numbers_of_every_type_are_read(dtype: str) -> None:
    report = judge("earnPoint", pd.Series([5000, 0]).astype(dtype))
    assert canonical(report, "earnPoint") == ["5000", "0"]


def test_a_suggestion_never_changes_the_count_of_points() -> None:
    report = judge("earnPoint", ["5.000", "12.5"])
    assert report.findings.set_index("row").loc[0, "rule"] == "integer.dot_thousands"
    assert report.n_held == 1


@pytest.mark.parametrize("hours", range(-12, 15))
def test_an_offset_is_itself_in_every_form(hours: int) -> None:
    sign = "-" if hours < 0 else "+"
    size = abs(hours)
    forms = [str(hours), f"{sign}{size}", f"{sign}{size:02d}", f"{sign}{size:02d}:00"]
    forms += [f"{sign}{size:02d}00", f"GMT{sign}{size}", f"utc {sign}{size:02d}:00", f"{hours}.0"]
    forms += [f"(UTC{sign}{size:02d}:00) Somewhere", f"GMT{sign}{size:02d}00 (Some Time)"]
    assert read("timezoneGmt", forms) == [hours] * len(forms)


@pytest.mark.parametrize("hours", [-14, -13, 15, 20, 99])
def test_an_offset_out_of_range_is_refused_in_every_form(hours: int) -> None:
    sign = "-" if hours < 0 else "+"
    forms = [
        str(hours),
        f"{sign}{abs(hours)}:00",
        f"GMT{sign}{abs(hours)}",
        f"{sign}{abs(hours)}00",
    ]
    for form in forms:
        report = judge("timezoneGmt", [form])
        assert rules_of(report, "timezoneGmt") == ["timezone.out_of_range"], form


@settings(max_examples=40, deadline=None)
@given(st.integers(1900, 2026))
def test_a_year_is_itself_in_every_form(year: int) -> None:
    forms = [str(year), f"{year}.0", f"{year},0", f" {year} ", f"'{year}"]
    assert read("yob", forms) == [year] * len(forms)


@settings(max_examples=40, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=15))
def test_an_id_keeps_its_zeros_in_every_form(digits: str) -> None:
    forms = [digits, f"'{digits}", f'="{digits}"', f" {digits}\t", f"{digits}.0", f"{digits}\u200b"]
    assert read("customerId", forms) == [digits] * len(forms)


@settings(max_examples=40, deadline=None)
@given(st.integers(10**5, 10**14))
def test_an_id_is_recovered_from_scientific_notation_only_with_every_digit(number: int) -> None:
    digits = str(number)
    size = len(digits) - 1
    whole = f"{digits[0]}.{digits[1:]}E+{size}"
    cut = f"{digits[0]}.{digits[1:-1]}E+{size}"
    assert read("customerId", [whole, cut]) == [digits, None]


@pytest.mark.parametrize("dtype", ["int64", "Int64", "float64", "object"])
def test_ids_of_every_type_are_read(dtype: str) -> None:
    report = judge("customerId", pd.Series([120_901_341, 7]).astype(dtype))
    assert canonical(report, "customerId") == ["120901341", "7"]
    told = ["id.float"] if dtype == "float64" else []
    assert rules_of(report, "customerId") == told


def test_an_id_that_a_float_rounded_is_refused() -> None:
    report = judge("customerId", pd.Series([12_345_678_901_234_567.0]))
    assert rules_of(report, "customerId") == ["id.excel_rounded"]


NARROW = ["float32", "Float32", "float[pyarrow]"]


@pytest.mark.parametrize("dtype", NARROW)
def test_a_narrow_float_column_has_lost_digits(dtype: str) -> None:
    # Half of a float's bytes hold seven digits: 912345678 has become 912345664.
    column = pd.Series([912_345_678.0, 5.0], dtype=dtype)
    assert rules_of(judge("phone", column), "phone") == ["phone.excel_rounded"]
    assert rules_of(judge("customerId", column), "customerId") == ["id.excel_rounded"]
    assert rules_of(judge("earnPoint", column), "earnPoint") == ["integer.unreadable"]
    assert canonical(judge("earnPoint", column), "earnPoint") == ["", "5"]


ODD_CELLS = [
    None, float("nan"), pd.NA, pd.NaT, np.datetime64("NaT", "ns"), True, np.bool_(False), 10**30,
    np.uint64(2**64 - 1), np.float32(9.1), float("inf"), complex(1, 2), Decimal("912345678"),
    "a\ud800b", b"\xff\xfe", dt.date(1, 1, 1), dt.time(1, 2), dt.timedelta(days=1),
    dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14))),
    dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.timezone(dt.timedelta(hours=-12))),
    pd.Period("2020-01"), pd.Interval(0, 1), np.datetime64(-(10**17), "s"), [], ["a", None, 1],
    ("x",), {"a": 1}, {1, 2}, np.array([1, 2]), pd.Series([1, 2]), pd.DataFrame(), object, len,
]  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_whatever_an_object_column_holds_is_read_or_told(name: str) -> None:
    cells = np.empty(len(ODD_CELLS), dtype=object)
    for row, cell in enumerate(ODD_CELLS):  # one by one, or NumPy would open the lists
        cells[row] = cell
    report = judge(name, pd.Series(cells))
    assert len(report.cleaned) == len(ODD_CELLS)
