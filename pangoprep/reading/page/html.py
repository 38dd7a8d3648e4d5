"""The tables of a web page as a person sees them. Nothing is loaded, run or expanded.

Many "Excel exports" of web programs are pages with a table, named ``.xls``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from pangoprep.errors import ReadError
from pangoprep.reading.layout import MAX_CELLS, check_area
from pangoprep.sentence import Sentence

_BREAKS = frozenset(
    ("br", "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "center", "caption",
     "section", "article", "header", "footer", "main", "form", "fieldset", "pre", "hr", "address",
     "blockquote", "dl", "dt", "dd", "body")
)  # fmt: skip
_UNSEEN = frozenset(
    ("script", "style", "title", "template", "xml", "object", "datalist", "comment")
)
_VOID = frozenset(("br", "hr", "img", "input", "meta", "link", "col", "wbr", "area", "base"))
_TYPED = frozenset(("", "text", "number", "tel", "email", "date", "url", "search"))
_HIDDEN = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all")
_BREAK = "\v"
_BLOCK = 1 << 20
_DEEPEST = 50


@dataclass(slots=True)
class Cell:
    """A cell that reaches over several rows or columns, or holds tables.

    Parameters
    ----------
    texts
        What is in it, in order.
    n_columns, n_rows
        Over how many it reaches; 0 rows: to the end.
    """

    texts: list[str | PageTable]
    n_columns: int = 1
    n_rows: int = 1

    @property
    def tables(self) -> list[PageTable]:
        """The tables in it."""
        return [part for part in self.texts if isinstance(part, PageTable)]

    @property
    def text(self) -> str:
        """What is read in it; line ends stay."""
        return seen("".join(part if isinstance(part, str) else part.text for part in self.texts))


@dataclass(slots=True)
class Line:
    """A row of a table; a cell of nothing but text is that text."""

    cells: list[str | Cell] = field(default_factory=list)
    is_hidden: bool = False


@dataclass(slots=True)
class PageTable:
    """A table of a page."""

    lines: list[Line] = field(default_factory=list)

    @property
    def is_layout(self) -> bool:
        """Whether it only puts other tables in their places."""
        cells = [cell for line in self.lines for cell in line.cells if isinstance(cell, Cell)]
        largest = max((inner.n_cells for cell in cells for inner in cell.tables), default=-1)
        return largest >= self.n_cells

    @property
    def n_cells(self) -> int:
        """How many cells it has itself."""
        return sum(len(line.cells) for line in self.lines)

    @property
    def text(self) -> str:
        """What is read in it, where it stands in a cell."""
        lines = (
            " ".join(cell if isinstance(cell, str) else cell.text for cell in line.cells)
            for line in self.lines
        )
        return f"{_BREAK}{_BREAK.join(lines)}{_BREAK}"


def read_page(text: str, name: str) -> list[PageTable | str]:
    r"""Return the tables of a page, and the lines of text outside them, in order.

    Parameters
    ----------
    text
        The page.
    name
        What to call it.

    Raises
    ------
    ReadError
        If it is larger than a sheet can be, or nested too deep.

    Examples
    --------
    >>> _, table = read_page("<h1>Khách</h1><table><tr><td>C1<td>An<br>B</table>", "a.xls")
    >>> table.lines[0].cells
    ['C1', 'An\nB']
    """
    parser = etree.HTMLParser(target=_PageReader(name), encoding="utf-8", no_network=True)
    try:
        for start in range(0, len(text), _BLOCK):
            parser.feed(text[start : start + _BLOCK].encode("utf-8", "replace"))
        parts: list[PageTable | str] = parser.close()
    except etree.LxmlError:
        raise ReadError(
            Sentence(
                "{1} is a web page that cannot be read: it is damaged, or nested too "
                "deep. Open it in Excel and save it as xlsx.",
                name,
            )
        ) from None
    return parts


def seen(text: str) -> str:
    r"""Return text as it is shown: blanks are one, and lines end where the page breaks them.

    Examples
    --------
    >>> seen("  12 Lê\xa0\n Lợi \v Quận 1 ")
    '12 Lê Lợi\nQuận 1'
    """
    if _BREAK not in text:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    return "\n".join(line for line in lines if line)


class _PageReader:
    """Takes a page's tags as they come."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._parts: list[PageTable | str] = []
        self._outside: list[str] = []
        self._open: list[PageTable] = []
        self._cells: list[Cell | None] = []  # of each open table, the cell that is open
        self._unseen = ""  # the tag that hides what is read, and how often it is open
        self._n_unseen = self._n_rows = self._n_cells = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._unseen:
            self._n_unseen += tag == self._unseen
        elif tag in ("td", "th"):
            self._start_cell(attributes)
        elif tag == "tr":
            self._start_line(attributes)
        elif _is_unseen(tag, attributes):
            if tag not in _VOID:
                self._unseen, self._n_unseen = tag, 1
        elif tag == "table":
            self._start_table()
        elif tag in _BREAKS:
            self.data(_BREAK)
        elif tag == "input" and attributes.get("type", "").lower() in _TYPED:
            self.data(attributes.get("value", ""))

    def end(self, tag: str) -> None:
        if self._unseen:
            self._n_unseen -= tag == self._unseen
            self._unseen *= self._n_unseen > 0
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table":
            self._end_table()
        elif tag in _BREAKS:
            self.data(_BREAK)

    def data(self, text: str) -> None:
        if self._unseen:
            return
        if self._cells and self._cells[-1] is not None:
            self._cells[-1].texts.append(text)
        elif self._open and not text.strip():
            return
        else:
            self._outside.append(text)

    def comment(self, text: str) -> None:
        """Pass over what nobody sees."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Pass over what nobody sees."""

    def close(self) -> list[PageTable | str]:
        while self._open:
            self._end_table()
        self._flush()
        return self._parts

    def _start_table(self) -> None:
        self._flush()
        if len(self._open) >= _DEEPEST:
            raise ReadError(Sentence("{1} has {2} tables within each other.", self._name, _DEEPEST))
        self._open.append(PageTable())
        self._cells.append(None)

    def _start_line(self, attributes: Mapping[str, str]) -> None:
        if not self._open:
            self._start_table()
        self._end_cell()
        self._n_rows += 1
        check_area(self._n_rows, 1, self._name)
        is_hidden = "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style", "")))
        self._open[-1].lines.append(Line(is_hidden=is_hidden))

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        if not self._open or not self._open[-1].lines:
            self._start_line({})
        self._end_cell()
        self._n_cells += 1
        if self._n_cells > MAX_CELLS:
            raise ReadError(
                Sentence(
                    "{1} has more than {2:,} cells, which no table does.", self._name, MAX_CELLS
                )
            )
        cell = Cell([])
        if "colspan" in attributes:
            cell.n_columns = max(_whole(attributes["colspan"]), 1)
        if "rowspan" in attributes:
            cell.n_rows = _whole(attributes["rowspan"])
        self._cells[-1] = cell

    def _end_cell(self) -> None:
        if not self._cells or (cell := self._cells[-1]) is None:
            return
        self._cells[-1] = None
        is_plain = cell.n_columns == cell.n_rows == 1 and not cell.tables
        self._open[-1].lines[-1].cells.append(cell.text if is_plain else cell)

    def _end_table(self) -> None:
        if not self._open:
            return
        self._end_cell()
        table = self._open.pop()
        self._cells.pop()
        if self._cells and self._cells[-1] is not None:
            self._cells[-1].texts.append(table)
        else:
            self._flush()
            self._parts.append(table)

    def _flush(self) -> None:
        """Close the text outside of tables: each of its lines is a row when Excel opens a page."""
        if not self._open:
            self._parts += filter(None, seen("".join(self._outside)).split("\n"))
            self._outside = []


def _is_unseen(tag: str, attributes: Mapping[str, str]) -> bool:
    if (
        tag in _UNSEEN
        or "hidden" in attributes
        or (tag == "option" and "selected" not in attributes)
    ):
        return True
    return "style" in attributes and _HIDDEN.search(attributes["style"]) is not None


def _whole(text: str) -> int:
    """Read a span as browsers do: what is no number is 1."""
    found = re.match(r"\s*([0-9]{1,6})", text)
    return int(found[1]) if found else 1
