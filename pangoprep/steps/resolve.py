"""The resolve stage: what the rows of all parts say of each other by their keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pangoprep.columns.types import Mask
from pangoprep.findings import Block, rows_with
from pangoprep.part_plan import PartPlan
from pangoprep.steps.duplicates import find_duplicates, find_near_keys
from pangoprep.steps.item_rows import first_rows, hold_together
from pangoprep.steps.keys import Keys


@dataclass(frozen=True, eq=False)
class Resolved:
    """What the rows of all parts say of each other.

    Parameters
    ----------
    blocks
        The findings about rows that share a key.
    is_held, is_superseded
        One boolean per row, now that all is known.
    n_shared_keys
        How many keys several rows have.
    is_joined
        One boolean per row, where rows are items: whether it is sent in the record of another.
    """

    blocks: Sequence[Block]
    is_held: Mask
    is_superseded: Mask
    n_shared_keys: int
    is_joined: Mask | None = None


def resolve(plan: PartPlan, keys: Keys | None, is_held: Mask) -> Resolved:
    """Decide between the rows of one key.

    Parameters
    ----------
    plan
        What the rows become.
    keys, is_held
        The keys of all rows, if they have any, and which rows are held without that.
    """
    nobody = np.zeros(len(is_held), dtype=bool)
    if keys is None:
        return Resolved([], is_held, nobody, 0)
    key = plan.entity.key
    if plan.item_list:
        return _resolve_items(plan, keys, is_held)
    near = plan.under_policy([find_near_keys(keys, key, nobody)])
    # Where the caller makes errors of them, they are held before the row that is sent is chosen.
    is_held = is_held | rows_with(near, "error", len(is_held))
    shared = find_duplicates(keys, is_held, plan.options.duplicates)
    blocks = plan.under_policy([shared.block(key)])
    held = is_held | rows_with(blocks, "error", len(is_held))
    if shared.winners is not None:
        nobody[shared.rows] = True
    superseded = nobody & ~held
    if superseded.any():
        near = plan.under_policy([find_near_keys(keys, key, superseded)])
    return Resolved([*blocks, *near], held, superseded, shared.n_keys)


def _resolve_items(plan: PartPlan, keys: Keys, is_held: Mask) -> Resolved:
    """Decide which rows are held and sent together, where rows are items of records."""
    first, key = first_rows(keys), plan.entity.key
    near = plan.under_policy([find_near_keys(keys, key, first != np.arange(len(first)))])
    is_held = is_held | rows_with(near, "error", len(is_held))
    found = hold_together(first, is_held, key)
    nobody = np.zeros(len(first), dtype=bool)
    blocks = [*plan.under_policy(found.blocks), *near]
    return Resolved(blocks, found.is_held, nobody, found.n_keys, found.is_joined)
