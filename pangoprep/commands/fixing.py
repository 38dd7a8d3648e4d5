"""``move-fixes``: keeping what people fixed."""

from __future__ import annotations

import re
import tomllib
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pangoprep.commands.output import note

if TYPE_CHECKING:
    from pangoprep.matching.recipes import Recipe


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
        recipe.write_text(_without(text, list(personal), known), encoding="utf-8")
    note(f"Moved {n_moved:,} fixes of {', '.join(personal)} into {file.path.name}.")
    note(f"Give both from now on: --recipe {recipe.name} --fixes {file.path.name}")


def _without(text: str, fields: list[str], recipe: Recipe) -> str:
    """Take tables of fixes out of a recipe's text; what people wrote beside them stays."""
    kept, is_out = [], False
    names = {f"fixes.{quote}{name}{quote}" for name in fields for quote in ("", '"', "'")}
    for line in text.splitlines(keepends=True):
        if head := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
            is_out = head[1] in names
        if not is_out:
            kept.append(line)
    left = "".join(kept)
    wanted = tomllib.loads(recipe.to_toml())
    same = {name: what for name, what in tomllib.loads(left).items() if what != {}}
    return left if same == wanted else recipe.to_toml()
