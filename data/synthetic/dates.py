"""Birth dates and creation times in the ways exports write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from .dice import Dice, Integers
from .shapes import Cells, Column, Shape, blank, choose, digits, join, one_of
from .vocabulary import NULL_WORDS

FIRST_DAY = date(1940, 1, 1)
LAST_DAY = date(2030, 12, 31)
N_DAYS = (LAST_DAY - FIRST_DAY).days + 1
# Not strftime's: those are the locale's.
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
EXCEL_EPOCH = date(1899, 12, 30)
DAY_MILLISECONDS = 86_400_000
GMT_OFFSET_MILLISECONDS = 7 * 3_600_000


def day_number(day: date) -> int:
    """Count days since 1940-01-01, which is how this module holds a date."""
    return (day - FIRST_DAY).days


def milliseconds(days: Integers, seconds: Integers | int = 0) -> Integers:
    """Give the UTC milliseconds of local times at GMT+7."""
    since_1970 = days + (FIRST_DAY - date(1970, 1, 1)).days
    local: Integers = since_1970 * DAY_MILLISECONDS + np.asarray(seconds) * 1000
    return local - GMT_OFFSET_MILLISECONDS


def _as(form: Callable[[date], str], tail: str = "") -> Callable[[Cells, Dice], pa.Array]:
    """Write days in one form. Every form is made once per day of the calendar, not per row."""

    def write(cells: Cells, _dice: Dice) -> pa.Array:
        days = np.asarray(cells["days"])
        if len(days) == 0:
            return pa.array([], pa.string())
        first = int(days.min())
        calendar = (FIRST_DAY + timedelta(days=k) for k in range(first, int(days.max()) + 1))
        texts = pa.array([form(day) + tail for day in calendar], pa.string())
        return texts.take(pa.array(days - first))

    return write


def _text(numbers: Integers) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def _slashes(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"


def _iso(day: date) -> str:
    return day.isoformat()


def _serial(day: date) -> str:
    return str((day - EXCEL_EPOCH).days)


def _impossible(_cells: Cells, dice: Dice) -> pa.Array:
    n = len(_cells["days"])
    lead = choose(dice, ["31/02/", "30/02/", "31/04/", "31/06/", "31/09/", "32/01/"], n)
    return join(lead, digits(dice.between(n, 1950, 2005), 4))


def _mistyped_century(cells: Cells, dice: Dice) -> pa.Array:
    days = np.asarray(cells["days"]) % 365
    n = len(days)
    lead = _as(lambda day: _slashes(day)[:6])({"days": days}, dice)
    return join(lead, digits(dice.between(n, 2085, 2099), 4))


BIRTH_SHAPES = [
    Shape("plain", 0, "`15/06/1988`", _as(_slashes)),
    Shape("no leading zeros", 0.08, "`5/6/1988`", _as(lambda d: f"{d.day}/{d.month}/{d.year}")),
    Shape("dashes", 0.08, "`15-06-1988`", _as(lambda d: _slashes(d).replace("/", "-"))),
    Shape("dots", 0.03, "`15.06.1988`", _as(lambda d: _slashes(d).replace("/", "."))),
    Shape("ISO", 0.12, "`1988-06-15`", _as(_iso)),
    Shape("database", 0.04, "`1988-06-15 00:00:00`", _as(_iso, " 00:00:00")),
    Shape("compact", 0.01, "`19880615`", _as(lambda d: _iso(d).replace("-", ""))),
    Shape("Excel serial", 0.05, "`32309`", _as(_serial)),
    Shape("Excel serial, float", 0.005, "`32309.0`", _as(_serial, ".0")),
    Shape("milliseconds", 0.005, "`582310800000`",
          lambda cells, _dice: _text(milliseconds(cells["days"]))),
    Shape("two-digit year", 0.02, "`15/06/88`",
          _as(lambda d: _slashes(d)[:6] + f"{d.year % 100:02}")),
    Shape("English month", 0.01, "`15-Jun-1988`",
          _as(lambda d: f"{d.day:02}-{MONTHS[d.month - 1]}-{d.year}")),
    Shape("Vietnamese words", 0.005, "`ngày 15 tháng 6 năm 1988`",
          _as(lambda d: f"ngày {d.day} tháng {d.month} năm {d.year}")),
    Shape("year only", 0.02, "`1988`", _as(lambda d: str(d.year)), "null"),
    Shape("month and year", 0.003, "`06/1988`", _as(lambda d: _slashes(d)[3:]), "null"),
    Shape("placeholder", 0.012, "a system's default",
          one_of("days", ["01/01/1900", "00/00/0000", "1900-01-01"]), "null"),
    Shape("impossible", 0.006, "`31/02/1990`", _impossible, "held"),
    Shape("future", 0.005, "2091 typed for 1991", _mistyped_century, "held"),
    Shape("unreadable", 0.003, "words",
          one_of("days", ["hôm qua", "mùa xuân", "tuổi Dần"]), "held"),
    Shape("null word", 0.01, "`N/A`, `không có` ...", one_of("days", NULL_WORDS), "null"),
    Shape("blank", 0.08, "empty", blank("days"), "null"),
]  # fmt: skip


def _clock(form: Callable[[int, int, int], str]) -> Callable[[Cells], pa.Array]:
    """Write the time of day, from a table of all seconds of a day."""
    table: list[pa.Array] = []

    def write(cells: Cells) -> pa.Array:
        if not table:
            seconds = range(86_400)
            texts = [form(s // 3600, s // 60 % 60, s % 60) for s in seconds]
            table.append(pa.array(texts, pa.string()))
        return table[0].take(pa.array(cells["seconds"]))

    return write


def _at(
    day: Callable[[date], str], clock: Callable[[Cells], pa.Array]
) -> Callable[[Cells, Dice], pa.Array]:
    return lambda cells, dice: join(_as(day)(cells, dice), clock(cells))


def _twelve_hours(hour: int, minute: int, second: int) -> str:
    return f" {(hour + 11) % 12 + 1}:{minute:02}:{second:02} {'SA' if hour < 12 else 'CH'}"


def _utc(cells: Cells, _dice: Dice) -> pa.Array:
    moments = np.asarray(milliseconds(cells["days"], cells["seconds"])).astype("datetime64[ms]")
    return pa.array(np.char.add(np.datetime_as_string(moments, unit="s"), "Z"), pa.string())


def _serial_with_time(cells: Cells, _dice: Dice) -> pa.Array:
    serials = np.asarray(cells["days"]) + (FIRST_DAY - EXCEL_EPOCH).days
    written = [
        f"{serial + second / 86_400:.10f}"
        for serial, second in zip(serials.tolist(), cells["seconds"].tolist(), strict=True)
    ]
    return pa.array(written, pa.string())


_FULL = _clock(lambda h, m, s: f" {h:02}:{m:02}:{s:02}")

CREATION_SHAPES: Sequence[Shape] = [
    Shape("plain", 0, "`15/06/2020 13:45:30`", _at(_slashes, _FULL)),
    Shape("ISO", 0.15, "`2020-06-15T13:45:30`",
          _at(_iso, _clock(lambda h, m, s: f"T{h:02}:{m:02}:{s:02}"))),
    Shape("database", 0.12, "`2020-06-15 13:45:30`", _at(_iso, _FULL)),
    Shape("UTC", 0.03, "`2020-06-15T06:45:30Z`", _utc),
    Shape("milliseconds", 0.03, "`1592203530000`",
          lambda cells, _dice: _text(milliseconds(cells["days"], cells["seconds"]))),
    Shape("twelve hours", 0.03, "`15/06/2020 1:45:30 CH`, Excel in Vietnamese",
          _at(_slashes, _clock(_twelve_hours))),
    Shape("Excel serial", 0.03, "`43997.5732638889`", _serial_with_time),
    Shape("impossible", 0.002, "`31/04/2020 10:00:00`",
          one_of("days", ["31/04/2020 10:00:00", "30/02/2021 08:15:00"]), "held"),
    Shape("blank", 0.02, "empty", blank("days"), "null"),
]  # fmt: skip


def birth_days(n: int, dice: Dice) -> Integers:
    """Draw birthdays of adults, with fewer old people than young."""
    oldest, youngest = day_number(date(1946, 1, 1)), day_number(date(2007, 12, 31))
    span = youngest - oldest
    # The larger of two draws leans towards the younger end.
    return oldest + np.maximum(dice.below(n, span), dice.below(n, span))


def creation_times(n: int, dice: Dice) -> tuple[Integers, Integers]:
    """Draw the day and second of creation, in office hours, 2015 to 2025."""
    first, last = day_number(date(2015, 1, 1)), day_number(date(2025, 12, 31))
    return dice.between(n, first, last), dice.between(n, 8 * 3600, 20 * 3600)


def moments(column: Column, days: Integers, seconds: Integers) -> tuple[pa.Array, pa.Array]:
    """Give the milliseconds a careful reader finds, and the cells as written."""
    written = column.write({"days": days, "seconds": seconds})
    unusable = column.have_fate("null") | column.have_fate("held")
    truth = pa.array(milliseconds(days, seconds), mask=unusable)
    return truth, written
