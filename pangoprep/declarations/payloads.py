"""A declaration made of a sample payload, as PangoCDP's own screen copies one."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pangoprep.argument_checks import path_of
from pangoprep.declarations.building import class_name
from pangoprep.declarations.content import VERSION
from pangoprep.declarations.declaration import Declaration
from pangoprep.declarations.evidence import Told, kind_of_values, names_an_id
from pangoprep.entities import ENTITIES, Entity
from pangoprep.entities.custom_fields import custom_field
from pangoprep.errors import EntityError
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of

Record = Mapping[str, Any]

# A name like that is a customer's: maps of records have such names.
_VALUE = re.compile("@|[0-9]{4}")
_GROUP = re.compile("customField[A-Z][A-Za-z]*")


def entity_from(
    payload: str | os.PathLike[str] | Mapping[str, Any] | Sequence[Mapping[str, Any]],
    object_type: str | None = None,
    *,
    key: str | Sequence[str] | None = None,
) -> Declaration:
    """Declare an entity by a sample of its records, such as "Copy Payload" of PangoCDP's screen.

    Parameters
    ----------
    payload
        A JSON file, JSON text, a record, a list of records, or the whole body of a request.
    object_type
        Such as ``"shopping-cart"``; else the body's ``objectType``, or ``custom-model`` for
        records with ``momCode`` and ``refId``. Of an object type that is built in only the fields
        that it lacks are declared.
    key
        The fields that make two records the same. Default: told by their names, as far as possible.

    Returns
    -------
    Declaration
        Its ``notes`` say what a sample does not tell. It holds no value of the payload.

    Raises
    ------
    EntityError
        If there is no record in it, or nothing says which object type it is.

    Examples
    --------
    >>> made = entity_from({"cartId": "G1", "phone": "0912345678", "total": 35000.5}, "cart")
    >>> {name: facts.type for name, facts in made.entity.fields().items()}["total"]
    'Double'
    >>> made.entity.key
    ('cartId',)
    """
    read = _read(payload)
    told = read.get("objectType") if isinstance(read, dict) and "entries" in read else None
    records = _records(read["entries"] if told or _is_body(read) else read)
    name = object_type or told or _usual(records)
    if not isinstance(name, str):
        raise EntityError(
            "Nothing in the payload says which object type it is. Give it: "
            "entity_from(payload, 'shopping-cart'), or --object-type shopping-cart."
        )
    content, notes = _content(name, records, key)
    return Declaration.of_content(content, notes)


def _read(payload: Any) -> Any:
    if isinstance(payload, (Mapping, list, tuple)):
        return payload
    text = payload
    if not isinstance(payload, str) or not payload.lstrip().startswith(("{", "[")):
        place = path_of("payload", payload)
        try:
            text = place.read_text(encoding="utf-8-sig")
        except OSError as error:
            reason = Sentence("{1} cannot be read: {2}.", place.name, reason_of(error))
        except UnicodeDecodeError:
            reason = Sentence("{1} is not UTF-8.", place.name)
        else:
            reason = Sentence("")
        if reason:
            raise EntityError(reason)
    try:
        return json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        where = Sentence("line {1}, column {2}: {3}", error.lineno, error.colno, error.msg)
    raise EntityError(Sentence("The payload is no JSON ({1}).", where))


def _is_body(read: Any) -> bool:
    return isinstance(read, Mapping) and isinstance(read.get("entries"), (list, tuple))


def _records(given: Any) -> list[Record]:
    records = [given] if isinstance(given, Mapping) else given
    is_list = isinstance(records, (list, tuple)) and len(records) > 0
    if not is_list or not all(isinstance(one, Mapping) and one for one in records):
        raise EntityError("The payload must be a record, {...}, or a list of records.")
    return list(records)


def _usual(records: list[Record]) -> str | None:
    return "custom-model" if all({"momCode", "refId"} <= {*one} for one in records) else None


def _content(
    object_type: str, records: list[Record], key: Any
) -> tuple[dict[str, Any], dict[str, str]]:
    known = ENTITIES.get(object_type)
    content: dict[str, Any] = {"version": VERSION}
    content |= {"object_type": object_type} if known is None else {"extends": object_type}
    notes = {"": "Which fields are required a sample cannot tell: add required = true."}
    items: dict[str, Any] = {}
    parent = known or Entity
    fields = _fields(records, items, notes, "", object_type, {*parent.fields()})
    if any(custom_field(name) for name in fields) and known is None:
        content["custom_fields"] = True
    if key is not None:
        content["key"] = [key] if isinstance(key, str) else [*key]
    elif known is None:
        content["key"] = _key(object_type, fields, notes)
    for name in content.get("key", ()):
        if name in fields:
            fields[name]["required"] = True
    content["fields"] = fields
    return content | ({"items": items} if items else {}), notes


def _key(object_type: str, fields: Mapping[str, Any], notes: dict[str, str]) -> list[str]:
    """The id that is called like the object type, or the first one."""
    ids = [name for name in fields if names_an_id(name)]
    words = {word.lower() for word in re.findall("[A-Za-z0-9]+", object_type)}
    own = [
        name for name in ids if re.sub("(?i)(id|code|no|key)$", "", name).lower() in words | {""}
    ]
    chosen = (own or ids)[:1]
    if chosen:
        _add(notes, chosen[0], "Taken for the key by its name.")
    else:
        notes[""] += "\nNo field is named like an id: without a key, equal rows are one record."
    return chosen


def _fields(
    records: list[Record],
    items: dict[str, Any],
    notes: dict[str, str],
    of: str,
    owner: str,
    known: set[str],
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, values in _columns(records, notes).items():
        place = f"{of}{name}"
        if name in known:
            continue
        filled = [value for value in values if value is not None]
        if filled and all(_is_list_of_records(value) for value in filled):
            inner = [record for value in filled for record in value]
            called = _item_name(owner, name, items)
            items[called] = {}
            made = _fields(inner, items, notes, f"{called}.", owner, set())
            if any(custom_field(one) for one in made):
                items[called]["custom_fields"] = True
            items[called]["fields"] = made
            found[name] = {"kind": "items", "item": called}
            continue
        if any(isinstance(value, Mapping) for value in filled):
            notes[""] += f"\n{place} is an object of its own, which nothing declares: left out."
            continue
        told: Told = kind_of_values(name, filled)
        found[name] = dict(told.arguments)
        if told.doubt:
            _add(notes, place, told.doubt)
    return found


def _columns(records: list[Record], notes: dict[str, str]) -> dict[str, list[Any]]:
    """Field -> its values; groups of custom fields are taken apart."""
    columns: dict[str, list[Any]] = {}
    for record in records:
        for name, value in record.items():
            inner = value if _GROUP.fullmatch(str(name)) and isinstance(value, Mapping) else None
            if inner is None:
                columns.setdefault(str(name), []).append(value)
            for one, held in (inner or {}).items():
                columns.setdefault(f"{name}.{one}", []).append(held)
    usable = {}
    n_left = 0
    for name, values in columns.items():
        if custom_field(name) is None and (_VALUE.search(name) or not name.strip()):
            n_left += 1
        else:
            usable[name] = values
    if n_left:
        notes[""] += f"\nNames that look like values, not like fields, are left out ({n_left})."
    return usable


def _is_list_of_records(value: Any) -> bool:
    return (
        isinstance(value, (list, tuple))
        and bool(value)
        and all(isinstance(one, Mapping) for one in value)
    )


def _item_name(owner: str, field: str, items: Mapping[str, Any]) -> str:
    name = f"{class_name(owner)}Item" if field == "items" else class_name(field)
    while name in items:
        name += "Item"
    return name


def _add(notes: dict[str, str], place: str, text: str) -> None:
    notes[place] = f"{notes[place]}\n{text}" if place in notes else text
