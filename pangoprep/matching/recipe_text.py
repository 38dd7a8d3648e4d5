"""The text of a recipe: what stands beside its values, for people, is put in and kept here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection

from pangoprep.matching.column_map import ColumnMap
from pangoprep.matching.recipes import Recipe
from pangoprep.matching.unanswered import ASKED


def with_choices(text: str, found: ColumnMap) -> str:
    """Put beside what a recipe asks what could be answered: fields of a column, how to make an id.

    Parameters
    ----------
    text
        Of the recipe.
    found
        How the columns were matched.
    """
    import tomli_w

    custom_fields = found.custom_fields
    for column, fields in found.uncertain.items():
        choices = [*fields, *filter(None, [custom_fields.get(column)])]
        line = tomli_w.dumps({str(column): ASKED})
        text = text.replace(f"\n{line}", f"\n{line.rstrip()}  # {' or '.join(choices)}\n", 1)
    for column in found.unclaimed:
        if custom := custom_fields.get(column):
            line = tomli_w.dumps({str(column): ""})
            text = text.replace(f"\n{line}", f"\n{line.rstrip()}  # or {custom}\n", 1)
    lines = [text]
    for name, sources in found.absent_ids.items():
        listed = ", ".join(f'"{source}"' for source in sources)
        lines += [
            f"# No column is {name}. Put one of these into [values] (see docs/values.md):",
            f"# {name} = {{ hash_of = [{listed}] }}  # needs a key: pangoprep id-key id.key",
            f"# {name} = {{ from = [{listed}] }}  # the bare text becomes the id",
        ]
    return "\n".join(lines) + "\n"


def without_fixes(text: str, fields: Collection[str], recipe: Recipe) -> str:
    """Take the fixes of some fields out of a recipe; what people wrote beside them stays.

    Parameters
    ----------
    text
        Of the recipe.
    fields
        Whose fixes go.
    recipe
        What it says; written anew if its tables are not where they are looked for.
    """
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
