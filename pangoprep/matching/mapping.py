"""Which column of a frame becomes which field, with confidence and reasons."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pangoprep import call_words as how
from pangoprep.close_names import did_you_mean
from pangoprep.entities.item_columns import item_column, item_columns
from pangoprep.errors import ColumnNamesError, OptionError
from pangoprep.letters import fold
from pangoprep.matching.claims import CERTAIN, SAID, TOLD, Claim, Match
from pangoprep.matching.column_map import ColumnMap
from pangoprep.matching.contents import Cells, cells_of
from pangoprep.matching.item_columns import claim_items
from pangoprep.matching.spelling import LETTERS_READ, claims, is_custom_field
from pangoprep.matching.values import Values
from pangoprep.matching.weighing import prefer_better_cells, weigh
from pangoprep.sentence import Sentence, joined

if TYPE_CHECKING:
    from pangoprep.entities import Entity

_ADDED = object()  # stands for a column where the caller adds the values
# The id of a person, and the fields it can be made of.
_ID = "customerId"
_PERSONS = ("phone", "email", "customerPhone", "customerEmail")
_IGNORED = ""  # mapping={"Ghi chú": ""}: leave the column out
# Beside one of these, folded, a column of names holds parts of names.
_PARTS_OF_NAMES = (
    "ho hodem hotendem hovadem hovatendem hotenlot holot surname familyname lastname firstname "
    "givenname middlename tendem tenlot chulot chudem"
)

__all__ = [
    "ColumnMap",
    "Match",
    "check_mapping",
    "clash_message",
    "looks_like_value",
    "map_columns",
]


def map_columns(
    frame: pd.DataFrame,
    entity: type[Entity],
    mapping: Mapping[Any, str] | None = None,
    values: Values | None = None,
) -> ColumnMap:
    """Match the columns of a frame to the fields of an entity.

    How a header is written decides; what the column holds confirms it, or makes it uncertain
    where the two contradict each other.

    Parameters
    ----------
    frame
        The frame; without rows only headers count.
    entity
        The entity.
    mapping
        What the caller says, column to field; it wins. A column mapped to ``""`` is left out.
    values
        What the caller adds; fields that it says all of need no column.

    Raises
    ------
    ColumnNamesError
        If ``mapping`` names a column or field that does not exist, or one field twice.

    Examples
    --------
    >>> import pangoprep as pp
    >>> frame = pd.DataFrame(columns=["Mã KH", "Họ tên", "SĐT", "SĐT phụ", "Ghi chú"])
    >>> found = map_columns(frame, pp.CustomerIdentity)
    >>> found
    <ColumnMap customer-identity: 3 of 5 columns matched, 0 to be asked, 2 unclaimed>
    >>> found.fields["SĐT"]
    'phone'
    """
    chosen = check_mapping(mapping, list(frame.columns), entity, frame.index.names)
    facts = entity.fields()
    cells = {
        column: cells_of(frame[column])
        for column in frame.columns
        if len(frame) and isinstance(column, str) and column not in chosen
    }
    parts = _PARTS_OF_NAMES.split()
    is_part = any(fold(name[:LETTERS_READ]) in parts for name in cells)
    found = {
        column: _claims(column, entity, chosen, cells, is_part_of_name=is_part)
        for column in frame.columns
    }
    prefer_better_cells(found, cells, facts)
    taken: dict[str, Any] = {name: column for column, name in chosen.items() if name}
    added = values or Values()
    taken |= dict.fromkeys(added.instead, _ADDED)
    used = {column: tuple(names) for column, names in added.columns.items()}
    rivals: dict[str, list[Any]] = {}
    for name, columns in _contenders(found, taken).items():
        if len(columns) == 1:
            taken[name] = columns[0]
        else:
            rivals[name] = columns
    if not rivals:
        for name, columns in claim_items(found, cells, entity, {*used, *chosen}, taken).items():
            if len(columns) == 1:
                taken[name] = columns[0]
            else:
                rivals[name] = columns
    winners = {column: name for name, column in taken.items() if column is not _ADDED}
    matches = []
    for column, own in found.items():
        if column in winners:
            won = tuple(c for c in own if c.field == winners[column])
            matches.append(Match(column, won, is_certain=True, used_for=used.get(column, ())))
        elif column in chosen or column in used:
            uses = used.get(column, ())
            matches.append(Match(column, used_for=uses, is_left_out=not uses))
        else:  # a field that has its column is asked about no more
            left = [c for c in own if c.field not in taken or c.rank == TOLD]
            asked = [c for c in left if c.rank < TOLD]
            like = {facts[claim.field].type for claim in asked if claim.field in facts}
            holds = _custom_type(cells.get(column), like) if entity.custom_fields else ""
            matches.append(Match(column, tuple(asked or left), holds=holds))
    return ColumnMap(entity.object_type, tuple(matches), rivals, _ids(entity, taken, added))


def _custom_type(cells: Cells | None, like: Collection[str]) -> str:
    """Return the type of the custom field that takes cells, which may be ``like`` some fields."""
    if "Timestamp" in like or (cells is not None and cells.are("date")):
        return "Timestamp"
    return "Long" if cells is not None and cells.are_whole_numbers else "String"


def _ids(entity: type[Entity], taken: Mapping[str, Any], values: Values) -> dict[str, list[str]]:
    """Return the ids that nothing stands for, and the fields of a person they can be made of."""
    known = {*taken, *values.by_field}
    absent = [name for name in entity.key if name not in known]
    made = {name: id_sources(name, known) for name in absent}
    return {name: sources for name, sources in made.items() if sources}


def id_sources(name: str, known: Collection[str]) -> list[str]:
    """Return the fields of a person among the known ones that an id can be made of.

    Examples
    --------
    >>> id_sources("customerId", {"customerId", "email", "phone"}), id_sources("city", {"phone"})
    (['phone', 'email'], [])
    """
    return [source for source in _PERSONS if source in known] if name == _ID else []


def check_mapping(
    mapping: Mapping[Any, str] | None,
    columns: Sequence[Any],
    entity: type[Entity],
    levels: Sequence[Any] = (),
) -> dict[Any, str]:
    """Refuse a mapping that does not fit the frame or the entity; ``levels`` are of its index."""
    if mapping is None:
        return {}
    if not isinstance(mapping, Mapping):
        raise OptionError("mapping must map columns to fields, such as {'SĐT': 'phone'}.")
    if absent := [name for name in mapping if name not in columns]:
        known = [name for name in columns if isinstance(name, str) and not looks_like_value(name)]
        hint = did_you_mean(absent[0], known)
        if absent[0] in levels:
            hint = Sentence(" {1!r} is the index: use frame.reset_index().", absent[0])
        named = _listed(absent)
        told = how.either(
            Sentence("mapping names columns the frame does not have: {1}.", named),
            Sentence("--map or the recipe names columns that the file does not have: {1}.", named),
        )
        raise ColumnNamesError(told + hint)
    fields = entity.fields()
    unknown = [
        name
        for name in mapping.values()
        if name != _IGNORED
        and name not in fields
        and not is_custom_field(str(name), entity)
        and item_column(str(name), entity) is None
    ]
    if unknown:
        msg = Sentence(
            "mapping names fields that {1!r} does not have: {2}.",
            entity.object_type,
            _listed(unknown),
        )
        msg += did_you_mean(unknown[0], [*fields, *item_columns(entity)])
        raise ColumnNamesError(msg)
    targets = [name for name in mapping.values() if name != _IGNORED]
    if twice := sorted({name for name in targets if targets.count(name) > 1}):
        msg = Sentence("mapping gives two columns to {1}; a field has one column.", _listed(twice))
        raise ColumnNamesError(msg)
    return dict(mapping)


def looks_like_value(name: Any) -> bool:
    """Whether a header may be a customer's: a file without a row of headers has such ones."""
    return re.search("@|[0-9]{4}", str(name)) is not None


