"""Whether new values can be read, how they read, and whether a step changed how others read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask, Rows
from pangoprep.entities.masking import HIDDEN
from pangoprep.errors import UsageError
from pangoprep.findings import Block, places_among, rules
from pangoprep.language import language
from pangoprep.normalizers.base import as_mask, replace
from pangoprep.normalizers.date.evidence import DateEvidence
from pangoprep.options import Options
from pangoprep.part_plan import PartPlan
from pangoprep.report.facts.row_numbers import as_texts, row_numbers
from pangoprep.steps.examined import Examined
from pangoprep.workbench.action import Action
from pangoprep.workbench.problems import readings

# A workbook is taken over as it is; what cannot be read in it keeps its row held.
_WORKBOOK = "read_fixed"
# What is found of rows by comparing them, and no fault of the value.
_OF_ROWS = ("duplicate.", "required.", "reference.", "row.", "order.")
_NO_ROWS = np.array([], dtype=np.int64)


def check_new_values(
    examined: Examined, touched: Mapping[str, Rows], action: Action
) -> dict[str, str | None]:
    """Refuse new values that cannot be read themselves; say how the others read.

    Parameters
    ----------
    examined
        The rows with the new values.
    touched
        The rows that have one, by field.
    action
        What put them there.

    Raises
    ------
    UsageError
        If one cannot be read. The message names the row, never the value.
    """
    words = language(examined.options.lang)
    read: dict[str, str | None] = {}
    for field, every in touched.items():
        cells = examined.cells(field, every)
        rows = every[cells.is_valid().to_numpy(zero_copy_only=False)]
        new = _new_values(action, field)
        is_field = action.method != _WORKBOOK and field in examined.facts
        if is_field and is_masked(pa.array([*(new - {None})], TEXT)).any():
            _refuse_masked(examined, field, rows)
        for block in examined.blocks:
            if block.field != field or not _is_refused(block, examined.options):
                continue
            if block.rule.startswith(_OF_ROWS) or action.method == _WORKBOOK:
                continue
            bad = rows[places_among(rows, block.rows)[0]]
            if len(bad):
                raise _refused(examined, field, words.message(block.rule), bad)
        if len(new) <= _TOLD:
            texts = examined.cells(field, rows).to_pylist()
            told = readings(examined, field, rows).to_pylist()
            read |= dict(zip(texts, told, strict=True))
    return read


_TOLD = 100


def _is_refused(block: Block, options: Options) -> bool:
    """Whether a finding refuses a new value: also where such a cell of the file is sent empty."""
    if block.severity == "error":
        return True
    is_said = block.rule in (options.severity or {})
    return options.unreadable == "blank" and not is_said and rules()[block.rule].severity == "error"


def _new_values(action: Action, field: str) -> set[str | None]:
    """Return what an action writes into cells of a field."""
    new = set((action.fixes or {}).get(field, {}).values())
    return new | {cells[field] for cells in (action.cells or {}).values() if field in cells}


def _refuse_masked(examined: Examined, field: str, rows: Rows) -> None:
    """Refuse what was copied from where personal values are masked."""
    masked = is_masked(examined.cells(field, rows))
    if examined.facts[field].personal and masked.any():
        why = language(examined.options.lang)("value.masked")
        raise _refused(examined, field, why, rows[masked])


def is_masked(values: pa.Array) -> Mask:
    """Mark values that have a dot for a hidden character."""
    return as_mask(pc.match_substring(values, HIDDEN))


def _refused(examined: Examined, field: str, why: str, rows: Rows) -> UsageError:
    words = language(examined.options.lang)
    (number,) = as_texts(row_numbers(examined.labels(rows[:1]), rows[:1])).to_pylist()
    key = "value.refused.more" if len(rows) > 1 else "value.refused"
    return UsageError(words(key, field=repr(field), why=why, row=number, n=len(rows) - 1))


def reading_changes(
    before: Examined, after: Examined, touched: Mapping[str, Rows]
) -> Iterator[str]:
    """Say which columns are read otherwise than before, beside the cells that a step changed."""
    words = language(after.options.lang)
    for field, evidence in after.evidence.items():
        earlier = before.evidence.get(field)
        if type(earlier) is not type(evidence) or before.sources[field] != after.sources[field]:
            continue
        if evidence.decide(after.options) == earlier.decide(before.options):
            continue
        if isinstance(evidence, DateEvidence):
            yield words("read.otherwise", field=field, order=words.order(evidence))
        elif n_cells := _n_otherwise(before, after, field, touched.get(field, _NO_ROWS)):
            yield words("read.otherwise.cells", field=field, n=n_cells)


def _n_otherwise(before: Examined, after: Examined, field: str, apart: Rows) -> int:
    """Count the cells of a field of which something else is read or found now."""
    every = np.arange(after.n_rows)
    old, new = (_without_zeros(readings(one, field, every)) for one in (before, after))
    same = pc.coalesce(pc.equal(old, new), pc.and_(pc.is_null(old), pc.is_null(new)))
    differs = ~as_mask(same)
    found: dict[str, list[Rows]] = {}
    for one in (before, after):
        for rule, rows in _rows_by_rule(one, field).items():
            found.setdefault(rule, []).append(rows)
    for pair in found.values():
        once, n = np.unique(np.concatenate(pair), return_counts=True)
        differs[once[n == 1]] = True
    differs[apart] = False
    return int(differs.sum())


def _rows_by_rule(examined: Examined, field: str) -> dict[str, Rows]:
    """Return the rows of which something is found in the cells of a field, by rule."""
    found: dict[str, list[Rows]] = {}
    for block in examined.blocks:
        if block.field == field and not block.rule.startswith(_OF_ROWS):
            found.setdefault(block.rule, []).append(block.rows)
    return {rule: np.unique(np.concatenate(rows)) for rule, rows in found.items()}


def _without_zeros(texts: pa.Array) -> pa.Array:
    """Let numbers that have more decimals than another, and the same value, be the same text."""
    return replace(texts, r"^(-?\d+)(?:\.0+|(\.\d*?[1-9])0+)$", r"\1\2")


def fixes_not_sent(plan: PartPlan, touched: Mapping[str, Rows]) -> Iterator[str]:
    """Say that some of the rows whose cells were changed are left out all the same."""
    left_out = np.array(sorted(plan.left_out), dtype=np.int64)
    marked = [rows[np.isin(rows, left_out)] for rows in touched.values()]
    n_rows = len(np.unique(np.concatenate(marked))) if marked else 0
    if n_rows:
        yield language(plan.options.lang)("fixed.left_out", n=n_rows)


def columns_not_sent(
    before: PartPlan, after: PartPlan, mapping: Mapping[Any, str]
) -> Iterator[str]:
    """Name the columns that stood for a field until this step, and give way to another source.

    A column that the step itself leaves out is no news.
    """
    words = language(after.options.lang)
    stays = {*after.sources.values(), *(column for column, field in mapping.items() if not field)}
    for name, column in before.sources.items():
        if column not in stays:
            other = after.sources.get(name)
            key = "column.gave_way" if other is None else "column.gave_way_to"
            yield words(key, column=str(column), field=name, other=str(other))
