"""What cleaning did to cells, counted so that parts add up.

Examples are those of the first rows, so that they are the same whatever the cut.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Column
from pangoprep.columns.decimals import decimal_texts
from pangoprep.columns.distinct_values import DistinctValues, distinct_values
from pangoprep.columns.json_texts import json_texts
from pangoprep.columns.types import Mask, Rows
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, in_order, rules
from pangoprep.normalizers.base import matches, pick, put
from pangoprep.options import Options
from pangoprep.steps.address_fields import is_province, is_read_by_row, is_unit

#: Of each kind of change so many first rows are looked at for examples.
N_LOOKED_AT = 500
#: A column of more different words is none of words.
MAX_WORDS = 1_000
# A whole number as it is sent: no zeros in front, and no more digits than a number has here.
_PLAIN_NUMBER = r"\A(?:0|-?[1-9][0-9]{0,17})\z"
_HOUR_MS = 3_600_000
# Rules about rows, not about how a cell was read.
_OF_ROWS = ("required.", "order.", "duplicate.", "check.", "reference.", "spelling.")

Words = Mapping[str, tuple[str, int]]


@dataclass(frozen=True, eq=False)
class Changed:
    """Cells with one kind of change: how many, and the first of them before and after."""

    n_rows: int
    before: pa.Array
    after: pa.Array

    def __add__(self, other: Changed) -> Changed:
        before = pa.concat_arrays([self.before, other.before]).slice(0, N_LOOKED_AT)
        after = pa.concat_arrays([self.after, other.after]).slice(0, N_LOOKED_AT)
        return Changed(self.n_rows + other.n_rows, before, after)


@dataclass(frozen=True, eq=False)
class ColumnTally:
    """What cleaning did to the cells of one column.

    Parameters
    ----------
    n_filled, n_same, n_changed, n_emptied, n_unreadable, n_added
        Cells, as a report counts them.
    distinct
        The different values.
    changes
        The kinds of change, by the rule that goes with them; ``""`` for cells that were only
        rewritten in the standard form.
    words
        What each word was read as and how often, in the order they come first; None for a column
        that has not few by nature.
    """

    n_filled: int
    n_same: int
    n_changed: int
    n_emptied: int
    n_unreadable: int
    n_added: int
    distinct: DistinctValues
    changes: Mapping[str, Changed]
    words: Words | None

    def __add__(self, other: ColumnTally) -> ColumnTally:
        changes = dict(self.changes)
        for rule, changed in other.changes.items():
            changes[rule] = changes[rule] + changed if rule in changes else changed
        return ColumnTally(
            n_filled=self.n_filled + other.n_filled,
            n_same=self.n_same + other.n_same,
            n_changed=self.n_changed + other.n_changed,
            n_emptied=self.n_emptied + other.n_emptied,
            n_unreadable=self.n_unreadable + other.n_unreadable,
            n_added=self.n_added + other.n_added,
            distinct=self.distinct + other.distinct,
            changes=changes,
            words=_together(self.words, other.words),
        )


@dataclass(frozen=True, eq=False)
class Tally:
    """What cleaning did to rows.

    Parameters
    ----------
    columns
        The tally of each field that a column stands for.
    added
        The values of other fields, counted.
    """

    columns: Mapping[str, ColumnTally]
    added: Mapping[str, int]

    def __add__(self, other: Tally) -> Tally:
        columns = {name: own + other.columns[name] for name, own in self.columns.items()}
        names = dict.fromkeys([*self.added, *other.added])
        added = {name: self.added.get(name, 0) + other.added.get(name, 0) for name in names}
        return Tally(columns, added)


def tally(
    facts: Mapping[str, FieldFacts],
    raw: Mapping[str, Column],
    canonical: pd.DataFrame,
    blocks: Sequence[Block],
    options: Options,
) -> Tally:
    """Count what cleaning did to the rows of a frame or part.

    Parameters
    ----------
    facts
        What is known of each field.
    raw
        What the cells held, by field.
    canonical
        The canonical values of all rows.
    blocks
        The findings.
    options
        How cells were read.
    """
    # Columns are independent, and Arrow's and NumPy's loops run without the interpreter's lock.
    # Those that hardly repeat themselves take longest: they come first, so that none ends last.
    longest_first = sorted(raw, key=lambda name: raw[name].codes is not None)

    def count(name: str) -> ColumnTally:
        of_cells = [
            block for block in blocks if block.field == name and not block.rule.startswith(_OF_ROWS)
        ]
        known = facts[name]
        # What such a cell becomes depends on the others of its row: on where they are.
        by_rows = is_unit(known) or (
            options.addresses == "2025" and (is_province(known) or is_read_by_row(known))
        )
        return _tally_column(known, raw[name], canonical, in_order(of_cells), by_rows=by_rows)

    with ThreadPoolExecutor(min(len(raw) or 1, os.cpu_count() or 1)) as threads:
        columns = dict(zip(longest_first, threads.map(count, longest_first), strict=True))
    others = [name for name in canonical if name not in raw]
    added = {str(name): int(canonical[name].notna().sum()) for name in others}
    return Tally({name: columns[name] for name in raw}, added)


def _tally_column(
    facts: FieldFacts,
    raw: Column,
    canonical: pd.DataFrame,
    blocks: Sequence[Block],
    *,
    by_rows: bool,
) -> ColumnTally:
    after = _as_arrow(canonical[facts.name])
    kept = _mask(after.is_valid())
    filled = raw.filled
    same = _same(raw, after, by_rows=by_rows)
    changed = filled & kept & ~same
    unreadable = _unreadable(blocks, len(filled)) & filled & ~kept

    def shown(rows: Rows) -> Changed:
        first = rows[:N_LOOKED_AT]
        written = _written(facts, after.take(pa.array(first)), canonical, first)
        return Changed(len(rows), raw.at(first).cast(TEXT), written)

    return ColumnTally(
        n_filled=int(filled.sum()),
        n_same=int(same.sum()),
        n_changed=int(changed.sum()),
        n_emptied=int((filled & ~kept & ~unreadable).sum()),
        n_unreadable=int(unreadable.sum()),
        n_added=int((kept & ~filled).sum()),
        distinct=distinct_values(raw),
        changes={rule: shown(rows) for rule, rows in _kinds(blocks, changed) if len(rows)},
        words=_words(raw, after, facts),
    )


def _kinds(blocks: Sequence[Block], changed: Mask) -> Iterator[tuple[str, Rows]]:
    """Tell the kinds of change apart by the findings that go with them."""
    left = changed.copy()
    rows_of: dict[str, list[Rows]] = {}
    for block in blocks:
        rows = block.rows[changed[block.rows]]
        left[rows] = False
        rows_of.setdefault(block.rule, []).append(rows)
    for rule, parts in rows_of.items():
        yield rule, parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
    # A date always becomes a number; only what it says is worth a sample.
    yield "", np.flatnonzero(left)


def _written(facts: FieldFacts, values: pa.Array, canonical: pd.DataFrame, rows: Rows) -> pa.Array:
    """Write the canonical values of some rows for reading, instants by the record's own clock."""
    if facts.type != "Timestamp":
        return _as_text(values)
    zones = canonical.get("timezoneGmt")
    hours = pd.Series(0, range(len(rows))) if zones is None else zones.iloc[rows].fillna(0)
    offsets = pa.array(hours.to_numpy("int64") * _HOUR_MS)
    local = pc.add(values.cast(pa.int64()), offsets).cast(pa.timestamp("ms"))
    return pc.replace_substring_regex(
        local.cast(pa.timestamp("s"), safe=False).cast(TEXT), r" 00:00:00\z", ""
    )


