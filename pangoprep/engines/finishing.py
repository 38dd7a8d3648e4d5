"""Writing the tables of a part, once all parts are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from pangoprep.columns.types import Mask
from pangoprep.engines.files import FINDINGS, HELD, READY, ROWS, as_parquet, file_of
from pangoprep.engines.job import Job, name_of, task
from pangoprep.engines.parts import (
    CleanPart,
    ExaminedPart,
    Labels,
    Shared,
    first_of,
    of_records,
    shared_blocks,
    with_columns,
)
from pangoprep.findings import in_order, rows_with
from pangoprep.pipeline import known_of
from pangoprep.reading.pieces import SOURCE
from pangoprep.report.checked_rows import CheckedRows


@dataclass(frozen=True, eq=False)
class FinishedPart:
    """The states of a part's rows, eight to a byte, and how many rows and findings it has."""

    n_rows: int
    is_held: bytes
    is_superseded: bytes
    is_no_record: bytes
    is_joined: bytes
    n_findings: int

    def mask(self, name: str) -> Mask:
        """Return one of the states, a boolean per row."""
        bits = np.frombuffer(getattr(self, name), dtype=np.uint8)
        return np.unpackbits(bits, count=self.n_rows).astype(bool)


@dataclass(frozen=True, eq=False)
class Whole:
    """What tasks know of all parts once keys are resolved."""

    shared: Sequence[Shared]
    order: Sequence[tuple[str, str, str, str]]
    labels: Labels
    schema: pa.Schema
    source: Mapping[str, Any]


@task
def finish_part(job: Job, whole: Whole, part: CleanPart) -> FinishedPart:
    """Write the ready and the held rows of a part, its findings, and the state of every row."""
    stage, n_rows = job.stage, part.n_rows
    start = int(whole.labels.starts[part.number])
    shared, superseded, joined = shared_blocks(stage, whole.shared, part.number)
    rank = {name: place for place, name in enumerate(whole.order)}
    own = [
        replace(block, others=block.others and block.others.shifted(start))
        for block in stage.get_object(part.blocks)
    ]
    blocks = in_order([*own, *shared])
    blocks.sort(key=lambda block: rank[name_of(block)])
    is_held = rows_with(blocks, "error", n_rows)
    is_superseded = np.zeros(n_rows, dtype=bool)
    is_superseded[superseded] = True
    is_superseded &= ~is_held
    is_joined = np.zeros(n_rows, dtype=bool)
    is_joined[joined] = True
    first = None if part.first is None else first_of(stage, part.first)
    examined = ExaminedPart(
        **known_of(job.plan),
        evidence=part.evidence,
        blocks=blocks,
        is_held=is_held,
        is_superseded=is_superseded,
        n_shared_keys=0,
        columns=part.columns,
        index=whole.labels.of_part(part.number),
        attrs={SOURCE: whole.source} if whole.source else {},
        stage=stage,
        parts=[part.staged],
        read_again=lambda: iter(()),
        counted=stage.get_object(part.counted),
        given=part.given,
        first=first,
        is_joined=None if first is None else is_joined,
    ).with_labels({"": whole.labels, **(job.indexes or {})})
    checked = CheckedRows(examined)
    schema = of_records(whole.schema, examined.item_list)
    tables = {READY: with_columns(checked.ready, schema), HELD: checked.held}
    for name, table in ((FINDINGS, checked.findings), (ROWS, checked.rows)):
        tables[name] = table.assign(row=table["row"] + start)
    if first is not None:
        tables[ROWS] = tables[ROWS].assign(record=first + start)
    for name, table in tables.items():
        job.folder.write(file_of(name, part.number), as_parquet(table, name))
    return FinishedPart(
        n_rows,
        np.packbits(is_held).tobytes(),
        np.packbits(is_superseded).tobytes(),
        np.packbits(examined.is_no_record).tobytes(),
        np.packbits(is_joined).tobytes(),
        n_findings=sum(len(block.rows) for block in blocks),
    )
