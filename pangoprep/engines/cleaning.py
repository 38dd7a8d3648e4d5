"""Cleaning a part on some machine, and keeping in the folder what was made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import as_text
from pangoprep.engines.files import STAGED, TOLD, file_of
from pangoprep.engines.folder import PartFile
from pangoprep.engines.handing_over import Others, taken
from pangoprep.engines.job import Job, head_of, task
from pangoprep.engines.keys import put_keys
from pangoprep.engines.parts import FIRST, CleanPart
from pangoprep.findings import Block, in_order, rows_with
from pangoprep.large.examined_parts import StagedPart, as_frame, cells_found
from pangoprep.normalizers.base import Evidence
from pangoprep.part_plan import PartPlan
from pangoprep.pipeline import clean, spelled_otherwise
from pangoprep.reading.pieces import SOURCE
from pangoprep.steps.cleaned_part import CleanedPart
from pangoprep.steps.duplicates import NEAR, ONE_KEY
from pangoprep.steps.spellings import VARIES
from pangoprep.steps.strangers import said_by
from pangoprep.steps.tally import Tally, tally
from pangoprep.writing.formats import as_table

Known = dict[str, Evidence]


@task
def clean_part(
    job: Job, number: int, elsewhere: Known | None, others: Others | None, frame: pd.DataFrame
) -> CleanPart:
    """Clean a part, with the rows of other parts that it needs, and keep what was made of it."""
    part = clean(frame, job.plan, job.records, elsewhere, taken(job, others))
    counted = tally(job.plan.facts, part.raw, part.canonical, part.blocks, job.plan.options)
    return _keep(job, number, part, counted)


def _keep(job: Job, number: int, part: CleanedPart, counted: Tally) -> CleanPart:
    file = PartFile(job.folder, file_of(STAGED, number))
    # First of all: it lies there where it lay when the part was cleaned before.
    alone = None if part.alone is None else file.put(pa.table(dict(part.alone)))
    said = None if part.alone is None else said_by(part.alone)
    blocks = in_order(part.blocks)
    canonical = as_table(part.canonical)
    schema = canonical.schema
    source = part.frame.attrs.get(SOURCE) or {}
    kept = CleanPart(
        number=number,
        staged=_set_aside(file, job.plan, part, canonical),
        blocks=file.put_object(blocks),
        counted=file.put_object(counted),
        heads=[(head_of(block), len(block.rows)) for block in blocks],
        labels=part.frame.index
        if isinstance(part.frame.index, pd.RangeIndex)
        else file.put_object(part.frame.index),
        keys=None
        if part.keys is None
        else put_keys(file, part.keys, part.is_held, job.n_buckets, said),
        alone=alone,
        first=None if part.first is None else file.put(pa.table({FIRST: part.first})),
        words=part.words,
        given=part.given,
        evidence=part.evidence,
        decisions=part.decisions,
        schema=schema,
        columns=list(part.frame.columns),
        source=source,
    )
    file.close()
    return kept


def _set_aside(
    file: PartFile, plan: PartPlan, part: CleanedPart, canonical: pa.Table
) -> StagedPart:
    """Keep what a report may show of a part; any row may turn out to be held by another."""
    held = np.flatnonzero(part.is_held)
    if _may_hold_others(plan):
        held = np.arange(len(part.frame))
    came = part.frame.iloc[held].reset_index(drop=True)
    came.attrs = {}
    return StagedPart(
        slice(0, len(part.frame)),
        file.put(canonical),
        file.put_object((held, came)),
        {name: file.put(table) for name, table in cells_found(part, plan.entity.key[0])},
        canonical.column_names,
    )


def _may_hold_others(plan: PartPlan) -> bool:
    """Whether a row may be held for what other rows are."""
    severity = plan.options.severity or {}
    told = any(severity.get(rule) == "error" for rule in (*ONE_KEY, NEAR, VARIES))
    return told or plan.options.duplicates == "hold" or bool(plan.item_list)


@task
def spell_part(job: Job, part: CleanPart, usual: Mapping[str, Mapping[str, str]]) -> CleanPart:
    """Add the findings about words that the whole usually writes otherwise."""
    stage = job.stage
    blocks = stage.get_object(part.blocks)
    frame = as_frame(stage.get(part.alone or part.staged.canonical, list(usual)))
    found = spelled_otherwise(
        job.plan, usual, lambda name: as_text(frame[name]), blocks, part.n_rows
    )
    return _with_blocks(job, part, [*blocks, *found])


def _with_blocks(job: Job, part: CleanPart, blocks: Sequence[Block]) -> CleanPart:
    """Keep other findings of a part, and which of its keys are held by them."""
    file = PartFile(job.folder, file_of(TOLD, part.number))
    is_held = rows_with(blocks, "error", part.n_rows)
    keys = None
    if part.keys is not None:
        tables = [job.stage.get(slot) for slot in part.keys]
        keys = [
            file.put(table.set_column(table.column_names.index("held"), "held", pa.array(held)))
            for table in tables
            for held in [is_held[table["row"].to_numpy()]]
        ]
    heads = [(head_of(block), len(block.rows)) for block in blocks]
    told = replace(part, blocks=file.put_object(blocks), heads=heads, keys=keys)
    file.close()
    return told
