"""Findings and row states as DataFrames, made when somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT, TEXT_DTYPE
from pangoprep.entities.masking import mask
from pangoprep.entities.shapes import shape
from pangoprep.findings import LEFT_OUT, NOT_A_RECORD, SEVERITIES, Block
from pangoprep.language import Language, language
from pangoprep.report.facts.row_numbers import as_texts, row_numbers

if TYPE_CHECKING:
    from pangoprep.columns.types import Rows
    from pangoprep.steps.examined import Examined

#: Gives the numbers of the rows of a frame, by its name ("" for the findings' own) and positions.
Numbering: TypeAlias = "Callable[[str, Rows], np.ndarray[Any, Any]]"

# Rules that keep a row from being sent without being errors.
_NOT_SENT = ("duplicate.superseded", NOT_A_RECORD, LEFT_OUT, "items.joined")

FINDING_COLUMNS = (
    "row", "index", "key", "field", "rule", "severity", "value", "message", "suggestion"
)  # fmt: skip


def findings_table(
    examined: Examined,
    blocks: Sequence[Block],
    *,
    reveal: bool,
    lang: str = "en",
    number: Numbering | None = None,
) -> pd.DataFrame:
    """One row per finding, in the order of the caller's rows.

    Parameters
    ----------
    examined
        Where the findings come from.
    blocks
        The findings to list.
    reveal
        Whether keys, values and suggestions are shown as they are.
    lang
        The language of the messages.
    number
        What to call the rows that findings point to; default: as `row_numbers` does.
    """
    words, numbers = language(lang), number or numbering(examined)
    tables = [_block_table(block, examined, words, numbers, reveal=reveal) for block in blocks]
    table = pd.concat(tables or [pd.DataFrame(columns=list(FINDING_COLUMNS))], ignore_index=True)
    table = table.astype({"row": "int64"}).sort_values("row", kind="stable", ignore_index=True)
    rows = table["row"].to_numpy()
    table["index"] = labels_of(examined.labels(rows))
    table["key"] = TEXT_DTYPE.__from_arrow__(examined.keys(reveal=reveal, rows=rows))
    kinds = dict.fromkeys(("key", "field", "rule", "value", "message", "suggestion"), TEXT_DTYPE)
    kinds["severity"] = pd.CategoricalDtype(SEVERITIES, ordered=True)
    return table[list(FINDING_COLUMNS)].astype(kinds)


def finding_shapes(examined: Examined, blocks: Sequence[Block]) -> list[str | None]:
    """Return the shapes of the values of `findings_table`; what is not personal stays a value."""
    rows = np.concatenate([block.rows for block in blocks] or [np.array([], dtype=np.int64)])
    told: list[str | None] = []
    for block in blocks:
        values, facts = examined.cells(block.field, block.rows), examined.facts.get(block.field)
        is_personal = facts is not None and facts.personal
        told += (shape(values, facts) if is_personal else values).to_pylist()
    return [told[place] for place in np.argsort(rows, kind="stable")]


def labels_of(index: pd.Index) -> Any:
    """Return the labels of an index as a column of the same type; of several levels as tuples."""
    return index.to_numpy() if isinstance(index, pd.MultiIndex) else index.array


def _block_table(
    block: Block, examined: Examined, words: Language, number: Numbering, *, reveal: bool
) -> pd.DataFrame:
    n_rows = len(block.rows)
    values = examined.cells(block.field, block.rows)
    suggestions = block.suggestions if block.suggestions is not None else pa.nulls(n_rows, TEXT)
    if not reveal:
        known = examined.facts.get(block.field)
        values, suggestions = mask(values, known), mask(suggestions, known)
    if block.lines is not None:
        suggestions = words.lines(block.lines)
    if block.others is not None:  # a row's number is nobody's secret
        suggestions = _pointers(block, words, number)
    return pd.DataFrame(
        {
            "row": block.rows,
            "field": block.field,
            "rule": block.rule,
            "severity": block.severity,
            "value": TEXT_DTYPE.__from_arrow__(values),
            "message": words.message(block.rule, block.detail),
            "suggestion": TEXT_DTYPE.__from_arrow__(suggestions.cast(TEXT)),
        }
    )


def numbering(examined: Examined) -> Numbering:
    """Number rows as people do who look at the caller's data."""
    return lambda name, rows: row_numbers(examined.labels_pointed_to(name, rows), rows)


def _pointers(block: Block, words: Language, number: Numbering) -> pa.Array:
    """Say for each finding which row it points to."""
    others = block.others
    assert others is not None  # noqa: S101 - asked by the callers
    told = np.full(len(others.rows), None, dtype=object)
    for frame, places in others.by_frame():
        texts = as_texts(number(frame, others.rows[places]))
        told[places] = words.pointer(block.rule, frame, texts).to_numpy(zero_copy_only=False)
    return pa.array(told, TEXT)


def row_reasons(
    blocks: Sequence[Block],
    n_rows: int,
    rows: Rows | None = None,
    words: Language | None = None,
    names: Mapping[str, str] | None = None,
    *,
    number: Numbering | None,
    severity: str = "error",
) -> np.ndarray[Any, Any]:
    """Say for every row why it is not ready: the errors, and the row that supersedes it.

    Parameters
    ----------
    blocks
        The findings, worst first.
    n_rows
        How many rows the frame has.
    rows
        The positions to return; default: all.
    words
        The language; default: English.
    names
        What to call the fields; default: by their own names.
    number
        What to call the rows that findings point to; None: say nothing of them.
    severity
        What is told beside that: ``"warning"`` says what to look at in rows that are sent.
    """
    words = words or language("en")
    reasons = np.full(n_rows, "", dtype=object)
    for block in blocks:
        if block.severity != severity and block.rule not in _NOT_SENT:
            continue
        added = np.full(len(block.rows), _reason(block, words, names or {}), dtype=object)
        if block.others is not None and number is not None:
            told = _pointers(block, words, number)
            added = added + " (" + told.to_numpy(zero_copy_only=False) + ")"
        before = reasons[block.rows]
        reasons[block.rows] = np.where(before == "", added, before + "; " + added)
    return reasons if rows is None else reasons[rows]


def reasons_of(examined: Examined, rows: Rows, words: Language) -> list[str]:
    """Say why some rows are not ready, as `row_reasons` does; it looks at no others."""
    blocks = [block.among(rows) for block in examined.blocks]
    number = numbering(examined)
    reasons: list[str] = row_reasons(blocks, len(rows), words=words, number=number).tolist()
    return reasons


def _reason(block: Block, words: Language, names: Mapping[str, str]) -> str:
    where = f"{names.get(block.field, block.field)}: " if block.field else ""
    detail = block.detail if block.rule in ("required.any_of", LEFT_OUT) else ""
    return where + words.in_a_sentence(block.rule, detail)
