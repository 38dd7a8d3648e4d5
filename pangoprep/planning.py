"""The plan: which entity a frame is, which column is which field, and how cells are read.

It is made once, from the head of the data; every part of it follows the same plan.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from pangoprep import call_words as how
from pangoprep.entities import ENTITIES, Entity, entity_for
from pangoprep.entities.custom_fields import custom_field
from pangoprep.entities.item_columns import item_column, list_fields, list_of
from pangoprep.errors import (
    AmbiguousEntityError,
    ColumnNamesError,
    UsageError,
)
from pangoprep.fixes.file import FixesFile, GivenFixes, fixes_apart
from pangoprep.matching.detection import detect_entities
from pangoprep.matching.fixes import check_fixes
from pangoprep.matching.mapping import ColumnMap, clash_message, map_columns
from pangoprep.matching.not_sent import ask_about, not_sent
from pangoprep.matching.unfolding import numbered_for
from pangoprep.matching.values import Values, read_values
from pangoprep.missing_fields import index_hint, lacking_fields, refuse_missing
from pangoprep.options import Options
from pangoprep.part_plan import PartPlan
from pangoprep.reading.pieces import SOURCE
from pangoprep.sentence import Sentence, all_of
from pangoprep.steps.complete import check_constants


def plan_columns(
    frame: pd.DataFrame,
    object_type: str | type[Entity] | None,
    options: Options | None = None,
    *,
    mapping: Mapping[Any, str] | None = None,
    fixes: GivenFixes | None = None,
    fixes_file: FixesFile | None = None,
    values: Mapping[str, Any] | None = None,
    found: ColumnMap | None = None,
    may_lack: bool = False,
    new_columns: Collection[Any] = (),
) -> PartPlan:
    """Decide the entity, match the frame's columns to its fields, and settle the options.

    With ``found`` they are matched already. Where a field that every record needs has no column, or
    a field has several, the plan is refused, or, if it ``may_lack`` some, says so. ``new_columns``
    are those that a recipe does not name: what they could be is told, not taken.
    """
    refuse_layered(frame)
    said, given_file = fixes_apart({} if fixes is None else fixes)
    entity = (
        entity_for(object_type)
        if object_type is not None
        else detect_entity(frame, mapping, values)
    )
    options = options or entity.options
    added = read_values(values, entity, frame.columns, mapping)
    found = replace(found or map_columns(frame, entity, mapping, added), lang=options.lang)
    if found.rivals and not may_lack:
        raise ColumnNamesError(clash_message(found.rivals, entity.object_type))
    found = ask_about(new_columns, found, frame, entity, mapping, added)
    facts = entity.fields()
    sources = {}
    for column, name in found.fields.items():
        known = facts.get(name) or (custom_field(name) if entity.custom_fields else None)
        known = known or item_column(name, entity)
        if known:
            sources[name] = column
            facts[name] = known
    for name in added.by_field:
        if name not in facts and (known := custom_field(name)):
            facts[name] = known
    lacking = lacking_fields(entity, {*sources, *added.by_field, *found.rivals})
    if not may_lack:
        refuse_missing(frame, entity, {*sources, *added.by_field}, found)
    sources = {name: sources[name] for name in facts if name in sources}
    said = check_fixes(said, {*sources, *added.made})
    options = check_constants(added, facts, options)
    spoken_of = {*sources.values(), *(mapping or {}), *added.columns}
    left = not_sent(list(frame.columns), spoken_of, new_columns, found)
    return PartPlan(
        entity, sources, facts, found, options, said, not_sent=tuple(left), values=added,
        fixes_file=given_file if fixes_file is None else fixes_file,
        item_list=_item_list(sources, entity, added), lacking=lacking,
        undecided=tuple(found.rivals),
    )  # fmt: skip


def _item_list(sources: Collection[str], entity: type[Entity], added: Values) -> str:
    """Return the list whose objects the rows are; refuse what leaves their records open."""
    name = list_of(sources, entity)
    if not name:
        return ""
    lists = [one for one in list_fields(entity) if any(s.startswith(f"{one}.") for s in sources)]
    if len(lists) > 1:
        raise ColumnNamesError(
            Sentence(
                "Columns are fields of {1}: a row can be an item of one list only. "
                "Leave the others out: {2}.",
                all_of(lists),
                how.column_as(""),
            )
        )
    if name in sources:
        raise ColumnNamesError(
            Sentence(
                "One column holds whole lists ({1}), and others hold fields of {1}, one item "
                "per row. Leave one kind out: {2}.",
                name,
                how.column_as(""),
            )
        )
    said_once = [name for name in added.constants if name not in sources]
    absent = [key for key in entity.key if key not in {*sources, *added.by_field}]
    if absent or all(key in said_once for key in entity.key):
        raise ColumnNamesError(
            Sentence(
                "Rows that are {1} are put together by the key of {2!r}, which has no column: {3}.",
                name,
                entity.object_type,
                " + ".join(absent or entity.key),
            )
        )
    return name


def find_columns(
    frame: pd.DataFrame,
    object_type: str | type[Entity] | None,
    mapping: Mapping[Any, str] | None = None,
    values: Mapping[str, Any] | None = None,
    lang: str | None = None,
) -> ColumnMap:
    """Match the frame's columns to an entity's fields, and say how sure that is."""
    refuse_layered(frame)
    entity = (
        entity_for(object_type)
        if object_type is not None
        else detect_entity(frame, mapping, values)
    )
    found = map_columns(frame, entity, mapping, read_values(values, entity, frame.columns, mapping))
    # Records of which one has several, told apart by more than its own key.
    others = [one for one in ENTITIES.values() if set(entity.key) < set(one.key)]
    wide = {one.object_type: numbered_for(frame.columns, one) for one in others}
    found = replace(found, numbered={name: columns for name, columns in wide.items() if columns})
    return found.spoken(lang)


def plan_fields(frame: pd.DataFrame, entity: type[Entity]) -> PartPlan:
    """Take the columns that carry a field's own name, and no others."""
    refuse_layered(frame)
    facts = entity.fields()
    for column in frame.columns:
        if entity.custom_fields and (known := custom_field(str(column))):
            facts[known.name] = known
    fields = {name: name for name in facts if name in frame}
    columns = ColumnMap(entity.object_type, ())
    return PartPlan(entity, fields, facts, columns, entity.options, {})


