"""Some rows that were read again, put in among the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from pangoprep.columns.cell_text import as_text
from pangoprep.columns.column import Column, put_some, take_some, whole
from pangoprep.columns.few_rows import rows_of
from pangoprep.columns.types import Rows, Values
from pangoprep.findings import Block, in_order, without_rows
from pangoprep.steps.as_pandas import to_pandas
from pangoprep.steps.keys import Keys


class NotInParts(Exception):  # noqa: N818 - no error: another way is taken
    """What the rows that changed do not tell; all have to be read."""


def keys_with(keys: Keys | None, rows: Rows, new: Keys | None) -> Keys | None:
    """Return the keys with those of some rows that were read again."""
    if keys is None:
        return None
    if new is None:
        raise NotInParts
    is_same = keys.take(rows)
    arrays = ("first", "second", "complete", "folded")
    if all(np.array_equal(getattr(is_same, n), getattr(new, n)) for n in arrays):
        return keys
    return keys.with_rows(rows, new)


def column_with(column: Column, rows: Rows, new: Column) -> Column:
    """Return a column with cells of some rows; the same one if they are what they were."""
    is_same = column.at(rows).equals(new.at(np.arange(len(rows))))
    return column if is_same else column.with_rows(rows, new)


def canonical_with(
    canonical: pd.DataFrame,
    rows: Rows,
    new: pd.DataFrame,
    ready: Mapping[str, Values] = MappingProxyType({}),
) -> pd.DataFrame:
    """Put new canonical values into some rows; columns that stay are the same ones.

    Columns that are ``ready`` have new values in these rows already; other stages may have changed
    them since.
    """
    old = rows_of(canonical, rows).reset_index(drop=True)
    if not set(new) <= set(canonical):
        raise NotInParts
    changed = {}
    for name in canonical:
        if name not in new:  # a field that is made of others is there where some row has it
            if old[name].notna().any():
                changed[name] = _put(
                    canonical[name], rows, old[name].mask(np.ones(len(rows), dtype=bool))
                )
                if changed[name].isna().all():
                    raise NotInParts
            continue
        if new[name].dtype != canonical[name].dtype:
            raise NotInParts
        if old[name].equals(new[name]):
            continue
        if name in ready and take_some(ready[name], rows).equals(whole(as_text(new[name]))):
            changed[name] = pd.Series(to_pandas(ready[name]), index=canonical.index)
        else:
            changed[name] = _put(canonical[name], rows, new[name])
    return canonical.assign(**changed) if changed else canonical


def _put(series: pd.Series, rows: Rows, new: pd.Series) -> pd.Series:
    if isinstance(series.dtype, pd.StringDtype):
        cells = put_some(as_text(series), rows, whole(as_text(new)))
        return pd.Series(series.dtype.__from_arrow__(cells), index=series.index)
    changed = series.copy()
    if series.dtype == object:  # lists: pandas would spread them
        cells = changed.to_numpy(copy=True)
        for row, value in zip(rows.tolist(), new.to_list(), strict=True):
            cells[row] = value
        return pd.Series(cells, index=series.index, dtype=object)
    changed.iloc[rows] = new.array
    return changed


def blocks_with(
    blocks: Sequence[Block], rows: Rows, new: Sequence[Block], n_rows: int
) -> list[Block]:
    """Return what is said of rows that stay, and now of some that were read again."""
    told = [replace(block, rows=rows[block.rows]) for block in new]
    where = np.zeros(n_rows, dtype=bool)
    where[rows] = True
    return in_order([*(without_rows(block, where) for block in blocks), *told])
