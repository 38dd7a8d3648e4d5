"""Columns of which a step changed some cells, cleaned without reading the others again."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from pangoprep.columns.cache import keep_in_mind
from pangoprep.columns.cell_text import as_text
from pangoprep.columns.few_rows import is_arrow
from pangoprep.columns.types import Rows, Values
from pangoprep.part_plan import PartPlan
from pangoprep.steps.changed_cells import carry_over, is_one_memory, known_field, read_alone
from pangoprep.steps.clean_field import JOB, CleanField, reading_reasons
from pangoprep.workbench.state import BenchState


@dataclass(frozen=True, eq=False)
class Carried:
    """Columns that are known before and after a step, by field.

    ``changed`` are the fields of which it changed cells.
    """

    before: Mapping[str, CleanField]
    after: Mapping[str, CleanField]
    changed: Collection[str]

    def ready(self, canonical: pd.DataFrame) -> dict[str, Values]:
        """Return texts that changed, where no later stage had changed them before."""
        texts = {}
        for name in self.changed:
            old, new = self.before[name].array, self.after[name].array
            is_text = pa.types.is_large_string(new.type) and name in canonical
            if is_text and is_one_memory(old, as_text(canonical[name])):
                texts[name] = new
        return texts


def carried(
    frame: pd.DataFrame, before: PartPlan, state: BenchState, names: Collection[str], rows: Rows
) -> Carried:
    """Clean columns of which some cells changed; return them, and those that stay.

    Those that cannot be told so are in neither.

    Parameters
    ----------
    frame, before
        The rows as they were, and how they were read.
    state
        The rows as they are; their cells are read alike.
    names
        The fields of columns in which cells changed.
    rows
        The rows that changed.
    """
    plan = state.plan
    sources = {name: plan.sources[name] for name in _own(plan)}
    changed = {name: column for name, column in sources.items() if name in names}
    carry_over(frame, state.frame, changed, plan.facts, plan.options, rows)
    known = {}
    for name, column in sources.items():
        old = known_field(frame[column], before.facts[name], before.options)
        new = known_field(state.frame[column], plan.facts[name], plan.options)
        if old is not None and new is not None:
            known[name] = old, new
    return Carried(
        {name: old for name, (old, _) in known.items()},
        {name: new for name, (_, new) in known.items()},
        changed.keys() & known.keys(),
    )


def are_known(state: BenchState) -> bool:
    """Whether cleaning would recall every column whose cells are read as they are."""
    plan = state.plan
    return all(
        known_field(state.frame[plan.sources[name]], plan.facts[name], plan.options)
        for name in _own(plan)
    )


def known_fields(state: BenchState) -> dict[str, CleanField]:
    """Return the columns that cleaning would recall, by field."""
    plan = state.plan
    found = {
        name: known_field(state.frame[plan.sources[name]], plan.facts[name], plan.options)
        for name in _own(plan)
    }
    return {name: field for name, field in found.items() if field is not None}


def recall_first(first: BenchState, fields: Mapping[str, CleanField], state: BenchState) -> None:
    """Let cleaning recall columns that are as they were first, and read as then.

    Read by other options in between, they would be forgotten, and made a second time.
    """
    for name in fields.keys() & _own(state.plan):
        why = _why(state.plan, name)
        old, new = (one.frame[one.plan.sources[name]] for one in (first, state))
        stays = is_arrow(old) and is_arrow(new) and is_one_memory(as_text(old), as_text(new))
        if stays and why == _why(first.plan, name):
            keep_in_mind(new, JOB, why, fields[name])


def _why(plan: PartPlan, name: str) -> Hashable:
    return reading_reasons(plan.facts[name], plan.options, plan.options.timezone_gmt)


def _own(plan: PartPlan) -> list[str]:
    """Return the fields whose cells are read as they are, without fixes from elsewhere."""
    file = plan.fixes_file
    fixed = {*plan.fixes, *([] if file is None else file.fields(plan.entity.object_type))}
    return [name for name in read_alone(plan.sources, plan.facts) if name not in fixed]
