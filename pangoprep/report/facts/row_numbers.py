"""What people call a row: by its number in their file, where it came from one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Rows
from pangoprep.reading.pieces import FILE_ROW, TABLE


def row_numbers(labels: pd.Index, rows: Rows) -> np.ndarray[Any, Any]:
    """Return the numbers of rows with these labels and positions: in their file, else from 0.

    Labels of an index that is the caller's own are no numbers of rows; they may be personal.

    Examples
    --------
    >>> row_numbers(pd.Index([5], name=FILE_ROW), np.array([1])).tolist()
    [5]
    >>> row_numbers(pd.Index(["Chi"]), np.array([1])).tolist()
    [1]
    """
    if labels.name == FILE_ROW:
        numbers: np.ndarray[Any, Any] = labels.to_numpy()
        return numbers
    if isinstance(labels, pd.MultiIndex) and (
        labels.names[-1] == FILE_ROW or labels.names[0] == TABLE
    ):
        return np.array([" ".join(map(str, label)) for label in labels], dtype=object)
    return rows


def as_texts(numbers: np.ndarray[Any, Any]) -> pa.Array:
    """Write row numbers, without marks between thousands."""
    return pa.array(numbers).cast(TEXT)
