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
    superseded = np.zeros(len(frame), dtype=bool)
    if any(name not in frame for name in key):
        return [], superseded
    keys = frame[list(key)]
    complete = keys.notna().all(axis="columns").to_numpy()
    if policy == "hold":
        shared = complete.copy()
        shared[complete] = keys[complete].duplicated(keep=False).to_numpy()
        return [_block("duplicate.key", key, np.flatnonzero(shared))], superseded
    good = keys[complete & ~held]
    loses = good.duplicated(keep="last" if policy == "last" else "first").to_numpy()
    rows = good.index.to_numpy()[loses]
    superseded[rows] = True
    winners = good[~loses].reset_index(names="winner").set_index(list(key))["winner"]
    losing_keys = good[loses].set_index(list(key)).index
    won = winners.reindex(losing_keys).to_numpy()
    suggestions = pa.array([f"row {winner} is sent" for winner in won], type=TEXT)
    return [_block("duplicate.superseded", key, rows, suggestions)], superseded


def _block(
    rule: str, key: Sequence[str], rows: np.ndarray[Any, Any], suggestions: pa.Array | None = None
) -> Block:
    detail = " + ".join(key)
    return Block(rule, key[0], rules()[rule].severity, rows, suggestions, detail)
