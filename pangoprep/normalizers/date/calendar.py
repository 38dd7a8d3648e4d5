"""Calendar arithmetic on whole columns: parts to milliseconds, and which parts are a real day."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from pangoprep.columns.types import Mask, Numbers

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
#: The year that fields of births begin with: there a number may be a person's, and nobody was born
#: tomorrow, whatever clocks elsewhere say.
EARLIEST_BIRTH = 1900
MONTHS = 12
_N_PLACES = 10_000 * 100


@cache
def _months() -> tuple[np.ndarray[Any, np.dtype[np.int32]], np.ndarray[Any, np.dtype[np.int8]]]:
    """The first day and the number of days of every month, at the place year * 100 + month."""
    months = np.arange("0001-01", "10000-01", dtype="datetime64[M]")
    starts = months.astype("datetime64[D]").astype(np.int64)
    ends = (months + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64)
    places = (np.arange(len(months)) // 12 + 1) * 100 + np.arange(len(months)) % 12 + 1
    first = np.zeros(_N_PLACES, dtype=np.int32)
    length = np.zeros(_N_PLACES, dtype=np.int8)
    first[places], length[places] = starts, ends - starts
    return first, length


def _places(year: Numbers, month: Numbers) -> Numbers:
    return np.asarray(year, dtype=np.int32) * 100 + month


def is_real_day(year: Numbers, month: Numbers, day: Numbers) -> Mask:
    """Mark the triples that are a day of the Gregorian calendar; all of 0 to 9999, 99 and 99."""
    real: Mask = (day >= 1) & (day <= _months()[1][_places(year, month)])
    return real


def day_number(year: Numbers, month: Numbers, day: Numbers) -> Numbers:
    """Days since 1970-01-01; only meaningful for real days."""
    first = _months()[0][_places(year, month)]
    numbers: Numbers = first + np.asarray(day, dtype=np.int64) - 1
    return numbers


def day_of_month(local_ms: Numbers) -> Numbers:
    """The day of the month of local instants in milliseconds since 1970."""
    days = (local_ms // DAY_MS).astype("datetime64[D]")
    day: Numbers = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    return day
