"""From the cells of a sheet to one table: header, merged cells, what is told of it.

A sheet is what a workbook holds, and what a web page or an XML spreadsheet shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from pangoprep.call_words import option
from pangoprep.columns.cell_text import TEXT
from pangoprep.errors import ReadError
from pangoprep.findings import NOT_A_RECORD
from pangoprep.normalizers.legacy_fonts import FONTS, to_unicode
from pangoprep.reading.layout import find_header, header_names, starts_table
from pangoprep.reading.pieces import Origin, Piece, Table, drop_blank
from pangoprep.reading.text.encodings import refuse_legacy_font
from pangoprep.sentence import Sentence, all_of

_ROWS_AT_ONCE = 20_000
_LISTED = 5

Row = list[str]
#: First and last row and column of cells that are one, from 0.
Area = tuple[int, int, int, int]


@dataclass
class Sheet:
    """The cells of a sheet as text.

    Parameters
    ----------
    title
        The sheet's name; empty where sheets have none.
    rows
        The rows that hold something by their number, from 1; all of one length, empty cells ``""``.
    merged
        Cells that are one.
    hidden_rows
        Numbers of rows that are not shown.
    is_filtered
        Whether a filter hides them.
    hidden_columns
        Positions of columns that are not shown, from 0.
    starts
        Numbers of rows with which a table begins for sure.
    advice
        What to do if there are several tables in it.
    """

    title: str = ""
    rows: dict[int, Row] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    is_filtered: bool = False
    hidden_columns: set[int] = field(default_factory=set)
    starts: set[int] = field(default_factory=set)
    advice: str = "Put each on a sheet of its own."


class UsualSheet(str):
    """The name of a sheet as a recipe remembers it: where it is not there, none is asked for."""

    __slots__ = ()


def asked_sheet(wanted: str | int | None, titles: Sequence[str]) -> str | int | None:
    """Return the sheet that is asked for, None where the only one is meant."""
    return None if isinstance(wanted, UsualSheet) and wanted not in titles else wanted


def choose_sheet(
    titles: Sequence[str], filled: Callable[[], list[str]], wanted: str | int | None, name: str
) -> str:
    """Return the name of the sheet to read.

    Parameters
    ----------
    titles
        The names of all sheets.
    filled
        Lists the visible sheets that hold something.
    wanted
        The sheet by name or position from 0; None: the only one that holds something.
    name
        What to call the file.

    Raises
    ------
    ReadError
        If there is none, or several to choose from.
    """
    wanted = asked_sheet(wanted, titles)
    if isinstance(wanted, str) and wanted in titles:
        return str(wanted)
    if isinstance(wanted, int) and not isinstance(wanted, bool) and 0 <= wanted < len(titles):
        return titles[wanted]
    if wanted is not None:
        listed = ", ".join(map(repr, titles))
        raise ReadError(Sentence("{1} has no sheet {2!r}. It has {3}.", name, wanted, listed))
    found = filled()
    if len(found) == 1:
        return found[0]
    if not found:
        raise ReadError(Sentence("{1} is empty: no visible sheet of it holds anything.", name))
    raise several_sheets(name, found)


def several_sheets(name: str, titles: Sequence[str]) -> ReadError:
    """Return the error that asks which of several sheets to read."""
    return ReadError(
        Sentence(
            "{1} has {2} sheets that hold something: {3}. Name one: {4}.",
            name,
            len(titles),
            ", ".join(map(repr, titles)),
            option("sheet", titles[0]),
        )
    )


def sheet_table(
    sheet: Sheet, origin: Origin, shown: str, *, header: int | None, font: str | None
) -> Table:
    """Make the table that a sheet holds; its rows are taken out of the sheet.

    Parameters
    ----------
    sheet
        The sheet.
    origin
        What it was read from; the header's row and notes are added.
    shown
        What to call it in messages.
    header, font
        As for `read_workbook`.

    Raises
    ------
    ReadError
        If it holds no table, or several.
    """
    rows = sheet.rows
    if font in FONTS:
        for number, row in rows.items():
            rows[number] = [to_unicode(cell, str(font)) for cell in row]
    else:
        refuse_legacy_font([cell for row in list(rows.values())[:200] for cell in row], shown)
    if not rows:
        raise ReadError(Sentence("{1} is empty.", shown))
    _fill_merged(sheet)
    origin.header_row = find_header(rows, shown) if header is None else header
    names = _names(rows, origin.header_row, shown)
    _refuse_several_tables(sheet, origin.header_row, names, shown)
    origin.notes += _notes(sheet, origin.header_row, names)
    return Table(names, origin, _pieces(rows, origin, names))


def _fill_merged(sheet: Sheet) -> None:
    """Write the value of merged cells into every row they reach over."""
    for top, left, bottom, _ in sheet.merged:
        value = sheet.rows.get(top + 1, [""] * (left + 1))[left]
        for number in range(top + 2, bottom + 2):
            if value and number in sheet.rows:
                sheet.rows[number][left] = value


def _notes(sheet: Sheet, header_row: int, names: list[str]) -> list[str]:
    notes: list[str] = []
    if n_merged := sum(bottom > top for top, _, bottom, _ in sheet.merged):
        notes.append(
            Sentence("Merged cells: {1:,}. Every row below the first holds the value.", n_merged)
        )
    hidden = [n for n in sorted(sheet.hidden_rows) if n > header_row and n in sheet.rows]
    if hidden:
        listed = ", ".join(map(str, hidden[:_LISTED])) + " …" * (len(hidden) > _LISTED)
        told = (
            Sentence("Rows hidden by a filter: {1:,} (row {2}).", len(hidden), listed)
            if sheet.is_filtered
            else Sentence("Hidden rows: {1:,} (row {2}).", len(hidden), listed)
        )
        notes.append(
            told + Sentence(" They are read like the others; delete in the file what is not meant.")
        )
    columns = [names[place] for place in sorted(sheet.hidden_columns) if place < len(names)]
    columns = [name for name in columns if not name.startswith("column ")]
    if columns:
        listed = ", ".join(map(repr, columns[:_LISTED])) + " …" * (len(columns) > _LISTED)
        notes.append(
            Sentence("Hidden columns, read like the others: {1:,} ({2}).", len(columns), listed)
        )
    return notes


def _names(rows: Mapping[int, Row], header_row: int, name: str) -> list[str]:
    width = max(len(row) for row in rows.values())
    if header_row and header_row not in rows:
        raise ReadError(
            Sentence("Row {1} of {2} is empty; it cannot hold the headers.", header_row, name)
        )
    header = rows.get(header_row, [""] * width)
    return header_names(header, rows.get(header_row - 1, ()) if header_row > 1 else ())


def _refuse_several_tables(sheet: Sheet, header_row: int, names: list[str], name: str) -> None:
    """Stop where a second table stands below or beside the first."""
    rows = sheet.rows
    header = rows.get(header_row)
    if header is None:
        return
    numbers = [number for number in rows if number > header_row]
    previous = header_row
    for number in numbers:
        row = rows[number]
        is_apart = number > previous + 1 or number in sheet.starts
        if is_apart and row != header and starts_table(row):
            raise _several(
                sheet, name, Sentence("one starts in row {1}, another in {2}", header_row, number)
            )
        previous = number
    groups = _column_groups(header, rows, numbers)
    ends = {
        max((n for n in numbers if any(rows[n][place] for place in group)), default=header_row)
        for group in groups
    }
    twice = len(set(filter(None, header))) < len(list(filter(None, header)))
    if len(groups) > 1 and (len(ends) > 1 or twice):
        starts = all_of([repr(names[group[0]]) for group in groups])
        raise _several(sheet, name, Sentence("they stand side by side and begin with {1}", starts))


def _column_groups(header: Row, rows: Mapping[int, Row], numbers: Sequence[int]) -> list[list[int]]:
    """Return the columns that stand together, at least two each, between empty ones."""
    used = [bool(cell) or any(rows[n][place] for n in numbers) for place, cell in enumerate(header)]
    groups: list[list[int]] = [[]]
    for place, is_used in enumerate(used):
        if is_used:
            groups[-1].append(place)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if len(group) > 1]


def _several(sheet: Sheet, name: str, where: str) -> ReadError:
    return ReadError(Sentence("{1} holds several tables: {2}. {3}", name, where, sheet.advice))


def _pieces(rows: dict[int, Row], origin: Origin, names: list[str]) -> Iterator[Piece]:
    header = rows.get(origin.header_row)
    numbers = [n for n in rows if n > origin.header_row]
    origin.row_notes.add(NOT_A_RECORD, [number for number in numbers if rows[number] == header])
    for start in range(0, len(numbers), _ROWS_AT_ONCE):
        some = numbers[start : start + _ROWS_AT_ONCE]
        cells = zip(*(rows.pop(number) for number in some), strict=True)
        columns = [pa.array([cell or None for cell in column], type=TEXT) for column in cells]
        yield drop_blank(Piece(columns[: len(names)], np.array(some)))
