"""What was noted of rows when their file was read, as findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.findings import LINE_SPAN, Block, rules
from pangoprep.reading.pieces import FILE, FILE_ROW, ROW_NOTES, SOURCE, TABLE
from pangoprep.reading.row_notes import rows_of, spans_of


def noted_rows(frame: pd.DataFrame) -> list[Block]:
    """Return what the reader of a frame noted of its rows.

    Parameters
    ----------
    frame
        A frame of `read` or `scan`, or some of its rows in any order; of any other nothing is
        known.
    """
    told: Any = frame.attrs.get(SOURCE)
    notes = told.get(ROW_NOTES, ()) if isinstance(told, Mapping) else ()
    index = frame.index
    if not notes or FILE_ROW not in index.names:
        return []
    numbers = index.get_level_values(FILE_ROW).to_numpy()
    apart = next((name for name in (FILE, TABLE) if name in index.names), None)
    files = None if apart is None else index.get_level_values(apart)
    blocks = []
    for file, rule, ranges, lines in notes:
        noted = rows_of(ranges)
        is_noted = np.isin(numbers, noted)
        if files is not None:
            is_noted &= np.asarray(files == file)
        rows = np.flatnonzero(is_noted)
        spans = None
        if lines:
            every = pa.array([span and span._asdict() for span in spans_of(lines)], LINE_SPAN)
            spans = every.take(pa.array(np.searchsorted(noted, numbers[rows])))
        blocks.append(Block(rule, "", rules()[rule].severity, rows, lines=spans))
    return blocks
