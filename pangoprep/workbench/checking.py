"""Whether new values can be read, how they read, and whether a step changed how others read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.types import Mask, Rows
from pangoprep.entities.masking import HIDDEN
from pangoprep.errors import UsageError
from pangoprep.normalizers.base import as_mask
from pangoprep.normalizers.date.evidence import DateEvidence
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
        if action.method != _WORKBOOK and field in examined.facts:
            _refuse_masked(examined, field, rows)
        for block in examined.blocks:
            if block.field != field or block.severity != "error":
                continue
            bad = np.intersect1d(rows, block.rows)
            if len(bad) and not block.rule.startswith(_OF_ROWS) and action.method != _WORKBOOK:
                raise _refused(examined, field, words.message(block.rule), bad)
        new = {value for pairs in (action.fixes or {}).values() for value in pairs.values()}
        if len(new) <= _TOLD:
            texts = examined.cells(field, rows).to_pylist()
            told = readings(examined, field, rows).to_pylist()
            read |= dict(zip(texts, told, strict=True))
    return read


_TOLD = 100


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
