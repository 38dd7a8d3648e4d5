"""What the rows of a table look like: how many cells, and which kinds of cells by column.

A line is taken for a row of its own, or a row without its last cells for a whole one, only if its
cells are of the kinds that stand in their columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_KINDS = (
    ("email", re.compile(r"[^\s@]*@\S*")),
    ("date", re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?!\d).*")),
    ("long number", re.compile(r"[+(]?(?:[\s.,()+-]*\d){8,20}[\s.,()]*")),
    ("number", re.compile(r"[-+(]?\d[\d\s.,()%-]*")),
    ("code", re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w./#-]+")),
)
_ROWS_TO_LOOK_AT = 300
_RARE = 0.02


class Shape:
    """How many columns a table has, and what stands in them.

    Parameters
    ----------
    n_columns
        How many columns have a header.
    rows
        Rows with as many cells, or fewer.
    width
        How many cells most rows have: more where a delimiter ends every line, fewer where the
        last cells are left out. Default: as many as columns.

    Examples
    --------
    >>> shape = Shape(3, [["C1", "An", "0912345678"], ["C2", "Chi", ""]])
    >>> shape.fits(["C3", "Huy"]), shape.fits(["C3", "0912345678"])
    (True, False)
    """

    def __init__(
        self, n_columns: int, rows: Sequence[Sequence[str]], width: int | None = None
    ) -> None:
        self.n_columns = n_columns
        self.width = n_columns if width is None else width
        self._kinds: list[Counter[str]] = [Counter() for _ in range(n_columns)]
        for row in rows[:_ROWS_TO_LOOK_AT]:
            for kinds, cell in zip(self._kinds, row, strict=False):
                if cell.strip():
                    kinds[kind_of(cell)] += 1

    @property
    def tells(self) -> bool:
        """Whether some column holds anything else than text, so that kinds can prove something."""
        return any(self._is_telling(kinds) for kinds in self._kinds)

    def trimmed(self, cells: Sequence[str]) -> Sequence[str]:
        """Return cells without blank ones beyond the last column."""
        n_cells = len(cells)
        while n_cells > self.n_columns and not cells[n_cells - 1].strip():
            n_cells -= 1
        return cells[:n_cells]

    def is_wide(self, cells: Sequence[str]) -> bool:
        """Whether there are as many cells as rows of this table have, of usual kinds."""
        cells = self.trimmed(cells)
        return len(cells) in (self.n_columns, self.width) and self.fits(cells)

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether cells from the first column on are of their columns' kinds."""
        return len(cells) <= self.n_columns and all(
            not cell.strip() or self._is_usual(kinds, kind_of(cell))
            for kinds, cell in zip(self._kinds, cells, strict=False)
        )

    def is_row(self, cells: Sequence[str]) -> bool:
        """Whether cells are a whole row, proved by one at least that is more than text."""
        return self.is_wide(cells) and any(
            cell.strip() and self._is_telling(kinds)
            for kinds, cell in zip(self._kinds, cells, strict=False)
        )

    def is_begun(self, cells: Sequence[str]) -> bool:
        """Whether cells begin as a row, however they end: two of them are more than text."""
        n_cells = self.n_columns - 1
        n_proofs = sum(
            bool(cell.strip()) and self._is_telling(kinds)
            for kinds, cell in zip(self._kinds, cells[:n_cells], strict=False)
        )
        return len(cells) >= n_cells and self.fits(cells[:n_cells]) and n_proofs > 1

    @staticmethod
    def _is_usual(kinds: Counter[str], kind: str) -> bool:
        return not kinds or kinds[kind] > _rare(kinds)

    @staticmethod
    def _is_telling(kinds: Counter[str]) -> bool:
        return bool(kinds) and kinds["text"] <= _rare(kinds)


def _rare(kinds: Counter[str]) -> float:
    """How often a kind may come in a column and say nothing: a damaged row or two of a few."""
    n_cells = kinds.total()
    return max(_RARE * n_cells, min(2, n_cells // 20))


def kind_of(cell: str) -> str:
    """Return what kind of value a cell looks like.

    Examples
    --------
    >>> [kind_of(cell) for cell in ("0912 345 678", "15/06/1988", "a@b.vn", "KH-01", "12", "Huế")]
    ['long number', 'date', 'email', 'code', 'number', 'text']
    """
    text = cell.strip()
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(text)), "text")
