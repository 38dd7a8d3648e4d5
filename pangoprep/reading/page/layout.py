"""Where the cells of a page's tables are, counted as in a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pangoprep.reading.layout import check_area, check_width
from pangoprep.reading.page.html import Line, PageTable
from pangoprep.reading.sheet import Sheet

_MAX_COLUMNS_SPANNED = 1_000  # what browsers do


def page_sheets(parts: Sequence[PageTable | str], name: str) -> list[Sheet]:
    """Lay out each table of a page that holds something.

    Parameters
    ----------
    parts
        The tables, and the lines of text outside them.
    name
        What to call the page.

    Returns
    -------
    list of Sheet
        Rows are numbered over the whole page, as Excel does when it opens it.

    Raises
    ------
    ReadError
        If a row is too wide.

    Examples
    --------
    >>> table = PageTable([Line(["Mã", "Tên"]), Line(["C1", "An"])])
    >>> page_sheets(["DANH SÁCH", table], "a.xls")[0].rows
    {2: ['Mã', 'Tên'], 3: ['C1', 'An']}
    """
    sheets = []
    first = 1
    for part in _shown(parts):
        if isinstance(part, str):
            first += 1
            continue
        sheet = _laid_out(part.lines, first, name)
        first += len(part.lines)
        if sheet.rows:
            sheets.append(sheet)
    return sheets


def stacked(sheets: Sequence[Sheet], name: str) -> Sheet:
    """Put a page's tables under each other, as a person sees them."""
    width = max((len(row) for sheet in sheets for row in sheet.rows.values()), default=0)
    check_area(sum(len(sheet.rows) for sheet in sheets), width, name)
    return Sheet(
        rows={n: row + [""] * (width - len(row)) for s in sheets for n, row in s.rows.items()},
        merged=[area for sheet in sheets for area in sheet.merged],
        hidden_rows={number for sheet in sheets for number in sheet.hidden_rows},
        starts={min(sheet.rows) for sheet in sheets},
    )


def _shown(parts: Sequence[PageTable | str]) -> Iterator[PageTable | str]:
    """Give tables without those that only put others in their places."""
    for part in parts:
        if isinstance(part, str) or not part.is_layout:
            yield part
            continue
        for line in part.lines:
            for cell in line.cells:
                if isinstance(cell, str) or not cell.tables:
                    if text := cell if isinstance(cell, str) else cell.text:
                        yield from text.split("\n")
                    continue
                for inner in cell.texts:
                    if isinstance(inner, PageTable):
                        yield from _shown([inner])
                    elif inner.strip():
                        yield inner


def _laid_out(lines: Sequence[Line], first: int, name: str) -> Sheet:
    sheet = Sheet()
    hidden = set()
    width = 0
    taken: dict[int, int] = {}  # by column: how many rows more a cell above reaches down
    for number, line in enumerate(lines, first):
        row: list[str] = []
        below = {place: n - 1 for place, n in taken.items() if n > 1}
        for cell in line.cells:
            while taken.get(len(row), 0):
                row.append("")
            if isinstance(cell, str):
                row.append(cell)
                continue
            n_columns = min(cell.n_columns, _MAX_COLUMNS_SPANNED)
            n_rows = min(cell.n_rows or len(lines), first + len(lines) - number)
            if n_rows > 1:
                below |= dict.fromkeys(range(len(row), len(row) + n_columns), n_rows - 1)
            area = (number - 1, len(row), number + n_rows - 2, len(row) + n_columns - 1)
            sheet.merged.append(area)
            row += [cell.text] + [""] * (n_columns - 1)
            check_width(len(row), name)
        width = max(width, len(row), max(below, default=-1) + 1)
        check_area(number - first + 1, width, name)
        taken = below
        if any(row):
            sheet.rows[number] = row
        if line.is_hidden:
            hidden.add(number)
    sheet.rows = {n: row + [""] * (width - len(row)) for n, row in sheet.rows.items()}
    sheet.hidden_rows = hidden
    sheet.merged = [area for area in sheet.merged if area[2] > area[0] and area[1] < width]
    return sheet
