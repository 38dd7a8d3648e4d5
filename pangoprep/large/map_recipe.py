"""The recipe of a file whose columns were matched, with what is left to answer."""

from __future__ import annotations

from pathlib import Path

from pangoprep.entities import ENTITIES
from pangoprep.fixes.file import FixesFile
from pangoprep.large.request import FileRequest
from pangoprep.matching.claims import Match
from pangoprep.matching.column_map import ColumnMap
from pangoprep.matching.recipe_text import with_choices
from pangoprep.matching.recipes import Recipe, fixes_beside
from pangoprep.matching.unanswered import ASKED
from pangoprep.private_files import write_open_text


def save_recipe(found: ColumnMap, request: FileRequest, out: Path) -> FixesFile | None:
    """Write the recipe of a map, with what could be chosen; return the file of its fixes."""
    recipe = _recipe(found, request)
    fixes = recipe.save_personal_fixes(fixes_beside(out))
    text = with_choices(recipe.to_toml(out.parent), found)
    write_open_text(out, text)
    return fixes


def _recipe(found: ColumnMap, request: FileRequest) -> Recipe:
    before, own = request.known, request.entity
    return Recipe(
        entity=found.entity,
        declared=own if isinstance(own, type) and own not in ENTITIES.values() else None,
        mapping={str(match.column): _field_of(match) for match in found.matches},
        options=dict(request.options),
        fixes=before.fixes if before else {},
        values=request.values,
        source=before.source if before else "",
        reading={
            **request.reading,
            **({"items_sheet": request.items_sheet} if request.items_sheet else {}),
        },
    )


def _field_of(match: Match) -> str:
    """Return what a recipe says of a column: its field, nothing, or that it is asked about."""
    if match.is_certain:
        return match.claims[0].field
    return ASKED if match.claims else ""
