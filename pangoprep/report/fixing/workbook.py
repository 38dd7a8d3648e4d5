"""The held rows as a workbook in which people fix them; `read_fixed` takes it back.

Sheets: the held rows with the caller's own columns, all findings, the rules that occurred.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.argument_checks import writing
from pangoprep.columns.types import Rows
from pangoprep.errors import UsageError
from pangoprep.private_files import make_private
from pangoprep.report.faces.language import Language
from pangoprep.report.faces.naming import field_names, long_names, source_numbering
from pangoprep.report.faces.tables import findings_table, row_reasons
from pangoprep.report.faces.templates import SIGNS
from pangoprep.report.facts.summary import rule_facts
from pangoprep.report.fixing.cells import as_cell
from pangoprep.report.fixing.identity import HEADING, fingerprint, row_identities, source_rows
from pangoprep.steps.examined import Examined

#: Excel has so many rows, one of them for the headings.
MAX_ROWS = 1_048_575
#: So many cells have their reason as a comment; more make Excel slow.
N_COMMENTS = 10_000
# These are text however the caller holds them: zeros in front count.
_TEXTS = ("phone", "id", "text", "province", "url", "email", "list")
_COLORS = {"error": "#FBC9C4", "warning": "#FCE6B3", "info": "#D6E8FA"}
_N_MEASURED = 200
_FINDING_COLUMNS = (
    "frame", "row", "key", "field", "severity", "rule", "value", "message", "suggestion"
)  # fmt: skip


def write_workbook(parts: Mapping[str, Examined], path: Path, words: Language) -> None:
    """Write the workbook, with a sheet of held rows for each frame, as many as a sheet has.

    Raises
    ------
    UsageError
        If two columns would have the same heading.
    """
    import xlsxwriter

    make_private(path)
    # A cell that looks like a formula or an address stays text.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with (
        writing(path),
        _no_collecting(),
        xlsxwriter.Workbook(path, {**plain, "remove_timezone": False}) as book,
    ):
        book.set_properties({"title": f"pangoprep: {', '.join(parts)}"})
        style = _Style(book)
        for name, examined in parts.items():
            title = sheet_title(name) if len(parts) > 1 else words("excel.fix")
            _HeldRows(examined, parts, words, style).write(book.add_worksheet(title))
        _write_findings(book.add_worksheet(words("excel.findings")), parts, words, style)
        _write_rules(book.add_worksheet(words("excel.rules")), parts, words, style)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Pause Python's search for reference cycles.

    xlsxwriter keeps a million small objects until it writes them, none in a cycle; to look through
    all of them again and again takes a fifth of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def sheet_title(name: str) -> str:
    """Turn a frame's name into one that Excel takes."""
    return re.sub(r"[\[\]:*?/\\']", " ", name)[:31].strip() or "Sheet"


class _Style:
    """The formats of a workbook."""

    def __init__(self, book: Any) -> None:
        # With a quote in front, as Excel has it, a text stays text also when it is edited.
        text = {"num_format": "@", "quote_prefix": True}
        time = {"num_format": "yyyy-mm-dd hh:mm:ss"}
        self.head = book.add_format(
            {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "text_wrap": True,
             "valign": "top", "border": 1, "border_color": "#FFFFFF"}
        )  # fmt: skip
        self.soft = book.add_format({**text, "font_color": "#57606A"})
        self.wrap = book.add_format({**text, "text_wrap": True, "valign": "top"})
        self.share = book.add_format({"num_format": "0.0%"})
        self.text = book.add_format(text)
        plain = {"text": self.text, "number": book.add_format({}), "time": book.add_format(time)}
        self.cells = {
            "": plain,
            **{
                severity: {
                    "text": book.add_format({**text, "bg_color": color}),
                    "number": book.add_format({"bg_color": color}),
                    "time": book.add_format({**time, "bg_color": color}),
                }
                for severity, color in _COLORS.items()
            },
        }


