"""Columns of which some cells changed, cleaned once more: those cells, and no others."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cache import keep_in_mind, last_made, recalled
from pangoprep.columns.column import whole
from pangoprep.columns.few_rows import is_arrow
from pangoprep.columns.types import Mask, Rows, Values
from pangoprep.entities.fields import FieldFacts
from pangoprep.options import Options
from pangoprep.steps.cells_read_again import with_cells
from pangoprep.steps.clean import TIMEZONE
from pangoprep.steps.clean_field import JOB, ZONED, CleanField, reading_reasons
from pangoprep.steps.read_otherwise import MANY, read_by

_NONE = np.empty(0, dtype=np.int64)


def known_field(series: pd.Series, facts: FieldFacts, options: Options) -> CleanField | None:
    """Return what is known of a column that was cleaned, all of it in one time zone."""
    found: CleanField | None = recalled(series, JOB, _reasons(facts, options))
    return found


def _reasons(facts: FieldFacts, options: Options) -> Hashable:
    return reading_reasons(facts, options, options.timezone_gmt)


def read_alone(sources: Mapping[str, Any], facts: Mapping[str, FieldFacts]) -> list[str]:
    """Return the fields that are read of nothing but their column and the options.

    A column of time zones changes what dates beside it say.
    """
    others = ZONED if TIMEZONE in sources else ()
    alone = [name for name in sources if facts[name].item is None and name != TIMEZONE]
    return [name for name in alone if facts[name].normalizer not in others]


def carry_over(
    before: pd.DataFrame,
    after: pd.DataFrame,
    sources: Mapping[str, Any],
    facts: Mapping[str, FieldFacts],
    options: Options,
    changed: Rows | None = None,
) -> None:
    """Keep in mind what cleaning says of columns of which some cells changed.

    Cleaning the rows then recalls these columns as it does those that stayed; so it does where
    other options read no cell, or few, otherwise.

    Parameters
    ----------
    before, after
        The rows when their columns were cleaned, and as they are now.
    sources, facts, options
        As for `clean_columns`.
    changed
        The rows whose cells may have changed, ascending, where that is known.
    """

    def carry(name: str) -> None:
        old, new = before[sources[name]], after[sources[name]]
        if not is_arrow(new) or known_field(new, facts[name], options):
            return
        known = read_by(last_made(old, JOB), old, facts[name], options)
        if known is None:
            return
        rows = differing(old, new) if changed is None else changed
        if len(rows) > MANY * len(after):
            return
        field = with_cells(known, old, new, rows, options) if len(rows) else known
        if field is not None:
            keep_in_mind(new, JOB, _reasons(facts[name], options), field)

    names = [name for name in read_alone(sources, facts) if sources[name] in before]
    # Columns are independent, and Arrow's kernels run without the interpreter's lock.
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        for _ in threads.map(carry, names):  # says what went wrong
            pass


def differing(old: pd.Series, new: pd.Series) -> Rows:
    """Return the rows whose cells are not the same, in columns of one type."""
    if old.dtype == object:
        before, after = old.to_numpy(), new.to_numpy()
        if np.shares_memory(before, after):
            return _NONE
        pairs = zip(before.tolist(), after.tolist(), strict=True)
        return np.flatnonzero(np.fromiter((o is not n for o, n in pairs), bool, len(before)))
    if not is_arrow(old):
        return _NONE  # only columns of text and of objects are ever changed
    texts, others = (_pieces(one.array.__arrow_array__()) for one in (old, new))
    if [len(piece) for piece in texts] != [len(piece) for piece in others]:
        texts, others = ([whole(pa.chunked_array(pieces))] for pieces in (texts, others))
    found, start = [_NONE], 0
    for one, other in zip(texts, others, strict=True):
        if not _is_same(one, other):
            found.append(np.flatnonzero(_unlike(one, other)) + start)
        start += len(one)
    return np.concatenate(found)


def _pieces(texts: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]


def is_one_memory(one: Values, other: Values) -> bool:
    """Whether two arrays are the same memory, which never changes."""
    pairs = zip(_pieces(one), _pieces(other), strict=False)
    return len(_pieces(one)) == len(_pieces(other)) and all(_is_same(*pair) for pair in pairs)


def _is_same(one: pa.Array, other: pa.Array) -> bool:
    places = [[b and b.address for b in array.buffers()] for array in (one, other)]
    return one.offset == other.offset and places[0] == places[1]


def _unlike(old: pa.Array, new: pa.Array) -> Mask:
    differs = pc.fill_null(pc.not_equal(old, new), False)
    came_or_went = pc.not_equal(old.is_valid(), new.is_valid())
    marked: Mask = pc.or_(differs, came_or_went).to_numpy(zero_copy_only=False)
    return marked
