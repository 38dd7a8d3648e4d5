"""Rows of one key in a file that is taken in parts: which of them is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask, Rows
from pangoprep.findings import Block, rules

RULES = ("duplicate.superseded", "duplicate.key")
# Two hashes of 64 bits: among ten million keys no two are mixed up.
_HASH_KEYS = ("pangoprep-keys-1", "pangoprep-keys-2")


@dataclass(frozen=True)
class Shared:
    """The rows of a file that do not go because of others with their key.

    Parameters
    ----------
    rows
        Their positions, ascending.
    winners
        The row that is sent instead of each; None if all rows of a shared key are held.
    """

    rows: Rows
    winners: Rows | None

    def block(self, key: Sequence[str], start: int, stop: int) -> Block:
        """Return the finding of the rows from ``start`` to before ``stop``, counted from there."""
        first, last = np.searchsorted(self.rows, [start, stop])
        found = self.whole(key)
        suggestions = None
        if self.winners is not None:
            numbers = pa.array(self.winners[first:last]).cast(TEXT)
            texts = [pa.scalar(text, TEXT) for text in ("row", "is sent", " ")]
            suggestions = pc.binary_join_element_wise(texts[0], numbers, *texts[1:])
        return replace(found, rows=self.rows[first:last] - start, suggestions=suggestions)

    def whole(self, key: Sequence[str]) -> Block:
        """Return the finding of the whole file, without a word for each of millions of rows."""
        rule = "duplicate.key" if self.winners is None else "duplicate.superseded"
        return Block(rule, key[0], rules()[rule].severity, self.rows, detail=" + ".join(key))


class Keys:
    """The keys of the rows of all parts, as hashes.

    Parameters
    ----------
    key
        The fields of the key.
    policy
        Which of several rows is sent: ``"last"``, ``"first"``, or none (``"hold"``).
    """

    def __init__(self, key: Sequence[str], policy: str) -> None:
        self._key, self._policy = key, policy
        self._hashes: list[np.ndarray[Any, np.dtype[np.uint64]]] = []
        self._rows: list[Rows] = []

    def add(self, canonical: pd.DataFrame, held: Mask, start: int) -> None:
        """Take the keys of a part; ``start`` is its first row."""
        if any(name not in canonical for name in self._key):
            return
        complete = canonical[list(self._key)].notna().all(axis="columns").to_numpy()
        rows = np.flatnonzero(complete if self._policy == "hold" else complete & ~held)
        texts = [canonical[name].iloc[rows].astype("str") for name in self._key]
        joined = texts[0]
        for text in texts[1:]:
            joined = joined + "\x1f" + text
        values = joined.to_numpy(dtype=object)
        hashes = [pd.util.hash_array(values, hash_key=key, categorize=False) for key in _HASH_KEYS]
        self._hashes.append(np.column_stack(hashes))
        self._rows.append(rows + start)

    def shared(self) -> Shared:
        """Decide between the rows of each key; call it once, after the last part."""
        none = np.empty(0, dtype=np.int64)
        # Ten million keys are a quarter of a gigabyte: nothing is kept twice for long.
        hashes = np.concatenate([np.empty((0, 2), dtype=np.uint64), *self._hashes])
        self._hashes = []
        rows = np.concatenate([none, *self._rows])
        self._rows = []
        # Rows are ascending, and the sort keeps their order within a key.
        order = np.lexsort((hashes[:, 1], hashes[:, 0]))
        hashes, rows = hashes[order], rows[order]
        starts = np.ones(len(rows), dtype=bool)
        starts[1:] = (hashes[1:] != hashes[:-1]).any(axis=1)
        del hashes
        sizes = np.diff(np.append(np.flatnonzero(starts), len(rows)))
        is_shared = np.repeat(sizes > 1, sizes)
        if self._policy == "hold":
            return Shared(np.sort(rows[is_shared]), None)
        ends = np.append(starts[1:], True)[: len(rows)]
        wins = ends if self._policy == "last" else starts
        winners = np.repeat(rows[wins], sizes)
        loses = is_shared & ~wins
        by_row = np.argsort(rows[loses])
        return Shared(rows[loses][by_row], winners[loses][by_row])
