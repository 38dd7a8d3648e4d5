"""The validate stage: what the entity demands of canonical values."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
from pandera.api.checks import Check

from pangoprep.columns.types import Mask
from pangoprep.entities import ENTITIES, Entity
from pangoprep.entities.rules import AnyOf
from pangoprep.errors import CheckError, UsageError
from pangoprep.findings import Block, rules
from pangoprep.sentence import Sentence
from pangoprep.steps.clean import Cleaned

# Which of several equal rows fail, by what Pandera calls it.
_KEPT = {"exclude_first": "first", "exclude_last": "last", "all": False}


def check_frame(frame: pd.DataFrame, cleaned: Cleaned, entity: type[Entity]) -> list[Block]:
    """Check a canonical frame against its entity: requirements, rules, Pandera's checks.

    A cell that could not be read is not also reported as missing.

    Parameters
    ----------
    frame
        The canonical frame, indexed by position.
    cleaned
        What the normalizers found.
    entity
        The model.
    """
    blocks = [*_required(frame, cleaned, entity), *_rules_between(frame, cleaned, entity)]
    if entity in ENTITIES.values():  # has no checks beyond those: see `_column_checks`
        return blocks
    return [*blocks, *_column_checks(frame, entity), *_frame_checks(frame, entity)]


def refuse_checks_across_rows(entity: type[Entity]) -> None:
    """Refuse a model that asks what only all rows together can answer.

    Where rows come in parts, such a check would find nothing that lies in two of them.

    Raises
    ------
    UsageError
        If a column or the model is ``unique``, or a check of the caller's is neither one of
        Pandera's own nor ``element_wise``: it may look at more than one value.
    """
    if entity in ENTITIES.values():  # asks nothing of the kind, and its schema takes long to make
        return
    schema = entity.to_schema()
    own_rules = {rule.rule for rule in entity.rules}
    found = [f"unique={' + '.join(schema.unique)}"] if schema.unique else []
    asked = [(check, "") for check in schema.checks if check.name not in own_rules]
    for name, column in schema.columns.items():
        found += [f"unique={name}"] if column.unique else []
        asked += [(check, f" of {name}") for check in column.checks]
    found += [
        f"{check.error or check.name or 'a check'}{of}"
        for check, of in asked
        if not check.element_wise and not _is_of_values(check)
    ]
    if found:
        raise UsageError(
            Sentence(
                "{1} has checks across rows ({2}), which rows that come in parts cannot "
                "answer. Read the file as one frame, or make a check of single values "
                "with element_wise=True.",
                entity.__name__,
                ", ".join(found),
            )
        )


def _is_of_values(check: Check) -> bool:
    """Whether a check is one of Pandera's own that look at each value alone."""
    return bool(Check.is_builtin_check(check.name)) and check.name != "unique_values_eq"


def _required(frame: pd.DataFrame, cleaned: Cleaned, entity: type[Entity]) -> list[Block]:
    blocks = []
    for name, facts in entity.fields().items():
        if facts.required and name in frame:
            missing = frame[name].isna().to_numpy() & ~_refused(cleaned, {name}, len(frame))
            incomplete = missing & _in_part(cleaned, name, len(frame))
            blocks.append(_block("required.incomplete", name, incomplete, name))
            blocks.append(_block("required.missing", name, missing & ~incomplete, name))
    return blocks


def _in_part(cleaned: Cleaned, name: str, n_rows: int) -> Mask:
    """Mark the rows in which a date is there, though not all of it."""
    marked = np.zeros(n_rows, dtype=bool)
    for block in cleaned.blocks:
        if block.field == name and block.rule == "date.year_only":
            marked[block.rows] = True
    return marked


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
    """Run the Pandera checks that a caller's model adds to the fields.

    What our own models demand of a value is what its normalizer makes of it or refuses (tested):
    to check it once more would cost as much as cleaning.
    """
    ours = next((known for known in entity.__mro__ if known in ENTITIES.values()), Entity)
    guaranteed = ours.to_schema().columns
    blocks = []
    for name, column in entity.to_schema().columns.items():
        if name not in frame:
            continue
        known = guaranteed[name].checks if name in guaranteed else []
        added = [check for check in column.checks if check not in known]
        blocks += [_checked(check, name, frame, name) for check in added]
        if column.unique:
            twice = frame[name].duplicated(keep=_KEPT[column.report_duplicates])
            blocks.append(_block("check.failed", name, twice.to_numpy(), "unique"))
    return blocks


def _frame_checks(frame: pd.DataFrame, entity: type[Entity]) -> list[Block]:
    """Run the Pandera checks of whole rows that the entity's own rules do not cover."""
    schema = entity.to_schema()
    own = {rule.rule for rule in entity.rules}
    blocks = [_checked(check, "", frame) for check in schema.checks if check.name not in own]
    if names := [name for name in schema.unique or [] if name in frame]:
        twice = frame.duplicated(names, keep=_KEPT[schema.report_duplicates])
        blocks.append(_block("check.failed", "", twice.to_numpy(), f"unique: {' + '.join(names)}"))
    return blocks


def _checked(check: Any, field: str, frame: pd.DataFrame, *column: str) -> Block:
    """Run one check as Pandera does, and say which rows fail it."""
    name = str(check.error or check.name or "a check")
    try:
        result = check(frame, *column)
    except Exception as error:
        message = Sentence(
            "The check {1!r} stopped with {2}; see the cause above.", name, type(error).__name__
        )
        raise CheckError(message) from error
    severity = "warning" if check.raise_warning else rules()["check.failed"].severity
    rows = np.flatnonzero(_failed_rows(result, len(frame)))
    return Block("check.failed", field, severity, rows, detail=name)


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
    """Mark the rows in which one of these fields, or anything at all, could not be read."""
    marked = np.zeros(n_rows, dtype=bool)
    for block in cleaned.blocks:
        if block.severity == "error" and (block.field in names or not block.field):
            marked[block.rows] = True
    return marked


def _block(rule: str, field: str, failed: Mask, detail: str) -> Block:
    return Block(rule, field, rules()[rule].severity, np.flatnonzero(failed), detail=detail)
