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
    Normalized,
    among,
    filled,
    in_slices,
    join,
    joined,
    keep,
    matches,
)
from pangoprep.normalizers.date.calendar import DAY_MS, HOUR_MS
from pangoprep.normalizers.date.evidence import DateEvidence, DateOrder
from pangoprep.normalizers.date.fixed import read_fixed
from pangoprep.normalizers.date.forms import DIGITS_OF_A_DATE, Parts, month_names, read_parts
from pangoprep.normalizers.date.numbers import LIKE_A_NUMBER, Written, parse_numbers, read_numbers
from pangoprep.normalizers.date.reading import Reading, place, placeholder_days
from pangoprep.normalizers.words import (
    compatible,
    tidy,
    unmarked,
    without_null_words,
    without_text_marks,
)

_MONTH_NUMBER = r"(?:0?[1-9]|1[0-2])"
_CENTURY = r"(?:19|20)[0-9]{2}"
# A year; a month and a year.
_YEAR_ONLY = (
    rf"\A'?(?:nam sinh|sinh nam|nam|sinh|sn)?:? ?(?P<y1>{_CENTURY})(?:\.0+)?\z"
    rf"|\A(?:thang |t)?{_MONTH_NUMBER}(?: ?[-/.,] ?| nam | )(?P<y2>{_CENTURY})\z"
    rf"|\A(?P<y3>{_CENTURY})[-/.]{_MONTH_NUMBER}\z"
)
_WORD_AND_YEAR = rf"\A(?P<w>[a-z]+)[ ,./-]+(?P<y>{_CENTURY})\z"
# What is neither a date in parts nor a number nor holds a year can be nothing.
_POSSIBLE = rf"{DIGITS_OF_A_DATE}|{LIKE_A_NUMBER}|{_CENTURY}"
_LATEST_YEAR = 2200


def normalize(values: pa.Array | pa.ChunkedArray, context: Context) -> Normalized:
    """Read dates in every written form, Excel serials and epochs.

    Gives int64 milliseconds since 1970-01-01 UTC. Rules: ``date.*``.
    """
    slices = [(_split(some), context.only(at)) for some, at in in_slices(values)]
    evidence = sum((_evidence(*some) for some in slices), DateEvidence())
    others = context.elsewhere
    known = evidence + others if isinstance(others, DateEvidence) else evidence
    order = known.decide(context.options)
    result = joined([_finish(*some, order) for some in slices])
    result.evidence = evidence
    return result


@dataclass(frozen=True)
class _Split:
    """Some values by how they are read: those of known forms, in parts, and other texts.

    ``texts`` are those at the places ``unread``; ``hopeless`` marks what nothing is made of.
    """

    length: int
    all_parts: list[Parts]
    unread: Mask
    texts: pa.Array
    written: Written
    hopeless: Mask


def _split(values: pa.Array) -> _Split:
    all_parts = read_fixed(values)
    left = ~_marked(all_parts, len(values))
    texts = pa.array([], TEXT)
    hopeless = np.zeros(len(values), dtype=bool)
    if left.any():
        some = compatible(without_text_marks(tidy(values.filter(pa.array(left)))))
        some = without_null_words(some, "not_boolean")
        possible = matches(some, _POSSIBLE)
        hopeless[left] = filled(some) & ~possible
        left[left] = possible
        some = unmarked(some.filter(pa.array(possible)))
        formed = read_parts(some)
        unread = filled(some) & ~_marked(formed, len(some))
        texts = some.filter(pa.array(unread))
        all_parts += [parts.within(left) for parts in formed]
        left[left] = unread
    return _Split(len(values), all_parts, left, texts, parse_numbers(texts), hopeless)


def _evidence(split: _Split, context: Context) -> DateEvidence:
    """Count the cells that can be read one way only."""
    written, unread = split.written, split.unread
    found = DateEvidence(
        n_milliseconds=int(context.counts[unread][written.proves_milliseconds].sum())
    )
    for parts in split.all_parts:
        if parts.undecided:
            counts = context.counts[parts.places]
            as_day, as_month = parts.both_readings
            either = as_day & as_month & (parts.first != parts.second)
            found += DateEvidence(
                n_day_first=int(counts[as_day & ~as_month].sum()),
                n_month_first=int(counts[as_month & ~as_day].sum()),
                n_either=int(counts[either].sum()),
            )
    return found


