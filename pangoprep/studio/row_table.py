"""Some rows with all their columns, as the studio shows them: numbers, masked cells, reasons."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT, as_text
from pangoprep.columns.types import Rows
from pangoprep.entities.masking import mask
from pangoprep.report import Report
from pangoprep.report.faces.tables import numbering, row_reasons
from pangoprep.report.facts.row_numbers import as_texts, row_numbers
from pangoprep.steps.examined import Examined
from pangoprep.studio.problems import alternatives, field_label
from pangoprep.studio.words import StudioWords

_GRAVE = ("error", "warning")
_UNMARKED = ("", "")


def row_table(
    report: Report,
    rows: Rows,
    words: StudioWords,
    *,
    revealed: bool,
    asked: Sequence[str] = (),
) -> dict[str, Any]:
    """Return rows as the page shows them.

    Parameters
    ----------
    report
        Where the rows are from.
    rows
        Their positions, ascending.
    words
        The language.
    revealed
        Whether personal values are shown as they are. Columns that are no field are, too, only
        then: nobody has said what they hold.
    asked
        The fields that somebody looks at the rows for: they stand first, after the key.
    """
    examined = report.examined
    frame = examined.came(rows)
    fields = {column: name for name, column in examined.sources.items()}
    in_front = [*examined.entity.key, *asked]
    in_front = [*dict.fromkeys(name for name in in_front if name in examined.sources)]
    rank = {examined.sources[name]: number for number, name in enumerate(in_front)}
    columns, cells = [], []
    for place in sorted(
        range(frame.shape[1]), key=lambda place: rank.get(frame.columns[place], len(rank))
    ):
        column = frame.columns[place]
        field = fields.get(column)
        texts = cell_texts(frame.iloc[:, place])
        shown = texts if revealed else shown_masked(texts, examined, field)
        is_masked = not revealed and (field is None or examined.facts[field].personal)
        label = "" if field is None else field_label(examined.facts[field], field, words)
        told = {"name": str(column), "field": field, "label": label, "asked": field in asked}
        columns.append(told)
        cells.append((field, shown.to_pylist(), is_masked))
    marks = _marks(examined, rows, words)
    reasons = _reasons(examined, rows, words)
    numbers = as_texts(row_numbers(examined.labels(rows), rows)).to_pylist()
    return {
        "columns": columns,
        "n_in_front": len(in_front),
        "items": [
            {
                "row": int(row),
                "number": numbers[place],
                "reason": reasons[place],
                "left_out": bool(examined.is_left_out[row]),
                "cells": [
                    {
                        "text": texts[place],
                        "masked": is_masked,
                        "severity": marks.get((field, int(row)), _UNMARKED)[0],
                        "why": marks.get((field, int(row)), _UNMARKED)[1],
                    }
                    for field, texts, is_masked in cells
                ],
            }
            for place, row in enumerate(rows.tolist())
        ],
    }


def _reasons(examined: Examined, rows: Rows, words: StudioWords) -> list[str]:
    """Say why rows are not sent; of those that are sent, what to look at."""
    blocks = [block.among(rows) for block in examined.blocks]
    names = {name: field_label(facts, name, words) for name, facts in examined.facts.items()}
    errors, warnings = (
        row_reasons(
            blocks, len(rows), words=words.report, names=names, number=numbering(examined),
            severity=severity,
        )
        for severity in _GRAVE
    )  # fmt: skip
    told: list[str] = np.where(errors == "", warnings, errors).tolist()
    return told


def cell_texts(cells: pd.Series) -> pa.Array:
    """Return cells as text, in one piece."""
    texts = as_text(cells)
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return texts.cast(TEXT)


def shown_masked(texts: pa.Array, examined: Examined, field: str | None) -> pa.Array:
    """Mask cells of personal fields, and of columns of which nobody has said what they are."""
    if field is not None:
        return mask(texts, examined.facts[field])
    known = next((facts for facts in examined.entity.fields().values() if facts.personal), None)
    return mask(texts, known)


def _marks(
    examined: Examined, rows: Rows, words: StudioWords
) -> dict[tuple[str | None, int], tuple[str, str]]:
    """Say which cells have an error or a warning, and which: the first that is found."""
    marks: dict[tuple[str | None, int], tuple[str, str]] = {}
    for block in examined.blocks:
        if block.severity not in _GRAVE or not block.field:
            continue
        told = (str(block.severity), words.report.meaning(block.rule))
        names = itertools.chain(*alternatives(examined, block.field, block.rule))
        for name, row in itertools.product(names, rows[np.isin(rows, block.rows)].tolist()):
            marks.setdefault((name, row), told)
    return marks
