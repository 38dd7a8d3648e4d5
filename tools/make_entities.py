"""Writes docs/entities.md from the entities' models: ``python -m tools.make_entities``."""

from __future__ import annotations

from pathlib import Path

from pangoprep import findings
from pangoprep.entities import ENTITIES, Entity
from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.rules import AnyOf, Expected, RowRule

PAGE = Path(__file__).parents[1] / "docs" / "entities.md"

_HEAD = """\
# Entities

<!-- Made by tools/make_entities.py from the models in pangoprep/entities/; change those. -->

PangoCDP's object types that are built in: six kinds of record about a customer, and others. Each is
a Pandera model, and the tables below are made from the models: what the code checks is what you
read. [Declare](declaring.md) those that are not here, such as `shopping-cart`, whose fields no page
tells.

{entities}

- **Key**: rows with the same key are the same record. Of several in one frame the last is sent.
- **Type** is PangoCDP's. A *Timestamp* is in milliseconds since 1970-01-01 UTC; you write a date,
  [cleaning](cleaning.md#dates) makes the number.
- **Needed**: *yes* in every record; *one of* stands for the alternatives above the table.
- **Masked**: values of personal fields are hidden wherever people look, except where you ask for
  them.
- **Cleaned as** leads to what is read and how.
- **Source**: fields are those of PangoCDP's help pages, but for those marked *seen*: public
  integrations send them, and nobody promises that PangoCDP takes them.

`pangoprep entities customer-identity` prints the same in a terminal,
`pp.CustomerIdentity.fields()` returns it in Python.

## Custom fields

{custom}
take the fields an organization has added to PangoCDP. Name the column by its group and inner name,
or [map](matching.md#custom-fields) yours to it.

| column | type | cleaned as |
|---|---|---|
| `customFieldTexts.customField01` | String | [text](cleaning.md#text) |
| `customFieldLongs.customFieldLong01` | Long | [whole number](cleaning.md#numbers) |
| `customFieldTimestamps.customFieldTimestamp01` | Timestamp | [date](cleaning.md#dates) |
| `customFieldListTexts.customFieldList01` | List | [list](cleaning.md#lists) |
"""
_COLUMNS = (
    "\n| field | what it is | type | needed | masked | cleaned as | example | source |\n"
    "|---|---|---|---|---|---|---|---|\n"
)
# Normalizer: what it is called here, and its heading in cleaning.md.
_CLEANED = {
    "boolean": ("yes or no", "yes-and-no"),
    "choice": ("choice", "choices"),
    "country": ("country", "countries"),
    "date": ("date", "dates"),
    "date_text": ("date as text", "dates"),
    "decimal": ("decimal", "decimals"),
    "email": ("email", "emails"),
    "gender": ("gender", "genders"),
    "id": ("id", "ids"),
    "integer": ("whole number", "numbers"),
    "list": ("list", "lists"),
    "phone": ("phone", "phones"),
    "province": ("province", "provinces"),
    "relationship": ("relationship", "choices"),
    "text": ("text", "text"),
    "timezone": ("hours from GMT", "numbers"),
    "url": ("web address", "web-addresses"),
    "year": ("year", "numbers"),
}


def page() -> str:
    """Return the page."""
    rows = [
        f"| [`{name}`](#{name}) | `pp.{entity.__name__}` | {_key(entity)} "
        f"| {len(entity.fields())} |\n"
        for name, entity in ENTITIES.items()
    ]
    table = "| object type | model | key | fields |\n|---|---|---|--:|\n" + "".join(rows)
    custom = [f"`{name}`" for name, entity in ENTITIES.items() if entity.custom_fields]
    head = _HEAD.format(
        entities=table.rstrip(), custom=", ".join(custom[:-1]) + f" and {custom[-1]}"
    )
    return head + "".join(_section(name, entity) for name, entity in ENTITIES.items())


def _section(name: str, entity: type[Entity]) -> str:
    fields = entity.fields()
    always = [f"`{facts.name}`" for facts in fields.values() if facts.required]
    either = [rule for rule in entity.rules if isinstance(rule, AnyOf)]
    needed = "; ".join([*always, *(_alternatives(rule) for rule in either)])
    lines = [f"\n## {name}\n\n", f"Model `pp.{entity.__name__}`, key {_key(entity)}.\n\n"]
    lines.append(f"- **Needs** {needed or 'nothing'}.\n")
    for severity, word in (("error", "Held, too"), ("warning", "Told, too")):
        between = [
            _relation(rule)
            for rule in entity.rules
            if not isinstance(rule, (AnyOf, Expected))
            and findings.rules()[rule.rule].severity == severity
        ]
        if between:
            lines.append(f"- **{word}**: {'; '.join(between)}.\n")
    if wanted := [rule.detail for rule in entity.rules if rule.rule == "required.expected"]:
        lines.append(f"- **Told if empty**: {', '.join(f'`{name}`' for name in wanted)}.\n")
    if entity.custom_fields:
        lines.append("- **Takes** [custom fields](#custom-fields)")
        lines.append(" and `ignored_update_cfs`.\n" if entity.ignored_update_cfs else ".\n")
    lines.append(_COLUMNS)
    some = {field for rule in either for fields in rule.alternatives for field in fields}
    shared = Entity.fields()
    ordered = sorted(fields.values(), key=lambda facts: facts.name in shared)
    rows = "".join(_row(facts, some) for facts in ordered)
    inside = [facts for facts in ordered if facts.item is not None]
    return "".join(lines) + rows + "".join(_objects(name, facts) for facts in inside)


def _objects(name: str, facts: FieldFacts) -> str:
    """Return the table of what a list of objects holds."""
    rows = "".join(_row(one, set()) for one in facts.item.fields().values())
    lines = [f"\n## {name}: {facts.name}\n\n", f"Model `pp.{facts.item.__name__}`."]
    lines.append(" Takes [custom fields](#custom-fields)." if facts.item.custom_fields else "")
    if facts.keyed_by:
        lines.append(f" Goes out as a map, each object under its `{facts.keyed_by}`.")
    return "".join([*lines, "\n", _COLUMNS, rows])


def _row(facts: FieldFacts, some: set[str]) -> str:
    needed = "yes" if facts.required else "one of" if facts.name in some else ""
    word, heading = _CLEANED.get(facts.normalizer, ("objects", "objects"))
    label = facts.label
    if facts.choices:
        label += ": " + ", ".join(f"`{choice}`" for choice in facts.choices)
    example = f"`{facts.example}`" if facts.example else ""
    return (
        f"| `{facts.name}` | {label} | {facts.type} | {needed} | {'yes' * facts.personal} "
        f"| [{word}](cleaning.md#{heading}) | {example} | {facts.source} |\n"
    )


def _relation(rule: RowRule) -> str:
    return f"{findings.rules()[rule.rule].meaning.lower()} ({rule.detail}, `{rule.rule}`)"


def _key(entity: type[Entity]) -> str:
    return " + ".join(f"`{name}`" for name in entity.key) or "none"


def _alternatives(rule: AnyOf) -> str:
    sets = [" and ".join(f"`{name}`" for name in fields) for fields in rule.alternatives]
    return ", or ".join(sets)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
