"""Dates written as a number: milliseconds or seconds since 1970, or an Excel day number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.types import Mask, Numbers
from pangoprep.normalizers.base import Context, change_where, choose, keep, matches, pick, replace
from pangoprep.normalizers.date.calendar import DAY_MS, EARLIEST_BIRTH, HOUR_MS
from pangoprep.normalizers.scientific import SCIENTIFIC, every_digit
from pangoprep.options import Options

# Day 25,569 of Excel's 1900 system is 1970-01-01; its false leap day lies before 1900-03-01.
_EXCEL_EPOCH_DAY = 25_569
# Excel for Mac began in 1904; its day 0 is the other system's day 1,462.
_EXCEL_1904_SHIFT = 1_462


@dataclass(frozen=True)
class NumberReading:
    """Instants read from numbers. ``seconds`` and ``serial`` mark how.

    ``maybe_seconds`` marks what is not read: seconds, it seems, in a column of milliseconds.
    """

    instant_ms: Numbers
    read: Mask
    seconds: Mask
    serial: Mask
    maybe_seconds: Mask


_QUARTER_SECONDS = 15 * 60

# yyyyMMddHHmm has as many digits as milliseconds of 1976, yyyyMMddHH as seconds of 2030 to 2036.
_CLOCK_DIGITS = (
    r"\A(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])"
    r"(?:[0-5][0-9])?(?:\.0+)?\z"
)


@dataclass(frozen=True)
class WrittenNumbers:
    """Texts as the numbers they are, 0 where they are none.

    ``whole`` and ``serial`` mark whole numbers and possible Excel day numbers, ``clock`` the whole
    ones that could be yyyyMMddHH or yyyyMMddHHmm, ``said_ms`` those that say they are milliseconds,
    ``parted`` seconds with a fraction, whose ``numbers`` are milliseconds.
    """

    texts: pa.Array
    whole: Mask
    serial: Mask
    clock: Mask
    said_ms: Mask
    parted: Mask
    numbers: Numbers

    @property
    def proves_milliseconds(self) -> Mask:
        """Mark those that can be nothing else."""
        marked: Mask = self.whole & ~self.clock & (np.abs(self.numbers) >= 10**11)
        return marked


# /Date(315507600000+0700)/: how .NET writes milliseconds since 1970; the offset changes nothing.
# new Date(315507600000) is how JavaScript does.
SAID_MS = r"\A(?:\\?/|new )?date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)(?:\\?/)?\z"
# 1592203530.25, as Python's clock has it: ten digits from 2001 on.
_PARTED_SECONDS = r"\A[1-9][0-9]{9}[.,][0-9]{0,9}[1-9][0-9]{0,9}\z"
LIKE_A_NUMBER = r"\A['+-]*[0-9.,][0-9.,eE+-]*\z"


def parse_numbers(texts: pa.Array) -> WrittenNumbers:
    """Find the texts that are numbers."""
    said_ms = matches(texts, SAID_MS)
    texts = change_where(texts, said_ms, lambda some: replace(some, SAID_MS, r"\1"))
    like_a_number = said_ms | matches(texts, LIKE_A_NUMBER)
    if not like_a_number.any():
        no, zeros = like_a_number, np.zeros(len(texts), dtype=np.int64)
        return WrittenNumbers(texts, no, no, no, no, no, zeros)
    texts = keep(texts, like_a_number)  # words have nothing to do with the rest
    scientific = matches(texts, SCIENTIFIC)
    texts = choose(scientific, every_digit(texts, scientific), texts)
    texts = pc.replace_substring_regex(texts, r"\A'", "")  # Excel's mark for text
    # A zero in front is that of a phone or an identity card.
    whole = said_ms | matches(texts, r"\A-?[1-9][0-9]{5,12}(?:\.0+)?\z")
    serial = matches(texts, r"\A[1-9][0-9]{4}(?:[.,][0-9]+)?\z") & ~said_ms
    numbers = np.zeros(len(texts), dtype=np.int64)
    if whole.any():
        digits = pc.replace_substring_regex(pick(texts, whole), r"\.0+\z", "")
        numbers[whole] = digits.cast(pa.int64()).to_numpy(zero_copy_only=False)
    parted = matches(texts, _PARTED_SECONDS)
    if parted.any():
        digits = replace(pick(texts, parted), "[.,]", "")
        thousandths = pc.utf8_slice_codeunits(pc.utf8_rpad(digits, 13, "0"), 0, 13)
        numbers[parted] = thousandths.cast(pa.int64()).to_numpy(zero_copy_only=False)
    clock = whole & ~said_ms & matches(texts, _CLOCK_DIGITS)
    return WrittenNumbers(texts, whole, serial, clock, said_ms, parted, numbers)


def read_numbers(written: WrittenNumbers, context: Context, *, in_ms: bool) -> NumberReading:
    """Take numbers for instants.

    Twelve and thirteen digits are milliseconds (from 1973 on, or before 1966), five are an Excel
    day number (1927 to 2173; four years later in its 1904 system), nine and ten are seconds, also
    ten with a fraction. A
    column that proves to be in milliseconds (``in_ms``) settles what a cell alone cannot: nine to
    eleven digits, which are milliseconds of 1966 to 1973; whole hours of fewer digits, which are
    days around 1970-01-01; and ten or twelve digits that could be yyyyMMddHH or yyyyMMddHHmm, which
    are not read otherwise. ``0`` is never a date, though it is the canonical form of 1970-01-01 at
    GMT.
    """
    whole, clock, serial, numbers = written.whole, written.clock, written.serial, written.numbers
    size = np.abs(numbers)
    whole_hour = (size >= 10**8) | (numbers % HOUR_MS == 0)
    milliseconds = whole & ((size >= 10**10) & ~clock | (in_ms & whole_hour) | written.said_ms)
    seconds = whole & ~milliseconds & ~clock & (size >= 10**8)
    instant = np.where(milliseconds | written.parted, numbers, numbers * 1000)
    seconds |= written.parted
    if serial.any():
        instant[serial] = (
            serial_ms(written, context.options) - context.offset_hours[serial] * HOUR_MS
        )
    maybe_seconds = milliseconds & ~written.said_ms & _like_seconds(numbers, context)
    no_time = (
        (milliseconds | seconds) & ~written.said_ms & _like_numbers_of_people(numbers, context)
    )
    read = (milliseconds | seconds | serial) & ~maybe_seconds & ~no_time
    return NumberReading(instant, read, seconds, serial, maybe_seconds)


def _like_numbers_of_people(numbers: Numbers, context: Context) -> Mask:
    """Mark numbers in a column of births that are a phone or an identity card more likely.

    ``912345678`` and ``84912345678`` are phones, and as times a second of 1998 and one of 1972. The
    midnight of a birth is a whole quarter of an hour in every zone.
    """
    if context.parameters["earliest"] != EARLIEST_BIRTH:
        return np.zeros(len(numbers), dtype=bool)
    nine = (numbers >= 10**8) & (numbers < 10**9) & (numbers % _QUARTER_SECONDS != 0)
    eleven = (numbers >= 10**10) & (numbers < 10**11) & (numbers % 1000 != 0)
    marked: Mask = nine | eleven
    return marked


def _like_seconds(numbers: Numbers, context: Context) -> Mask:
    """Mark numbers that as milliseconds are in January 1970, and most likely are seconds.

    A day without a clock is a midnight. So nine digits that are one as seconds are suspect, and ten
    unless they are one as milliseconds.
    """
    offset_ms = context.offset_hours * HOUR_MS
    as_seconds, as_ms = ((n + offset_ms) % DAY_MS == 0 for n in (numbers * 1000, numbers))
    ten = (numbers >= 10**9) & (numbers < 2 * 10**9)
    nine = (numbers >= 10**8) & (numbers < 10**9)
    marked: Mask = ~as_ms & (ten | nine & as_seconds)
    return marked


def serial_ms(written: WrittenNumbers, options: Options) -> Numbers:
    """Local milliseconds since 1970 of the numbers that can be an Excel day number."""
    points = pc.replace_substring(pick(written.texts, written.serial), ",", ".")
    days = points.cast(pa.float64()).to_numpy(zero_copy_only=False)
    # Excel keeps about a microsecond; what people typed was a second.
    epoch = _EXCEL_EPOCH_DAY - _EXCEL_1904_SHIFT * options.excel_1904
    local_ms: Numbers = np.rint((days - epoch) * (DAY_MS / 1000)).astype(np.int64) * 1000
    return local_ms
