"""Text put for text within values: which values that changes, and into what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT, TEXT_DTYPE
from pangoprep.columns.column import Column, whole
from pangoprep.columns.types import Rows
from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.masking import mask
from pangoprep.normalizers.base import as_mask


@dataclass(frozen=True, eq=False)
class Replacing:
    """Different values before and after, and in how many rows each stands; most rows first."""

    before: pa.Array
    after: pa.Array
    n_rows: Rows

    def table(self, facts: FieldFacts | None, *, reveal: bool) -> pd.DataFrame:
        """Return them as a table: before, after, rows; personal values are masked."""
        shown = [self.before, self.after]
        shown = shown if reveal else [mask(texts, facts) for texts in shown]
        before, after = (TEXT_DTYPE.__from_arrow__(texts) for texts in shown)
        return pd.DataFrame({"before": before, "after": after, "rows": self.n_rows})


def replacing(column: Column, pattern: str, new: str) -> Replacing:
    """Find the values that have a text, and what they become with another one instead.

    Examples
    --------
    >>> cells = Column(pa.array(["a@@b", "c@d", None, "a@@b"]), None)
    >>> found = replacing(cells, "@@", "@")
    >>> found.before.to_pylist(), found.after.to_pylist(), found.n_rows.tolist()
    (['a@@b'], ['a@b'], [2])
    """
    has_text = pc.match_substring(column.cells, pattern)
    before = whole(column.cells.filter(has_text).cast(TEXT))
    if column.codes is None:
        encoded = before.dictionary_encode()
        before = encoded.dictionary
        n_rows = np.bincount(encoded.indices.to_numpy(), minlength=len(before))
    else:
        n_rows = column.counts[as_mask(has_text)]
    after = pc.replace_substring(before, pattern, new)
    order = np.argsort(-n_rows, kind="stable")
    order = order[pc.not_equal(before, after).to_numpy(zero_copy_only=False)[order]]
    places = pa.array(order)
    return Replacing(before.take(places), after.take(places), n_rows[order])
