"""Reading a sheet of an Excel workbook (xlsx, xlsm, xls) with calamine.

Nothing in a workbook is executed or followed: formulas give the value Excel last saved, macros and
links to other files are left alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import IO, Any

import numpy as np
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.errors import ReadError, UsageError
from pangoprep.reading.excel.cells import as_text
from pangoprep.reading.excel.sheet_xml import SheetFacts, check_workbook, inspect_sheet
from pangoprep.reading.excel.xls_cells import check_xls
from pangoprep.reading.layout import (
    check_width,
    find_header,
    header_names,
    starts_table,
)
from pangoprep.reading.pieces import Origin, Piece, Table, drop_blank
from pangoprep.reading.text.encodings import refuse_legacy_font
from pangoprep.reading.text.legacy_fonts import FONTS, to_unicode

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what an xls, and an xlsx with a password, begin with
_ROWS_AT_ONCE = 20_000
_MAX_BYTES = 1 << 30

Row = list[str]


def read_workbook(
    file: IO[bytes], name: str, *, sheet: str | int | None, header: int | None, font: str | None
) -> Table:
    """Read one sheet of a workbook.

    Parameters
    ----------
    file
        The workbook.
    name
        What to call it.
    sheet
        Which sheet, by name or position from 0; None: the only one that holds something.
    header
        The row with the headers, from 1; 0: there is none; None: it is found.
    font
        The font ``"tcvn3"`` or ``"vni"`` its text is typed for, if it is.

    Raises
    ------
    ReadError
        If it is no workbook, needs a password, has several sheets to choose from, or the sheet
        holds no table, or several.
    """
    content = _in_memory(file, name)
    book = _open(content, name)
    title = _choose(book, content, sheet, name)
    shown = f"Sheet {title!r} of {name}"
    facts = inspect_sheet(content, title, shown)
    rows, merged = _rows(book, title, facts, shown)
    if font in FONTS:
        rows = {n: [to_unicode(cell, str(font)) for cell in row] for n, row in rows.items()}
    else:
        refuse_legacy_font([cell for row in list(rows.values())[:200] for cell in row], shown)
    if not rows:
        raise ReadError(f"{shown} is empty.")
    origin = Origin(name, "Excel workbook", sheet=title)
    origin.header_row = find_header(rows, shown) if header is None else header
    names = _names(rows, origin.header_row, shown)
    _refuse_several_tables(rows, origin.header_row, names, shown)
    if merged:
        cells = "merged cell" if len(merged) == 1 else "merged cells"
        origin.notes.append(f"{len(merged):,} {cells}: every row below the first holds the value.")
    if facts.has_macros:
        origin.notes.append("The workbook has macros; they are left alone.")
    return Table(names, origin, _pieces(rows, origin, names))


def sheet_names(file: IO[bytes], name: str) -> list[str]:
    """List the visible sheets of a workbook that hold something."""
    content = _in_memory(file, name)
    return _filled(_open(content, name), content, name)


def _in_memory(file: IO[bytes], name: str) -> IO[bytes]:
    """Return a stream that can be searched; one from an archive is read first, within bounds."""
    if file.seekable():
        return file
    content = file.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise ReadError(f"{name} holds a workbook of more than 1 GiB. Unpack it first.")
    return io.BytesIO(content)


def _open(file: IO[bytes], name: str) -> Any:
    if find_spec("python_calamine") is None:
        raise UsageError("To read Excel, install it: pip install 'pangoprep[excel]'.")
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    check_workbook(file, name)
    file.seek(0)
    if file.read(8) == _OLE:
        file.seek(0)
        check_xls(file.read(), name)
    file.seek(0)
    try:
        return CalamineWorkbook.from_filelike(file)
    except PasswordError:
        reason = "needs a password. Open it in Excel, save it without one"
    except (CalamineError, OSError, ValueError):
        reason = "is no xlsx, xlsm or xls workbook, or it is damaged. Save it anew in Excel"
    raise ReadError(f"{name} {reason}, then read it again.")


def _choose(book: Any, content: IO[bytes], sheet: str | int | None, name: str) -> str:
    titles = list(book.sheet_names)
    if isinstance(sheet, str) and sheet in titles:
        return sheet
    if isinstance(sheet, int) and not isinstance(sheet, bool) and 0 <= sheet < len(titles):
        return str(titles[sheet])
    listed = ", ".join(map(repr, titles))
    if sheet is not None:
        raise ReadError(f"{name} has no sheet {sheet!r}. It has {listed}.")
    filled = _filled(book, content, name)
    if len(filled) == 1:
        return filled[0]
    if not filled:
        raise ReadError(f"{name} is empty: no visible sheet of it holds anything.")
    raise ReadError(
        f"{name} has {len(filled)} sheets that hold something: {', '.join(map(repr, filled))}. "
        f"Name one: sheet={filled[0]!r}."
    )


def _filled(book: Any, content: IO[bytes], name: str) -> list[str]:
    """List the visible sheets that hold something; to know it, each is laid out in memory."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    visible = [
        facts.name
        for facts in book.sheets_metadata
        if facts.typ == SheetTypeEnum.WorkSheet and facts.visible == SheetVisibleEnum.Visible
    ]
    if len(visible) == 1:
        return visible
    for title in visible:
        inspect_sheet(content, title, f"Sheet {title!r} of {name}")
    return [title for title in visible if book.get_sheet_by_name(title).start is not None]


