"""What is known of each part of a report over many machines, and its rows in the folder."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.types import Mask, Rows
from pangoprep.engines.folder import FolderStage
from pangoprep.findings import Block, OtherRows, in_order
from pangoprep.large.examined_parts import ExaminedParts, StagedPart
from pangoprep.large.staging import Slot
from pangoprep.normalizers.base import Evidence
from pangoprep.steps.as_pandas import is_items, to_pandas
from pangoprep.steps.spellings import WordCounts
from pangoprep.steps.tally import Tally

#: The column that has the first row of each row's record.
FIRST = "first"


@dataclass(frozen=True, eq=False)
class CleanPart:
    """What a task says of a part it cleaned. It is small: what is large lies in the folder.

    Parameters
    ----------
    number
        Which part it is.
    staged
        Where its rows lie, counted from its own first.
    blocks, counted
        Where its findings and its tally lie.
    heads
        Its findings without their rows, and how many they are.
    labels
        Its row labels: where they lie, or themselves where they only count.
    keys
        Where its keys lie, one table for each bucket; None if a field of the key is not there.
    alone, first
        Where rows are items: where it lies what they say by themselves, and the first row of each
        row's record, counted from the part's first.
    words
        The words of columns that have few, by field.
    given
        How many values were added to rows, by field.
    evidence, decisions
        What its cells prove of how columns are read, and how they were.
    schema
        Its canonical columns; a field may be there in some parts only.
    columns, source
        The caller's columns, and what was read.
    """

    number: int
    staged: StagedPart
    blocks: Slot
    counted: Slot
    heads: Sequence[tuple[Block, int]]
    labels: Slot | pd.RangeIndex
    keys: Sequence[Slot] | None
    alone: Slot | None
    first: Slot | None
    words: Mapping[str, WordCounts]
    given: Mapping[str, int]
    evidence: Mapping[str, Evidence]
    decisions: Mapping[str, Hashable]
    schema: pa.Schema
    columns: Sequence[Any]
    source: Mapping[str, Any]

    @property
    def n_rows(self) -> int:
        """How many rows it has."""
        return int(self.staged.rows.stop - self.staged.rows.start)

    def starting_at(self, start: int) -> StagedPart:
        """Return where its rows lie, counted from the first of all."""
        return replace(self.staged, rows=slice(start, start + self.n_rows))


@dataclass(frozen=True, eq=False)
class Shared:
    """What the rows of one bucket of keys say of each other.

    Parameters
    ----------
    parts
        Where it lies, for each part.
    heads
        The findings without their rows, and how many they are.
    n_keys
        How many keys several rows have.
    """

    parts: Sequence[Slot]
    heads: Sequence[tuple[Block, int]]
    n_keys: int


#: What stands for a finding where a row is superseded, or sent in the record of another; findings
#: are counted from 0.
JOINED, SUPERSEDED = -2, -1


def shared_blocks(
    stage: FolderStage, shared: Sequence[Shared], number: int
) -> tuple[list[Block], Rows, Rows]:
    """Return what other rows say of those of a part: findings, superseded and joined rows."""
    blocks: list[Block] = []
    superseded = [np.empty(0, np.int64)]
    joined = [np.empty(0, np.int64)]
    for bucket in shared:
        table = stage.get(bucket.parts[number])
        kind, rows, others = (table[name].to_numpy() for name in ("kind", "row", "other"))
        superseded.append(rows[kind == SUPERSEDED])
        joined.append(rows[kind == JOINED])
        for place, (head, _) in enumerate(bucket.heads):
            found = kind == place
            pointed = None if head.others is None else OtherRows(others[found])
            blocks.append(replace(head, rows=rows[found], others=pointed))
    return blocks, np.concatenate(superseded), np.concatenate(joined)


@dataclass(frozen=True, eq=False)
class Labels:
    """The row labels of all parts, looked up part by part.

    Parameters
    ----------
    stage
        Where they lie.
    starts
        The position of the first row of each part, and behind the last how many rows there are.
    labels
        Of each part: where its labels lie, or themselves.
    """

    stage: FolderStage
    starts: np.ndarray[Any, np.dtype[np.int64]]
    labels: Sequence[Slot | pd.RangeIndex]

    def of_part(self, number: int) -> pd.Index:
        """Return the labels of a part."""
        labels = self.labels[number]
        if isinstance(labels, Slot):
            found: pd.Index = self.stage.get_object(labels)
            return found
        return labels

    def take(self, rows: Rows) -> pd.Index:
        """Return the labels of some rows, in any order."""
        if not len(rows):
            return self.of_part(0)[:0]
        which = np.searchsorted(self.starts, rows, side="right") - 1
        numbers = np.unique(which)
        found = [
            self.of_part(number).take(rows[which == number] - self.starts[number])
            for number in numbers.tolist()
        ]
        order = np.argsort(np.argsort(which, kind="stable"), kind="stable")
        return found[0].append(found[1:]).take(order)

    def all(self) -> pd.Index:
        """Return all labels."""
        first, *others = [self.of_part(number) for number in range(len(self.labels))]
        return first.append(others)


class _Loaded:
    """An attribute that is loaded when somebody asks for it; it is given what loads it."""

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, owner: Any, _: type | None = None) -> Any:
        if owner is None:
            return self
        kept = owner.__dict__
        if self._name not in kept:
            kept[self._name] = kept[f"load {self._name}"]()
        return kept[self._name]

    def __set__(self, owner: Any, value: Any) -> None:
        place = f"load {self._name}" if callable(value) else self._name
        owner.__dict__[place] = value


class ExaminedFolder(ExaminedParts):
    """Rows after all stages that lie in a folder. Findings and labels are loaded on first use.

    ``labels_of`` gives the labels of rows that findings point to, by the names of their frames.
    """

    stage: FolderStage
    index = _Loaded()
    blocks = _Loaded()
    first = _Loaded()
    counted = _Loaded()
    labels_of: Mapping[str, Labels]
    no_record: Mask

    def with_labels(self, labels_of: Mapping[str, Labels]) -> Self:
        """Say where labels are found without loading all."""
        object.__setattr__(self, "labels_of", labels_of)
        return self

    def labels_pointed_to(self, name: str, rows: Rows) -> pd.Index:
        """Return labels of rows of a frame, from the parts they are in."""
        return self.labels_of[name].take(rows)

    def held_of(self, part: StagedPart, rows: Rows) -> pd.DataFrame | None:
        """Return rows of a part that were set aside, with the types they came with."""
        known, frame = self.stage.get_object(part.came)
        places = np.searchsorted(known, rows)
        if len(rows) and (places[-1] >= len(known) or (known[places] != rows).any()):
            return None
        return frame.iloc[places]


class ExaminedPart(ExaminedFolder):
    """One part, all of whose tables are made at once."""

    @cached_property
    def _masked_keys(self) -> pa.Array:
        return super().keys(reveal=False)

    def keys(self, *, reveal: bool, rows: Rows | None = None) -> pa.Array:
        """Return keys; masked ones are made once for all tables."""
        if reveal or rows is None:
            return super().keys(reveal=reveal, rows=rows)
        return self._masked_keys.take(pa.array(rows))


class ExaminedWhole(ExaminedFolder):
    """All parts together, where they were examined."""

    def labels(self, rows: Rows) -> pd.Index:
        """Return labels of rows from the parts they are in."""
        return self.labels_of[""].take(rows)

    @property
    def is_no_record(self) -> Mask:
        """Mark the rows that are no records."""
        return self.no_record

    @property
    def is_left_out(self) -> Mask:
        """Mark no row: a workbench has all its rows in one frame."""
        return np.zeros(self.n_rows, dtype=bool)


def blocks_of_all(
    stage: FolderStage,
    parts: Sequence[CleanPart],
    starts: np.ndarray[Any, np.dtype[np.int64]],
    shared: Sequence[Shared],
) -> Any:
    """Return what loads the findings of all parts."""

    def each() -> Iterator[Block]:
        for part, start in zip(parts, starts, strict=False):
            told, *_ = shared_blocks(stage, shared, part.number)
            yield from (block.shifted(start) for block in stage.get_object(part.blocks))
            yield from (replace(block, rows=block.rows + start) for block in told)

    return lambda: in_order(list(each()))


def firsts_of_all(
    stage: FolderStage, parts: Sequence[CleanPart], starts: np.ndarray[Any, np.dtype[np.int64]]
) -> Any:
    """Return what loads the first row of each row's record; None where rows are no items."""
    slots = [part.first for part in parts if part.first is not None]
    if not slots:
        return None
    return lambda: np.concatenate(
        [first_of(stage, slot) + start for slot, start in zip(slots, starts, strict=False)]
    )


