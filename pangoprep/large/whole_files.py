"""A file's rows all at once, for what cannot be done in parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from pangoprep.errors import ReadError
from pangoprep.large.request import FileRequest
from pangoprep.reading.frames import MAX_BYTES
from pangoprep.sentence import Sentence


def whole_of(request: FileRequest) -> pd.DataFrame:
    """Read all rows of a file as one frame.

    Raises
    ------
    ReadError
        If they are too many.
    """
    frame = request.whole(MAX_BYTES)
    if frame is None:
        raise ReadError(
            Sentence(
                "{1} holds more than {2:.0f} GiB of text, too much to take as a whole.",
                Path(request.path).name,
                MAX_BYTES / 2**30,
            )
        )
    return frame


def tables_of(request: FileRequest) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Read all rows of a file, and those of its items where they are in a table of their own.

    Raises
    ------
    ReadError
        If they are too many.
    """
    if request.has_items:
        return request.tables(MAX_BYTES)
    return whole_of(request), None


def columns_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Say of each column how many cells have a value, and how many different ones there are."""
    return [
        {"column": str(name), "filled": int(cells.notna().sum()), "distinct": int(cells.nunique())}
        for name, cells in frame.items()  # two columns may have one name
    ]  # fmt: skip
