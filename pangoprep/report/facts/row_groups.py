"""Rows grouped by what became of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from pangoprep.columns.types import Rows


def by_state_and_reason(
    rows: pd.DataFrame, causes: Callable[[Rows], list[str]]
) -> list[tuple[str, str, list[Any]]]:
    """Group the rows that have a reason by their state and the reason, the largest group first.

    Parameters
    ----------
    rows
        One line per row: row, index, state, reason.
    causes
        Says why rows are not ready, the same for all that have the same cause.

    Returns
    -------
    list
        State, reason, and the labels of the rows.
    """
    of_report = rows["state"].isin(["held", "superseded"])
    told = pd.Series(causes(rows["row"].to_numpy()), rows.index)
    reasons = rows["reason"].mask(of_report, told)
    groups = rows[reasons != ""].groupby(["state", reasons])
    return [
        (str(state), str(reason), group["index"].to_list())
        for (state, reason), group in sorted(groups, key=lambda group: -len(group[1]))
    ]
