"""What the rows of a frame become, by what a verb was called with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from pangoprep.arrow_frames import as_pandas
from pangoprep.entities import Entity, entity_for
from pangoprep.fixes.file import fixes_apart
from pangoprep.item_tables import item_keys, item_tables
from pangoprep.matching.column_map import ColumnMap
from pangoprep.matching.keywords import EntityKeywords
from pangoprep.matching.recipes import Recipe, load_recipe
from pangoprep.matching.values import read_values
from pangoprep.options import make_options
from pangoprep.part_plan import PartPlan
from pangoprep.planning import detect_entity, plan_columns, refuse_layered
from pangoprep.row_readings import mapping_of, options_of, values_of

ObjectType = str | type[Entity] | None


@dataclass(frozen=True, eq=False)
class JoinedTables:
    """Records and their items in one frame.

    Parameters
    ----------
    frame
        The rows of both.
    entity
        What the records are.
    column_map, said
        How the columns are matched, and what was said of them.
    tables
        The names of the tables of items, in the first level of the index.
    item_keys
        The columns of the items that the caller gave to fields of the key, by their names beside
        those of the records.
    item_key_columns
        Those of all fields of the key.
    recipe
        What the recipe says of all other columns.
    """

    frame: pd.DataFrame
    entity: type[Entity]
    column_map: ColumnMap
    said: Mapping[Any, str]
    tables: frozenset[str]
    new_columns: Sequence[Any] = ()
    item_keys: Mapping[str, str] = field(default_factory=dict)
    item_key_columns: Mapping[str, str] = field(default_factory=dict)
    recipe: Recipe | None = None


def plan_call(
    frame: pd.DataFrame,
    object_type: ObjectType,
    keywords: Mapping[str, Any],
    kept: Mapping[str, Any] | None = None,
    found: ColumnMap | None = None,
    *,
    may_lack: bool = False,
    new_columns: Sequence[Any] = (),
) -> PartPlan:
    """Say what the rows of a frame become, by what a verb was called with.

    Parameters
    ----------
    frame
        The rows, or the first of them.
    object_type, keywords
        What the caller said; options, mapping, fixes and recipe by their names.
    kept
        How a run that is resumed read its rows.
    found
        How the columns are matched, if they are.
    may_lack
        Whether a column that every record needs may be missing; all rows are held then.
    new_columns
        Those that are known not to be in the recipe.
    """
    options = dict(keywords)
    becoming = EntityKeywords.taken_from(options)
    mapping, values = becoming.mapping, becoming.values
    new = list(new_columns)
    fixes, fixes_file = fixes_apart({} if becoming.fixes is None else becoming.fixes)
    if becoming.recipe is not None:
        recipe = load_recipe(becoming.recipe, object_type)
        object_type = object_type if object_type is not None else recipe.object_type
        new += recipe.new_columns(frame, mapping)
        mapping = recipe.mapping_for(frame, mapping)
        fixes = {**recipe.fixes, **fixes}
        values = {**recipe.values, **(values or {})}
        options = {**recipe.options, **options}
    if kept is not None:
        mapping = mapping_of(kept, frame, mapping)
        options = {**options_of(kept), **options}
        values = values_of(kept, values)
    made = make_options(options) if options else None
    return plan_columns(
        frame, object_type, made, mapping=mapping, fixes=fixes, fixes_file=fixes_file,
        values=values, found=found, may_lack=may_lack,
        new_columns=new,
    )  # fmt: skip


def join_tables(
    records: pd.DataFrame,
    items: pd.DataFrame,
    object_type: ObjectType,
    keywords: Mapping[str, Any],
    kept: Mapping[str, Any] | None = None,
    *,
    may_ask: bool = False,
) -> JoinedTables:
    """Put a table of records and one of their items into one frame, and match its columns.

    Parameters
    ----------
    records, items
        The tables.
    object_type, keywords, kept
        As for `plan_call`.
    may_ask
        Whether a recipe may leave columns open: they are matched anew.
    """
    refuse_layered(records)
    refuse_layered(items)
    becoming = EntityKeywords.taken_from(dict(keywords))
    recipe = None if becoming.recipe is None else load_recipe(becoming.recipe, object_type)
    own, added = becoming.mapping or {}, becoming.values or {}
    if recipe is not None:
        object_type = object_type if object_type is not None else recipe.object_type
        added = {**recipe.values, **added}
    if kept is not None:
        added = values_of(kept, added)
    known = {**(recipe.mapping if recipe else {}), **own}
    columns = dict.fromkeys([*records.columns, *items.columns])
    heads = pd.DataFrame(columns=pd.Index([*columns], dtype=object))
    entity = entity_for(object_type) if object_type else detect_entity(heads, known, added)
    keys = {**item_keys(known, entity), **((kept or {}).get("item_keys") or {})}
    if recipe is not None:
        recipe = replace(
            recipe, mapping={c: name for c, name in recipe.mapping.items() if c not in keys}
        )
    known = {c: name for c, name in known.items() if c not in keys}
    known = {**known, **{c.partition(": ")[2]: n for c, n in keys.items()}, **own}
    values = read_values(added, entity, heads.columns, known)
    tables = item_tables(records, items, entity, known, values)
    said = tables.said(own)
    is_all = not may_ask and (kept is not None or bool(recipe and recipe.mapping))
    new: list[Any] = []
    if recipe is not None and may_ask:
        said = {**recipe.decided_for(tables.heads), **said}
    elif recipe is not None:
        new = recipe.new_columns(tables.heads, said)
        said = recipe.mapping_for(tables.heads, said)
    if kept is not None:
        said = mapping_of(kept, tables.heads, said)
    found = tables.match(said, values, is_all=is_all)
    frame, names = tables.joined()
    by_column = dict(zip(tables.keys, entity.key, strict=False))
    every_key = {f"{tables.own}: {c}": n for c, n in by_column.items()}
    kept_keys = {
        f"{tables.own}: {c}": n for c, n in by_column.items() if c in known and c not in records
    }
    return JoinedTables(frame, entity, found, said, names, new, kept_keys, every_key, recipe)


def plan_tables(
    records: pd.DataFrame,
    object_type: ObjectType,
    keywords: Mapping[str, Any],
    kept: Mapping[str, Any] | None = None,
    *,
    may_lack: bool = False,
) -> tuple[pd.DataFrame, PartPlan]:
    """Return the rows of a call and what they become; with ``items``, those of both tables.

    The caller may go on working on the frame: what is done to it later changes no report.
    """
    told = dict(keywords)
    if (items := told.pop("items", None)) is None:
        rows = records.copy(deep=False)
        return rows, plan_call(rows, object_type, told, kept, may_lack=may_lack)
    joined = join_tables(records, as_pandas(items), object_type, told, kept)
    told["mapping"] = joined.said
    if joined.recipe is not None:
        told["recipe"] = joined.recipe
    plan = plan_call(
        joined.frame, joined.entity, told, kept, found=joined.column_map, may_lack=may_lack,
        new_columns=joined.new_columns,
    )  # fmt: skip
    return joined.frame, replace(
        plan,
        item_tables=joined.tables,
        item_keys=joined.item_keys,
        item_key_columns=joined.item_key_columns,
    )


def source_of(
    given: str | None, options: Mapping[str, Any], object_type: ObjectType = None
) -> str | None:
    """Return the source of a send: as it was given, or the recipe's."""
    if given is None and options.get("recipe") is not None:
        return load_recipe(options["recipe"], object_type).source or None
    return given
