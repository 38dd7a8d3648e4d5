"""What a workbench tells of its rows: the problems, the values of one, the rows behind a value."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.close_names import did_you_mean
from pangoprep.columns.cache import cached
from pangoprep.columns.cell_text import TEXT, TEXT_DTYPE, as_text
from pangoprep.columns.column import Column, mostly_distinct, take_some, whole
from pangoprep.columns.repeats import distinct_rows
from pangoprep.columns.types import Numbers, Rows
from pangoprep.entities.masking import mask
from pangoprep.errors import UsageError
from pangoprep.findings import SEVERITIES, Block
from pangoprep.normalizers.date.evidence import DateEvidence
from pangoprep.report import Report
from pangoprep.sentence import Sentence
from pangoprep.steps.examined import Examined, ExaminedFrame
from pangoprep.workbench.freed import Freed


@dataclass(frozen=True, eq=False)
class Counted:
    """The findings of a problem, the cells they are about, and how many are different."""

    blocks: list[Block]
    cells: Column | None
    n_values: int


#: By field and rule, what was counted.
Counts = dict[tuple[str, str], Counted]
EVERY = slice(None)


def problems(report: Report, known: Counts) -> pd.DataFrame:
    """Return what was found, by field and rule, most rows freed first.

    Parameters
    ----------
    report
        The rows.
    known
        What was counted before. Findings that a step did not touch are the same objects, or rows
        with the same cells, and their values are not counted again. Becomes what is counted now.
    """
    examined = report.examined
    groups = _by_problem(examined)
    # Arrow counts without the interpreter's lock.
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        counted = threads.map(lambda blocks: _count(examined, blocks, known), groups.values())
        counts = dict(zip(groups, counted, strict=True))
    known.clear()
    known.update(counts)
    found = [_one_problem(blocks) for blocks in groups.values()]
    freed = Freed(examined, found)
    lines = [
        {
            "field": block.field,
            "rule": block.rule,
            "severity": block.severity,
            "rows": len(block.rows),
            "values": counts[block.field, block.rule].n_values,
            "frees": freed.by(block),
        }
        for block in found
    ]
    names = ["field", "rule", "severity", "rows", "values", "frees"]
    table = pd.DataFrame(lines, columns=names)
    table["severity"] = table["severity"].astype(pd.CategoricalDtype(SEVERITIES, ordered=True))
    order = table.assign(less=-table["frees"], fewer=-table["rows"])
    order = order.sort_values(["less", "severity", "fewer"], kind="stable")
    return table.loc[order.index].reset_index(drop=True)


def _by_problem(examined: Examined) -> dict[tuple[str, str], list[Block]]:
    """Group findings by field and rule: those that differ in a detail only are one problem."""
    groups: dict[tuple[str, str], list[Block]] = {}
    for block in examined.blocks:
        groups.setdefault((block.field, block.rule), []).append(block)
    return groups


def _count(examined: Examined, blocks: list[Block], known: Counts) -> Counted:
    field, rule = blocks[0].field, blocks[0].rule
    cells = examined.raw.get(field) if isinstance(examined, ExaminedFrame) else None
    before = known.get((field, rule))
    if before is not None and _is_counted(before, blocks, cells):
        return Counted(blocks, cells, before.n_values)
    return Counted(blocks, cells, examined.n_distinct(field, _one_problem(blocks).rows))


def _is_counted(before: Counted, blocks: list[Block], cells: Column | None) -> bool:
    pairs = list(zip(before.blocks, blocks, strict=False))
    if len(before.blocks) != len(blocks):
        return False
    if all(then is now for then, now in pairs):
        return True
    is_same = cells is not None and before.cells is cells
    return is_same and all(np.array_equal(then.rows, now.rows) for then, now in pairs)


def problem_block(examined: Examined, field: str, rule: str) -> Block | None:
    """Return the findings of one problem; None if there are none any more."""
    blocks = [one for one in examined.blocks if one.field == field and one.rule == rule]
    return _one_problem(blocks) if blocks else None


def problem(examined: Examined, field: str, rule: str) -> Block:
    """Return the findings of one problem.

    Raises
    ------
    UsageError
        If there are none any more.
    """
    block = problem_block(examined, field, rule)
    if block is None:
        hint = did_you_mean(rule, [one.rule for one in examined.blocks if one.field == field])
        raise UsageError(
            Sentence(
                "There is no {1!r} in {2!r} (any more): see bench.problems().{3}", rule, field, hint
            )
        )
    return block


def _one_problem(blocks: list[Block]) -> Block:
    if len(blocks) == 1:
        return blocks[0]
    rows, first = np.unique(np.concatenate([one.rows for one in blocks]), return_index=True)
    texts = [
        pa.nulls(len(one.rows), TEXT) if one.suggestions is None else one.suggestions.cast(TEXT)
        for one in blocks
    ]
    suggestions = pa.concat_arrays(texts).take(pa.array(first))
    worst = min((one.severity for one in blocks), key=SEVERITIES.index)
    return Block(blocks[0].rule, blocks[0].field, worst, rows, suggestions)


def values(
    report: Report, field: str, rule: str, *, reveal: bool, page: slice = EVERY
) -> pd.DataFrame:
    """Return the different values of a field that have a problem, most rows first."""
    examined = report.examined
    block = problem(examined, field, rule)
    rows, offered = block.rows, block.suggestions
    suggestions = pa.nulls(len(rows), TEXT) if offered is None else offered.cast(TEXT)
    every = distinct_cells(examined.cells(field, rows))
    distinct, n_rows, first = (one[page] for one in every)
    shown = [distinct, readings(examined, field, rows[first]), suggestions.take(pa.array(first))]
    table = _value_table(shown, n_rows, examined, field, reveal=reveal)
    return table.set_axis(range(*page.indices(len(every[0]))))


@dataclass(frozen=True, eq=False)
class Suggestions:
    """What is suggested instead of the cells of some rows, by their positions."""

    rows: Rows
    values: pa.Array
    suggestions: pa.Array


def suggestions(
    examined: Examined, field: str, rule: str, values: Sequence[str] | None = None
) -> Suggestions:
    """Return what is suggested for a problem, row by row; or for some of its values."""
    block = problem(examined, field, rule)
    if block.suggestions is None:
        return Suggestions(block.rows[:0], pa.array([], TEXT), pa.array([], TEXT))
    cells, offered = examined.cells(field, block.rows).cast(TEXT), block.suggestions.cast(TEXT)
    is_told = pc.and_(cells.is_valid(), offered.is_valid())
    if values is not None:
        is_told = pc.and_(is_told, pc.is_in(cells, pa.array(values, TEXT)))
    rows = block.rows[is_told.to_numpy(zero_copy_only=False)]
    return Suggestions(rows, cells.filter(is_told), offered.filter(is_told))


def _value_table(
    shown: list[pa.Array], n_rows: Rows, examined: Examined, field: str, *, reveal: bool
) -> pd.DataFrame:
    if not reveal:
        shown = [mask(texts, examined.facts.get(field)) for texts in shown]
    value, reading, suggestion = (TEXT_DTYPE.__from_arrow__(texts) for texts in shown)
    return pd.DataFrame(
        {"value": value, "rows": n_rows, "reading": reading, "suggestion": suggestion}
    )


def distinct_cells(cells: pa.Array) -> tuple[pa.Array, Rows, Rows]:
    """Return the different cells, most rows first: with how many rows, and the first of them."""
    found = cells.cast(TEXT).dictionary_encode(null_encoding="encode")
    codes = found.indices.to_numpy(zero_copy_only=False)
    n_rows = np.bincount(codes, minlength=len(found.dictionary))
    first = np.zeros(len(found.dictionary), np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    order = np.argsort(-n_rows, kind="stable")
    return found.dictionary.take(pa.array(order)), n_rows[order], first[order]


def readings(examined: Examined, field: str, rows: Rows) -> pa.Array:
    """Return how the cells of a field are read in some rows, as people write it."""
    canonical = examined.canonical_rows(rows, [field])
    if field not in canonical:
        return pa.nulls(len(rows), TEXT)
    column = canonical[field]
    if isinstance(examined.evidence.get(field), DateEvidence) and column.dtype.kind in "iu":
        hours = pd.Timedelta(hours=examined.options.timezone_gmt)
        moments = pd.to_datetime(column, unit="ms") + hours
        texts = moments.dt.strftime("%Y-%m-%d %H:%M").str.removesuffix(" 00:00")
        return pa.array(texts, TEXT, from_pandas=True)
    whole = pa.array(column.astype("string"), from_pandas=True).cast(TEXT)
    return whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole


def _first_rows(texts: pa.Array | pa.ChunkedArray) -> tuple[Numbers, Numbers]:
    """Return where each different cell stands first, and in how many rows; most rows first."""
    if mostly_distinct(texts):
        first, n_rows = distinct_rows(texts)
    else:
        _, n_rows, first = distinct_cells(whole(texts))
    return first.astype(np.int32), n_rows.astype(np.int32)  # kept as long as the column


def every_value(
    report: Report, column: pd.Series, field: str, *, reveal: bool, page: slice
) -> pd.DataFrame:
    """Return the different values of a field in all rows, most rows first."""
    examined = report.examined
    texts = as_text(column)
    every = cached(column, "values", (), lambda: _first_rows(texts))
    first, n_rows = (one[page].astype(np.int64) for one in every)
    rows = np.sort(first)  # in their order they are taken from a column in pieces
    order = pa.array(np.searchsorted(rows, first))
    cells = take_some(texts, rows).cast(TEXT)
    shown = [one.take(order) for one in (cells, readings(examined, field, rows))]
    shown.append(pa.nulls(len(first), TEXT))
    table = _value_table(shown, n_rows, examined, field, reveal=reveal)
    return table.set_axis(range(*page.indices(len(every[0]))))


def page_of(limit: Any, offset: Any) -> slice:
    """Return which of the values are asked for: so many, after the first so many.

    Raises
    ------
    UsageError
        If these are no numbers.
    """
    for name, number in (("limit", limit), ("offset", offset)):
        if name == "limit" and number is None:
            continue
        is_number = isinstance(number, (int, np.integer)) and not isinstance(number, bool)
        if not is_number or number < 0:
            raise UsageError(
                Sentence("{1} is a number of values, 0 or more, not {2!r}.", name, number)
            )
    return slice(offset, None if limit is None else offset + limit)
