"""Findings and row states as DataFrames, made when somebody looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.entities.masking import mask
from pangoprep.findings import SEVERITIES, Block
from pangoprep.report.faces.language import Language, language
from pangoprep.steps.clean import TEXT_DTYPE

if TYPE_CHECKING:
    from pangoprep.columns.types import Rows
    from pangoprep.steps.examined import Examined

# Rules whose suggestion names another row.
NAMES_ROWS = ("duplicate.", "reference.", "row.")

FINDING_COLUMNS = (
    "row", "index", "key", "field", "rule", "severity", "value", "message", "suggestion"
)  # fmt: skip


def findings_table(
    examined: Examined, blocks: Sequence[Block], *, reveal: bool, lang: str = "en"
) -> pd.DataFrame:
    """One row per finding, in the order of the caller's rows.

    Parameters
    ----------
    examined
        Where the findings come from.
    blocks
        The findings to list.
    reveal
        Whether keys, values and suggestions are shown as they are.
    lang
        The language of the messages.
    """
    words = language(lang)
    tables = [_block_table(block, examined, words, reveal=reveal) for block in blocks]
    table = pd.concat(tables or [pd.DataFrame(columns=list(FINDING_COLUMNS))], ignore_index=True)
    table = table.astype({"row": "int64"}).sort_values("row", kind="stable", ignore_index=True)
    table["index"] = labels_of(examined.frame.index.take(table["row"].to_numpy()))
    kinds = dict.fromkeys(("key", "field", "rule", "value", "message", "suggestion"), TEXT_DTYPE)
    kinds["severity"] = pd.CategoricalDtype(SEVERITIES, ordered=True)
    return table[list(FINDING_COLUMNS)].astype(kinds)


def labels_of(index: pd.Index) -> Any:
    """Return the labels of an index as a column of the same type; of several levels as tuples."""
    return index.to_numpy() if isinstance(index, pd.MultiIndex) else index.array


def _block_table(
    block: Block, examined: Examined, words: Language, *, reveal: bool
) -> pd.DataFrame:
    n_rows = len(block.rows)
    keys = examined.keys(reveal=reveal, rows=block.rows)
    column = examined.raw.get(block.field)
    values = column.at(block.rows) if column else pa.nulls(n_rows, TEXT)
    suggestions = block.suggestions if block.suggestions is not None else pa.nulls(n_rows, TEXT)
    if block.rule.startswith(NAMES_ROWS):
        suggestions = words.suggestion(suggestions.cast(TEXT))
    if not reveal:
        known = examined.facts.get(block.field)
        values = mask(values, known)
        if not block.rule.startswith(NAMES_ROWS):  # a row's number is nobody's secret
            suggestions = mask(suggestions, known)
    return pd.DataFrame(
        {
            "row": block.rows,
            "key": TEXT_DTYPE.__from_arrow__(keys),
            "field": block.field,
            "rule": block.rule,
            "severity": block.severity,
            "value": TEXT_DTYPE.__from_arrow__(values),
            "message": words.message(block.rule, block.detail),
            "suggestion": TEXT_DTYPE.__from_arrow__(suggestions.cast(TEXT)),
        }
    )


def row_reasons(
    blocks: Sequence[Block],
    n_rows: int,
    rows: Rows | None = None,
    words: Language | None = None,
    names: Mapping[str, str] | None = None,
) -> np.ndarray[Any, Any]:
    """Say for every row why it is not ready: the errors, and the row that supersedes it.

    Parameters
    ----------
    blocks
        The findings, worst first.
    n_rows
        How many rows the frame has.
    rows
        The positions to return; default: all.
    words
        The language; default: English.
    names
        What to call the fields; default: by their own names.
    """
    words = words or language("en")
    reasons = np.full(n_rows, "", dtype=object)
    for block in blocks:
        if block.severity != "error" and block.rule != "duplicate.superseded":
            continue
        added = np.full(len(block.rows), _reason(block, words, names or {}), dtype=object)
        if block.suggestions is not None and block.rule.startswith(NAMES_ROWS):
            told = words.suggestion(block.suggestions.cast(TEXT))
            added = added + " (" + told.to_numpy(zero_copy_only=False) + ")"
        before = reasons[block.rows]
        reasons[block.rows] = np.where(before == "", added, before + "; " + added)
    return reasons if rows is None else reasons[rows]


def _reason(block: Block, words: Language, names: Mapping[str, str]) -> str:
    where = f"{names.get(block.field, block.field)}: " if block.field else ""
    detail = block.detail if block.rule == "required.any_of" else ""
    return where + words.in_a_sentence(block.rule, detail)
