"""Lists of objects in a cell, such as the lines of an order: cleaned and checked like rows.

All objects of a column lie under each other in one frame, whose columns are cleaned as any are.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Column, read_column, whole
from pangoprep.columns.types import Rows
from pangoprep.entities.custom_fields import custom_field
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, rules
from pangoprep.matching.spelling import certain_claim
from pangoprep.normalizers.base import Evidence
from pangoprep.normalizers.words import is_null_word
from pangoprep.options import Options
from pangoprep.steps.check import check_frame
from pangoprep.steps.clean import TIMEZONE, Cleaned, clean_columns
from pangoprep.steps.clean_field import may_be_blank


@dataclass
class _Objects:
    """The objects of a column, one after the other.

    ``rows`` and ``numbers`` say in which row each is and, from 1, which of it; ``cells`` holds
    what its fields say, by field; ``unknown`` the rows in which a name means no field, by name;
    ``twice`` the objects of which two names say different things of a field, by field.
    """

    rows: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    cells: dict[str, list[Any]] = field(default_factory=dict)
    unknown: dict[str, list[int]] = field(default_factory=dict)
    twice: dict[str, list[int]] = field(default_factory=dict)

    def add(self, row: int, objects: list[dict[str, Any]], names: _Names) -> None:
        """Add the objects of a row."""
        for number, one in enumerate(objects, 1):
            place = len(self.rows)
            self.rows.append(row)
            self.numbers.append(number)
            for key, value in _flat(one):
                name = names[key]
                if name is None:
                    if value:  # a name without a value loses none
                        self.unknown.setdefault(key, []).append(row)
                    continue
                column = self.cells.setdefault(name, [])
                column += [None] * (place - len(column))
                if len(column) == place:
                    column.append(value)
                elif not column[place]:
                    column[place] = value
                elif value and value.strip() != column[place].strip():
                    self.twice.setdefault(name, []).append(place)
        for column in self.cells.values():
            column += [None] * (len(self.rows) - len(column))

    def frame(self, names: list[str]) -> pd.DataFrame:
        """Return the objects as rows of text, with the columns that there must be."""
        length = len(self.rows)
        columns = {
            name: pd.array(cells, dtype=pd.ArrowDtype(TEXT))
            for name, cells in {**{n: [None] * length for n in names}, **self.cells}.items()
        }
        return pd.DataFrame(columns, index=pd.RangeIndex(length))


class _Names(dict[str, str | None]):
    """The field that each name of a value means; None if none."""

    def __init__(self, item: Any) -> None:
        super().__init__()
        self._item = item

    def __missing__(self, key: str) -> str | None:
        claim = certain_claim(key, self._item)
        self[key] = claim.field if claim is not None else None
        return self[key]


def clean_items(
    cleaned: Cleaned,
    series: pd.Series,
    facts: FieldFacts,
    options: Options,
    elsewhere: Mapping[str, Evidence],
) -> None:
    """Clean and check a column of objects; what is found goes into ``cleaned``.

    A finding names the field and, from 1, the object: ``items.price`` and ``items 2``.

    Parameters
    ----------
    cleaned
        The other columns of the rows.
    series
        The caller's column: lists of dicts, or JSON.
    facts
        What is known of its field.
    options
        How to read cells.
    elsewhere
        What other parts of the column prove, by names such as ``items.price``.
    """
    name, item = facts.name, facts.item
    raw = read_column(series)
    objects, names = _Objects(), _Names(item)
    unreadable = []
    for row, text in enumerate(_texts(raw)):
        found = None if text is None else _objects(text, facts.keyed_by)
        if found is None and text is not None:
            unreadable.append(row)
        objects.add(row, found or [], names)
    known = {**item.fields(), **{key: custom_field(key) for key in objects.cells if "." in key}}
    frame = objects.frame([key for key, one in known.items() if one and one.required])
    proved_inside = {
        key.removeprefix(f"{name}."): proved
        for key, proved in elsewhere.items()
        if key.startswith(f"{name}.")
    }
    inner = clean_columns(
        frame,
        {key: key for key in known if key in frame},
        known,
        options,
        {key: proved for key, proved in proved_inside.items() if key in known},
        _hours(cleaned, options)[np.array(objects.rows, dtype=np.int64)],
    )
    for key, one in known.items():
        if one.item is not None and key in frame:  # items that hold items
            clean_items(inner, frame[key], one, options, proved_inside)
    checked = check_frame(inner.frame(), inner, item)
    severity = rules()["items.field_twice"].severity
    twice = [
        Block("items.field_twice", key, severity, np.unique(np.array(places, dtype=np.int64)))
        for key, places in objects.twice.items()
    ]
    blocks = [*inner.blocks, *checked, *twice]
    cleaned.raw[name] = raw
    cleaned.arrays[name] = _lists(inner, list(known), objects, cleaned.n_rows)
    cleaned.evidence |= {f"{name}.{key}": proved for key, proved in inner.evidence.items()}
    of_rows, which = np.array(objects.rows, np.int64), np.array(objects.numbers, np.int64)
    cleaned.blocks += [told for block in blocks for told in by_number(block, name, of_rows, which)]
    bad = _block("items.unreadable", name, unreadable)
    cleaned.blocks.append(replace(bad, severity="warning") if may_be_blank(facts, options) else bad)
    for key, rows in objects.unknown.items():
        detail = key if re.fullmatch(r"[A-Za-z][A-Za-z0-9_.]{0,39}", key) else "•••"
        cleaned.blocks.append(_block("items.unknown_field", name, rows, detail))


def _hours(cleaned: Cleaned, options: Options) -> Rows:
    hours = cleaned.arrays.get(TIMEZONE)
    if hours is None:
        return np.broadcast_to(np.int64(options.timezone_gmt), cleaned.n_rows)
    numbers: Rows = pc.fill_null(whole(hours), options.timezone_gmt).to_numpy(zero_copy_only=False)
    return numbers


def _texts(raw: Column) -> Iterator[str | None]:
    """Give what every row holds, as text; null where it says nothing."""
    cells = whole(raw.cells)
    texts = pc.if_else(pa.array(is_null_word(cells)), pa.scalar(None, TEXT), cells).to_pylist()
    if raw.codes is None:
        return iter(texts)
    return (None if code < 0 else texts[code] for code in raw.codes.tolist())


def _objects(text: str, keyed_by: str) -> list[dict[str, Any]] | None:
    """Read a list of objects, or one; as JSON, or as Python prints it. None if it is none."""
    try:
        found = json.loads(
            text,
            parse_float=_number,
            parse_int=str,
            parse_constant=lambda word: None if word == "NaN" else word,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError):
        found = _printed(text)
    if isinstance(found, dict):
        is_map = keyed_by and all(isinstance(one, dict) for one in found.values())
        found = (
            [_object([(keyed_by, key), *one.items()]) for key, one in found.items()]
            if is_map
            else [found]
        )
    is_list = isinstance(found, list) and all(isinstance(one, dict) for one in found)
    return found if is_list else None


class _Repeating(dict[Any, Any]):
    """An object in which a name stands more than once: its ``items`` are all of them."""

    def __init__(self, pairs: list[tuple[Any, Any]]) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    def items(self) -> Any:
        """Return the names and values as they are written."""
        return self._pairs

    def values(self) -> Any:
        """Return the values as they are written."""
        return [value for _, value in self._pairs]


def _object(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    """Make an object of its names and values, none lost."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Repeating(pairs)


