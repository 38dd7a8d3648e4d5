"""Taking back a workbook in which people fixed held rows."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pangoprep.errors import UsageError
from pangoprep.options import LANGUAGES
from pangoprep.report.cells import Cell, as_cell, from_cell, says_the_same
from pangoprep.report.identity import HEADING, frame_fingerprint, identity
from pangoprep.report.language import language
from pangoprep.report.workbook import sheet_title

logger = logging.getLogger("pangoprep.report")

_LISTED = 5

Sheet = tuple[list[str], list[list[Any]]]


def read_fixed(
    path: str | os.PathLike[str], frame: pd.DataFrame | Mapping[str, pd.DataFrame]
) -> Any:
    """Merge a workbook of ``report.to_excel(path)`` back into the frame it was made from.

    Only cells that somebody changed are taken; rows may be sorted, filtered or deleted, and
    columns moved. Validate the result again.

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
        there twice, or a column was renamed. Nothing is merged then.

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
    name = Path(path).name
    sheets = _read(Path(path), name)
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


def _merged(sheet: Sheet, frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Merge one sheet back into its frame."""
    heads, found = sheet
    columns = _columns(heads, frame, name)
    rows = {n: row for n, row in enumerate(found, start=2) if any(cell != "" for cell in row)}
    place = heads.index(HEADING)
    positions = _positions({n: row[place] for n, row in rows.items()}, frame, name)
    fixed = frame.copy()
    n_cells = 0
    touched: set[int] = set()
    for at, column in columns.items():
        series = frame.iloc[:, column]
        values = series.iloc[positions].tolist()
        changes = {
            row: from_cell(cells[at], series)
            for row, value, cells in zip(positions, values, rows.values(), strict=True)
            if not _is_unchanged(value, cells[at])
        }
        if changes:
            fixed.isetitem(column, _changed(series, changes))
            n_cells += len(changes)
            touched |= changes.keys()
    logger.info("%s: %s cells in %s rows were changed", name, f"{n_cells:,}", f"{len(touched):,}")
    return fixed


def _read(path: Path, name: str) -> dict[str, Sheet]:
    """The headings and rows of the sheets that have the rows' identities, by title."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        raise UsageError(
            "Reading workbooks needs python-calamine: pip install 'pangoprep[excel]'."
        ) from None
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheets = {
                title: book.get_sheet_by_name(title).to_python(skip_empty_area=False)
                for title in book.sheet_names
            }
    except (CalamineError, OSError) as error:
        raise UsageError(f"{name!r} cannot be read as a workbook: {error}.") from None
    found = {
        title: ([str(head) for head in rows[0]], rows[1:])
        for title, rows in sheets.items()
        if rows and HEADING in rows[0]
    }
    if found:
        return found
    raise UsageError(
        f"{name!r} was not written by report.to_excel(path), or its hidden last column "
        f"{HEADING!r} is gone. Ask for the workbook as it was sent out."
    )


def _columns(heads: list[str], frame: pd.DataFrame, name: str) -> dict[int, int]:
    """Which column of the sheet is which of the frame."""
    ours = {language(code)(key) for code in LANGUAGES for key in ("excel.row", "excel.why")}
    places = {str(column): place for place, column in enumerate(frame.columns)}
    known = {at: places[head] for at, head in enumerate(heads) if head in places}
    strange = [
        head for head in heads if head and head not in places and head not in {HEADING, *ours}
    ]
    if strange:
        raise UsageError(
            f"{name!r} has columns that the frame does not have ({len(strange)}): "
            f"{', '.join(map(repr, strange[:_LISTED]))}. Rename them back, or remove them."
        )
    return known


def _positions(identities: dict[int, Any], frame: pd.DataFrame, name: str) -> list[int]:
    """The position in the frame of every row of the sheet."""
    fingerprint = frame_fingerprint(frame)
    positions: list[int] = []
    new, foreign = [], []
    for number, found in identities.items():
        text = str(found).strip()
        row = int(text.partition("-")[0]) if text.partition("-")[0].isdecimal() else -1
        if not text:
            new.append(number)
        elif not 0 <= row < len(frame) or identity(fingerprint, row) != text:
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
