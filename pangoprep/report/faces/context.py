"""Held rows as a cell and a page show them, and as a CSV within the page, to download."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.columns.cell_text import TEXT_DTYPE
from pangoprep.language import Language, language
from pangoprep.report.faces.tables import reasons_of
from pangoprep.report.facts.row_numbers import as_texts, row_numbers
from pangoprep.report.facts.rows_in_context import fields_of, is_personal, rows_in_context
from pangoprep.steps.examined import Examined
from pangoprep.writing.formats import csv_bytes

#: A page holds so many rows to download, so that a browser opens it.
MAX_ROWS = 2_000
#: What templates are told where no held rows are shown.
NO_CONTEXT: dict[str, Any] = {"held": None, "reasons": [], "download": None, "reveal": False}


@dataclass(frozen=True)
class Download:
    """A file within a page: its name, its content as an address, and how many rows it has."""

    name: str
    address: str
    n_rows: int


def context(examined: Examined, lang: str, most: int, *, reveal: bool = False) -> dict[str, Any]:
    """Return some held rows for a template, and why each is held."""
    held = rows_in_context(examined, most, reveal=reveal)
    rows = np.array([row.row for row in held.rows], dtype=np.int64)
    reasons = reasons_of(examined, rows, language(lang))
    return {**NO_CONTEXT, "held": held, "reasons": reasons, "reveal": reveal}


def page_context(examined: Examined, lang: str, most: int, *, reveal: bool) -> dict[str, Any]:
    """Return the same for a page, which has the rows as a file, too."""
    download = held_download(examined, language(lang), reveal=reveal)
    return {**context(examined, lang, most, reveal=reveal), "download": download}


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