def _as_arrow(values: pd.Series) -> pa.Array:
    """Return canonical values as an Arrow array; null stays null."""
    array = pa.array(values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks else pa.array([], TEXT)
    return array


def _as_text(array: pa.Array) -> pa.Array:
    """Write canonical values as they are sent."""
    if pa.types.is_list(array.type) and pa.types.is_struct(array.type.value_type):
        return json_texts(array)
    if pa.types.is_list(array.type):
        array = pc.binary_join(array, "; ")
    if pa.types.is_decimal(array.type):
        return decimal_texts(array)
    return array.cast(TEXT)


def _same(raw: Column, after: pa.Array, *, by_rows: bool) -> Mask:
    """Mark the cells that came as they are sent."""
    if raw.codes is not None and after.type == TEXT and not by_rows:
        # Whatever row it stands in, a text becomes one text: any row of it tells.
        row_of = np.zeros(len(raw.distinct) + 1, dtype=np.int64)
        row_of[raw.codes] = np.arange(len(raw))  # null cells, code -1, write into the last place
        same = _mask(pc.equal(raw.distinct, after.take(pa.array(row_of[:-1]))))
        spread: Mask = np.append(same, False)[raw.codes]
        return spread
    if pa.types.is_integer(after.type):
        plain = _mask(pc.or_(pc.ascii_is_decimal(raw.cells), pc.starts_with(raw.cells, "-")))
        plain[plain] = matches(pick(raw.cells, plain), _PLAIN_NUMBER)
        numbers = pick(raw.cells, plain).cast(pa.int64())
        if raw.codes is None:
            plain[plain] = _mask(pc.equal(numbers, pick(after, plain)))
            return plain
        every = put(pa.nulls(len(plain), pa.int64()), plain, numbers)
        return _mask(pc.equal(raw.spread(every), after))
    cells = raw.cells if raw.codes is None else raw.spread(raw.distinct)
    return _mask(pc.equal(cells, _as_text(after)))


def _mask(values: pa.Array) -> Mask:
    marked: Mask = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return marked


def _unreadable(blocks: Sequence[Block], n_rows: int) -> Mask:
    """Mark the rows of rules that are errors in the table, whatever the caller made them."""
    marked = np.zeros(n_rows, dtype=bool)
    for block in blocks:
        if rules()[block.rule].severity == "error":
            marked[block.rows] = True
    return marked


def _words(raw: Column, after: pa.Array, facts: FieldFacts) -> Words | None:
    """Count the words of a column that has few by nature, in the order they come first."""
    has_few = (facts.choices or facts.type == "Boolean") and not facts.personal
    if not has_few or raw.codes is None or len(raw.distinct) > MAX_WORDS:
        return None
    first = np.full(len(raw.distinct), -1, dtype=np.int64)
    rows = np.flatnonzero(raw.codes >= 0)[::-1]
    first[raw.codes[rows]] = rows  # of several rows the one written last stays: the first
    order = np.argsort(first, kind="stable")
    order = order[first[order] >= 0]
    befores = raw.distinct.take(pa.array(order)).to_pylist()
    afters = _as_text(after.take(pa.array(first[order]))).to_pylist()
    counts = raw.counts[order].tolist()
    read = zip(befores, afters, counts, strict=True)
    return {before: (after or "", n) for before, after, n in read}


def _together(own: Words | None, other: Words | None) -> Words | None:
    if own is None or other is None:
        return None
    words = dict(own)
    for before, (after, n) in other.items():
        words[before] = (words[before][0], words[before][1] + n) if before in words else (after, n)
    return None if len(words) > MAX_WORDS else words
