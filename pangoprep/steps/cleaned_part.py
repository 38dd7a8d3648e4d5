"""Rows that are cleaned, before they are compared with each other."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from pangoprep.columns.cell_text import as_text
from pangoprep.columns.column import Column
from pangoprep.columns.types import Mask, Rows, Values
from pangoprep.findings import Block, rows_with
from pangoprep.normalizers.base import Evidence
from pangoprep.steps.keys import Keys
from pangoprep.steps.spellings import WordCounts


@dataclass(frozen=True, eq=False)
class CleanedPart:
    """Rows after all that can be said of them without knowing the others.

    Parameters
    ----------
    frame
        The rows as they came.
    canonical
        Their canonical values, indexed by position.
    raw
        What their cells held, as text, by field.
    evidence
        What their cells prove of how their columns are read, by field.
    decisions
        How those columns were read.
    blocks
        The findings.
    keys
        The rows' keys; None if a field of the key is not there.
    words
        The words of columns that have few, by field.
    given
        How many rows got what the caller adds, by field.
    first
        The first row of each row's record, where rows are items; else None. Rows are counted from
        the first of these, also those of other parts.
    alone
        What rows say by themselves, where they are items; else None.
    texts
        The canonical texts as Arrow arrays, by field: what is recalled of a column is known by
        these.
    """

    frame: pd.DataFrame
    canonical: pd.DataFrame
    raw: Mapping[str, Column]
    evidence: Mapping[str, Evidence]
    decisions: Mapping[str, Hashable]
    blocks: Sequence[Block]
    keys: Keys | None
    words: Mapping[str, WordCounts]
    given: Mapping[str, int]
    first: Rows | None = None
    alone: Mapping[str, Values] | None = None
    texts: Mapping[str, Values] = field(default_factory=dict)

    @property
    def is_held(self) -> Mask:
        """Mark the rows that are held, whatever the others are."""
        return rows_with(self.blocks, "error", len(self.frame))

    def values_of(self, name: str) -> Values:
        """Return what cells of a field say, canonical, without what other rows of a record say."""
        if self.alone is not None:
            return self.alone[name]
        return self.texts[name] if name in self.texts else as_text(self.canonical[name])
