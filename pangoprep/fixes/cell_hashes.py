"""How a cell is found again: by its row's key, its field and what it holds, in hashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT, as_text
from pangoprep.columns.column import whole
from pangoprep.columns.hashing import hash128

#: Two hashes of 64 bits for each row: shape (rows, 2).
Hashes = np.ndarray[Any, np.dtype[np.uint64]]

_ROUND = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def cells_of(column: pd.Series) -> pa.Array:
    """Return cells as they are compared: as text, without case and outer spaces; empty is null."""
    texts = whole(as_text(column)).cast(TEXT)
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    return pc.if_else(pc.equal(plain, ""), pa.scalar(None, TEXT), plain)


def hashes_of(cells: pa.Array) -> Hashes:
    """Hash cells; those that are empty have zeros."""
    return np.column_stack(hash128(cells))


def hash_of_text(text: str) -> Hashes:
    """Hash one text as the cell that holds it."""
    return hashes_of(cells_of(pd.Series([text], dtype=object)))


def both(one: Hashes, other: Hashes) -> Hashes:
    """Hash pairs of hashes; which is first counts."""
    mixed = (one * _MIX) ^ (other + _ROUND)
    mixed ^= mixed >> np.uint64(31)
    return (mixed * _ROUND) ^ (mixed >> np.uint64(29))


def row_hashes(frame: pd.DataFrame, sources: Mapping[str, Any], key: Sequence[str]) -> Hashes:
    """Name each row: by the cells of its key, or, where one of them is empty, by all its cells.

    Parameters
    ----------
    frame
        The rows as they came.
    sources
        The frame's column of each field.
    key
        The fields of the entity's key.
    """
    keyed = np.ones((len(frame), 2), np.uint64)
    is_keyed = np.full(len(frame), bool(key) and all(name in sources for name in key))
    for name in key if is_keyed.any() else ():
        hashed = hashes_of(cells_of(frame[sources[name]]))
        is_keyed &= hashed.any(axis=1)
        keyed = both(keyed, hashed)
    others = np.flatnonzero(~is_keyed)
    if len(others):
        rest, every = frame.iloc[others], np.zeros((len(others), 2), np.uint64)
        for name in sorted(sources):
            hashed = hashes_of(cells_of(rest[sources[name]]))
            every = both(every, both(hash_of_text(name), hashed))
        keyed[others] = every
    return keyed
