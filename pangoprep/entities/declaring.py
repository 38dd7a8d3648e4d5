"""What a declaration of an entity must be, told when the class is made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from pandera import dtypes

from pangoprep.entities import fields as f
from pangoprep.entities.rules import AnyOf, RowRule
from pangoprep.errors import EntityError
from pangoprep.options import Options
from pangoprep.sentence import Sentence

# What an object type may be called; PangoCDP's own are words joined by hyphens.
_OBJECT_TYPE = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
# How a column that says no more than its type is cleaned. Nobody but the caller knows what it
# holds, so it is masked.
_BY_TYPE = (
    (dtypes.is_bool, f.boolean),
    (dtypes.is_datetime, f.timestamp),
    (dtypes.is_int, f.integer),
    (dtypes.is_float, f.decimal),
    (dtypes.is_string, f.text),
)
# PangoCDP's type -> pandas' type of canonical values. That of decimals differs by column.
_PANDAS: Mapping[str, Any] = {
    "String": str,
    "Text": str,
    "Integer": pd.Int64Dtype(),
    "Long": pd.Int64Dtype(),
    "Timestamp": pd.Int64Dtype(),
    "Boolean": pd.BooleanDtype(),
    "List": object,
}


def canonical_type(facts: f.FieldFacts) -> Any:
    """Return the pandas type of a field's canonical values; None where it is not one type."""
    return _PANDAS.get(facts.type)


def label_of(name: str) -> str:
    """Say a field's name in words, for want of a label.

    Examples
    --------
    >>> label_of("totalCostWithVat")
    'Total cost with vat'
    """
    words = re.sub(r"[_.]+|(?<=[a-z0-9])(?=[A-Z])", " ", name).split()
    return " ".join(words).capitalize()


def facts_for(entity: str, column: Any) -> f.FieldFacts:
    """Return the facts of a column that was declared by its type alone.

    Raises
    ------
    EntityError
        If the type does not say how the column is cleaned, or the column has no one name.
    """
    if column.regex:
        raise EntityError(
            Sentence(
                "{1}.{2} is a pattern of names (regex=True); PangoCDP's fields have one "
                "name each. Declare each field by itself.",
                entity,
                column.name,
            )
        )
    for is_kind, maker in _BY_TYPE:
        if column.dtype is not None and is_kind(column.dtype):
            known: dict[str, Any] = {"personal": True, "required": not column.nullable}
            if maker is f.timestamp:
                known |= {"future": True, "earliest": 1900}
            made = maker(**known)
            facts: f.FieldFacts = made.metadata["pangoprep"]
            return facts
    raise EntityError(
        Sentence(
            "{1}.{2} has the type {3}, which does not say how its cells are cleaned. "
            "Declare it with a maker, such as pp.field.text() or pp.field.list().",
            entity,
            column.name,
            column.dtype,
        )
    )


def check_declared(entity: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    """Check the class keywords, and give each its one type."""
    given = dict(declared)
    if "object_type" in given:
        name = given["object_type"]
        if not isinstance(name, str) or not re.fullmatch(_OBJECT_TYPE, name):
            raise EntityError(
                Sentence(
                    "{1}: object_type={2!r} cannot be used; write it as PangoCDP does, such "
                    "as object_type='order'.",
                    entity,
                    name,
                )
            )
    if "key" in given:
        key = (given["key"],) if isinstance(given["key"], str) else given["key"]
        if not isinstance(key, Iterable) or not all(isinstance(name, str) for name in key):
            raise EntityError(
                Sentence("{1}: key must name fields, such as key=('orderId',).", entity)
            )
        given["key"] = tuple(key)
    if "rules" in given:
        rules = given["rules"]
        given["rules"] = tuple(rules) if isinstance(rules, (list, tuple)) else (rules,)
        if bad := [rule for rule in given["rules"] if not hasattr(rule, "passes")]:
            raise EntityError(
                Sentence(
                    "{1}: rules holds {2}, which is no rule; see pp.AnyOf and pp.InOrder.",
                    entity,
                    type(bad[0]).__name__,
                )
            )
    for name in ("ignored_update_cfs", "custom_fields"):
        if not isinstance(given.get(name, False), bool):
            raise EntityError(Sentence("{1}: {2} must be True or False.", entity, name))
    if not isinstance(given.get("options", Options()), Options):
        raise EntityError(Sentence("{1}: options must be a pp.Options.", entity))
    if not isinstance(given.get("references", {}), Mapping):
        raise EntityError(
            Sentence(
                "{1}: references must map fields to object types, such as "
                "{{'customerId': 'customer-identity'}}.",
                entity,
            )
        )
    return given


def refuse_twice(entity: str, written: Sequence[tuple[str, str]]) -> None:
    """Refuse two fields of a class that are the same field to PangoCDP: one would be lost.

    Parameters
    ----------
    entity
        The name of the class.
    written
        What each field is called in the class, and by PangoCDP.

    Raises
    ------
    EntityError
        Naming both.
    """
    known: dict[str, str] = {}
    for own, name in written:
        if name in known:
            raise EntityError(
                Sentence(
                    "{1}: {2} and {3} are both the field {4!r}.", entity, known[name], own, name
                )
            )
        known[name] = own


def check_names(
    entity: str,
    names: Sequence[str],
    key: tuple[str, ...],
    rules: tuple[RowRule, ...],
    references: Mapping[str, str],
) -> None:
    """Refuse a key, a rule or a reference that names no field.

    Raises
    ------
    EntityError
        Naming it.
    """
    asked = [("key", name) for name in key]
    asked += [("references", name) for name in references]
    for rule in rules:
        if isinstance(rule, AnyOf):
            asked += [("AnyOf", name) for fields in rule.alternatives for name in fields]
        else:
            told = [getattr(rule, name, "") for name in ("first", "second", "other", "total")]
            asked += [(type(rule).__name__, name) for name in told if name]
    if absent := [(where, name) for where, name in asked if name not in names]:
        where, name = absent[0]
        raise EntityError(
            Sentence(
                "{1}: {2} names {3!r}, which is no field. There are {4}.",
                entity,
                where,
                name,
                ", ".join(names),
            )
        )
    if len(set(key)) < len(key):
        raise EntityError(Sentence("{1}: key names a field twice: {2}.", entity, ", ".join(key)))
