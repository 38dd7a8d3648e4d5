"""Reading a pandas column of any type as text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pangoprep.columns.column import encode, read_column


def texts(column: pd.Series) -> list[str | None]:
    read = read_column(column)
    found: list[str | None] = read.at(np.arange(len(column))).to_pylist()
    return found


def of_one(cell: Any) -> pd.Series:
    cells = np.empty(1, dtype=object)
    cells[0] = cell
    return pd.Series(cells, dtype=object)


@pytest.mark.parametrize("unit", ["us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Ho_Chi_Minh"])
def test_times_finer_than_milliseconds_are_cut(unit: str, zone: str | None) -> None:
    scale = {"us": 1_000, "ns": 1_000_000}[unit]
    array = pa.array([1_500 * scale + 7, None], pa.timestamp(unit, zone))
    column = pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([array])))
    end = "" if zone is None else "Z"
    assert texts(column) == [f"1970-01-01 00:00:01.500{end}", None]


@pytest.mark.parametrize("dtype", ["int64", "float64", "bool", object])
def test_sparse_columns_are_read_as_dense_ones(dtype: Any) -> None:
    dense = pd.Series([1, 0, 1]).astype(dtype)
    assert texts(dense.astype(pd.SparseDtype(dtype))) == texts(dense)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (np.array(5), "5"),
        (np.array("a"), "a"),
        (frozenset(["a"]), '["a"]'),
        ({"a": dt.date(2020, 1, 1)}, '{"a": "2020-01-01"}'),
        ({(1, 2): 3}, "{(1, 2): 3}"),
    ],
)
def test_cells_that_are_no_scalars(cell: Any, text: str) -> None:
    assert texts(of_one(cell)) == [text]


@pytest.mark.parametrize(
    ("cell", "text"),
    [("1.234", "1.2340"), ("1.000", "1.0000"), ("5.00", "5.00"), ("1E+3", "1000"), ("7", "7"),
     ("1E+999999", "1E+999999"), ("Infinity", "Infinity")],
)  # fmt: skip
def test_the_point_of_a_decimal_is_no_thousands_separator(cell: str, text: str) -> None:
    assert texts(of_one(Decimal(cell))) == [text]


def test_decimals_of_arrow_are_read_like_those_of_python() -> None:
    cells = [Decimal("1.234"), None]
    assert texts(pd.Series(cells, dtype=pd.ArrowDtype(pa.decimal128(20, 3)))) == ["1.2340", None]


@pytest.mark.parametrize("unit", ["s", "us"])
def test_a_duration_is_no_number(unit: str) -> None:
    durations = pd.Series([dt.timedelta(days=1), None], dtype=pd.ArrowDtype(pa.duration(unit)))
    assert texts(durations)[1] is None
    assert "day" in str(texts(durations)[0])


@pytest.mark.parametrize("cell", [pd.Series([1, 2]), pd.DataFrame({"a": [1]}), pd.Index([1, 2])])
def test_a_table_in_a_cell_is_some_text(cell: Any) -> None:
    assert texts(of_one(cell)) == [str(cell)]


@pytest.mark.parametrize("dtype", [object, "string[python]"])
def test_half_a_character_is_no_error(dtype: Any) -> None:
    assert texts(pd.Series(["\ud800a", None], dtype=dtype)) == ["?a", None]


def test_pieces_of_a_column_share_one_list_of_distinct_texts() -> None:
    pieces = pa.chunked_array([["a", "b", None], ["c", "a"], [], ["d"]], pa.large_string())
    column = encode(pieces)
    assert column.distinct.to_pylist() == ["a", "b", "c", "d"]
    assert column.codes is not None
    assert column.codes.tolist() == [0, 1, -1, 2, 0, 3]
    assert encode(pa.chunked_array([], pa.string())).distinct.to_pylist() == []


def test_categories_that_no_row_holds_are_no_values() -> None:
    series = pd.Series(pd.Categorical(["b", None, "b"], categories=["a", "b", "c"]))
    column = read_column(series)
    assert column.distinct.to_pylist() == ["b"]
    assert column.codes is not None
    assert column.codes.tolist() == [0, -1, 0]
    assert read_column(series.iloc[:0]).distinct.to_pylist() == []
