"""What a step replaced, so that it can be put back: a few cells, not the columns they stand in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.columns.types import Rows
from pangoprep.part_plan import PartPlan
from pangoprep.workbench.state import BenchState, Cells, cells_of, put_cells


@dataclass(frozen=True, eq=False)
class Patch:
    """What there was before a step.

    Parameters
    ----------
    plan
        How cells were read.
    cells
        By column, the rows the step changed and what their cells held.
    columns
        Whole columns, where the step changed the type.
    """

    plan: PartPlan
    cells: Mapping[Any, tuple[Rows, Cells]]
    columns: Mapping[Any, pd.Series]

    @classmethod
    def between(cls, before: BenchState, after: BenchState, touched: Mapping[str, Rows]) -> Patch:
        """Return what leads back from one state to the one before.

        Parameters
        ----------
        before, after
            The states.
        touched
            The rows whose cells the step changed, by field.
        """
        cells, columns = {}, {}
        for field, rows in touched.items():
            column = before.column_of(field)
            series = before.frame[column]
            if series.dtype != after.frame[column].dtype:
                columns[column] = series
            elif len(rows):
                cells[column] = (rows, cells_of(series, rows))
        return cls(before.plan, cells, columns)

    @property
    def changed(self) -> set[Any]:
        """The caller's columns in which the step changed cells."""
        return {*self.cells, *self.columns}

    @property
    def rows(self) -> list[Rows]:
        """The rows whose cells the step changed, by column, but for columns of other types now."""
        return [rows for rows, _ in self.cells.values()]

    def with_columns(self, columns: Collection[Any], new: Patch) -> Patch:
        """Return what there was before the step, of some columns as another patch has it."""
        others = {name: cells for name, cells in self.cells.items() if name not in columns}
        return Patch(self.plan, {**others, **new.cells}, {**self.columns, **new.columns})

    def put_back(self, frame: pd.DataFrame, columns: Collection[Any]) -> None:
        """Put back in place what some columns of a frame held before the step."""
        for column in self.changed & set(columns):
            if column in self.columns:
                frame[column] = self.columns[column]
            else:
                rows, values = self.cells[column]
                frame[column] = put_cells(frame[column], np.asarray(rows), values)
