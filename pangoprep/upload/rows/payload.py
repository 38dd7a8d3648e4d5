"""Canonical rows become JSON entries, column by column.

Each column turns into an Arrow column of texts such as ``"phone":"0912345678"``, and a row is
those texts joined, nulls skipped. Python sees a row only as its finished bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.decimals import decimal_texts

#: How custom fields travel. Source: the API facts, "Custom fields".
CUSTOM_GROUPS = (
    "customFieldTexts",
    "customFieldLongs",
    "customFieldTimestamps",
    "customFieldListTexts",
)

_TEXT = pa.large_string()

# What JSON wants escaped inside a text.
_TO_ESCAPE = '[\\x00-\\x1f"\\\\]'


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
        self._clear = frozenset(clear)
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
            entries = _joined(pieces, length)
            keys = [self._piece(table, name, name) for name in self._key]
            yield Chunk(start, entries, _joined(keys, length) if keys else entries)

    def _piece(self, table: pa.Table, column: str, name: str) -> pa.Array:
        values = _json(table[column].combine_chunks())
        if column in self._clear:
            values = pc.fill_null(values, "null")
        return _join(json.dumps(name, ensure_ascii=False) + ":", values)

    def _group(self, table: pa.Table, group: str) -> pa.Array:
        pieces = [self._piece(table, name, name.split(".", 1)[1]) for name in self.custom[group]]
        inside = _listed(pieces)
        filled = pc.if_else(pc.equal(inside, ""), pa.scalar(None, _TEXT), inside)
        return _join(f'"{group}":{{', filled, "}")


def _joined(pieces: list[pa.Array], n_rows: int) -> list[bytes]:
    if not pieces:
        return [b"{}"] * n_rows
    entries: list[bytes] = _join("{", _listed(pieces), "}").cast(pa.large_binary()).to_pylist()
    return entries


def _listed(pieces: list[pa.Array]) -> pa.Array:
    """Join the pieces of each row with commas; those that are null are skipped.

    ``null_handling="skip"`` would drop rows that have nothing but nulls (pyarrow 26).
    """
    behind_commas = [pc.fill_null(_join(",", piece), "") for piece in pieces]
    return pc.utf8_slice_codeunits(_join(*behind_commas), start=1)


def _join(*parts: pa.Array | str) -> pa.Array:
    """Join texts row by row; a text of ours stands in every row, and null makes all of it null."""
    typed = [pa.scalar(part, _TEXT) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*typed, pa.scalar("", _TEXT))


def _json(values: pa.Array) -> pa.Array:
    """Turn a column into JSON values as text; nulls stay null."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    kind = values.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind):
        return values.cast(_TEXT)
    if pa.types.is_decimal(kind):
        return decimal_texts(values)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        values = values.cast(_TEXT)
        if not pc.any(pc.match_substring_regex(values, _TO_ESCAPE)).as_py():
            return _join('"', values, '"')
    return pa.array([_json_value(value) for value in values.to_pylist()], _TEXT)


def _json_value(value: Any) -> str | None:
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
