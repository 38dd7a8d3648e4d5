"""What the steps of a workbench leave in the fixes file, for next month."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from pangoprep.entities.masking import holds_contact
from pangoprep.fixes.file import FixesFile, Put
from pangoprep.workbench.action import Action
from pangoprep.workbench.state import BenchState


def save_fixes(
    path: FixesFile | str | os.PathLike[str],
    first: BenchState,
    now: BenchState,
    actions: Sequence[Action],
    put_before: dict[Path, Put],
) -> int:
    """Put fixes of personal fields and of single cells into a fixes file; return how many.

    What a cell held at first leads to what it holds now, whatever the steps between.

    Parameters
    ----------
    path
        The fixes file.
    first, now
        The rows before the first step, and after the last one.
    actions
        The steps.
    put_before
        By file, what was put in before: it is taken back first, or what was undone would last.
        Becomes what is put in now.
    """
    file = path if isinstance(path, FixesFile) else FixesFile(path)
    file.take_back(put_before.pop(file.path.absolute(), {}))
    entity, facts = now.plan.entity, now.plan.facts
    by_value: dict[str, dict[str, str | None]] = {}
    by_row: dict[int, dict[str, str | None]] = {}
    for field in dict.fromkeys(name for action in actions for name in action.fields):
        if field not in now.plan.sources:
            continue
        before, after = (BenchState(one.frame, now.plan).texts(field) for one in (first, now))
        same = pc.equal(before, after)
        same = pc.coalesce(same, pc.and_(pc.is_null(before), pc.is_null(after)))
        changed = np.flatnonzero(~same.to_numpy(zero_copy_only=False))
        single = {
            row for one in actions for row, cells in (one.cells or {}).items() if field in cells
        }
        for row in changed.tolist():
            old, new = before[row].as_py(), after[row].as_py()
            if row in single or old is None:
                by_row.setdefault(row, {})[field] = new
            elif facts[field].personal or holds_contact(old) or holds_contact(new):
                by_value.setdefault(field, {})[old] = new
    n_fixes = file.add(entity, by_value)
    put = file.last_put
    rows = sorted(by_row)
    cells = {place: by_row[row] for place, row in enumerate(rows)}
    came = first.frame.iloc[rows]
    n_fixes += file.add_cells(entity.object_type, entity.key, now.plan.sources, came, cells)
    put_before[file.path.absolute()] = {**put, **file.last_put}
    return n_fixes
