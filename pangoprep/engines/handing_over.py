"""Rows of records that lie in several parts, handed from part to part through the folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pangoprep.columns.types import Rows
from pangoprep.engines.files import STAGED
from pangoprep.engines.folder import PartFile
from pangoprep.engines.job import Job, task
from pangoprep.engines.keys import SAID
from pangoprep.engines.parts import CleanPart
from pangoprep.large.staging import Slot
from pangoprep.steps.item_rows import Strangers
from pangoprep.steps.keys import Keys
from pangoprep.steps.strangers import find_strangers, placed

#: Where the rows of other parts lie that a part needs: of parts before it, and after it.
Others = tuple[Sequence[Slot], Sequence[Slot]]
#: Where the rows lie that a part hands over, by the number of the part that needs them.
Given = dict[int, Slot]
_ROW, _TARGET = "row", "target"


@dataclass(frozen=True, eq=False)
class Going:
    """Which rows of a bucket of keys go to other parts: where it lies, by the number of a part."""

    parts: Mapping[int, Slot]


@task
def find_going(job: Job, bucket: int, parts: Sequence[CleanPart]) -> Going:
    """Find the rows of one bucket that other parts need."""
    tables = [job.stage.get(part.keys[bucket]) for part in parts if part.keys is not None]
    every = pa.concat_tables(tables)
    of_part = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    first, second, local = (every[name].to_numpy() for name in ("first", "second", _ROW))
    said = [every[name].to_numpy() for name in every.column_names if name.startswith(SAID)]
    keys = Keys(first, second, np.ones(len(every), dtype=bool))
    found = find_strangers(keys, of_part, np.column_stack(said))
    file = PartFile(job.folder, f"{STAGED}/going-{bucket:05}.arrow")
    slots = {}
    for number in np.unique(of_part[found.rows]).tolist():
        mine = of_part[found.rows] == number
        rows, targets = local[found.rows[mine]], found.targets[mine]
        slots[number] = file.put(pa.table({_ROW: rows, _TARGET: targets}))
    file.close()
    return Going(slots)


@task
def hand_over(job: Job, part: CleanPart, going: Sequence[Slot], starts: Rows) -> Given:
    """Put the rows of a part where those that need them find them; return where, by target."""
    tables = pa.concat_tables([job.stage.get(slot) for slot in going])
    rows, targets = tables[_ROW].to_numpy(), tables[_TARGET].to_numpy()
    assert part.alone is not None  # noqa: S101 - rows are items
    alone = job.stage.get(part.alone)
    file = PartFile(job.folder, f"{STAGED}/given-{part.number:05}.arrow")
    slots = {}
    for target in np.unique(targets).tolist():
        some = np.sort(rows[targets == target])
        slots[target] = file.put(placed(alone, some, int(starts[part.number] - starts[target])))
    file.close()
    return slots


def by_source(found: Sequence[Going]) -> dict[int, list[Slot]]:
    """Return where it lies what each part has to hand over."""
    going: dict[int, list[Slot]] = {}
    for one in found:
        for number, slot in one.parts.items():
            going.setdefault(number, []).append(slot)
    return going


def by_target(given: Mapping[int, Given]) -> dict[int, Others]:
    """Return where it lies what each part gets, of what parts hand over in their order."""
    others: dict[int, tuple[list[Slot], list[Slot]]] = {}
    for number, slots in given.items():
        for target, slot in slots.items():
            others.setdefault(target, ([], []))[number > target].append(slot)
    return dict(others)


def taken(job: Job, others: Others | None) -> Strangers | None:
    """Return the rows of other parts that were put where a part finds them."""
    if others is None:
        return None
    before, after = ([job.stage.get(slot) for slot in slots] for slots in others)
    return Strangers(before, after)
