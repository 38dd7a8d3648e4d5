"""A declaration as Python code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pangoprep.declarations.building import attribute_of
from pangoprep.declarations.kinds import RULES
from pangoprep.entities import Entity
from pangoprep.entities.base import Item

_TYPES = {
    "timestamp": "int", "birth_date": "int", "year": "int", "integer": "int", "timezone": "int",
    "decimal": "float", "percent": "float", "boolean": "bool", "list": "list", "items": "list",
}  # fmt: skip
_PUBLIC = ("AnyOf", "InOrder")


def python_of(content: Mapping[str, Any], entity: type[Entity], notes: Mapping[str, str]) -> str:
    """Write the classes of a declaration."""
    items = content.get("items", {})
    blocks = [
        _class(name, "pp.Item", items[name], Item, notes, f"{name}.") for name in _in_order(items)
    ]
    base = entity.__mro__[1]
    parent = "pp.Entity" if base is Entity else f"pp.{base.__name__}"
    blocks.append(_class(entity.__name__, parent, content, base, notes, ""))
    code = "\n\n\n".join(blocks)
    others = sorted({make.__name__ for make, _ in RULES.values()} - {*_PUBLIC})
    used = [name for name in others if f"{name}(" in code]
    imports = ["import pangoprep as pp"]
    if used:
        imports.append(f"from pangoprep.entities.rules import {', '.join(used)}")
    head = "".join(f"# {line}\n" for line in notes.get("", "").splitlines())
    return head + "\n".join(imports) + f"\n\n\n{code}\n"


def _in_order(items: Mapping[str, Any]) -> list[str]:
    """Those first that others hold."""
    done: list[str] = []

    def add(name: str) -> None:
        if name not in done:
            for told in items[name].get("fields", {}).values():
                if isinstance(told, dict) and told.get("item") in items:
                    add(told["item"])
            done.append(name)

    for name in items:
        add(name)
    return done


def _class(
    name: str, base: str, told: Mapping[str, Any], parent: type, notes: Mapping[str, str], of: str
) -> str:
    keywords = []
    for argument in ("object_type", "key", "custom_fields", "ignored_update_cfs", "without",
                     "references"):  # fmt: skip
        if argument in told:
            value = told[argument]
            keywords.append(f"{argument}={tuple(value) if isinstance(value, list) else value!r}")
    if told.get("rules"):
        rules = [_rule(rule, value) for one in told["rules"] for rule, value in one.items()]
        keywords.append(f"rules=({', '.join(rules)},)")
    if told.get("options"):
        listed = ", ".join(f"{key}={value!r}" for key, value in told["options"].items())
        keywords.append(f"options=pp.Options({listed})")
    inside = "".join(f"    {one},\n" for one in keywords)
    lines = [f"class {name}(\n    {base},\n{inside}):"]
    if "description" in told:
        quoted = told["description"].replace("\\", "\\\\").replace('"', "'")
        lines.append(f'    """{quoted}"""\n')
    for field, arguments in told.get("fields", {}).items():
        if note := notes.get(of + field, ""):
            lines += [f"    # {line}" for line in note.splitlines()]
        lines.append(f"    {_field(field, arguments, parent)}")
    if len(lines) == 1:
        lines.append("    pass")
    return "\n".join(lines)


def _rule(name: str, value: Any) -> str:
    make = RULES[name][0].__name__
    if make == "AnyOf":
        value = tuple((one,) if isinstance(one, str) else tuple(one) for one in value)
        return f"pp.AnyOf({value!r})"
    listed = ", ".join(map(repr, [value] if isinstance(value, str) else value))
    return f"{'pp.' if make in _PUBLIC else ''}{make}({listed})"


def _field(name: str, told: Any, parent: type) -> str:
    arguments = {"kind": told} if isinstance(told, str) else dict(told)
    kind = arguments.pop("kind")
    listed = []
    for key, value in arguments.items():
        text = str(value) if key == "item" else repr(value)
        listed.append(f"{key}={None if key == 'year_to' and not value else text}")
    attribute = attribute_of(name, parent)
    if attribute != name:
        listed.append(f"alias={name!r}")
    return f"{attribute}: {_TYPES.get(kind, 'str')} = pp.field.{kind}({', '.join(listed)})"
