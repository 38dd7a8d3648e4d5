"""Taking back a workbook in which people fixed held rows."""

from __future__ import annotations

import logging
import os
import warnings
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pangoprep import call_words as how
from pangoprep.argument_checks import check_frames, flag_of, path_of
from pangoprep.boundary import verb
from pangoprep.errors import UsageError
from pangoprep.fixes.file import FixesFile
from pangoprep.report.fixing.cells import Cell, as_cell, from_cell, says_the_same
from pangoprep.report.fixing.changes import LEFT_OUT, Changes, rows_of
from pangoprep.report.fixing.held_sheet import OURS
from pangoprep.report.fixing.identity import HEADING, fingerprint, identity
from pangoprep.report.fixing.returned import ReturnedSheet, ours, read_sheets
from pangoprep.report.fixing.workbook import titles_of_frames

logger = logging.getLogger("pangoprep.report")

_LISTED = 5
# Whoever writes this does not mean to leave a row out.
_NO = ("", "no", "n", "không", "khong", "0", "0.0", "false", "-")


@verb
def read_fixed(
    path: str | os.PathLike[str],
    frame: pd.DataFrame | Mapping[str, pd.DataFrame],
    *,
    fixes: FixesFile | str | os.PathLike[str] | None = None,
    return_changes: bool = False,
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
    fixes
        A fixes file, such as ``"kv.fixes"``, that is to remember the changed cells; it is made if
        there is none. Next month: ``validate(fixes="kv.fixes")``.
    return_changes
        Whether to return what was changed, too.

    Returns
    -------
    DataFrame, or a dictionary of them
        Copies with the changed cells; same index, without the rows that are marked in the column
        "Leave out".
    Changes, or a dictionary of them
        What was changed, cell by cell; only with ``return_changes``. Its ``table`` is masked, see
        ``reveal()``.

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
    flag_of("return_changes", return_changes)
    if fixes is None or isinstance(fixes, FixesFile):
        file = fixes
    else:
        file = FixesFile(path_of("fixes", fixes))
    sheets = read_sheets(path, name)
    if isinstance(frame, pd.DataFrame):
        sheet = _only(sheets, name)
        fixed, changes = _merged(sheet, frame, name)
        _remember(file, {name: (sheet, frame, changes)})
        return (fixed, changes) if return_changes else fixed
    titles = {title: label for label, title in titles_of_frames(frame).items()}
    if len(sheets) == 1 and len(frame) == 1:
        titles = dict(zip(sheets, frame, strict=True))
    if strange := [title for title in sheets if title not in titles]:
        kind = how.frame_or_file()
        raise UsageError(f"{name!r} has a sheet of another {kind}: {', '.join(strange)}.")
    found = {titles[title]: sheet for title, sheet in sheets.items()}
    merged = {
        label: _merged(found[label], one, f"{name}: {label}")
        if label in found
        else (one.copy(), Changes([]))
        for label, one in frame.items()
    }
    _remember(file, {n: (sheet, frame[n], merged[n][1]) for n, sheet in found.items()})
    frames = {label: one for label, (one, _) in merged.items()}
    if not return_changes:
        return frames
    return frames, {label: changes for label, (_, changes) in merged.items()}


def merge_workbook(path: Path, frame: pd.DataFrame) -> tuple[pd.DataFrame, Changes]:
    """Merge a workbook into a frame, as `read_fixed` does; say what was changed."""
    return _merged(_only(read_sheets(path, path.name), path.name), frame, path.name)


def _only(sheets: Mapping[str, ReturnedSheet], name: str) -> ReturnedSheet:
    if len(sheets) > 1:
        told = how.either(
            "has rows of several frames. Give all of them, by name.",
            "has rows of several sheets. Give --every-sheet.",
        )
        raise UsageError(f"{name!r} {told}")
    return next(iter(sheets.values()))


def _remember(
    file: FixesFile | None, merged: Mapping[str, tuple[ReturnedSheet, pd.DataFrame, Changes]]
) -> None:
    """Put the changed cells of fields into the fixes file."""
    if file is None:
        return
    for name, (sheet, frame, changes) in merged.items():
        known = sheet.fields
        if known is None:
            raise UsageError(
                f"{name!r} does not say which column is which field: its hidden sheet is gone. "
                "Write it again with "
                f"{how.either('report.to_excel(path)', 'pangoprep clean --held')}, or merge it "
                f"without {how.option_name('fixes')}."
            )
        by_row = changes.by_row()
        labels = {str(column): column for column in frame.columns}
        sources = {field: labels[head] for head, field in known.by_column.items()}
        field_of = {column: field for field, column in sources.items()}
        fixed = {
            place: {field_of[c]: new for c, new in by_row[row].items() if c in field_of}
            for place, row in enumerate(by_row)
        }
        file.add_cells(known.entity, known.key, sources, frame.iloc[list(by_row)], fixed)


def _merged(sheet: ReturnedSheet, frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, Changes]:
    """Merge one sheet back into its frame; say what was changed."""
    columns, left_out = _columns(sheet.heads, frame, name)
    place = sheet.heads.index(HEADING)
    positions = _positions({n: row[place] for n, row in sheet.rows.items()}, frame, name)
    _refuse_parted(sheet, place, name)
    marked = _marked(sheet, positions)
    fixed = frame.copy()
    n_errors = 0
    told = [(row, frame.index[row], "", LEFT_OUT, None, None) for row in marked]
    for at, column in columns.items():
        series = frame.iloc[:, column]
        values = series.iloc[positions].tolist()
        changes = {}
        for row, value, (number, cells) in zip(positions, values, sheet.rows.items(), strict=True):
            if (number, at) in sheet.errors:
                n_errors += 1
            elif row not in marked and not _is_unchanged(value, cells[at]):
                changes[row] = from_cell(cells[at], series)
        if changes:
            fixed.isetitem(column, _changed(series, changes))
            told += rows_of(frame, frame.columns[column], series, changes)
    left_out += [f"{n_errors:,} cells with an error of Excel's, such as #N/A"] * (n_errors > 0)
    if left_out:
        stays = f"What the {how.frame_or_file()} had there stays."
        warnings.warn(f"{name}: left out: {'; '.join(left_out)}. {stays}", stacklevel=3)
    if marked:
        fixed = fixed[~np.isin(np.arange(len(fixed)), list(marked))]
    known = sheet.fields
    shown = set() if known is None else known.by_column.keys() - known.personal
    done = Changes(told, frozenset(column for column in frame.columns if str(column) in shown))
    logger.info(
        "%s: %s cells in %s rows were changed, %s of them emptied; %s rows are left out",
        name,
        *(f"{n:,}" for n in (done.n_cells, done.n_rows, done.n_emptied, done.n_left_out)),
    )
    return fixed, done


def _marked(sheet: ReturnedSheet, positions: list[int]) -> set[int]:
    """Return the positions of the rows that are marked to be left out."""
    places = [at for at, head in enumerate(sheet.heads) if head in ours("excel.leave_out")]
    if not places:
        return set()
    return {
        row
        for row, cells in zip(positions, sheet.rows.values(), strict=True)
        if str(cells[places[0]]).strip().casefold() not in _NO
    }


def _columns(heads: list[str], frame: pd.DataFrame, name: str) -> tuple[dict[int, int], list[str]]:
    """Which column of the sheet is which of the frame, and what is left out."""
    places = {str(column): place for place, column in enumerate(frame.columns)}
    known = {at: places[head] for at, head in enumerate(heads) if head in places}
    if twice := [head for head, n in Counter(heads).items() if n > 1 and head in places]:
        raise UsageError(
            f"{name!r} has columns with one heading ({len(twice)}): {_quoted(twice)}. Keep the one "
            "that was sent out."
        )
    known_heads = {HEADING, *(word for name in OURS for word in ours(f"excel.{name}"))}
    new = [head for head in heads if head and head not in places and head not in known_heads]
    gone = [head for head in places if head not in heads]
    kind = how.frame_or_file()
    if new and gone:
        raise UsageError(
            f"{name!r} has columns that the {kind} does not have ({len(new)}): {_quoted(new)}; and "
            f"lacks some that it has ({len(gone)}): {_quoted(gone)}. Rename them back."
        )
    left_out = [f"columns the {kind} does not have ({len(new)}): {_quoted(new)}"] if new else []
    if gone:
        left_out.append(f"columns that were taken out ({len(gone)}): {_quoted(gone)}")
    return known, left_out


def _quoted(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:_LISTED]))
    return f"{shown}, …" if len(names) > _LISTED else shown


def _refuse_parted(sheet: ReturnedSheet, identity_at: int, name: str) -> None:
    """Stop where rows were sorted without their identities: each would get another's values."""
    places = [at for at, head in enumerate(sheet.heads) if head in ours("excel.row")]
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
        kind = how.frame_or_file()
        raise UsageError(
            f"{len(foreign):,} of {len(identities):,} rows of {name!r} belong to another {kind} "
            f"(rows {_listed(foreign)}). Give the {kind} that was validated, unchanged, with its "
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
