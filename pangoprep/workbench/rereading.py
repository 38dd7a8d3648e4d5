"""Rows read again after a step: only those that changed, and what they mean to the others.

The stages are the pipeline's own: the rows are a part, cleaned with what the others prove of their
columns. Where the step changes how a column is read, or no part can tell, all rows are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.columns.column import Column, as_it_is
from pangoprep.columns.few_rows import is_arrow, rows_of
from pangoprep.columns.types import Rows
from pangoprep.entities import Entity
from pangoprep.errors import UsageError
from pangoprep.memory import give_back
from pangoprep.normalizers.base import Evidence
from pangoprep.pipeline import clean, conclude, decide
from pangoprep.planning import PartPlan
from pangoprep.report import Report
from pangoprep.steps.changed_cells import (
    carry_over,
    differing,
    words_after,
)
from pangoprep.steps.check import refuse_checks_across_rows
from pangoprep.steps.clean import TIMEZONE, SomeRows, clean_columns
from pangoprep.steps.cleaned_part import CleanedPart
from pangoprep.steps.spellings import WordCounts
from pangoprep.workbench.carried_columns import are_known, carried, with_fields
from pangoprep.workbench.rows_among_others import (
    NotInParts,
    blocks_with,
    canonical_with,
    column_with,
    kept_once,
    keys_with,
)
from pangoprep.workbench.state import BenchState

# Of more rows than this share, reading all costs no more: columns that stay are recalled.
_MANY = 0.2
_FEW_ROWS = 1_000


@dataclass(frozen=True, eq=False)
class Reading:
    """Rows, and all that is known of them.

    Parameters
    ----------
    state
        The rows.
    known
        The report on them, where there is one already.
    cleaned
        What is known of each row without the others, likewise.
    whole
        The rows when all of their columns were cleaned last, before this; None if there was no
        such time.
    start
        The reading before the first step, which is kept: what is the same there is kept once.
    """

    state: BenchState
    known: Report | None = None
    cleaned: CleanedPart | None = None
    whole: pd.DataFrame | None = None
    start: Reading | None = None

    @cached_property
    def part(self) -> CleanedPart:
        """What is known of each row without the others."""
        part = self.cleaned
        if part is None and self.known is not None:
            part = getattr(self.known.examined, "part", None)
        if part is not None:
            return part
        frame, plan = self.state.frame, self.state.plan
        if self.whole is not None:
            carry_over(self.whole, frame, plan.sources, plan.facts, plan.options)
            give_back()  # the columns of a report before and after lie beside each other next
        part = clean(frame, plan)
        if self.start is None:
            return part
        return replace(part, canonical=kept_once(part.canonical, self.start.part.canonical))

    @property
    def _last_whole(self) -> pd.DataFrame:
        """The rows when all of their columns were cleaned last."""
        is_read = self.whole is None or (self.cleaned is None and "part" in vars(self))
        return self.state.frame if is_read or are_known(self.state) else self.whole

    @cached_property
    def report(self) -> Report:
        """The report on the rows."""
        return self.known or conclude(self.part, self.state.plan)

    def of(self, state: BenchState, touched: Mapping[str, Rows] | None = None) -> Reading:
        """Return the reading of the same rows after some changes.

        ``touched`` are the rows whose cells may have changed, by field, where that is known.
        """
        if state is self.state:
            return self
        start = self.start or self
        same = _same_reading(self.state.plan, state.plan)
        changes = _changes(self.state, state, touched) if same else None
        few = max(_FEW_ROWS, _MANY * len(state.frame))
        if changes is not None and len(changes.rows) <= few:
            try:
                cleaned = _reread(self.part, self.state.plan, state, changes)
                return Reading(state, cleaned=cleaned, whole=self._last_whole, start=start)
            except NotInParts:
                pass
        return Reading(state, whole=self._last_whole, start=start)


def _same_reading(before: PartPlan, after: PartPlan) -> bool:
    """Whether cells are read alike, and each row can be checked without the others."""
    apart = ("left_out", "options", "column_map")  # how columns were found reads no cell
    names = [one.name for one in fields(before) if one.name not in apart]
    same = all(getattr(before, name) == getattr(after, name) for name in names)
    # Which of equal rows is sent is decided after each has been read.
    options = replace(before.options, duplicates=after.options.duplicates)
    same = same and options == after.options
    # An item's row takes what it leaves empty from the other rows of its record.
    return same and not after.item_list and _by_rows(after.entity)


def _by_rows(entity: type[Entity]) -> bool:
    try:
        refuse_checks_across_rows(entity)
    except UsageError:
        return False
    return True


@dataclass(frozen=True, eq=False)
class _ChangedCells:
    """The cells in which two states differ: their rows, ascending, and the caller's columns."""

    rows: Rows
    columns: frozenset[Any]


