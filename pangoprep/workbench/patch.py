"""What a step replaced, so that it can be put back: a few cells, not the columns they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.columns.types import Rows
from pangoprep.planning import PartPlan
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

    def undo(self, state: BenchState) -> BenchState:
        """Return the state before the step."""
        frame = state.frame
        if self.cells or self.columns:
            frame = frame.copy(deep=False)
        for column, (rows, values) in self.cells.items():
            frame[column] = put_cells(frame[column], np.asarray(rows), values)
        for column, series in self.columns.items():
            frame[column] = series
        return BenchState(frame, self.plan)
