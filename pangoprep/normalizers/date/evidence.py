"""What the cells of a column prove of how its dates are read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

from pangoprep.options import Options


class DateOrder(NamedTuple):
    """How the dates of a column are read.

    ``proof`` says what the order rests on: ``"none"``, ``"one"``, or a ``"conflict"`` of cells
    that prove either; ``in_ms`` says that the column's numbers are milliseconds.
    """

    day_first: bool
    proof: str
    in_ms: bool


@dataclass(frozen=True)
class DateEvidence:
    """How many cells of a column can be read in which way. Parts of a column add up.

    Parameters
    ----------
    n_day_first, n_month_first
        Cells that can only be day/month, or only month/day.
    n_either
        Cells that could be either.
    n_milliseconds
        Numbers that can be nothing else than milliseconds since 1970.

    Examples
    --------
    >>> whole = DateEvidence(n_day_first=2) + DateEvidence(n_either=3)
    >>> whole.decide(Options(day_first=False))
    DateOrder(day_first=True, proof='one', in_ms=False)
    """

    n_day_first: int = 0
    n_month_first: int = 0
    n_either: int = 0
    n_milliseconds: int = 0

    def __add__(self, other: DateEvidence) -> DateEvidence:
        return DateEvidence(
            *(getattr(self, one.name) + getattr(other, one.name) for one in fields(self))
        )

    def decide(self, options: Options) -> DateOrder:
        """Say how the column is read; the option decides where nothing or everything is proved."""
        day, month = self.n_day_first > 0, self.n_month_first > 0
        proof = "conflict" if day and month else "one" if day or month else "none"
        day_first = day if proof == "one" else options.day_first
        return DateOrder(day_first, proof, self.n_milliseconds > 0)
