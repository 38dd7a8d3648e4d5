"""How many rows become ready if one problem is solved and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pangoprep.columns.types import Mask, Rows
from pangoprep.findings import Block
from pangoprep.steps.duplicates import ONE_KEY
from pangoprep.steps.examined import Examined
from pangoprep.steps.item_rows import HELD_TOGETHER
from pangoprep.steps.keys import Keys

# What is found of rows because of others: it is solved with theirs.
_OF_OTHERS = (HELD_TOGETHER, *ONE_KEY)


@dataclass(frozen=True, eq=False)
class _SharedKeys:
    """The rows whose key others have, too: those of one key beside each other, in their order."""

    rows: Rows
    starts: Rows

    @classmethod
    def of(cls, keys: Keys) -> _SharedKeys:
        rows = keys.alike
        first, second = keys.first[rows], keys.second[rows]
        order = np.lexsort((rows, second, first))
        rows, first, second = rows[order], first[order], second[order]
        is_new = np.ones(len(rows), dtype=bool)
        is_new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
        return cls(rows, np.flatnonzero(is_new))

    def winners(self, candidates: Mask, policy: str) -> Rows:
        """Return the place among ``rows`` of the row of each key that is sent, of candidates."""
        places = np.arange(len(self.rows))
        if policy == "last":
            found: Rows = np.maximum.reduceat(np.where(candidates, places, -1), self.starts)
            return found[found >= 0]
        nobody = len(self.rows)
        found = np.minimum.reduceat(np.where(candidates, places, nobody), self.starts)
        return found[found < nobody]


class Freed:
    """Counts the rows that become ready, problem by problem.

    Parameters
    ----------
    examined
        The rows.
    problems
        All that is found of them, one block for each problem.
    """

    def __init__(self, examined: Examined, problems: Iterable[Block]) -> None:
        self._examined = examined
        n_causes, n_own = (np.zeros(examined.n_rows, dtype=np.int16) for _ in range(2))
        for block in problems:
            if block.severity == "error":
                n_causes[block.rows] += 1
                if block.rule not in _OF_OTHERS:
                    n_own[block.rows] += 1
        self._n_causes, self._n_own = n_causes, n_own
        self._is_solved = np.zeros(examined.n_rows, dtype=bool)

    def by(self, block: Block) -> int:
        """Return how many rows become ready if a problem is solved and nothing else."""
        if block.severity != "error" or block.rule == HELD_TOGETHER:
            return 0
        solved = block.rows[self._n_causes[block.rows] == 1]
        if self._examined.first is not None:
            return self._in_records(solved, self._examined.first)
        policy, shared = self._examined.options.duplicates, self._shared
        if policy == "hold" or block.rule in ONE_KEY or shared is None or not len(solved):
            return len(solved)
        self._is_solved[solved] = True
        is_solved = self._is_solved[shared.rows]
        self._is_solved[solved] = False
        n_alike = int(is_solved.sum())
        if not n_alike:
            return len(solved)
        winners = shared.winners(self._may_be_sent | is_solved, policy)
        return len(solved) - n_alike + int(is_solved[winners].sum())

    def _in_records(self, solved: Rows, first: Rows) -> int:
        """Count the rows of records of which no row has another cause."""
        n_rows = self._examined.n_rows
        n_bad = np.bincount(first[self._n_own > 0], minlength=n_rows)
        n_solved = np.bincount(first[solved], minlength=n_rows)
        is_free = (n_solved > 0) & (n_solved == n_bad)
        return int((is_free[first] & self._examined.is_held).sum())

    @cached_property
    def _shared(self) -> _SharedKeys | None:
        part = getattr(self._examined, "part", None)
        if part is None or part.keys is None or not len(part.keys.alike):
            return None
        return _SharedKeys.of(part.keys)

    @cached_property
    def _may_be_sent(self) -> Mask:
        """Mark the rows of shared keys that have no cause of their own."""
        rows = self._shared.rows if self._shared else np.empty(0, dtype=np.int64)
        mark: Mask = (self._n_own[rows] == 0) & ~self._examined.is_left_out[rows]
        return mark & ~self._examined.is_no_record[rows]
