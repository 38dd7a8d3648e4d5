"""Taking back a workbook in which people fixed held rows."""

from __future__ import annotations

import logging
import os
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pandas as pd

from pangoprep.argument_checks import check_frames, path_of
from pangoprep.boundary import verb
from pangoprep.errors import UsageError
from pangoprep.options import LANGUAGES
from pangoprep.reading.excel.package import check_workbook
from pangoprep.reading.excel.sheet_xml import inspect_sheet
from pangoprep.report.faces.language import language
from pangoprep.report.fixing.cells import Cell, as_cell, from_cell, says_the_same
from pangoprep.report.fixing.identity import HEADING, fingerprint, identity
from pangoprep.report.fixing.workbook import sheet_title

logger = logging.getLogger("pangoprep.report")

_LISTED = 5
# Somebody may write so many lines above the headings.
_MAX_ABOVE = 10


@verb
def read_fixed(
    path: str | os.PathLike[str], frame: pd.DataFrame | Mapping[str, pd.DataFrame]
) -> Any:
    """Merge a workbook of ``report.to_excel(path)`` back into the frame it was made from.

    Only cells that somebody changed are taken; rows may be sorted, filtered or deleted, columns
    moved, and columns of one's own put in. A warning says what was left out. Validate the result
    again.

    Parameters
    ----------
    path
        The workbook as it came back, an ``.xlsx`` file.
    frame
        The frame that was validated, unchanged; or all frames of a bundle, by name.

    Returns
    -------
    DataFrame, or a dictionary of them
        Copies with the changed cells; same rows, same index.

    Raises
    ------
    UsageError
        If the workbook is none of ours or belongs to another frame; if rows were added, a row is
        there twice, columns were sorted without the others, or a column was renamed. Nothing is
        merged then.

    Examples
    --------
    >>> import pandas as pd, pangoprep as pp, tempfile
    >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = frame.pango.validate("customer-identity").to_excel(folder + "/fix.xlsx")
    ...     fixed = pp.read_fixed(path, frame)  # after somebody wrote into it
    >>> fixed.equals(frame)
    True
    """
    name = (path := path_of("path", path)).name
    check_frames("frame", frame)
    sheets = _read(path, name)
    if isinstance(frame, pd.DataFrame):
        if len(sheets) > 1:
            raise UsageError(f"{name!r} has rows of several frames. Give all of them, by name.")
        return _merged(next(iter(sheets.values())), frame, name)
    titles = {sheet_title(label): label for label in frame}
    if len(sheets) == 1 and len(frame) == 1:
        titles = dict(zip(sheets, frame, strict=True))
    if strange := [title for title in sheets if title not in titles]:
        raise UsageError(f"{name!r} has a sheet of another frame: {', '.join(strange)}.")
    found = {titles[title]: sheet for title, sheet in sheets.items()}
    return {
        label: _merged(found[label], one, f"{name}: {label}") if label in found else one.copy()
        for label, one in frame.items()
    }


@dataclass(frozen=True)
class _Sheet:
    """A sheet that came back: headings, rows by their number from 1, places of Excel's errors."""

    heads: list[str]
    rows: dict[int, list[Any]]
    errors: set[tuple[int, int]]


