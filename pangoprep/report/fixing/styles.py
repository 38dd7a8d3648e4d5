"""How the cells of the workbook look."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

_A4 = 9
_PAGE_WIDTH = 275  # letters, of more than 6 points
_LINE, _MAX_LINES = 15, 12  # points; higher rows are no help
_COLORS = {"error": "#FBC9C4", "warning": "#FCE6B3", "info": "#D6E8FA"}


class Style:
    """The formats of a workbook."""

    def __init__(self, book: Any) -> None:
        # With a quote in front, as Excel has it, a text stays text also when it is edited.
        line = {"valign": "top", "bottom": 1, "bottom_color": "#D8DEE4"}
        text = {**line, "num_format": "@", "quote_prefix": True}
        time = {**line, "num_format": "yyyy-mm-dd hh:mm:ss"}
        self.head = book.add_format(
            {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "text_wrap": True,
             "valign": "top", "border": 1, "border_color": "#FFFFFF"}
        )  # fmt: skip
        self.soft = book.add_format({**text, "font_color": "#57606A"})
        self.wrap = book.add_format({**text, "text_wrap": True})
        self.share = book.add_format({"num_format": "0.0%"})
        self.text = book.add_format(text)
        plain = {
            "text": self.text,
            "wrapped": self.wrap,
            "number": book.add_format(line),
            "time": book.add_format(time),
        }
        self.cells = {
            "": plain,
            **{
                severity: {
                    "text": book.add_format({**text, "bg_color": color}),
                    "wrapped": book.add_format({**text, "text_wrap": True, "bg_color": color}),
                    "number": book.add_format({**line, "bg_color": color}),
                    "time": book.add_format({**time, "bg_color": color}),
                }
                for severity, color in _COLORS.items()
            },
        }


def on_paper(sheet: Any, widths: Sequence[float], n_repeated: int = 0) -> None:
    """Print a sheet on A4 across, its headings on every page, no smaller than can be read.

    Parameters
    ----------
    sheet
        The sheet.
    widths
        The widths of its columns.
    n_repeated
        How many of its columns stand on every page, where it is several pages wide.
    """
    sheet.set_paper(_A4)
    sheet.set_landscape()
    repeated = sum(widths[:n_repeated])
    n_wide = max(1, math.ceil((sum(widths) - repeated) / (_PAGE_WIDTH - repeated)))
    sheet.fit_to_pages(n_wide, 0)
    sheet.repeat_rows(0)
    if n_wide > 1 and n_repeated:
        sheet.repeat_columns(0, n_repeated - 1)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")


def set_heights(sheet: Any, texts: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """Give rows from the second on the height of their texts, as LibreOffice needs to be told.

    Parameters
    ----------
    sheet
        The sheet.
    texts
        By column, the wrapped texts of each row.
    widths
        The widths of those columns.
    """
    for row, cells in enumerate(zip(*texts, strict=True), 1):
        n_lines = lines_of(cells, widths)
        if n_lines > 1:
            sheet.set_row(row, _LINE * n_lines)


def head_height(heads: Sequence[str], widths: Sequence[float]) -> int:
    """Return the height of the row of headings, in points."""
    return _LINE * lines_of(heads, [0.85 * width for width in widths])  # they are bold


def lines_of(cells: Sequence[str], widths: Sequence[float]) -> int:
    """Return how many lines the longest of some wrapped cells takes."""
    lines = (
        sum(math.ceil(max(len(part), 1) / (0.95 * width)) for part in text.split("\n"))
        for text, width in zip(cells, widths, strict=True)
    )
    return min(max(lines, default=1), _MAX_LINES)


def write_strings(
    sheet: Any, column: int, texts: Sequence[str], style: Any, start: int = 1
) -> None:
    """Write texts one below the other; empty ones are left out."""
    for row, text in enumerate(texts, start):
        if text:
            sheet.write_string(row, column, text, style)
