"""Types that columns share: masks, row numbers, values."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

#: One boolean per row or value.
Mask: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]
#: Positions of rows, from 0.
Rows: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
#: Whole numbers, one per row or value.
Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]
#: Canonical values, one per row; those of a long column are in pieces.
Values: TypeAlias = pa.Array | pa.ChunkedArray
