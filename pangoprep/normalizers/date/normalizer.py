"""Dates and times, as milliseconds since 1970-01-01 UTC.

A date without an offset is local: it becomes the UTC instant of its local time. Whether the first
of two short numbers is the day or the month is decided for the column as a whole, by the cells
that can be read one way only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask, Numbers
from pangoprep.normalizers.base import (
    Context,
    Flag,
    Normalized,
    among,
    filled,
    in_slices,
    joined,
    matches,
    pick,
)
from pangoprep.normalizers.date.calendar import (
    DAY_MS,
    EARLIEST_BIRTH,
    HOUR_MS,
    MONTHS,
    day_number,
    day_of_month,
    is_real_day,
)
from pangoprep.normalizers.date.evidence import DateEvidence, DateOrder
from pangoprep.normalizers.date.fixed import read_fixed
from pangoprep.normalizers.date.forms import (
    DIGITS_OF_A_DATE,
    DateParts,
    read_parts,
)
from pangoprep.normalizers.date.instants import DateReading, place, placeholder_days
from pangoprep.normalizers.date.numbers import (
    LIKE_A_NUMBER,
    WrittenNumbers,
    parse_numbers,
    read_numbers,
    serial_ms,
)
from pangoprep.normalizers.date.partial import CENTURY, UNFILLED, no_year, years_alone
from pangoprep.normalizers.words import (
    compatible,
    tidy,
    unmarked,
    without_null_words,
    without_text_marks,
)

# What is neither a date in parts nor a number nor holds a year can be nothing.
_POSSIBLE = rf"{DIGITS_OF_A_DATE}|{LIKE_A_NUMBER}|{CENTURY}|[0-9][ -]?[a-zA-Z]|[a-zA-Z] [0-9]"
_LATEST_YEAR = 2200


def normalize(values: pa.Array | pa.ChunkedArray, context: Context) -> Normalized:
    """Read dates in every written form, Excel serials and epochs.

    Gives int64 milliseconds since 1970-01-01 UTC. Rules: ``date.*``.
    """
    slices = [(_split(some), context.only(at)) for some, at in in_slices(values)]
    evidence = sum((_evidence(*some) for some in slices), DateEvidence())
    order = context.proved(evidence).decide(context.options)
    result = joined([_finish(*some, order) for some in slices])
    result.evidence = evidence
    return result


@dataclass(frozen=True)
class _DateSplit:
    """Some values by how they are read: those of known forms, in parts, and other texts.

    ``texts`` are those at the places ``unread``; ``hopeless`` marks what nothing is made of, and
    ``unfilled`` which of that is a form that nobody filled in.
    """

    length: int
    all_parts: list[DateParts]
    unread: Mask
    texts: pa.Array
    written: WrittenNumbers
    hopeless: Mask
    unfilled: Mask


def _split(values: pa.Array) -> _DateSplit:
    all_parts = read_fixed(values)
    left = ~_marked(all_parts, len(values))
    texts = pa.array([], TEXT)
    hopeless, unfilled = (np.zeros(len(values), dtype=bool) for _ in range(2))
    if left.any():
        some = compatible(without_text_marks(tidy(pick(values, left))))
        some = without_null_words(some, "not_boolean")
        possible = matches(some, _POSSIBLE)
        hopeless[left] = filled(some) & ~possible
        unfilled[left] = among(some, hopeless[left], UNFILLED)
        left[left] = possible
        some = unmarked(pick(some, possible))
        formed = read_parts(some)
        unread = filled(some) & ~_marked(formed, len(some))
        texts = pick(some, unread)
        all_parts += [parts.within(left) for parts in formed]
        left[left] = unread
    return _DateSplit(len(values), all_parts, left, texts, parse_numbers(texts), hopeless, unfilled)


def _evidence(split: _DateSplit, context: Context) -> DateEvidence:
    """Count the cells that can be read one way only."""
    written, counts = split.written, context.counts[split.unread]
    serial_days = day_of_month(serial_ms(written, context.options))
    found = DateEvidence(
        n_milliseconds=int(counts[written.proves_milliseconds].sum()),
        n_low_days=int(counts[written.serial][serial_days <= MONTHS].sum()),
        n_high_days=int(counts[written.serial][serial_days > MONTHS].sum()),
    )
    for parts in split.all_parts:
        counts = context.counts[parts.places]
        if parts.year_first:
            dated = is_real_day(parts.year, parts.first, parts.second) & ~parts.has_offset
            found += DateEvidence(
                n_low_days=int(counts[dated & (parts.second <= MONTHS)].sum()),
                n_high_days=int(counts[dated & (parts.second > MONTHS)].sum()),
            )
        if parts.undecided:
            as_day, as_month = parts.both_readings
            either = as_day & as_month & (parts.first != parts.second)
            found += DateEvidence(
                n_day_first=int(counts[as_day & ~as_month].sum()),
                n_month_first=int(counts[as_month & ~as_day].sum()),
                n_either=int(counts[either].sum()),
                n_same=int(counts[as_day & as_month & ~either].sum()),
            )
    return found


def _finish(split: _DateSplit, context: Context, order: DateOrder) -> Normalized:
    """Make instants of the parts and the numbers, now that is known what the column proves."""
    reading = DateReading.blank(split.length)
    absolute = np.zeros(split.length, dtype=bool)
    absolute[split.unread] = split.written.whole | split.written.parted
    for parts in split.all_parts:
        place(reading, parts, context, order.day_first)
        absolute[parts.places] = parts.has_offset
        if order.swapped and parts.year_first:
            reading.made[parts.places] = ~parts.has_offset
    unread = split.unread.copy()
    numbers = read_numbers(split.written, context.only(unread), in_ms=order.in_ms)
    days = (numbers.instant_ms + context.offset_hours[unread] * HOUR_MS) // DAY_MS
    filler = numbers.read & np.isin(days, placeholder_days())
    reading.instant_ms[unread] = numbers.instant_ms
    reading.read[unread] = numbers.read & ~filler
    reading.seconds[unread], reading.serial[unread] = numbers.seconds, numbers.serial
    reading.maybe_seconds[unread] = numbers.maybe_seconds
    reading.placeholder[unread] = filler | matches(split.texts, r"\A0+(?:\.0+)?\z")
    reading.placeholder |= split.unfilled
    left = unread & ~reading.done
    reading.year_alone[left] = years_alone(pick(split.texts, left[unread]))
    left &= ~reading.done
    reading.no_year[left] = matches(pick(split.texts, left[unread]), no_year())
    unread |= split.hopeless
    result = _result(unread & ~reading.done, reading, context, order)
    result.absolute = absolute
    return result


def normalize_text(values: pa.Array, context: Context) -> Normalized:
    """Read dates as `normalize` does and write the local day as ``yyyy-MM-dd``."""
    result = normalize(values, context)
    local_ms = pc.add(result.values, pa.array(context.offset_hours * HOUR_MS))
    result.values = local_ms.cast(pa.timestamp("ms")).cast(pa.date32(), safe=False).cast(TEXT)
    return result


def _marked(all_parts: list[DateParts], length: int) -> Mask:
    """Mark the places that have been read into parts."""
    marked = np.zeros(length, dtype=bool)
    for parts in all_parts:
        marked |= parts.where
    return marked


def _result(unread: Mask, reading: DateReading, context: Context, order: DateOrder) -> Normalized:
    local_days = (reading.instant_ms + context.offset_hours * HOUR_MS) // DAY_MS
    early = reading.read & (local_days < _first_day(context))
    late = reading.read & (local_days > _last_day(context))
    good = reading.read & ~early & ~late
    placeholder = reading.placeholder
    only_year = reading.year_alone > 0
    if not context.parameters["future"]:
        late |= reading.year_alone > context.options.today.year
        only_year &= ~late
    result = Normalized(pa.array(reading.instant_ms, mask=~good))
    result.years = pa.array(reading.year_alone, mask=~only_year)
    result.flag("date.epoch_seconds", reading.seconds & good)
    result.flag("date.excel_serial", reading.serial & good)
    result.flag("date.two_digit_year", reading.short_year & good)
    if order.proof != "one":
        conflict = order.proof == "conflict"
        rule = "date.conflict" if conflict else "date.ambiguous"
        either = (reading.either | (reading.told_order & conflict)) & good
        _flag_days(result, rule, either, reading.other_ms)
    if order.swapped:
        other_ms, swapped = _swapped(reading, good, context)
        _flag_days(result, "date.conflict", swapped, other_ms)
    result.flag("date.weekday", reading.misfits & good)
    as_seconds = reading.instant_ms * 1000 + context.offset_hours * HOUR_MS
    _flag_days(result, "date.maybe_seconds", reading.maybe_seconds, as_seconds)
    result.flag("date.no_year", reading.no_year)
    result.flag("date.too_early", early)
    result.flag("date.future", late)
    result.flag("date.impossible", reading.impossible)
    result.flag("date.placeholder", placeholder)
    result.flag("date.year_only", only_year)
    result.flag("date.unreadable", unread)
    return result


def _swapped(reading: DateReading, good: Mask, context: Context) -> tuple[Numbers, Mask]:
    """Swap day and month of the dates that a spreadsheet made; mark those it makes others of."""
    days = (reading.instant_ms + context.offset_hours * HOUR_MS) // DAY_MS
    dates = days.astype("datetime64[D]")
    years, months = dates.astype("datetime64[Y]"), dates.astype("datetime64[M]")
    day = (dates - months).astype(np.int64) + 1
    month = (months - years).astype(np.int64) + 1
    other_ms = np.zeros(len(days), dtype=np.int64)
    swapped = good & (reading.made | reading.serial) & (day <= MONTHS) & (day != month)
    year = years.astype(np.int64) + 1970
    other_ms[swapped] = day_number(year[swapped], day[swapped], month[swapped]) * DAY_MS
    return other_ms, swapped


def _first_day(context: Context) -> int:
    return int(np.datetime64(f"{context.parameters['earliest']}-01-01", "D").astype(np.int64))


def _last_day(context: Context) -> int:
    """The last plausible local day; clocks of other zones may be a day ahead of ours."""
    if context.parameters["future"]:
        return int(np.datetime64(f"{_LATEST_YEAR}-12-31", "D").astype(np.int64))
    today = int(np.datetime64(context.options.today, "D").astype(np.int64))
    return today if context.parameters["earliest"] == EARLIEST_BIRTH else today + 1


def _flag_days(result: Normalized, rule: str, where: Mask, instant_ms: Numbers) -> None:
    """Flag the marked places and suggest their days, in the form of ISO 8601."""
    places = np.flatnonzero(where)
    if len(places):
        days = pa.array(instant_ms[places]).cast(pa.timestamp("ms")).cast(pa.date32(), safe=False)
        result.flags.append(Flag(rule, places, days.cast(TEXT)))