class _HeldRows:
    """Fills the sheet in which held rows are fixed."""

    def __init__(
        self, examined: Examined, parts: Mapping[str, Examined], words: Language, style: _Style
    ) -> None:
        self._examined, self._parts, self._words, self._style = examined, parts, words, style

    def write(self, sheet: Any) -> None:
        words, examined = self._words, self._examined
        every = np.flatnonzero(examined.is_held)
        # One row is left to say that there are more.
        held = every if len(every) <= MAX_ROWS else every[: MAX_ROWS - 1]
        names = [str(name) for name in examined.columns]
        heads = [words("excel.row"), words("excel.why"), *names, HEADING]
        if len(set(heads)) < len(heads):
            twice = next(head for head in heads if heads.count(head) > 1)
            raise UsageError(f"Two columns would have the heading {twice!r}. Rename one first.")
        sheet.write_row(0, 0, heads, self._style.head)
        numbers = source_rows(examined, held)
        _strings(sheet, 0, numbers, self._style.soft)
        number, shown = source_numbering(examined, self._parts), field_names(examined, words)
        reasons = row_reasons(examined.blocks, examined.n_rows, held, words, shown, number=number)
        _strings(sheet, 1, reasons.tolist(), self._style.wrap)
        marks = self._marks(held)
        part = examined.came(held)
        for place, column in enumerate(examined.columns):
            self._column(sheet, place + 2, part.iloc[:, place], marks.get(column, {}))
            sheet.set_column(place + 2, place + 2, _width(part.iloc[:, place], names[place]))
        last = len(heads) - 1
        identities = row_identities(fingerprint(examined.frames()), held, numbers)
        _strings(sheet, last, identities, self._style.soft)
        if self._comments(sheet, marks) > N_COMMENTS:
            cut = words("excel.comments_cut", n=N_COMMENTS, column=words("excel.why"))
            sheet.write_comment(0, 1, cut)
        if len(held) < len(every):
            told = words("excel.rows_cut", n=len(every) - len(held))
            sheet.write_string(len(held) + 1, 1, told, self._style.wrap)
        sheet.set_column(0, 0, 10)
        sheet.set_column(1, 1, 48)
        sheet.set_column(last, last, 4, None, {"hidden": True})
        sheet.freeze_panes(1, 2)
        # With the hidden column: what lies outside the filter stays put when rows are sorted.
        sheet.autofilter(0, 0, max(len(held), 1), last)

    def _column(
        self, sheet: Any, place: int, values: pd.Series, marks: Mapping[int, tuple[str, str]]
    ) -> None:
        as_text = text_column(self._examined, values.name)
        for row, value in enumerate(values.tolist()):
            mark = marks.get(row)
            style = self._style.cells[mark[0] if mark else ""]
            cell = as_cell(value, as_text=as_text)
            if isinstance(cell, str):
                sheet.write_string(row + 1, place, cell, style["text"])
            elif cell is None:
                if mark or as_text:  # what is typed there stays text
                    sheet.write_blank(row + 1, place, None, style["text"])
            elif isinstance(cell, bool):
                sheet.write_boolean(row + 1, place, cell, style["number"])
            elif isinstance(cell, (int, float)):
                sheet.write_number(row + 1, place, cell, style["number"])
            else:
                sheet.write_datetime(row + 1, place, cell, style["time"])

    def _marks(self, held: Rows) -> dict[Any, dict[int, tuple[str, str]]]:
        """What to say of which cell, worst first: by column, then by row among the held."""
        place_of = np.full(self._examined.n_rows, -1, dtype=np.int64)
        place_of[held] = np.arange(len(held))
        marks: dict[Any, dict[int, tuple[str, str]]] = {}
        for block in self._examined.blocks:
            if block.field not in self._examined.sources or block.severity == "info":
                continue
            column = marks.setdefault(self._examined.sources[block.field], {})
            message = self._words.message(block.rule, block.detail)
            for place in place_of[block.rows].tolist():
                if place >= 0:
                    worst, before = column.get(place, (block.severity, ""))
                    column[place] = worst, f"{before}\n{message}".strip()
        return marks

    def _comments(self, sheet: Any, marks: Mapping[Any, Mapping[int, tuple[str, str]]]) -> int:
        """Put reasons on the first cells; return how many there would be."""
        place_of = {name: place + 2 for place, name in enumerate(self._examined.columns)}
        found = [
            (row + 1, place_of[name], severity, message)
            for name, cells in marks.items()
            for row, (severity, message) in cells.items()
        ]
        found.sort()
        for row, place, severity, message in found[:N_COMMENTS]:
            told = f"{SIGNS[severity]} {message}"
            sheet.write_comment(row, place, told, {"x_scale": 1.6, "y_scale": 0.8})
        return len(found)


