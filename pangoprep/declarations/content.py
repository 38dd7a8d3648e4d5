"""An entity as the content of its declaration: plain tables, lists and texts."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import Any

from pangoprep.declarations.kinds import arguments_for, rule_as_content
from pangoprep.entities import Entity
from pangoprep.entities import fields as f
from pangoprep.entities.base import Item, Model
from pangoprep.errors import EntityError
from pangoprep.options import Options
from pangoprep.sentence import Sentence

VERSION = 1
_OF_PANGOCDP = ("custom_fields", "ignored_update_cfs")


def content_of(entity: type[Entity]) -> dict[str, Any]:
    """Return what a declaration of an entity holds.

    Raises
    ------
    EntityError
        If something of it can only be said in Python, such as a check of the caller's own.
    """
    content: dict[str, Any] = {"version": VERSION, "object_type": entity.object_type}
    if text := inspect.cleandoc(entity.__doc__ or "").partition("\n")[0].strip():
        content["description"] = text
    content["key"] = [*entity.key]
    content |= {name: True for name in _OF_PANGOCDP if getattr(entity, name)}
    if without := [name for name in Entity.fields() if name not in entity.fields()]:
        content["without"] = without
    if entity.rules:
        content["rules"] = [rule_as_content(rule) for rule in entity.rules]
    if entity.references:
        content["references"] = dict(entity.references)
    if options := _options(entity.options):
        content["options"] = options
    items: dict[str, Any] = {}
    content["fields"] = _fields(entity, items)
    return content | ({"items": items} if items else {})


def _options(given: Options) -> dict[str, Any]:
    usual = Options(today=given.today)
    told = {one.name: getattr(given, one.name) for one in fields(Options)}
    differs = {name: value for name, value in told.items() if value != getattr(usual, name)}
    return {
        name: [*value] if isinstance(value, tuple) else value for name, value in differs.items()
    }


def _fields(model: type[Model], items: dict[str, Any]) -> dict[str, Any]:
    schema = model.to_schema()
    own = {rule.rule for rule in model.rules}
    if [check for check in schema.checks if check.name not in own] or schema.parsers:
        raise EntityError(
            Sentence(
                "{1} has checks or parsers that are code; a declaration cannot hold "
                "them. Keep this entity in Python: --entity file.py:Class.",
                model.__name__,
            )
        )
    usual = Entity.to_schema().columns if issubclass(model, Entity) else {}
    found = {}
    for name, column in schema.columns.items():
        facts = f.facts_of(column)
        if facts is None or (name in usual and same_field(column, usual[name])):
            continue
        called = ""
        if facts.item is not None:
            called = facts.item.__name__
            if called not in items:
                items[called] = {}  # it may hold itself
                items[called] = _item(facts.item, items)
        found[name] = arguments_for(facts, column, called)
    return found


def _item(item: type[Item], items: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {"custom_fields": True} if item.custom_fields else {}
    if item.rules:
        content["rules"] = [rule_as_content(rule) for rule in item.rules]
    if item.references:
        content["references"] = dict(item.references)
    return {**content, "fields": _fields(item, items)}


def same_field(one: Any, other: Any) -> bool:
    """Whether two columns are the same field: equal facts, equal checks."""
    return _told(one) == _told(other)


def same_model(one: type[Model], other: type[Model]) -> bool:
    """Whether two entities, or two items, are the same but for the name of the class."""
    first, second = one.to_schema().columns, other.to_schema().columns
    names = ("object_type", "key", "rules", "options", *_OF_PANGOCDP)
    return (
        all(getattr(one, name) == getattr(other, name) for name in names)
        and dict(one.references) == dict(other.references)
        and [*first] == [*second]
        and all(same_field(first[name], second[name]) for name in first)
    )


def _told(column: Any) -> tuple[Any, ...]:
    facts = f.facts_of(column)
    if facts is None:
        return ()
    told = {one.name: getattr(facts, one.name) for one in fields(facts)}
    item = told.pop("item")
    checks = [(check.name, check.statistics, check.raise_warning) for check in column.checks]
    inner = None if item is None else content_of_item(item)
    return told, inner, checks, column.unique, column.nullable


def content_of_item(item: type[Item]) -> dict[str, Any]:
    """Return what a declaration says of an item."""
    return _item(item, {})
