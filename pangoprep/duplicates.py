"""Rows with one key: which of them is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.findings import Block, rules
from pangoprep.normalizers.column import TEXT

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def find_duplicates(
    frame: pd.DataFrame, key: Sequence[str], held: Mask, policy: str
) -> tuple[list[Block], Mask]:
    """Find rows that share a key, and mark those that another row supersedes.

    With ``"last"`` and ``"first"`` the winner is chosen among the rows that are not held: a row
    that cannot be sent replaces none that can. With ``"hold"`` every row of a shared key is held,
    since the good one of a pair may be the wrong one.

    Parameters
    ----------
    frame
        The canonical frame, indexed by position.
    key
        The fields of the key.
    held
        The rows held so far.
    policy
        ``"last"``, ``"first"`` or ``"hold"``.
    """
    n_rows = len(frame)
    superseded = np.zeros(n_rows, dtype=bool)
    if not n_rows or any(name not in frame for name in key):
        return [], superseded
    groups, complete = _groups(frame, key)
    if policy == "hold":
        shared = complete & (np.bincount(groups[complete], minlength=n_rows)[groups] > 1)
        return [_block("duplicate.key", key, np.flatnonzero(shared))], superseded
    rows = np.flatnonzero(complete & ~held)
    order = rows if policy == "last" else rows[::-1]
    winners = np.empty(n_rows, dtype=np.int64)
    winners[groups[order]] = order  # of several rows the one written last stays
    loses = winners[groups[rows]] != rows
    superseded[rows[loses]] = True
    won = winners[groups[rows[loses]]]
    suggestions = pa.array([f"row {winner} is sent" for winner in won], type=TEXT)
    return [_block("duplicate.superseded", key, rows[loses], suggestions)], superseded


def _groups(frame: pd.DataFrame, key: Sequence[str]) -> tuple[np.ndarray[Any, Any], Mask]:
    """Number the keys, the same number for the same key, and mark the rows that have one."""
    groups = np.zeros(len(frame), dtype=np.int64)
    complete: Mask = np.ones(len(frame), dtype=bool)
    for name in key:
        codes, values = pd.factorize(frame[name])
        complete &= codes >= 0
        groups = groups * (len(values) + 1) + codes + 1
    if len(key) > 1:
        groups = np.unique(groups, return_inverse=True)[1]
    return np.where(complete, groups - (len(key) == 1), 0), complete


def _block(
    rule: str, key: Sequence[str], rows: np.ndarray[Any, Any], suggestions: pa.Array | None = None
) -> Block:
    detail = " + ".join(key)
    return Block(rule, key[0], rules()[rule].severity, rows, suggestions, detail)