def first_of(stage: FolderStage, slot: Slot) -> Rows:
    """Return the first row of each row's record, counted from the first of its part."""
    first: Rows = stage.get(slot)[FIRST].to_numpy()
    return first


def schema_of(parts: Sequence[CleanPart]) -> pa.Schema:
    """Return the canonical columns of all parts."""
    # A part may lack years that no cell of it has told; one that has all knows their order.
    schemas = sorted((part.schema for part in parts), key=len, reverse=True)
    return pa.unify_schemas(schemas, promote_options="permissive")


def of_records(schema: pa.Schema, item_list: str) -> pa.Schema:
    """Return the columns of records as they are sent: items are in their lists alone."""
    if not item_list:
        return schema
    return pa.schema([one for one in schema if not one.name.startswith(f"{item_list}.")])


def with_columns(frame: pd.DataFrame, schema: pa.Schema) -> pd.DataFrame:
    """Give canonical rows of a part the columns that only other parts have, empty."""
    columns: dict[str, Any] = {}
    for one in schema:
        if one.name not in frame:
            columns[one.name] = to_pandas(pa.nulls(len(frame), one.type))
        elif is_items(one.type):  # no part need have objects with all that they can hold
            lists = pa.chunked_array([pa.array(frame[one.name])])
            tables = [pa.table({one.name: some}) for some in (pa.nulls(0, one.type), lists)]
            every = pa.concat_tables(tables, promote_options="permissive")
            columns[one.name] = to_pandas(every[one.name])
    return frame.assign(**columns)[schema.names] if columns else frame


def tally_of(stage: FolderStage, parts: Sequence[CleanPart]) -> Tally:
    """Add up what cleaning did to all parts, in their order."""
    whole: Tally | None = None
    for part in parts:
        own: Tally = stage.get_object(part.counted)
        whole = own if whole is None else whole + own
    assert whole is not None  # noqa: S101 - there is at least one part
    return whole
