"""Columns of which some cells changed, cleaned once more: those cells, and no others."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cache import keep_in_mind, last_made, recalled
from pangoprep.columns.cell_text import as_text
from pangoprep.columns.column import Column, as_it_is, put_some, take_some, whole
from pangoprep.columns.few_rows import is_arrow
from pangoprep.columns.types import Mask, Rows, Values
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import in_order, places_among
from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.date.calendar import HOUR_MS
from pangoprep.options import Options
from pangoprep.steps.clean import TIMEZONE
from pangoprep.steps.clean_field import JOB, ZONED, CleanField, clean_anew, reading_reasons
from pangoprep.steps.spellings import MAX_CELLS, WordCounts

# Of more cells than this share, the column is cleaned as a whole.
_MANY = 0.5
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
        if len(rows) > _MANY * len(after):
            return
        field = _with_cells(known, old, new, rows, options) if len(rows) else known
        if field is not None:
            keep_in_mind(new, JOB, _reasons(facts[name], options), field)

    names = [name for name in read_alone(sources, facts) if sources[name] in before]
    # Columns are independent, and Arrow's kernels run without the interpreter's lock.
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        for _ in threads.map(carry, names):  # says what went wrong
            pass


def _with_cells(
    known: CleanField, old: pd.Series, new: pd.Series, rows: Rows, options: Options
) -> CleanField | None:
    """Return what is known of a column, with other cells in some rows.

    None if it may be read otherwise now, or cells of its kind cannot be put in.
    """
    if not (pa.types.is_large_string(known.array.type) or pa.types.is_primitive(known.array.type)):
        return None
    hours = np.full(len(rows), options.timezone_gmt, dtype=np.int64)
    elsewhere, then = known.evidence, None
    if known.evidence is not None or known.words is not None:
        then = clean_anew(_some(old, rows), known.facts, hours, options, known.evidence)
    if known.evidence is not None and then is not None and then.evidence is not None:
        elsewhere = known.evidence.without(then.evidence)
        if elsewhere is None:
            return None
    now = clean_anew(_some(new, rows), known.facts, hours, options, elsewhere)
    evidence = known.evidence
    if elsewhere is not None and now.evidence is not None:
        evidence = elsewhere + now.evidence
    if (evidence is None) != (now.evidence is None) or now.array.type != known.array.type:
        return None
    decided = [one and one.decide(options) for one in (known.evidence, evidence)]
    if decided[0] != decided[1]:
        return None
    raw = as_it_is(new)
    if known.raw.codes is not None:
        raw = known.raw.with_rows(rows, now.raw)
    words = known.words
    if words is not None and then is not None and now.words is not None:
        words = words_after(words, then.words, now.words, raw)
        if words is None:
            return None
    told = [replace(block, rows=rows[block.rows]) for block in now.blocks]
    array, new_cells = known.array, whole(now.array)
    if not take_some(array, rows).equals(new_cells):
        array = put_some(array, rows, new_cells)
    return CleanField(
        facts=known.facts,
        raw=raw,
        array=array,
        blocks=in_order([*(block.without(rows) for block in known.blocks), *told]),
        evidence=evidence,
        years=_years(known.years, rows, now.years),
        words=words,
        options=options,
        hours=options.timezone_gmt,
        absolute=_marks(known, rows, now),
    )


def _marks(known: CleanField, rows: Rows, new: CleanField) -> pa.BooleanArray | None:
    if known.absolute is None or new.absolute is None:
        return None
    return put_some(known.absolute, rows, new.absolute)


def read_by(
    known: CleanField | None, series: pd.Series, facts: FieldFacts, options: Options
) -> CleanField | None:
    """Return what is known of a column as it is read by other options.

    None if all of its cells have to be read for that.
    """
    if known is None or known.facts != facts:
        return None
    names = NORMALIZERS[facts.normalizer].options
    others = {one for one in names if getattr(known.options, one) != getattr(options, one)}
    orders = [known.evidence and known.evidence.decide(one) for one in (known.options, options)]
    if others - {"day_first"} or orders[0] != orders[1]:
        return None
    is_same = facts.normalizer not in ZONED or known.hours == options.timezone_gmt
    return known if is_same else _in_other_zone(known, series, options)


def _in_other_zone(known: CleanField, series: pd.Series, options: Options) -> CleanField | None:
    """Move local times; read again what is an instant, whose day is another one there."""
    if known.absolute is None or known.hours is None:
        return None
    rows = np.flatnonzero(known.absolute.to_numpy(zero_copy_only=False))
    if len(rows) > _MANY * len(series):
        return None
    array = known.array
    if pa.types.is_integer(array.type):
        array = pc.add(array, (known.hours - options.timezone_gmt) * HOUR_MS)
    blocks, years = known.blocks, known.years
    if len(rows):
        hours = np.full(len(rows), options.timezone_gmt, dtype=np.int64)
        now = clean_anew(_some(series, rows), known.facts, hours, options, known.evidence)
        array = put_some(array, rows, whole(now.array))
        told = [replace(block, rows=rows[block.rows]) for block in now.blocks]
        blocks = in_order([*(block.without(rows) for block in blocks), *told])
        years = _years(years, rows, now.years)
    return replace(
        known, array=array, blocks=blocks, years=years, options=options, hours=options.timezone_gmt
    )


def _some(series: pd.Series, rows: Rows) -> pd.Series:
    return pd.Series(series.dtype.__from_arrow__(take_some(as_text(series), rows)))


def _years(known: tuple[Rows, Rows], rows: Rows, new: tuple[Rows, Rows]) -> tuple[Rows, Rows]:
    stay = np.ones(len(known[0]), dtype=bool)
    stay[places_among(known[0], rows)[0]] = False
    every = np.concatenate([known[0][stay], rows[new[0]]])
    order = np.argsort(every, kind="stable")
    return every[order], np.concatenate([known[1][stay], new[1]])[order]


def words_after(
    counts: WordCounts, old: WordCounts | None, new: WordCounts, raw: Column
) -> WordCounts | None:
    """Count the words of a column again, by those that went and those that came.

    None if they have to be counted in all cells.

    Parameters
    ----------
    counts, old, new
        Those of all cells before, and of the cells that changed as they were and as they are.
    raw
        The cells as they are now.
    """
    if counts.words is None:
        is_few = raw.codes is not None and len(raw.cells) <= MAX_CELLS
        return None if is_few else counts
    if old is None or len(raw.cells) > MAX_CELLS:
        return WordCounts(None)
    return counts.without(old) + new


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
