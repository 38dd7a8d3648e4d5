"""Canonical values as columns of pandas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT_DTYPE
from pangoprep.columns.types import Values


def is_items(kind: pa.DataType) -> bool:
    """Whether a column of this type holds lists of objects."""
    return bool(pa.types.is_list(kind) and pa.types.is_struct(kind.value_type))


def to_pandas(array: Values) -> Any:
    """Turn canonical values into the pandas type of their kind."""
    kind = array.type
    if pa.types.is_large_string(kind):
        return TEXT_DTYPE.__from_arrow__(array)
    if pa.types.is_integer(kind):
        return pd.Int64Dtype().__from_arrow__(array)
    if pa.types.is_decimal(kind) or is_items(kind):
        pieces = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
        return pd.ArrowDtype(kind).__from_arrow__(pieces)
    if pa.types.is_boolean(kind):
        return pd.BooleanDtype().__from_arrow__(array)
    lists = np.empty(len(array), dtype=object)
    lists[:] = array.to_pylist()
    return lists
