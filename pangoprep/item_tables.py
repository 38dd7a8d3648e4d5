"""Two tables, records and their items, made one: orders in one sheet, their lines in another.

The rows of the items come under those of the records, with the same key, so that the stages take
them as they take a file that has one row per item. Each column keeps its header; where both tables
have it, that of the items is called ``items: header``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pangoprep import call_words as how
from pangoprep.entities.item_columns import list_fields
from pangoprep.errors import ColumnNamesError, UsageError
from pangoprep.matching.claims import SAID, Claim, Match
from pangoprep.matching.column_map import ColumnMap
from pangoprep.matching.mapping import clash_message, map_columns
from pangoprep.reading.pieces import FILE, FILE_ROW, ROW, ROW_NOTES, SOURCE, TABLE

if TYPE_CHECKING:
    from pangoprep.entities import Entity
    from pangoprep.matching.values import Values


@dataclass(frozen=True, eq=False)
class ItemTables:
    """A table of records, and one of their items.

    Parameters
    ----------
    entity
        What the records are.
    own
        The field that holds their items.
    records, items
        The tables.
    keys
        The column of each field of the key, in the items and in the records.
    names
        What the other columns of the items are called beside those of the records.
    """

    entity: type[Entity]
    own: str
    records: pd.DataFrame
    items: pd.DataFrame
    keys: Mapping[Any, Any]
    names: Mapping[Any, Any]

    @property
    def heads(self) -> pd.DataFrame:
        """The columns of both, without rows."""
        names = [*self.records.columns, *self.names.values()]
        return pd.DataFrame(columns=pd.Index(names, dtype=object))

    def said(self, mapping: Mapping[Any, str]) -> dict[Any, str]:
        """Say of the columns of both what the caller says of the headers of either.

        A header that both tables have is the items' if it is mapped to a field of theirs, both if
        it is left out, else the records'.
        """
        known = set(self.heads.columns)
        absent = [name for name in mapping if name not in known and name not in self.items]
        if absent:
            raise ColumnNamesError(
                f"mapping names columns that neither table has: {', '.join(map(repr, absent))}."
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
                f"Column {wrong[0]!r} is in the table of the records, so it is no {own[wrong[0]]}."
            )
        found = map_columns(self.records, self.entity, own, values)
        if rows := [column for column, name in found.fields.items() if name.startswith(prefix)]:
            raise ColumnNamesError(
                f"The records have columns of {self.own} themselves ({_listed(rows)}), and "
                f"the items have others. Leave them out, {how.column_as('')}, or leave out "
                f"{how.option_name('items')}."
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
                f"No column of the items is a field of {self.own}. There are "
                f"{_listed(self.items.columns)}; say which is which: "
                f"{how.column_as(prefix + next(iter(item.fields())))}."
            )
        return ColumnMap(self.entity.object_type, tuple(matches), rivals, found.absent_ids)

    def _of(self, name: str, found: ColumnMap) -> Any:
        return next((c for c, field in found.fields.items() if field == name), name)

    def joined(self) -> tuple[pd.DataFrame, frozenset[str]]:
        """Return the rows of both under each other, and the names of the tables of items.

        The index has two levels: the file, the sheet or the kind of the table; and the row, as the
        file counts it, from 0 in other frames.
        """
        records, items = self.records, self.items
        n_rows = len(records) + len(items)
        columns = {}
        for column in records:
            columns[column] = _placed(records[column], 0, n_rows)
        for column, name in self.keys.items():
            both = (records[name].astype(object), items[column].astype(object))
            columns[name] = pd.concat(both, ignore_index=True)
        for column, name in self.names.items():
            columns[name] = _placed(items[column], len(records), n_rows)
        frame = pd.DataFrame(dict(enumerate(columns.values())))
        frame.columns = pd.Index([*columns], dtype=object if not columns else None)
        frame.index, tables = self._index()
        if source := self._source(tables):
            frame.attrs[SOURCE] = source
        return frame, frozenset(tables[len(records) :])

    def _index(self) -> tuple[pd.MultiIndex, list[str]]:
        frames = (self.records, self.items)
        said = [frame.attrs.get(SOURCE) or {} for frame in frames]
        kinds = (self.entity.object_type, self.own)
        known = all(FILE_ROW in frame.index.names for frame in frames)
        names: list[list[str]] = []
        for frame, source, kind in zip(frames, said, kinds, strict=True):
            name = kind
            if known and source.get("sheet") and said[0].get("file") == said[1].get("file"):
                name = source["sheet"]
            elif known and source.get("file"):
                name = source["file"]
            if known and FILE in frame.index.names:
                names.append([str(one) for one in frame.index.get_level_values(FILE)])
            else:
                names.append([str(name)] * len(frame))
        if {*names[0]} & {*names[1]}:
            names = [[f"{kind}: {n}" for n in own] for kind, own in zip(kinds, names, strict=True)]
        numbers = [
            frame.index.get_level_values(FILE_ROW).to_numpy() if known else np.arange(len(frame))
            for frame in frames
        ]
        tables = [*names[0], *names[1]]
        index = pd.MultiIndex.from_arrays(
            [pd.Categorical(tables, [*dict.fromkeys(tables)]), np.concatenate(numbers)],
            names=[TABLE, FILE_ROW if known else ROW],
        )
        return index, tables

    def _source(self, tables: Sequence[str]) -> dict[str, Any]:
        """Say what both were read from, and what their readers noted of rows."""
        told: dict[str, Any] = {}
        start = 0
        for frame, which in ((self.records, ""), (self.items, "items_")):
            source = frame.attrs.get(SOURCE) or {}
            table = tables[start] if start < len(tables) and len(frame) else ""
            start += len(frame)
            if not source:
                continue
            notes = source.get("notes", [])
            told |= {f"{which}{name}": source.get(name, "") for name in ("file", "sheet")}
            told.setdefault("format", source.get("format", ""))
            told.setdefault("notes", []).extend(f"{table}: {note}" for note in notes)
            named = FILE in frame.index.names
            told.setdefault(ROW_NOTES, []).extend(
                [file if named else table, *rest] for file, *rest in source.get(ROW_NOTES, [])
            )
        return {name: value for name, value in told.items() if value}


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
        raise UsageError(f"{entity.object_type} has no key, by which its {own} could be found.")
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
                f"The records have no column for {name}, the key of {entity.object_type}: "
                f"{how.column_as(name)}."
            )
        if column not in items:
            raise ColumnNamesError(
                f"The items have no column for {name}, which says whose they are. There are "
                f"{_listed(items.columns)}: {how.column_as(name)}."
            )
        keys[column] = found[name]
    names = {
        column: f"{own}: {column}" if column in records else column
        for column in items
        if column not in keys
    }
    return ItemTables(entity, own, records, items, keys, names)


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


def rows_in(index: pd.Index, tables: Iterable[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Mark the rows of some tables, by the index that `ItemTables.joined` gives."""
    marked: np.ndarray[Any, np.dtype[np.bool_]] = np.zeros(len(index), dtype=bool)
    if TABLE in index.names:
        marked = np.asarray(index.get_level_values(TABLE).isin([*tables]), dtype=bool)
    return marked


