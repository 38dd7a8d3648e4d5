"""The keys of a file's rows: in memory is only what tells which rows may be alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pangoprep.columns.types import Mask, Rows
from pangoprep.large.examined_parts import rows_within
from pangoprep.large.staging import Slot, Stage
from pangoprep.pipeline import Resolved, resolve
from pangoprep.planning import PartPlan
from pangoprep.steps.keys import Hashes, Keys, join_keys


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
    plan: PartPlan, stage: Stage, parts: Sequence[StagedKeys], is_held: Mask
) -> Resolved:
    """Decide between the rows of one key, looking only at those that may have another's."""
    if plan.item_list:
        return resolve(plan, join_staged(stage, parts), is_held)
    told_by = np.concatenate([part.told_by for part in parts])
    rows = Keys(told_by, told_by, np.concatenate([part.complete for part in parts])).alike
    return resolve(plan, join_staged(stage, parts, rows), is_held[rows]).spread(rows, is_held)
