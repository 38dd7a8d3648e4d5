"""``read``, ``map``: looking, without changing or sending anything."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pangoprep import call_words as how
from pangoprep.argument_checks import writing
from pangoprep.commands.output import READY, as_json, note, note_fixes, say, table, tell
from pangoprep.entities import ENTITIES
from pangoprep.errors import ReadError
from pangoprep.large.request import FileRequest
from pangoprep.large.targets import check_recipe, check_targets
from pangoprep.large.writing import check_name, write_frame
from pangoprep.matching.claims import Match
from pangoprep.matching.mapping import ColumnMap
from pangoprep.matching.recipe_text import with_choices
from pangoprep.matching.recipes import Recipe, fixes_beside
from pangoprep.matching.unanswered import ASKED
from pangoprep.reading.frames import MAX_BYTES
from pangoprep.reading.pieces import ROW_NOTES, SOURCE, Lines
from pangoprep.sentence import Sentence


def show_file(
    request: FileRequest, out: Path | None, *, escape_formulas: bool | None = None, json: bool
) -> int:
    """Say how a file was read, and what its columns are; values are not shown."""
    check_name(out)
    check_targets([out], request.sources)
    frame = request.whole(MAX_BYTES)
    if frame is None:
        raise ReadError(
            Sentence(
                "{1} holds more than {2:.0f} GiB of text, too "
                "much to look at as a whole. pangoprep validate and clean take it in parts.",
                Path(request.path).name,
                MAX_BYTES / 2**30,
            )
        )
    origin = frame.attrs[SOURCE]
    columns = [
        {"column": str(name), "filled": int(cells.notna().sum()), "distinct": int(cells.nunique())}
        for name, cells in frame.items()  # two columns may have one name
    ]  # fmt: skip
    if out is not None:
        write_frame(frame, out, escape_formulas=bool(escape_formulas))
    if json:
        as_json({**origin, "n_rows": len(frame), "columns": columns})
        return READY
    facts = [f"{key.replace('_', ' ')} {value!r}" for key, value in origin.items()
             if key not in ("file", "format", "notes", "files", "lines", ROW_NOTES)]  # fmt: skip
    rows = "1 row" if len(frame) == 1 else f"{len(frame):,} rows"
    wide = "1 column" if len(columns) == 1 else f"{len(columns)} columns"
    say(f"{origin['file']}: {origin['format']}, {rows}, {wide}"
        f"{'; ' + ', '.join(facts) if facts else ''}")  # fmt: skip
    if "lines" in origin:
        say(Lines.in_words(origin["lines"]))
    for line in origin.get("notes", []):
        tell(Sentence("Note: {1}", line))
    say()
    say(table(pd.DataFrame(columns)))
    if out is not None:
        note(Sentence("Written as text: {1}", out))
    return READY


def show_map(request: FileRequest, out: Path | None, *, json: bool) -> int:
    """Say which column is which field; write a recipe if asked."""
    from pangoprep.report.faces.language import language

    if out is not None:
        check_recipe(out, request.recipe)
    found = request.column_map()
    if out is not None:
        _save(_recipe(found, request), found, out)
    if json:
        as_json(
            {
                "entity": found.entity,
                "fields": found.fields,
                "uncertain": found.uncertain,
                "unclaimed": found.unclaimed,
                "custom_fields": found.custom_fields,
                "absent_ids": dict(found.absent_ids),
                "matches": found.table().to_dict("records"),
            }
        )
        return READY
    say(found.headline)
    say()
    say(table(found.shown_table()))
    words = language(found.lang)
    if found.questions:
        say(f"\n{words('map.answers')}")
        for question in found.questions:
            say(f"  {question}")
    if found.unclaimed:
        say(f"\n{words('map.unclaimed')}")
        say(f"  {', '.join(map(repr, found.unclaimed))}")
    if found.custom_fields:
        say(f"\n{words('map.custom')}")
        for column, name in found.custom_fields.items():
            say(f"  {how.mapping(column, name)}")
    if out is not None:
        note(Sentence("\nRecipe written: {1}", out))
    return READY


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


def _save(recipe: Recipe, found: ColumnMap, out: Path) -> None:
    """Write a recipe with what could be chosen."""
    note_fixes(recipe.save_personal_fixes(fixes_beside(out)))
    text = with_choices(recipe.to_toml(out.parent), found)
    with writing(out):
        out.write_text(text, encoding="utf-8")
