"""What names a frame and its rows, so that a workbook finds back to them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pangoprep.columns.cell_text import TEXT, as_text
from pangoprep.columns.hashing import hash128
from pangoprep.columns.types import Rows
from pangoprep.reading.pieces import SOURCE

if TYPE_CHECKING:
    from pangoprep.steps.examined import Examined

#: The heading of the hidden column with the rows' identities.
HEADING = "pangoprep row"

_SIZE = 8
# What stands for an empty cell; odd numbers of many bits, from SplitMix64.
_NULL, _PLACE, _MIX = map(np.uint64, (7, 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9))


def fingerprint(frames: Iterable[pd.DataFrame]) -> bytes:
    """Hash column names and cells, in their order; types and index do not count.

    Rows in several frames give the same as in one: what is hashed of a row adds up.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"a": ["1", None], "b": ["x", "y"]})
    >>> fingerprint([frame]) == fingerprint([frame[:1].astype(object), frame[1:]])
    True
    """
    n_rows, names, sums = 0, [], np.zeros((0, 2), np.uint64)
    for frame in frames:
        names = [str(name) for name in frame.columns]
        sums = sums if len(sums) else np.zeros((len(names), 2), np.uint64)
        places = np.arange(n_rows, n_rows + len(frame), dtype=np.uint64)
        for column in range(len(names)):
            sums[column] += _sums(frame.iloc[:, column], places)
        n_rows += len(frame)
    digest = blake2b(str(n_rows).encode(), digest_size=_SIZE)
    for name, both in zip(names, sums, strict=True):
        digest.update(name.encode("utf-8", "replace") + b"\0" + both.tobytes())
    return digest.digest()


def _sums(series: pd.Series, places: np.ndarray[Any, np.dtype[np.uint64]]) -> tuple[Any, ...]:
    """Add up a hash of each cell and its place."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(object)
    texts = as_text(series).cast(TEXT)
    empty = texts.is_null().to_numpy(zero_copy_only=False)
    sums = []
    for hashes in hash128(texts):
        mixed = np.where(empty, _NULL, hashes) ^ (places * _PLACE)
        mixed *= _MIX
        mixed ^= mixed >> np.uint64(29)
        sums.append((mixed * _MIX).sum(dtype=np.uint64))
    return tuple(sums)


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


def source_rows(examined: Examined, rows: Rows) -> list[str]:
    """Say where rows stand in the file they came from, as a spreadsheet counts.

    `pangoprep.read` keeps that in the index. A frame that was never cut or sorted has one header
    row above its rows. Otherwise only the index is known.
    """
    index = examined.index
    whole = isinstance(index, pd.RangeIndex) and (index.start, index.step) == (0, 1)
    if SOURCE not in examined.attrs and whole:
        return [str(row + 2) for row in rows.tolist()]
    labels = index.take(rows).to_list()
    return [" ".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in labels]
