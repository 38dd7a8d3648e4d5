"""START HERE: how a frame becomes a report.

``prepare`` runs the stages in order: find the entity, match the columns, clean every column,
check what the entity demands, decide between rows of one key. Everything that leaves this machine
went through it; a dry run is the same call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from pangoprep.entities import ENTITIES, Entity, entity_for
from pangoprep.entities.custom_fields import custom_field
from pangoprep.entities.fields import FieldFacts, facts_of
from pangoprep.entities.rules import AnyOf
from pangoprep.errors import (
    AmbiguousEntityError,
    ColumnNamesError,
    MissingColumnError,
    UsageError,
)
from pangoprep.findings import in_order, rows_with, under_policy
from pangoprep.matching.detection import detect_entities
from pangoprep.matching.fixes import Fixes, apply_fixes, check_fixes
from pangoprep.matching.mapping import ColumnMap, clash_message, map_columns
from pangoprep.memory import system_memory
from pangoprep.options import Options
from pangoprep.reading.noted import noted_rows
from pangoprep.reading.pieces import SOURCE
from pangoprep.report import Report
from pangoprep.steps.check import check_frame
from pangoprep.steps.clean import clean_columns, fill_years
from pangoprep.steps.duplicates import find_duplicates
from pangoprep.steps.examined import Examined
from pangoprep.steps.references import Customers, check_references


@dataclass(frozen=True)
class PartPlan:
    """Which column of the frame becomes which field of which entity."""

    entity: type[Entity]
    sources: Mapping[str, Any]
    facts: Mapping[str, FieldFacts]
    column_map: ColumnMap


def prepare(
    frame: pd.DataFrame,
    object_type: str | type[Entity] | None = None,
    options: Options | None = None,
    *,
    mapping: Mapping[Any, str] | None = None,
    fixes: Fixes | None = None,
) -> Report:
    """Clean a frame, check it, and split its rows into ready and held.

    Parameters
    ----------
    frame
        Any frame with one row per record; it is not changed.
    object_type
        The entity, or None to tell it from the columns.
    options
        How cells are read; default: the entity's.
    mapping
        The field of some columns, such as ``{"SĐT": "phone"}``; the others are matched.
    fixes
        What some cells mean, by field, such as ``{"gender": {"x": "male"}}``.

    Raises
    ------
    UnknownEntityError, AmbiguousEntityError
        If the entity is not known, or the columns fit several.
    ColumnNamesError, MissingColumnError
        If the columns cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "SĐT": ["912345678"]})
    >>> prepare(frame, "customer-identity").ready["phone"].to_list()
    ['0912345678']
    """
    plan = plan_columns(frame, object_type, mapping)
    return examine(frame, plan, options or plan.entity.options, fixes)


def plan_columns(
    frame: pd.DataFrame,
    object_type: str | type[Entity] | None,
    mapping: Mapping[Any, str] | None = None,
) -> PartPlan:
    """Decide the entity and match the frame's columns to its fields."""
    found = find_columns(frame, object_type, mapping)
    entity = entity_for(object_type if object_type is not None else found.entity)
    if found.rivals:
        raise ColumnNamesError(clash_message(found.rivals, entity.object_type))
    facts = entity.fields()
    sources = {}
    for column, name in found.fields.items():
        known = facts.get(name) or (custom_field(name) if entity.custom_fields else None)
        if known:
            sources[name] = column
            facts[name] = known
    _refuse_missing(frame, entity, sources, found)
    sources = {name: sources[name] for name in facts if name in sources}
    return PartPlan(entity, sources, facts, found)


def find_columns(
    frame: pd.DataFrame,
    object_type: str | type[Entity] | None,
    mapping: Mapping[Any, str] | None = None,
) -> ColumnMap:
    """Match the frame's columns to an entity's fields, and say how sure that is."""
    _refuse_layered(frame)
    entity = entity_for(object_type) if object_type is not None else _detect(frame, mapping)
    return map_columns(frame, entity, mapping)


def plan_fields(frame: pd.DataFrame, entity: type[Entity]) -> PartPlan:
    """Take the columns that carry a field's own name, and no others."""
    _refuse_layered(frame)
    facts = entity.fields()
    for column in frame.columns:
        if entity.custom_fields and (known := custom_field(str(column))):
            facts[known.name] = known
    fields = {name: name for name in facts if name in frame}
    return PartPlan(entity, fields, facts, ColumnMap(entity.object_type, ()))


