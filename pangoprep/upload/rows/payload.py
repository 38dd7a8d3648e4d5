"""Canonical rows become JSON entries, column by column.

Each column turns into an Arrow column of texts such as ``"phone":"0912345678"``, and a row is
those texts joined, nulls skipped. Python sees a row only as its finished bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.json_texts import grouped, join, json_texts, objects

#: How custom fields travel. Source: the API facts, "Custom fields".
CUSTOM_GROUPS = (
    "customFieldTexts",
    "customFieldLongs",
    "customFieldTimestamps",
    "customFieldListTexts",
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows in a row, as JSON.

    Parameters
    ----------
    start
        Position of the first row in the ready frame.
    entries
        One JSON object per row.
    keys
        What identifies each row: its key fields as JSON; all of it where there are none.
    """

    start: int
    entries: list[bytes]
    keys: list[bytes]


class Encoder:
    """Turns a ready frame into entries.

    Fields go out in the order of the entity, whatever the order of the columns, so the same
    content always gives the same bytes.

    Parameters
    ----------
    ready
        Canonical values; columns named by field, custom fields as ``customFieldTexts.name``.
    fields
        The entity's field names, in order. Columns that are neither are left out.
    key
        The entity's key fields.
    clear
        Fields whose nulls are sent as null instead of being left out.
    keyed
        Fields of objects that go out under what one of their fields holds, and that field.

    Examples
    --------
    >>> frame = pd.DataFrame({"customerId": ["C1"], "yob": pd.array([1988], dtype="Int64")})
    >>> next(Encoder(frame, ["customerId", "yob"], ("customerId",)).chunks(10)).entries
    [b'{"customerId":"C1","yob":1988}']
    """

    def __init__(
        self,
        ready: pd.DataFrame,
        fields: Sequence[str],
        key: Sequence[str],
        clear: Sequence[str] = (),
        keyed: Mapping[str, str] | None = None,
    ) -> None:
        present = [str(name) for name in ready.columns]
        declared = [name for name in fields if name in present]
        self.plain = [name for name in declared if "." not in name]
        # A field with a dot in its name is one of a group, declared or not.
        groups = (name.partition(".")[0] for name in declared if "." in name)
        self.custom = {
            group: sorted(name for name in present if name.startswith(f"{group}."))
            for group in dict.fromkeys((*CUSTOM_GROUPS, *groups))
        }
        self._key = [name for name in key if name in present]
        self._clear, self._keyed = frozenset(clear), keyed or {}
        names = [*self.plain, *(name for group in self.custom.values() for name in group)]
        self._table = pa.Table.from_pandas(ready[names], preserve_index=False)
        self.n_rows = len(ready)

    def chunks(self, n_rows: int) -> Iterator[Chunk]:
        """Encode so many rows at a time."""
        for start in range(0, self.n_rows, n_rows):
            length = min(n_rows, self.n_rows - start)
            table = self._table.slice(start, length).combine_chunks()
            pieces = [self._piece(table, name, name) for name in self.plain]
            pieces += [self._group(table, group) for group, names in self.custom.items() if names]
            entries = _bytes(pieces, length)
            keys = [self._piece(table, name, name) for name in self._key]
            yield Chunk(start, entries, _bytes(keys, length) if keys else entries)

    def _piece(self, table: pa.Table, column: str, name: str) -> pa.Array:
        values = json_texts(table[column].combine_chunks(), self._keyed.get(column, ""))
        if column in self._clear:
            values = pc.fill_null(values, "null")
        return join(json.dumps(name, ensure_ascii=False) + ":", values)

    def _group(self, table: pa.Table, group: str) -> pa.Array:
        pieces = [self._piece(table, name, name.split(".", 1)[1]) for name in self.custom[group]]
        return grouped(group, pieces)


def _bytes(pieces: list[pa.Array], n_rows: int) -> list[bytes]:
    if not pieces:
        return [b"{}"] * n_rows
    entries: list[bytes] = objects(pieces).cast(pa.large_binary()).to_pylist()
    return entries
