"""Rows read again after a step: only those that changed, and what they mean to the others.

The stages are the pipeline's own: the rows are a part, cleaned with what the others prove of their
columns. Where the step changes how a column is read, or no part can tell, all rows are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.columns.column import Column
from pangoprep.columns.few_rows import rows_of
from pangoprep.columns.types import Rows
from pangoprep.entities import Entity
from pangoprep.errors import UsageError
from pangoprep.memory import give_back
from pangoprep.normalizers.base import Evidence
from pangoprep.part_plan import PartPlan
from pangoprep.pipeline import clean, conclude, decide
from pangoprep.report import Report
from pangoprep.steps.cells_read_again import words_after
from pangoprep.steps.changed_cells import carry_over, differing
from pangoprep.steps.check import refuse_checks_across_rows
from pangoprep.steps.clean import MadeOf, SomeRows
from pangoprep.steps.clean_field import CleanField
from pangoprep.steps.cleaned_part import CleanedPart
from pangoprep.steps.spellings import WordCounts
from pangoprep.workbench.carried_columns import are_known, carried, known_fields, recall_first
from pangoprep.workbench.rows_among_others import (
    NotInParts,
    blocks_with,
    canonical_with,
    column_with,
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
        The rows when all of their columns were cleaned last; None if that is how they are now.
    changed
        The rows in which these differ from those, where that is known.
    start
        The reading before the first step, which is kept: what is the same there is kept once.
    """

    state: BenchState
    known: Report | None = None
    cleaned: CleanedPart | None = None
    whole: pd.DataFrame | None = None
    changed: Rows | None = None
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
        if self.start is not None:
            recall_first(self.start.state, self.start.fields, self.state)
        if self.whole is not None:
            carry_over(self.whole, frame, plan.sources, plan.facts, plan.options, self.changed)
            vars(self)["whole"] = None  # it may hold columns that nothing else does
            give_back()  # the columns of a report before and after lie beside each other next
        return clean(frame, plan, made={} if self.start is None else self.start.numbers)

    @cached_property
    def numbers(self) -> dict[str, MadeOf]:
        """Columns of canonical numbers. Texts share their memory where they stay, these do not."""
        canonical, found = self.part.canonical, {}
        for name in canonical:
            if isinstance(canonical[name].dtype, pd.Int64Dtype):
                field = self.fields.get(name)
                found[name] = MadeOf.known(canonical[name], None if field is None else field.array)
        return found

    @cached_property
    def fields(self) -> dict[str, CleanField]:
        """Columns that cleaning would recall now."""
        return known_fields(self.state)

    @property
    def _last_whole(self) -> pd.DataFrame:
        """The rows when all of their columns were cleaned last."""
        return self.state.frame if self.whole is None else self.whole

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
        _ = start.fields  # known now, before another option takes their place
        same = _same_reading(self.state.plan, state.plan)
        changes = _changes(self.state, state, touched) if same else None
        few = max(_FEW_ROWS, _MANY * len(state.frame))
        if changes is not None and len(changes.rows) <= few:
            try:
                cleaned = _reread(self.part, self.state.plan, state, changes)
                whole = None if are_known(state) else self._last_whole
                return Reading(state, cleaned=cleaned, whole=whole, start=start)
            except NotInParts:
                pass
        rows = None if changes is None or self.whole is not None else changes.rows
        return Reading(state, whole=self._last_whole, changed=rows, start=start)


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


def _old(
    part: CleanedPart, before: PartPlan, rows: Rows, known: Mapping[str, CleanField]
) -> tuple[CleanedPart | None, dict[str, Evidence]]:
    """Read rows that changed as they were, and say what the cells of all other rows prove.

    Of columns that are known whole nothing has to be read, nor to be said. No rows are where no
    more is asked.
    """
    is_known = before.sources.keys() <= known.keys() and not before.values.made
    if is_known and not _may_differ(before):
        return None, {}
    some, these = rows_of(part.frame, rows), SomeRows(rows, known)
    old = clean(some, before, elsewhere=part.evidence, known=these)
    others = _others(part.evidence, old.evidence)
    if part.given and others:  # they are counted in cells, as these were read
        old = clean(some, before, elsewhere=others, known=these)
    return old, others


def _may_differ(plan: PartPlan) -> bool:
    """Whether what is added to rows may stand in some of them only."""
    filled = {facts.parameters.get("year_to") for facts in plan.facts.values()}
    filled |= plan.sources.keys()
    return bool(plan.values.computed or filled & plan.values.constants.keys())


def _reread(
    part: CleanedPart, before: PartPlan, state: BenchState, changes: _ChangedCells
) -> CleanedPart:
    """Clean the rows that changed, and put them in among the others."""
    rows = changes.rows
    if not len(rows):
        return replace(part, frame=state.frame)
    names = {name for name, column in before.sources.items() if column in changes.columns}
    known = carried(part.frame, before, state, names, rows)
    old, others = _old(part, before, rows, known.before)
    some = SomeRows(rows, known.after)
    new = clean(rows_of(state.frame, rows), state.plan, elsewhere=others, known=some)
    evidence, words, raw = dict(part.evidence), dict(part.words), dict(part.raw)
    for name in known.changed:
        field = known.after[name]
        raw[name] = field.raw
        evidence |= {} if field.evidence is None else {name: field.evidence}
        words |= {} if field.words is None else {name: field.words}
    if old is not None:
        if not part.evidence.keys() - known.after <= new.evidence.keys() <= part.evidence.keys():
            raise NotInParts
        evidence |= {name: others[name] + new.evidence[name] for name in others}
        for name in old.raw.keys() - known.after:
            raw[name] = column_with(raw[name], rows, new.raw[name])
        words |= _words(part, old, new, raw)
    if decide(evidence, state.plan) != part.decisions:
        raise NotInParts
    return replace(
        part,
        frame=state.frame,
        canonical=canonical_with(part.canonical, rows, new.canonical, known.ready(part.canonical)),
        raw=raw,
        evidence=evidence,
        blocks=blocks_with(part.blocks, rows, new.blocks, len(state.frame)),
        keys=keys_with(part.keys, rows, new.keys),
        words=words,
        given=part.given if old is None else _given(part, old, new),
        texts={},
    )


def _given(part: CleanedPart, old: CleanedPart, new: CleanedPart) -> dict[str, int]:
    """Count the rows that something was added to."""
    return {name: n - old.given[name] + new.given[name] for name, n in part.given.items()}


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
    part: CleanedPart, old: CleanedPart, new: CleanedPart, raw: Mapping[str, Column]
) -> dict[str, WordCounts]:
    """Count the words of all rows again, by those that went and those that came."""
    words = {}
    for name in old.words.keys() & part.words.keys():
        counts = words_after(part.words[name], old.words[name], new.words[name], raw[name])
        if counts is None:
            raise NotInParts
        words[name] = counts
    return words
