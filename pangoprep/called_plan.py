"""What the rows of a frame become, by what a verb was called with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pangoprep.entities import Entity
from pangoprep.fixes.file import fixes_apart
from pangoprep.matching.keywords import EntityKeywords
from pangoprep.matching.recipes import load_recipe
from pangoprep.matching.row_readings import mapping_of, options_of, values_of
from pangoprep.options import make_options
from pangoprep.planning import PartPlan, plan_columns

ObjectType = str | type[Entity] | None


def plan_call(
    frame: pd.DataFrame,
    object_type: ObjectType,
    keywords: Mapping[str, Any],
    kept: Mapping[str, Any] | None = None,
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
    """
    options = dict(keywords)
    becoming = EntityKeywords.taken_from(options)
    mapping, values = becoming.mapping, becoming.values
    fixes, fixes_file = fixes_apart({} if becoming.fixes is None else becoming.fixes)
    if becoming.recipe is not None:
        recipe = load_recipe(becoming.recipe, object_type)
        object_type = object_type if object_type is not None else recipe.object_type
        mapping = {**recipe.mapping_for(frame), **(mapping or {})}
        fixes = {**recipe.fixes, **fixes}
        values = {**recipe.values, **(values or {})}
        options = {**recipe.options, **options}
    if kept is not None:
        mapping = mapping_of(kept, frame, mapping)
        options = {**options_of(kept), **options}
        values = values_of(kept, values)
    made = make_options(options) if options else None
    return plan_columns(
        frame, object_type, made, mapping=mapping, fixes=fixes, fixes_file=fixes_file, values=values
    )


def source_of(
    given: str | None, options: Mapping[str, Any], object_type: ObjectType = None
) -> str | None:
    """Return the source of a send: as it was given, or the recipe's."""
    if given is None and options.get("recipe") is not None:
        return load_recipe(options["recipe"], object_type).source or None
    return given
