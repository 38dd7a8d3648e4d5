"""Calendar arithmetic on whole columns: parts to milliseconds, and which parts are a real day."""

from __future__ import annotations

from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
_DAYS_IN_MONTH = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def is_real_day(year: Numbers, month: Numbers, day: Numbers) -> Mask:
    """Mark the triples that are a day of the Gregorian calendar."""
    named = (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1) & (year <= 9999)
    within = day <= _DAYS_IN_MONTH[np.where(named, month, 0)]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    real: Mask = named & within & ~((month == 2) & (day == 29) & ~leap)
    return real


def day_number(year: Numbers, month: Numbers, day: Numbers) -> Numbers:
    """Days since 1970-01-01; only meaningful for real days."""
    months = (year - 1970) * 12 + np.clip(month, 1, 12) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    numbers: Numbers = first + day - 1
    return numbers
