"""Two tables, records and their items, made one: orders in one sheet, their lines in another.

The rows of the items come under those of the records, with the same key, so that the stages take
them as they take a file that has one row per item. Each column keeps its header; where both tables
have it, that of the items is called ``items: header``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.reading.as_read import call_of
from pangoprep.reading.pieces import FILE, FILE_ROW, ROW, ROW_NOTES, SOURCE, TABLE


@dataclass(frozen=True, eq=False)
class TablePair:
    """A table of records, and one of their items.

    Parameters
    ----------
    records, items
        The tables.
    keys
        The column of each field of the key, in the items and in the records.
    names
        What the other columns of the items are called beside those of the records.
    own
        The field that holds the items of a record.
    kind
        The object type of the records.
    """

    records: pd.DataFrame
    items: pd.DataFrame
    keys: Mapping[Any, Any]
    names: Mapping[Any, Any]
    own: str
    kind: str

    @property
    def columns(self) -> list[Any]:
        """The columns of both, in one frame."""
        return [*self.records.columns, *self.names.values()]

    def placed(self) -> Iterator[tuple[pd.DataFrame, int, dict[int, int]]]:
        """Give each table, its first row among those of both, and its column for some of both."""
        yield self.records, 0, {place: place for place in range(self.records.shape[1])}
        place_of = {column: place for place, column in enumerate(self.columns)}
        beside = {**self.keys, **self.names}
        own = {place_of[beside[column]]: place for place, column in enumerate(self.items)}
        yield self.items, len(self.records), own

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
        kinds = (self.kind, self.own)
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
            told[f"{which}call"] = dict(call_of(frame) or {})
            told.setdefault("format", source.get("format", ""))
            told.setdefault("notes", []).extend(f"{table}: {note}" for note in notes)
            named = FILE in frame.index.names
            told.setdefault(ROW_NOTES, []).extend(
                [file if named else table, *rest] for file, *rest in source.get(ROW_NOTES, [])
            )
        return {name: value for name, value in told.items() if value}


def names_beside(
    records: pd.DataFrame, items: pd.DataFrame, keys: Collection[Any], own: str
) -> dict[Any, Any]:
    """Return what columns of items, but for those of the key, are called beside the records'."""
    return {
        column: f"{own}: {column}" if column in records else column
        for column in items
        if column not in keys
    }


def rows_in(index: pd.Index, tables: Iterable[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Mark the rows of some tables, by the index that `ItemTables.joined` gives."""
    marked: np.ndarray[Any, np.dtype[np.bool_]] = np.zeros(len(index), dtype=bool)
    if TABLE in index.names:
        marked = np.asarray(index.get_level_values(TABLE).isin([*tables]), dtype=bool)
    return marked


def _placed(series: pd.Series, start: int, n_rows: int) -> pd.Series:
    """Put a column at some rows among others, empty there; whole numbers stay whole."""
    if series.dtype.kind in "iu" and isinstance(series.dtype, np.dtype):
        series = series.astype(f"{'U' if series.dtype.kind == 'u' else ''}Int64")
    elif series.dtype == bool:
        series = series.astype("boolean")
    rows = pd.RangeIndex(start, start + len(series))
    return series.set_axis(rows).reindex(pd.RangeIndex(n_rows))
