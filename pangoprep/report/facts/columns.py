"""What cleaning did to each column: how many cells it kept, changed, emptied and could not read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Column
from pangoprep.columns.distinct import n_distinct
from pangoprep.columns.types import Mask, Rows
from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.masking import mask
from pangoprep.findings import Block, rules
from pangoprep.normalizers.base import Evidence, matches, put
from pangoprep.normalizers.date.evidence import DateEvidence
from pangoprep.steps.examined import Examined

N_SAMPLES = 3
N_WORDS = 8
# Samples come from the first rows of a kind: enough of them to find some that differ.
_LOOKED_AT = 500
_MASKED = 50
# A whole number as it is sent: no zeros in front, and no more digits than a number has here.
_PLAIN_NUMBER = r"\A(?:0|-?[1-9][0-9]{0,17})\z"
_HOUR_MS = 3_600_000
# Rules about rows, not about how a cell was read.
_OF_ROWS = ("required.", "order.", "duplicate.", "check.", "reference.")

Pair = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """One kind of change to a column's cells.

    ``rule`` is the finding that goes with it; empty for cells that were only rewritten in the
    standard form. ``samples`` are before and after, masked, some of them.
    """

    rule: str
    n_rows: int
    samples: tuple[Pair, ...]


@dataclass(frozen=True)
class WordRead:
    """A word of a column with few words, as it was read (empty: as nothing), and how often."""

    before: str
    after: str
    n_rows: int


@dataclass(frozen=True)
class DayMonth:
    """The evidence for the order of day and month: how many cells can be read in which way."""

    n_day_first: int
    n_month_first: int
    n_either: int

    def __str__(self) -> str:
        """Say how the column was read, in English."""
        return (
            f"{self.n_day_first:,} cells can only be day/month, "
            f"{self.n_month_first:,} only month/day, {self.n_either:,} could be either"
        )


@dataclass(frozen=True)
class ColumnFacts:
    """How one column was read.

    ``n_filled == n_same + n_changed + n_emptied + n_unreadable``, always. ``n_emptied`` cells said
    "nothing" in words (``N/A``, a placeholder); ``n_added`` were empty and have a value now.
    ``n_errors`` counts rows with an error in the field.
    """

    field: str
    label: str
    type: str
    source: str
    personal: bool
    n_filled: int
    n_distinct: int
    n_same: int
    n_changed: int
    n_emptied: int
    n_unreadable: int
    n_added: int
    n_errors: int
    changes: tuple[Change, ...]
    words: tuple[WordRead, ...]
    n_words: int
    day_month: DayMonth | None
    note: str

    @property
    def n_kept(self) -> int:
        """How many cells hold a value after cleaning."""
        return self.n_same + self.n_changed + self.n_added


def column_facts(examined: Examined) -> list[ColumnFacts]:
    """How each of the caller's columns was read, in the order of the entity's fields."""
    # Columns are independent, and Arrow's and NumPy's loops run without the interpreter's lock.
    # Those that hardly repeat themselves take longest: they come first, so that none ends last.
    longest_first = sorted(examined.sources, key=lambda name: examined.raw[name].codes is not None)
    with ThreadPoolExecutor(min(len(longest_first) or 1, os.cpu_count() or 1)) as threads:
        facts = threads.map(lambda name: _facts_of(examined, name), longest_first)
        by_name = dict(zip(longest_first, facts, strict=True))
    return [by_name[name] for name in examined.sources]


def added_fields(examined: Examined) -> dict[str, int]:
    """Count the values of fields that no column of the caller's stands for."""
    names = [name for name in examined.canonical if name not in examined.sources]
    return {str(name): int(examined.canonical[name].notna().sum()) for name in names}


def _facts_of(examined: Examined, name: str) -> ColumnFacts:
    facts, raw = examined.facts[name], examined.raw[name]
    after = _as_arrow(examined.canonical[name])
    kept = _mask(after.is_valid())
    filled = raw.filled
    same = _same(raw, after)
    changed = filled & kept & ~same
    blocks = [block for block in examined.blocks if block.field == name]
    read = [block for block in blocks if not block.rule.startswith(_OF_ROWS)]
    unreadable = _rows_of(read, examined.n_rows, "error") & filled & ~kept
    day_month = _day_month(examined.evidence.get(name))
    words, n_words = _words(raw, after, facts)
    return ColumnFacts(
        field=name,
        label=facts.label,
        type=facts.type,
        source=str(examined.sources[name]),
        personal=facts.personal,
        n_filled=int(filled.sum()),
        n_distinct=n_distinct(raw),
        n_same=int(same.sum()),
        n_changed=int(changed.sum()),
        n_emptied=int((filled & ~kept & ~unreadable).sum()),
        n_unreadable=int(unreadable.sum()),
        n_added=int((kept & ~filled).sum()),
        n_errors=_n_errors(blocks),
        changes=tuple(_changes(examined, name, read, changed)),
        words=words,
        n_words=n_words,
        day_month=day_month,
        note=str(day_month or ""),
    )


def _day_month(proved: Evidence | None) -> DayMonth | None:
    if not isinstance(proved, DateEvidence):
        return None
    found = DayMonth(proved.n_day_first, proved.n_month_first, proved.n_either)
    return found if any((found.n_day_first, found.n_month_first, found.n_either)) else None


