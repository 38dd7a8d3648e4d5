"""Held rows as a CSV within a page, to download without a server."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pangoprep.large.writing import csv_bytes
from pangoprep.report.faces.language import Language
from pangoprep.report.faces.tables import reasons_of
from pangoprep.report.facts.held_rows import fields_of, is_personal
from pangoprep.report.facts.row_numbers import as_texts, row_numbers
from pangoprep.steps.clean import TEXT_DTYPE
from pangoprep.steps.examined import Examined

#: A page holds so many rows of it, so that a browser opens it.
MAX_ROWS = 2_000


@dataclass(frozen=True)
class Download:
    """A file within a page: its name, its content as an address, and how many rows it has."""

    name: str
    address: str
    n_rows: int


def held_download(examined: Examined, words: Language, *, reveal: bool) -> Download | None:
    """Return the held rows with their numbers and reasons; None if there are none.

    Parameters
    ----------
    examined
        What was found.
    words
        The language of reasons and headings.
    reveal
        Whether all columns are in it; else those that become fields, and none that is personal.
    """
    rows = np.flatnonzero(examined.is_held)[:MAX_ROWS]
    if not len(rows):
        return None
    came = examined.came(rows)
    if not reveal:
        of = fields_of(examined)
        came = came[[name for name in came if name in of and not is_personal(of[name])]]
    came = came.set_axis([str(name) for name in came], axis="columns").reset_index(drop=True)
    numbers = as_texts(row_numbers(examined.labels(rows), rows))
    table = pd.DataFrame({_heading(words("column.row"), came): TEXT_DTYPE.__from_arrow__(numbers)})
    table = pd.concat([table, came], axis="columns")
    reasons = pd.array(reasons_of(examined, rows, words), dtype=TEXT_DTYPE)
    table = table.assign(**{_heading(words("column.reason"), came): reasons})
    content = b64encode(csv_bytes(table)).decode()
    name = f"held {examined.entity.object_type}.csv"
    return Download(name, f"data:text/csv;charset=utf-8;base64,{content}", len(rows))


def _heading(name: str, frame: pd.DataFrame) -> str:
    """Return a heading that the caller's columns do not have."""
    while name in frame:
        name += "_"
    return name
