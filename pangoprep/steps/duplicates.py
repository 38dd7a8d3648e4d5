"""Rows with one key: which of them is sent. Rows with nearly one: that they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pangoprep.columns.types import Mask, Rows
from pangoprep.findings import Block, OtherRows, rules
from pangoprep.steps.keys import Keys

#: The rules of rows with one key.
ONE_KEY = ("duplicate.key", "duplicate.superseded")
#: The rule of rows whose keys differ only in how they are written.
NEAR = "duplicate.near"


@dataclass(frozen=True, eq=False)
class SharedKeys:
    """The rows that aren't sent because of others with their key.

    Parameters
    ----------
    rows
        Their positions, ascending.
    winners
        The row that is sent instead of each; None if all rows of a shared key are held.
    n_keys
        How many keys they share.
    """

    rows: Rows
    winners: Rows | None
    n_keys: int

    def block(self, key: Sequence[str]) -> Block:
        """Return the findings."""
        rule = "duplicate.key" if self.winners is None else "duplicate.superseded"
        others = None if self.winners is None else OtherRows(self.winners)
        severity, detail = rules()[rule].severity, " + ".join(key)
        return Block(rule, key[0], severity, self.rows, detail=detail, others=others)


def find_duplicates(keys: Keys, held: Mask, policy: str) -> SharedKeys:
    """Find rows that share a key, and the row that is sent of each.

    With ``"last"`` and ``"first"`` the winner is chosen among the rows that are not held: a row
    that cannot be sent replaces none that can. With ``"hold"`` every row of a shared key is held,
    since the good one of a pair may be the wrong one.

    Parameters
    ----------
    keys
        The keys of all rows, in their order.
    held
        The rows held so far.
    policy
        ``"last"``, ``"first"`` or ``"hold"``.
    """
    rows = keys.alike
    if policy != "hold":
        rows = rows[~held[rows]]
    first, second = keys.first[rows], keys.second[rows]
    order = np.lexsort((rows, second, first))
    rows, first, second = rows[order], first[order], second[order]
    starts = np.ones(len(rows), dtype=bool)
    starts[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    sizes = np.diff(np.append(np.flatnonzero(starts), len(rows)))
    is_shared = np.repeat(sizes > 1, sizes)
    n_keys = int((sizes > 1).sum())
    if policy == "hold":
        return SharedKeys(np.sort(rows[is_shared]), None, n_keys)
    ends = np.append(starts[1:], True)[: len(rows)]
    wins = ends if policy == "last" else starts
    winners = np.repeat(rows[wins], sizes)
    loses = is_shared & ~wins
    by_row = np.argsort(rows[loses])
    return SharedKeys(rows[loses][by_row], winners[loses][by_row], n_keys)


def find_near_keys(keys: Keys, key: Sequence[str], apart: Mask) -> Block:
    """Find rows whose keys differ in nothing but how they are written: ``KH001`` and ``kh-001``.

    Rule: ``duplicate.near``. Each row points to the first row whose key is written otherwise.
    Nothing is put together: whether it is one record is for a person to say.

    Parameters
    ----------
    keys
        The keys of all rows, in their order.
    key
        The names of the key's fields.
    apart
        The rows of which nothing is to be said.
    """
    rows = keys.alike[~apart[keys.alike]]
    folded = keys.first[rows] if keys.folded is None else keys.folded[rows]
    order = np.argsort(folded, kind="stable")
    rows, folded = rows[order], folded[order]
    starts = np.flatnonzero(np.append(True, folded[1:] != folded[:-1])[: len(rows)])
    sizes = np.diff(np.append(starts, len(rows)))
    lead = np.repeat(rows[starts], sizes)
    differs = (keys.first[rows] != keys.first[lead]) | (keys.second[rows] != keys.second[lead])
    nobody = len(apart)
    others = np.where(differs, rows, nobody)
    if len(starts):
        others = np.repeat(np.minimum.reduceat(others, starts), sizes)
    told = others < nobody
    by_row = np.argsort(rows[told])
    pointed = np.where(differs, lead, others)[told][by_row]
    severity = rules()[NEAR].severity
    return Block(
        NEAR,
        key[0],
        severity,
        rows[told][by_row],
        detail=" + ".join(key),
        others=OtherRows(pointed),
    )