@system_memory()
def examine(
    frame: pd.DataFrame,
    plan: PartPlan,
    options: Options,
    fixes: Fixes | None = None,
    customers: Customers | None = None,
) -> Report:
    """Run the stages on a frame whose columns are matched.

    With ``customers``, rows that refer to a customer are held against them.
    """
    policy = partial(under_policy, severity=options.severity or {}, ignore=options.ignore)
    fixes = check_fixes(fixes or {}, plan.sources)
    fixed, applied = apply_fixes(frame, plan.sources, fixes)
    cleaned = clean_columns(fixed, plan.sources, plan.facts, options, plan.entity.key)
    # First of all: what is no error leaves an empty cell, which the checks then see as one.
    cleaned.blocks = policy([*noted_rows(frame), *applied, *cleaned.blocks])
    fill_years(cleaned, plan.facts)
    canonical = cleaned.frame()
    checked = check_frame(canonical, cleaned, plan.entity, own_columns(frame, plan))
    if customers is not None:
        checked += check_references(canonical, plan.entity.object_type, customers)
    blocks = [*cleaned.blocks, *policy(checked)]
    held = rows_with(blocks, "error", len(frame))
    key = plan.entity.key
    duplicates, superseded = find_duplicates(cleaned.groups, key, held, options.duplicates)
    blocks = in_order([*blocks, *policy(duplicates)])
    held = rows_with(blocks, "error", len(frame))
    examined = Examined(
        frame=frame,
        canonical=canonical,
        entity=plan.entity,
        sources=plan.sources,
        facts=plan.facts,
        raw=cleaned.raw,
        evidence=cleaned.evidence,
        blocks=blocks,
        is_held=held,
        is_superseded=superseded & ~held,
        options=options,
        column_map=plan.column_map,
        fixes=fixes,
    )
    return Report(examined)


def own_columns(frame: pd.DataFrame, plan: PartPlan) -> pd.DataFrame:
    """Return the columns that a model of the caller's own declares beside the fields."""
    columns = plan.entity.to_schema().columns
    names = [name for name, column in columns.items() if not facts_of(column) and name in frame]
    return frame[names].set_axis(pd.RangeIndex(len(frame)), axis="index")


def _refuse_layered(frame: pd.DataFrame) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise UsageError(f"A pandas DataFrame is needed, not {type(frame).__name__}.")
    if isinstance(frame.columns, pd.MultiIndex):
        raise ColumnNamesError(
            f"The column names have several levels ({frame.columns.nlevels}); one is needed. "
            "Join them first: frame.columns = ['_'.join(names) for names in frame.columns]."
        )
    twice = frame.columns[frame.columns.duplicated()].unique().tolist()
    if twice:
        raise ColumnNamesError(
            f"Column names that occur more than once ({len(twice)}): "
            f"{', '.join(map(repr, twice[:5]))}. Rename or drop the surplus columns."
        )


def _detect(frame: pd.DataFrame, mapping: Mapping[Any, str] | None) -> type[Entity]:
    known = mapping if isinstance(mapping, Mapping) else {}
    found = detect_entities([known.get(column, column) for column in frame.columns])
    if len(found) == 1:
        return entity_for(found[0])
    if (sheet := frame.attrs.get(SOURCE, {}).get("sheet")) in ENTITIES:
        return entity_for(sheet)
    if found:
        raise AmbiguousEntityError(
            f"The columns fit {' and '.join(found)}. Name one: df.pango.validate({found[0]!r})."
        )
    raise AmbiguousEntityError(
        "The columns fit no entity. Rename them to PangoCDP's fields, or name the entity to see "
        "what is missing: df.pango.validate('customer-identity')."
    )


def _listed(columns: pd.Index) -> str:
    """Name the columns; a file without a header row has a customer's values for names."""
    if not len(columns):
        return "no columns"
    return ", ".join("•••" if _looks_like_value(name) else str(name) for name in columns[:20])


def _looks_like_value(name: Any) -> bool:
    return re.search("@|[0-9]{4}", str(name)) is not None


def _refuse_missing(
    frame: pd.DataFrame, entity: type[Entity], sources: Mapping[str, Any], found: ColumnMap
) -> None:
    """Stop where every row would be held because a column is not there."""
    missing = [name for name, facts in entity.fields().items() if facts.required]
    missing = [name for name in missing if name not in sources]
    for name, column in entity.to_schema().columns.items():
        if column.required and not column.regex and not facts_of(column) and name not in frame:
            missing.append(name)
    for rule in entity.rules:
        if isinstance(rule, AnyOf) and not any(
            all(name in sources for name in fields) for fields in rule.alternatives
        ):
            missing.append(rule.detail)
    if missing:
        asked = "".join(f" {question}." for question in found.questions[:3])
        if any(map(_looks_like_value, frame.columns)):
            asked = " Some names look like values: does the file have a header row?"
        raise MissingColumnError(
            f"{entity.object_type} needs {'; '.join(missing)}. "
            f"The frame has {_listed(frame.columns)}."
            f"{asked or ' Rename the columns that hold them, or give mapping={column: field}.'}"
        )
