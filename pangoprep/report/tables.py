"""Findings and row states as DataFrames, made when somebody looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.cleaning import TEXT_DTYPE
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import SEVERITIES, Block, rules
from pangoprep.normalizers.column import TEXT, Column
from pangoprep.report.masking import mask

FINDING_COLUMNS = (
    "row", "index", "key", "field", "rule", "severity", "value", "message", "suggestion"
)  # fmt: skip


def findings_table(
    blocks: Sequence[Block],
    index: pd.Index,
    keys: pa.Array,
    raw: Mapping[str, Column],
    facts: Mapping[str, FieldFacts],
    *,
    reveal: bool,
) -> pd.DataFrame:
    """One row per finding, in the order of the caller's rows.

    Parameters
    ----------
    blocks
        The findings.
    index
        The caller's index.
    keys
        The key of every row, ready to show.
    raw
        The caller's cells as text, by field.
    facts
        What is known of each field.
    reveal
        Whether values and suggestions are shown as they are.
    """
    tables = [_block_table(block, keys, raw, facts, reveal=reveal) for block in blocks]
    if not tables:
        return pd.DataFrame({name: pd.Series(dtype=TEXT_DTYPE) for name in FINDING_COLUMNS}).astype(
            {"row": "int64"}
        )
    table = pd.concat(tables, ignore_index=True)
    table = table.sort_values("row", kind="stable", ignore_index=True)
    table["index"] = index.take(table["row"].to_numpy()).to_numpy()
    severities = pd.CategoricalDtype(SEVERITIES, ordered=True)
    return table[list(FINDING_COLUMNS)].astype({"severity": severities})


def _block_table(
    block: Block,
    keys: pa.Array,
    raw: Mapping[str, Column],
    facts: Mapping[str, FieldFacts],
    *,
    reveal: bool,
) -> pd.DataFrame:
    rows = pa.array(block.rows)
    n_rows = len(block.rows)
    column = raw.get(block.field)
    values = column.at(block.rows) if column else pa.nulls(n_rows, TEXT)
    suggestions = block.suggestions if block.suggestions is not None else pa.nulls(n_rows, TEXT)
    if not reveal:
        known = facts.get(block.field)
        values = mask(values, known)
        if not block.rule.startswith("duplicate."):  # a row's number is nobody's secret
            suggestions = mask(suggestions, known)
    return pd.DataFrame(
        {
            "row": block.rows,
            "key": TEXT_DTYPE.__from_arrow__(keys.take(rows)),
            "field": block.field,
            "rule": block.rule,
            "severity": block.severity,
            "value": TEXT_DTYPE.__from_arrow__(values),
            "message": block.message,
            "suggestion": TEXT_DTYPE.__from_arrow__(suggestions.cast(TEXT)),
        }
    )


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
        joined = pa.compute.binary_join_element_wise(joined, part, pa.scalar(" + ", TEXT))
    return joined


def row_reasons(blocks: Sequence[Block], n_rows: int) -> np.ndarray[Any, Any]:
    """Say for every row why it is not ready: the errors, and the row that supersedes it."""
    reasons = np.full(n_rows, "", dtype=object)
    for block in blocks:
        if block.severity != "error" and block.rule != "duplicate.superseded":
            continue
        where = f"{block.field}: " if block.field else ""
        detail = f" ({block.detail})" if block.rule == "required.any_of" else ""
        added = np.full(
            len(block.rows), where + rules()[block.rule].in_a_sentence + detail, dtype=object
        )
        if block.suggestions is not None and block.rule == "duplicate.superseded":
            added = added + " (" + block.suggestions.to_numpy(zero_copy_only=False) + ")"
        before = reasons[block.rows]
        reasons[block.rows] = np.where(before == "", added, before + "; " + added)
    return reasons
