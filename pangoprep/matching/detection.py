"""Which column of a frame is which field of an entity, by its header alone."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from pangoprep.entities.item_columns import list_fields
from pangoprep.errors import ColumnNamesError
from pangoprep.letters import fold
from pangoprep.matching.spelling import certain_claim

if TYPE_CHECKING:
    from pangoprep.entities import Entity

__all__ = ["detect_entities", "fold", "match_headers"]


def match_headers(
    columns: Iterable[Hashable],
    object_type: str | type[Entity],
    mapping: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Find the field of each column.

    Parameters
    ----------
    columns
        The frame's column names. Names that are not text are passed over.
    object_type
        The entity, such as ``"customer-identity"``.
    mapping
        What the caller says, column to field; it wins over any match.

    Returns
    -------
    dict
        Column to field, in the order of the columns. Columns nobody recognizes are not in it;
        custom fields (``customFieldTexts.customField01``) are, under their own name, where the
        entity has any.

    Raises
    ------
    ColumnNamesError
        Several columns have the same right to a field, or ``mapping`` names a column or field
        that does not exist.

    Examples
    --------
    >>> match_headers(["Mã KH", "Họ và tên", "SĐT", "Ghi chú"], "customer-identity")
    {'Mã KH': 'customerId', 'Họ và tên': 'fullName', 'SĐT': 'phone'}
    """
    from pangoprep.entities import entity_for
    from pangoprep.matching.mapping import clash_message, map_columns

    entity = entity_for(object_type)
    names = [name for name in columns if isinstance(name, str)]
    found = map_columns(pd.DataFrame(columns=pd.Index(names, dtype=object)), entity, mapping)
    if found.rivals:
        raise ColumnNamesError(clash_message(found.rivals, entity.object_type))
    return found.fields


def detect_entities(columns: Iterable[Hashable]) -> list[str]:
    """Tell which entities a frame with these columns can hold.

    An entity is known by the fields it requires and no other entity has, such as
    ``membershipId``; without any, the frame holds customers.

    Parameters
    ----------
    columns
        The frame's column names.

    Returns
    -------
    list of str
        One object type if that is clear, several (best first) if the columns fit them equally
        well, none if no column is recognized.

    Examples
    --------
    >>> detect_entities(["Mã thẻ", "Mã KH", "Ngày cấp thẻ"])
    ['customer-membership']
    """
    from pangoprep.entities import CUSTOMERS, ENTITIES

    names = [name for name in columns if isinstance(name, str)]
    found = {
        object_type: {
            claim.field for name in names if (claim := certain_claim(name, entity)) is not None
        }
        for object_type, entity in ENTITIES.items()
    }
    for object_type, entity in ENTITIES.items():
        found[object_type] |= _lists_by_rows(names, entity)
    of_customers = {name: fields for name, fields in found.items() if name in CUSTOMERS}
    best = _of_customers(of_customers)
    known = max((len(found[name]) for name in best), default=0)
    # Another entity is told only by everything it needs: its words are those of any table.
    more = [
        name
        for name in found
        if name not in CUSTOMERS
        and len(found[name]) > known
        and _marks()[name] & found[name]
        and _is_complete(ENTITIES[name], found[name])
    ]
    return sorted(more, key=lambda name: -len(found[name]))[:1] or best


def _lists_by_rows(names: list[str], entity: type[Entity]) -> set[str]:
    """Return the lists whose items have columns of their own, all that they must have."""
    lists = set()
    for name, facts in list_fields(entity).items():
        inner = {claim.field for one in names if (claim := certain_claim(one, facts.item))}
        inner |= {one.removeprefix(f"{name}.") for one in names if one.startswith(f"{name}.")}
        needed = {one for one, known in facts.item.fields().items() if known.required}
        if needed and needed <= inner:
            lists.add(name)
    return lists


def _of_customers(found: dict[str, set[str]]) -> list[str]:
    """Tell which of the customer entities fit."""
    from pangoprep.entities import ENTITIES

    customer, *others = found
    marked = [name for name in others if _marks()[name] & found[name]]
    if not marked:
        return [customer] if found[customer] else []
    complete = [name for name in marked if _is_complete(ENTITIES[name], found[name])]
    candidates = complete or marked
    if _is_complete(ENTITIES[customer], found[customer]):
        # A customer list may carry a card number: as customers more of its columns make sense.
        if len(found[customer]) > max(len(found[name]) for name in candidates):
            candidates = [customer, *complete]
        elif not complete:
            candidates = [*marked, customer]
    return sorted(candidates, key=lambda name: -len(found[name]))


@cache
def _marks() -> dict[str, set[str]]:
    """Return the fields that tell an entity: required there, and in no other entity."""
    from pangoprep.entities import CUSTOMERS, ENTITIES

    fields = {object_type: entity.fields() for object_type, entity in ENTITIES.items()}
    elsewhere = {
        object_type: {name for other in CUSTOMERS if other != object_type for name in fields[other]}
        for object_type in fields
    }
    return {
        object_type: (
            {name for name, facts in known.items() if facts.required} | {*ENTITIES[object_type].key}
        )
        - elsewhere[object_type]
        for object_type, known in fields.items()
    }


def _is_complete(entity: type[Entity], found: set[str]) -> bool:
    """Tell whether everything a record must have has a column."""
    required = {name for name, facts in entity.fields().items() if facts.required} | {*entity.key}
    groups = [rule.alternatives for rule in entity.rules if hasattr(rule, "alternatives")]
    return required <= found and all(
        any(found.issuperset(fields) for fields in alternatives) for alternatives in groups
    )
