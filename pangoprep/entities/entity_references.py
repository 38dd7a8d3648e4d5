"""Which entity names which: whose order, membership, address or photo a row is, and by what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pangoprep.entities import ENTITIES, Entity
from pangoprep.entities.item_columns import list_fields
from pangoprep.errors import EntityError
from pangoprep.sentence import Sentence

CUSTOMER = "customer-identity"

#: The fields that name a customer in a row of another entity, declared or not, and what they name
#: it by. The first that is filled counts.
NAMED_BY = {"customerId": "customerId", "customerEmail": "email", "customerPhone": "phone"}


@dataclass(frozen=True)
class Reference:
    """Fields of a row that name a record of another entity.

    Parameters
    ----------
    fields
        The fields of the row.
    object_type
        Of the record.
    named_by
        The record's own fields that hold the same.
    """

    fields: tuple[str, ...]
    object_type: str
    named_by: tuple[str, ...]


def references_of(
    entity: type[Entity], keys: Mapping[str, tuple[str, ...]]
) -> list[tuple[Reference, ...]]:
    """Return what a row names: of each tuple the first that is filled.

    Parameters
    ----------
    entity
        Of the row.
    keys
        The keys of entities, by object type.

    Raises
    ------
    EntityError
        If a reference does not tell which record is meant.

    Examples
    --------
    >>> [one.fields for one in references_of(ENTITIES["customer-membership"], {})[0]]
    [('customerId',), ('customerEmail',), ('customerPhone',)]
    """
    fields = entity.fields()
    declared = dict(entity.references)
    if entity.object_type != CUSTOMER:
        declared |= {name: declared.get(name, CUSTOMER) for name in NAMED_BY if name in fields}
    found = _groups(entity, declared, keys)
    for own, facts in list_fields(entity).items():
        for group in _groups(facts.item, facts.item.references, keys):
            named = (tuple(f"{own}.{name}" for name in one.fields) for one in group)
            of_items = zip(group, named, strict=True)
            found.append(tuple(replace(one, fields=names) for one, names in of_items))
    return found


def _groups(
    entity: Any, declared: Mapping[str, str], keys: Mapping[str, tuple[str, ...]]
) -> list[tuple[Reference, ...]]:
    """Return what a record, or an object in one, names by its own fields."""
    fields = entity.fields()
    of_customer = [name for name in NAMED_BY if declared.get(name) == CUSTOMER]
    found = []
    if of_customer:
        found.append(tuple(Reference((n,), CUSTOMER, (NAMED_BY[n],)) for n in of_customer))
    left = {name: named for name, named in declared.items() if name not in of_customer}
    for object_type in dict.fromkeys(left.values()):
        names = [name for name, named in left.items() if named == object_type]
        key = keys.get(object_type)
        shared = tuple(name for name in key or () if name in names)
        if key is not None and len(key) > 1 and shared:
            found.append((Reference(shared, object_type, shared),))
            names = [name for name in names if name not in shared]
        for name in names:
            named_by = (name,)
            if object_type == CUSTOMER and fields[name].normalizer in ("email", "phone"):
                named_by = (fields[name].normalizer,)
            elif key is not None and len(key) == 1:
                named_by = key
            elif key is not None:
                of_it = (
                    Sentence("the key of {1} is {2}", object_type, " + ".join(key))
                    if key
                    else "that has none"
                )
                raise EntityError(
                    Sentence(
                        "{1}.{2} refers to {3}, and {4}, so one field cannot name its records. "
                        "Call the fields as they are called there, and declare a reference for "
                        "each.",
                        entity.__name__,
                        name,
                        object_type,
                        of_it,
                    )
                )
            found.append((Reference((name,), object_type, named_by),))
    return found


def in_order_of_references(entities: Mapping[str, type[Entity]]) -> list[list[str]]:
    """Put frames into an order in which those that are named come first.

    Parameters
    ----------
    entities
        The entity of each frame, by its name.

    Returns
    -------
    list of list of str
        The frames' names; those that name each other, or themselves, stand together, and
        `refer_to_each_other` tells them.

    Examples
    --------
    >>> in_order_of_references({"o": ENTITIES["order"], "c": ENTITIES["customer-identity"]})
    [['c'], ['o']]
    """
    reached = {label: _named(label, entities) for label in entities}
    while True:
        further = {
            label: frozenset().union(direct, *(reached[one] for one in direct))
            for label, direct in reached.items()
        }
        if further == reached:
            break
        reached = further
    groups: dict[frozenset[str], list[str]] = {}
    for label in sorted(
        entities, key=lambda one: (len(reached[one] | {one}), entities[one].object_type != CUSTOMER)
    ):
        circle = label in reached[label]
        groups.setdefault(reached[label] if circle else frozenset({label, ""}), []).append(label)
    return list(groups.values())


def refer_to_each_other(labels: Sequence[str], entities: Mapping[str, type[Entity]]) -> bool:
    """Tell whether the frames of a group name each other, or the only one itself."""
    return bool(_named(labels[0], {label: entities[label] for label in labels}))


def _named(label: str, entities: Mapping[str, type[Entity]]) -> frozenset[str]:
    """Return the names of the frames whose records a frame names."""
    keys = keys_by_type(entities.values())
    named = {one.object_type for group in references_of(entities[label], keys) for one in group}
    return frozenset(one for one, entity in entities.items() if entity.object_type in named)


def keys_by_type(entities: Iterable[type[Entity]]) -> dict[str, tuple[str, ...]]:
    """Return the keys of these entities, and of those that are built in, by object type."""
    known = {name: entity.key for name, entity in ENTITIES.items()}
    return known | {entity.object_type: entity.key for entity in entities}


def name_of(entity: type[Entity]) -> str:
    """Tell an entity from others of its object type: a plain text, that any process can read."""
    return f"{entity.object_type} {entity.__module__}.{entity.__qualname__}"
