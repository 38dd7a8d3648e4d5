"""Canonical columns as JSON, value by value: texts, numbers, lists, lists of objects."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.decimals import decimal_texts

# What JSON wants escaped inside a text.
_TO_ESCAPE = '[\\x00-\\x1f"\\\\]'


def json_texts(values: pa.Array, keyed_by: str = "") -> pa.Array:
    """Turn a column into JSON values as text; nulls stay null.

    Parameters
    ----------
    values
        Canonical values.
    keyed_by
        Write lists of objects as one object, each of them under what this field of it holds.
    """
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    kind = values.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind):
        return values.cast(TEXT)
    if pa.types.is_decimal(kind):
        return decimal_texts(values)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        values = values.cast(TEXT)
        if not pc.any(pc.match_substring_regex(values, _TO_ESCAPE)).as_py():
            return join('"', values, '"')
    if pa.types.is_list(kind) and pa.types.is_struct(kind.value_type):
        return _lists_of_objects(values, keyed_by)
    return pa.array([_json_value(value) for value in values.to_pylist()], TEXT)


def _lists_of_objects(values: pa.ListArray, keyed_by: str) -> pa.Array:
    """Write each list as ``[{...},{...}]``; fields that are null are left out."""
    inner = values.flatten()
    pieces: list[pa.Array] = []
    groups: dict[str, list[pa.Array]] = {}
    for place, field in enumerate(inner.type):
        group, dot, name = field.name.partition(".")
        texts = json_texts(inner.field(place))
        piece = join(json.dumps(name if dot else group, ensure_ascii=False) + ":", texts)
        if dot:
            groups.setdefault(group, []).append(piece)
        else:
            pieces.append(piece)
    pieces += [grouped(group, some) for group, some in groups.items()]
    written = objects(pieces)
    opening, closing = "[", "]"
    if keyed_by:
        written = join(json_texts(inner.field(keyed_by)), ":", written)
        opening, closing = "{", "}"
    counts = pc.fill_null(pc.list_value_length(values), 0)
    ends = pc.cumulative_sum(counts).cast(pa.int32())
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    lists = pa.ListArray.from_arrays(offsets, written)
    texts = join(opening, pc.binary_join(lists, pa.scalar(",", TEXT)), closing)
    return pc.if_else(values.is_valid(), texts, pa.scalar(None, TEXT))


def grouped(group: str, pieces: list[pa.Array]) -> pa.Array:
    """Write the pieces of each row as an object of their own; null where there are none."""
    inside = listed(pieces)
    filled = pc.if_else(pc.equal(inside, ""), pa.scalar(None, TEXT), inside)
    return join(json.dumps(group, ensure_ascii=False) + ":{", filled, "}")


def objects(pieces: list[pa.Array]) -> pa.Array:
    """Write the pieces of each row, ``"name":value``, as one object."""
    return join("{", listed(pieces), "}")


def listed(pieces: list[pa.Array]) -> pa.Array:
    """Join the pieces of each row with commas; those that are null are skipped.

    ``null_handling="skip"`` would drop rows that have nothing but nulls (pyarrow 26).
    """
    behind_commas = [pc.fill_null(join(",", piece), "") for piece in pieces]
    return pc.utf8_slice_codeunits(join(*behind_commas), start=1)


def join(*parts: pa.Array | str) -> pa.Array:
    """Join texts row by row; a text of ours stands in every row, and null makes all of it null."""
    typed = [pa.scalar(part, TEXT) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*typed, pa.scalar("", TEXT))


def _json_value(value: Any) -> str | None:
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
