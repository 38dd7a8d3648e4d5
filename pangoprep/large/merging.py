"""A workbook that came back, merged into the file or the sheets that it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pangoprep.language import language
from pangoprep.large.request import FileRequest
from pangoprep.large.whole_files import tables_of, whole_of
from pangoprep.matching.not_sent import row_headings
from pangoprep.reading.pieces import FILE_ROW
from pangoprep.report.fixing.changes import Changes
from pangoprep.report.fixing.merge import read_fixed
from pangoprep.writing.formats import labels, write_frame, write_sheets


def merge_file(
    fixed: Path, request: FileRequest, outs: Sequence[Path], fixes: Path | None, lang: str
) -> tuple[int, Changes]:
    """Merge a workbook into its file, and write what comes of it.

    Parameters
    ----------
    fixed
        The workbook.
    request
        The file it was made from, and its items.
    outs
        Where the rows go; and the items, where they are in a table of their own.
    fixes
        A fixes file that is to remember the changed cells.
    lang
        The language of the heading above the rows' numbers.

    Returns
    -------
    n_rows, changes
        How many rows were written, items among them, and what was changed.
    """
    frame, items = tables_of(request)
    merged, changes = read_fixed(fixed, frame, items=items, fixes=fixes, return_changes=True)
    tables = [merged] if items is None else [*merged]
    for one, path in zip(tables, outs, strict=True):
        write_frame(_with_row_numbers(one, lang), path)
    return sum(map(len, tables)), changes


def merge_sheets(
    fixed: Path, requests: Mapping[str, FileRequest], out: Path, fixes: Path | None, lang: str
) -> dict[str, tuple[int, Changes]]:
    """Merge a workbook into the sheets of its file, by name, and write them into another one.

    Returns
    -------
    dict
        By name, how many rows were written, and what was changed.
    """
    frames = {name: whole_of(one) for name, one in requests.items()}
    merged, changes = read_fixed(fixed, frames, fixes=fixes, return_changes=True)
    tables: dict[Any, pd.DataFrame] = {
        requests[name].reading["sheet"]: _with_row_numbers(one, lang)
        for name, one in merged.items()
    }
    write_sheets({name: (len(one), iter([one])) for name, one in tables.items()}, out)
    return {name: (len(one), changes[name]) for name, one in merged.items()}


def _with_row_numbers(merged: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Put the rows' numbers in their file beside them, where they have others from now on."""
    index = merged.index
    own = pd.RangeIndex(2, 2 + len(index))  # below the header row
    is_same = index.name == FILE_ROW and index.equals(own)
    if FILE_ROW not in index.names or is_same or row_headings().intersection(merged.columns):
        return merged
    numbers = labels(index.to_flat_index().to_series()).to_numpy()
    return merged.assign(**{language(lang)("excel.row"): numbers})
