"""What names a frame and its rows, so that a workbook finds back to them."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT, as_text
from pangoprep.reading.pieces import SOURCE

#: The heading of the hidden column with the rows' identities.
HEADING = "pangoprep row"

_SIZE = 8
_NULL = "\0null"


def frame_fingerprint(frame: pd.DataFrame) -> bytes:
    """Hash a frame's column names and cells, in their order; types and index do not count.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"a": ["1", None]})
    >>> frame_fingerprint(frame) == frame_fingerprint(frame.astype(object))
    True
    """
    digest = blake2b(digest_size=_SIZE)
    for place, name in enumerate(frame.columns):
        series = frame.iloc[:, place]
        if isinstance(series.dtype, pd.CategoricalDtype):
            series = series.astype(object)
        array = as_text(series)
        if isinstance(array, pa.ChunkedArray):
            array = pa.concat_arrays([pa.array([], array.type), *array.chunks])
        array = array.cast(TEXT).fill_null(_NULL)
        _, offsets, content = array.buffers()
        ends = np.frombuffer(offsets or bytes(8), dtype=np.int64)
        ends = ends[array.offset : array.offset + len(array) + 1]
        digest.update(str(name).encode("utf-8", "replace") + b"\0")
        digest.update((ends - ends[0]).tobytes())
        digest.update(memoryview(content)[ends[0] : ends[-1]] if content else b"")
    return digest.digest()


def row_identities(
    fingerprint: bytes, rows: np.ndarray[tuple[int], np.dtype[np.int64]], shown: list[str]
) -> list[str]:
    """Name rows of a frame: the position, a hash that no row of another frame has, and its number.

    ``shown`` are the row numbers that people see beside it; they tell whether both were sorted.
    """
    return [
        f"{identity(fingerprint, row)}-{number}"
        for row, number in zip(rows.tolist(), shown, strict=True)
    ]


def identity(fingerprint: bytes, row: int) -> str:
    """Name one row."""
    return f"{row}-{blake2b(str(row).encode(), key=fingerprint, digest_size=_SIZE).hexdigest()}"


def source_rows(frame: pd.DataFrame, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str]:
    """Say where rows stand in the file they came from, as a spreadsheet counts.

    `pangoprep.read` keeps that in the index. A frame that was never cut or sorted has one header
    row above its rows. Otherwise only the index is known.
    """
    index = frame.index
    whole = isinstance(index, pd.RangeIndex) and (index.start, index.step) == (0, 1)
    if SOURCE not in frame.attrs and whole:
        return [str(row + 2) for row in rows.tolist()]
    labels = index.take(rows).to_list()
    return [" ".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in labels]
