"""The normalize stage: every column of a frame made canonical, with its findings."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Hashable, Mapping, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cache import cached, recalled
from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Column, as_it_is, read_column, take_some, whole
from pangoprep.columns.types import Rows, Values
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, places_among, rows_with, rules
from pangoprep.memory import release_unused
from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.base import Context, Evidence, Normalized, among, filled, keep, put
from pangoprep.normalizers.formula import formulas
from pangoprep.options import Options
from pangoprep.steps.as_pandas import to_pandas
from pangoprep.steps.keys import prepare_key
from pangoprep.steps.spellings import WordCounts, count_words, has_words

TIMEZONE = "timezoneGmt"
# #N/A is missing: it is how a look-up says "nothing there".
_EXCEL_ERROR = r"(?i)\A\s*#(?:REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!)\s*\z"
#: What the cache calls the cleaning of a column.
JOB = "clean"
_ZONED = ("date", "date_text")  # the normalizers that need the hours from GMT
_LONG_WORK = ("phone", "email", "date", "decimal")  # to begin with, so that none ends last


@dataclass(frozen=True, eq=False)
class SomeRows:
    """Rows of a frame that was cleaned.

    Parameters
    ----------
    frame
        All rows, as they were cleaned.
    rows
        The positions of some, ascending.
    fields
        The fields whose cells are as they were.
    """

    frame: pd.DataFrame
    rows: Rows
    fields: Collection[str]


@dataclass(frozen=True)
class FieldsTogether:
    """What is made of several columns, beside the others, as soon as these are clean.

    Parameters
    ----------
    fields
        The names of the columns; those that are not there are none of them.
    make
        Gets the canonical values by field, and keeps what it makes in the cache.
    """

    fields: Set[str]
    make: Callable[[Mapping[str, Values]], object]


@dataclass
class Cleaned:
    """A frame after cleaning; every column has one entry per row of the caller's frame.

    Parameters
    ----------
    n_rows
        How many rows came in.
    raw
        What the caller's cells held, as text, by field.
    arrays
        The canonical values by field, as Arrow arrays; those of long columns are in pieces.
    blocks
        The findings of the normalizers.
    evidence
        What the cells of a column prove of how it is read, by field.
    spare_years
        The rows in which a year was found where a date belongs, and those years; by the field
        that could take them.
    words
        The words of columns that have few, by field.
    rows, whole
        Where these are some rows of a frame that was cleaned: their positions there, and the
        canonical values of whole columns that were recalled, by field.
    """

    n_rows: int
    raw: dict[str, Column] = field(default_factory=dict)
    arrays: dict[str, Values] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    spare_years: dict[str, tuple[Rows, Rows]] = field(default_factory=dict)
    words: dict[str, WordCounts] = field(default_factory=dict)
    rows: Rows | None = None
    whole: dict[str, Values] = field(default_factory=dict)

    def frame(self) -> pd.DataFrame:
        """Return the canonical values as pandas columns, indexed by position.

        They are new ones each time: what is recalled must not change when a caller writes to them.
        """
        columns = {name: to_pandas(array) for name, array in self.arrays.items()}
        return pd.DataFrame(columns, index=pd.RangeIndex(self.n_rows), copy=False)


def clean_columns(
    frame: pd.DataFrame,
    sources: Mapping[str, Any],
    facts: Mapping[str, FieldFacts],
    options: Options,
    elsewhere: Mapping[str, Evidence],
    hours: Rows | None = None,
    key: Collection[str] = (),
    known: SomeRows | None = None,
    together: FieldsTogether | None = None,
) -> Cleaned:
    """Make the columns named in ``sources`` canonical.

    Parameters
    ----------
    frame
        The caller's frame; it is not changed.
    sources
        The frame's column for each field.
    facts
        What is known of each field.
    options
        How to read cells.
    elsewhere
        What other parts of a column prove of how it is read, by field.
    hours
        Hours from GMT of each row, where that is known otherwise than from a column.
    key
        The fields of the key, whose hashes are made on the way.
    known
        Where the rows are some of a frame that was cleaned, whose columns are recalled.
    together
        What is made of several columns at once.
    """
    cleaned = Cleaned(len(frame), rows=None if known is None else known.rows)
    offsets = hours
    if offsets is None:
        offsets = _clean_timezone(cleaned, frame, sources, facts, options)

    def clean(name: str) -> CleanField:
        if known is not None and name in known.fields and TIMEZONE not in sources:
            series, hours = known.frame[sources[name]], options.timezone_gmt
            whole = recalled(series, JOB, reading_reasons(facts[name], options, hours))
            if whole is not None:
                cleaned.whole[name] = whole.array
                return _some_rows(whole, known.rows, frame[sources[name]])
        others = elsewhere.get(name)
        field = _clean_field(frame[sources[name]], facts[name], offsets, options, others)
        if name in key:
            prepare_key(field.array, is_whole=len(key) == 1)
        return field

    names = [name for name in sources if name != TIMEZONE and facts[name].item is None]
    among = [name for name in names if together is not None and name in together.fields]
    longest_first = sorted(
        (name for name in names if name not in among),
        key=lambda name: facts[name].normalizer not in _LONG_WORK,
    )
    # Columns are independent, and Arrow's kernels run without the interpreter's lock.
    with ThreadPoolExecutor(min(len(names) or 1, os.cpu_count() or 1)) as threads:
        fields = {name: threads.submit(clean, name) for name in [*among, *longest_first[:1]]}
        if among and together is not None:
            # It waits for what began before it, and so never for ever.
            made = threads.submit(_make, together, {name: fields[name] for name in among})
        fields |= {name: threads.submit(clean, name) for name in longest_first[1:]}
    if among:
        made.result()  # says what went wrong
    release_unused()
    for name in names:
        _add(cleaned, fields[name].result())
    if TIMEZONE in facts and any(facts[name].type == "Timestamp" for name in sources):
        cleaned.arrays[TIMEZONE] = pa.array(offsets)
    return cleaned


@dataclass(frozen=True)
class CleanField:
    """One column after cleaning; what `clean_anew` says, kept under `JOB` for `reading_reasons`."""

    facts: FieldFacts
    raw: Column
    array: Values
    blocks: list[Block]
    evidence: Evidence | None
    years: tuple[Rows, Rows]
    words: WordCounts | None


def _make(together: FieldsTogether, fields: Mapping[str, Future[CleanField]]) -> None:
    together.make({name: field.result().array for name, field in fields.items()})


def _add(cleaned: Cleaned, one: CleanField) -> None:
    name = one.facts.name
    cleaned.raw[name] = one.raw
    cleaned.arrays[name] = one.array
    cleaned.blocks.extend(one.blocks)
    if one.evidence is not None:
        cleaned.evidence[name] = one.evidence
    if one.words is not None:
        cleaned.words[name] = one.words
    if target := one.facts.parameters.get("year_to"):
        cleaned.spare_years[target] = one.years


def _clean_timezone(
    cleaned: Cleaned,
    frame: pd.DataFrame,
    sources: Mapping[str, Any],
    facts: Mapping[str, FieldFacts],
    options: Options,
) -> Rows:
    """Clean ``timezoneGmt`` first, since dates need it; return the hours for every row."""
    # One number seen as a column of it takes no memory.
    default = np.broadcast_to(np.int64(options.timezone_gmt), len(frame))
    if TIMEZONE not in sources:
        return default
    _add(cleaned, _clean_field(frame[sources[TIMEZONE]], facts[TIMEZONE], default, options))
    hours = pc.fill_null(cleaned.arrays[TIMEZONE], options.timezone_gmt)
    numbers: Rows = hours.to_numpy(zero_copy_only=False)
    return numbers


def _clean_field(
    series: pd.Series,
    facts: FieldFacts,
    offsets: Rows,
    options: Options,
    elsewhere: Evidence | None = None,
) -> CleanField:
    """Clean one column, unless that was done before."""
    hours = _only_offset(offsets)
    if elsewhere is not None or (hours is None and facts.normalizer in _ZONED):
        return clean_anew(series, facts, offsets, options, elsewhere)
    return cached(
        series,
        JOB,
        reading_reasons(facts, options, hours),
        lambda: clean_anew(series, facts, offsets, options, None),
    )


def reading_reasons(facts: FieldFacts, options: Options, hours: int | None) -> Hashable:
    """Say what a column becomes, beside its cells, depends on."""
    asked = ("unreadable", *NORMALIZERS[facts.normalizer].options)
    told = tuple(getattr(options, name) for name in asked)
    zone = hours if facts.normalizer in _ZONED else None
    return facts.name, facts.normalizer, facts.choices, repr(facts.parameters), told, zone


def _some_rows(whole: CleanField, rows: Rows, series: pd.Series) -> CleanField:
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
    )


def _only_offset(offsets: Rows) -> int | None:
    """Return the hours that all rows share, None if they differ."""
    if not len(offsets):
        return 0
    return int(offsets[0]) if (offsets == offsets[0]).all() else None


def clean_anew(
    series: pd.Series,
    facts: FieldFacts,
    offsets: Rows,
    options: Options,
    elsewhere: Evidence | None,
) -> CleanField:
    """Clean one column, with the hours from GMT of each row."""
    raw = read_column(series)
    column, hours = _with_offsets(raw, offsets, facts)
    context = Context(options, facts.parameters, column.counts, hours, elsewhere)
    uncalculated = formulas(column.cells)
    cells = keep(whole(column.cells), ~uncalculated) if uncalculated.any() else column.cells
    normalized = NORMALIZERS[facts.normalizer](cells, context)
    normalized.flag("cell.formula_not_calculated", uncalculated)
    _flag_excel_errors(normalized, cells)
    return CleanField(
        facts=facts,
        raw=raw,
        array=column.spread(normalized.values),
        blocks=_blocks(normalized, column, facts, options),
        evidence=normalized.evidence,
        years=_found_years(normalized, column),
        words=count_words(column, normalized.values) if has_words(facts) else None,
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


def _flag_excel_errors(normalized: Normalized, texts: pa.Array | pa.ChunkedArray) -> None:
    emptied = filled(texts) & ~filled(normalized.values)
    normalized.flag("cell.excel_error", among(texts, emptied, _EXCEL_ERROR))


def _with_offsets(raw: Column, offsets: Rows, facts: FieldFacts) -> tuple[Column, Rows]:
    """Give every distinct value its hours from GMT; one text in two zones is two dates."""
    if raw.codes is None:
        return raw, offsets
    hours = _only_offset(offsets)
    if hours is not None or facts.normalizer not in _ZONED:
        return raw, np.full(len(raw.cells), hours or 0, dtype=np.int64)
    pairs = np.where(raw.codes >= 0, raw.codes.astype(np.int64) * 32 + offsets + 12, -1)
    distinct, codes = np.unique(pairs, return_inverse=True)
    if len(distinct) and distinct[0] == -1:
        distinct, codes = distinct[1:], codes - 1
    texts = raw.cells.take(pa.array(distinct // 32))
    return Column(texts, codes.astype(np.int32)), distinct % 32 - 12


def _blocks(
    normalized: Normalized, column: Column, facts: FieldFacts, options: Options
) -> list[Block]:
    """Turn flags over distinct values into findings over rows."""
    blocks = []
    for flag in normalized.flags:
        rows, which = column.rows_at(flag.places)
        severity = rules()[flag.rule].severity
        if severity == "error" and options.unreadable == "blank":
            severity = "warning"
        suggestions = flag.suggestions
        if suggestions is not None and which is not None:
            suggestions = suggestions.take(pa.array(which))
        detail = ", ".join(facts.choices) if flag.rule == "choice.unknown" else ""
        blocks.append(Block(flag.rule, facts.name, severity, rows, suggestions, detail))
    return blocks


def fill_years(cleaned: Cleaned, facts: Mapping[str, FieldFacts]) -> None:
    """Move years found in date cells to the field for years, where that is empty."""
    for target, (rows, years) in cleaned.spare_years.items():
        if target not in facts or not len(rows):
            continue
        kept = whole(cleaned.arrays.get(target, pa.nulls(cleaned.n_rows, pa.int64())))
        unreadable = rows_with(
            (block for block in cleaned.blocks if block.field == target), "error", cleaned.n_rows
        )
        free = ~filled(kept)[rows] & ~unreadable[rows]
        where = np.zeros(cleaned.n_rows, dtype=bool)
        where[rows[free]] = True
        cleaned.arrays[target] = put(kept, where, pa.array(years[free]))
