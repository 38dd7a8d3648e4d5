"""A workbook that came back: its sheets of rows, and what it says of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from pangoprep.errors import UsageError
from pangoprep.language import language
from pangoprep.options import LANGUAGES
from pangoprep.reading.excel.package import check_workbook
from pangoprep.reading.excel.sheet_xml import inspect_sheet
from pangoprep.report.fixing.identity import HEADING
from pangoprep.report.fixing.workbook import FIELD_HEADS, FIELDS, OF_ITEMS
from pangoprep.sentence import Sentence

# Somebody may write so many lines above the headings.
_MAX_ABOVE = 10


@dataclass(frozen=True)
class Fields:
    """What the columns of a sheet stand for, from the workbook's hidden sheet.

    Parameters
    ----------
    entity, key
        The object type, and the fields of its key.
    by_column
        The field of each column, by the column's heading.
    personal
        The headings of columns whose values are personal.
    item_keys
        Where the rows are of two tables: the field of the key that a column of the items holds.
    own
        The field that holds the items then.
    """

    entity: str
    key: tuple[str, ...]
    by_column: Mapping[str, str] = field(default_factory=dict)
    personal: frozenset[str] = frozenset()
    item_keys: Mapping[str, str] = field(default_factory=dict)
    own: str = ""


@dataclass(frozen=True)
class ReturnedSheet:
    """A sheet that came back.

    Parameters
    ----------
    heads
        The headings.
    rows
        The cells by the number of their row, from 1.
    errors
        The places of Excel's errors: number of the row, column from 0.
    fields
        What the columns stand for; None where the workbook does not say it.
    """

    heads: list[str]
    rows: dict[int, list[Any]]
    errors: set[tuple[int, int]]
    fields: Fields | None = None


def read_sheets(path: Path, name: str) -> dict[str, ReturnedSheet]:
    """The sheets that have the rows' identities, by title."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with path.open("rb") as file:
            check_workbook(file, name)
            book = CalamineWorkbook.from_path(path)
            fields = _fields(book)
            sheets = {
                title: _sheet(book, file, title, name, fields.get(title))
                for title in book.sheet_names
            }
    except (CalamineError, OSError) as error:
        raise UsageError(
            Sentence(
                "{1!r} cannot be read as a workbook: {2}. Ask for it as an .xlsx file.", name, error
            )
        ) from None
    if found := {title: sheet for title, sheet in sheets.items() if sheet}:
        return found
    raise UsageError(
        Sentence(
            "{1!r} is no workbook of held rows that pangoprep wrote, or its hidden last "
            "column {2!r} is gone. Ask for the workbook as it was sent out.",
            name,
            HEADING,
        )
    )


def _fields(book: Any) -> dict[str, Fields]:
    """Read what the columns stand for, by the title of their sheet."""
    if FIELDS not in book.sheet_names:
        return {}
    found: dict[str, Fields] = {}
    for row in book.get_sheet_by_name(FIELDS).to_python():
        if len(row) != len(FIELD_HEADS) or tuple(row) == FIELD_HEADS:
            continue
        title, entity, key, column, name, mark = map(str, row)
        before = found.get(title, Fields(entity, tuple(key.split())))
        if mark == OF_ITEMS:
            own, _, head = column.partition(": ")
            now = replace(before, item_keys={**before.item_keys, head: name}, own=own)
        else:
            personal = before.personal | {column} if mark else before.personal
            by_column = {**before.by_column, column: name}
            now = replace(before, by_column=by_column, personal=personal)
        found[title] = now
    return found


def _sheet(
    book: Any, file: IO[bytes], title: str, name: str, fields: Fields | None
) -> ReturnedSheet | None:
    """One sheet from its headings on, which somebody may have moved down; None without them."""
    facts = inspect_sheet(file, title, Sentence("Sheet {1!r} of {2}", title, name))
    rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    top = next((n for n, row in enumerate(rows[:_MAX_ABOVE]) if HEADING in row), None)
    if top is None:
        return None
    below = dict(enumerate(rows[top + 1 :], start=top + 2))
    # What stands only beside the rows, in the column of reasons, is about the sheet.
    told = [place for place, head in enumerate(rows[top]) if str(head) in ours("excel.why")]
    errors = {(n, place) for n, found in facts.texts.items() for place, _ in found}
    return ReturnedSheet(
        heads=[str(head) for head in rows[top]],
        rows={n: row for n, row in below.items() if _is_filled(row, told)},
        errors=errors,
        fields=fields,
    )


def _is_filled(row: list[Any], without: list[int]) -> bool:
    return any(cell != "" for place, cell in enumerate(row) if place not in without)


def ours(key: str) -> set[str]:
    """Return one of our words in every language."""
    return {language(code)(key) for code in LANGUAGES}