def _rows(book: Any, title: str, facts: SheetFacts, name: str) -> tuple[dict[int, Row], list[Any]]:
    """Return the rows that hold something by their number from 1, as text, merged cells filled."""
    from python_calamine import CalamineError

    try:
        sheet = book.get_sheet_by_name(title)
    except (CalamineError, OSError) as error:
        raise ReadError(f"{name} cannot be read: {type(error).__name__}.") from None
    if sheet.start is None:
        return {}, []
    check_width(sheet.end[1] + 1, name)
    rows = {}
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), 1):
        row = [as_text(cell) for cell in cells]
        for column, word in facts.errors.get(number, ()):
            row[column] = word
        if any(row):
            rows[number] = row
    merged = [area for area in sheet.merged_cell_ranges or [] if area[1][0] > area[0][0]]
    for (top, left), (bottom, _) in merged:
        value = rows.get(top + 1, [""] * (left + 1))[left]
        for number in range(top + 2, bottom + 2):
            if value and number in rows:
                rows[number][left] = value
    return rows, merged


def _names(rows: dict[int, Row], header_row: int, name: str) -> list[str]:
    width = max(len(row) for row in rows.values())
    if header_row and header_row not in rows:
        raise ReadError(f"Row {header_row} of {name} is empty; it cannot hold the headers.")
    header = rows.get(header_row, [""] * width)
    return header_names(header, rows.get(header_row - 1, ()) if header_row > 1 else ())


def _refuse_several_tables(
    rows: dict[int, Row], header_row: int, names: list[str], name: str
) -> None:
    """Stop where a second table stands below or beside the first."""
    header = rows.get(header_row)
    if header is None:
        return
    numbers = [number for number in rows if number > header_row]
    previous = header_row
    for number in numbers:
        row = rows[number]
        if number > previous + 1 and row != header and starts_table(row):
            raise ReadError(_several(name, f"one starts in row {header_row}, another in {number}"))
        previous = number
    groups = _column_groups(header, rows, numbers)
    ends = {
        max((n for n in numbers if any(rows[n][place] for place in group)), default=header_row)
        for group in groups
    }
    twice = len(set(filter(None, header))) < len(list(filter(None, header)))
    if len(groups) > 1 and (len(ends) > 1 or twice):
        starts = " and ".join(repr(names[group[0]]) for group in groups)
        raise ReadError(_several(name, f"they stand side by side and begin with {starts}"))


def _column_groups(header: Row, rows: dict[int, Row], numbers: Sequence[int]) -> list[list[int]]:
    """Return the columns that stand together, at least two each, between empty ones."""
    used = [bool(cell) or any(rows[n][place] for n in numbers) for place, cell in enumerate(header)]
    groups: list[list[int]] = [[]]
    for place, is_used in enumerate(used):
        if is_used:
            groups[-1].append(place)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if len(group) > 1]


def _several(name: str, where: str) -> str:
    return f"{name} holds several tables: {where}. Put each on a sheet of its own."


def _pieces(rows: dict[int, Row], origin: Origin, names: list[str]) -> Iterator[Piece]:
    header = rows.get(origin.header_row)
    numbers = [n for n in rows if n > origin.header_row and rows[n] != header]
    if repeated := sum(n > origin.header_row for n in rows) - len(numbers):
        origin.notes.append(f"{repeated:,} rows repeat the headers; they are left out.")
    for start in range(0, len(numbers), _ROWS_AT_ONCE):
        some = numbers[start : start + _ROWS_AT_ONCE]
        cells = zip(*(rows.pop(number) for number in some), strict=True)
        columns = [pa.array([cell or None for cell in column], type=TEXT) for column in cells]
        yield drop_blank(Piece(columns[: len(names)], np.array(some)))