def _write_findings(
    sheet: Any, parts: Mapping[str, Examined], words: Language, style: _Style
) -> None:
    """All findings of all frames, with their values."""
    heads = [words("bundle.frame"), words("excel.row")]
    heads += [words(f"column.{name}") for name in _FINDING_COLUMNS[2:]]
    sheet.write_row(0, 0, heads, style.head)
    signed = {name: f"{sign} {words('severity.' + name)}" for name, sign in SIGNS.items()}
    at, n_left = 0, 0
    for label, examined in parts.items():
        number = source_numbering(examined, parts)
        table = findings_table(
            examined, examined.blocks, reveal=True, lang=words.code, number=number
        )
        n_left += len(table)
        table = table.head(MAX_ROWS - 1 - at)
        n_left -= len(table)
        told = {
            "frame": [label] * len(table) if len(parts) > 1 else [],
            "row": source_rows(examined, table["row"].to_numpy()),
            "field": long_names(examined, words, table["field"]),
            "severity": table["severity"].astype(object).map(signed).tolist(),
        }
        for place, name in enumerate(_FINDING_COLUMNS):
            texts = told.get(name)
            if texts is None:
                texts = table[name].to_numpy(dtype=object, na_value="").tolist()
            _strings(sheet, place, texts, style.text, start=at + 1)
        at += len(table)
    if n_left:
        sheet.write_string(at + 1, 1, words("text.more", n=n_left), style.soft)
    for place, width in enumerate((26, 10, 22, 18, 12, 22, 28, 60, 28)):
        hidden = {"hidden": place == 0 and len(parts) == 1}
        sheet.set_column(place, place, width, None, hidden)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(at, 1), len(heads) - 1)


def _write_rules(sheet: Any, parts: Mapping[str, Examined], words: Language, style: _Style) -> None:
    """The rules that occurred, with what to do."""
    names = ("rule", "severity", "field", "rows", "share", "meaning", "action")
    heads = [words(f"column.{name}") for name in names]
    sheet.write_row(0, 0, heads, style.head)
    facts = [(fact, one) for one in parts.values() for fact in rule_facts(one)]
    for row, (fact, examined) in enumerate(facts, start=1):
        signed = f"{SIGNS[fact.severity]} {words('severity.' + fact.severity)}"
        (field,) = long_names(examined, words, [fact.field])
        for place, text in enumerate((fact.rule, signed, field)):
            sheet.write_string(row, place, text, style.text)
        sheet.write_number(row, 3, fact.n_rows)
        sheet.write_number(row, 4, fact.share, style.share)
        sheet.write_string(row, 5, words.meaning(fact.rule, fact.detail), style.wrap)
        sheet.write_string(row, 6, words.action(fact.rule), style.wrap)
    for place, width in enumerate((24, 12, 18, 10, 8, 60, 50)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)


def _strings(sheet: Any, column: int, texts: Sequence[str], style: Any, start: int = 1) -> None:
    for row, text in enumerate(texts, start):
        if text:
            sheet.write_string(row, column, text, style)


def text_column(examined: Examined, column: Any) -> bool:
    """Whether a column of the caller's stands for a field whose values are texts."""
    fields = {source: name for name, source in examined.sources.items()}
    facts = examined.facts.get(fields.get(column, ""))
    return facts is not None and facts.normalizer in _TEXTS


def _width(values: pd.Series, name: str) -> float:
    """The width that shows most values of a column."""
    lengths: Iterator[int] = (len(str(value)) for value in values.head(_N_MEASURED))
    return min(max([len(name), *lengths, 8]) + 2, 40)
