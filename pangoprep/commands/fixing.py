"""``merge`` and ``move-fixes``: taking back what people fixed, and keeping it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Annotated

import typer

from pangoprep.commands.arguments import READING, Json, given, takes
from pangoprep.commands.output import note

_SHOWN = 20  # changes


@takes(READING)
def merge(
    context: typer.Context,
    fixed: Annotated[Path, typer.Argument(help="The workbook that came back (xlsx).")],
    file: Annotated[str, typer.Argument(help="The file that it was made from, unchanged.")],
    out: Annotated[Path, typer.Option(help="The merged rows: csv, parquet, jsonl or xlsx.")],
    recipe: Annotated[
        Path | None, typer.Option(help="The recipe it was checked with: how the file is read.")
    ] = None,
    fixes: Annotated[
        Path | None, typer.Option(help="A fixes file that is to remember the changed cells.")
    ] = None,
    json: Json = False,
) -> None:
    """Merge a workbook in which held rows were fixed back into its file, and say what changed.

    Values are not shown. The result is another file, to be checked again.
    """
    from pangoprep.commands.output import as_json, say, table
    from pangoprep.errors import ReadError, UsageError
    from pangoprep.large.request import FileRequest
    from pangoprep.large.writing import check_name, write_frame
    from pangoprep.reading.frames import MAX_BYTES
    from pangoprep.report.fixing.merge import read_fixed

    check_name(out)
    if out.exists() and Path(file).exists() and out.samefile(file):
        raise UsageError("--out is the file itself; give the merged rows another name.")
    reading = given(**{name: context.params.get(name) for name in READING})
    frame = FileRequest(path=file, recipe=recipe, reading=reading).whole(MAX_BYTES)
    if frame is None:
        raise ReadError(
            f"{Path(file).name} holds more than {MAX_BYTES / 2**30:.0f} GiB of text, too much to "
            "merge into as a whole."
        )
    merged, changes = read_fixed(fixed, frame, fixes=fixes, return_changes=True)
    write_frame(merged, out)
    if json:
        as_json(
            {"n_rows": len(merged), "n_cells": changes.n_cells, "n_emptied": changes.n_emptied,
             "n_left_out": changes.n_left_out, "changes": changes.table.to_dict("records")}
        )  # fmt: skip
        return
    say(f"{changes!r}"[1:-1])
    if len(changes):
        say()
        shown = changes.table.drop(columns="row").rename(columns={"index": "row"})
        say(table(shown.head(_SHOWN).fillna("")))
        if len(shown) > _SHOWN:
            say(f"{len(shown) - _SHOWN:,} more")
    note(f"Written: {out}")
    if fixes is not None:
        note(f"Remembered: give --fixes {fixes} next month.")


def move_fixes(
    recipe: Annotated[Path, typer.Argument(help="The recipe (TOML).")],
    fixes: Annotated[
        Path | None, typer.Option(help="The fixes file; else beside the recipe.")
    ] = None,
) -> None:
    """Move the fixes of personal fields out of a recipe into a private fixes file.

    Recipes of version 0.1 held them as anybody can read them.
    """
    from pangoprep.argument_checks import writing
    from pangoprep.fixes.file import FixesFile
    from pangoprep.matching.recipe_text import without_fixes
    from pangoprep.matching.recipes import Recipe, fixes_beside

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        known = Recipe.load(recipe)
    personal = known.personal_fixes
    if not personal:
        note(f"{recipe.name} holds no fixes of personal fields.")
        return
    file = FixesFile(fixes or fixes_beside(recipe))
    n_moved = file.add(known.entity, personal)
    with writing(recipe):
        text = recipe.read_text(encoding="utf-8-sig")
        recipe.write_text(without_fixes(text, personal, known), encoding="utf-8")
    note(f"Moved {n_moved:,} fixes of {', '.join(personal)} into {file.path.name}.")
    note(f"Give both from now on: --recipe {recipe.name} --fixes {file.path.name}")
