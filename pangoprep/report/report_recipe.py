"""The recipe of a report: what does the same again with the next file of its shape."""

from __future__ import annotations

import dataclasses

from pangoprep.entities import ENTITIES
from pangoprep.matching.recipes import Recipe, plain
from pangoprep.options import Options
from pangoprep.reading.pieces import SOURCE
from pangoprep.steps.examined import Examined

_NOT_KEPT = ("today",)


def recipe_of(examined: Examined, source: str = "") -> Recipe:
    """Return the recipe that does the same again with a file of the same shape.

    Columns that were asked about are not in it, so that every report says so until they are.
    """
    said, defaults = examined.options, examined.entity.options
    options = {
        entry.name: getattr(said, entry.name)
        for entry in dataclasses.fields(Options)
        if entry.name not in _NOT_KEPT
        and (
            getattr(said, entry.name) != getattr(defaults, entry.name)
            # Where it was asked for, whatever language is the environment's here.
            or (entry.name == "lang" and not said.is_unsaid("lang"))
        )
    }
    used = {column: name for name, column in examined.sources.items()}
    read_from = examined.attrs.get(SOURCE, {})
    reading = {name: read_from[name] for name in ("sheet", "items_sheet") if read_from.get(name)}
    if read_from.get("items_file", read_from.get("file")) != read_from.get("file"):
        reading.pop("items_sheet", None)  # of another file, which is named in each call
    return Recipe(
        entity=examined.entity.object_type,
        declared=None if examined.entity in ENTITIES.values() else examined.entity,
        mapping={
            str(column): used.get(column, "")
            for column in examined.columns
            if column not in examined.column_map.uncertain
        }
        | dict(examined.item_keys),
        options=plain(options),
        fixes=examined.fixes,
        values=examined.values.written,
        source=source,
        reading=reading,
    )
