"""Any column of pandas as text: what its cells show.

Numbers keep what they show: the float 123.0 becomes ``123.0``, so that normalizers can see the
damage. Datetimes become ISO 8601, with ``Z`` where they know their zone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

TEXT = pa.large_string()
#: The same in pandas.
TEXT_DTYPE = pd.StringDtype("pyarrow", na_value=np.nan)
_LONGEST_DECIMAL = 40  # digits; 1E+999999 would be a million of them
# Arrow types whose cells are read one by one. A duration would become a number, and that a date.
_OBJECTS = (pa.types.is_nested, pa.types.is_binary, pa.types.is_null, pa.types.is_duration)
# Above these, neighboring whole numbers share one float; by the bytes a float has.
_EXACT = {2: 2.0**11, 4: 2.0**24, 8: 2.0**53}


def as_text(series: pd.Series) -> pa.Array | pa.ChunkedArray:
    """Return a column as an Arrow text array; null stays null."""
    if isinstance(series.dtype, pd.SparseDtype):
        series = series.sparse.to_dense()
    dtype = series.dtype
    if isinstance(dtype, pd.StringDtype):
        # Python's storage may hold a lone surrogate, which Arrow does not take.
        return (
            _object_text(series)
            if dtype.storage == "python"
            else pa.array(series, type=TEXT, from_pandas=True)
        )
    if isinstance(dtype, pd.DatetimeTZDtype):
        return _moments(series.dt.tz_convert("UTC").dt.tz_localize(None), "Z")
    if isinstance(dtype, pd.ArrowDtype):
        return _arrow_text(series)
    if dtype.kind == "M":
        return _moments(series, "")
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_integer_dtype(dtype):
        return pa.array(series, from_pandas=True).cast(TEXT)
    if pd.api.types.is_float_dtype(dtype):
        return _float_text(series.to_numpy("float64", na_value=np.nan), dtype.itemsize)
    return _object_text(series)


def _moments(series: pd.Series, suffix: str) -> pa.Array:
    """Write datetimes as ISO 8601 with milliseconds."""
    ms = pa.array(series.astype("datetime64[ms]"), type=pa.timestamp("ms"), from_pandas=True)
    return pc.binary_join_element_wise(ms.cast(TEXT), pa.scalar(suffix, TEXT), pa.scalar("", TEXT))


def _arrow_text(series: pd.Series) -> pa.Array | pa.ChunkedArray:
    array = series.array.__arrow_array__()
    kind = array.type
    if pa.types.is_dictionary(kind):
        array, kind = array.cast(kind.value_type), kind.value_type
    if pa.types.is_timestamp(kind):
        if kind.tz is None:
            return _moments(series, "")
        # Unsafe only in cutting what is finer than a millisecond, which columns of "now" hold.
        return _moments(pd.Series(array.cast(pa.timestamp("ms"), safe=False).to_pandas()), "Z")
    if pa.types.is_floating(kind):
        return _float_text(series.to_numpy("float64", na_value=np.nan), kind.byte_width)
    if pa.types.is_decimal(kind):
        return _unlike_thousands(array.cast(TEXT))
    if any(is_kind(kind) for is_kind in _OBJECTS):
        return _object_text(pd.Series(array.to_pylist(), dtype=object))
    return array.cast(TEXT)


def _unlike_thousands(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Give numbers of three decimals a fourth: in a text, 1.234 can be a thousand and more."""
    return pc.replace_substring_regex(texts, r"(\.[0-9]{3})\z", r"\10")


def _float_text(numbers: np.ndarray[Any, np.dtype[np.float64]], n_bytes: int) -> pa.Array:
    """Write floats so that whole numbers show every digit they can vouch for, and only those.

    Larger ones are written as Excel writes what it rounded; ``n_bytes`` is the floats' own size.
    """
    distinct, codes = np.unique(numbers, return_inverse=True)
    exact = _EXACT.get(n_bytes, _EXACT[8])
    texts = [
        f"{number:.1f}"
        if number.is_integer() and abs(number) < exact
        else repr(number)
        if n_bytes >= 8 or abs(number) < exact
        else f"{number:.6e}"
        for number in distinct.tolist()
    ]
    missing = np.isnan(numbers)
    return _unlike_thousands(pa.array(texts, type=TEXT)).take(pa.array(codes, mask=missing))


def _object_text(series: pd.Series) -> pa.Array:
    cells: Sequence[Any] = series.to_list()
    try:
        return pa.array(cells, type=TEXT, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        return pa.array([_cell_text(cell) for cell in cells], type=TEXT)


def _dictionary_text(cell: dict[Any, Any]) -> str:
    try:
        return json.dumps(cell, ensure_ascii=False, default=str)
    except (TypeError, ValueError):  # keys that JSON has no form for; a dictionary in itself
        return str(cell)


def _cell_text(cell: Any) -> str | None:
    """Write one cell of a mixed column as text."""
    if isinstance(cell, str):
        # A lone surrogate cannot be written as UTF-8.
        return cell.encode("utf-8", "replace").decode("utf-8")
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, np.ndarray) and cell.ndim == 0:
        cell = cell.item()
    if isinstance(cell, (list, tuple, set, frozenset, np.ndarray)):
        return json.dumps([_item(item) for item in cell], ensure_ascii=False, default=str)
    if isinstance(cell, dict):
        return _dictionary_text(cell)
    if cell is None or (pd.api.types.is_scalar(cell) and pd.isna(cell)):
        return None
    if isinstance(cell, (bool, np.bool_)):
        return str(bool(cell)).lower()
    if isinstance(cell, (float, np.floating)):
        n_bytes = cell.itemsize if isinstance(cell, np.floating) else 8
        return str(_float_text(np.array([cell], dtype="float64"), n_bytes)[0])
    if isinstance(cell, dt.datetime):
        return _moment_text(cell)
    if isinstance(cell, Decimal):
        plain = f"{cell:f}" if abs(cell.adjusted()) < _LONGEST_DECIMAL else str(cell)
        return str(_unlike_thousands(pa.array([plain], type=TEXT))[0])
    return str(cell)


def _item(item: Any) -> Any:
    """Write an item of a list as text; one that has parts of its own keeps them."""
    return item if isinstance(item, (dict, list, tuple)) else _cell_text(item)


def _moment_text(moment: dt.datetime) -> str:
    """Write a Python datetime as ISO 8601, in UTC where it knows its zone."""
    if moment.tzinfo is None:
        return moment.isoformat(" ")
    try:
        return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ") + "Z"
    except OverflowError:  # the first and the last day there are
        return moment.isoformat(" ")
