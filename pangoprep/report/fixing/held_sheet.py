"""The sheet in which held rows are fixed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pangoprep.columns.types import Mask, Rows
from pangoprep.errors import UsageError
from pangoprep.findings import BESIDE, SIGNS, Block, rows_with
from pangoprep.language import Language
from pangoprep.matching.not_sent import row_headings
from pangoprep.report.faces.naming import field_names, source_numbering
from pangoprep.report.faces.tables import row_reasons
from pangoprep.report.fixing.cells import as_cell
from pangoprep.report.fixing.identity import HEADING, fingerprint, row_identities, source_rows
from pangoprep.report.fixing.styles import Style, head_height, on_paper, set_heights, write_strings
from pangoprep.sentence import Sentence
from pangoprep.steps.examined import Examined

#: Excel has so many rows, one of them for the headings.
MAX_ROWS = 1_048_575
#: So many cells have their reason as a comment; more make Excel slow.
N_COMMENTS = 10_000
# These are text however the caller holds them: zeros in front count.
_TEXTS = ("phone", "id", "text", "province", "url", "email", "list")
_N_MEASURED = 200
#: The columns before the caller's own, by their words.
OURS = ("row", "why", "suggestion", "leave_out")
_WIDTHS: tuple[float, ...] = (9, 44, 20, 9)
#: No column of the caller's is wider; longer cells are wrapped.
_MAX_WIDTH = 26


class CellMark(NamedTuple):
    """What is said of a cell: how bad it is, why, and what to write instead."""

    severity: str
    message: str
    suggestion: str


#: By column, then by row among those shown.
Marks = Mapping[Any, Mapping[int, CellMark]]


class HeldRows:
    """Fills the sheet in which held rows are fixed."""

    def __init__(
        self,
        examined: Examined,
        parts: Mapping[str, Examined],
        words: Language,
        style: Style,
        *,
        warnings: bool = False,
    ) -> None:
        self._examined, self._parts, self._words, self._style = examined, parts, words, style
        self._warnings = warnings

    def write(self, sheet: Any) -> None:
        """Fill the sheet."""
        words, examined = self._words, self._examined
        every = np.flatnonzero(self._is_shown())
        # One row is left to say that there are more.
        shown = every if len(every) <= MAX_ROWS else every[: MAX_ROWS - 1]
        names = [str(name) for name in examined.columns]
        # A file that rows were merged into has their numbers in the first file as a column.
        row = "row_now" if row_headings().intersection(names) else "row"
        heads = [words(f"excel.{name}") for name in (row, *OURS[1:])] + [*names, HEADING]
        if len(set(heads)) < len(heads):
            twice = next(head for head in heads if heads.count(head) > 1)
            raise UsageError(
                Sentence("Two columns would have the heading {1!r}. Rename one first.", twice)
            )
        sheet.write_row(0, 0, heads, self._style.head)
        numbers = source_rows(examined, shown)
        write_strings(sheet, 0, numbers, self._style.soft)
        reasons, marks = self._reasons(shown), self._marks(shown)
        suggestions = self._suggestions(marks, len(shown))
        write_strings(sheet, 1, reasons, self._style.wrap)
        write_strings(sheet, 2, suggestions, self._style.wrap)
        part, widths = examined.came(shown), [*_WIDTHS]
        wrapped = {1: reasons, 2: suggestions}
        for place, column in enumerate(examined.columns, len(OURS)):
            values = part.iloc[:, place - len(OURS)]
            width, is_wrapped = _width(values, heads[place])
            widths.append(width)
            if is_wrapped:
                wrapped[place] = ["" if pd.isna(v) else str(v) for v in values.tolist()]
            self._column(sheet, place, values, marks.get(column, {}), is_wrapped=is_wrapped)
        set_heights(sheet, [*wrapped.values()], [widths[place] for place in wrapped])
        last = len(heads) - 1
        identities = row_identities(fingerprint(examined.frames()), shown, numbers)
        write_strings(sheet, last, identities, self._style.soft)
        if self._comments(sheet, marks) > N_COMMENTS:
            cut = words("excel.comments_cut", n=N_COMMENTS, column=words("excel.why"))
            sheet.write_comment(0, 1, cut)
        if len(shown) < len(every):
            told = words("excel.rows_cut", n=len(every) - len(shown))
            sheet.write_string(len(shown) + 1, 1, told, self._style.wrap)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.set_row(0, head_height(heads[:-1], widths))
        sheet.set_column(last, last, 4, None, {"hidden": True})
        if len(shown):
            sheet.data_validation(1, 3, len(shown), 3, {"validate": "list", "source": ["x"]})
        sheet.freeze_panes(1, 2)
        # With the hidden column: what lies outside the filter stays put when rows are sorted.
        sheet.autofilter(0, 0, max(len(shown), 1), last)
        on_paper(sheet, widths, n_repeated=2)

    def _is_shown(self) -> Mask:
        """Mark the rows to be fixed, and those to be looked at if that was asked."""
        examined = self._examined
        shown: Mask = examined.is_held.copy()
        if self._warnings:
            warned = rows_with(examined.blocks, "warning", examined.n_rows)
            shown |= warned & ~examined.is_superseded & ~examined.is_no_record
        return shown

    def _reasons(self, rows: Rows) -> list[str]:
        """Say why rows are held, and of others what to look at."""
        examined, words = self._examined, self._words
        number, names = source_numbering(examined, self._parts), field_names(examined, words)
        told = [
            row_reasons(
                examined.blocks, examined.n_rows, rows, words, names, number=number, severity=one
            )
            for one in (("error", "warning") if self._warnings else ("error",))
        ]
        if not self._warnings:
            return [*told[0]]
        sign = SIGNS["warning"]
        return [error or f"{sign} {warning}" for error, warning in zip(*told, strict=True)]

    def _suggestions(self, marks: Marks, n_rows: int) -> list[str]:
        """Say what is suggested for the cells of each row."""
        told = [""] * n_rows
        for name, cells in marks.items():
            for row, mark in cells.items():
                if mark.suggestion:
                    told[row] += f"{'; ' * bool(told[row])}{name}: {mark.suggestion}"
        return told

    def _column(
        self, sheet: Any, place: int, values: pd.Series, marks: Mapping[int, CellMark], *,
        is_wrapped: bool,
    ) -> None:  # fmt: skip
        as_text = text_column(self._examined, values.name)
        for row, value in enumerate(values.tolist()):
            mark = marks.get(row)
            style = self._style.cells[mark.severity if mark else ""]
            text = style["wrapped" if is_wrapped else "text"]
            cell = as_cell(value, as_text=as_text)
            if isinstance(cell, str):
                sheet.write_string(row + 1, place, cell, text)
            elif cell is None:
                if mark or as_text:  # what is typed there stays text
                    sheet.write_blank(row + 1, place, None, text)
            elif isinstance(cell, bool):
                sheet.write_boolean(row + 1, place, cell, style["number"])
            elif isinstance(cell, (int, float)):
                sheet.write_number(row + 1, place, cell, style["number"])
            else:
                sheet.write_datetime(row + 1, place, cell, style["time"])

    def _marks(self, rows: Rows) -> Marks:
        """What to say of which cell, worst first: by column, then by row among those shown."""
        place_of = np.full(self._examined.n_rows, -1, dtype=np.int64)
        place_of[rows] = np.arange(len(rows))
        marks: dict[Any, dict[int, CellMark]] = {}
        for block in self._examined.blocks:
            if block.field not in self._examined.sources or block.severity == "info":
                continue
            column = marks.setdefault(self._examined.sources[block.field], {})
            message = self._words.message(block.rule, block.detail)
            for place, offered in zip(place_of[block.rows].tolist(), _offered(block), strict=True):
                if place >= 0:
                    told = message
                    if offered:
                        told += f"\n{self._words('excel.suggested', value=offered)}"
                    before = column.get(place, CellMark(block.severity, "", ""))
                    column[place] = CellMark(
                        before.severity,
                        f"{before.message}\n{told}".strip(),
                        before.suggestion or offered,
                    )
        return marks

    def _comments(self, sheet: Any, marks: Marks) -> int:
        """Put reasons on the first cells; return how many there would be."""
        place_of = {name: place for place, name in enumerate(self._examined.columns, len(OURS))}
        found = [
            (row + 1, place_of[name], mark)
            for name, cells in marks.items()
            for row, mark in cells.items()
        ]
        found.sort(key=lambda one: one[:2])
        for row, place, mark in found[:N_COMMENTS]:
            told = f"{SIGNS[mark.severity]} {mark.message}"
            height = 0.8 + 0.25 * mark.message.count("\n")
            sheet.write_comment(row, place, told, {"x_scale": 1.6, "y_scale": height})
        return len(found)


def _offered(block: Block) -> list[str]:
    """Return what a finding suggests to write into each cell; empty where it suggests nothing."""
    points_elsewhere = block.others is not None or block.lines is not None
    if block.suggestions is None or points_elsewhere or block.rule in BESIDE:
        return [""] * len(block.rows)
    return [text or "" for text in block.suggestions.to_pylist()]


def text_column(examined: Examined, column: Any) -> bool:
    """Whether a column of the caller's stands for a field whose values are texts."""
    fields = {source: name for name, source in examined.sources.items()}
    facts = examined.facts.get(fields.get(column, ""))
    return facts is not None and facts.normalizer in _TEXTS


def _width(values: pd.Series, name: str) -> tuple[float, bool]:
    """The width that shows nearly all values of a column, and whether there are longer ones."""
    lengths = sorted(len(str(value)) for value in values.head(_N_MEASURED)) or [0]
    usual = max(min(len(name), 12), lengths[len(lengths) * 9 // 10], 6) + 2
    width = min(usual, _MAX_WIDTH)
    return width, lengths[-1] > width
