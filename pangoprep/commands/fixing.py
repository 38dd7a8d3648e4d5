"""``merge`` and ``move-fixes``: taking back what people fixed, and keeping it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pangoprep.commands.arguments import (
    ITEMS,
    READING,
    Entity,
    EverySheet,
    Json,
)
from pangoprep.commands.output import language, note, say, table, words
from pangoprep.commands.taking import given, takes
from pangoprep.sentence import Sentence

if TYPE_CHECKING:
    from pangoprep.report.fixing.changes import Changes

_SHOWN = 20  # changes


@takes(READING, ITEMS)
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
    items_out: Annotated[
        Path | None,
        typer.Option(help="The merged items, where they are in a file or sheet of their own."),
    ] = None,
    json: Json = False,
) -> None:
    """Merge a workbook in which held rows were fixed back into its file, and say what changed.

    Values are not shown. The result is another file, to be checked again; with --every-sheet, a
    workbook with the sheets of the file.
    """
    from pangoprep.commands.output import as_json
    from pangoprep.commands.sheets import entities_of, requests_of
    from pangoprep.errors import OptionError
    from pangoprep.large.merging import merge_file, merge_sheets
    from pangoprep.large.request import FileRequest
    from pangoprep.large.sheets_together import named
    from pangoprep.writing.formats import check_name
    from pangoprep.writing.targets import check_targets

    options = context.params
    whole, of_sheets = entities_of(entity or [], every_sheet=every_sheet)
    request = FileRequest(
        path=file,
        entity=whole,
        entity_of_sheet=of_sheets,
        recipe=recipe,
        reading=given(**{name: options.get(name) for name in READING}),
        items=options.get("items"),
        items_sheet=options.get("items_sheet"),
    )
    outs = [path for path in (out, items_out) if path is not None]
    for path in outs:
        check_name(path)
    check_targets([*outs, fixes], [*request.sources, fixed], own_folder=fixes)
    if items_out is not None and not request.has_items:
        raise OptionError(
            "--items-out is for items in a file or sheet of their own; say where they are: --items "
            "or --items-sheet."
        )
    if request.has_items and items_out is None and not every_sheet:
        raise OptionError(
            "The items are in a table of their own; say where to write them: --items-out."
        )
    if every_sheet and out.suffix.lower() != ".xlsx":
        raise OptionError(
            Sentence("Sheets are merged into a workbook; end {1!r} in .xlsx.", out.name)
        )
    if every_sheet:
        requests = named(requests_of(request, every_sheet=True))
        merged = merge_sheets(fixed, requests, out, fixes, language())
    else:
        merged = {"": merge_file(fixed, request, outs, fixes, language())}
    if json:
        told = {name: _as_json(*one) for name, one in merged.items()}
        as_json(told if every_sheet else told[""])
    else:
        for name, (_, changes) in merged.items():
            if name:
                say(f"{name}:")
            _say_changes(changes)
    for path in outs:
        note(Sentence("Written: {1}", path))
    if fixes is not None:
        note(Sentence("Remembered: give --fixes {1} next month.", fixes))
        if any(changes.n_left_out for _, changes in merged.values()):
            note("Rows left out are not remembered: where they come again, they are held again.")


def _as_json(n_rows: int, changes: Changes) -> dict[str, Any]:
    return {
        "n_rows": n_rows, "n_cells": changes.n_cells, "n_emptied": changes.n_emptied,
        "n_left_out": changes.n_left_out, "changes": changes.table.to_dict("records"),
    }  # fmt: skip


def _say_changes(changes: Changes) -> None:
    """Say what was changed; values are masked."""
    say(changes.headline)
    if not len(changes):
        return
    say()
    shown = changes.table.head(_SHOWN).fillna("").to_dict("records")
    lines = [
        {"row": one["index"], "column": one["column"], "what": words()(f"merged.{one['what']}"),
         "before": one["before"], "after": one["after"]}
        for one in shown
    ]  # fmt: skip
    say(table(lines))
    if len(changes) > _SHOWN:
        say(words()("merged.more", n=len(changes) - _SHOWN))


def move_fixes(
    recipe: Annotated[Path, typer.Argument(help="The recipe (TOML).")],
    fixes: Annotated[
        Path | None, typer.Option(help="The fixes file; else beside the recipe.")
    ] = None,
) -> None:
    """Move the fixes of personal fields out of a recipe into a private fixes file.

    Recipes of version 0.1 held them as anybody can read them.
    """
    from pangoprep.fixes.file import FixesFile
    from pangoprep.matching.recipe_text import without_fixes
    from pangoprep.matching.recipes import Recipe, fixes_beside
    from pangoprep.private_files import write_open_text

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        known = Recipe.load(recipe)
    personal = known.personal_fixes
    if not personal:
        note(Sentence("{1} holds no fixes of personal fields.", recipe.name))
        return
    file = FixesFile(fixes or fixes_beside(recipe))
    n_moved = file.add(known.entity, personal)
    text = recipe.read_text(encoding="utf-8-sig")
    write_open_text(recipe, without_fixes(text, personal, known))
    if n_moved == 1:
        note(Sentence("Moved 1 fix of {1} into {2}.", ", ".join(personal), file.path.name))
    else:
        note(
            Sentence(
                "Moved {1:,} fixes of {2} into {3}.", n_moved, ", ".join(personal), file.path.name
            )
        )
    note(Sentence("Give both from now on: --recipe {1} --fixes {2}", recipe.name, file.path.name))
