"""Checking rows that come in parts: what it says of a row is what one frame of all would say.

Each part is cleaned once, with what the parts before it prove of how columns are read. What all of
them prove may decide otherwise for some: those are read and cleaned again. Rows are compared by
hashes of their keys, and everything else lies on disk until somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice
from operator import add
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import as_text
from pangoprep.columns.distinct_values import DistinctValues
from pangoprep.columns.types import Mask, Rows
from pangoprep.errors import ReadError
from pangoprep.findings import Block, in_order, rows_with
from pangoprep.large.examined_parts import ExaminedParts, StagedPart, as_frame, set_aside
from pangoprep.large.record_cuts import RecordCuts
from pangoprep.large.staged_keys import StagedKeys, join_staged, resolve_staged, set_keys_aside
from pangoprep.large.staging import Slot, Stage
from pangoprep.memory import OF_PARTS, release_unused
from pangoprep.normalizers.base import Evidence, with_others
from pangoprep.part_plan import PartPlan
from pangoprep.pipeline import clean, decide, known_of, spelled_otherwise
from pangoprep.reading.joining import join_indexes, join_sources
from pangoprep.reading.pieces import SOURCE
from pangoprep.steps.check import refuse_checks_across_rows
from pangoprep.steps.cleaned_part import CleanedPart
from pangoprep.steps.item_rows import Strangers
from pangoprep.steps.references import Records
from pangoprep.steps.spellings import WordCounts, usual_of_these, usual_spellings
from pangoprep.steps.strangers import Said, find_strangers, placed, said_by
from pangoprep.steps.tally import Tally, tally

Frames = Callable[[], Iterator[pd.DataFrame]]
# Where the rows of other parts lie that a part needs: of parts before it, and after it.
_Others = tuple[list[Slot], list[Slot]]


@dataclass(frozen=True, eq=False)
class _OwnRows:
    """What is kept of a part where rows are items.

    Parameters
    ----------
    alone
        Where it lies what the rows say by themselves.
    said
        Which fields of their records they say something of.
    first
        The first row of each row's record, counted from the part's first.
    """

    alone: Slot
    said: Said
    first: Rows


@dataclass(frozen=True, eq=False)
class _Part:
    """What is kept in memory of a part.

    ``counted`` is the tally of the fields whose reading may still change.
    """

    staged: StagedPart
    blocks: Sequence[Block]
    is_held: Mask
    keys: StagedKeys | None
    words: Mapping[str, WordCounts]
    index: pd.Index
    evidence: Mapping[str, Evidence]
    decisions: Mapping[str, Hashable]
    counted: Tally
    given: Mapping[str, int]
    own: _OwnRows | None = None


def examine_parts(
    frames: Frames,
    plan_of: Callable[[pd.DataFrame], PartPlan],
    records: Records | None = None,
    *,
    name: str = "",
) -> ExaminedParts:
    """Run all stages on rows that come in parts.

    Parameters
    ----------
    frames
        Gives the parts in their order, every time the same. Their row labels must not repeat.
    plan_of
        Says what the rows become; the first part decides.
    records
        Those that rows may name.
    name
        What the parts come from, if they are several files.

    Raises
    ------
    UsageError
        If the entity has a check that only all rows together can answer.
    """
    cuts = RecordCuts(frames, plan_of)
    run: _Examination | None = None
    for frame in cuts():
        if run is None:
            refuse_checks_across_rows(cuts.plan.entity)
            run = _Examination(cuts.plan, records)
        release_unused(above=OF_PARTS)  # of what reading took
        run.add(frame)
        del frame  # or it would lie beside the next while that is read
    assert run is not None  # noqa: S101 - a file has at least one part
    n_again = _again(run, cuts, dict.fromkeys(run.read_otherwise()))
    n_again += _again(run, cuts, run.hand_over())
    return run.examined(cuts, n_again, name)


def _again(run: _Examination, frames: Frames, parts: Mapping[int, _Others | None]) -> int:
    """Read some parts again, with the rows of others that they need; return how many."""
    if parts:
        for number, frame in enumerate(islice(frames(), max(parts) + 1)):
            if number in parts:
                run.replace(number, frame, parts[number])
    return len(parts)


class _Examination:
    """The parts so far, and what they prove."""

    def __init__(self, plan: PartPlan, records: Records | None) -> None:
        self._plan, self._records = plan, records
        self._stage = Stage()
        self._parts: list[_Part] = []
        self._known: dict[str, Evidence] = {}
        self._counted: Tally | None = None
        self._distinct: dict[str, DistinctValues] = {}
        self._sources: list[dict[str, Any]] = []
        self._columns: list[Any] = []
        self._n_rows = 0

    def add(self, frame: pd.DataFrame) -> None:
        """Clean the next part."""
        part = clean(frame, self._plan, self._records, self._known)
        rows = slice(self._n_rows, self._n_rows + len(frame))
        counted = self._tally(part)
        release_unused(above=OF_PARTS)
        # What cells hold is the same however they are read.
        for name in self._open_fields() & counted.columns.keys():
            before = self._distinct.get(name, DistinctValues.none())
            self._distinct[name] = before + counted.columns[name].distinct
        settled = self._only(counted, open_=False)
        self._counted = settled if self._counted is None else self._counted + settled
        self._parts.append(self._kept(part, rows, counted))
        for name, own in part.evidence.items():
            self._known[name] = with_others(own, self._known.get(name))
        self._n_rows += len(frame)
        self._columns = list(frame.columns)
        if source := frame.attrs.get(SOURCE):
            self._sources.append(source)

    def read_otherwise(self) -> set[int]:
        """Return the numbers of the parts that the whole reads otherwise than they were read."""
        whole = decide(self._known, self._plan)
        return {
            number
            for number, part in enumerate(self._parts)
            if any(decision != whole[name] for name, decision in part.decisions.items())
        }

    def hand_over(self) -> dict[int, _Others]:
        """Set aside the rows that other parts need, where a record has rows in several."""
        said = [part.own.said for part in self._parts if part.own is not None]
        if not said:
            return {}
        starts = np.array([part.staged.rows.start for part in self._parts])
        lengths = [len(part.is_held) for part in self._parts]
        of_part = np.repeat(np.arange(len(starts)), lengths)
        every = [part.keys for part in self._parts if part.keys is not None]
        keys = join_staged(self._stage, every)
        found = find_strangers(keys, of_part, np.concatenate(said))
        given: dict[int, _Others] = {n: ([], []) for n in np.unique(found.targets).tolist()}
        for number, part in enumerate(self._parts):
            if part.own is None or not (going := found.of_rows(part.staged.rows)):
                continue
            alone = self._stage.get(part.own.alone)
            for target, rows in going.items():
                table = placed(alone, rows, int(starts[number] - starts[target]))
                given[target][number > target].append(self._stage.put(table))
        return given

    def replace(self, number: int, frame: pd.DataFrame, others: _Others | None = None) -> None:
        """Clean a part again, with what all the others prove, and the rows of them it needs."""
        before = self._parts[number]
        if len(frame) != before.staged.rows.stop - before.staged.rows.start:
            raise ReadError("The file was changed while it was read. Read it again.")
        proved: dict[str, Evidence] = {}
        for part in (*self._parts[:number], *self._parts[number + 1 :]):
            for name, own in part.evidence.items():
                proved[name] = with_others(own, proved.get(name))
        strangers = None
        if others is not None:
            strangers = Strangers(*(list(map(self._stage.get, slots)) for slots in others))
        part_again = clean(frame, self._plan, self._records, proved, strangers)
        counted = self._tally(part_again)
        self._parts[number] = self._kept(part_again, before.staged.rows, counted)

    def examined(self, frames: Frames, n_read_again: int, name: str) -> ExaminedParts:
        """Compare the rows of all parts, and put together what is known of them."""
        plan = self._plan
        parts = self._parts = self._spelled()
        held = np.concatenate([part.is_held for part in parts])
        resolved = resolve_staged(plan, self._stage, [part.keys for part in parts], held)
        release_unused(above=OF_PARTS)
        blocks = [b.shifted(part.staged.rows.start) for part in parts for b in part.blocks]
        counted = self._counted
        assert counted is not None  # noqa: S101 - there is at least one part
        last = reduce(add, [part.counted for part in parts])
        columns = {**counted.columns, **last.columns}
        for name, distinct in self._distinct.items():
            columns[name] = replace(columns[name], distinct=distinct)
        whole = Tally(
            {name: columns[name] for name in plan.facts if name in columns},
            {**counted.added, **last.added},
        )
        return ExaminedParts(
            **known_of(plan),
            evidence=self._known,
            blocks=in_order([*blocks, *resolved.blocks]),
            is_held=resolved.is_held,
            is_superseded=resolved.is_superseded,
            n_shared_keys=resolved.n_shared_keys,
            columns=self._columns,
            index=join_indexes([part.index for part in parts]),
            attrs={SOURCE: join_sources(self._sources, name)} if self._sources else {},
            indexes=self._records.indexes if self._records else {},
            stage=self._stage,
            parts=[part.staged for part in parts],
            read_again=frames,
            n_read_again=n_read_again,
            counted=whole,
            given={name: sum(part.given[name] for part in parts) for name in parts[0].given},
            first=_joined_firsts(parts),
            is_joined=resolved.is_joined,
        )

    def _spelled(self) -> list[_Part]:
        """Add the findings about words that the whole usually writes otherwise."""
        words: dict[str, WordCounts] = {}
        for part in self._parts:
            for name, own in part.words.items():
                words[name] = words[name] + own if name in words else own
        usual = usual_spellings(words)
        return [self._with_spellings(part, usual) for part in self._parts] if usual else self._parts

    def _with_spellings(self, part: _Part, usual: Mapping[str, Mapping[str, str]]) -> _Part:
        here = usual_of_these(usual, part.words)
        if not here:
            return part
        said = part.staged.canonical if part.own is None else part.own.alone
        frame = as_frame(self._stage.get(said, list(here)))
        found = spelled_otherwise(
            self._plan, here, lambda name: as_text(frame[name]), part.blocks, len(part.is_held)
        )
        is_held = part.is_held | rows_with(found, "error", len(part.is_held))
        return replace(part, blocks=[*part.blocks, *found], is_held=is_held)

    def _kept(self, part: CleanedPart, rows: slice, counted: Tally) -> _Part:
        return _Part(
            staged=set_aside(self._stage, part, rows, next(iter(self._plan.entity.key), "")),
            blocks=in_order(part.blocks),
            is_held=part.is_held,
            keys=None if part.keys is None else set_keys_aside(self._stage, part.keys, rows),
            words=part.words,
            index=_without_numbers(part.frame.index),
            evidence=part.evidence,
            decisions=part.decisions,
            counted=self._only(counted, open_=True),
            given=part.given,
            own=None
            if part.alone is None or part.first is None
            else _OwnRows(
                self._stage.put(pa.table(dict(part.alone))), said_by(part.alone), part.first
            ),
        )

    def _tally(self, part: CleanedPart) -> Tally:
        return tally(self._plan.facts, part.raw, part.canonical, part.blocks, self._plan.options)

    def _only(self, counted: Tally, *, open_: bool) -> Tally:
        """Take the counts of the fields whose reading the whole decides, or of the others."""
        names = self._open_fields()
        columns = {name: one for name, one in counted.columns.items() if (name in names) == open_}
        if open_:  # these are kept for each part, and are many
            none = DistinctValues.none()
            columns = {name: replace(one, distinct=none) for name, one in columns.items()}
        return Tally(
            columns,
            {name: n for name, n in counted.added.items() if (name in names) == open_},
        )

    def _open_fields(self) -> Set[str]:
        """The fields that are read as evidence decides, and those that take their years."""
        plan = self._plan
        if plan.item_list:  # what a row leaves empty, rows of other parts may fill
            return plan.facts.keys()
        dated = [
            name
            for name in (*plan.sources, *plan.values.made)
            if plan.facts[name].normalizer in _DECIDED
        ]
        return {*dated, *(plan.facts[name].parameters.get("year_to", "") for name in dated)}


# The normalizers that read a column as a whole.
_DECIDED = ("date", "date_text", "decimal", "items")


def _without_numbers(index: pd.Index) -> pd.Index:
    """Keep only the first and the last number where none between is left out."""
    if index.dtype != np.int64 or not len(index) or (np.diff(index) != 1).any():
        return index
    return pd.RangeIndex(index[0], index[-1] + 1, name=index.name)


def _joined_firsts(parts: Sequence[_Part]) -> Rows | None:
    """Return the first row of each row's record, counted from the first of all."""
    firsts = [part.own.first + part.staged.rows.start for part in parts if part.own is not None]
    return np.concatenate(firsts) if firsts else None
