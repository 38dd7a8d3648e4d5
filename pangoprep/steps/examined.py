"""What the pipeline leaves behind for the report: the rows before and after, and the findings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Column, whole
from pangoprep.columns.few_rows import rows_of
from pangoprep.columns.types import Mask, Rows
from pangoprep.entities.base import Entity
from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.item_columns import list_of
from pangoprep.entities.masking import mask
from pangoprep.findings import LEFT_OUT, NOT_A_RECORD, Block
from pangoprep.fixes.file import FixesFile
from pangoprep.matching.fixes import Fixes
from pangoprep.matching.mapping import ColumnMap
from pangoprep.matching.values import Values
from pangoprep.normalizers.base import Evidence
from pangoprep.options import Options
from pangoprep.part_plan import PartPlan
from pangoprep.steps.cleaned_part import CleanedPart
from pangoprep.steps.tally import Tally, tally


@dataclass(frozen=True, eq=False, kw_only=True)
class Examined(ABC):
    """Rows after all stages, wherever they are kept. All a report says is worked out from this.

    Parameters
    ----------
    entity
        The model.
    sources
        The caller's column of each field.
    facts
        What is known of each field.
    evidence
        What the cells of a column prove of how it is read, by field.
    blocks
        The findings, worst first.
    is_held, is_superseded
        One boolean per row.
    n_shared_keys
        How many keys several rows have.
    options
        How cells were read.
    column_map
        How the columns were matched.
    fixes, fixes_file
        What the caller said some cells mean, by field; and the file of what was fixed before.
    values, given
        What the caller adds, and how many rows got it, by field.
    columns
        The caller's columns.
    index
        The caller's labels of the rows.
    attrs
        What the caller's frame says of itself, such as the file it was read from.
    indexes
        The labels of the rows of other frames that findings point to, by the frames' names.
    first, is_joined
        Where rows are items of records: the first row of each row's record, and one boolean per
        row, whether it is sent in that. Else None.
    item_tables
        The tables all of whose rows are items, by their names in the index.
    item_keys
        The columns of items that the caller gave to fields of the key.
    item_key_columns
        Those of all fields of the key.
    n_read_again
        How many parts of the rows were read twice, since the whole decides how they are read.
    """

    entity: type[Entity]
    sources: Mapping[str, Any]
    facts: Mapping[str, FieldFacts]
    evidence: Mapping[str, Evidence]
    blocks: Sequence[Block]
    is_held: Mask
    is_superseded: Mask
    n_shared_keys: int
    options: Options
    column_map: ColumnMap
    fixes: Fixes
    values: Values
    given: Mapping[str, int]
    columns: Sequence[Any]
    index: pd.Index
    attrs: Mapping[Any, Any]
    indexes: Mapping[str, pd.Index] = field(default_factory=dict)
    first: Rows | None = None
    is_joined: Mask | None = None
    fixes_file: FixesFile | None = None
    item_tables: frozenset[str] = frozenset()
    item_keys: Mapping[str, str] = field(default_factory=dict)
    item_key_columns: Mapping[str, str] = field(default_factory=dict)
    n_read_again: int = 0

    @property
    def n_rows(self) -> int:
        """How many rows came in."""
        return len(self.is_held)

    @cached_property
    def is_no_record(self) -> Mask:
        """Mark the rows that are no records: totals, signatures, the headers again."""
        return self._told_apart(NOT_A_RECORD)

    @cached_property
    def is_left_out(self) -> Mask:
        """Mark the rows that somebody left out in the workbench."""
        return self._told_apart(LEFT_OUT)

    def _told_apart(self, rule: str) -> Mask:
        marked = np.zeros(self.n_rows, dtype=bool)
        for block in self.blocks:
            if block.rule == rule:
                marked[block.rows] = True
        return marked & ~self.is_held

    @property
    def n_judged(self) -> int:
        """How many rows there are without the lines that are no records."""
        return self.n_rows - int(self.is_no_record.sum())

    @property
    def n_joined(self) -> int:
        """How many rows are sent in the record of another row."""
        return 0 if self.is_joined is None else int(self.is_joined.sum())

    @property
    def item_list(self) -> str:
        """The list whose objects the rows are; empty where rows are records."""
        return list_of(self.sources, self.entity)

    @property
    def ready_rows(self) -> Rows:
        """The positions of the rows that would be sent, ascending."""
        return self.ready_between(slice(0, self.n_rows))

    def ready_between(self, span: slice) -> Rows:
        """Return those of `ready_rows` from one position to before another."""
        stays = self.is_held[span] | self.is_superseded[span]
        stays |= self.is_no_record[span] | self.is_left_out[span]
        if self.is_joined is not None:
            stays |= self.is_joined[span]
        ready: Rows = np.flatnonzero(~stays) + span.start
        return ready

    @property
    def used_columns(self) -> set[Any]:
        """The caller's columns of which something is sent."""
        return {*self.sources.values(), *self.values.columns}

    def index_of(self, name: str) -> pd.Index:
        """The labels of the rows of a frame that findings point to; ``""`` is their own."""
        return self.indexes[name] if name else self.index

    def labels(self, rows: Rows) -> pd.Index:
        """Return the caller's labels of some rows, in any order."""
        return self.index.take(rows)

    def labels_pointed_to(self, name: str, rows: Rows) -> pd.Index:
        """Return the labels of rows that findings point to; ``""`` names their own frame."""
        return self.index_of(name).take(rows)

    @abstractmethod
    def frames(self) -> Iterator[pd.DataFrame]:
        """Give the rows as they came, in one frame or in several, in their order."""

    @abstractmethod
    def came(self, rows: Rows) -> pd.DataFrame:
        """Return some rows as they came: the caller's columns, values and labels."""

    @abstractmethod
    def canonical_rows(
        self, rows: Rows | None = None, names: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return canonical values of all rows or some, of all fields or some that there are."""

    def records(self, rows: Rows) -> pd.DataFrame:
        """Return canonical values of some rows as they are sent, in whole records."""
        values = self.canonical_rows(rows)
        prefix = f"{self.item_list}."
        return values[[name for name in values if len(prefix) == 1 or not name.startswith(prefix)]]

    @abstractmethod
    def cells(self, name: str, rows: Rows) -> pa.Array:
        """Return what the cells of a field held, as text, in rows that have a finding there.

        They are null where no column stands for the field.
        """

    def n_distinct(self, name: str, rows: Rows) -> int:
        """Count the different `cells` of some rows; empty ones are one of them."""
        return int(pc.count_distinct(self.cells(name, rows), "all").as_py())

    @abstractmethod
    def tally(self) -> Tally:
        """Count what cleaning did to the cells."""

    @property
    def spans(self) -> Sequence[slice]:
        """The rows that are best taken together, one span after the other."""
        return [slice(0, self.n_rows)]

    def keys(self, *, reveal: bool, rows: Rows | None = None) -> pa.Array:
        """The key of every row, or of some, as one text; masked unless revealed."""
        frame = self.canonical_rows(rows, self.entity.key)
        return row_keys(frame, self.entity.key, self.facts, reveal=reveal)


@dataclass(frozen=True, eq=False, kw_only=True)
class ExaminedFrame(Examined):
    """One frame after all stages.

    Parameters
    ----------
    frame
        The caller's frame, as it came.
    canonical
        Every row's canonical values, indexed by position.
    raw
        What the caller's cells held, as text, by field.
    plan, part
        What the rows become, and what is known of each without the others: for who reads some of
        them again. No part where they were checked against rows of another frame.
    """

    frame: pd.DataFrame
    canonical: pd.DataFrame
    raw: Mapping[str, Column]
    plan: PartPlan
    part: CleanedPart | None = None

    def frames(self) -> Iterator[pd.DataFrame]:
        """Give the caller's frame."""
        yield self.frame

    def came(self, rows: Rows) -> pd.DataFrame:
        """Return some rows as they came."""
        return rows_of(self.frame, rows)

    def canonical_rows(
        self, rows: Rows | None = None, names: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return canonical values."""
        # The columns first: to take rows of all forty costs more than the rest.
        frame = self.canonical
        if names is not None:
            frame = frame[[name for name in names if name in frame]]
        return frame if rows is None else rows_of(frame, rows)

    def cells(self, name: str, rows: Rows) -> pa.Array:
        """Return what cells held."""
        column = self.raw.get(name)
        return pa.nulls(len(rows), TEXT) if column is None else column.at(rows)

    def n_distinct(self, name: str, rows: Rows) -> int:
        """Count the different cells, without taking out those that are kept once."""
        column = self.raw.get(name)
        return super().n_distinct(name, rows) if column is None else column.n_distinct(rows)

    def tally(self) -> Tally:
        """Count what cleaning did."""
        return tally(self.facts, self.raw, self.canonical, self.blocks, self.options)


def row_keys(
    canonical: pd.DataFrame, key: Sequence[str], facts: Mapping[str, FieldFacts], *, reveal: bool
) -> pa.Array:
    """The key of every row as one text; parts are joined by `` + ``, absent ones are empty."""
    parts = []
    for name in key:
        if name in canonical:
            part = whole(pa.array(canonical[name], type=TEXT, from_pandas=True))
        else:
            part = pa.nulls(len(canonical), TEXT)
        part = part if reveal else mask(part, facts.get(name))
        parts.append(part.fill_null(""))
    if not parts:  # no field of the entity tells its records apart
        return pa.array([""] * len(canonical), TEXT)
    joined = parts[0]
    for part in parts[1:]:
        joined = pc.binary_join_element_wise(joined, part, pa.scalar(" + ", TEXT))
    return joined
