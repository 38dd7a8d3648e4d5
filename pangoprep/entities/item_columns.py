"""Columns of a file that has one row per item: fields of the objects in a record's list.

Such a column is named by the list and the object's field, ``items.quantity``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from pangoprep.entities.custom_fields import custom_field
from pangoprep.entities.fields import FieldFacts

if TYPE_CHECKING:
    from pangoprep.entities.base import Entity


def list_fields(entity: type[Entity]) -> dict[str, FieldFacts]:
    """Return the fields of an entity that hold lists of objects.

    Examples
    --------
    >>> import pangoprep as pp
    >>> [*list_fields(pp.Order)], [*list_fields(pp.CustomerIdentity)]
    (['items'], [])
    """
    return {name: facts for name, facts in entity.fields().items() if facts.item is not None}


@cache
def item_columns(entity: type[Entity]) -> dict[str, FieldFacts]:
    """Return the facts of every column that is a field of an entity's objects, by its name.

    Examples
    --------
    >>> import pangoprep as pp
    >>> item_columns(pp.Order)["items.quantity"].type
    'Integer'
    """
    return {
        f"{name}.{inner}": replace(facts, name=f"{name}.{inner}")
        for name, own in list_fields(entity).items()
        for inner, facts in own.item.fields().items()
    }


def item_column(name: str, entity: type[Entity]) -> FieldFacts | None:
    """Return the facts of a column that is a field of an entity's objects, None if it is none.

    Custom fields of objects are such columns, too: ``items.customFieldTexts.customField01``.
    """
    known = item_columns(entity).get(name)
    head, _, inner = name.partition(".")
    own = list_fields(entity).get(head)
    if known is None and own is not None and own.item.custom_fields and (c := custom_field(inner)):
        return replace(c, name=name)
    return known


def list_of(names: Iterable[str], entity: type[Entity]) -> str:
    """Return the list that columns of objects are about; empty if none of the names is such.

    Examples
    --------
    >>> import pangoprep as pp
    >>> list_of(["orderId", "items.price"], pp.Order), list_of(["orderId", "items"], pp.Order)
    ('items', '')
    """
    heads = (name.partition(".")[0] for name in names if item_column(name, entity) is not None)
    return next(heads, "")


def missing_columns(names: Collection[str], entity: type[Entity]) -> list[str]:
    """Return the columns that objects must have, where some of their columns are there."""
    head = list_of(names, entity)
    return [
        name
        for name, facts in item_columns(entity).items()
        if head and name.startswith(f"{head}.") and facts.required and name not in names
    ]
