"""Findings: what is worth saying about cells and rows, kept as columns.

A million rows can have a hundred thousand findings, so one is never an object. A `Block` holds
all findings of one rule in one field; tables are made from blocks when somebody looks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from pangoprep.tables import read_table

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id, severity and wording. Source: ``tables/rules.csv``."""

    rule: str
    severity: str
    meaning: str
    action: str


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its id, in the order of the table.

    Examples
    --------
    >>> rules()["phone.lost_zero"].severity
    'info'
    """
    columns = ["rule", "severity", "meaning", "action"]
    rows = read_table("rules").select(columns).to_pylist()
    return {row["rule"]: Rule(**row) for row in rows}


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """All findings of one rule in one field.

    Parameters
    ----------
    rule, field, severity
        What was found, where, and how bad it is.
    rows
        Positions of the rows, from 0, ascending.
    suggestions
        One text per row, or None where the rule suggests nothing.
    detail
        What to add to the rule's meaning, such as the allowed values. Never a cell's value.
    """

    rule: str
    field: str
    severity: str
    rows: np.ndarray[Any, np.dtype[np.int64]]
    suggestions: pa.Array | None = None
    detail: str = ""

    @property
    def message(self) -> str:
        """The sentence shown to people."""
        known = rules()[self.rule]
        detail = f" ({self.detail})" if self.detail else ""
        return f"{known.meaning}{detail}. {known.action}."


def rows_with(blocks: Iterable[Block], severity: str, n_rows: int) -> np.ndarray[Any, Any]:
    """Mark the rows that have a finding of this severity, as one boolean per row."""
    marked = np.zeros(n_rows, dtype=bool)
    for block in blocks:
        if block.severity == severity:
            marked[block.rows] = True
    return marked


def under_policy(
    blocks: Iterable[Block], severity: Mapping[str, str], ignore: Collection[str]
) -> list[Block]:
    """Give blocks the severity the caller wants for their rule, and drop what is ignored."""
    return [
        replace(block, severity=severity.get(block.rule, block.severity))
        for block in blocks
        if block.rule not in ignore
    ]


def in_order(blocks: Sequence[Block]) -> list[Block]:
    """Sort blocks worst first, then by rows, most first; drop empty ones.

    A normalizer may flag one rule at several stages; here they become one block.
    """
    groups: dict[tuple[str, ...], list[Block]] = {}
    for block in blocks:
        if len(block.rows):
            key = (block.rule, block.field, block.severity, block.detail)
            groups.setdefault(key, []).append(block)
    return sorted(
        map(_joined, groups.values()),
        key=lambda b: (SEVERITIES.index(b.severity), -len(b.rows), b.rule, b.field),
    )


def _joined(blocks: list[Block]) -> Block:
    if len(blocks) == 1:
        return blocks[0]
    rows = np.concatenate([block.rows for block in blocks])
    order = np.argsort(rows, kind="stable")
    suggestions = None
    if any(block.suggestions is not None for block in blocks):
        texts = [
            pa.nulls(len(block.rows), pa.large_string())
            if block.suggestions is None
            else block.suggestions.cast(pa.large_string())
            for block in blocks
        ]
        suggestions = pa.concat_arrays(texts).take(pa.array(order))
    return replace(blocks[0], rows=rows[order], suggestions=suggestions)
