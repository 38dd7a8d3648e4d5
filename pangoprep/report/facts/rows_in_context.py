"""Held rows as they came: what is wrong, among its neighbors; personal values are masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT, as_text
from pangoprep.columns.column import whole
from pangoprep.columns.types import Rows
from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.masking import mask
from pangoprep.entities.shapes import shape
from pangoprep.report.facts.row_numbers import as_texts, row_numbers
from pangoprep.steps.examined import Examined

MAX_COLUMNS = 8


@dataclass(frozen=True)
class CellInContext:
    """One cell: its text and its shape, each None if it is empty, and how bad it is, if it is."""

    text: str | None
    shape: str | None
    severity: str


@dataclass(frozen=True)
class RowInContext:
    """One row: its position, what people call it, and its cells."""

    row: int
    number: str
    cells: tuple[CellInContext, ...]


@dataclass(frozen=True)
class RowsInContext:
    """Some of the held rows, in the columns that become fields.

    ``columns`` are the caller's, each with its field; of many some, the wrong ones among them.
    """

    columns: tuple[tuple[str, str], ...]
    n_columns: int
    rows: tuple[RowInContext, ...]
    n_rows: int


def rows_in_context(examined: Examined, most: int, *, reveal: bool = False) -> RowsInContext:
    """Return some held rows with every kind of error, so many at most.

    Parameters
    ----------
    examined
        What was found.
    most
        How many rows.
    reveal
        Whether personal values are shown as they are.
    """
    rows = some_held(examined, most)
    fields = fields_of(examined)
    severities = _severities(examined, rows)
    columns = _some_columns(examined, fields, severities)
    came = examined.came(rows)
    lines: list[Iterator[CellInContext]] = []
    for name in columns:
        texts = whole(as_text(came[name])).cast(TEXT)
        bad = severities.get(name, {})
        lines.append(_cells(texts, fields[name], bad, reveal=reveal))
    numbers = as_texts(row_numbers(examined.labels(rows), rows)).to_pylist()
    cells = zip(*lines, strict=True) if lines else ((),) * len(rows)
    return RowsInContext(
        columns=tuple((str(name), fields[name][0].name) for name in columns),
        n_columns=len(fields),
        rows=tuple(map(RowInContext, rows.tolist(), numbers, map(tuple, cells))),
        n_rows=int(examined.is_held.sum()),
    )


def some_held(examined: Examined, most: int) -> Rows:
    """Return the positions of held rows, the first of every kind of error, so many at most."""
    errors = [block.rows for block in examined.blocks if block.severity == "error"]
    if not errors:
        return np.array([], dtype=np.int64)
    rows = np.array([], dtype=np.int64)
    for n_each in range(most, 0, -1):
        rows = np.unique(np.concatenate([found[:n_each] for found in errors]))
        if len(rows) <= most:
            break
    return rows[:most]


def fields_of(examined: Examined) -> dict[Any, list[FieldFacts]]:
    """Return the fields that each of the caller's columns becomes, in the order of the columns."""
    found: dict[Any, list[FieldFacts]] = {name: [] for name in examined.columns}
    for field, column in examined.sources.items():
        if column in found and field in examined.facts:
            found[column].append(examined.facts[field])
    return {name: fields for name, fields in found.items() if fields}


def is_personal(fields: Sequence[FieldFacts]) -> bool:
    """Whether a column becomes a personal field."""
    return any(facts.personal for facts in fields)


def _severities(examined: Examined, rows: Rows) -> dict[Any, dict[int, str]]:
    """Say how bad cells are: by column, then by the place of their row; the worst counts."""
    found: dict[Any, dict[int, str]] = {}
    for block in examined.blocks:
        column = examined.sources.get(block.field)
        if column is None or block.severity == "info":
            continue
        for place in block.among(rows).rows.tolist():
            found.setdefault(column, {}).setdefault(place, block.severity)
    return found


def _some_columns(
    examined: Examined, fields: Mapping[Any, Any], bad: Mapping[Any, Mapping[int, str]]
) -> list[Any]:
    """Return the columns that are shown: of many those with errors first, and the key's."""
    names = list(fields)
    if len(names) <= MAX_COLUMNS:
        return names
    key = {examined.sources.get(field) for field in examined.entity.key}
    errors = {n for n in names if "error" in bad.get(n, {}).values()}
    ranks = [0 if n in key else 1 if n in errors else 2 if n in bad else 3 for n in names]
    order = sorted(range(len(names)), key=lambda place: ranks[place])
    return [names[place] for place in sorted(order[:MAX_COLUMNS])]


def _cells(
    texts: pa.Array, fields: Sequence[FieldFacts], bad: Mapping[int, str], *, reveal: bool
) -> Iterator[CellInContext]:
    facts = next((one for one in fields if one.personal), fields[0])
    shown = texts if reveal else mask(texts, facts)
    shapes = shape(texts, facts) if facts.personal else texts
    pairs = zip(shown.to_pylist(), shapes.to_pylist(), strict=True)
    for place, (text, form) in enumerate(pairs):
        yield CellInContext(text, form, bad.get(place, ""))
