"""Columns read by other options: only cells that these may read otherwise are read again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.types import Mask, Rows, Values
from pangoprep.entities.fields import FieldFacts
from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.base import as_mask, filled
from pangoprep.normalizers.date.calendar import DAY_MS, HOUR_MS
from pangoprep.normalizers.phone import HOME, written_otherwise
from pangoprep.options import Options
from pangoprep.steps.cells_read_again import with_cells
from pangoprep.steps.clean_field import ZONED, CleanField

#: Of more cells than this share, the column is cleaned as a whole.
MANY = 0.5
# What is said of dates that are read alike whatever day it is, and of all but day numbers whatever
# year these count from.
_OF_ANY_DAY = ("date.ambiguous", "date.conflict", "date.epoch_seconds", "date.no_year")
_DAY_NUMBERS = ("date.excel_serial", "date.future", "date.placeholder", "date.too_early")


def read_by(
    known: CleanField | None, series: pd.Series, facts: FieldFacts, options: Options
) -> CleanField | None:
    """Return what is known of a column as it is read by other options.

    None if all of its cells have to be read for that.
    """
    if known is None or known.facts != facts:
        return None
    names = NORMALIZERS[facts.normalizer].options
    others = {one for one in names if getattr(known.options, one) != getattr(options, one)}
    orders = [known.evidence and known.evidence.decide(one) for one in (known.options, options)]
    if orders[0] != orders[1]:
        return None
    is_same = facts.normalizer not in ZONED or known.hours == options.timezone_gmt
    others -= {"day_first"}  # what it is read for is decided
    if not others:
        return known if is_same else _in_other_zone(known, series, options)
    return _in_some_cells(known, series, options, others) if is_same else None


def _in_some_cells(
    known: CleanField, series: pd.Series, options: Options, others: set[str]
) -> CleanField | None:
    """Read the cells again that an option may read otherwise."""
    array = known.array
    if known.facts.normalizer == "date" and others <= {"today", "excel_1904"}:
        again = _dates_of(known, options, others)
    elif others == {"phone_format"} and options.phone_region == HOME:
        array, again = written_otherwise(array, options.phone_format)
        for block in known.blocks:
            if block.suggestions is not None:  # numbers
                again[block.rows[filled(block.suggestions)]] = True
    else:
        return None
    # Day numbers prove by their days, which are others from another year on.
    is_counted_alike = "excel_1904" not in others
    return _read_again(known, series, np.flatnonzero(again), options, array, is_counted_alike)


def _read_again(
    known: CleanField, series: pd.Series, rows: Rows, options: Options, array: Values,
    is_counted_alike: bool = True,
) -> CleanField | None:  # fmt: skip
    """Read some cells by other options, beside new canonical values of the others."""
    if len(rows) > MANY * len(series):
        return None
    if not len(rows):
        return replace(known, array=array, options=options, hours=options.timezone_gmt)
    proved = known.evidence if is_counted_alike else None
    return with_cells(known, series, series, rows, options, array, proved)


def _dates_of(known: CleanField, options: Options, others: set[str]) -> Mask:
    """Mark dates that depend on the day it is, or on the year from which days are numbered."""
    again = np.zeros(len(known.array), dtype=bool)
    for block in known.blocks:
        if "today" in others and block.rule not in _OF_ANY_DAY:
            again[block.rows] = True
        if "excel_1904" in others and block.rule in _DAY_NUMBERS:
            again[block.rows] = True
    if "today" in others:  # of other dates only late ones can be too late now
        first = min(np.datetime64(one.today, "ms").astype(int) for one in (known.options, options))
        again |= as_mask(pc.greater(known.array, int(first) - DAY_MS))
    return again


def _in_other_zone(known: CleanField, series: pd.Series, options: Options) -> CleanField | None:
    """Move local times; read again what is an instant, whose day is another one there."""
    if known.absolute is None or known.hours is None:
        return None
    array = known.array
    if pa.types.is_integer(array.type):
        array = pc.add(array, (known.hours - options.timezone_gmt) * HOUR_MS)
    rows = np.flatnonzero(known.absolute.to_numpy(zero_copy_only=False))
    return _read_again(known, series, rows, options, array)