def clash_message(rivals: Mapping[str, Sequence[Hashable]], object_type: str) -> str:
    """Ask which of several columns is meant."""
    cases = joined(
        "; ",
        [
            Sentence("{1} columns could be {2} ({3})", len(names), name, _listed(names))
            for name, names in rivals.items()
        ],
    )
    name, names = next(iter(rivals.items()))
    return Sentence(
        "{1}: {2!r} takes one column per field. Choose one, such as {3}, or rename the others.",
        cases,
        object_type,
        how.mapping(names[0], name),
    )


def _claims(
    column: Any,
    entity: type[Entity],
    chosen: Mapping[Any, str],
    cells_of: Mapping[Any, Cells],
    *,
    is_part_of_name: bool,
) -> list[Claim]:
    if column in chosen:
        name = chosen[column]
        return [Claim(name, 1.0, 0, (SAID,))] if name != _IGNORED else []
    if not isinstance(column, str):
        return []
    spelled = claims(column, entity)
    cells = cells_of.get(column)
    if cells is None or not len(cells):
        return spelled
    return weigh(spelled, cells, entity.fields(), is_part_of_name=is_part_of_name)


def _contenders(
    found: Mapping[Any, Sequence[Claim]], taken: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Return the columns with the best right to each field that is not taken."""
    ranks: dict[str, list[tuple[int, Any]]] = {}
    for column, own in found.items():
        if own and own[0].confidence >= CERTAIN and own[0].field not in taken:
            ranks.setdefault(own[0].field, []).append((own[0].rank, column))
    best = {name: min(rank for rank, _ in all_) for name, all_ in ranks.items()}
    return {name: [c for rank, c in all_ if rank == best[name]] for name, all_ in ranks.items()}


def _listed(names: Sequence[Any]) -> str:
    return ", ".join(repr(name) for name in names)
