"""Reading a sheet of an Excel workbook (xlsx, xlsm, xls) with calamine.

Nothing in a workbook is executed or followed: formulas give the value Excel last saved, macros and
links to other files are left alone.
"""

from __future__ import annotations

import io
from typing import IO, Any

from pangoprep.errors import ReadError
from pangoprep.reading.excel.cells import as_text
from pangoprep.reading.excel.facts import SheetFacts
from pangoprep.reading.excel.package import check_workbook, without_wrong_dimensions
from pangoprep.reading.excel.sheet_xml import inspect_sheet
from pangoprep.reading.excel.xls_cells import check_xls, inspect_xls
from pangoprep.reading.layout import check_width
from pangoprep.reading.pieces import Origin, Table
from pangoprep.reading.sheet import Sheet, choose_sheet, sheet_table
from pangoprep.sentence import Sentence

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what an xls, and an xlsx with a password, begin with
_MAX_BYTES = 1 << 30


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
    content, book = _open(file, name)
    titles = list(map(str, book.sheet_names))
    title = choose_sheet(titles, lambda: _filled(book, content, name), sheet, name)
    shown = Sentence("Sheet {1!r} of {2}", title, name)
    origin = Origin(name, "Excel workbook", sheet=title)
    facts = _facts(content, titles.index(title), title, shown)
    read = _sheet(book, title, facts, shown)
    table = sheet_table(read, origin, shown, header=header, font=font)
    if facts.has_macros:
        origin.notes.append("The workbook has macros; they are left alone.")
    return table


def sheet_names(file: IO[bytes], name: str) -> list[str]:
    """List the visible sheets of a workbook that hold something."""
    content, book = _open(file, name)
    return _filled(book, content, name)


def _in_memory(file: IO[bytes], name: str) -> IO[bytes]:
    """Return a stream that can be searched; one from an archive is read first, within bounds."""
    if file.seekable():
        return file
    content = file.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise ReadError(Sentence("{1} holds a workbook of more than 1 GiB. Unpack it first.", name))
    return io.BytesIO(content)


def _open(file: IO[bytes], name: str) -> tuple[IO[bytes], Any]:
    """Return a workbook as bytes that can be searched, and as calamine opened it."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    file = _in_memory(file, name)
    check_workbook(file, name)
    file.seek(0)
    if file.read(8) == _OLE:
        file.seek(0)
        check_xls(file.read(), name)
    file = without_wrong_dimensions(file)
    file.seek(0)
    try:
        return file, CalamineWorkbook.from_filelike(file)
    except PasswordError:
        reason = "needs a password. Open it in Excel, save it without one"
    except (CalamineError, OSError, ValueError):
        reason = "is no xlsx, xlsm or xls workbook, or it is damaged. Save it anew in Excel"
    raise ReadError(Sentence("{1} {2}, then read it again.", name, reason))


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
        inspect_sheet(content, title, Sentence("Sheet {1!r} of {2}", title, name))
    return [title for title in visible if book.get_sheet_by_name(title).start is not None]


def _facts(content: IO[bytes], position: int, title: str, name: str) -> SheetFacts:
    content.seek(0)
    if content.read(len(_OLE)) != _OLE:
        return inspect_sheet(content, title, name)
    content.seek(0)
    return inspect_xls(content.read(), position)


def _sheet(book: Any, title: str, facts: SheetFacts, name: str) -> Sheet:
    """Lay out a sheet's cells as text."""
    from python_calamine import CalamineError

    try:
        sheet = book.get_sheet_by_name(title)
    except (CalamineError, OSError) as error:
        raise ReadError(Sentence("{1} cannot be read: {2}.", name, type(error).__name__)) from None
    if sheet.start is not None:
        check_width(sheet.end[1] + 1, name)
    cells = sheet.to_python(skip_empty_area=False) if sheet.start is not None else []
    _show(cells, facts)
    rows = {number: list(map(as_text, row)) for number, row in enumerate(cells, 1)}
    width = len(cells[0]) if cells else 0
    width = max([width, *(place + 1 for found in facts.texts.values() for place, _ in found)])
    for number, found in facts.texts.items():
        row = rows.setdefault(number, [])
        row += [""] * (width - len(row))
        for place, text in found:
            row[place] = text
    rows = {n: row + [""] * (width - len(row)) for n, row in sorted(rows.items()) if any(row)}
    merged = [(*start, *end) for start, end in sheet.merged_cell_ranges or []]
    return Sheet(title, rows, merged, facts.hidden_rows, facts.is_filtered, facts.hidden_columns)


def _show(cells: list[list[Any]], facts: SheetFacts) -> None:
    """Write whole numbers as their format shows them, where it adds what is meant."""
    for show, rows, columns in facts.shown:
        for number, column in zip(rows.tolist(), columns.tolist(), strict=True):
            row = cells[number - 1] if number <= len(cells) else ()
            value = row[column] if column < len(row) else None
            if isinstance(value, (int, float)) and not isinstance(value, bool) and value % 1 == 0:
                cells[number - 1][column] = show(int(value))
