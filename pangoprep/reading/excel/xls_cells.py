"""A look at an old Excel workbook (xls) before calamine lays it out in memory.

An xls has at most 65,536 rows of 256 cells, but a record can claim more: a single cell in column
65,536 would be laid out in 137 GB. And calamine gives neither number formats nor hidden rows.
Source: Microsoft's [MS-XLS].
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from pangoprep.errors import ReadError
from pangoprep.reading.excel.facts import SheetFacts, Show
from pangoprep.reading.excel.number_formats import shown_as
from pangoprep.reading.excel.ole import is_locked, workbook_stream
from pangoprep.sentence import Sentence

_MAX_ROWS, _MAX_COLUMNS = 65_536, 256
_DIMENSIONS, _PASSWORD, _BEGIN, _END = 0x0200, 0x002F, 0x0809, 0x000A
_FORMAT, _STYLE, _SHEET = 0x041E, 0x00E0, 0x0085
_ROW, _COLUMNS, _FILTERED = 0x0208, 0x007D, 0x009B
# Records of one cell, and of several in a row; they begin with row and column.
_CELL = frozenset((0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6, 0x00FD))
_CELLS = frozenset((0x00BD, 0x00BE))
_NUMBER, _NUMBERS = frozenset((0x0006, 0x0203, 0x027E)), 0x00BD
_BIFF8 = 0x0600


def check_xls(content: bytes, name: str) -> None:
    """Refuse an xls with cells where it can have none.

    Parameters
    ----------
    content
        The file.
    name
        What to call it.

    Raises
    ------
    ReadError
        If it has such cells, or is damaged.
    """
    try:
        records = workbook_stream(content)
        is_far = _reaches_far(records)
        needs_password = is_locked(content) or _has_password(records)
    except (struct.error, IndexError, ValueError):
        is_far = None
        needs_password = False
    if needs_password:
        raise ReadError(
            Sentence(
                "{1} needs a password. Open it in Excel, save it without one, then read it again.",
                name,
            )
        )
    if is_far is None:
        raise ReadError(
            Sentence("{1} is no xls workbook, or it is damaged. Save it anew in Excel.", name)
        )
    if is_far:
        raise ReadError(
            Sentence(
                "{1} has cells beyond the {2:,} rows and {3} columns of an xls. Open it "
                "in Excel and save it as xlsx.",
                name,
                _MAX_ROWS,
                _MAX_COLUMNS,
            )
        )


def inspect_xls(content: bytes, position: int) -> SheetFacts:
    """Find what calamine does not give of a sheet, by its position from 0.

    The file has passed `check_xls`.
    """
    records = workbook_stream(content)
    facts = SheetFacts()
    try:
        shows, starts = _globals(records)
        if position < len(starts):
            _look(records, starts[position], shows, facts)
    except (struct.error, IndexError):  # the values themselves are calamine's to judge
        return SheetFacts()
    return facts


def _records(stream: bytes, place: int = 0) -> Iterator[tuple[int, int, int]]:
    """Give the kind of each record, where its content starts, and where it stops."""
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        place += 4 + length
        yield kind, place - length, place


def _reaches_far(stream: bytes) -> bool:
    for kind, start, stop in _records(stream):
        if kind == _PASSWORD:  # what follows is encrypted, and is refused for that
            return False
        if kind in _CELL or kind in _CELLS:
            (column,) = struct.unpack_from("<H", stream, start + 2)
            if kind in _CELLS:
                (column,) = struct.unpack_from("<H", stream, stop - 2)
            if column >= _MAX_COLUMNS:
                return True
        elif kind == _DIMENSIONS and stop - start >= 12:
            _, last_row, _, last_column = struct.unpack_from("<IIHH", stream, start)
            if last_row > _MAX_ROWS or last_column > _MAX_COLUMNS:
                return True
    return False


def _has_password(stream: bytes) -> bool:
    """Whether the records are encrypted; one says so before the first sheet is named."""
    for kind, _, _ in _records(stream):
        if kind in (_PASSWORD, _SHEET, _END):
            return kind == _PASSWORD
    return False


def _globals(stream: bytes) -> tuple[dict[int, Show], list[int]]:
    """Return what writes whole numbers, by style, and where each sheet's records start."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    starts: list[int] = []
    version = 0
    for kind, start, stop in _records(stream):
        if kind == _BEGIN and not version:
            (version,) = struct.unpack_from("<H", stream, start)
        elif kind == _FORMAT:
            (number,) = struct.unpack_from("<H", stream, start)
            codes[number] = _code(stream[start + 2 : stop], version)
        elif kind == _STYLE:
            formats.append(struct.unpack_from("<H", stream, start + 2)[0])
        elif kind == _SHEET:
            starts.append(struct.unpack_from("<I", stream, start)[0])
        elif kind == _END:
            break
    shows = ((n, shown_as(codes[number])) for n, number in enumerate(formats) if number in codes)
    return {n: show for n, show in shows if show is not None}, starts


def _code(content: bytes, version: int) -> str:
    """Read a format's code: one byte a letter, or two."""
    if version != _BIFF8:
        return content[1 : 1 + content[0]].decode("latin-1")
    (length,) = struct.unpack_from("<H", content)
    if content[2] & 1:
        return content[3 : 3 + 2 * length].decode("utf-16-le", "replace")
    return content[3 : 3 + length].decode("latin-1")


def _look(stream: bytes, place: int, shows: dict[int, Show], facts: SheetFacts) -> None:
    found: list[tuple[int, int, int]] = []
    depth = 0
    for kind, start, stop in _records(stream, place):
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 0:
            break
        if depth > 1:  # a chart within the sheet
            continue
        if kind in _NUMBER:
            found.append(struct.unpack_from("<HHH", stream, start))
        elif kind == _NUMBERS:
            row, column = struct.unpack_from("<HH", stream, start)
            for n, at in enumerate(range(start + 4, stop - 2, 6)):
                found.append((row, column + n, struct.unpack_from("<H", stream, at)[0]))
        elif kind == _ROW and stream[start + 12] & 0x20:
            facts.hidden_rows.add(struct.unpack_from("<H", stream, start)[0] + 1)
        elif kind == _COLUMNS and stream[start + 8] & 1:
            first, last = struct.unpack_from("<HH", stream, start)
            facts.hidden_columns.update(range(first, min(last, _MAX_COLUMNS - 1) + 1))
        elif kind == _FILTERED:
            facts.is_filtered = True
    if found and shows:
        rows, columns, styles = np.array(found, dtype=np.int64).T
        facts.add_shown(shows, styles, rows + 1, columns)
