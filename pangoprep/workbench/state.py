"""What a workbench's steps change: the rows, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.close_names import did_you_mean
from pangoprep.columns.cell_text import TEXT, as_text
from pangoprep.columns.column import put_some, take_some
from pangoprep.columns.types import Mask, Rows
from pangoprep.errors import OptionError, UsageError
from pangoprep.matching.values import read_values
from pangoprep.options import Options
from pangoprep.planning import PartPlan, plan_columns
from pangoprep.sentence import Sentence


@dataclass(frozen=True, eq=False)
class BenchState:
    """The rows as they are now, and what they become.

    Parameters
    ----------
    frame
        The caller's rows with the fixes so far; the caller's own frame is never changed.
    plan
        Which column is which field, and how cells are read.
    """

    frame: pd.DataFrame
    plan: PartPlan

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
                return UsageError(f"{field!r} is a column of yours; its field is called {name!r}.")
        if field in list(self.frame.columns):
            return UsageError(
                f"{field!r} is a column of yours that no field is made of. Say which: "
                f"bench.map({field!r}, field)."
            )
        hint = did_you_mean(field, self.plan.sources)
        hint = hint or Sentence(" To say which does: bench.map(column, {1!r}).", field)
        return UsageError(f"No column stands for {field!r}, so there is nothing to fix.{hint}")

    def texts(self, field: str) -> pa.Array:
        """Return what the cells of a field hold, as text."""
        texts = as_text(self.frame[self.column_of(field)])
        whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        return whole.cast(TEXT)

    def rows_with(self, field: str, values: Mapping[str, Any]) -> tuple[Rows, list[str]]:
        """Return the rows whose cell is one of some values, and which one it is in each."""
        texts = as_text(self.frame[self.column_of(field)])
        found = pc.is_in(texts, pa.array(list(values), texts.type))
        rows = np.flatnonzero(found.to_numpy(zero_copy_only=False))
        return rows, take_some(texts, rows).to_pylist()

    def with_cells(self, field: str, rows: Rows, values: list[str | None]) -> BenchState:
        """Return the state with other cells of a field in some rows."""
        column = self.column_of(field)
        frame = self.frame.copy(deep=False)
        frame[column] = put_cells(frame[column], rows, values)
        return replace(self, frame=frame)

    def without(self, rows: Mapping[int, str]) -> BenchState:
        """Return the state with some rows left out, by their positions, each with its reason."""
        known = {**self.plan.left_out, **rows}
        return replace(self, plan=replace(self.plan, left_out=known))

    def read_by(
        self,
        *,
        options: Mapping[str, Any] | None = None,
        mapping: Mapping[Any, str] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> BenchState:
        """Return the state with its cells read in another way: as for `validate`."""
        plan = self.plan
        known = {column: field for field, column in plan.sources.items()}
        new = [one.column for one in plan.not_sent if one.is_new and one.column not in known]
        left = [match.column for match in plan.column_map.matches if match.is_left_out]
        known |= dict.fromkeys([*new, *(name for name in left if name not in known)], "")
        for column, field in (mapping or {}).items():
            if column not in list(self.frame.columns):
                hint = did_you_mean(column, [str(name) for name in self.frame.columns])
                raise UsageError(f"The frame has no column {column!r}.{hint}")
            freed = [one for one, name in known.items() if name == field and one != column]
            known |= dict.fromkeys(freed, "") if field else {}
            known[column] = field
        added = {**plan.values.written, **(values or {})}
        told = read_values(values, plan.entity, self.frame.columns)
        for field in told.instead:  # what is added stands instead of the column
            known |= {one: "" for one, name in known.items() if name == field}
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
        return replace(self, plan=replace(made, left_out=plan.left_out))


def put_cells(series: pd.Series, rows: Rows, values: list[Any]) -> pd.Series:
    """Return a column with other cells in some rows."""
    dtype = series.dtype
    if isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow":
        order = np.argsort(rows, kind="stable")
        new = pa.array([values[place] for place in order.tolist()], TEXT, from_pandas=True)
        texts = put_some(as_text(series), rows[order], new)
        return pd.Series(dtype.__from_arrow__(texts), index=series.index)
    cells = series.astype(object)  # numbers and dates beside stay what they are
    cells.iloc[rows] = values
    return cells.astype(dtype) if isinstance(dtype, pd.StringDtype) else cells


def changed_options(options: Options, changes: Mapping[str, Any]) -> Options:
    """Return options with some of them changed.

    Raises
    ------
    OptionError
        If there is no such option, or a value cannot be used.
    """
    known = list(vars(options))
    for name in changes:
        if name not in known:
            hint = did_you_mean(name, known)
            raise OptionError(f"Unknown option {name!r}.{hint} There are {', '.join(known)}.")
    return replace(options, **changes)


def mask_of(rows: Rows, n_rows: int) -> Mask:
    """Mark rows, as one boolean per row.

    Raises
    ------
    UsageError
        If there are no such rows.
    """
    if len(rows) and (rows.min() < 0 or rows.max() >= n_rows):
        raise UsageError(
            f"There are rows 0 to {n_rows - 1:,}, counted as in report.findings['row']; "
            f"not {int(rows.max() if rows.max() >= n_rows else rows.min()):,}."
        )
    marked = np.zeros(n_rows, dtype=bool)
    marked[rows] = True
    return marked
