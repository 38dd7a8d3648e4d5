"""A file of any size after all stages: its rows lie on disk, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT, TEXT_DTYPE
from pangoprep.columns.column import Column, known_dictionary
from pangoprep.columns.few_rows import rows_of
from pangoprep.columns.types import Rows, Values
from pangoprep.large.staging import Slot, Tables, TableSink
from pangoprep.steps.as_pandas import to_pandas
from pangoprep.steps.cleaned_part import CleanedPart
from pangoprep.steps.examined import Examined
from pangoprep.steps.tally import Tally
from pangoprep.writing.formats import as_table


@dataclass(frozen=True)
class StagedPart:
    """The rows of a part, as far as somebody may ask for them.

    Parameters
    ----------
    rows
        Which rows of the whole these are.
    canonical
        The canonical values of all of them.
    came
        The rows that are held, as they came, with their positions in the part.
    cells
        What cells with findings held, by field: their positions in the part, and texts; without
        positions those of all rows.
    columns
        The fields it has values of.
    """

    rows: slice
    canonical: Slot
    came: Slot
    cells: Mapping[str, Slot]
    columns: Sequence[str]


_ROW, _TEXT = "pangoprep row", "text"


def set_aside(stage: TableSink, part: CleanedPart, rows: slice, key: str) -> StagedPart:
    """Set aside what a report may show of a part; ``key`` is the field that duplicates show."""
    held = np.flatnonzero(part.is_held)
    came = rows_of(part.frame, held)
    named = came.set_axis([str(place) for place in range(len(came.columns))], axis="columns")
    table = pa.Table.from_pandas(named, preserve_index=False).replace_schema_metadata(None)
    return StagedPart(
        rows,
        stage.put(_in_few_bytes(as_table(part.canonical), part)),
        stage.put(table.append_column(_ROW, pa.array(held))),
        {name: stage.put(table) for name, table in cells_found(part, key)},
        list(part.canonical),
    )


def _in_few_bytes(table: pa.Table, part: CleanedPart) -> pa.Table:
    """Write texts that repeat themselves once, where it is known how they do."""
    for place, name in enumerate(table.column_names):
        column = known_dictionary(part.texts[name]) if name in part.texts else None
        if column is not None:
            table = table.set_column(place, name, _encoded(column))
    return table


def _encoded(column: Column) -> Values:
    """Return a column with each text once, if it has that form."""
    if column.codes is None:
        return column.cells
    codes = pa.array(column.codes, mask=column.codes < 0)
    return pa.DictionaryArray.from_arrays(codes, column.distinct, safe=False)


def _written_out(table: pa.Table) -> pa.Table:
    """Give every row its own text again."""
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            texts = table.column(place).cast(field.type.value_type)
            table = table.set_column(place, field.name, texts)
    return table


def cells_found(part: CleanedPart, key: str) -> Iterator[tuple[str, pa.Table]]:
    """What the cells with findings held, by field, in the order of their rows.

    All cells are kept where any may still have a finding: of the key's field, whose rows may turn
    out to be duplicates, and of columns of few words, which the whole may write otherwise.
    """
    for name, column in part.raw.items():
        found = [block.rows for block in part.blocks if block.field == name]
        few = name in part.words and part.words[name].words is not None
        if name == key or (few and column.codes is not None):
            yield name, pa.table({_TEXT: _encoded(column)})
        elif found:
            is_found = np.zeros(len(column), dtype=bool)
            is_found[np.concatenate(found)] = True
            rows = np.flatnonzero(is_found)
            yield name, pa.table({_ROW: pa.array(rows), _TEXT: column.at(rows).cast(TEXT)})


@dataclass(frozen=True, eq=False, kw_only=True)
class ExaminedParts(Examined):
    """A file in parts after all stages.

    Parameters
    ----------
    stage
        Where the rows lie.
    parts
        The parts, in their order.
    read_again
        Gives the parts of the file anew, for rows that were not set aside.
    counted
        What cleaning did to the cells.
    """

    stage: Tables
    parts: Sequence[StagedPart]
    read_again: Callable[[], Iterator[pd.DataFrame]]
    counted: Tally

    @property
    def spans(self) -> Sequence[slice]:
        """The rows of each part."""
        return [part.rows for part in self.parts]

    def frames(self) -> Iterator[pd.DataFrame]:
        """Give the rows as they came, reading the file once more."""
        yield from self.read_again()

    def tally(self) -> Tally:
        """Count what cleaning did."""
        return self.counted

    def came(self, rows: Rows) -> pd.DataFrame:
        """Return rows as they came; those that are not held are read once more."""
        found = [self.held_of(part, rows_within(rows, part.rows)) for part in self.parts]
        if any(frame is None for frame in found):
            frames = zip(self.read_again(), self.parts, strict=True)
            found = [frame.iloc[rows_within(rows, part.rows)] for frame, part in frames]
        frame = pd.concat([one for one in found if one is not None])
        return frame.set_axis(self.labels(np.sort(rows)), axis="index")

    def held_of(self, part: StagedPart, rows: Rows) -> pd.DataFrame | None:
        """Return rows of a part that were set aside; None if some were not."""
        table = self.stage.get(part.came)
        known = table[_ROW].to_numpy()
        places = np.searchsorted(known, rows)
        if len(rows) and (places[-1] >= len(known) or (known[places] != rows).any()):
            return None
        frame = _text_frame(table.drop_columns([_ROW]).take(pa.array(places)))
        return frame.set_axis(pd.Index(self.columns), axis="columns")

    def canonical_rows(
        self, rows: Rows | None = None, names: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return canonical values, indexed by position."""
        tables = [self._shape] if names is None else []
        for part in self.parts:
            if rows is None:
                tables.append(_written_out(self.stage.get(part.canonical, names)))
            elif len(places := rows_within(rows, part.rows)):
                some = self.stage.get(part.canonical, names).take(pa.array(places))
                tables.append(_written_out(some))
        if not tables:
            some = self.stage.get(self.parts[0].canonical, names).slice(0, 0)
            tables = [_written_out(some)]
        frame = as_frame(pa.concat_tables(tables, promote_options="permissive"))
        index = np.arange(self.n_rows) if rows is None else np.sort(rows)
        if not len(frame.columns):
            return pd.DataFrame(index=index)
        return frame.set_axis(index, axis="index")

    @cached_property
    def _shape(self) -> pa.Table:
        """No rows, with the columns of all parts: one may lack years that no cell of it told."""
        fullest = max(self.parts, key=lambda part: len(part.columns))
        return _written_out(self.stage.get(fullest.canonical).slice(0, 0))

    def cells(self, name: str, rows: Rows) -> pa.Array:
        """Return what cells with findings held."""
        found: list[pa.Array] = [pa.array([], TEXT)]
        for part in self.parts:
            places = rows_within(rows, part.rows)
            if len(places):
                found.append(self._cells_of(part, name, places))
        return pa.concat_arrays(found)

    def _cells_of(self, part: StagedPart, name: str, rows: Rows) -> pa.Array:
        if name not in part.cells:
            return pa.nulls(len(rows), TEXT)
        own = self.stage.get(part.cells[name])
        places = np.searchsorted(own[_ROW].to_numpy(), rows) if _ROW in own.column_names else rows
        return own[_TEXT].take(pa.array(places)).cast(TEXT).combine_chunks()


def rows_within(rows: Rows, span: slice) -> Rows:
    """Return those of some ascending rows that a part has, counted from its start."""
    first, last = np.searchsorted(rows, [span.start, span.stop])
    some: Rows = rows[first:last] - span.start
    return some


def _text_frame(table: pa.Table) -> pd.DataFrame:
    columns = [TEXT_DTYPE.__from_arrow__(column) for column in table.columns]
    return pd.DataFrame(dict(enumerate(columns)))


def as_frame(table: pa.Table) -> pd.DataFrame:
    """Turn canonical values into pandas columns of the types that a frame in memory has."""
    columns: dict[str, Any] = {}
    table = _written_out(table)
    for name, column in zip(table.column_names, table.columns, strict=True):
        columns[name] = to_pandas(column)
    return pd.DataFrame(columns, copy=False)