def _finish(split: _Split, context: Context, order: DateOrder) -> Normalized:
    """Make instants of the parts and the numbers, now that is known what the column proves."""
    reading = Reading.blank(split.length)
    for parts in split.all_parts:
        place(reading, parts, context, order.day_first)
    unread = split.unread.copy()
    numbers = read_numbers(split.written, context.only(unread), in_ms=order.in_ms)
    days = (numbers.instant_ms + context.offset_hours[unread] * HOUR_MS) // DAY_MS
    filler = numbers.read & np.isin(days, placeholder_days())
    reading.instant_ms[unread] = numbers.instant_ms
    reading.read[unread] = numbers.read & ~filler
    reading.seconds[unread], reading.serial[unread] = numbers.seconds, numbers.serial
    reading.placeholder[unread] = filler | matches(split.texts, r"\A0+(?:\.0+)?\z")
    left = unread & ~reading.done
    reading.year_alone[left] = _years_alone(split.texts.filter(pa.array(left[unread])))
    return _result(split.hopeless | unread & ~reading.done, reading, context, order)


def normalize_text(values: pa.Array, context: Context) -> Normalized:
    """Read dates as `normalize` does and write the local day as ``yyyy-MM-dd``."""
    result = normalize(values, context)
    local_ms = pc.add(result.values, pa.array(context.offset_hours * HOUR_MS))
    result.values = local_ms.cast(pa.timestamp("ms")).cast(pa.date32(), safe=False).cast(TEXT)
    return result


def _marked(all_parts: list[Parts], length: int) -> Mask:
    """Mark the places that have been read into parts."""
    marked = np.zeros(length, dtype=bool)
    for parts in all_parts:
        marked |= parts.where
    return marked


def _result(unread: Mask, reading: Reading, context: Context, order: DateOrder) -> Normalized:
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
        rule = "date.conflict" if order.proof == "conflict" else "date.ambiguous"
        either = reading.either & good
        result.flag(rule, either, _iso_days(reading.other_ms, either))
    result.flag("date.too_early", early)
    result.flag("date.future", late)
    result.flag("date.impossible", reading.impossible)
    result.flag("date.placeholder", placeholder)
    result.flag("date.year_only", only_year)
    result.flag("date.unreadable", unread)
    return result


def _first_day(context: Context) -> int:
    return int(np.datetime64(f"{context.parameters['earliest']}-01-01", "D").astype(np.int64))


def _last_day(context: Context) -> int:
    """The last plausible local day; clocks of other zones may be a day ahead of ours."""
    if context.parameters["future"]:
        return int(np.datetime64(f"{_LATEST_YEAR}-12-31", "D").astype(np.int64))
    today = int(np.datetime64(context.options.today, "D").astype(np.int64))
    return today if context.parameters["earliest"] == 1900 else today + 1


def _years_alone(texts: pa.Array) -> Numbers:
    """Return the year of cells that hold a year, or a month and a year; 0 for others."""
    numbers = np.zeros(len(texts), dtype=np.int64)
    likely = matches(texts, _CENTURY)
    alone = among(texts, likely, _YEAR_ONLY)
    if alone.any():
        groups = pc.extract_regex(texts.filter(pa.array(alone)), _YEAR_ONLY)
        year = join(*groups.flatten())  # one of them is not empty
        numbers[alone] = year.cast(pa.int64()).to_numpy(zero_copy_only=False)
    named = among(texts, likely & ~alone, _WORD_AND_YEAR)
    if named.any():
        groups = pc.extract_regex(texts.filter(pa.array(named)), _WORD_AND_YEAR)
        year = keep(groups.field("y"), filled(month_names("en").look_up(groups.field("w"))))
        numbers[named] = pc.fill_null(year.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    return numbers


def _iso_days(instant_ms: Numbers, where: Mask) -> pa.Array:
    """Write the marked days as ISO 8601, as a suggestion; null elsewhere."""
    return (
        pa.array(instant_ms, mask=~where)
        .cast(pa.timestamp("ms"))
        .cast(pa.date32(), safe=False)
        .cast(TEXT)
    )
