"""How a column is read as a whole, though its file is taken in parts.

The cells of a column that can be read one way only decide for the others: whether the day comes
first, whether numbers are milliseconds. To a part they would decide by what happens to be in it.
So every part is asked how it reads cells that could be either (the probes), and then every part is
read beside a cell of each kind that the file has somewhere (the witnesses).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.columns.column import Column
from pangoprep.findings import Block
from pangoprep.matching.fixes import Fixes, apply_fixes
from pangoprep.options import Options
from pangoprep.pipeline import PartPlan
from pangoprep.reading.pieces import TEXT_DTYPE
from pangoprep.report import Report
from pangoprep.steps.clean import clean_columns

#: What was learned of columns: field -> the kinds of cells it has that decide for others.
Signs = dict[str, frozenset[str]]

_DATES = ("date", "date_text")
# 5 June or 6 May; seconds or milliseconds; and 5 June for certain, to compare with.
_PROBES = ("05/06/2007", "900000000", "2007-06-05")
#: A cell of each kind.
WITNESSES = {
    "day first": "25/12/2007",
    "month first": "12/25/2007",
    "milliseconds": "1200000000000",
}


def ask(frame: pd.DataFrame, plan: PartPlan, options: Options, fixes: Fixes) -> Signs:
    """Tell which kinds of cells the date columns of a part hold.

    Parameters
    ----------
    frame
        The part.
    plan, options, fixes
        How it is read.
    """
    sources = {n: column for n, column in plan.sources.items() if _is_date(plan, n)}
    if not sources:
        return {}
    fixed, _ = apply_fixes(frame, sources, {n: f for n, f in fixes.items() if n in sources})
    probed = pd.DataFrame({column: _below(fixed[column], _PROBES) for column in sources.values()})
    cleaned = clean_columns(probed, sources, plan.facts, options)
    either, number, first = range(len(frame), len(probed))
    signs = {}
    for name in sources:
        said = {block.rule: set(block.rows.tolist()) for block in cleaned.blocks
                if block.field == name}  # fmt: skip
        found = set()
        if either in said.get("date.conflict", ()):
            found |= {"day first", "month first"}
        elif either not in said.get("date.ambiguous", ()):
            is_day_first = cleaned.arrays[name][either] == cleaned.arrays[name][first]
            found.add("day first" if is_day_first else "month first")
        if number not in said.get("date.epoch_seconds", ()):
            found.add("milliseconds")
        signs[name] = frozenset(found)
    return signs


def together(one: Signs, other: Signs) -> Signs:
    """Put together what was learned of two parts."""
    return {name: one.get(name, frozenset()) | other[name] for name in other}


def beside(frame: pd.DataFrame, plan: PartPlan, signs: Signs) -> pd.DataFrame:
    """Return a part with the file's witnesses in rows below it."""
    cells = {plan.sources[name]: sorted(WITNESSES[sign] for sign in found)
             for name, found in signs.items()}  # fmt: skip
    n_rows = max(map(len, cells.values()), default=0)
    if not n_rows:
        return frame
    columns = {
        column: _below(frame[column], (cells.get(column, []) + [None] * n_rows)[:n_rows])
        for column in frame.columns
    }
    longer = pd.DataFrame(columns).rename_axis(columns=frame.columns.name)
    if len(frame):  # what is noted of rows goes by the index
        longer.index = frame.index.append(frame.index[np.zeros(n_rows, dtype=np.int64)])
        longer.attrs = frame.attrs
    return longer


def without(report: Report, frame: pd.DataFrame) -> Report:
    """Return the report of the part alone, which was read beside witnesses."""
    n_rows, examined = len(frame), report.examined
    blocks = [_cut(block, n_rows) for block in examined.blocks]
    return Report(
        replace(
            examined,
            frame=frame,
            canonical=examined.canonical.iloc[:n_rows],
            raw={name: _first(column, n_rows) for name, column in examined.raw.items()},
            blocks=[block for block in blocks if len(block.rows)],
            is_held=examined.is_held[:n_rows],
            is_superseded=examined.is_superseded[:n_rows],
        )
    )


def _is_date(plan: PartPlan, name: str) -> bool:
    return plan.facts[name].normalizer in _DATES


def _below(column: pd.Series, cells: Any) -> pd.Series:
    return pd.concat([column, pd.Series(list(cells), dtype=TEXT_DTYPE)], ignore_index=True)


def _first(column: Column, n_rows: int) -> Column:
    if column.codes is None:
        return Column(column.distinct.slice(0, n_rows), None)
    return Column(column.distinct, column.codes[:n_rows])


def _cut(block: Block, n_rows: int) -> Block:
    n_kept = int(np.searchsorted(block.rows, n_rows))
    suggestions = block.suggestions
    return replace(
        block,
        rows=block.rows[:n_kept],
        suggestions=None if suggestions is None else suggestions.slice(0, n_kept),
    )
