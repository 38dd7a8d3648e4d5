"""``rules``, ``entities``: what can be found in a file, and what its rows can become."""

from __future__ import annotations

from typing import Annotated

import typer

from pangoprep.commands.arguments import Json, Lang, entity_names


def rules(json: Json = False, lang: Lang = None) -> None:
    """List everything that can be found in a file."""
    from pangoprep.commands.output import as_json, say, table
    from pangoprep.commands.output import language as asked
    from pangoprep.findings import rules as all_rules
    from pangoprep.language import language

    known = all_rules().values()
    if json:
        as_json([{"rule": r.rule, "severity": r.severity, "meaning": r.meaning,
                  "action": r.action} for r in known])  # fmt: skip
        return
    words = language(lang or asked())
    rows = [
        {"rule": r.rule, "severity": words(f"severity.{r.severity}"),
         "meaning": words.meaning(r.rule)}
        for r in known
    ]  # fmt: skip
    say(table(rows))


def entities(
    name: Annotated[
        str | None,
        typer.Argument(help="One of them, to list its fields.", autocompletion=entity_names),
    ] = None,
    json: Json = False,
) -> None:
    """List the entities, or the fields of one."""
    from pangoprep.commands.output import as_json, say, table
    from pangoprep.commands.output import language as asked
    from pangoprep.declarations import entity as open_entity
    from pangoprep.entities import ENTITIES
    from pangoprep.entities.custom_fields import custom_field, next_custom_fields
    from pangoprep.language import language

    if name is None:
        rows = [
            {"entity": object_type, "key": " + ".join(entity.key), "fields": len(entity.fields())}
            for object_type, entity in ENTITIES.items()
        ]
    else:
        model = open_entity(name)
        # Of each kind of custom fields the first; the others have the next numbers.
        custom = next_custom_fields([]).values() if model.custom_fields else ()
        fields = [*model.fields().values(), *filter(None, map(custom_field, custom))]
        words = language("en" if json else asked())
        rows = [
            {"field": facts.name, "type": facts.type,
             "required": words("map.yes") if facts.required else "",
             "label": words.label(facts.label, facts.label_vi),
             "values": ", ".join(facts.choices), "example": facts.example}
            for facts in fields
        ]  # fmt: skip
    if json:
        as_json(rows)
    else:
        say(table(rows))