def _changes(
    before: BenchState, after: BenchState, touched: Mapping[str, Rows] | None
) -> _ChangedCells | None:
    """Return what is not as it was; None if columns are of other types."""
    marked = np.zeros(len(after.frame), dtype=bool)
    columns = set()
    known = {after.column_of(field): rows for field, rows in (touched or {}).items()}
    for place, column in enumerate(after.frame.columns):
        old, new = before.frame.iloc[:, place], after.frame[column]
        if old.dtype != new.dtype:
            return None
        rows = differing(old, new) if touched is None else known.get(column)
        if rows is not None and len(rows):
            marked[rows] = True
            columns.add(column)
    return _ChangedCells(np.flatnonzero(marked), frozenset(columns))


@dataclass(frozen=True, eq=False)
class _Old:
    """What the rows that changed proved before, and which fields' cells may have changed.

    ``is_apart`` says that these hold what the caller's columns do, and that no other field does
    something with them.
    """

    names: Sequence[str]
    is_apart: bool
    evidence: Mapping[str, Evidence]
    words: Mapping[str, WordCounts]
    given: Mapping[str, int]


def _is_apart(part: CleanedPart, before: PartPlan, names: Sequence[str]) -> bool:
    """Whether fields hold what the caller's columns do, and no other does something with them."""
    is_apart = not (before.values.by_field or before.values.made)
    is_apart &= not (part.given or before.fixes or before.fixes_file)
    is_apart &= all(name in before.facts and before.facts[name].item is None for name in names)
    return is_apart and TIMEZONE not in names


def _old(part: CleanedPart, before: PartPlan, rows: Rows, names: Sequence[str]) -> _Old:
    """Read the cells that changed as they were; all of their rows only where that is needed."""
    is_apart = _is_apart(part, before, names)
    if is_apart and not any(name in part.evidence or name in part.words for name in names):
        return _Old(names, True, {}, {}, {})
    if is_apart:
        known = {*names, TIMEZONE}
        sources = {name: column for name, column in before.sources.items() if name in known}
        some = rows_of(part.frame[list(sources.values())], rows)
        cells = clean_columns(some, sources, before.facts, before.options, part.evidence)
        return _Old(
            names,
            True,
            {name: one for name, one in cells.evidence.items() if name in names},
            {name: one for name, one in cells.words.items() if name in names},
            {},
        )
    some = rows_of(part.frame, rows)
    old = clean(some, before, elsewhere=part.evidence)
    if part.given:  # they are counted in cells, as these were read
        old = clean(some, before, elsewhere=_others(part.evidence, old.evidence))
    return _Old(list(part.raw), False, old.evidence, old.words, old.given)


def _reread(
    part: CleanedPart, before: PartPlan, state: BenchState, changes: _ChangedCells
) -> CleanedPart:
    """Clean the rows that changed, and put them in among the others."""
    rows = changes.rows
    if not len(rows):
        return replace(part, frame=state.frame)
    names = [name for name, column in before.sources.items() if column in changes.columns]
    if _is_apart(part, before, names):
        fields = carried(part.frame, state, names, rows)
        if len(fields) == len(names):
            return with_fields(part, state, fields, rows)
    old = _old(part, before, rows, names)
    others = {**part.evidence, **_others(part.evidence, old.evidence)}
    stay = {} if not old.is_apart else before.sources.keys() - set(names)
    known = SomeRows(part.frame, rows, stay)
    new = clean(rows_of(state.frame, rows), state.plan, elsewhere=others, known=known)
    # Of a column that stays, the cells read now are among the others already.
    evidence = dict(part.evidence)
    evidence |= {name: others[name] + new.evidence[name] for name in old.evidence}
    decisions = decide(evidence, state.plan)
    stays = {name: one for name, one in new.decisions.items() if name not in old.evidence}
    if decisions != part.decisions or any(decisions[name] != one for name, one in stays.items()):
        raise NotInParts
    if not part.evidence.keys() - stay <= new.evidence.keys() <= part.evidence.keys():
        raise NotInParts
    raw = dict(part.raw)
    for name in old.names:
        series = state.frame[before.sources[name]] if old.is_apart else None
        if series is not None and raw[name].codes is None and is_arrow(series):
            raw[name] = as_it_is(series)  # the caller's own cells, kept once
        else:
            raw[name] = column_with(raw[name], rows, new.raw[name])
    return CleanedPart(
        frame=state.frame,
        canonical=canonical_with(part.canonical, rows, new.canonical),
        raw=raw,
        evidence=evidence,
        decisions=decisions,
        blocks=blocks_with(part.blocks, rows, new.blocks, len(state.frame)),
        keys=keys_with(part.keys, rows, new.keys),
        words=_words(part, old, new, raw),
        given={name: n - old.given[name] + new.given[name] for name, n in part.given.items()},
    )


def _others(every: Mapping[str, Evidence], own: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """Return what the cells of all other rows prove."""
    others = {}
    for name, evidence in own.items():
        left = every[name].without(evidence)
        if left is None:
            raise NotInParts
        others[name] = left
    return others


def _words(
    part: CleanedPart, old: _Old, new: CleanedPart, raw: Mapping[str, Column]
) -> dict[str, WordCounts]:
    """Count the words of all rows again, by those that went and those that came."""
    words = dict(part.words)
    for name in old.words.keys() & part.words.keys():
        counts = words_after(part.words[name], old.words[name], new.words[name], raw[name])
        if counts is None:
            raise NotInParts
        words[name] = counts
    return words
