"""Whether new values can be read, how they read, and whether a step changed how others read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask, Rows
from pangoprep.entities.masking import HIDDEN
from pangoprep.errors import UsageError
from pangoprep.findings import places_among
from pangoprep.normalizers.base import as_mask
from pangoprep.normalizers.date.evidence import DateEvidence
from pangoprep.planning import PartPlan
from pangoprep.report.faces.language import language
from pangoprep.report.facts.row_numbers import as_texts, row_numbers
from pangoprep.steps.examined import Examined
from pangoprep.workbench.action import Action
from pangoprep.workbench.problems import readings

# A workbook is taken over as it is; what cannot be read in it keeps its row held.
_WORKBOOK = "read_fixed"
# What is found of rows by comparing them, and no fault of the value.
_OF_ROWS = ("duplicate.", "required.", "reference.", "row.", "order.")


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
            if block.field != field or block.severity != "error":
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


def _new_values(action: Action, field: str) -> set[str | None]:
    """Return what an action writes into cells of a field."""
    new = set((action.fixes or {}).get(field, {}).values())
    return new | {cells[field] for cells in (action.cells or {}).values() if field in cells}


def _refuse_masked(examined: Examined, field: str, rows: Rows) -> None:
    """Refuse what was copied from where personal values are masked."""
    masked = is_masked(examined.cells(field, rows))
    if examined.facts[field].personal and masked.any():
        why = language(examined.options.lang)("value.masked", field=repr(field))
        raise _refused(examined, field, why, rows[masked])


def is_masked(values: pa.Array) -> Mask:
    """Mark values that have a dot for a hidden character."""
    return as_mask(pc.match_substring(values, HIDDEN))


def _refused(examined: Examined, field: str, why: str, rows: Rows) -> UsageError:
    words = language(examined.options.lang)
    (number,) = as_texts(row_numbers(examined.labels(rows[:1]), rows[:1])).to_pylist()
    key = "value.refused.more" if len(rows) > 1 else "value.refused"
    return UsageError(words(key, field=repr(field), why=why, row=number, n=len(rows) - 1))


def reading_changes(before: Examined, after: Examined) -> Iterator[str]:
    """Say which columns of dates are read in another order than before."""
    words = language(after.options.lang)
    for field, evidence in after.evidence.items():
        earlier = before.evidence.get(field)
        if not isinstance(evidence, DateEvidence) or not isinstance(earlier, DateEvidence):
            continue
        if evidence.decide(after.options) != earlier.decide(before.options):
            yield words("read.otherwise", field=field, order=words.order(evidence))


def fixes_not_sent(plan: PartPlan, touched: Mapping[str, Rows]) -> Iterator[str]:
    """Say that some of the rows whose cells were changed are left out all the same."""
    left_out = np.array(sorted(plan.left_out), dtype=np.int64)
    marked = [rows[np.isin(rows, left_out)] for rows in touched.values()]
    n_rows = len(np.unique(np.concatenate(marked))) if marked else 0
    if n_rows:
        yield language(plan.options.lang)("fixed.left_out", n=n_rows)
