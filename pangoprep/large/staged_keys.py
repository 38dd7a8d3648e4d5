"""The keys of a file's rows: in memory is only what tells which rows may be alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pangoprep.columns.types import Mask, Rows
from pangoprep.large.examined_parts import rows_within
from pangoprep.large.staging import Slot, Stage
from pangoprep.part_plan import PartPlan
from pangoprep.steps.keys import Hashes, Keys, join_keys
from pangoprep.steps.resolve import Resolved, resolve


@dataclass(frozen=True, eq=False)
class StagedKeys:
    """The keys of a part's rows.

    Parameters
    ----------
    rows
        Which rows of the whole these are.
    told_by, complete
        As of `Keys`.
    hashes
        Where the others lie.
    """

    rows: slice
    told_by: Hashes
    complete: Mask
    hashes: Slot


def set_keys_aside(stage: Stage, keys: Keys, rows: slice) -> StagedKeys:
    """Set aside the keys of a part."""
    hashes = pa.table({"first": keys.first, "second": keys.second})
    return StagedKeys(rows, keys.told_by, keys.complete, stage.put(hashes))


def join_staged(stage: Stage, parts: Sequence[StagedKeys], rows: Rows | None = None) -> Keys:
    """Put the keys of all rows together, or of some, ascending."""
    keys = []
    for part in parts:
        some = slice(None) if rows is None else rows_within(rows, part.rows)
        hashes = stage.get(part.hashes)
        first, second = (hashes[name].to_numpy()[some] for name in hashes.column_names)
        keys.append(Keys(first, second, part.complete[some], part.told_by[some]))
    return join_keys(keys)


def resolve_staged(
    plan: PartPlan, stage: Stage, parts: Sequence[StagedKeys | None], is_held: Mask
) -> Resolved:
    """Decide between the rows of one key, looking only at those that may have another's."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return resolve(plan, None, is_held)
    if plan.item_list:
        return resolve(plan, join_staged(stage, known), is_held)
    told_by = np.concatenate([part.told_by for part in known])
    rows = Keys(told_by, told_by, np.concatenate([part.complete for part in known])).alike
    of_these = resolve(plan, join_staged(stage, known, rows), is_held[rows])
    held, superseded = is_held.copy(), np.zeros(len(is_held), dtype=bool)
    held[rows], superseded[rows] = of_these.is_held, of_these.is_superseded
    blocks = [block.placed(rows) for block in of_these.blocks]
    return Resolved(blocks, held, superseded, of_these.n_shared_keys)
