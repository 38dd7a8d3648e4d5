"""Which column of a frame is which field of an entity.

A header is a field if it is the field's own name, or a spelling of it that ``tables/headers.csv``
lists, whatever its case, marks and punctuation. Nothing is guessed beyond that.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pangoprep.errors import ColumnNamesError
from pangoprep.tables import read_table

if TYPE_CHECKING:
    from pangoprep.entities import Entity


class _Claim(NamedTuple):
    """A column that says it is a field; the lowest rank has the best right to it."""

    rank: int  # 0: the field's name to the letter, 1: otherwise written, 2: a synonym
    field: str


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

    entity = entity_for(object_type)
    names = [name for name in columns if isinstance(name, str)]
    chosen = _check_mapping(mapping or {}, names, entity)
    claims: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        claim = None if name in chosen else _claim(name, entity)
        if claim and claim.field not in chosen.values():
            claims.setdefault(claim.field, []).append((claim.rank, name))

    winners = {field: _best(rivals) for field, rivals in claims.items()}
    clashes = {field: rivals for field, rivals in winners.items() if len(rivals) > 1}
    if clashes:
        raise ColumnNamesError(_clash_message(clashes, entity.object_type))
    fields = chosen | {winner: field for field, [winner] in winners.items()}
    return {name: fields[name] for name in names if name in fields}


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
    from pangoprep.entities import ENTITIES

    names = [name for name in columns if isinstance(name, str)]
    found = {
        object_type: {claim.field for name in names if (claim := _claim(name, entity))}
        for object_type, entity in ENTITIES.items()
    }
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


def fold(header: str) -> str:
    """Reduce a header to what its spellings share: letters and digits, no marks, lower case.

    Examples
    --------
    >>> fold("Số ĐT."), fold("so_dt"), fold("createdAt") == fold("Created at")
    ('sodt', 'sodt', True)
    """
    # Đ is a letter of its own to Unicode; it does not decompose.
    bare = unicodedata.normalize("NFKD", header).casefold().replace("đ", "d")
    return "".join(letter for letter in bare if letter.isalnum())


@cache
def _spellings(entity: type[Entity]) -> dict[str, _Claim]:
    """Return every folded spelling of the fields of an entity."""
    names = entity.fields()
    known: dict[str, _Claim] = {}
    for row in read_table("headers").to_pylist():
        if row["field"] in names and row["entity"] in ("", entity.object_type):
            known[fold(row["header"])] = _Claim(2, row["field"])
    return known | {fold(name): _Claim(1, name) for name in names}


def _claim(name: str, entity: type[Entity]) -> _Claim | None:
    if _is_custom_field(name, entity):
        return _Claim(0, name)
    claim = _spellings(entity).get(fold(name))
    return _Claim(0, name) if claim and claim.field == name else claim


@cache
def _marks() -> dict[str, set[str]]:
    """Return the fields that tell an entity: required there, and in no other entity."""
    from pangoprep.entities import ENTITIES

    fields = {object_type: entity.fields() for object_type, entity in ENTITIES.items()}
    elsewhere = {
        object_type: {name for other in fields if other != object_type for name in fields[other]}
        for object_type in fields
    }
    return {
        object_type: {name for name, facts in known.items() if facts.required}
        - elsewhere[object_type]
        for object_type, known in fields.items()
    }


def _is_complete(entity: type[Entity], found: set[str]) -> bool:
    """Tell whether everything a record must have has a column."""
    required = {name for name, facts in entity.fields().items() if facts.required}
    groups = [rule.alternatives for rule in entity.rules if hasattr(rule, "alternatives")]
    return required <= found and all(
        any(found.issuperset(fields) for fields in alternatives) for alternatives in groups
    )


def _is_custom_field(name: str, entity: type[Entity]) -> bool:
    from pangoprep.entities.custom_fields import custom_field

    return entity.custom_fields and custom_field(name) is not None


def _best(rivals: list[tuple[int, str]]) -> list[str]:
    best = min(rank for rank, _ in rivals)
    return [name for rank, name in rivals if rank == best]


def _check_mapping(
    mapping: Mapping[str, str], columns: list[str], entity: type[Entity]
) -> dict[str, str]:
    """Refuse a mapping that does not fit the frame or the entity."""
    absent = [name for name in mapping if name not in columns]
    if absent:
        msg = f"mapping names columns the frame does not have: {_listed(absent)}."
        raise ColumnNamesError(msg)
    fields = entity.fields()
    unknown = [
        field
        for field in mapping.values()
        if field not in fields and not _is_custom_field(field, entity)
    ]
    if unknown:
        msg = f"mapping names fields that {entity.object_type!r} does not have: {_listed(unknown)}."
        raise ColumnNamesError(msg)
    targets = list(mapping.values())
    twice = sorted({field for field in targets if targets.count(field) > 1})
    if twice:
        msg = f"mapping gives two columns to {_listed(twice)}; a field has one column."
        raise ColumnNamesError(msg)
    return dict(mapping)


def _clash_message(clashes: Mapping[str, list[str]], object_type: str) -> str:
    cases = "; ".join(
        f"{len(names)} columns could be {field} ({_listed(names)})"
        for field, names in clashes.items()
    )
    field, names = next(iter(clashes.items()))
    return (
        f"{cases}: {object_type!r} takes one column per field. "
        f"Choose one, such as mapping={{{names[0]!r}: {field!r}}}, or rename the others."
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
