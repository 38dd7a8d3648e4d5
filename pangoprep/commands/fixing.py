"""``merge`` and ``move-fixes``: taking back what people fixed, and keeping it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pangoprep.commands.arguments import READING, Entity, EverySheet, Json, given, takes
from pangoprep.commands.output import language, note, say, table

if TYPE_CHECKING:
    import pandas as pd

    from pangoprep.report.fixing.changes import Changes

_SHOWN = 20  # changes


@takes(READING)
def merge(
    context: typer.Context,
    fixed: Annotated[Path, typer.Argument(help="The workbook that came back (xlsx).")],
    file: Annotated[str, typer.Argument(help="The file that it was made from, unchanged.")],
    out: Annotated[Path, typer.Option(help="The merged rows: csv, parquet, jsonl or xlsx.")],
    every_sheet: EverySheet = False,
    entity: Entity = None,
    recipe: Annotated[
        Path | None, typer.Option(help="The recipe it was checked with: how the file is read.")
    ] = None,
    fixes: Annotated[
        Path | None, typer.Option(help="A fixes file that is to remember the changed cells.")
    ] = None,
    json: Json = False,
) -> None:
    """Merge a workbook in which held rows were fixed back into its file, and say what changed.

    Values are not shown. The result is another file, to be checked again; with --every-sheet, a
    workbook with the sheets of the file.
    """
    from pangoprep.commands.output import as_json
    from pangoprep.commands.sheets import entities_of, requests_of
    from pangoprep.errors import OptionError, UsageError
    from pangoprep.large.request import FileRequest, whole_of
    from pangoprep.large.sheets_together import named
    from pangoprep.large.writing import check_name, write_frame, write_sheets
    from pangoprep.report.fixing.merge import read_fixed

    check_name(out)
    if out.exists() and Path(file).exists() and out.samefile(file):
        raise UsageError("--out is the file itself; give the merged rows another name.")
    reading = given(**{name: context.params.get(name) for name in READING})
    whole, of_sheets = entities_of(entity or [], every_sheet=every_sheet)
    request = FileRequest(
        path=file, entity=whole, entity_of_sheet=of_sheets, recipe=recipe, reading=reading
    )
    if not every_sheet:
        merged, changes = read_fixed(fixed, whole_of(request), fixes=fixes, return_changes=True)
        write_frame(merged, out)
        if json:
            as_json(_as_json(merged, changes))
        else:
            _say_changes(changes)
    else:
        if out.suffix.lower() != ".xlsx":
            raise OptionError(f"Sheets are merged into a workbook; end {out.name!r} in .xlsx.")
        requests = named(requests_of(request, every_sheet=True))
        frames = {name: whole_of(one) for name, one in requests.items()}
        merged, changes = read_fixed(fixed, frames, fixes=fixes, return_changes=True)
        sheets = {requests[name].reading["sheet"]: one for name, one in merged.items()}
        write_sheets({name: (len(one), iter([one])) for name, one in sheets.items()}, out)
        if json:
            as_json({name: _as_json(merged[name], changes[name]) for name in merged})
        else:
            for name, one in changes.items():
                say(f"{name}:")
                _say_changes(one)
    note(f"Written: {out}")
    if fixes is not None:
        note(f"Remembered: give --fixes {fixes} next month.")


def _as_json(merged: pd.DataFrame, changes: Changes) -> dict[str, Any]:
    return {
        "n_rows": len(merged), "n_cells": changes.n_cells, "n_emptied": changes.n_emptied,
        "n_left_out": changes.n_left_out, "changes": changes.table.to_dict("records"),
    }  # fmt: skip


def _say_changes(changes: Changes) -> None:
    """Say what was changed; values are masked."""
    from pangoprep.report.faces.language import language as words_of

    say(f"{changes!r}"[1:-1])
    if not len(changes):
        return
    say()
    shown = changes.table.drop(columns="row").rename(columns={"index": "row"})
    say(table(shown.head(_SHOWN).fillna("")))
    if len(shown) > _SHOWN:
        say(words_of(language())("merged.more", n=len(shown) - _SHOWN))


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