def refuse_layered(frame: pd.DataFrame) -> None:
    """Refuse what is no frame, or whose columns have no names of their own."""
    if not isinstance(frame, pd.DataFrame):
        raise UsageError(Sentence("A pandas DataFrame is needed, not {1}.", type(frame).__name__))
    if isinstance(frame.columns, pd.MultiIndex):
        raise ColumnNamesError(
            Sentence(
                "The column names have several levels ({1}); one is needed. "
                "Join them first: frame.columns = ['_'.join(names) for names in frame.columns].",
                frame.columns.nlevels,
            )
        )
    twice = frame.columns[frame.columns.duplicated()].unique().tolist()
    if twice:
        raise ColumnNamesError(
            Sentence(
                "Column names that occur more than once ({1}): "
                "{2}. Rename or drop the surplus columns.",
                len(twice),
                ", ".join(map(repr, twice[:5])),
            )
        )


def detect_entity(
    frame: pd.DataFrame, mapping: Mapping[Any, str] | None, values: Mapping[str, Any] | None
) -> type[Entity]:
    """Tell the entity from the columns."""
    known = mapping if isinstance(mapping, Mapping) else {}
    added = values if isinstance(values, Mapping) else {}
    found = detect_entities([*(known.get(column, column) for column in frame.columns), *added])
    if len(found) == 1:
        return entity_for(found[0])
    if (sheet := frame.attrs.get(SOURCE, {}).get("sheet")) in ENTITIES:
        return entity_for(sheet)
    if found:
        raise AmbiguousEntityError(
            Sentence("The columns fit {1}. Name one: {2}.", all_of(found), how.entity(found[0]))
            + index_hint(frame, map(entity_for, found), frame.columns)
        )
    raise AmbiguousEntityError(
        Sentence(
            "The columns fit no entity. Rename them to PangoCDP's fields, or name the entity to "
            "see what is missing: {1}.",
            how.entity("customer-identity"),
        )
        + index_hint(frame, ENTITIES.values(), frame.columns)
    )
