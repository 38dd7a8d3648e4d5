"""How many different values there are, counted so that parts add up."""

from __future__ import annotations

from typing import Any

import numpy as np

from pangoprep.columns.column import Column
from pangoprep.columns.hashing import hash64

#: So many different values are counted exactly: eight bytes each.
MAX_EXACT = 1 << 20

Hashes = np.ndarray[Any, np.dtype[np.uint64]]


class DistinctValues:
    """The different values of a column, by their hashes.

    Of too many only the smallest hashes are kept. How close they lie tells how many there are:
    the estimate misses by 0.1 % (its standard error is one over the root of the number kept).

    Parameters
    ----------
    hashes
        Of the values, in any order; a value may come more than once.

    Examples
    --------
    >>> import pandas as pd
    >>> from pangoprep.columns.column import read_column
    >>> first, second = (read_column(pd.Series(list(text))) for text in ("ab", "bcb"))
    >>> len(distinct_values(first) + distinct_values(second))
    3
    """

    def __init__(self, hashes: Hashes) -> None:
        self._kept, self._limit = np.empty(0, np.uint64), _LARGEST
        self._waiting = [hashes]
        self._n_waiting = len(hashes)

    @classmethod
    def none(cls) -> DistinctValues:
        """Return no values: what adding begins with."""
        return cls(np.empty(0, np.uint64))

    def __add__(self, other: DistinctValues) -> DistinctValues:
        both = DistinctValues.none()
        both._limit = min(self._limit, other._limit)
        both._kept = self._kept
        new = [hashes[hashes <= both._limit] for hashes in (other._kept, *other._waiting)]
        both._waiting = [*self._waiting, *new]
        both._n_waiting = sum(map(len, both._waiting))
        # To sort what came in only now and then costs a tenth of doing it each time.
        if both._n_waiting > MAX_EXACT // 4:
            both._settle()
        return both

    def __len__(self) -> int:
        """How many there are; about so many, if not all are kept."""
        self._settle()
        if self.is_exact:
            return len(self._kept)
        return round((len(self._kept) - 1) / (int(self._kept[-1]) / 2**64))

    @property
    def is_exact(self) -> bool:
        """Whether all are kept."""
        self._settle()
        return bool(self._limit == _LARGEST)

    def _settle(self) -> None:
        """Put in what waits, and keep the smallest."""
        if not self._n_waiting:
            return
        new = [hashes[hashes <= self._limit] for hashes in self._waiting]
        hashes = np.concatenate([self._kept[self._kept <= self._limit], *new])
        hashes.sort()  # where it lies: each copy is as large as all that is kept
        is_new = hashes[1:] != hashes[:-1]
        if not is_new.all():
            hashes = hashes[np.append(True, is_new)]
        if len(hashes) > MAX_EXACT:
            hashes = hashes[:MAX_EXACT].copy()
            self._limit = hashes[-1]
        self._kept, self._waiting, self._n_waiting = hashes, [], 0


_LARGEST = np.uint64(2**64 - 1)


def distinct_values(column: Column) -> DistinctValues:
    """Hash the different values of a column."""
    hashes = hash64(column.cells)
    return DistinctValues(hashes if column.codes is not None else hashes[column.filled])
