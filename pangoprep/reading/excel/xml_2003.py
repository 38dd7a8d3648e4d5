"""Reading an XML spreadsheet (SpreadsheetML 2003), which many programs export as ``.xls``.

Source: Microsoft's XML Spreadsheet Reference. Nothing is loaded from elsewhere, and a document
type, in which entities could be declared, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from pangoprep.errors import ReadError
from pangoprep.normalizers.formula import as_formula
from pangoprep.reading.excel.cells import as_text
from pangoprep.reading.excel.number_formats import shown_as
from pangoprep.reading.layout import MAX_COLUMNS, check_area
from pangoprep.reading.pieces import Origin, Table
from pangoprep.reading.sheet import Sheet, choose_sheet, sheet_table
from pangoprep.sentence import Sentence

_BLOCK = 1 << 20
_NAMESPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
_DIGITS = re.compile(r"[0-9]+")
_MIDNIGHT = re.compile(r"T00:00:00(?:\.0+)?\Z")
_LONGEST_NUMBER = 16
_WANTED = ("Style", "Column", "Row", "Worksheet", "Visible", "FilterOn", "AutoFilter")


def read_xml_spreadsheet(
    file: IO[bytes], name: str, *, sheet: str | int | None, header: int | None, font: str | None
) -> Table:
    """Read one sheet of an XML spreadsheet; parameters and errors are those of `read_workbook`."""
    reader = _Reader(name)
    try:
        sheets = list(reader.sheets(file))
    except etree.XMLSyntaxError as error:
        raise ReadError(
            Sentence(
                "{1} is an XML spreadsheet that is damaged in line {2:,}. Open it in "
                "Excel and save it as xlsx.",
                name,
                error.lineno,
            )
        ) from None
    titles = [one.title for one in sheets]
    visible = [one.title for one in sheets if one.rows and one.title not in reader.hidden]
    title = choose_sheet(titles, lambda: visible, sheet, name)
    origin = Origin(name, "XML spreadsheet", sheet=title)
    origin.notes.append(Sentence("{1} is an XML spreadsheet (2003), whatever its name says.", name))
    chosen = sheets[titles.index(title)]
    return sheet_table(
        chosen, origin, Sentence("Sheet {1!r} of {2}", title, name), header=header, font=font
    )


class _Reader:
    """Takes a file's sheets as they come."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.hidden: set[str] = set()
        self._formats: dict[str, str] = {}
        self._n_cells = 0

    def sheets(self, file: IO[bytes]) -> Iterator[Sheet]:
        sheet, last, column_styles = Sheet(), 0, dict[int, str]()
        is_hidden = False
        for element in self._elements(file):
            kind = etree.QName(element).localname
            if kind == "Style":
                self._learn_style(element)
            elif kind == "Column":
                self._learn_column(element, sheet, column_styles)
            elif kind == "Row":
                last = self._add_row(element, sheet, last, column_styles)
                _forget(element)
            elif kind == "Visible":
                is_hidden = (element.text or "").strip() != "SheetVisible"
            elif kind == "Worksheet":
                sheet.title = _get(element, "Name")
                if is_hidden:
                    self.hidden.add(sheet.title)
                _pad(sheet)
                yield sheet
                sheet, last, column_styles, is_hidden = Sheet(), 0, {}, False
                _forget(element)
            else:
                sheet.is_filtered = True

    def _elements(self, file: IO[bytes]) -> Iterator[Any]:
        parser = etree.XMLPullParser(
            events=("end",), tag=[f"{{*}}{tag}" for tag in _WANTED],
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        )  # fmt: skip
        block = file.read(_BLOCK).removeprefix(b"\xef\xbb\xbf").lstrip()
        if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
            raise ReadError(
                Sentence("{1} declares a document type, which no export does.", self._name)
            )
        while block:
            parser.feed(block)
            yield from (element for _, element in parser.read_events())
            block = file.read(_BLOCK)
        parser.close()
        yield from (element for _, element in parser.read_events())

    def _learn_style(self, element: Any) -> None:
        parent = self._formats.get(_get(element, "Parent"), "")
        found = next(iter(element.iter("{*}NumberFormat")), None)
        code = parent if found is None else _get(found, "Format")
        self._formats[_get(element, "ID")] = code

    def _learn_column(self, element: Any, sheet: Sheet, styles: dict[int, str]) -> None:
        first = _number(element, "Index", len(styles) + 1) - 1
        last = first + min(_number(element, "Span", 0), MAX_COLUMNS)
        check_area(1, last + 1, self._name)
        styles |= dict.fromkeys(range(len(styles), first), "")
        styles |= dict.fromkeys(range(first, last + 1), _get(element, "StyleID"))
        if _get(element, "Hidden") == "1":
            sheet.hidden_columns.update(range(first, last + 1))

    def _add_row(self, element: Any, sheet: Sheet, last: int, columns: dict[int, str]) -> int:
        """Add a row, and return its number, or that of the last one that is like it."""
        number = _number(element, "Index", last + 1)
        row_style = _get(element, "StyleID")
        row: list[str] = []
        for cell in element.iterchildren("{*}Cell"):
            place = _number(cell, "Index", len(row) + 1) - 1
            check_area(number, place + 1, self._name)
            row += [""] * (place - len(row))
            style = _get(cell, "StyleID") or row_style or columns.get(place, "")
            row[place:] = [self._text(cell, self._formats.get(style or "Default", ""))]
            across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
            if across:
                check_area(number, place + 1 + across, self._name)
                row += [""] * across
            if down:
                sheet.merged.append((number - 1, place, number - 1 + down, place + across))
        self._n_cells += len(row)
        check_area(number, max(self._n_cells // number, 1), self._name)
        if any(row):
            sheet.rows[number] = row
        if _get(element, "Hidden") == "1":
            sheet.hidden_rows.add(number)
        return number + _number(element, "Span", 0)

    def _text(self, cell: Any, code: str) -> str:
        data = next(cell.iterchildren("{*}Data"), None)
        text = "" if data is None else "".join(data.itertext())
        kind = "" if data is None else _get(data, "Type")
        formula = _get(cell, "Formula")
        if formula and not text.strip() and kind != "String":
            return as_formula(formula.removeprefix("="))
        if kind == "Number":
            return _number_text(text.strip(), code)
        if kind == "DateTime":
            return _date_text(text.strip())
        if kind == "Boolean":
            return {"1": "TRUE", "0": "FALSE"}.get(text.strip(), text)
        return text


def _get(element: Any, name: str) -> str:
    """Return an attribute, with or without the namespace."""
    value: str = element.get(_NAMESPACE + name) or element.get(name) or ""
    return value


def _number(element: Any, name: str, otherwise: int) -> int:
    text = _get(element, name)
    return int(text) if text.isdecimal() and len(text) < _LONGEST_NUMBER else otherwise


def _number_text(text: str, code: str) -> str:
    """Write a number; one of digits only stays as the file has it."""
    if not _DIGITS.fullmatch(text):
        try:
            text = as_text(float(text))
        except ValueError:
            return text
    show = shown_as(code) if code and _DIGITS.fullmatch(text) else None
    return show(int(text)) if show and len(text) < _LONGEST_NUMBER else text


def _date_text(text: str) -> str:
    """Write a time as ISO 8601; midnight is a date."""
    return _MIDNIGHT.sub("", text).replace("T", " ").removesuffix(".000")


def _pad(sheet: Sheet) -> None:
    """Make all rows as long as the longest."""
    width = max(map(len, sheet.rows.values()), default=0)
    check_area(len(sheet.rows), width, sheet.title)
    sheet.rows = {n: row + [""] * (width - len(row)) for n, row in sheet.rows.items()}


def _forget(element: Any) -> None:
    """Free what was read."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
