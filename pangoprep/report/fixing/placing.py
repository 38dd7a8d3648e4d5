"""Which row and column of a workbook that came back is which of the frame."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from pangoprep import call_words as how
from pangoprep.errors import UsageError
from pangoprep.report.fixing.cells import Cell, says_the_same
from pangoprep.report.fixing.held_sheet import OURS
from pangoprep.report.fixing.identity import HEADING, fingerprint, identity
from pangoprep.report.fixing.returned import ReturnedSheet, ours
from pangoprep.sentence import Sentence
from pangoprep.table_pair import TablePair, names_beside

_LISTED = 5
# Whoever writes this does not mean to leave a row out.
_NO = ("", "no", "n", "không", "khong", "0", "0.0", "false", "-")


def marked_of(sheet: ReturnedSheet, positions: list[int]) -> set[int]:
    """Return the positions of the rows that are marked to be left out."""
    places = [at for at, head in enumerate(sheet.heads) if head in ours("excel.leave_out")]
    if not places:
        return set()
    return {
        row
        for row, cells in zip(positions, sheet.rows.values(), strict=True)
        if str(cells[places[0]]).strip().casefold() not in _NO
    }


def columns_of(
    heads: list[str], frame: pd.DataFrame, name: str
) -> tuple[dict[int, int], list[str]]:
    """Which column of the sheet is which of the frame, and what is left out."""
    places = {str(column): place for place, column in enumerate(frame.columns)}
    known = {at: places[head] for at, head in enumerate(heads) if head in places}
    if twice := [head for head, n in Counter(heads).items() if n > 1 and head in places]:
        raise UsageError(
            Sentence(
                "{1!r} has columns with one heading ({2}): {3}. Keep the one that was sent out.",
                name,
                len(twice),
                _quoted(twice),
            )
        )
    known_heads = {
        HEADING,
        *(word for name in (*OURS, "row_now") for word in ours(f"excel.{name}")),
    }
    new = [head for head in heads if head and head not in places and head not in known_heads]
    gone = [head for head in places if head not in heads]
    kind = how.frame_or_file()
    if new and gone:
        raise UsageError(
            Sentence(
                "{1!r} has columns that the {2} does not have ({3}): {4}; and "
                "lacks some that it has ({5}): {6}. Rename them back.",
                name,
                kind,
                len(new),
                _quoted(new),
                len(gone),
                _quoted(gone),
            )
        )
    left_out: list[str] = []
    if new:
        left_out.append(
            Sentence("columns the {1} does not have ({2}): {3}", kind, len(new), _quoted(new))
        )
    if gone:
        left_out.append(
            Sentence("columns that were taken out ({1}): {2}", len(gone), _quoted(gone))
        )
    return known, left_out


def _quoted(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:_LISTED]))
    return f"{shown}, …" if len(names) > _LISTED else shown


def refuse_parted(sheet: ReturnedSheet, identity_at: int, name: str) -> None:
    """Stop where rows were sorted without their identities: each would get another's values."""
    keys = ("excel.row_now", "excel.row")
    places = [at for key in keys for at, head in enumerate(sheet.heads) if head in ours(key)]
    if not places:
        return
    parted = [
        number
        for number, row in sheet.rows.items()
        if not says_the_same(str(row[identity_at]).split("-", 2)[-1], came(row[places[0]]))
    ]
    if parted:
        raise UsageError(
            Sentence(
                "In {1:,} rows of {2!r} (rows {3}) the row number in the "
                "column {4!r} is not that of the hidden last column: were some "
                "columns sorted without the others? Undo that, sort by the filter in the headings, "
                "and leave the row numbers as they are.",
                len(parted),
                name,
                _listed(parted),
                sheet.heads[places[0]],
            )
        )


def positions_of(identities: dict[int, Any], frame: pd.DataFrame, name: str) -> list[int]:
    """The position in the frame of every row of the sheet."""
    frame_hash = fingerprint([frame])
    positions: list[int] = []
    new, foreign = [], []
    for number, found in identities.items():
        text = str(found).strip()
        first, _, rest = text.partition("-")
        row = int(first) if first.isdecimal() else -1
        if not text:
            new.append(number)
        elif (
            not 0 <= row < len(frame)
            or identity(frame_hash, row) != f"{first}-{rest.partition('-')[0]}"
        ):
            foreign.append(number)
        positions.append(row)
    if foreign:
        kind = how.frame_or_file()
        raise UsageError(
            Sentence(
                "{1:,} of {2:,} rows of {3!r} belong to another {4} "
                "(rows {5}). Give the {4} that was validated, unchanged, with its "
                "columns and rows in their order.",
                len(foreign),
                len(identities),
                name,
                kind,
                _listed(foreign),
            )
        )
    if len(new) == 1:
        raise UsageError(
            Sentence(
                "1 row of {1!r} was added by hand (row {2:,}); only rows that were sent out "
                "can be merged. Take it out, and add it in the source.",
                name,
                new[0],
            )
        )
    if new:
        raise UsageError(
            Sentence(
                "{1:,} rows of {2!r} were added by hand (rows {3}); only "
                "rows that were sent out can be merged. Take them out, and add them in the source.",
                len(new),
                name,
                _listed(new),
            )
        )
    n_of = Counter(positions)
    if twice := [n for n, row in zip(identities, positions, strict=True) if n_of[row] > 1]:
        raise UsageError(
            Sentence(
                "Some rows of {1!r} are there more than once (rows {2}). Keep one of each.",
                name,
                _listed(twice),
            )
        )
    return positions


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:_LISTED]))
    return f"{shown}, …" if len(numbers) > _LISTED else shown


def table_pair(
    sheet: ReturnedSheet, records: pd.DataFrame, items: pd.DataFrame, name: str
) -> TablePair:
    """Put the two tables that a sheet was made from beside each other, as they were.

    Raises
    ------
    UsageError
        If it was made from one table, or from two others.
    """
    known = sheet.fields
    if known is None or not known.item_keys:
        raise UsageError(
            Sentence(
                "{1!r} was made from one table, so no items belong to it. Leave out {2}.",
                name,
                how.option_name("items"),
            )
        )
    keys: dict[Any, Any] = {}
    for frame, headings in ((records, known.by_column), (items, known.item_keys)):
        at = {str(column): column for column in frame.columns}
        of_field = {field: at[head] for head, field in headings.items() if head in at}
        if lost := [field for field in known.key if field not in of_field]:
            raise UsageError(
                Sentence(
                    "{1!r} was made from two tables, and one of these has no column for {2}. Give "
                    "both as they were validated.",
                    name,
                    lost[0],
                )
            )
        keys = (
            {f: of_field[f] for f in known.key}
            if not keys
            else {of_field[f]: keys[f] for f in known.key}
        )
    names = names_beside(records, items, keys, known.own)
    return TablePair(records, items, keys, names, known.own, known.entity)


def refuse_pair(sheet: ReturnedSheet, name: str) -> None:
    """Stop where a sheet was made from two tables, and one is given."""
    if sheet.fields is not None and sheet.fields.item_keys:
        raise UsageError(
            Sentence(
                "{1!r} has rows of two tables, {2} and {3}. Give both: {4}.",
                name,
                sheet.fields.entity,
                sheet.fields.own,
                how.option_name("items"),
            )
        )


def came(cell: Any) -> Cell:
    """Return what a cell of the workbook says."""
    said: Cell = None if cell == "" else cell
    return said
