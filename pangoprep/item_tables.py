"""Which columns of two tables, records and their items, belong together, and what they become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from pangoprep import call_words as how
from pangoprep.entities.item_columns import list_fields
from pangoprep.errors import ColumnNamesError, UsageError
from pangoprep.matching.claims import SAID, Claim, Match
from pangoprep.matching.column_map import ColumnMap
from pangoprep.matching.mapping import clash_message, map_columns
from pangoprep.sentence import Sentence
from pangoprep.table_pair import TablePair, names_beside

if TYPE_CHECKING:
    from pangoprep.entities import Entity
    from pangoprep.matching.values import Values


@dataclass(frozen=True, eq=False)
class ItemTables(TablePair):
    """A table of records, and one of their items, whose columns become fields.

    Parameters
    ----------
    entity
        What the records are.
    """

    entity: type[Entity]

    @property
    def heads(self) -> pd.DataFrame:
        """The columns of both, without rows."""
        return pd.DataFrame(columns=pd.Index(self.columns, dtype=object))

    def said(self, mapping: Mapping[Any, str]) -> dict[Any, str]:
        """Say of the columns of both what the caller says of the headers of either.

        A header that both tables have is the items' if it is mapped to a field of theirs, both if
        it is left out, else the records'.
        """
        known = set(self.heads.columns)
        absent = [name for name in mapping if name not in known and name not in self.items]
        if absent:
            raise ColumnNamesError(
                Sentence(
                    "mapping names columns that neither table has: {1}.",
                    ", ".join(map(repr, absent)),
                )
            )
        told: dict[Any, str] = {}
        apart = {name for column, name in self.names.items() if column != name}
        # A column that is called by its name beside the others comes last: it is meant alone.
        for column, name in sorted(mapping.items(), key=lambda pair: pair[0] in apart):
            beside = self.names.get(column)
            if beside is None or beside == column or not str(name).startswith(f"{self.own}."):
                told |= {column: name} if column in known else {}
            if beside is not None and (not name or str(name).startswith(f"{self.own}.")):
                told[beside] = name
        return told

    def match(self, said: Mapping[Any, str], values: Values, *, is_all: bool) -> ColumnMap:
        """Match the columns of both tables.

        Parameters
        ----------
        said
            What is said of some, by their names beside each other.
        values
            What the caller adds.
        is_all
            Whether nothing else is to be matched: a recipe or a run before says it.
        """
        prefix = f"{self.own}."
        own = {column: said[column] for column in self.records if column in said}
        if wrong := [column for column, name in own.items() if name.startswith(prefix)]:
            raise ColumnNamesError(
                Sentence(
                    "Column {1!r} is in the table of the records, so it is no {2}.",
                    wrong[0],
                    own[wrong[0]],
                )
            )
        found = map_columns(self.records, self.entity, own, values)
        if rows := [column for column, name in found.fields.items() if name.startswith(prefix)]:
            raise ColumnNamesError(
                Sentence(
                    "The records have columns of {1} themselves ({2}), and "
                    "the items have others. Leave them out, {3}, or leave out "
                    "{4}.",
                    self.own,
                    _listed(rows),
                    how.column_as(""),
                    how.option_name("items"),
                )
            )
        matches, rivals = list(found.matches), dict(found.rivals)
        taken = {*found.fields.values(), self.own}
        own_items = self.items[[*self.names]]
        asked = {c: said[name] for c, name in self.names.items() if name in said}
        if is_all:
            asked = dict.fromkeys(self.names, "") | asked
        inner = {
            c: n.removeprefix(prefix) if n.startswith(prefix) else "" for c, n in asked.items()
        }
        item = list_fields(self.entity)[self.own].item
        of_items = map_columns(own_items, item, inner)
        rivals |= {f"{prefix}{name}": some for name, some in of_items.rivals.items()}
        of_records = {m.column: m for m in map_columns(own_items, self.entity).matches}
        for match in of_items.matches:
            column, name = match.column, asked.get(match.column)
            claims = tuple(c._replace(field=f"{prefix}{c.field}") for c in match.claims)
            match = replace(match, claims=claims)
            other = of_records[column]
            if name and not name.startswith(prefix):
                if name in taken:
                    raise ColumnNamesError(
                        clash_message(
                            {name: [self._of(name, found), column]}, self.entity.object_type
                        )
                    )
                match = Match(column, (Claim(name, 1.0, 0, (SAID,)),), is_certain=True)
            elif name is None and not match.is_certain and other.is_certain:
                free = other.claims[0].field not in taken
                match = other if free else Match(column)
            if match.is_certain:
                taken.add(match.claims[0].field)
            matches.append(replace(match, column=self.names[column]))
        if not any(name.startswith(prefix) for name in taken) and not rivals:
            raise ColumnNamesError(
                Sentence(
                    "No column of the items is a field of {1}. There are "
                    "{2}; say which is which: "
                    "{3}.",
                    self.own,
                    _listed(self.items.columns),
                    how.column_as(prefix + next(iter(item.fields()))),
                )
            )
        return ColumnMap(self.entity.object_type, tuple(matches), rivals, found.absent_ids)

    def _of(self, name: str, found: ColumnMap) -> Any:
        return next((c for c, field in found.fields.items() if field == name), name)


def item_tables(
    records: pd.DataFrame,
    items: pd.DataFrame,
    entity: type[Entity],
    mapping: Mapping[Any, str],
    values: Values,
) -> ItemTables:
    """Find by which columns records and items belong together.

    Parameters
    ----------
    records, items
        The tables.
    entity
        What the records are; it has one list of objects, or the mapping names one.
    mapping, values
        What the caller says of headers, and adds.

    Raises
    ------
    UsageError
        If the entity has no list of objects.
    ColumnNamesError
        If one of the tables has no column for the key.
    """
    own = _own_list(entity, mapping)
    if not entity.key:
        raise UsageError(
            Sentence("{1} has no key, by which its {2} could be found.", entity.object_type, own)
        )
    own_said = {
        column: name
        for column, name in mapping.items()
        if column in records and not name.startswith(f"{own}.")
    }
    found = {name: c for c, name in map_columns(records, entity, own_said, values).fields.items()}
    said = {
        column: name for column, name in mapping.items() if column in items and name in entity.key
    }
    known = {name: c for c, name in map_columns(items, entity, said).fields.items()}
    keys = {}
    for name in entity.key:
        column = known.get(name, found.get(name))
        if name not in found:
            raise ColumnNamesError(
                Sentence(
                    "The records have no column for {1}, the key of {2}: {3}.",
                    name,
                    entity.object_type,
                    how.column_as(name),
                )
            )
        if column not in items:
            raise ColumnNamesError(
                Sentence(
                    "The items have no column for {1}, which says whose they are. There are "
                    "{2}: {3}.",
                    name,
                    _listed(items.columns),
                    how.column_as(name),
                )
            )
        keys[column] = found[name]
    names = names_beside(records, items, keys, own)
    return ItemTables(records, items, keys, names, own, entity.object_type, entity)


def item_keys(mapping: Mapping[Any, str], entity: type[Entity]) -> dict[str, str]:
    """Return what a recipe says of the columns of items that say whose they are.

    Examples
    --------
    >>> from pangoprep.entities import ENTITIES
    >>> mapping = {"Mã đơn": "orderId", "items: Số CT": "orderId", "items: Giá": "items.price"}
    >>> item_keys(mapping, ENTITIES["order"])
    {'items: Số CT': 'orderId'}
    """
    lists = list_fields(entity)
    return {
        column: name
        for column, name in mapping.items()
        if name in entity.key and str(column).partition(": ")[0] in lists
    }


def _own_list(entity: type[Entity], mapping: Mapping[Any, str]) -> str:
    lists = list_fields(entity)
    if not lists:
        raise UsageError(
            Sentence(
                "{1} has no list of objects, so there are no items to it. "
                "{2} is for entities such as 'order'.",
                entity.object_type,
                how.option_name("items"),
            )
        )
    named = [one for one in lists if any(n.startswith(f"{one}.") for n in mapping.values())]
    if len(named or lists) > 1:
        raise ColumnNamesError(
            Sentence(
                "{1} has several lists of objects: {2}. Say which one "
                "the items are, by a column of it: {3}.",
                entity.object_type,
                ", ".join(lists),
                how.column_as(next(iter(lists)) + ".…"),
            )
        )
    return next(iter(named or lists))


def _listed(columns: Iterable[Any]) -> str:
    names = [repr(column) for column in columns]
    return ", ".join(names[:20]) or "no columns"
