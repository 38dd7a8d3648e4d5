"""What is made of the parts of dates: instants, and marks for each thing to be said."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np

from pangoprep.columns.types import Mask, Numbers
from pangoprep.normalizers.base import Context
from pangoprep.normalizers.date.calendar import DAY_MS, HOUR_MS, day_number, is_real_day
from pangoprep.normalizers.date.forms import DateParts
from pangoprep.normalizers.date.weekday import falls_on
from pangoprep.tables import read_table

# No placeholder lies between these years (tested): most dates need not be looked up.
_FIRST_USUAL_YEAR, _LAST_USUAL_YEAR = 1905, 2078
_NUMBERS = ("instant_ms", "other_ms", "year_alone")


@dataclass
class DateReading:
    """What has been read so far: instants, and marks for each thing to be said.

    ``year_alone`` is the year of cells that hold no more, 0 elsewhere; ``no_year`` marks those that
    hold all but that. ``made`` marks dates that a spreadsheet may have made of other texts,
    ``told_order`` those whose day of the week tells the month from the day, and ``misfits`` those
    that are on another day of the week.
    """

    instant_ms: Numbers
    read: Mask
    impossible: Mask
    placeholder: Mask
    short_year: Mask
    either: Mask
    seconds: Mask
    serial: Mask
    maybe_seconds: Mask
    no_year: Mask
    made: Mask
    told_order: Mask
    misfits: Mask
    other_ms: Numbers
    year_alone: Numbers

    @classmethod
    def blank(cls, length: int) -> DateReading:
        """Return one in which nothing has been read yet."""
        numbers: dict[str, Any] = {name: np.zeros(length, dtype=np.int64) for name in _NUMBERS}
        marks: dict[str, Any] = {
            entry.name: np.zeros(length, dtype=bool)
            for entry in fields(cls)
            if entry.name not in _NUMBERS
        }
        return cls(**numbers, **marks)

    @property
    def done(self) -> Mask:
        """Mark what needs no other way of reading."""
        whole = self.read | self.impossible | self.placeholder
        return whole | (self.year_alone > 0) | self.no_year | self.maybe_seconds


def place(reading: DateReading, parts: DateParts, context: Context, day_first: bool) -> None:
    """Put the dates of one form into the reading."""
    places = parts.places
    if parts.undecided:
        as_day, as_month = parts.both_readings
        by_day = np.where(as_day == as_month, day_first, as_day)
        month = np.where(by_day, parts.second, parts.first)
        day = np.where(by_day, parts.first, parts.second)
        reading.either[places] = as_day & as_month & (parts.first != parts.second)
    else:
        month, day = parts.first, parts.second
    year = parts.year
    if parts.short_year.any():
        year = np.where(parts.short_year, _century(year, month, day, context), year)
    no_day = (month == 0) & (day == 0)
    year_alone = no_day & (year >= 1900) & (year <= 2099)
    placeholder = no_day & ~year_alone
    if parts.weekday is not None:
        misfits = (parts.weekday >= 0) & ~falls_on(year, month, day, parts.weekday)
        reading.misfits[places] = misfits & is_real_day(year, month, day)
        reading.told_order[places] = parts.undecided & (parts.by_weekday[0] | parts.by_weekday[1])
    odd = (year < _FIRST_USUAL_YEAR) | (year > _LAST_USUAL_YEAR)
    as_number = year[odd].astype(np.int64) * 10_000 + month[odd] * 100 + day[odd]
    placeholder[odd] |= np.isin(as_number, _placeholders())
    real = is_real_day(year, month, day) & parts.time_real
    offset_ms = np.where(parts.has_offset, parts.offset_ms, context.offset_hours[places] * HOUR_MS)
    reading.instant_ms[places] = day_number(year, month, day) * DAY_MS + parts.time_ms - offset_ms
    if parts.undecided:
        reading.other_ms[places] = day_number(year, day, month) * DAY_MS
    reading.read[places] = real & ~placeholder
    reading.placeholder[places] = placeholder
    reading.impossible[places] = ~real & ~placeholder & ~year_alone
    reading.year_alone[places] = np.where(year_alone, year, 0)
    reading.short_year[places] = parts.short_year & real


def _century(year: Numbers, month: Numbers, day: Numbers, context: Context) -> Numbers:
    """Complete two-digit years: the latest century that does not lie in the future."""
    today = np.datetime64(context.options.today, "D").astype(np.int64)
    if context.parameters["future"]:
        today += 50 * 366
    short = year % 100
    recent = day_number(2000 + short, month, day) <= today
    full: Numbers = np.where(recent, 2000, 1900) + short
    return full


@cache
def _placeholders() -> Numbers:
    """Dates that systems write for "no date", as yyyymmdd."""
    dates = read_table("date_placeholders").column("date").to_pylist()
    return np.array([int(date.replace("-", "")) for date in dates], dtype=np.int64)


@cache
def placeholder_days() -> Numbers:
    """The same dates, those that exist, as days since 1970-01-01."""
    year, month, day = (
        _placeholders() // 10_000,
        _placeholders() // 100 % 100,
        _placeholders() % 100,
    )
    return day_number(year, month, day)[is_real_day(year, month, day)]
