"""What the cells of a column prove of how its dates are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pangoprep.normalizers.counts import Counts
from pangoprep.options import Options


class DateOrder(NamedTuple):
    """How the dates of a column are read.

    ``proof`` says what the order rests on: ``"none"``, ``"one"``, or a ``"conflict"`` of cells
    that prove either; ``in_ms`` says that the column's numbers are milliseconds; ``swapped`` that
    day and month of its real dates are most likely swapped.
    """

    day_first: bool
    proof: str
    in_ms: bool
    swapped: bool = False


@dataclass(frozen=True)
class DateEvidence(Counts):
    """How many cells of a column can be read in which way. Parts of a column add up.

    Parameters
    ----------
    n_day_first, n_month_first
        Cells that can only be day/month, or only month/day.
    n_either, n_same
        Cells that could be either: two days, or the same day.
    n_milliseconds
        Numbers that can be nothing else than milliseconds since 1970.
    n_low_days, n_high_days
        Cells that a spreadsheet may have made a date: year first, or as a day number; those whose
        day could be a month, and the others.

    Examples
    --------
    >>> whole = DateEvidence(n_day_first=2) + DateEvidence(n_either=3)
    >>> whole.decide(Options(day_first=False))
    DateOrder(day_first=True, proof='one', in_ms=False, swapped=False)
    """

    n_day_first: int = 0
    n_month_first: int = 0
    n_either: int = 0
    n_milliseconds: int = 0
    n_same: int = 0
    n_low_days: int = 0
    n_high_days: int = 0

    def decide(self, options: Options) -> DateOrder:
        """Say how the column is read; the option decides where nothing or everything is proved."""
        day, month = self.n_day_first > 0, self.n_month_first > 0
        proof = "conflict" if day and month else "one" if day or month else "none"
        day_first = day if proof == "one" else options.day_first
        return DateOrder(day_first, proof, self.n_milliseconds > 0, self._is_swapped(proof))

    def _is_swapped(self, proof: str) -> bool:
        """Whether a spreadsheet of another country made dates of what it could read.

        It reads 06/05/1990 the other way round and leaves 25/12/1989 as text: every text has a day
        beyond 12 then, and no date has.
        """
        texts_left = proof == "one" and not self.n_either and not self.n_same
        return texts_left and self.n_low_days > 0 and not self.n_high_days
