"""The facts of a report, apart from how they look: counts by rule and by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, rules
from pangoprep.normalizers.column import Column
from pangoprep.report.masking import mask

_N_EXAMPLES = 3


@dataclass(frozen=True)
class RuleFacts:
    """What one rule found in one field. ``examples`` are masked and distinct."""

    rule: str
    severity: str
    field: str
    n_rows: int
    share: float
    meaning: str
    action: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class ColumnFacts:
    """How one column was read."""

    field: str
    label: str
    source: str
    n_filled: int
    n_distinct: int
    n_errors: int
    note: str


def summary_table(blocks: Sequence[Block], n_rows: int) -> pd.DataFrame:
    """One row per rule and field: rule, severity, field, rows, share of all rows."""
    records = [
        (block.rule, block.severity, block.field, len(block.rows), len(block.rows) / n_rows)
        for block in blocks
    ]
    return pd.DataFrame(records, columns=["rule", "severity", "field", "rows", "share"])


def rule_facts(
    blocks: Sequence[Block],
    n_rows: int,
    raw: Mapping[str, Column],
    facts: Mapping[str, FieldFacts],
) -> list[RuleFacts]:
    """What each rule found, worst first."""
    return [
        RuleFacts(
            rule=block.rule,
            severity=block.severity,
            field=block.field,
            n_rows=len(block.rows),
            share=len(block.rows) / n_rows,
            meaning=rules()[block.rule].meaning + (f" ({block.detail})" if block.detail else ""),
            action=rules()[block.rule].action,
            examples=_examples(block, raw, facts),
        )
        for block in blocks
    ]


def column_facts(
    sources: Mapping[str, object],
    raw: Mapping[str, Column],
    facts: Mapping[str, FieldFacts],
    blocks: Sequence[Block],
    notes: Mapping[str, str],
) -> list[ColumnFacts]:
    """How each of the caller's columns was read."""
    errors: dict[str, int] = {}
    for block in blocks:
        if block.severity == "error":
            errors[block.field] = errors.get(block.field, 0) + len(block.rows)
    return [
        ColumnFacts(
            field=name,
            label=facts[name].label,
            source=str(source),
            n_filled=int(raw[name].filled.sum()),
            n_distinct=raw[name].n_distinct,
            n_errors=errors.get(name, 0),
            note=notes.get(name, ""),
        )
        for name, source in sources.items()
    ]


def _examples(
    block: Block, raw: Mapping[str, Column], facts: Mapping[str, FieldFacts]
) -> tuple[str, ...]:
    column = raw.get(block.field)
    if column is None:
        return ()
    first = column.at(block.rows[:1000]).drop_null()
    return tuple(mask(first, facts.get(block.field)).unique()[:_N_EXAMPLES].to_pylist())
