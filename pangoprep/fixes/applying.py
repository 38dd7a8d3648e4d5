"""Mending cells that were fixed before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT, as_text
from pangoprep.columns.column import whole
from pangoprep.columns.types import Rows
from pangoprep.entities import Entity
from pangoprep.findings import FIXED_BEFORE, Block, rules
from pangoprep.fixes.cell_hashes import Hashes, both, cells_of, hashes_of, row_hashes
from pangoprep.fixes.file import FixesFile


def mend(
    frame: pd.DataFrame,
    came: pd.DataFrame,
    sources: Mapping[str, Any],
    entity: type[Entity],
    fixes: FixesFile | None,
    said: Sequence[Block] = (),
) -> tuple[pd.DataFrame, list[Block]]:
    """Put in what cells were fixed to before; return a new frame, and the findings of fixes.

    A cell's own fix wins over what is said of all rows now, and that over what was before.

    Parameters
    ----------
    frame
        The rows, with what the caller says of some cells already put in.
    came
        The rows as they came.
    sources
        The column of each field that came.
    entity
        What the rows are.
    fixes
        The fixes file.
    said
        The findings about cells of which the caller says something now.
    """
    object_type = entity.object_type
    names = [] if fixes is None else [n for n in fixes.fields(object_type) if n in sources]
    if fixes is None or not names:
        return frame, [*said]
    named: Hashes | None = None
    mended, blocks = frame, []
    for name in names:
        cells = hashes_of(cells_of(came[sources[name]]))
        if named is None:
            named = row_hashes(came, sources, entity.key)
        told = {row for block in said if block.field == name for row in block.rows.tolist()}
        of_values = fixes.find("value", object_type, name, cells)
        found = {row: new for row, new in of_values if row not in told}
        found.update(fixes.find("cell", object_type, name, both(named, cells)))
        if found:
            mended = mended if mended is not frame else frame.copy(deep=False)
            rows = np.array(sorted(found), dtype=np.int64)
            column = sources[name]
            mended[column] = _put(mended[column], rows, [found[row] for row in rows.tolist()])
            blocks.append(Block(FIXED_BEFORE, name, rules()[FIXED_BEFORE].severity, rows))
    return mended, [*_without(said, blocks), *blocks]


def _without(said: Sequence[Block], blocks: Sequence[Block]) -> Iterator[Block]:
    """Give what is said of the cells that have no fix of their own."""
    own = {block.field: block.rows for block in blocks}
    for block in said:
        places = np.flatnonzero(~np.isin(block.rows, own.get(block.field, [])))
        if len(places):
            yield block.take(places)


def _put(series: pd.Series, rows: Rows, new: list[str | None]) -> pd.Series:
    """Return the column as text with new values in some rows."""
    texts = whole(as_text(series)).cast(TEXT)
    places = np.full(len(texts), -1, np.int64)
    places[rows] = np.arange(len(rows))
    is_new = places >= 0
    at = pa.array(np.where(is_new, len(texts) + places, np.arange(len(texts))))
    cells = pa.concat_arrays([texts, pa.array(new, TEXT)]).take(at)
    return pd.StringDtype("pyarrow", na_value=np.nan).__from_arrow__(cells)
