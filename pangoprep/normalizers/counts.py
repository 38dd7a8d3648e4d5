"""Numbers of cells or rows that add up over the parts of a column."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self


@dataclass(frozen=True)
class Counts:
    """What was counted, a field for each; a class with such fields adds up by being one of these.

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class Votes(Counts):
    ...     n_yes: int = 0
    ...     n_no: int = 0
    >>> Votes(2, 1) + Votes(1, 0), Votes(2, 1).without(Votes(1, 1))
    (Votes(n_yes=3, n_no=1), Votes(n_yes=1, n_no=0))
    """

    def __add__(self, other: Self) -> Self:
        names = [one.name for one in fields(self)]
        return type(self)(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def without(self, other: Self) -> Self:
        """Take away what a part of these cells counts."""
        names = [one.name for one in fields(self)]
        return type(self)(**{name: getattr(self, name) - getattr(other, name) for name in names})
