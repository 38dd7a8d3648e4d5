"""``read``, ``map``: looking, without changing or sending anything."""

from __future__ import annotations

from pathlib import Path

from pangoprep import call_words as how
from pangoprep.commands.output import READY, as_json, note, note_fixes, say, table, tell, words
from pangoprep.errors import ReadError
from pangoprep.language import language
from pangoprep.large.map_recipe import save_recipe
from pangoprep.large.request import FileRequest
from pangoprep.large.whole_files import columns_of
from pangoprep.reading.frames import MAX_BYTES
from pangoprep.reading.pieces import SOURCE
from pangoprep.report.faces.file_words import file_in_words
from pangoprep.sentence import Sentence
from pangoprep.writing.formats import check_name, write_frame
from pangoprep.writing.targets import check_recipe, check_targets


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
    origin, columns = frame.attrs[SOURCE], columns_of(frame)
    if out is not None:
        write_frame(frame, out, escape_formulas=bool(escape_formulas))
    if json:
        as_json({**origin, "n_rows": len(frame), "columns": columns})
        return READY
    for line in file_in_words(origin, len(frame), len(columns), words()):
        say(line)
    for line in origin.get("notes", []):
        tell(Sentence("Note: {1}", line))
    say()
    say(table(columns))
    if out is not None:
        note(Sentence("Written as text: {1}", out))
    return READY


def show_map(request: FileRequest, out: Path | None, *, json: bool) -> int:
    """Say which column is which field; write a recipe if asked."""
    if out is not None:
        check_recipe(out, request.recipe)
    found = request.column_map()
    if out is not None:
        note_fixes(save_recipe(found, request, out))
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
    speak = language(found.lang)
    if found.questions:
        say(f"\n{speak('map.answers')}")
        for question in found.questions:
            say(f"  {question}")
    if found.unclaimed:
        say(f"\n{speak('map.unclaimed')}")
        say(f"  {', '.join(map(repr, found.unclaimed))}")
    if found.custom_fields:
        say(f"\n{speak('map.custom')}")
        for column, name in found.custom_fields.items():
            say(f"  {how.mapping(column, name)}")
    if out is not None:
        note(Sentence("\nRecipe written: {1}", out))
    return READY