def _number(text: str) -> str:
    """Keep a number's digits; three decimals get a fourth, since 1.234 can be thousands in text."""
    return text + "0" if re.fullmatch(r"-?[0-9]+\.[0-9]{3}", text) else text


def _printed(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None


def _flat(one: Mapping[Any, Any]) -> Iterator[tuple[str, str | None]]:
    """Give the names and texts of an object; those of a custom field's group with its name."""
    for key, value in one.items():
        if isinstance(value, dict) and str(key).startswith("customField"):
            yield from ((f"{key}.{inner}", _text(text)) for inner, text in value.items())
        else:
            yield str(key), _text(value)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return _number(repr(value) if isinstance(value, float) else str(value))


def _lists(inner: Cleaned, names: list[str], objects: _Objects, n_rows: int) -> pa.Array:
    """Put the canonical objects back into one list for each row."""
    present = [name for name in names if name in inner.arrays]
    arrays = [whole(inner.arrays[name]) for name in present]
    structs = (
        pa.StructArray.from_arrays(arrays, present)
        if present
        else pa.nulls(len(objects.rows), pa.struct([]))
    )
    counts = np.bincount(np.array(objects.rows, dtype=np.int64), minlength=n_rows)
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, structs, mask=pa.array(counts == 0))


def objects_of(lists: pa.Array) -> tuple[pa.StructArray, Rows, Rows]:
    """Return the objects of canonical lists; of each, its row and, from 1, which of it.

    Examples
    --------
    >>> lists = pa.array([[{"sku": "A"}, {"sku": "B"}], None, [{"sku": "C"}]])
    >>> objects, rows, numbers = objects_of(lists)
    >>> objects.field("sku").to_pylist(), rows.tolist(), numbers.tolist()
    (['A', 'B', 'C'], [0, 0, 2], [1, 2, 1])
    """
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy().astype(np.int64)
    rows = np.repeat(np.arange(len(lists)), lengths)
    numbers = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    return lists.flatten(), rows, numbers


def find_keyed_twice(cleaned: Cleaned, facts: Mapping[str, FieldFacts]) -> Iterator[Block]:
    """Find objects of one row that have the same key, by which they are sent as a map."""
    rule = rules()["items.key_twice"]
    for name, one in facts.items():
        if not one.keyed_by or name not in cleaned.arrays:
            continue
        objects, of_rows, which = objects_of(whole(cleaned.arrays[name]))
        if objects.type.get_field_index(one.keyed_by) < 0:
            continue
        keys = pd.Series(objects.field(one.keyed_by).to_pylist(), dtype=object)
        pairs = pd.DataFrame({"row": of_rows, "key": keys})
        twice = np.flatnonzero(pairs.duplicated() & keys.notna())
        block = Block(rule.rule, one.keyed_by, rule.severity, twice)
        yield from by_number(block, name, of_rows, which)


def by_number(block: Block, name: str, of_rows: Rows, which: Rows) -> Iterator[Block]:
    """Tell of rows what was found of objects: of the first of each, of the second, and so on.

    Parameters
    ----------
    block
        The findings; its rows are objects, its field is one of theirs.
    name
        The field of the list.
    of_rows, which
        In which row each object is and, from 1, which of it.
    """
    numbers, rows = which[block.rows], of_rows[block.rows]
    for number in np.unique(numbers):
        some = block.take(np.flatnonzero(numbers == number))
        before = block.detail + "; " if block.detail else ""
        field_name = f"{name}.{block.field}" if block.field else name
        yield replace(
            some, rows=rows[numbers == number], field=field_name, detail=before + f"{name} {number}"
        )


def _block(rule: str, name: str, rows: list[int], detail: str = "") -> Block:
    severity = rules()[rule].severity
    return Block(rule, name, severity, np.unique(np.array(rows, dtype=np.int64)), detail=detail)
