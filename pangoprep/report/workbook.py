"""The held rows as a workbook in which people fix them; `read_fixed` takes it back.

Sheets: the held rows with the caller's own columns, all findings, the rules that occurred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.errors import UsageError
from pangoprep.report.cells import as_cell
from pangoprep.report.evidence import Evidence, Rows
from pangoprep.report.html import SIGNS
from pangoprep.report.identity import HEADING, frame_fingerprint, row_identities, source_rows
from pangoprep.report.language import Language
from pangoprep.report.summary import rule_facts
from pangoprep.report.tables import findings_table, row_reasons

#: Excel has so many rows, one of them for the headings.
MOST_ROWS = 1_048_575
#: So many cells have their reason as a comment; more make Excel slow.
N_COMMENTS = 10_000
# These are text however the caller holds them: zeros in front count.
_TEXTS = ("phone", "id", "text", "url", "email", "list")
_COLORS = {"error": "#FBC9C4", "warning": "#FCE6B3", "info": "#D6E8FA"}
_N_MEASURED = 200
_FINDING_COLUMNS = ("row", "key", "field", "severity", "rule", "value", "message", "suggestion")


def write_workbook(evidence: Evidence, path: Path, words: Language) -> None:
    """Write the workbook.

    Raises
    ------
    UsageError
        If xlsxwriter is not installed, more rows are held than Excel has, or two columns would
        have the same heading.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise UsageError(
            "Writing workbooks needs xlsxwriter: pip install 'pangoprep[excel]'."
        ) from None

    held = np.flatnonzero(evidence.is_held)
    if len(held) > MOST_ROWS:
        raise UsageError(
            f"{len(held):,} rows are held, more than the {MOST_ROWS:,} a sheet has. Look at "
            "report.summary() and mend the largest cause in the source first."
        )
    # A cell that looks like a formula or an address stays text.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(path, {**plain, "remove_timezone": False}) as book:
        book.set_properties({"title": f"pangoprep: {evidence.entity.object_type}"})
        _Writer(evidence, words, book).write(held)


