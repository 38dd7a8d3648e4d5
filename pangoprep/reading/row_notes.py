"""What a reader has to say about single rows: this one is damaged, that one is no record.

A reader adds notes to its table's `Origin`; they travel in ``frame.attrs`` as plain text, tied to
the row numbers of the index, so that they stay with the rows whatever is filtered, sorted or cut.
The pipeline turns those of a frame into findings (``reading/noted.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.int64]]


class LineSpan(NamedTuple):
    """Lines of a file: how many, and the number of the first."""

    n_lines: int
    first: int


class RowNotes:
    """Rows by what is to be said of them.

    Examples
    --------
    >>> notes = RowNotes()
    >>> notes.add("row.surplus_cells", [50, 51, 52, 70])
    >>> notes.add("row.stray_quote", [60], LineSpan(21, 60))
    >>> notes.as_attrs("a.csv")[0]
    ['a.csv', 'row.surplus_cells', '50-52 70', '']
    >>> notes.as_attrs("a.csv", first=60)[1]
    ['a.csv', 'row.stray_quote', '60', '21 60']
    """

    def __init__(self) -> None:
        self._rows: dict[str, list[Numbers]] = {}
        self._lines: dict[str, dict[int, LineSpan]] = {}

    def __bool__(self) -> bool:
        return bool(self._rows)

    def add(self, rule: str, rows: Iterable[int], lines: LineSpan | None = None) -> None:
        """Say something of rows.

        Parameters
        ----------
        rule
            The id of a rule in ``tables/rules.csv``. An error holds the row: leave its cells empty
            too, so that it is held even where the index was lost.
        rows
            The rows' numbers in their file, as the index has them.
        lines
            The lines of the file that it concerns, if the row's number does not say it.
        """
        added = np.asarray([*rows] if not isinstance(rows, np.ndarray) else rows, dtype=np.int64)
        if len(added):
            self._rows.setdefault(rule, []).append(added)
        if lines:
            self._lines.setdefault(rule, {}).update(dict.fromkeys(added.tolist(), lines))

    @property
    def rules(self) -> list[str]:
        """What is said, by its rules."""
        return list(self._rows)

    def rows(self, rule: str) -> Numbers:
        """Return the rows of which a rule says something, ascending."""
        added = self._rows.get(rule, [])
        if len(added) > 1:
            self._rows[rule] = added = [np.concatenate(added)]
        return np.unique(added[0]) if added else np.empty(0, dtype=np.int64)

    def as_attrs(self, file: str, first: int = 0, last: int | None = None) -> list[list[str]]:
        """Return file, rule, row numbers and their lines; of the rows from first to last.

        All is text, which costs nothing to copy: pandas copies ``attrs`` with every frame. Of each
        row with lines of its own there are two numbers, of the others nothing, one row a line.
        """
        told = []
        for rule in self.rules:
            numbers = self.rows(rule)
            stop = None if last is None else int(np.searchsorted(numbers, last, "right"))
            numbers = numbers[int(np.searchsorted(numbers, first)) : stop]
            if len(numbers):
                known = self._lines.get(rule, {})
                spans = [known.get(row) for row in numbers.tolist()] if known else []
                lines = "\n".join(f"{span.n_lines} {span.first}" if span else "" for span in spans)
                told.append([file, rule, written(numbers), lines])
        return told


def written(rows: Numbers) -> str:
    """Write ascending row numbers as ranges.

    Examples
    --------
    >>> written(np.array([2, 3, 4, 9])), rows_of("2-4 9").tolist()
    ('2-4 9', [2, 3, 4, 9])
    """
    ends = np.append(np.flatnonzero(np.diff(rows) != 1), len(rows) - 1)
    starts = np.append(0, ends[:-1] + 1)
    return " ".join(
        f"{first}" if first == last else f"{first}-{last}"
        for first, last in zip(rows[starts].tolist(), rows[ends].tolist(), strict=True)
    )


def rows_of(text: str) -> Numbers:
    """Return the row numbers that `written` wrote."""
    ranges = [part.partition("-") for part in text.split()]
    return np.concatenate(
        [np.arange(int(first), int(last or first) + 1) for first, _, last in ranges]
        or [np.empty(0, dtype=np.int64)]
    )


def spans_of(text: str) -> list[LineSpan | None]:
    """Return the lines of each row that `RowNotes.as_attrs` wrote."""
    numbers = [[int(number) for number in line.split()] for line in text.split("\n")]
    return [LineSpan(*pair) if pair else None for pair in numbers]
