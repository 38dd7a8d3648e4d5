"""What the cells of a column prove of how its decimals are written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from pangoprep.normalizers.counts import Counts
from pangoprep.options import Options


class DecimalStyle(NamedTuple):
    """How the numbers of a column are read.

    Parameters
    ----------
    mark
        What separates decimals, ``"."`` or ``","``; empty where nothing tells. A separator before
        three digits, as in 1.250, separates thousands then.
    proof
        What that rests on: ``"none"``, ``"one"``, or a ``"conflict"`` of cells that prove either.
    scale
        The most decimals a cell has.
    mixed
        Whether there are amounts in đồng and in other money.
    """

    mark: str
    proof: str
    scale: int
    mixed: bool


@dataclass(frozen=True)
class DecimalEvidence(Counts):
    """How many cells of a column can be read in which way. Parts of a column add up.

    Parameters
    ----------
    n_point, n_comma
        Cells in which only a point, or only a comma, can separate decimals.
    n_machine
        Cells as programs write numbers, with a point: they prove it where nobody wrote otherwise.
    n_point_either, n_comma_either
        Cells such as 1.250 and 1,250, whose separator can be either.
    n_dong, n_foreign
        Amounts in đồng, and in other money.
    scale
        The most decimals of a cell that is read one way only.

    Examples
    --------
    >>> whole = DecimalEvidence(n_comma=1) + DecimalEvidence(n_point_either=3)
    >>> whole.decide(Options())
    DecimalStyle(mark=',', proof='one', scale=0, mixed=False)
    """

    n_point: int = 0
    n_comma: int = 0
    n_machine: int = 0
    n_point_either: int = 0
    n_comma_either: int = 0
    n_dong: int = 0
    n_foreign: int = 0
    scale: int = 0

    def __add__(self, other: Self) -> Self:
        return replace(super().__add__(other), scale=max(self.scale, other.scale))

    def without(self, other: Self) -> Self | None:  # type: ignore[override]
        """Take away what some of these cells prove; None if they may have the most decimals."""
        if other.scale and other.scale == self.scale:
            return None
        return replace(super().without(other), scale=self.scale)

    def decide(self, options: Options) -> DecimalStyle:
        """Say how the column is read; the option decides where nothing or everything is proved."""
        point, comma = self.n_point > 0, self.n_comma > 0
        if not comma and self.n_machine:
            point = True
        both_ways = self.n_point_either > 0 and self.n_comma_either > 0
        conflict = (point and comma) or (not point and not comma and both_ways)
        proof = "conflict" if conflict else "one" if point or comma else "none"
        mark = options.decimal_mark or ("" if proof != "one" else "." if point else ",")
        if options.decimal_mark and proof != "one":
            proof = "one"
        as_decimals = self.n_point_either if mark == "." else self.n_comma_either if mark else 0
        scale = max(self.scale, 3) if as_decimals else self.scale
        return DecimalStyle(mark, proof, scale, self.n_dong > 0 and self.n_foreign > 0)
