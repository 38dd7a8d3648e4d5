"""Object types that users declare: the sandbox takes what their declaration says."""

from __future__ import annotations

from typing import Any

from pangoprep.errors import OptionError
from pangoprep.sandbox.rules import IGNORED_UPDATE_CFS, KEYS, OBJECTS, TYPES, Check, add_table

_TYPES = {"Integer": "integer"}


def declare(entity: Any) -> None:
    """Let the sandboxes of this process take an object type, as its class declares it.

    Parameters
    ----------
    entity
        A `pangoprep.Entity`; only what it says of itself is used.

    Raises
    ------
    OptionError
        If it is none.
    """
    name = getattr(entity, "object_type", None)
    if not isinstance(name, str) or not name or not callable(getattr(entity, "fields", None)):
        raise OptionError("entities must be classes of pp.Entity with an object_type.")
    _add_table(name, entity)
    KEYS[name] = tuple(entity.key)
    if entity.ignored_update_cfs:
        IGNORED_UPDATE_CFS.add(name)


def _add_table(table: str, model: Any) -> None:
    rows = []
    for name, facts in model.fields().items():
        kind = _TYPES.get(facts.type, facts.type)
        if facts.item is not None:
            kind = f"List of {table} {name}"
            _add_table(f"{table} {name}", facts.item)
            OBJECTS[kind] = f"{table} {name}"
            TYPES[kind] = Check(lambda value: type(value) in (list, dict), "a list of objects")
        if "." not in name:
            rows.append(_row(table, name, kind, "Yes" * facts.required, "|".join(facts.choices)))
    if model.custom_fields or any("." in name for name in model.fields()):
        rows.append(_row(table, "Custom Fields", "", "", ""))
    add_table(table, rows)


def _row(entity: str, field: str, kind: str, required: str, allowed: str) -> dict[str, str]:
    return {
        "entity": entity, "field": field, "type": kind, "required": required, "allowed": allowed,
    }  # fmt: skip
