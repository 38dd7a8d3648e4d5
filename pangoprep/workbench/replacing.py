"""Text put for text within values: which values that changes, and into what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT, TEXT_DTYPE
from pangoprep.columns.types import Rows
from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.masking import mask


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


def replacing(cells: pa.Array, pattern: str, new: str) -> Replacing:
    """Find the values that have a text, and what they become with another one instead.

    Examples
    --------
    >>> found = replacing(pa.array(["a@@b", "c@d", None, "a@@b"]), "@@", "@")
    >>> found.before.to_pylist(), found.after.to_pylist(), found.n_rows.tolist()
    (['a@@b'], ['a@b'], [2])
    """
    some = cells.cast(TEXT).filter(pc.match_substring(cells, pattern)).dictionary_encode()
    before = some.dictionary
    after = pc.replace_substring(before, pattern, new)
    codes = some.indices.to_numpy(zero_copy_only=False)
    n_rows = np.bincount(codes, minlength=len(before))
    order = np.argsort(-n_rows, kind="stable")
    order = order[pc.not_equal(before, after).to_numpy(zero_copy_only=False)[order]]
    places = pa.array(order)
    return Replacing(before.take(places), after.take(places), n_rows[order])
