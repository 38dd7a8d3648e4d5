"""The normalize stage: every column of a frame made canonical, with its findings."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.column import Column, in_every_row, put_some, take_some
from pangoprep.columns.types import Rows, Values
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, rows_with
from pangoprep.memory import release_unused
from pangoprep.normalizers.base import Evidence, filled
from pangoprep.options import Options
from pangoprep.steps.as_pandas import to_pandas
from pangoprep.steps.clean_field import (
    CleanField,
    clean_field,
    may_be_blank,
    some_rows,
)
from pangoprep.steps.keys import prepare_key
from pangoprep.steps.spellings import WordCounts

TIMEZONE = "timezoneGmt"
_LONG_WORK = ("phone", "email", "date", "decimal")  # to begin with, so that none ends last


@dataclass(frozen=True, eq=False)
class SomeRows:
    """Rows of a frame that was cleaned.

    Parameters
    ----------
    rows
        The positions of some, ascending.
    fields
        Whole columns whose cleaning says what these rows are, by field.
    """

    rows: Rows
    fields: Mapping[str, CleanField]


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


@dataclass(frozen=True, eq=False)
class MadeOf:
    """A column of numbers in pandas, and the canonical values that it has, where they are known."""

    column: pd.Series
    array: Values | None

    @classmethod
    def known(cls, column: pd.Series, array: Values | None) -> MadeOf:
        """Return a column, with some canonical values if it has them."""
        made = cls(column, array)
        return made if array is not None and made._has(array) else cls(column, None)

    def of(self, array: Values) -> Any:
        """Return canonical values as a column of pandas: this one, if they are the same."""
        return self.column if array is self.array or self._has(array) else to_pandas(array)

    def _has(self, array: Values) -> bool:
        pieces = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
        return bool(pa.chunked_array([pa.array(self.column)]).equals(pieces))


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

    def frame(self, made: Mapping[str, MadeOf] | None = None) -> pd.DataFrame:
        """Return the canonical values as pandas columns, indexed by position.

        They are new ones each time, since what is recalled must not change when a caller writes to
        them; but for those that are ``made`` already.
        """
        columns = {
            name: made[name].of(array) if made and name in made else to_pandas(array)
            for name, array in self.arrays.items()
        }
        return pd.DataFrame(columns, index=pd.RangeIndex(self.n_rows), copy=False)


def clean_columns(
    frame: pd.DataFrame,
    sources: Mapping[str, Any],
    facts: Mapping[str, FieldFacts],
    options: Options,
    elsewhere: Mapping[str, Evidence] | None,
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
        What other parts of a column prove of how it is read, by field; None if there are none.
    hours
        Hours from GMT of each row, where that is known otherwise than from a column.
    key
        The fields of the key, whose hashes are made on the way.
    known
        Where the rows are some of a frame of which columns were cleaned.
    together
        What is made of several columns at once.
    """
    cleaned = Cleaned(len(frame), rows=None if known is None else known.rows)
    offsets = hours
    if offsets is None:
        offsets = _clean_timezone(cleaned, frame, sources, facts, options)

    def clean(name: str) -> CleanField:
        if known is not None and name in known.fields:
            cleaned.whole[name] = known.fields[name].array
            return some_rows(known.fields[name], known.rows, frame[sources[name]])
        others = (elsewhere or {}).get(name)
        field = clean_field(frame[sources[name]], facts[name], offsets, options, others)
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
    if elsewhere is None:  # else the next part takes it again
        release_unused()
    for name in names:
        _add(cleaned, fields[name].result(), options)
    if TIMEZONE in facts and any(facts[name].type == "Timestamp" for name in sources):
        cleaned.arrays[TIMEZONE] = pa.array(offsets)
    return cleaned


def _make(together: FieldsTogether, fields: Mapping[str, Future[CleanField]]) -> None:
    together.make({name: field.result().array for name, field in fields.items()})


def _add(cleaned: Cleaned, one: CleanField, options: Options) -> None:
    name = one.facts.name
    cleaned.raw[name] = one.raw
    cleaned.arrays[name] = one.array
    can_go = may_be_blank(one.facts, options)
    cleaned.blocks += [
        replace(block, severity="warning") if can_go and block.severity == "error" else block
        for block in one.blocks
    ]
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
    zones = clean_field(frame[sources[TIMEZONE]], facts[TIMEZONE], default, options)
    _add(cleaned, zones, options)
    hours = pc.fill_null(cleaned.arrays[TIMEZONE], options.timezone_gmt)
    numbers: Rows = hours.to_numpy(zero_copy_only=False)
    return numbers


def fill_years(cleaned: Cleaned, facts: Mapping[str, FieldFacts]) -> None:
    """Move years found in date cells to the field for years, where that is empty."""
    for target, (rows, years) in cleaned.spare_years.items():
        if target not in facts or not len(rows):
            continue
        kept = cleaned.arrays.get(target)
        if kept is None:
            kept = in_every_row(pa.nulls(1, pa.int64()), cleaned.n_rows)
        unreadable = rows_with(
            (block for block in cleaned.blocks if block.field == target), "error", cleaned.n_rows
        )
        free = ~filled(take_some(kept, rows)) & ~unreadable[rows]
        if not free.any():
            continue
        cleaned.arrays[target] = put_some(kept, rows[free], pa.array(years[free]))
