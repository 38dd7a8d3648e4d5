"""What is known of a sheet beside the values of its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from pangoprep.columns.types import Numbers

Show = Callable[[int], str]


@dataclass
class SheetFacts:
    """What is known of a sheet beside the values of its cells.

    Parameters
    ----------
    texts
        By row number from 1: the position of each cell that holds an error or a formula nobody
        calculated, and that error or formula.
    shown
        What writes whole numbers as they are shown, and rows from 1 and columns from 0 of cells.
    hidden_rows, hidden_columns, is_filtered
        As in `Sheet`.
    has_macros
        Whether the workbook carries macros.
    """

    texts: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    shown: list[tuple[Show, Numbers, Numbers]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_filtered: bool = False
    has_macros: bool = False

    def add_text(self, row: int, column: int, text: str) -> None:
        """Note the text of a cell, once."""
        found = self.texts.setdefault(row, [])
        if (column, text) not in found:
            found.append((column, text))

    def add_shown(
        self, shows: Mapping[int, Show], styles: Numbers, rows: Numbers, columns: Numbers
    ) -> None:
        """Note the cells of a style, by its number, that adds what is meant."""
        for style in np.unique(styles).tolist():
            if style in shows:
                where = styles == style
                self.shown.append((shows[style], rows[where], columns[where]))
