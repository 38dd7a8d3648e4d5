"""Keys of rows as hashes: what tells which rows belong together, whatever the cut.

Two keys are the same if both of their 64-bit hashes are. Among ten million keys, two different
ones share both with a chance of one in 10^24.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cache import cached
from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.hashing import hash64, hash128
from pangoprep.columns.types import Mask, Rows
from pangoprep.normalizers.base import pick
from pangoprep.steps.folding import fold

Hashes = np.ndarray[Any, np.dtype[np.uint64]]

# Odd numbers of many bits: the golden ratio's fraction, and SplitMix64's second multiplier.
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0x94D049BB133111EB))
_HALF = np.uint64(32)  # bits


@dataclass(frozen=True, eq=False)
class Keys:
    """The keys of some rows.

    Parameters
    ----------
    first, second
        Two hashes per row.
    complete
        Marks the rows that have a key: all of its fields are filled.
    folded
        A hash per row of the key without what only its writing adds (`fold`); None if nobody asks.
    """

    first: Hashes
    second: Hashes
    complete: Mask
    folded: Hashes | None = None
    _every: Keys | None = None  # with the keys that `without` took away

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.first)

    def take(self, places: Rows | Mask) -> Keys:
        """Return the keys of some rows."""
        folded = None if self.folded is None else self.folded[places]
        return Keys(self.first[places], self.second[places], self.complete[places], folded)

    def without(self, rows: Mask) -> Keys:
        """Return the keys with none in the marked rows; what is `alike` is not looked for again."""
        return replace(self, complete=self.complete & ~rows, _every=self)

    def with_rows(self, rows: Rows, new: Keys) -> Keys:
        """Return the keys with others in some rows; what is `alike` is not looked for all over."""
        first, second, complete = self.first.copy(), self.second.copy(), self.complete.copy()
        first[rows], second[rows], complete[rows] = new.first, new.second, new.complete
        folded = None
        if self.folded is not None and new.folded is not None:
            folded = self.folded.copy()
            folded[rows] = new.folded
        changed = Keys(first, second, complete, folded)
        hashes = changed.told_by
        # Two rows that are alike were so before, or one of them is new.
        same = np.flatnonzero(_among(hashes, np.unique(hashes[rows])))
        maybe = np.union1d(self.alike, same)
        maybe = maybe[complete[maybe]]
        found = maybe[_share_all(hashes[maybe])]
        changed.__dict__["alike"] = found
        return changed

    @cached_property
    def alike(self) -> Rows:
        """The rows whose key another row has too, or nearly: those that share a folded one."""
        hashes = self.told_by
        if self._every is not None:
            rows = self._every.alike
            rows = rows[self.complete[rows]]
            of_these: Rows = rows[_share_all(hashes[rows])]
            return of_these
        rows = np.flatnonzero(self.complete)
        if len(rows) < len(hashes):
            hashes = hashes[rows]
        rows = rows[_share_high_half(hashes)]
        found: Rows = rows[_share_all(self.told_by[rows])]
        return found

    @property
    def told_by(self) -> Hashes:
        """The hashes of which rows that are alike, or nearly, have the same."""
        return self.first if self.folded is None else self.folded

    def find(self, known: Keys) -> Rows:
        """Return where each key stands among the known ones the first time, -1 for nowhere."""
        places = np.full(len(self), -1, dtype=np.int64)
        order = np.argsort(known.first, kind="stable")
        order = order[known.complete[order]]
        first, second = known.first[order], known.second[order]
        left = np.flatnonzero(self.complete)
        at = np.searchsorted(first, self.first[left])
        while len(left):
            inside = at < len(first)
            left, at = left[inside], at[inside]
            same = first[at] == self.first[left]
            left, at = left[same], at[same]
            found = second[at] == self.second[left]
            places[left[found]] = order[at[found]]
            left, at = left[~found], at[~found] + 1
        return places


def _share_high_half(hashes: Hashes) -> Mask:
    """Mark hashes whose high half another one has: all that are equal, and hardly any others.

    Sorting halves takes half as long as finding the order of the hashes, and few of them are left.
    """
    high = (hashes >> _HALF).astype(np.uint32)
    in_order = np.sort(high)
    several = in_order[1:][in_order[1:] == in_order[:-1]]
    begin_so = np.zeros(1 << 20, dtype=bool)
    begin_so[several >> 12] = True
    marked: Mask = begin_so[high >> 12]
    marked[marked] = np.isin(high[marked], several)
    return marked


def _among(hashes: Hashes, few: Hashes) -> Mask:
    """Mark hashes that are some of a few."""
    begin_so = np.zeros(1 << 20, dtype=bool)
    begin_so[few >> np.uint64(44)] = True
    marked: Mask = begin_so[hashes >> np.uint64(44)]
    marked[marked] = np.isin(hashes[marked], few)
    return marked


def _share_all(hashes: Hashes) -> Mask:
    """Mark hashes that another one equals."""
    order = np.argsort(hashes)
    in_order = hashes[order]
    same = in_order[1:] == in_order[:-1]
    shared = np.zeros(len(order), dtype=bool)
    shared[order[1:][same]] = True
    shared[order[:-1][same]] = True
    return shared


def keys_of(
    columns: Sequence[pd.Series | pa.Array | pa.ChunkedArray], n_rows: int, *, folded: bool = False
) -> Keys:
    """Hash the keys of so many rows, whose fields are these columns of canonical values.

    With ``folded``, hash them also without what only their writing adds.

    Examples
    --------
    >>> keys = keys_of([pa.array(["a", "b", None, "a"])], 4)
    >>> keys.complete.tolist(), bool(keys.first[0] == keys.first[3])
    ([True, True, False, True], True)
    """
    texts = [pa.array(c, from_pandas=True) if isinstance(c, pd.Series) else c for c in columns]
    texts = [some if some.type == TEXT else some.cast(TEXT) for some in texts]
    if len(texts) != 1:
        return _keys_of(texts, n_rows, folded)
    # What is alike is found once, too.
    return cached(texts[0], "keys", folded, lambda: _keys_of(texts, n_rows, folded))


def _keys_of(columns: Sequence[pa.Array | pa.ChunkedArray], n_rows: int, folded: bool) -> Keys:
    first, second = np.zeros(n_rows, np.uint64), np.zeros(n_rows, np.uint64)
    complete = np.ones(n_rows, dtype=bool)
    near = np.zeros(n_rows, np.uint64) if folded else None
    for texts in columns:
        hashes = _hashed(texts)
        complete &= texts.is_valid().to_numpy(zero_copy_only=False)
        if len(columns) == 1:  # the same bits, which are kept once
            return Keys(*hashes, complete, _folded(texts) if folded else None)
        # The order of the fields counts: ("a", "b") is another key than ("b", "a").
        first = (first * _MIX[0]) ^ hashes[0]
        second = (second * _MIX[1]) ^ hashes[1]
        if near is not None:
            near = (near * _MIX[0]) ^ _folded(texts)
    return Keys(first, second, complete, near)


def prepare_key(texts: pa.Array | pa.ChunkedArray, *, is_whole: bool) -> None:
    """Hash a column that is part of a key, so that `keys_of` finds it done.

    Where it is the whole key, the rows that are alike are found, too.

    Columns are cleaned side by side; so this is, too, and `clean` after `validate` has it already.
    """
    if texts.type != TEXT:
        return
    _hashed(texts)
    _folded(texts)
    if is_whole:
        _ = keys_of([texts], len(texts), folded=True).alike


def _hashed(texts: pa.Array | pa.ChunkedArray) -> tuple[Hashes, Hashes]:
    return cached(texts, "hash", (), lambda: hash128(texts))


def _folded(texts: pa.Array | pa.ChunkedArray) -> Hashes:
    return cached(texts, "fold", (), lambda: _fold_anew(texts))


def _fold_anew(texts: pa.Array | pa.ChunkedArray) -> Hashes:
    folded, hashes = fold(texts), _hashed(texts)[0]
    differs = pc.fill_null(pc.not_equal(folded, texts), False).to_numpy(zero_copy_only=False)
    if differs.any():
        hashes = hashes.copy()
        hashes[differs] = hash64(pick(folded, differs))
    return hashes


def join_keys(parts: Sequence[Keys]) -> Keys:
    """Put the keys of parts together, in their order."""
    if not parts:
        return keys_of([], 0)
    folded = [part.folded for part in parts if part.folded is not None]
    return Keys(
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.second for part in parts]),
        np.concatenate([part.complete for part in parts]),
        np.concatenate(folded) if len(folded) == len(parts) else None,
    )
