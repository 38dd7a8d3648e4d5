"""An entity made of the content of its declaration; what cannot be used is told by its place."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping
from typing import Any

from pangoprep.close_names import did_you_mean
from pangoprep.declarations.content import VERSION
from pangoprep.declarations.kinds import (
    MAKERS,
    RULES,
    arguments_of,
    needed_by,
    tables_of_words,
)
from pangoprep.entities import Entity
from pangoprep.entities.base import EntityType, Item
from pangoprep.entities.rules import AnyOf, RowRule
from pangoprep.errors import EntityError, UsageError
from pangoprep.options import make_options
from pangoprep.sentence import Sentence, sentence_of

_KNOWN = (
    "version", "object_type", "extends", "description", "key", "custom_fields",
    "ignored_update_cfs", "without", "rules", "references", "options", "fields", "items",
)  # fmt: skip
_OF_ITEMS = ("custom_fields", "rules", "references", "fields")
_NUMBER = (int, float)
# What an argument is -> whether a value is that, and how it is written.
_WANTED: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "text": (lambda v: isinstance(v, str), 'a text, such as "phone"'),
    "flag": (lambda v: isinstance(v, bool), "true or false"),
    "number": (lambda v: isinstance(v, int) and not isinstance(v, bool), "a whole number"),
    "texts": (lambda v: _is_texts(v), 'a list of texts, such as ["Mã đơn", "Order no"]'),
    "label": (
        lambda v: isinstance(v, str) or (_is_words(v) and {*v} <= {"en", "vi"}),
        'a text, or { en = "…", vi = "…" }',
    ),
    "words": (
        lambda v: isinstance(v, str) or _is_words(v),
        'a table of words, such as { "đã giao" = "Delivered" }',
    ),
    "table": (lambda v: isinstance(v, dict), "a table, such as { min_value = 1, max_value = 9 }"),
    "length": (
        lambda v: isinstance(v, dict) or (isinstance(v, int) and not isinstance(v, bool)),
        "a number of characters, or { min_value = 1, max_value = 9 }",
    ),
    "values": (lambda v: isinstance(v, list), "a list"),
    "any": (lambda v: isinstance(v, (str, *_NUMBER)), "a number or a text"),
}


class ProblemError(Exception):
    """What is wrong in a declaration, and where: the tables and names that lead there."""

    def __init__(self, place: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.place, self.message = place, message


def build(content: Mapping[str, Any], base: Callable[[str], type[Entity]]) -> type[Entity]:
    """Make the entity of a declaration; ``base`` finds the one that it extends.

    Raises
    ------
    ProblemError
        If something cannot be used.
    """
    _refuse_unknown((), content, _KNOWN)
    if content.get("version", VERSION) != VERSION:
        raise ProblemError(("version",), Sentence("this pangoprep reads version = {1}", VERSION))
    parent: type[Entity] = Entity
    if "extends" in content:
        parent = base(_one("text", ("extends",), content["extends"]))
    elif "object_type" not in content:
        raise ProblemError((), 'it names no object type, such as object_type = "order"')
    items = _items(_table(("items",), content.get("items", {})))
    members = _members(("fields",), _table(("fields",), content.get("fields", {})), items, parent)
    declared = {
        name: content[name]
        for name in ("object_type", "key", "custom_fields", "ignored_update_cfs", "references")
        if name in content
    }
    if "key" in declared and not (isinstance(declared["key"], str) or _is_texts(declared["key"])):
        raise ProblemError(("key",), 'key must be a list of fields, such as ["orderId"]')
    if "without" in content:
        declared["without"] = (*parent._declared.without, *_without(content["without"], parent))
    if "rules" in content:
        declared["rules"] = (*parent.rules, *_rules(("rules",), content["rules"]))
    if "options" in content:
        try:
            declared["options"] = make_options(_table(("options",), content["options"]))
        except UsageError as error:
            raise ProblemError(("options",), sentence_of(error)) from None
    if "description" in content:
        members["__doc__"] = _one("text", ("description",), content["description"])
    name = class_name(str(content.get("object_type", parent.object_type)))
    try:
        return EntityType(name, (parent,), members, **declared)
    except (EntityError, TypeError) as error:
        raise ProblemError((), sentence_of(error)) from None


def class_name(object_type: str) -> str:
    """Name a class after an object type.

    Examples
    --------
    >>> class_name("shopping-cart")
    'ShoppingCart'
    """
    words = re.findall("[A-Za-z0-9]+", object_type)
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name.isidentifier() and not keyword.iskeyword(name) else f"Entity{name}"


def attribute_of(name: str, parent: type = Entity) -> str:
    """Return what a field is called in a class; where that is not its name, it needs an alias.

    Examples
    --------
    >>> [attribute_of(name) for name in ("orderId", "customFieldTexts.customField01", "validate")]
    ['orderId', 'customFieldTexts_customField01', 'validate_']
    """
    plain = re.sub(r"\W", "_", name)
    usable = plain.isidentifier() and not keyword.iskeyword(plain) and not plain.startswith("_")
    if not usable:
        plain = f"field_{plain}"
    is_field = isinstance(parent, EntityType) and plain in parent.fields()
    return f"{plain}_" if hasattr(parent, plain) and not is_field else plain


def _items(told: Mapping[str, Any]) -> dict[str, type[Item]]:
    """Make the classes of items, those first that others hold."""
    made: dict[str, type[Item]] = {}
    waiting = {name: _table(("items", name), table) for name, table in told.items()}
    while waiting:
        ready = [name for name, table in waiting.items() if not (_held(table) & {*waiting})]
        if not ready:
            first = next(iter(waiting))
            raise ProblemError(("items", first), "these items hold each other in a circle")
        for name in ready:
            place, table = ("items", name), waiting.pop(name)
            _refuse_unknown(place, table, _OF_ITEMS)
            if not name.isidentifier() or keyword.iskeyword(name):
                raise ProblemError(place, "items are named like a class, such as OrderItem")
            fields = _table((*place, "fields"), table.get("fields", {}))
            members = _members((*place, "fields"), fields, made, Item)
            declared: dict[str, Any] = {"rules": _rules((*place, "rules"), table.get("rules", []))}
            declared |= {n: table[n] for n in ("custom_fields", "references") if n in table}
            try:
                made[name] = EntityType(name, (Item,), members, **declared)
            except (EntityError, TypeError) as error:
                raise ProblemError(place, sentence_of(error)) from None
    return made


def _held(table: Mapping[str, Any]) -> set[str]:
    fields = table.get("fields", {})
    every = fields.values() if isinstance(fields, dict) else ()
    return {str(one["item"]) for one in every if isinstance(one, dict) and "item" in one}


def _members(
    place: tuple[str, ...],
    fields: Mapping[str, Any],
    items: Mapping[str, type[Item]],
    parent: type,
) -> dict[str, Any]:
    members: dict[str, Any] = {"__module__": __name__, "__annotations__": {}}
    for name, told in fields.items():
        made = _field((*place, name), told, items)
        attribute = attribute_of(name, parent)
        if attribute != name:
            made.alias = name
        members["__annotations__"][attribute] = object
        members[attribute] = made
    return members


def _field(place: tuple[str, ...], told: Any, items: Mapping[str, type[Item]]) -> Any:
    arguments: dict[str, Any] = (
        {"kind": told} if isinstance(told, str) else dict(_table(place, told))
    )
    kind = arguments.pop("kind", None)
    if kind is None:
        raise ProblemError(place, 'it has no kind, such as kind = "text"')
    if kind not in MAKERS:
        known = ", ".join(MAKERS)
        raise ProblemError(
            (*place, "kind"),
            Sentence(
                "there is no kind {1!r}.{2} There are {3}", kind, did_you_mean(kind, MAKERS), known
            ),
        )
    known_arguments = arguments_of(kind)
    _refuse_unknown(place, arguments, ("kind", *known_arguments))
    for name, value in arguments.items():
        _one(known_arguments[name], (*place, name), value)
    if absent := [name for name in needed_by(kind) if name not in arguments]:
        raise ProblemError(place, Sentence("the kind {1!r} needs {2}", kind, absent[0]))
    if kind == "items":
        if arguments["item"] not in items:
            there = (
                Sentence("There are {1}", ", ".join(items))
                if items
                else "Declare it: [items.OrderItem]"
            )
            raise ProblemError(
                (*place, "item"), Sentence("there is no [items.{1}]. {2}", arguments["item"], there)
            )
        arguments["item"] = items[arguments["item"]]
    if "year_to" in arguments:
        arguments["year_to"] = arguments["year_to"] or None
    if kind == "choice":
        _check_words(place, arguments)
    try:
        return MAKERS[kind](**arguments)
    except Exception as error:  # noqa: BLE001 - Pandera's, of checks that it cannot use
        raise ProblemError(place, Sentence("it cannot be used: {1}", error)) from None


def _check_words(place: tuple[str, ...], arguments: Mapping[str, Any]) -> None:
    words = arguments.get("words", {})
    if isinstance(words, str):
        if words and words not in tables_of_words():
            raise ProblemError(
                (*place, "words"),
                Sentence(
                    "there is no table of words {1!r}. Write {{ word = choice }}, or one of {2}",
                    words,
                    ", ".join(tables_of_words()),
                ),
            )
        return
    if wrong := [to for to in words.values() if to not in arguments["choices"]]:
        listed = ", ".join(map(repr, arguments["choices"]))
        raise ProblemError(
            (*place, "words"), Sentence("{1!r} is no choice; there are {2}", wrong[0], listed)
        )


def _without(given: Any, parent: type[Entity]) -> list[str]:
    names: list[str] = _one("texts", ("without",), given)
    if wrong := [name for name in names if name not in parent.fields()]:
        there = ", ".join(Entity.fields())
        raise ProblemError(
            ("without",),
            Sentence("{1!r} is no field of all entities; those are {2}", wrong[0], there),
        )
    return names


def _rules(place: tuple[str, ...], given: Any) -> tuple[RowRule, ...]:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise ProblemError(place, 'rules must be a list, such as [{ any_of = ["phone", "email"] }]')
    return tuple(_rule(place, name, value) for one in given for name, value in one.items())


def _rule(place: tuple[str, ...], name: str, given: Any) -> RowRule:
    if name not in RULES:
        hint, known = did_you_mean(name, RULES), ", ".join(RULES)
        raise ProblemError(
            place, Sentence("there is no rule {1!r}.{2} There are {3}", name, hint, known)
        )
    make, wanted = RULES[name]
    if make is AnyOf:
        told = given if isinstance(given, list) else []
        alternatives = [(one,) if isinstance(one, str) else one for one in told]
        if alternatives and all(one and _is_texts([*one]) for one in alternatives):
            return AnyOf(tuple(tuple(one) for one in alternatives))
    else:
        names = [given] if isinstance(given, str) else given
        if isinstance(names, list) and _is_texts(names) and len(names) == wanted.count('"') // 2:
            rule: RowRule = make(*names)
            return rule
    raise ProblemError(place, Sentence("the rule {1} takes {2}", name, wanted))


def _refuse_unknown(place: tuple[str, ...], given: Mapping[str, Any], known: Any) -> None:
    if unknown := [name for name in given if name not in known]:
        hint, listed = did_you_mean(unknown[0], known), ", ".join(known)
        raise ProblemError(
            (*place, unknown[0]),
            Sentence("there is no {1!r} here.{2} There may be {3}", unknown[0], hint, listed),
        )


def _table(place: tuple[str, ...], given: Any) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise ProblemError(place, Sentence("it must be a table, [{1}]", ".".join(place)))
    return given


def _one(kind: str, place: tuple[str, ...], given: Any) -> Any:
    fits, wanted = _WANTED[kind]
    if not fits(given):
        raise ProblemError(place, Sentence("{1} must be {2}", place[-1], wanted))
    return given


def _is_texts(given: Any) -> bool:
    return isinstance(given, (list, tuple)) and all(isinstance(one, str) for one in given)


def _is_words(given: Any) -> bool:
    return isinstance(given, dict) and all(isinstance(one, str) for one in given.values())
