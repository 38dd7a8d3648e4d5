"""Cells of a column read again, and put in among what cleaning said of the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import as_text
from pangoprep.columns.column import PIECE, Column, as_it_is, in_pieces, put_some, take_some, whole
from pangoprep.columns.types import Rows, Values
from pangoprep.findings import in_order, places_among
from pangoprep.memory import give_back
from pangoprep.normalizers.base import Evidence
from pangoprep.options import Options
from pangoprep.steps.clean_field import CleanField, clean_anew
from pangoprep.steps.spellings import MAX_CELLS, WordCounts


def with_cells(
    known: CleanField, old: pd.Series, new: pd.Series, rows: Rows, options: Options,
    beside: Values | None = None, whole_proves: Evidence | None = None,
) -> CleanField | None:  # fmt: skip
    """Return what is known of a column, with other cells in some rows or read by other options.

    None if the others may be read otherwise now, or cells of its kind cannot be put in. ``beside``
    are the canonical values of the others, where those change, too; ``whole_proves`` is what the
    column proves as before, where the cells and what is counted in them stay.
    """
    if not (pa.types.is_large_string(known.array.type) or pa.types.is_primitive(known.array.type)):
        return None
    hours = np.broadcast_to(np.int64(options.timezone_gmt), len(rows))
    elsewhere, then = known.evidence, None
    is_counted = known.words is not None and known.words.words is not None
    if (known.evidence is not None and whole_proves is None) or is_counted:
        then = clean_anew(some_cells(old, rows), known.facts, hours, known.options, known.evidence)
    if known.evidence is not None and then is not None and then.evidence is not None:
        elsewhere = known.evidence.without(then.evidence)
        if elsewhere is None:
            return None
    now = clean_anew(some_cells(new, rows), known.facts, hours, options, elsewhere, whole_proves)
    evidence = known.evidence
    if elsewhere is not None and now.evidence is not None and whole_proves is None:
        evidence = elsewhere + now.evidence
    if (evidence is None) != (now.evidence is None) or now.array.type != known.array.type:
        return None
    before = known.evidence and known.evidence.decide(known.options)
    if before != (evidence and evidence.decide(options)):
        return None
    raw = known.raw
    if old is not new:
        raw = as_it_is(new) if raw.codes is None else raw.with_rows(rows, now.raw)
    words = known.words
    if words is not None and now.words is not None:
        words = words_after(words, then.words if then else None, now.words, raw)
        if words is None:
            return None
    told = [replace(block, rows=rows[block.rows]) for block in now.blocks]
    array, new_cells = known.array if beside is None else beside, whole(now.array)
    if len(rows) > PIECE:  # what it took to read so many lies beside a new column next
        give_back()
    if not take_some(array, rows).equals(new_cells):
        array = put_some(pa.chunked_array(in_pieces(array), array.type), rows, new_cells)
    return CleanField(
        facts=known.facts,
        raw=raw,
        array=array,
        blocks=in_order([*(block.without(rows) for block in known.blocks), *told]),
        evidence=evidence,
        years=years_with(known.years, rows, now.years),
        words=words,
        options=options,
        hours=options.timezone_gmt,
        absolute=_marks(known, rows, now),
    )


def _marks(known: CleanField, rows: Rows, new: CleanField) -> pa.BooleanArray | None:
    if known.absolute is None or new.absolute is None:
        return None
    return put_some(known.absolute, rows, new.absolute)


def some_cells(series: pd.Series, rows: Rows) -> pd.Series:
    """Return some cells of a column of text."""
    return pd.Series(series.dtype.__from_arrow__(take_some(as_text(series), rows)))


def years_with(known: tuple[Rows, Rows], rows: Rows, new: tuple[Rows, Rows]) -> tuple[Rows, Rows]:
    """Put the years found in some cells in among the others."""
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