def _own_list(entity: type[Entity], mapping: Mapping[Any, str]) -> str:
    lists = list_fields(entity)
    if not lists:
        raise UsageError(
            f"{entity.object_type} has no list of objects, so there are no items to it. "
            f"{how.option_name('items')} is for entities such as 'order'."
        )
    named = [one for one in lists if any(n.startswith(f"{one}.") for n in mapping.values())]
    if len(named or lists) > 1:
        raise ColumnNamesError(
            f"{entity.object_type} has several lists of objects: {', '.join(lists)}. Say which one "
            f"the items are, by a column of it: {how.column_as(next(iter(lists)) + '.…')}."
        )
    return next(iter(named or lists))


def _placed(series: pd.Series, start: int, n_rows: int) -> pd.Series:
    """Put a column at some rows among others, empty there; whole numbers stay whole."""
    if series.dtype.kind in "iu" and isinstance(series.dtype, np.dtype):
        series = series.astype(f"{'U' if series.dtype.kind == 'u' else ''}Int64")
    elif series.dtype == bool:
        series = series.astype("boolean")
    rows = pd.RangeIndex(start, start + len(series))
    return series.set_axis(rows).reindex(pd.RangeIndex(n_rows))


def _listed(columns: Iterable[Any]) -> str:
    names = [repr(column) for column in columns]
    return ", ".join(names[:20]) or "no columns"