def _merged(sheet: _Sheet, frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Merge one sheet back into its frame."""
    columns, left_out = _columns(sheet.heads, frame, name)
    place = sheet.heads.index(HEADING)
    positions = _positions({n: row[place] for n, row in sheet.rows.items()}, frame, name)
    _refuse_parted(sheet, place, name)
    fixed = frame.copy()
    n_cells = n_emptied = n_errors = 0
    touched: set[int] = set()
    for at, column in columns.items():
        series = frame.iloc[:, column]
        values = series.iloc[positions].tolist()
        changes = {}
        for row, value, (number, cells) in zip(positions, values, sheet.rows.items(), strict=True):
            if (number, at) in sheet.errors:
                n_errors += 1
            elif not _is_unchanged(value, cells[at]):
                changes[row] = from_cell(cells[at], series)
        if changes:
            fixed.isetitem(column, _changed(series, changes))
            n_cells += len(changes)
            n_emptied += sum(value is None for value in changes.values())
            touched |= changes.keys()
    left_out += [f"{n_errors:,} cells with an error of Excel's, such as #N/A"] * (n_errors > 0)
    if left_out:
        told = f"{name}: left out: {'; '.join(left_out)}. What the frame had there stays."
        warnings.warn(told, stacklevel=3)
    logger.info(
        "%s: %s cells in %s rows were changed, %s of them emptied",
        *(name, f"{n_cells:,}", f"{len(touched):,}", f"{n_emptied:,}"),
    )
    return fixed


def _read(path: Path, name: str) -> dict[str, _Sheet]:
    """The sheets that have the rows' identities, by title."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with path.open("rb") as file:
            check_workbook(file, name)
            book = CalamineWorkbook.from_path(path)
            sheets = {title: _sheet(book, file, title, name) for title in book.sheet_names}
    except (CalamineError, OSError) as error:
        raise UsageError(
            f"{name!r} cannot be read as a workbook: {error}. Ask for it as an .xlsx file."
        ) from None
    if found := {title: sheet for title, sheet in sheets.items() if sheet}:
        return found
    raise UsageError(
        f"{name!r} was not written by report.to_excel(path), or its hidden last column "
        f"{HEADING!r} is gone. Ask for the workbook as it was sent out."
    )


def _sheet(book: Any, file: IO[bytes], title: str, name: str) -> _Sheet | None:
    """One sheet from its headings on, which somebody may have moved down; None without them."""
    facts = inspect_sheet(file, title, f"Sheet {title!r} of {name}")
    rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    top = next((n for n, row in enumerate(rows[:_MAX_ABOVE]) if HEADING in row), None)
    if top is None:
        return None
    below = dict(enumerate(rows[top + 1 :], start=top + 2))
    # What stands only beside the rows, in the column of reasons, is about the sheet.
    told = [place for place, head in enumerate(rows[top]) if str(head) in _ours("excel.why")]
    errors = {(n, place) for n, found in facts.texts.items() for place, _ in found}
    return _Sheet(
        heads=[str(head) for head in rows[top]],
        rows={n: row for n, row in below.items() if _is_filled(row, told)},
        errors=errors,
    )


def _is_filled(row: list[Any], without: list[int]) -> bool:
    return any(cell != "" for place, cell in enumerate(row) if place not in without)


def _columns(heads: list[str], frame: pd.DataFrame, name: str) -> tuple[dict[int, int], list[str]]:
    """Which column of the sheet is which of the frame, and what is left out."""
    places = {str(column): place for place, column in enumerate(frame.columns)}
    known = {at: places[head] for at, head in enumerate(heads) if head in places}
    if twice := [head for head, n in Counter(heads).items() if n > 1 and head in places]:
        raise UsageError(
            f"{name!r} has columns with one heading ({len(twice)}): {_quoted(twice)}. Keep the one "
            "that was sent out."
        )
    ours = {HEADING, *_ours("excel.row"), *_ours("excel.why")}
    new = [head for head in heads if head and head not in places and head not in ours]
    gone = [head for head in places if head not in heads]
    if new and gone:
        raise UsageError(
            f"{name!r} has columns that the frame does not have ({len(new)}): {_quoted(new)}; and "
            f"lacks some that it has ({len(gone)}): {_quoted(gone)}. Rename them back."
        )
    left_out = [f"columns the frame does not have ({len(new)}): {_quoted(new)}"] if new else []
    if gone:
        left_out.append(f"columns that were taken out ({len(gone)}): {_quoted(gone)}")
    return known, left_out


def _ours(key: str) -> set[str]:
    return {language(code)(key) for code in LANGUAGES}


def _quoted(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:_LISTED]))
    return f"{shown}, …" if len(names) > _LISTED else shown


def _refuse_parted(sheet: _Sheet, identity_at: int, name: str) -> None:
    """Stop where rows were sorted without their identities: each would get another's values."""
    places = [at for at, head in enumerate(sheet.heads) if head in _ours("excel.row")]
    if not places:
        return
    parted = [
        number
        for number, row in sheet.rows.items()
        if not says_the_same(str(row[identity_at]).split("-", 2)[-1], _came(row[places[0]]))
    ]
    if parted:
        raise UsageError(
            f"In {len(parted):,} rows of {name!r} (rows {_listed(parted)}) the row number in the "
            f"column {sheet.heads[places[0]]!r} is not that of the hidden last column: were some "
            "columns sorted without the others? Undo that, sort by the filter in the headings, "
            "and leave the row numbers as they are."
        )


def _positions(identities: dict[int, Any], frame: pd.DataFrame, name: str) -> list[int]:
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
        raise UsageError(
            f"{len(foreign):,} of {len(identities):,} rows of {name!r} belong to another frame "
            f"(rows {_listed(foreign)}). Give the frame that was validated, unchanged, with its "
            "columns and rows in their order."
        )
    if new:
        raise UsageError(
            f"{len(new):,} rows of {name!r} were added by hand (rows {_listed(new)}); only "
            "rows that were sent out can be merged. Take them out, and add them in the source."
        )
    n_of = Counter(positions)
    if twice := [n for n, row in zip(identities, positions, strict=True) if n_of[row] > 1]:
        raise UsageError(
            f"Some rows of {name!r} are there more than once (rows {_listed(twice)}). Keep one "
            "of each."
        )
    return positions


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:_LISTED]))
    return f"{shown}, …" if len(numbers) > _LISTED else shown


def _is_unchanged(value: Any, cell: Any) -> bool:
    """Whether a cell says what it was sent out with, as text or as it was."""
    return any(says_the_same(as_cell(value, as_text=text), _came(cell)) for text in (True, False))


def _came(cell: Any) -> Cell:
    came: Cell = None if cell == "" else cell
    return came


def _changed(series: pd.Series, changes: dict[int, Any]) -> pd.Series:
    """Put the changes into a column; where its type cannot hold them, among plain objects."""
    values = series.to_list()
    for row, value in changes.items():
        values[row] = value
    try:
        same = pd.Series(values, index=series.index, dtype=series.dtype, name=series.name)
    except (TypeError, ValueError):
        same = None
    if same is not None and all(_holds(same.iloc[row], value) for row, value in changes.items()):
        return same
    return pd.Series(values, index=series.index, dtype=object, name=series.name)


def _holds(kept: Any, value: Any) -> bool:
    if value is None:
        return bool(pd.isna(kept))
    return bool(kept == value) and isinstance(kept, bool) == isinstance(value, bool)