def _as_arrow(values: pd.Series) -> pa.Array:
    """Return canonical values as an Arrow array; null stays null."""
    array = pa.array(values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks else pa.array([], TEXT)
    return array


def _as_text(array: pa.Array) -> pa.Array:
    """Write canonical values as they are sent."""
    if pa.types.is_list(array.type):
        array = pc.binary_join(array, "; ")
    return array.cast(TEXT)


def _same(raw: Column, after: pa.Array) -> Mask:
    """Mark the cells that came as they are sent."""
    if raw.codes is not None and after.type == TEXT:
        # Whatever row it stands in, a text becomes one text: any row of it tells.
        row_of = np.zeros(len(raw.distinct) + 1, dtype=np.int64)
        row_of[raw.codes] = np.arange(len(raw))  # null cells, code -1, write into the last place
        same = _mask(pc.equal(raw.distinct, after.take(pa.array(row_of[:-1]))))
        spread: Mask = np.append(same, False)[raw.codes]
        return spread
    if pa.types.is_integer(after.type):
        plain = _mask(pc.or_(pc.ascii_is_decimal(raw.cells), pc.starts_with(raw.cells, "-")))
        plain[plain] = matches(raw.cells.filter(pa.array(plain)), _PLAIN_NUMBER)
        numbers = raw.cells.filter(pa.array(plain)).cast(pa.int64())
        if raw.codes is None:
            plain[plain] = _mask(pc.equal(numbers, after.filter(pa.array(plain))))
            return plain
        every = put(pa.nulls(len(plain), pa.int64()), plain, numbers)
        return _mask(pc.equal(raw.spread(every), after))
    cells = raw.cells if raw.codes is None else raw.spread(raw.distinct)
    return _mask(pc.equal(cells, _as_text(after)))


def _local_time(instants_ms: pa.Array, hours: pd.Series | None) -> pa.Array:
    """Write timestamps as the record's own clock showed them."""
    if hours is None:
        hours = pd.Series(0, range(len(instants_ms)))
    offsets = pa.array(hours.fillna(0).to_numpy("int64") * _HOUR_MS)
    local = pc.add(instants_ms.cast(pa.int64()), offsets)
    return pc.replace_substring_regex(
        local.cast(pa.timestamp("ms")).cast(pa.timestamp("s"), safe=False).cast(TEXT),
        r" 00:00:00\z",
        "",
    )


def _mask(values: pa.Array) -> Mask:
    marked: Mask = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return marked


def _rows_of(blocks: list[Block], n_rows: int, severity: str) -> Mask:
    """Mark the rows of rules that have this severity in the table, whatever the caller made it."""
    marked = np.zeros(n_rows, dtype=bool)
    for block in blocks:
        if rules()[block.rule].severity == severity:
            marked[block.rows] = True
    return marked


def _n_errors(blocks: list[Block]) -> int:
    rows = [block.rows for block in blocks if block.severity == "error"]
    if len(rows) < 2:
        return sum(map(len, rows))
    return len(np.unique(np.concatenate(rows)))


def _changes(examined: Examined, name: str, blocks: list[Block], changed: Mask) -> Iterator[Change]:
    """Tell the kinds of change apart by the findings that go with them, most rows first."""
    left = changed.copy()
    kinds = []
    for block in blocks:
        rows = block.rows[changed[block.rows]]
        left[rows] = False
        kinds.append((block.rule, rows))
    # A date always becomes a number; only what it says is worth a sample.
    kinds.append(("", np.flatnonzero(left)))
    for rule, rows in sorted(kinds, key=lambda kind: -len(kind[1])):
        if len(rows):
            yield Change(rule, len(rows), samples(examined, name, rows))


def samples(examined: Examined, name: str, rows: Rows) -> tuple[Pair, ...]:
    """Take a few different pairs of a cell before and after, masked, from some rows."""
    facts, rows, canonical = examined.facts[name], rows[:_LOOKED_AT], examined.canonical
    before = examined.raw[name].at(rows)
    part = _as_arrow(canonical[name].iloc[rows])
    if facts.type == "Timestamp":
        zones = canonical.get("timezoneGmt")
        texts = _local_time(part, None if zones is None else zones.iloc[rows])
    else:
        texts = _as_text(part)
    pairs = dict.fromkeys(zip(before.to_pylist(), texts.to_pylist(), strict=True))
    some = zip(*list(pairs)[:_MASKED], strict=True)
    befores, afters = (mask(pa.array(column, TEXT), facts).to_pylist() for column in some)
    shown = dict.fromkeys(zip(befores, afters, strict=True))
    return tuple((b or "", a or "") for b, a in list(shown)[:N_SAMPLES])


def _words(raw: Column, after: pa.Array, facts: FieldFacts) -> tuple[tuple[WordRead, ...], int]:
    """List the words of a column that has few by nature, most frequent first."""
    has_few = (facts.choices or facts.type == "Boolean") and not facts.personal
    if not has_few or raw.codes is None or not len(raw.distinct):
        return (), 0
    first = np.zeros(len(raw.distinct), dtype=np.int64)
    rows = np.flatnonzero(raw.codes >= 0)[::-1]
    first[raw.codes[rows]] = rows  # of several rows the one written last stays: the first
    order = np.lexsort((first, -raw.counts))
    order = order[raw.counts[order] > 0]
    shown = order[:N_WORDS]
    befores = raw.distinct.take(pa.array(shown)).to_pylist()
    afters = _as_text(after.take(pa.array(first[shown]))).to_pylist()
    counts = raw.counts[shown].tolist()
    words = zip(befores, afters, counts, strict=True)
    return tuple(WordRead(b, a or "", n) for b, a, n in words), len(order)
