"""One column made canonical: its cells, what is said of them, and what they prove."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cache import cached
from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Column, as_it_is, read_column, take_some, whole
from pangoprep.columns.types import Rows, Values
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, places_among, rules
from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.base import Context, Evidence, Normalized, among, filled, keep
from pangoprep.normalizers.formula import formulas
from pangoprep.normalizers.words import compatible, only_signs, tidy, without_text_marks
from pangoprep.options import Options
from pangoprep.steps.spellings import WordCounts, count_words, has_words

# #N/A is missing: it is how a look-up says "nothing there".
_FORMULA_ERROR = (
    r"(?i)\A\s*#(?:REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|ERROR!|UNKNOWN!"
    r"|CONNECT!|BLOCKED!|BUSY!|GETTING_DATA)\s*\z"
)
#: What the cache calls the cleaning of a column.
JOB = "clean"
#: The normalizers that need the hours from GMT.
ZONED = ("date", "date_text")


@dataclass(frozen=True)
class CleanField:
    """One column after cleaning; what `clean_anew` says, kept under `JOB` for `reading_reasons`.

    ``options`` and ``hours`` from GMT, where all rows share them, are what it was read by;
    ``absolute`` marks the rows whose instants are the same in every time zone.
    """

    facts: FieldFacts
    raw: Column
    array: Values
    blocks: list[Block]
    evidence: Evidence | None
    years: tuple[Rows, Rows]
    words: WordCounts | None
    options: Options
    hours: int | None
    absolute: pa.BooleanArray | None = None


def clean_field(
    series: pd.Series,
    facts: FieldFacts,
    offsets: Rows,
    options: Options,
    elsewhere: Evidence | None = None,
) -> CleanField:
    """Clean one column, unless that was done before."""
    hours = _only_offset(offsets)
    if elsewhere is not None or (hours is None and facts.normalizer in ZONED):
        return clean_anew(series, facts, offsets, options, elsewhere)
    return cached(
        series,
        JOB,
        reading_reasons(facts, options, hours),
        lambda: clean_anew(series, facts, offsets, options, None),
    )


def reading_reasons(facts: FieldFacts, options: Options, hours: int | None) -> Hashable:
    """Say what a column becomes, beside its cells, depends on."""
    told = tuple(getattr(options, name) for name in NORMALIZERS[facts.normalizer].options)
    zone = hours if facts.normalizer in ZONED else None
    about = facts.name, facts.normalizer, facts.required, facts.choices, repr(facts.parameters)
    return *about, told, zone


def may_be_blank(facts: FieldFacts, options: Options) -> bool:
    """Whether a row goes without a cell that cannot be read.

    Never without what every record needs, nor without an id: the row would be a stranger's.
    """
    is_needed = facts.required or facts.normalizer == "id"
    return options.unreadable == "blank" and not is_needed


def some_rows(whole: CleanField, rows: Rows, series: pd.Series) -> CleanField:
    """Return some rows of a column that was cleaned; what all of its cells prove is known."""
    years_rows, years = whole.years
    places, which = places_among(years_rows, rows)
    return CleanField(
        facts=whole.facts,
        raw=as_it_is(series),
        array=take_some(whole.array, rows),
        blocks=[block for one in whole.blocks if len((block := one.among(rows)).rows)],
        evidence=None,
        years=(which, years[places]),
        words=None,
        options=whole.options,
        hours=whole.hours,
    )


def _only_offset(offsets: Rows) -> int | None:
    """Return the hours that all rows share, None if they differ."""
    if not len(offsets):
        return 0
    if offsets.strides == (0,):  # one number, seen as a column of it
        return int(offsets[0])
    return int(offsets[0]) if (offsets == offsets[0]).all() else None


def clean_anew(
    series: pd.Series,
    facts: FieldFacts,
    offsets: Rows,
    options: Options,
    elsewhere: Evidence | None,
    whole_proves: Evidence | None = None,
) -> CleanField:
    """Clean one column, with the hours from GMT of each row.

    ``elsewhere`` is what the other cells of the column prove, ``whole_proves`` what these and the
    others do, where that is known.
    """
    raw = read_column(series)
    column, hours = _with_offsets(raw, offsets, facts)
    context = Context(options, facts.parameters, column.counts, hours, elsewhere, whole_proves)
    uncalculated = formulas(column.cells)
    cells = keep(whole(column.cells), ~uncalculated) if uncalculated.any() else column.cells
    normalized = NORMALIZERS[facts.normalizer](cells, context)
    normalized.flag("cell.formula_not_calculated", uncalculated)
    _flag_emptied(normalized, cells)
    return CleanField(
        facts=facts,
        raw=raw,
        array=column.spread(normalized.values),
        blocks=_blocks(normalized, column, facts),
        evidence=normalized.evidence,
        years=_found_years(normalized, column),
        words=count_words(column, normalized.values) if has_words(facts) else None,
        options=options,
        hours=_only_offset(offsets),
        absolute=_absolute(normalized, column),
    )


def clean_cell(text: str, facts: FieldFacts, options: Options) -> Normalized:
    """Make one text canonical, as a cell of a field that holds nothing else."""
    hours = np.full(1, options.timezone_gmt, dtype=np.int64)
    context = Context(options, facts.parameters, np.ones(1, dtype=np.int64), hours)
    return NORMALIZERS[facts.normalizer](pa.array([text], TEXT), context)


def _found_years(normalized: Normalized, column: Column) -> tuple[Rows, Rows]:
    """Return the rows that hold no more than a year, and those years."""
    if normalized.years is None:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    places = np.flatnonzero(filled(normalized.years))
    rows, which = column.rows_at(places)
    years = normalized.years.drop_null().to_numpy()
    return rows, years if which is None else years[which]


def _absolute(normalized: Normalized, column: Column) -> pa.BooleanArray | None:
    """Mark the rows whose instants are the same in every time zone, in a bit each."""
    marked = normalized.absolute
    if marked is None or column.codes is None:
        return None if marked is None else pa.array(marked)
    return pa.array(np.append(marked, np.False_)[column.codes])


def _flag_emptied(normalized: Normalized, texts: Values) -> None:
    """Say what was emptied though it is no word for "none", and of which nothing is said yet."""
    emptied = filled(texts) & ~filled(normalized.values)
    normalized.flag("cell.excel_error", among(texts, emptied, _FORMULA_ERROR))
    for flag in normalized.flags:
        emptied[flag.places] = False
    if emptied.any():
        plain = without_text_marks(tidy(whole(texts.filter(pa.array(emptied)))))
        emptied[emptied] = only_signs(compatible(plain))
        normalized.flag("cell.only_signs", emptied)


def _with_offsets(raw: Column, offsets: Rows, facts: FieldFacts) -> tuple[Column, Rows]:
    """Give every distinct value its hours from GMT; one text in two zones is two dates."""
    if raw.codes is None:
        return raw, offsets
    hours = _only_offset(offsets)
    if hours is not None or facts.normalizer not in ZONED:
        return raw, np.full(len(raw.cells), hours or 0, dtype=np.int64)
    pairs = np.where(raw.codes >= 0, raw.codes.astype(np.int64) * 32 + offsets + 12, -1)
    distinct, codes = np.unique(pairs, return_inverse=True)
    if len(distinct) and distinct[0] == -1:
        distinct, codes = distinct[1:], codes - 1
    texts = raw.cells.take(pa.array(distinct // 32))
    return Column(texts, codes.astype(np.int32)), distinct % 32 - 12


def _blocks(normalized: Normalized, column: Column, facts: FieldFacts) -> list[Block]:
    """Turn flags over distinct values into findings over rows."""
    blocks = []
    for flag in normalized.flags:
        rows, which = column.rows_at(flag.places)
        suggestions = flag.suggestions
        if suggestions is not None and which is not None:
            suggestions = suggestions.take(pa.array(which))
        detail = ", ".join(facts.choices) if flag.rule == "choice.unknown" else ""
        severity = rules()[flag.rule].severity
        blocks.append(Block(flag.rule, facts.name, severity, rows, suggestions, detail))
    return blocks
