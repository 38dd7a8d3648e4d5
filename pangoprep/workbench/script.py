"""What is kept of the steps: a script that does the same, and fixes of words for the recipe."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.masking import holds_contact
from pangoprep.matching.recipes import Recipe
from pangoprep.reading.as_read import call_of
from pangoprep.reading.pieces import SOURCE
from pangoprep.report import Report
from pangoprep.report.report_recipe import recipe_of
from pangoprep.workbench.action import Action


def script(first: Report, actions: Sequence[Action]) -> str:
    """Return a script that takes the same steps on the file.

    Parameters
    ----------
    first
        The report before the first step.
    actions
        The steps.
    """
    examined = first.examined
    known = recipe_of(examined, "")
    told: Mapping[str, Any] = examined.attrs.get(SOURCE, {})
    what = "the frame that the workbench was made of"
    lines = ["import datetime", "", "import pangoprep as pp", ""]
    if examined.item_tables:
        lines.append(_read("frame", told.get("call"), what, told.get("file")))
        lines.append(_read("items", told.get("items_call"), "its items", told.get("items_file")))
    else:
        lines.append(_read("frame", call_of(next(examined.frames())), what, told.get("file")))
    # Next month it is to say the same of a birth date as it does now.
    keywords = {**known.options, "today": examined.options.today}
    mapping = {column: field for column, field in known.mapping.items() if field}
    usual = _usual(first)
    mapping |= {column: "" for column in usual if column not in mapping}
    if examined.item_tables or mapping != usual:
        keywords["mapping"] = mapping
    if known.values:
        keywords["values"] = dict(known.values)
    fixes = {name: dict(pairs) for name, pairs in known.fixes.items()}
    if examined.fixes_file is not None:
        keywords["fixes"] = os.fspath(examined.fixes_file.path)
    elif fixes:
        keywords["fixes"] = fixes
    given = "".join(f", {name}={value!r}" for name, value in keywords.items())
    if examined.fixes_file is not None and fixes:
        given += f", recipe=pp.Recipe(entity={known.entity!r}, fixes={fixes!r})"
    given += ", items=items" if examined.item_tables else ""
    lines.append(f"bench = frame.pango.workbench({known.entity!r}{given})")
    lines += [action.code for action in actions]
    lines += ["report = bench.report", "print(report.headline)", ""]
    return "\n".join(lines)


def _read(name: str, call: Mapping[str, Any] | None, what: str, file: str | None) -> str:
    """Return the line that reads a table, or asks for it."""
    if not call:
        return f"# {name} = ...  {what}{f': rows of {file}' if file else ''}"
    (path, *options) = (
        value if key == "path" else f"{key}={value!r}" for key, value in call.items()
    )
    return f"{name} = pp.read({', '.join([repr(path), *options])})"


def _usual(report: Report) -> dict[str, str]:
    """Return the columns that are matched without being told."""
    from pangoprep.planning import find_columns

    examined = report.examined
    head = next(examined.frames()).head(1_000)
    found = find_columns(head, examined.entity, None, examined.values.written)
    return {str(column): field for column, field in found.fields.items()}


def word_fixes(
    recipe: Recipe, actions: Sequence[Action], facts: Mapping[str, FieldFacts]
) -> Recipe:
    """Return a recipe with the fixes of fields that are not personal, last ones last.

    Words that hold a phone number or an email are for the fixes file, too.
    """
    fixes = {name: dict(pairs) for name, pairs in recipe.fixes.items()}
    for action in actions:
        for field, pairs in (action.fixes or {}).items():
            if field not in facts or facts[field].personal:
                continue
            known = fixes.setdefault(field, {})
            new = {
                old: value or ""
                for old, value in pairs.items()
                if not (holds_contact(old) or holds_contact(value))
            }
            for old, value in known.items():
                known[old] = new.get(value, value)
            known |= {old: value for old, value in new.items() if old not in known}
    return replace(recipe, fixes=fixes, declared=recipe.__dict__["_declared"])
