"""Taking back a workbook in which people fixed held rows."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from pangoprep import call_words as how
from pangoprep.argument_checks import check_frames, flag_of, instance_of, path_of
from pangoprep.boundary import verb
from pangoprep.error_words import warn
from pangoprep.errors import UsageError
from pangoprep.fixes.file import FixesFile
from pangoprep.report.fixing.cells import as_cell, from_cell, says_the_same
from pangoprep.report.fixing.changes import LEFT_OUT, Changes, rows_of
from pangoprep.report.fixing.identity import HEADING
from pangoprep.report.fixing.placing import (
    came,
    columns_of,
    marked_of,
    positions_of,
    refuse_pair,
    refuse_parted,
    table_pair,
)
from pangoprep.report.fixing.returned import ReturnedSheet, read_sheets
from pangoprep.report.fixing.workbook import titles_of_frames
from pangoprep.sentence import Sentence, joined
from pangoprep.table_pair import TablePair

logger = logging.getLogger("pangoprep.report")


class _Edited(NamedTuple):
    """What people did to the rows of a frame.

    ``cells`` are the new ones, by the place of their column and by row; ``marked`` the rows to be
    left out.
    """

    cells: dict[int, dict[int, Any]]
    marked: set[int]
    changes: Changes


class RowsInFile(Protocol):
    """Rows that lie in a file, as those of `pangoprep.scan`."""

    def whole(self) -> pd.DataFrame:
        """Return all of them as one frame."""


@verb
def read_fixed(
    path: str | os.PathLike[str],
    frame: pd.DataFrame | RowsInFile | Mapping[str, pd.DataFrame | RowsInFile],
    *,
    items: pd.DataFrame | None = None,
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
        The frame that was validated, unchanged, or its ``pp.scan``, which is then read as one
        frame; or all of a bundle, by name.
    items
        The frame of its items, if it was validated with one; both come back.
    fixes
        A fixes file, such as ``"kv.fixes"``, that is to remember the changed cells; it is made if
        there is none. Next month: ``validate(fixes="kv.fixes")``.
    return_changes
        Whether to return what was changed, too.

    Returns
    -------
    DataFrame, or two with ``items``, or a dictionary of them
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
    frame = _whole(frame)
    check_frames("frame", frame)
    flag_of("return_changes", return_changes)
    if fixes is None or isinstance(fixes, FixesFile):
        file = fixes
    else:
        file = FixesFile(path_of("fixes", fixes))
    sheets = read_sheets(path, name)
    if items is not None:
        instance_of("items", items, pd.DataFrame, "a frame of pandas")
        if not isinstance(frame, pd.DataFrame):
            raise UsageError("items are of one frame; give that frame, not several by name.")
        sheet = _only(sheets, name)
        both, changes, joined = _merge_pair(sheet, table_pair(sheet, frame, items, name), name)
        _remember(file, {name: (sheet, joined, changes)})
        return (both, changes) if return_changes else both
    if isinstance(frame, pd.DataFrame):
        sheet = _only(sheets, name)
        refuse_pair(sheet, name)
        fixed, changes = _merged(sheet, frame, name)
        _remember(file, {name: (sheet, frame, changes)})
        return (fixed, changes) if return_changes else fixed
    titles = {title: label for label, title in titles_of_frames(frame).items()}
    if len(sheets) == 1 and len(frame) == 1:
        titles = dict(zip(sheets, frame, strict=True))
    if strange := [title for title in sheets if title not in titles]:
        kind = how.frame_or_file()
        raise UsageError(
            Sentence("{1!r} has a sheet of another {2}: {3}.", name, kind, ", ".join(strange))
        )
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


def _whole(given: Any) -> Any:
    """Read what lies in files, alone or by name; all else stays as it is."""
    if isinstance(given, Mapping):
        return {label: _whole(one) for label, one in given.items()}
    return given.whole() if callable(getattr(type(given), "whole", None)) else given


def changes_in(path: Path, frame: pd.DataFrame) -> Changes:
    """Say what was changed in a workbook that was made from a frame."""
    return _find(_only(read_sheets(path, path.name), path.name), frame, path.name).changes


def _only(sheets: Mapping[str, ReturnedSheet], name: str) -> ReturnedSheet:
    if len(sheets) > 1:
        raise UsageError(
            how.either(
                Sentence("{1!r} has rows of several frames. Give all of them, by name.", name),
                Sentence("{1!r} has rows of several sheets. Give --every-sheet.", name),
            )
        )
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
                Sentence(
                    "{1!r} does not say which column is which field: its hidden sheet is gone. "
                    "Write it again with "
                    "{2}, or merge it "
                    "without {3}.",
                    name,
                    how.either("report.to_excel(path)", "pangoprep clean --held"),
                    how.option_name("fixes"),
                )
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
    found = _find(sheet, frame, name)
    return _mended(frame, found.cells, found.marked), found.changes


def _merge_pair(
    sheet: ReturnedSheet, pair: TablePair, name: str
) -> tuple[tuple[pd.DataFrame, ...], Changes, pd.DataFrame]:
    """Merge one sheet back into the two tables it was made from; also return their rows in one."""
    joined, _ = pair.joined()
    tables = [*pair.placed()]

    def is_foreign(row: int, place: int) -> bool:
        """Whether the table of a row has no such column."""
        _, _, place_of = tables[row >= len(pair.records)]
        return place not in place_of

    found = _find(sheet, joined, name, is_foreign)
    merged = []
    for table, start, place_of in tables:
        rows = range(start, start + len(table))
        cells = {
            place_of[at]: {row - start: cell for row, cell in told.items() if row in rows}
            for at, told in found.cells.items()
            if at in place_of
        }
        marked = {row - start for row in found.marked if row in rows}
        merged.append(_mended(table, cells, marked))
    return tuple(merged), found.changes, joined


def _find(
    sheet: ReturnedSheet,
    frame: pd.DataFrame,
    name: str,
    is_foreign: Callable[[int, int], bool] | None = None,
) -> _Edited:
    """Find what people changed in a sheet that was made from a frame.

    ``is_foreign`` says of a row and the place of a column that there is no such cell.
    """
    columns, left_out = columns_of(sheet.heads, frame, name)
    place = sheet.heads.index(HEADING)
    positions = positions_of({n: row[place] for n, row in sheet.rows.items()}, frame, name)
    refuse_parted(sheet, place, name)
    marked = marked_of(sheet, positions)
    n_errors = n_foreign = 0
    every: dict[int, dict[int, Any]] = {}
    told = [(row, frame.index[row], "", LEFT_OUT, None, None) for row in marked]
    for at, column in columns.items():
        series = frame.iloc[:, column]
        values = series.iloc[positions].tolist()
        changes = {}
        for row, value, (number, cells) in zip(positions, values, sheet.rows.items(), strict=True):
            if (number, at) in sheet.errors:
                n_errors += 1
            elif row not in marked and not _is_unchanged(value, cells[at]):
                if is_foreign is not None and is_foreign(row, column):
                    n_foreign += 1
                else:
                    changes[row] = cells[at]
        if changes:
            every[column] = changes
            new = {row: from_cell(cell, series) for row, cell in changes.items()}
            told += rows_of(frame, frame.columns[column], series, new)
    if n_errors:
        left_out.append(Sentence("cells with an error of Excel's, such as #N/A ({1:,})", n_errors))
    if n_foreign:
        left_out.append(
            Sentence("cells in columns that only the other table has ({1:,})", n_foreign)
        )
    if left_out:
        stays = Sentence("What the {1} had there stays.", how.frame_or_file())
        warn(
            Sentence("{1}: left out: {2}. {3}", name, joined("; ", left_out), stays),
            stacklevel=5,
        )
    known = sheet.fields
    shown = set() if known is None else known.by_column.keys() - known.personal
    done = Changes(told, frozenset(column for column in frame.columns if str(column) in shown))
    logger.info(
        "%s: %s cells in %s rows were changed, %s of them emptied; %s rows are left out",
        name,
        *(f"{n:,}" for n in (done.n_cells, done.n_rows, done.n_emptied, done.n_left_out)),
    )
    return _Edited(every, marked, done)


def _mended(
    frame: pd.DataFrame, cells: Mapping[int, Mapping[int, Any]], marked: Collection[int]
) -> pd.DataFrame:
    """Return a copy of a frame with new cells, by column and row, and without some rows."""
    fixed = frame.copy()
    for place, by_row in cells.items():
        series = frame.iloc[:, place]
        new = {row: from_cell(cell, series) for row, cell in by_row.items()}
        fixed.isetitem(place, _changed(series, new))
    return fixed[~np.isin(np.arange(len(fixed)), list(marked))] if marked else fixed


def _is_unchanged(value: Any, cell: Any) -> bool:
    """Whether a cell says what it was sent out with, as text or as it was."""
    return any(says_the_same(as_cell(value, as_text=text), came(cell)) for text in (True, False))


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
