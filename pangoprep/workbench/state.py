"""What a workbench's steps change: the rows, and how they are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.close_names import did_you_mean
from pangoprep.columns.cache import last_made
from pangoprep.columns.cell_text import TEXT, as_text
from pangoprep.columns.column import Column, as_it_is, put_some, take_some
from pangoprep.columns.few_rows import is_arrow
from pangoprep.columns.types import Mask, Rows
from pangoprep.errors import OptionError, UsageError
from pangoprep.matching.values import read_values
from pangoprep.options import Options
from pangoprep.part_plan import PartPlan
from pangoprep.planning import plan_columns
from pangoprep.sentence import Sentence
from pangoprep.steps.clean_field import JOB

#: New texts; or cells as they were, of any type.
Cells: TypeAlias = pa.Array | list[Any]


@dataclass(frozen=True, eq=False)
class BenchState:
    """The rows as they are now, and what they become.

    Parameters
    ----------
    frame
        The caller's rows with the fixes so far; the caller's own frame is never changed.
    plan
        Which column is which field, and how cells are read.
    gave_way
        Field -> the column that stood for it until a value for every row did.
    """

    frame: pd.DataFrame
    plan: PartPlan
    gave_way: Mapping[str, Any] = field(default_factory=dict)

    def column_of(self, field: str) -> Any:
        """Return the caller's column of a field.

        Raises
        ------
        UsageError
            If no column stands for the field.
        """
        if field not in self.plan.sources:
            raise self._no_column(field)
        return self.plan.sources[field]

    def _no_column(self, field: Any) -> UsageError:
        """Say what to call instead of a field that no column stands for."""
        for name, column in self.plan.sources.items():
            if field == column:
                return UsageError(
                    Sentence("{1!r} is a column of yours; its field is called {2!r}.", field, name)
                )
        if field in list(self.frame.columns):
            return UsageError(
                Sentence(
                    "{1!r} is a column of yours that no field is made of. Say which: "
                    "bench.map({1!r}, field).",
                    field,
                )
            )
        hint = did_you_mean(field, self.plan.sources)
        hint = hint or Sentence(" To say which does: bench.map(column, {1!r}).", field)
        return UsageError(
            Sentence("No column stands for {1!r}, so there is nothing to fix.{2}", field, hint)
        )

    def texts(self, field: str) -> pa.Array:
        """Return what the cells of a field hold, as text."""
        texts = as_text(self.frame[self.column_of(field)])
        whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        return whole.cast(TEXT)

    def cells(self, field: str) -> Column:
        """Return what the cells of a field hold; each text once, if cleaning found that it pays."""
        series = self.frame[self.column_of(field)]
        known = last_made(series, JOB)
        return as_it_is(series) if known is None else known.raw

    def rows_with(self, field: str, values: Collection[str]) -> tuple[Rows, Rows]:
        """Return the rows whose cell is one of some values, and the place of that one in each."""
        cells = self.cells(field)
        if cells.codes is not None:
            places = pc.fill_null(pc.index_in(cells.distinct, pa.array(list(values), TEXT)), -1)
            which = np.append(places.to_numpy(), -1)[cells.codes].astype(np.int64)
            rows = np.flatnonzero(which >= 0)
            return rows, which[rows]
        texts = as_text(self.frame[self.column_of(field)])
        known = pa.array(list(values), texts.type)
        rows = np.flatnonzero(pc.is_in(texts, known).to_numpy(zero_copy_only=False))
        return rows, pc.index_in(take_some(texts, rows), known).to_numpy().astype(np.int64)

    def with_cells(self, field: str, rows: Rows, values: pa.Array) -> BenchState:
        """Return the state with other cells of a field in some rows."""
        column = self.column_of(field)
        frame = self.frame.copy(deep=False)
        frame[column] = put_cells(frame[column], rows, values)
        return replace(self, frame=frame)

    def without(self, rows: Mapping[int, str | None]) -> BenchState:
        """Return the state with some rows left out, by their positions, each with its reason.

        A row without a reason is taken back.
        """
        every = {**self.plan.left_out, **rows}
        known = {row: reason for row, reason in every.items() if reason is not None}
        return replace(self, plan=replace(self.plan, left_out=known))

    def read_by(
        self,
        *,
        options: Mapping[str, Any] | None = None,
        mapping: Mapping[Any, str] | None = None,
        values: Mapping[str, Any] | None = None,
        step: int = 0,
    ) -> BenchState:
        """Return the state with its cells read in another way: as for `validate`.

        A value that is None is added no more: the column that it stood instead of is read again.
        ``step`` is the number of the step that says so.
        """
        plan = self.plan
        known = {column: field for field, column in plan.sources.items()}
        new = [one.column for one in plan.not_sent if one.is_new and one.column not in known]
        left = [match.column for match in plan.column_map.matches if match.is_left_out]
        known |= dict.fromkeys([*new, *(name for name in left if name not in known)], "")
        for column, wanted in (mapping or {}).items():
            if column not in list(self.frame.columns):
                hint = did_you_mean(column, [str(name) for name in self.frame.columns])
                raise UsageError(Sentence("The frame has no column {1!r}.{2}", column, hint))
            freed = [one for one, name in known.items() if name == wanted and one != column]
            known |= dict.fromkeys(freed, "") if wanted else {}
            known[column] = wanted
        new_values = {name: how for name, how in (values or {}).items() if how is not None}
        gone = [name for name in values or {} if name not in new_values]
        added = {**self._added_without(gone), **new_values}
        told = read_values(new_values, plan.entity, self.frame.columns)
        gave_way = {one: old for one, old in self.gave_way.items() if old not in (mapping or {})}
        for name in told.instead:  # what is added stands instead of the column
            for column in [one for one, known_as in known.items() if known_as == name]:
                gave_way[name] = column
                known[column] = ""
        for name in gone:
            if name in gave_way and name not in known.values():
                known[gave_way.pop(name)] = name
        fixes = {name: pairs for name, pairs in plan.fixes.items() if name in known.values()}
        made = plan_columns(
            self.frame,
            plan.entity,
            changed_options(plan.options, options or {}),
            mapping=known,
            fixes=fixes,
            fixes_file=plan.fixes_file,
            values=added,
            may_lack=True,
            new_columns=[name for name in new if name not in (mapping or {})],
        )
        found = made.column_map.after_step(plan.column_map, mapping or {}, step)
        plan = replace(made, left_out=plan.left_out, column_map=found)
        return replace(self, plan=plan, gave_way=gave_way)

    def _added_without(self, fields: Sequence[str]) -> dict[str, Any]:
        """Return what is added to rows, without some fields."""
        added = dict(self.plan.values.written)
        for name in fields:
            if name not in added:
                hint = did_you_mean(name, added) or Sentence(
                    " There are {1}.", ", ".join(added) or "none"
                )
                raise UsageError(
                    Sentence("Nothing is added for {1!r}, so nothing was removed.{2}", name, hint)
                )
            del added[name]
        return added


def cells_of(series: pd.Series, rows: Rows) -> Cells:
    """Return some cells of a column, as `put_cells` takes them."""
    if is_arrow(series):
        return take_some(series.array.__arrow_array__(), rows)
    return list(series.array.take(rows))


def put_cells(series: pd.Series, rows: Rows, values: Cells) -> pd.Series:
    """Return a column with other cells in some rows."""
    dtype = series.dtype
    if is_arrow(series):
        new = values if isinstance(values, pa.Array) else pa.array(values, TEXT, from_pandas=True)
        if (rows[1:] < rows[:-1]).any():
            order = np.argsort(rows, kind="stable")
            rows, new = rows[order], new.take(pa.array(order))
        return pd.Series(dtype.__from_arrow__(put_some(as_text(series), rows, new)), series.index)
    cells = series.astype(object)  # numbers and dates beside stay what they are
    cells.iloc[rows] = values.to_pylist() if isinstance(values, pa.Array) else values
    return cells.astype(dtype) if isinstance(dtype, pd.StringDtype) else cells


def changed_options(options: Options, changes: Mapping[str, Any]) -> Options:
    """Return options with some of them changed.

    Raises
    ------
    OptionError
        If there is no such option, or a value cannot be used.
    """
    known = [option.name for option in fields(Options)]
    for name in changes:
        if name not in known:
            hint = did_you_mean(name, known)
            raise OptionError(
                Sentence("Unknown option {1!r}.{2} There are {3}.", name, hint, ", ".join(known))
            )
    unsaid: dict[str, Any] = {"lang": None} if options.is_unsaid("lang") else {}
    return replace(options, **unsaid | dict(changes))


def mask_of(rows: Rows, n_rows: int) -> Mask:
    """Mark rows, as one boolean per row.

    Raises
    ------
    UsageError
        If there are no such rows.
    """
    if len(rows) and (rows.min() < 0 or rows.max() >= n_rows):
        raise UsageError(
            Sentence(
                "There are rows 0 to {1:,}, counted as in report.findings['row']; not {2:,}.",
                n_rows - 1,
                int(rows.max() if rows.max() >= n_rows else rows.min()),
            )
        )
    marked = np.zeros(n_rows, dtype=bool)
    marked[rows] = True
    return marked
