"""The held rows as a workbook in which people fix them; `read_fixed` takes it back.

Sheets: the held rows with the caller's own columns, all findings, the rules that occurred.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pangoprep.argument_checks import writing
from pangoprep.findings import SIGNS
from pangoprep.language import Language, language
from pangoprep.options import LANGUAGES
from pangoprep.private_files import whole_file
from pangoprep.report.faces.naming import long_names, source_numbering
from pangoprep.report.faces.tables import findings_table
from pangoprep.report.faces.text import more_kinds
from pangoprep.report.facts.summary import rule_facts
from pangoprep.report.fixing.held_sheet import MAX_ROWS, HeldRows
from pangoprep.report.fixing.identity import source_rows
from pangoprep.report.fixing.styles import Style, on_paper, set_heights, write_strings
from pangoprep.steps.examined import Examined
from pangoprep.writing.sheet_titles import sheet_titles
from pangoprep.writing.targets import check_workbook

#: The hidden sheet with the fields of columns, and its headings.
FIELDS = "pangoprep fields"
FIELD_HEADS = ("sheet", "entity", "key", "column", "field", "personal")
#: What stands under "personal" of a column of the items that says whose they are.
OF_ITEMS = "of items"
_FINDING_COLUMNS = (
    "frame", "row", "key", "field", "severity", "rule", "value", "message", "suggestion"
)  # fmt: skip


def write_workbook(
    parts: Mapping[str, Examined], path: Path, words: Language, *, warnings: bool = False
) -> None:
    """Write the workbook, with a sheet of held rows for each frame, as many as a sheet has.

    With ``warnings``, rows that are sent and have a warning are in it, too.

    Raises
    ------
    UsageError
        If two columns would have the same heading.
    """
    import xlsxwriter

    check_workbook(path)
    # A cell that looks like a formula or an address stays text.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with (
        writing(path),
        whole_file(path) as draft,
        _no_collecting(),
        xlsxwriter.Workbook(draft, {**plain, "remove_timezone": False}) as book,
    ):
        book.set_properties({"title": f"pangoprep: {', '.join(parts)}"})
        style = Style(book)
        titles = _titles(parts, words)
        for name, examined in parts.items():
            rows = HeldRows(examined, parts, words, style, warnings=warnings)
            rows.write(book.add_worksheet(titles[name]))
        _write_findings(book.add_worksheet(words("excel.findings")), parts, words, style)
        _write_rules(book.add_worksheet(words("excel.rules")), parts, words, style)
        _write_fields(book.add_worksheet(FIELDS), parts, words)


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


def titles_of_frames(names: Collection[str]) -> dict[str, str]:
    """Return the titles of the sheets of several frames, beside our own in any language."""
    kinds = ("excel.findings", "excel.rules")
    own = [language(code)(kind) for code in LANGUAGES for kind in kinds]
    return sheet_titles(names, [*own, FIELDS])


def _titles(parts: Mapping[str, Examined], words: Language) -> dict[str, str]:
    return titles_of_frames(parts) if len(parts) > 1 else dict.fromkeys(parts, words("excel.fix"))


def _write_findings(
    sheet: Any, parts: Mapping[str, Examined], words: Language, style: Style
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
            write_strings(sheet, place, texts, style.text, start=at + 1)
        at += len(table)
    if n_left:
        sheet.write_string(at + 1, 1, more_kinds(n_left, words), style.soft)
    widths = (26, 10, 22, 18, 12, 22, 28, 60, 28)
    for place, width in enumerate(widths):
        hidden = {"hidden": place == 0 and len(parts) == 1}
        sheet.set_column(place, place, width, None, hidden)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(at, 1), len(heads) - 1)
    on_paper(sheet, widths)
    sheet.print_area(0, 0, 0, len(heads) - 1)  # for the screen: on paper they are dozens of pages


def _write_rules(sheet: Any, parts: Mapping[str, Examined], words: Language, style: Style) -> None:
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
    widths = (24, 12, 18, 10, 8, 60, 50)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    meanings = [words.meaning(fact.rule, fact.detail) for fact, _ in facts]
    set_heights(sheet, [meanings, [words.action(fact.rule) for fact, _ in facts]], widths[5:])
    on_paper(sheet, widths)


def _write_fields(sheet: Any, parts: Mapping[str, Examined], words: Language) -> None:
    """The field of each column, for `read_fixed`; hidden."""
    sheet.write_row(0, 0, FIELD_HEADS)
    at = 1
    titles = _titles(parts, words)
    for name, examined in parts.items():
        entity = examined.entity
        told = [
            (str(column), field, "yes" if examined.facts[field].personal else "")
            for field, column in examined.sources.items()
        ]
        told += [(head, name, OF_ITEMS) for head, name in examined.item_key_columns.items()]
        for row in told:
            texts = (titles[name], entity.object_type, " ".join(entity.key), *row)
            for place, text in enumerate(texts):
                sheet.write_string(at, place, text)
            at += 1
    sheet.hide()
