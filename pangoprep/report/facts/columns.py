"""What cleaning did to each column: how many cells it kept, changed, emptied and could not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.masking import mask
from pangoprep.findings import Block
from pangoprep.normalizers.base import Evidence
from pangoprep.normalizers.date.evidence import DateEvidence
from pangoprep.steps.examined import Examined
from pangoprep.steps.tally import Changed, ColumnTally, Words

N_SAMPLES = 3
_NOT_READ = {"undefined": 0, "": 1}  # in which order they come, before all others
_MASKED = 50  # different pairs, to find some that differ still

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
    ``n_errors`` counts rows with an error in the field. ``n_distinct`` is estimated where there are
    too many different values to remember, see `DistinctValues`.
    """

    field: str
    label: str
    type: str
    source: str
    personal: bool
    n_filled: int
    n_distinct: int
    n_distinct_is_exact: bool
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
    label_vi: str = ""


def column_facts(examined: Examined, columns: Mapping[str, ColumnTally]) -> list[ColumnFacts]:
    """How each of the caller's columns was read, in the order of the entity's fields.

    What the caller made of columns is read like one; it is called as the caller wrote it.
    """
    names = [name for name in examined.facts if name in columns]
    return [_facts_of(examined, name, columns[name]) for name in names]


def _facts_of(examined: Examined, name: str, found: ColumnTally) -> ColumnFacts:
    facts = examined.facts[name]
    blocks = [block for block in examined.blocks if block.field == name]
    day_month = _day_month(examined.evidence.get(name))
    return ColumnFacts(
        field=name,
        label=facts.label,
        type=facts.type,
        source=str(examined.sources.get(name, examined.values.by_field.get(name))),
        personal=facts.personal,
        n_filled=found.n_filled,
        n_distinct=len(found.distinct),
        n_distinct_is_exact=found.distinct.is_exact,
        n_same=found.n_same,
        n_changed=found.n_changed,
        n_emptied=found.n_emptied,
        n_unreadable=found.n_unreadable,
        n_added=found.n_added,
        n_errors=_n_errors(blocks),
        changes=tuple(_changes(found.changes, blocks, facts)),
        words=_shown_words(found.words or {}),
        n_words=len(found.words or {}),
        day_month=day_month,
        note=str(day_month or ""),
        label_vi=facts.label_vi,
    )


def _day_month(proved: Evidence | None) -> DayMonth | None:
    if not isinstance(proved, DateEvidence):
        return None
    found = DayMonth(proved.n_day_first, proved.n_month_first, proved.n_either)
    return found if any((found.n_day_first, found.n_month_first, found.n_either)) else None


def _n_errors(blocks: list[Block]) -> int:
    rows = [block.rows for block in blocks if block.severity == "error"]
    if len(rows) < 2:
        return sum(map(len, rows))
    return len(np.unique(np.concatenate(rows)))


def _changes(
    kinds: Mapping[str, Changed], blocks: list[Block], facts: FieldFacts
) -> Iterator[Change]:
    """Tell the kinds of change, most rows first; of equally many as the findings are told."""
    order = dict.fromkeys([*(block.rule for block in blocks), ""])
    told = [(rule, kinds[rule]) for rule in order if rule in kinds]
    for rule, changed in sorted(told, key=lambda kind: -kind[1].n_rows):
        yield Change(rule, changed.n_rows, _samples(changed, facts))


def _samples(changed: Changed, facts: FieldFacts) -> tuple[Pair, ...]:
    """Take a few different pairs of a cell before and after, masked."""
    both = zip(changed.before.to_pylist(), changed.after.to_pylist(), strict=True)
    some = zip(*list(dict.fromkeys(both))[:_MASKED], strict=True)
    befores, afters = (mask(pa.array(column, TEXT), facts).to_pylist() for column in some)
    shown = dict.fromkeys(zip(befores, afters, strict=True))
    return tuple((b or "", a or "") for b, a in list(shown)[:N_SAMPLES])


def _shown_words(words: Words) -> tuple[WordRead, ...]:
    """List all words: first those that were not understood, then the most frequent."""
    known = sorted(words.items(), key=lambda word: (_NOT_READ.get(word[1][0], 2), -word[1][1]))
    return tuple(WordRead(before, after, n) for before, (after, n) in known)
