"""Rows with one key: which of them is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask, Numbers
from pangoprep.findings import Block, rules


def find_duplicates(
    values: Mapping[str, Numbers], key: Sequence[str], held: Mask, policy: str
) -> tuple[list[Block], Mask]:
    """Find rows that share a key, and mark those that another row supersedes.

    With ``"last"`` and ``"first"`` the winner is chosen among the rows that are not held: a row
    that cannot be sent replaces none that can. With ``"hold"`` every row of a shared key is held,
    since the good one of a pair may be the wrong one.

    Parameters
    ----------
    values
        By field, a number for every row, the same for the same canonical value, -1 for none.
    key
        The fields of the key.
    held
        The rows held so far.
    policy
        ``"last"``, ``"first"`` or ``"hold"``.
    """
    n_rows = len(held)
    superseded = np.zeros(n_rows, dtype=bool)
    if not n_rows or any(name not in values for name in key):
        return [], superseded
    groups, complete = _groups([values[name] for name in key])
    if policy == "hold":
        shared = complete & (np.bincount(groups[complete], minlength=n_rows)[groups] > 1)
        return [_block("duplicate.key", key, np.flatnonzero(shared))], superseded
    rows = np.flatnonzero(complete & ~held).astype(np.int32)
    order = rows if policy == "last" else rows[::-1]
    winners = np.empty(n_rows, dtype=np.int32)
    winners[groups[order]] = order  # of several rows the one written last stays
    losers = rows[winners[groups[rows]] != rows]
    superseded[losers] = True
    won = winners[groups[losers]]
    suggestions = pa.array([f"row {winner} is sent" for winner in won], type=TEXT)
    return [_block("duplicate.superseded", key, losers, suggestions)], superseded


def _groups(columns: Sequence[Numbers]) -> tuple[Numbers, Mask]:
    """Number the keys, the same number for the same key, and mark the rows that have one."""
    complete: Mask = np.logical_and.reduce([values >= 0 for values in columns])
    groups = columns[0]
    for values in columns[1:]:
        pairs = groups.astype(np.int64) * (values.max() + 2) + values + 1
        groups = pd.factorize(pairs)[0]
    return groups, complete


def _block(
    rule: str, key: Sequence[str], rows: np.ndarray[Any, Any], suggestions: pa.Array | None = None
) -> Block:
    detail = " + ".join(key)
    return Block(rule, key[0], rules()[rule].severity, rows, suggestions, detail)
