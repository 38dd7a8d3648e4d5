"""Dates written as a number: milliseconds or seconds since 1970, or an Excel day number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.normalizers.base import Context, Mask, choose, matches
from pangoprep.normalizers.calendar import DAY_MS, HOUR_MS, Numbers
from pangoprep.normalizers.scientific import SCIENTIFIC, every_digit

# Day 25,569 of Excel's 1900 system is 1970-01-01; its false leap day lies before 1900-03-01.
_EXCEL_EPOCH_DAY = 25_569


@dataclass(frozen=True)
class NumberReading:
    """Instants read from numbers. ``seconds`` and ``serial`` mark how."""

    instant_ms: Numbers
    read: Mask
    seconds: Mask
    serial: Mask


def read_numbers(texts: pa.Array, context: Context) -> NumberReading:
    """Read the texts that are numbers.

    Twelve and thirteen digits are milliseconds (from 1973 on, or before 1966), five are an Excel
    day number (1927 to 2173), nine and ten are seconds, unless the column proves to be in
    milliseconds: those between 1966 and 1973 have as few digits as seconds.
    """
    scientific = matches(texts, SCIENTIFIC)
    texts = choose(scientific, every_digit(texts, scientific), texts)
    whole = matches(texts, r"\A-?[0-9]{6,13}(?:\.0+)?\z")
    serial = matches(texts, r"\A[1-9][0-9]{4}(?:\.[0-9]+)?\z")
    numbers = np.zeros(len(texts), dtype=np.int64)
    if whole.any():
        digits = pc.replace_substring_regex(texts.filter(pa.array(whole)), r"\.0+\z", "")
        numbers[whole] = digits.cast(pa.int64()).to_numpy(zero_copy_only=False)
    size = np.abs(numbers)
    certain_ms = whole & (size >= 10**10)
    in_ms = bool((certain_ms & (size >= 10**11)).any())
    milliseconds = certain_ms | (whole & in_ms)
    seconds = whole & ~milliseconds & (size >= 10**8)
    instant = np.where(milliseconds, numbers, numbers * 1000)
    if serial.any():
        days = texts.filter(pa.array(serial)).cast(pa.float64()).to_numpy(zero_copy_only=False)
        # Excel keeps about a microsecond; what people typed was a second.
        local_ms = np.rint((days - _EXCEL_EPOCH_DAY) * (DAY_MS / 1000)).astype(np.int64) * 1000
        instant[serial] = local_ms - context.offset_hours[serial] * HOUR_MS
    return NumberReading(instant, milliseconds | seconds | serial, seconds, serial)
