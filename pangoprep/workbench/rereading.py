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

from pangoprep.columns.cell_text import as_text
from pangoprep.columns.column import Column, as_it_is, put_some, whole
from pangoprep.columns.few_rows import is_arrow, rows_of
from pangoprep.columns.types import Rows
from pangoprep.entities import Entity
from pangoprep.errors import UsageError
from pangoprep.findings import Block, in_order, without_rows
from pangoprep.normalizers.base import Evidence
from pangoprep.pipeline import clean, conclude, decide
from pangoprep.planning import PartPlan
from pangoprep.report import Report
from pangoprep.steps.changed_cells import carry_over, differing, words_after
from pangoprep.steps.check import refuse_checks_across_rows
from pangoprep.steps.clean import TIMEZONE, SomeRows, clean_columns
from pangoprep.steps.cleaned_part import CleanedPart
from pangoprep.steps.spellings import WordCounts
from pangoprep.workbench.state import BenchState

# Of more rows than this share, reading all costs no more: columns that stay are recalled.
_MANY = 0.2
_FEW_ROWS = 1_000


class _NotInParts(Exception):  # noqa: N818 - no error: another way is taken
    """What the rows that changed do not tell; all have to be read."""


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
        The rows when they were last read as a whole, before this; None if there was no such time.
    """

    state: BenchState
    known: Report | None = None
    cleaned: CleanedPart | None = None
    whole: pd.DataFrame | None = None

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
        return clean(frame, plan)

    @property
    def _last_whole(self) -> pd.DataFrame:
        """The rows when they were last read as a whole."""
        if self.whole is None or (self.cleaned is None and "part" in vars(self)):
            return self.state.frame
        return self.whole

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
        same = _same_reading(self.state.plan, state.plan)
        changes = _changes(self.state, state, touched) if same else None
        few = max(_FEW_ROWS, _MANY * len(state.frame))
        if changes is not None and len(changes.rows) <= few:
            try:
                cleaned = _reread(self.part, self.state.plan, state, changes)
                return Reading(state, cleaned=cleaned, whole=self._last_whole)
            except _NotInParts:
                pass
        return Reading(state, whole=self._last_whole)


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


def _old(part: CleanedPart, before: PartPlan, rows: Rows, names: Sequence[str]) -> _Old:
    """Read the cells that changed as they were; all of their rows only where that is needed."""
    is_apart = not (before.values.by_field or before.values.made)
    is_apart &= not (part.given or before.fixes or before.fixes_file)
    is_apart &= all(name in before.facts and before.facts[name].item is None for name in names)
    is_apart &= TIMEZONE not in names
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
        raise _NotInParts
    if not part.evidence.keys() - stay <= new.evidence.keys() <= part.evidence.keys():
        raise _NotInParts
    raw = dict(part.raw)
    for name in old.names:
        series = state.frame[before.sources[name]] if old.is_apart else None
        if series is not None and raw[name].codes is None and is_arrow(series):
            raw[name] = as_it_is(series)  # the caller's own cells, kept once
        else:
            raw[name] = _column(raw[name], rows, new.raw[name])
    keys = part.keys
    if keys is not None:
        if new.keys is None:
            raise _NotInParts
        is_same = keys.take(rows)
        arrays = ("first", "second", "complete", "folded")
        if any(not np.array_equal(getattr(is_same, n), getattr(new.keys, n)) for n in arrays):
            keys = keys.with_rows(rows, new.keys)
    return CleanedPart(
        frame=state.frame,
        canonical=_canonical(part.canonical, rows, new.canonical),
        raw=raw,
        evidence=evidence,
        decisions=decisions,
        blocks=_blocks(part.blocks, rows, new.blocks, len(state.frame)),
        keys=keys,
        words=_words(part, old, new, raw),
        given={name: n - old.given[name] + new.given[name] for name, n in part.given.items()},
    )


def _others(every: Mapping[str, Evidence], own: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """Return what the cells of all other rows prove."""
    others = {}
    for name, evidence in own.items():
        left = every[name].without(evidence)
        if left is None:
            raise _NotInParts
        others[name] = left
    return others


def _column(column: Column, rows: Rows, new: Column) -> Column:
    is_same = column.at(rows).equals(new.at(np.arange(len(rows))))
    return column if is_same else column.with_rows(rows, new)


def _canonical(canonical: pd.DataFrame, rows: Rows, new: pd.DataFrame) -> pd.DataFrame:
    """Put new canonical values into some rows; columns that stay are the same ones."""
    old = rows_of(canonical, rows).reset_index(drop=True)
    if not set(new) <= set(canonical):
        raise _NotInParts
    changed = {}
    for name in canonical:
        if name not in new:  # a field that is made of others is there where some row has it
            if old[name].notna().any():
                changed[name] = _put(
                    canonical[name], rows, old[name].mask(np.ones(len(rows), dtype=bool))
                )
                if changed[name].isna().all():
                    raise _NotInParts
            continue
        if new[name].dtype != canonical[name].dtype:
            raise _NotInParts
        if not old[name].equals(new[name]):
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


def _blocks(blocks: Sequence[Block], rows: Rows, new: Sequence[Block], n_rows: int) -> list[Block]:
    told = [replace(block, rows=rows[block.rows]) for block in new]
    where = np.zeros(n_rows, dtype=bool)
    where[rows] = True
    return in_order([*(without_rows(block, where) for block in blocks), *told])


def _words(
    part: CleanedPart, old: _Old, new: CleanedPart, raw: Mapping[str, Column]
) -> dict[str, WordCounts]:
    """Count the words of all rows again, by those that went and those that came."""
    words = dict(part.words)
    for name in old.words.keys() & part.words.keys():
        counts = words_after(part.words[name], old.words[name], new.words[name], raw[name])
        if counts is None:
            raise _NotInParts
        words[name] = counts
    return words
