"""The rows as they are now, ready to become a record of each group of numbered columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pangoprep.columns.cell_text import TEXT_DTYPE
from pangoprep.findings import FIXED, FIXED_BEFORE
from pangoprep.workbench import Workbench


def rows_to_unfold(bench: Workbench) -> pd.DataFrame:
    """Return the rows that are not left out, with all fixes, and the key under its own names.

    The rows of a customer's addresses are told apart by the customer's id, wherever that comes
    from: a column with another header, or other fields that it is made of.

    Parameters
    ----------
    bench
        The rows.
    """
    frame, examined = bench.frame.copy(deep=False), bench.report.examined
    fixed = {one.field for one in examined.blocks if one.rule in (FIXED, FIXED_BEFORE)}
    for name in fixed & examined.sources.keys():
        cells = examined.cells(name, np.arange(examined.n_rows))
        frame[examined.sources[name]] = TEXT_DTYPE.__from_arrow__(cells)
    for name in examined.entity.key:
        column = examined.sources.get(name)
        if column is not None and column != name:
            frame = frame.drop(columns=name, errors="ignore").rename(columns={column: name})
        elif column is None and name in examined.values.by_field:
            frame[name] = examined.canonical_rows(names=[name])[name].to_numpy()
    return frame[~examined.is_left_out]
