"""Rows with quotes that cannot be right: read line by line, or held.

A quote that was typed into a name opens a cell to every reader of CSV, and the cell takes all rows
up to the next quote: twenty customers become one. Such a row is told by what it swallowed: lines
that are rows of the table, cell by cell.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from pangoprep.reading.text.dialect import Dialect, Record
from pangoprep.reading.text.scanning import Places, QuoteScan, count_lines
from pangoprep.reading.text.shape import Shape

STRAY, BROKEN = "row.stray_quote", "row.broken_quote"
_LINES_TO_LOOK_AT = 200
# Of the lines that a quote swallowed, so many may be damaged in another way; if more are, then
# nothing is certain and all are held.
_MAX_UNFIT = 0.1


class Mark(NamedTuple):
    """What is said of rows.

    Parameters
    ----------
    rule
        The rule.
    rows
        Their places in their block, from 0.
    n_lines, line
        How many lines a quote took, and the first of them in the block, from 0.
    """

    rule: str
    rows: Places
    n_lines: int = 1
    line: int = 0


class _Rows(NamedTuple):
    """Rows read by hand: the text to put in their place, and what to say of them."""

    text: bytes
    end: int  # where they end in the block
    rule: str = ""
    n_rows: int = 1
    n_unfit: int = 0
    n_lines: int = 1
    line: int = 0


class Mended(NamedTuple):
    """A block after mending.

    Parameters
    ----------
    text
        The rows.
    marks
        What is said of rows that were mended, or could not be: those are empty.
    n_certain
        So many bytes of the block are read alike whatever follows it. A row with a wrong quote
        at its end may be one that goes on.
    """

    text: bytes
    marks: list[Mark]
    n_certain: int


def mend_quotes(block: bytes, found: QuoteScan | None, shape: Shape) -> Mended:
    """Write rows with wrong quotes anew, so that every reader reads them as they were meant.

    Parameters
    ----------
    block
        Whole rows, but for the end of a file.
    found
        Where its rows end by their quotes; None if it has none.
    shape
        What rows look like.
    """
    if found is None or not len(suspects := found.suspects(shape.n_columns)):
        return Mended(block, [], len(block))
    mender = _Mender(block, found, shape)
    for suspect in suspects.tolist():
        mender.mend(suspect)
    return mender.done()


class _Mender:
    def __init__(self, block: bytes, found: QuoteScan, shape: Shape) -> None:
        self._block, self._found, self._shape = block, found, shape
        self._dialect: Dialect = found.dialect
        # Lists: to look up one place in an array takes thirty times as long.
        self._ends: list[int] = found.row_ends.tolist()
        self._line_ends: list[int] = found.line_ends.tolist()
        self._parts: list[bytes] = []
        self._marks: list[Mark] = []
        self._place = 0  # up to here the block is written
        self._n_added = 0  # how many rows there are more than the quotes say
        self._n_certain = len(block)

    def done(self) -> Mended:
        self._parts.append(self._block[self._place :])
        return Mended(b"".join(self._parts), self._marks, self._n_certain)

    def mend(self, suspect: int) -> None:
        """Read what the quotes say is one row, and what follows until both agree again."""
        start = self._ends[suspect - 1] if suspect else 0
        if start < self._place or start >= len(self._block):
            return
        read: list[_Rows] = []
        place = start
        while place < len(self._block):
            read.append(self._read(place))
            place = read[-1].end
            if self._row_end(place - 1) == place:
                break
        n_rows = sum(rows.n_rows for rows in read)
        if n_rows > 1 and sum(rows.n_unfit for rows in read) > _MAX_UNFIT * n_rows:
            read = [self._held(rows) for rows in read]
        self._parts.append(self._block[self._place : start])
        first = row = suspect + self._n_added
        for rows in read:
            self._parts.append(rows.text)
            if rows.rule:
                places = np.arange(row, row + rows.n_rows)
                self._marks.append(Mark(rows.rule, places, rows.n_lines, rows.line))
            row += rows.n_rows
        # How many rows the quotes say there are.
        n_said = bisect_right(self._ends, place) - suspect
        n_said += not self._ends or self._ends[-1] < place
        self._n_added += row - first - n_said
        self._place = place
        if place >= len(self._block):
            self._n_certain = start

    def _held(self, rows: _Rows) -> _Rows:
        if not rows.text.strip():
            return rows
        return rows._replace(text=self._empty() * rows.n_rows, rule=BROKEN)

    def _empty(self) -> bytes:
        return self._dialect.mark * (self._shape.width - 1) + b"\n"

    def _read(self, start: int) -> _Rows:
        """Read a row, or all lines without quotes from here."""
        block, dialect = self._block, self._dialect
        line_end = self._line_end(start)
        if dialect.quote_mark not in block[start:line_end]:
            return self._plain_lines(start)
        swallowed = ""
        for escaped in (False, True):
            record = dialect.record(block, start, escaped=escaped)
            if record is None or (escaped and not self._has_width(len(record.cells))):
                continue
            swallowed = self._swallowed(record, line_end)
            if not swallowed:
                text = dialect.written(record.cells) if escaped else block[start : record.end]
                n_unfit = int(not self._has_width(len(record.cells)))
                return _Rows(text, record.end, n_unfit=n_unfit)
            break
        taken = self._row_end(start)
        n_lines = count_lines(block[start:taken]) + (not block[:taken].endswith((b"\n", b"\r")))
        line = bisect_right(self._line_ends, start)
        held = _Rows(self._empty(), line_end, BROKEN, 1, 1, n_lines, line)
        if swallowed == "unclear":
            return held._replace(end=taken)
        cells = dialect.line(block, start).cells
        if not self._shape.is_wide(self._texts(cells)):
            return held
        return held._replace(text=dialect.written(cells), rule=STRAY, n_unfit=0)

    def _plain_lines(self, start: int) -> _Rows:
        """Take lines up to the next quote, or to where the quotes too say that a row ends."""
        quote = self._block.find(self._dialect.quote_mark, start)
        first = bisect_right(self._line_ends, start)
        if quote < 0:
            last, stop = len(self._line_ends), len(self._block)
        else:
            last = bisect_right(self._line_ends, quote)
            stop = self._line_ends[last - 1]
        if stop > self._row_end(start):
            stop = self._row_end(start)
            last = bisect_right(self._line_ends, stop)
        text = self._block[start:stop]
        if last - first <= 1:
            is_fit = not text.strip() or self._has_width(text.count(self._dialect.mark) + 1)
            return _Rows(text, stop, n_unfit=int(not is_fit))
        ends = self._found.line_ends[first:last]
        ends = ends if ends[-1] == stop else np.append(ends, stop)
        places = np.searchsorted(self._found.marks, np.append(start, ends))
        is_blank = np.diff(ends, prepend=start) <= 2  # what is shorter cannot hold two cells
        fit = np.isin(np.diff(places), (self._shape.n_columns - 1, self._shape.width - 1))
        return _Rows(text, stop, "", len(ends), int((~fit & ~is_blank).sum()))

    def _swallowed(self, record: Record, line_end: int) -> str:
        """Tell whether a row over several lines holds rows: "rows", "unclear", or "" if not."""
        n_columns = self._shape.n_columns
        inside = max(cell.count(self._dialect.mark) for cell in record.cells)
        if record.end <= line_end or n_columns == 1 or inside < n_columns - 2:
            return ""
        place, n_alike, n_rows = line_end, 0, 0
        for _ in range(_LINES_TO_LOOK_AT):
            if place >= record.end:
                break
            line = self._dialect.line(self._block, place)
            cells = self._texts(line.cells)
            n_alike += self._shape.is_wide(cells)
            n_rows += self._shape.is_row(cells) or self._shape.is_begun(cells)
            place = line.end
        if n_rows:
            return "rows"
        return "unclear" if n_alike and not self._shape.tells else ""

    def _texts(self, cells: list[bytes]) -> list[str]:
        """Return cells as text, without quotes that are letters of none of them."""
        return [cell.decode("utf-8", "replace").strip(self._dialect.quote) for cell in cells]

    def _has_width(self, n_cells: int) -> bool:
        return n_cells in (self._shape.n_columns, self._shape.width)

    def _row_end(self, place: int) -> int:
        """Return where the row ends that a place is in, by its quotes."""
        said = bisect_right(self._ends, place)
        return self._ends[said] if said < len(self._ends) else len(self._block)

    def _line_end(self, place: int) -> int:
        line = bisect_right(self._line_ends, place)
        return self._line_ends[line] if line < len(self._line_ends) else len(self._block)
