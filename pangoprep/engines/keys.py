"""The keys of all parts, laid into buckets so that no machine needs all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from pangoprep.columns.types import Mask
from pangoprep.engines.files import STAGED
from pangoprep.engines.folder import PartFile
from pangoprep.engines.job import Job, head_of, task
from pangoprep.engines.parts import JOINED, CleanPart, Shared
from pangoprep.large.staging import Slot
from pangoprep.steps.keys import Keys
from pangoprep.steps.resolve import resolve
from pangoprep.steps.strangers import Said

# A bucket holds the keys of about so many parts; more buckets are more files than it is worth.
_PARTS_IN_BUCKET, _MAX_BUCKETS = 8, 64
#: How the columns begin that say which fields of its record a row says something of.
SAID = "said "


def n_buckets(n_parts: int) -> int:
    """Say into how many buckets the keys of so many parts are laid."""
    return min(-(-n_parts // _PARTS_IN_BUCKET), _MAX_BUCKETS)


def put_keys(
    file: PartFile, keys: Keys, is_held: Mask, n_buckets: int, said: Said | None
) -> list[Slot]:
    """Keep the keys of the rows that have one, by buckets; keys that are alike are in the same.

    Where rows are items, what they say of their records is kept with them.
    """
    rows = np.flatnonzero(keys.complete)
    columns: dict[str, Any] = {
        "first": keys.first[rows],
        "second": keys.second[rows],
        "folded": keys.told_by[rows],
        "row": rows,
        "held": is_held[rows],
    }
    if said is not None:
        columns |= {f"{SAID}{place}": of_all[rows] for place, of_all in enumerate(said.T)}
    bucket = columns["folded"] % np.uint64(n_buckets)
    slots = []
    for number in range(n_buckets):
        of_it = slice(None) if n_buckets == 1 else np.flatnonzero(bucket == number)
        slots.append(file.put(pa.table({name: values[of_it] for name, values in columns.items()})))
    return slots


@task
def share_keys(job: Job, bucket: int, parts: Sequence[CleanPart]) -> Shared:
    """Compare the rows of all parts whose keys are in one bucket."""
    tables = [job.stage.get(part.keys[bucket]) for part in parts if part.keys is not None]

    def column(name: str) -> np.ndarray[Any, Any]:
        return np.concatenate([table[name].to_numpy() for table in tables])

    lengths = [len(table) for table in tables]
    starts = np.cumsum([0, *(part.n_rows for part in parts)])[:-1]
    local, which = column("row"), np.repeat(np.arange(len(parts)), lengths)
    rows = local + starts[which]
    complete = np.ones(len(rows), dtype=bool)
    keys = Keys(column("first"), column("second"), complete, column("folded"))
    resolved = resolve(job.plan, keys, column("held"))
    nobody = np.empty(0, np.int64)
    joined = nobody if resolved.is_joined is None else np.flatnonzero(resolved.is_joined)
    superseded = np.flatnonzero(resolved.is_superseded)
    found = [joined, superseded, *(block.rows for block in resolved.blocks)]
    kind = np.repeat(np.arange(len(found)) + JOINED, [len(places) for places in found])
    other = [np.full(len(joined) + len(superseded), -1)]
    for block in resolved.blocks:
        pointed = None if block.others is None else rows[block.others.rows]
        other.append(np.full(len(block.rows), -1) if pointed is None else pointed)
    place = np.concatenate(found)
    told = {"kind": kind, "row": local[place], "other": np.concatenate(other)}
    of_part = which[place]
    file = PartFile(job.folder, f"{STAGED}/bucket-{bucket:05}.arrow")
    slots = []
    for number in range(len(parts)):
        some = np.flatnonzero(of_part == number)
        slots.append(file.put(pa.table({name: values[some] for name, values in told.items()})))
    file.close()
    heads = [(head_of(block), len(block.rows)) for block in resolved.blocks]
    return Shared(slots, heads, resolved.n_shared_keys)
