"""The validate stage: what the entity demands of canonical values."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.cleaning import Cleaned
from pangoprep.entities.base import Entity
from pangoprep.entities.rules import AnyOf
from pangoprep.findings import Block, rules

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def check_frame(frame: pd.DataFrame, cleaned: Cleaned, entity: type[Entity]) -> list[Block]:
    """Check a canonical frame against its entity: requirements, rules, Pandera's checks.

    A cell that could not be read is not also reported as missing.
    """
    blocks = [*_required(frame, cleaned, entity), *_rules_between(frame, cleaned, entity)]
    return [*blocks, *_column_checks(frame, entity), *_frame_checks(frame, entity)]


def _required(frame: pd.DataFrame, cleaned: Cleaned, entity: type[Entity]) -> list[Block]:
    blocks = []
    for name, facts in entity.fields().items():
        if facts.required and name in frame:
            missing = frame[name].isna().to_numpy() & ~_refused(cleaned, {name}, len(frame))
            blocks.append(_block("required.missing", name, missing, name))
    return blocks


def _rules_between(frame: pd.DataFrame, cleaned: Cleaned, entity: type[Entity]) -> list[Block]:
    blocks = []
    for rule in entity.rules:
        failed = ~rule.passes(frame).to_numpy(dtype=bool)
        if isinstance(rule, AnyOf):
            concerned = {name for fields in rule.alternatives for name in fields}
            failed &= ~_refused(cleaned, concerned, len(frame))
        blocks.append(_block(rule.rule, rule.field, failed, rule.detail))
    return blocks


def _column_checks(frame: pd.DataFrame, entity: type[Entity]) -> list[Block]:
    """Run the Pandera checks that the model declares for its columns."""
    blocks = []
    for name, column in entity.to_schema().columns.items():
        if name not in frame:
            continue
        for check in column.checks:
            failed = _failed_rows(check(frame[name]), len(frame))
            blocks.append(_block("check.failed", name, failed, _name(check)))
    return blocks


def _frame_checks(frame: pd.DataFrame, entity: type[Entity]) -> list[Block]:
    """Run the Pandera checks of whole rows that the entity's own rules do not cover."""
    own = {rule.rule for rule in entity.rules}
    blocks = []
    for check in entity.to_schema().checks:
        if check.name not in own:
            failed = _failed_rows(check(frame), len(frame))
            blocks.append(_block("check.failed", "", failed, _name(check)))
    return blocks


def _failed_rows(result: Any, n_rows: int) -> Mask:
    """Turn Pandera's result of one check into a mask; a check of the whole fails every row."""
    output = result.check_output
    if isinstance(output, pd.DataFrame):
        output = output.all(axis="columns")
    if not isinstance(output, pd.Series):
        return np.full(n_rows, not bool(output))
    passed = np.ones(n_rows, dtype=bool)
    passed[output.index.to_numpy()] = output.to_numpy(dtype=bool, na_value=True)
    return ~passed


def _refused(cleaned: Cleaned, names: Collection[str], n_rows: int) -> Mask:
    """Mark the rows in which one of these fields could not be read."""
    marked = np.zeros(n_rows, dtype=bool)
    for block in cleaned.blocks:
        if block.severity == "error" and block.field in names:
            marked[block.rows] = True
    return marked


def _name(check: Any) -> str:
    return str(check.error or check.name or "a check")


def _block(rule: str, field: str, failed: Mask, detail: str) -> Block:
    return Block(rule, field, rules()[rule].severity, np.flatnonzero(failed), detail=detail)
