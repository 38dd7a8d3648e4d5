"""Columns of which a step changed some cells, cleaned without reading the others again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import as_text
from pangoprep.columns.few_rows import rows_of
from pangoprep.columns.types import Rows
from pangoprep.pipeline import clean
from pangoprep.steps.changed_cells import carry_over, is_one_memory, known_field
from pangoprep.steps.clean import TIMEZONE, SomeRows
from pangoprep.steps.clean_field import CleanField
from pangoprep.steps.cleaned_part import CleanedPart
from pangoprep.workbench.rows_among_others import blocks_with, canonical_with, keys_with
from pangoprep.workbench.state import BenchState


@dataclass(frozen=True, eq=False)
class Carried:
    """A column before and after some of its cells changed."""

    before: CleanField
    after: CleanField


def carried(
    frame: pd.DataFrame, state: BenchState, names: Sequence[str], rows: Rows
) -> dict[str, Carried]:
    """Clean columns of which some cells changed; those that cannot be told so are not there."""
    plan = state.plan
    sources = {name: plan.sources[name] for name in names}
    if TIMEZONE not in plan.sources:
        carry_over(frame, state.frame, sources, plan.facts, plan.options, rows)
    found = {}
    for name, column in sources.items():
        old, new = (
            known_field(one[column], plan.facts[name], plan.options) for one in (frame, state.frame)
        )
        if old is not None and new is not None:
            found[name] = Carried(old, new)
    return found


def with_fields(
    part: CleanedPart, state: BenchState, fields: Mapping[str, Carried], rows: Rows
) -> CleanedPart:
    """Put columns that were cleaned again in among the others, and check the rows that changed."""
    plan, new_fields = state.plan, {name: one.after for name, one in fields.items()}
    known = SomeRows(state.frame, rows, plan.sources)
    new = clean(rows_of(state.frame, rows), plan, known=known)
    ready = {}
    for name, one in fields.items():
        is_text = pa.types.is_large_string(one.after.array.type) and name in part.canonical
        if is_text and is_one_memory(one.before.array, as_text(part.canonical[name])):
            ready[name] = one.after.array
    told = {name: one.evidence for name, one in new_fields.items() if one.evidence is not None}
    counted = {name: one.words for name, one in new_fields.items() if one.words is not None}
    return replace(
        part,
        frame=state.frame,
        canonical=canonical_with(part.canonical, rows, new.canonical, ready),
        raw={**part.raw, **{name: one.raw for name, one in new_fields.items()}},
        evidence={**part.evidence, **told},
        blocks=blocks_with(part.blocks, rows, new.blocks, len(state.frame)),
        keys=keys_with(part.keys, rows, new.keys),
        words={**part.words, **counted},
        texts={},
    )


def are_known(state: BenchState) -> bool:
    """Whether cleaning would recall every column."""
    plan = state.plan
    return all(
        known_field(state.frame[column], plan.facts[name], plan.options)
        for name, column in plan.sources.items()
    )
