"""What readers give: some rows of a table as text, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT, TEXT_DTYPE
from pangoprep.reading.row_notes import RowNotes

#: Where a frame's ``attrs`` say what it was read from.
SOURCE = "pangoprep.source"
#: Where that says what is to be said of single rows, as `RowNotes` writes it.
ROW_NOTES = "row_notes"
#: The index levels that hold the file, where there are several, and true row numbers.
FILE, FILE_ROW = "file", "file row"
#: The index levels of records and their items in one frame: which table, and the row in it.
TABLE, ROW = "table", "row"

Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Piece:
    """Some rows of a table.

    Parameters
    ----------
    columns
        One Arrow text array per column; null where a cell is empty.
    rows
        The number of each row in its file, from 1, as a spreadsheet shows it.
    """

    columns: Sequence[pa.Array]
    rows: Numbers

    def where(self, kept: np.ndarray[Any, np.dtype[np.bool_]]) -> Piece:
        """Return the marked rows."""
        mask = pa.array(kept)
        return Piece([column.filter(mask) for column in self.columns], self.rows[kept])


@dataclass
class Lines:
    """What became of each line of a file of text; they always add up.

    Parameters
    ----------
    header_row
        The number of the row with the headers; 0 if there is none.
    n_lines, n_records, n_rows
        How many lines were read, how many rows the file has with header and blank ones, and how
        many came out.

    Examples
    --------
    >>> lines = Lines(header_row=1)
    >>> lines.add(2000, 1999, 1997)
    >>> lines.as_attrs()
    {'lines': 2000, 'header': 1, 'rows': 1997, 'blank': 1, 'inside cells': 1}
    """

    header_row: int
    n_lines: int = 0
    n_records: int = 0
    n_rows: int = 0

    def add(self, n_lines: int, n_records: int, n_rows: int) -> None:
        """Count some more."""
        self.n_lines += n_lines
        self.n_records += n_records
        self.n_rows += n_rows

    def as_attrs(self) -> dict[str, int]:
        """Return how many lines there are of each kind, and of all."""
        header = min(self.header_row, self.n_records)
        kinds = {
            "lines": self.n_lines,
            "above the header": max(header - 1, 0),
            "header": min(header, 1),
            "rows": self.n_rows,
            "blank": self.n_records - header - self.n_rows,
            "inside cells": self.n_lines - self.n_records,
        }
        return {kind: n for kind, n in kinds.items() if n or kind in ("lines", "rows")}


@dataclass
class Origin:
    """What a table was read from, and how.

    Parameters
    ----------
    file
        The file's name; inside a zip with the zip's name before it.
    sheet
        The sheet of a workbook.
    format
        What the file is.
    encoding, delimiter
        How a delimited file is written.
    header_row
        The number of the row with the headers; 0 if there is none.
    notes
        What a person should know of the whole: merged cells, lines and rows.
    row_notes
        What a person should know of single rows.
    lines
        What became of the lines of a file of text, up to what was read.
    """

    file: str
    format: str
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    notes: list[str] = field(default_factory=list)
    row_notes: RowNotes = field(default_factory=RowNotes)
    lines: Lines | None = None

    def as_attrs(self, first: int = 0, last: int | None = None) -> dict[str, Any]:
        """Return plain values, which every format that keeps ``attrs`` can write.

        What is said of single rows is said of those from ``first`` to ``last`` only.
        """
        told = {**vars(self), ROW_NOTES: self.row_notes.as_attrs(self.file, first, last)}
        told["lines"] = self.lines.as_attrs() if self.lines else None
        return {name: value for name, value in told.items() if value}


@dataclass
class Table:
    """A file's table: its columns, and its rows as they are read.

    ``layout`` is how rows of delimited text are written, for those who read some of them.
    """

    names: list[str]
    origin: Origin
    pieces: Iterator[Piece]
    layout: Any = None


def drop_blank(piece: Piece, kept_rows: Sequence[int] | Numbers = ()) -> Piece:
    """Leave out rows without any value, but for some that count though they are empty."""
    if not len(piece.rows) or not piece.columns:
        return piece
    blank = np.ones(len(piece.rows), dtype=bool)
    for column in piece.columns:
        blank &= pc.is_null(column).to_numpy(zero_copy_only=False)
        if not blank.any():
            return piece
    blank &= ~np.isin(piece.rows, kept_rows)
    return piece.where(~blank) if blank.any() else piece


def empty_piece(n_columns: int) -> Piece:
    """Return no rows."""
    return Piece([pa.array([], type=TEXT)] * n_columns, np.empty(0, dtype=np.int64))


def joined(pieces: Sequence[Piece], n_columns: int) -> Piece:
    """Put pieces of one table together."""
    if not pieces:
        return empty_piece(n_columns)
    columns = [
        pa.chunked_array(
            [chunk for piece in pieces for chunk in _chunks(piece.columns[place])], type=TEXT
        )
        for place in range(n_columns)
    ]
    return Piece(columns, np.concatenate([piece.rows for piece in pieces]))


def _chunks(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    # A chunked array among the chunks of another would be gone through cell by cell.
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]


def to_frame(names: Sequence[str], piece: Piece, origin: Origin, file: str = "") -> pd.DataFrame:
    """Make a frame of text; its index holds the true row numbers, and the file's name if given."""
    series = [TEXT_DTYPE.__from_arrow__(column) for column in piece.columns]
    index: pd.Index = pd.Index(piece.rows, name=FILE_ROW)
    if file:
        index = pd.MultiIndex.from_arrays(
            [pd.Categorical.from_codes(np.zeros(len(index), dtype=np.int8), [file]), index],
            names=[FILE, FILE_ROW],
        )
    frame = pd.DataFrame(dict(enumerate(series)), index=index)
    frame.columns = pd.Index(list(names), dtype=object if not names else None)
    first, last = (piece.rows[0], piece.rows[-1]) if len(piece.rows) else (0, 0)
    frame.attrs[SOURCE] = origin.as_attrs(int(first), int(last))
    return frame


def cut(pieces: Iterable[Piece], n_columns: int, n_rows: int) -> Iterator[Piece]:
    """Cut and join pieces so that each has ``n_rows`` rows, but for the last."""
    waiting: list[Piece] = []
    n_waiting = n_given = 0
    for piece in pieces:
        waiting.append(piece)
        n_waiting += len(piece.rows)
        if n_waiting < n_rows:
            continue
        whole = joined(waiting, n_columns)
        stop = n_waiting - n_waiting % n_rows
        for start in range(0, stop, n_rows):
            yield _slice(whole, start, start + n_rows)
        waiting, n_waiting = [_slice(whole, stop, n_waiting)], n_waiting - stop
        del whole
        n_given += stop
    if n_waiting or not n_given:
        yield joined(waiting, n_columns)


def _slice(piece: Piece, start: int, stop: int) -> Piece:
    columns = [column.slice(start, stop - start) for column in piece.columns]
    return Piece(columns, piece.rows[start:stop])