class _Writer:
    """Fills a workbook."""

    def __init__(self, evidence: Evidence, words: Language, book: Any) -> None:
        self._evidence, self._words, self._book = evidence, words, book
        # With a quote in front, as Excel has it, a text stays text also when it is edited.
        text = {"num_format": "@", "quote_prefix": True}
        self._head = book.add_format(
            {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "text_wrap": True,
             "valign": "top", "border": 1, "border_color": "#FFFFFF"}
        )  # fmt: skip
        self._soft = book.add_format({**text, "font_color": "#57606A"})
        self._wrap = book.add_format({**text, "text_wrap": True, "valign": "top"})
        self._text = book.add_format(text)
        self._number = book.add_format({})
        self._time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._marked = {
            severity: {
                "text": book.add_format({**text, "bg_color": color}),
                "number": book.add_format({"bg_color": color}),
                "time": book.add_format({"bg_color": color, "num_format": "yyyy-mm-dd hh:mm:ss"}),
            }
            for severity, color in _COLORS.items()
        }

    def write(self, held: Rows) -> None:
        self._held_rows(held)
        self._findings()
        self._rules()

    def _held_rows(self, held: Rows) -> None:
        words, evidence = self._words, self._evidence
        names = [str(name) for name in evidence.frame.columns]
        ours = [words("excel.row"), words("excel.why")]
        heads = [*ours, *names, HEADING]
        if len(set(heads)) < len(heads):
            twice = next(head for head in heads if heads.count(head) > 1)
            raise UsageError(f"Two columns would have the heading {twice!r}. Rename one first.")
        sheet = self._book.add_worksheet(words("excel.fix"))
        sheet.write_row(0, 0, heads, self._head)
        self._strings(sheet, 0, source_rows(evidence.frame, held), self._soft)
        reasons = row_reasons(evidence.blocks, evidence.n_rows, held, words)
        self._strings(sheet, 1, reasons.tolist(), self._wrap)
        marks = self._marks(held)
        part = evidence.frame.iloc[held]
        for place, column in enumerate(evidence.frame.columns):
            self._column(sheet, place + 2, part.iloc[:, place], marks.get(column, {}))
        identities = row_identities(frame_fingerprint(evidence.frame), held)
        self._strings(sheet, len(heads) - 1, identities, self._soft)
        n_commented = self._comments(sheet, marks)
        if n_commented > N_COMMENTS:
            cut = words("excel.comments_cut", n=N_COMMENTS, column=words("excel.why"))
            sheet.write_comment(0, 1, cut)
        sheet.set_column(0, 0, 10)
        sheet.set_column(1, 1, 48)
        for place, name in enumerate(names):
            sheet.set_column(place + 2, place + 2, _width(part.iloc[:, place], name))
        sheet.set_column(len(heads) - 1, len(heads) - 1, 4, None, {"hidden": True})
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(held), 1), len(heads) - 2)

    def _strings(self, sheet: Any, column: int, texts: list[str], style: Any) -> None:
        for row, text in enumerate(texts, start=1):
            if text:
                sheet.write_string(row, column, text, style)

    def _column(
        self, sheet: Any, place: int, values: pd.Series, marks: Mapping[int, tuple[str, str]]
    ) -> None:
        as_text = text_column(self._evidence, values.name)
        plain = {"text": self._text, "number": self._number, "time": self._time}
        for row, value in enumerate(values.tolist()):
            mark = marks.get(row)
            style = self._marked[mark[0]] if mark else plain
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
        place_of = np.full(self._evidence.n_rows, -1, dtype=np.int64)
        place_of[held] = np.arange(len(held))
        marks: dict[Any, dict[int, tuple[str, str]]] = {}
        for block in self._evidence.blocks:
            if block.field not in self._evidence.sources or block.severity == "info":
                continue
            column = marks.setdefault(self._evidence.sources[block.field], {})
            message = self._words.message(block.rule, block.detail)
            for place in place_of[block.rows].tolist():
                if place >= 0:
                    worst, before = column.get(place, (block.severity, ""))
                    column[place] = worst, f"{before}\n{message}".strip()
        return marks

    def _comments(self, sheet: Any, marks: Mapping[Any, Mapping[int, tuple[str, str]]]) -> int:
        """Put reasons on the first cells; return how many there would be."""
        place_of = {name: place + 2 for place, name in enumerate(self._evidence.frame.columns)}
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

    def _findings(self) -> None:
        words, evidence = self._words, self._evidence
        sheet = self._book.add_worksheet(words("excel.findings"))
        heads = [words(f"column.{name}") for name in _FINDING_COLUMNS]
        heads[0] = words("excel.row")
        sheet.write_row(0, 0, heads, self._head)
        table = findings_table(evidence, evidence.blocks, reveal=True, lang=words.code)
        n_found = len(table)
        table = table.head(MOST_ROWS - 1)
        numbers = source_rows(evidence.frame, table["row"].to_numpy())
        signed = {name: f"{sign} {words('severity.' + name)}" for name, sign in SIGNS.items()}
        columns = {"row": numbers, "severity": table["severity"].map(signed).tolist()}
        for place, name in enumerate(_FINDING_COLUMNS):
            texts = columns.get(name) or table[name].to_numpy(dtype=object, na_value="").tolist()
            self._strings(sheet, place, texts, self._text)
        if n_found > len(table):
            cut = words("text.more", n=n_found - len(table))
            sheet.write_string(len(table) + 1, 0, cut, self._soft)
        for place, width in enumerate((10, 22, 18, 12, 22, 28, 60, 28)):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table), 1), len(heads) - 1)

    def _rules(self) -> None:
        words = self._words
        sheet = self._book.add_worksheet(words("excel.rules"))
        names = ("rule", "severity", "field", "rows", "share", "meaning", "action")
        heads = [words(f"column.{name}") for name in names]
        sheet.write_row(0, 0, heads, self._head)
        share = self._book.add_format({"num_format": "0.0%"})
        for row, fact in enumerate(rule_facts(self._evidence), start=1):
            signed = f"{SIGNS[fact.severity]} {words('severity.' + fact.severity)}"
            for place, text in enumerate((fact.rule, signed, fact.field)):
                sheet.write_string(row, place, text, self._text)
            sheet.write_number(row, 3, fact.n_rows)
            sheet.write_number(row, 4, fact.share, share)
            sheet.write_string(row, 5, words.meaning(fact.rule, fact.detail), self._wrap)
            sheet.write_string(row, 6, words.action(fact.rule), self._wrap)
        for place, width in enumerate((24, 12, 18, 10, 8, 60, 50)):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)


def text_column(evidence: Evidence, column: Any) -> bool:
    """Whether a column of the caller's stands for a field whose values are texts."""
    fields = {source: name for name, source in evidence.sources.items()}
    facts = evidence.facts.get(fields.get(column, ""))
    return facts is not None and facts.normalizer in _TEXTS


def _width(values: pd.Series, name: str) -> float:
    """The width that shows most values of a column."""
    lengths: Iterator[int] = (len(str(value)) for value in values.head(_N_MEASURED))
    return min(max([len(name), *lengths, 8]) + 2, 40)
