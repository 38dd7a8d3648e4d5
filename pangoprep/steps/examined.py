"""What the pipeline leaves behind for the report: the frame before and after, and the findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Column
from pangoprep.columns.types import Mask, Rows
from pangoprep.entities.base import Entity
from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.masking import mask
from pangoprep.findings import Block
from pangoprep.matching.fixes import Fixes
from pangoprep.matching.mapping import ColumnMap
from pangoprep.normalizers.base import Evidence
from pangoprep.options import Options


@dataclass(frozen=True, eq=False)
class Examined:
    """One frame after all stages. Everything a report says is worked out from this.

    Parameters
    ----------
    frame
        The caller's frame, as it came.
    canonical
        Every row's canonical values, indexed by position.
    entity
        The model.
    sources
        The caller's column of each field.
    facts
        What is known of each field.
    raw
        What the caller's cells held, as text, by field.
    evidence
        What the cells of a column prove of how it is read, by field.
    blocks
        The findings, worst first.
    is_held, is_superseded
        One boolean per row.
    options
        How cells were read.
    column_map
        How the columns were matched.
    fixes
        What the caller said some cells mean, by field.
    """

    frame: pd.DataFrame
    canonical: pd.DataFrame
    entity: type[Entity]
    sources: Mapping[str, Any]
    facts: Mapping[str, FieldFacts]
    raw: Mapping[str, Column]
    evidence: Mapping[str, Evidence]
    blocks: Sequence[Block]
    is_held: Mask
    is_superseded: Mask
    options: Options
    column_map: ColumnMap
    fixes: Fixes

    @property
    def n_rows(self) -> int:
        """How many rows came in."""
        return len(self.is_held)

    @property
    def ready_rows(self) -> Rows:
        """The positions of the rows that would be sent, ascending."""
        return np.flatnonzero(~self.is_held & ~self.is_superseded)

    def keys(self, *, reveal: bool, rows: Rows | None = None) -> pa.Array:
        """The key of every row, or of some, as one text; masked unless revealed."""
        # The key's columns first: to take rows of all forty columns costs more than the rest.
        frame = self.canonical[[name for name in self.entity.key if name in self.canonical]]
        frame = frame if rows is None else frame.iloc[rows]
        return row_keys(frame, self.entity.key, self.facts, reveal=reveal)


def row_keys(
    canonical: pd.DataFrame, key: Sequence[str], facts: Mapping[str, FieldFacts], *, reveal: bool
) -> pa.Array:
    """The key of every row as one text; parts are joined by `` + ``, absent ones are empty."""
    parts = []
    for name in key:
        if name in canonical:
            part = pa.array(canonical[name], type=TEXT, from_pandas=True)
        else:
            part = pa.nulls(len(canonical), TEXT)
        part = part if reveal else mask(part, facts.get(name))
        parts.append(part.fill_null(""))
    joined = parts[0]
    for part in parts[1:]:
        joined = pc.binary_join_element_wise(joined, part, pa.scalar(" + ", TEXT))
    return joined
