"""Whole numbers, years of birth, and offsets from GMT."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import (
    Context,
    Normalized,
    among,
    as_mask,
    filled,
    keep,
    matches,
    pick,
    put,
    replace,
)
from pangoprep.normalizers.words import (
    compatible,
    is_null_word,
    replace_where,
    tidy,
    without_null_words,
    without_text_marks,
)

# A number with separators does not begin with zero: 0.500 is a half.
_DOTS = r"\A[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,0+)?\z"
_COMMAS = r"\A[+-]?[1-9][0-9]{0,2}(?:[,' ][0-9]{3})+(?:\.0+)?\z"
# 5,0000 can be a slip of 50,000; a float vouches for fifteen digits.
_DECIMALS = r"\A([+-]?[0-9]{1,15})(?:\.0+|,00?)\z"
# What points are counted in. Money is no count of points, and a bare k is a thousand.
_UNIT = (
    r"(?i)([0-9]) ?(?:(?:điểm|diem)(?: (?:thưởng|thuong|tích l(?:ũy|uỹ)|tich luy))?"
    r"|points?|pts?\.?|xu|coins?|lần|lan|times?|lượt|luot|sao|stars?|đơn(?: hàng)?|orders?"
    r"|tem|stamps?)\z"
)
# As programs write it: no digit is lost. Excel writes 1E+03, and cuts digits.
_SHORT_EXPONENT = r"\A([+-]?)([0-9])(?:\.([0-9]{1,9}))?e([1-9])\z"
_YEAR_WORD = r"(?i)\A(?:năm sinh|nam sinh|sinh năm|sinh nam|năm|nam|sn) ?:? ?([0-9]{4})\z"
_WHOLE = r"\A-?[0-9]{1,18}\z"  # 18 digits fit 64 bits, and many of 19 do
_NINETEEN = r"\A-?[1-9][0-9]{18}\z"
_LARGEST = str(2**63 - 1)


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Read a whole number; thousands may be separated, and the word for points may follow.

    Rules: ``integer.dot_thousands``, ``integer.with_unit``, ``integer.scientific``,
    ``integer.unreadable``.
    """
    texts = _numbers(values)
    with_unit = matches(texts, _UNIT)
    texts = replace_where(texts, _UNIT, _UNIT, r"\1")
    written_out, short = _written_out(texts)
    texts = put(texts, short, written_out)
    dotted = matches(texts, _DOTS)
    plain = replace_where(texts, _DOTS, r"\.|,0+\z", "")
    plain = replace_where(plain, _COMMAS, r"[,' ]|\.0+\z", "")
    result, unreadable = _whole(plain)
    unreadable = _but_none(texts, unreadable)
    result.flag("integer.dot_thousands", dotted & ~unreadable)
    result.flag("integer.with_unit", with_unit & ~unreadable)
    result.flag("integer.scientific", short & ~unreadable)
    result.flag("integer.unreadable", unreadable)
    return result


def _written_out(texts: pa.Array) -> tuple[pa.Array, Mask]:
    """Write out whole numbers such as ``1.5e3``; return those only, and mark where they were."""
    short = matches(texts, _SHORT_EXPONENT)
    numbers = [Decimal(text) for text in pick(texts, short).to_pylist()]
    whole = [number == number.to_integral_value() for number in numbers]
    short[short] = whole
    digits = [
        f"{number:f}".partition(".")[0]
        for number, is_whole in zip(numbers, whole, strict=True)
        if is_whole
    ]
    return pa.array(digits, TEXT), short


def normalize_year(values: pa.Array, context: Context) -> Normalized:
    """Read a four-digit year from 1900 to today.

    Rules: ``yob.unreadable``, ``yob.future``, ``yob.too_early``.
    """
    texts = replace(_numbers(values), _DECIMALS, r"\1")
    texts = replace_where(texts, r"\A\p{L}", _YEAR_WORD, r"\1")
    written = matches(texts, r"\A[0-9]{4}\z")
    years = keep(texts, written).cast(pa.int64())
    early = as_mask(pc.less(years, 1900))
    late = as_mask(pc.greater(years, context.options.today.year))
    result = Normalized(keep(years, ~early & ~late))
    result.flag("yob.unreadable", _but_none(texts, filled(texts) & ~written))
    result.flag("yob.too_early", early)
    result.flag("yob.future", late)
    return result


# The zones an analyst in Vietnam meets by name; none has changed its offset since 1975.
_NAMED_ZONES = (
    r"(?i)\A(?:ict|se asia standard time"
    r"|asia/(?:ho[_ ]chi[_ ]minh|saigon|bangkok|vientiane|phnom[_ ]penh))\z"
)


# Hours, hours and minutes, or four digits; three digits could be minutes or anything.
_HOURS = (
    r"\A(?P<sign>[+-]?)(?:(?P<hours>[0-9]{1,2})(?::(?P<minutes>[0-9]{2})(?::00)?"
    r"|[.,](?P<part>[0-9]+)|h)?|(?P<two>[0-9]{2})(?P<last>[0-9]{2}))\z"
)


def normalize_timezone(values: pa.Array, context: Context) -> Normalized:
    """Read an offset from GMT in whole hours, such as ``7``, ``GMT+7`` or ``+07:00``.

    Rules: ``timezone.fractional``, ``timezone.out_of_range``, ``timezone.unreadable``.
    """
    texts = _numbers(values)
    plain = replace(texts, r"(?i)\A\(?(?:gmt|utc) ?\)?\z|\A[zZ]\z", "0")
    plain = replace(plain, _NAMED_ZONES, "7")
    # Windows shows (UTC+07:00) Bangkok, Hanoi, Jakarta; JavaScript GMT+0700 (Indochina Time).
    plain = replace(plain, r"(?i)\A\((?:gmt|utc) ?([+-]?[0-9:]+)\).*\z", r"\1")
    plain = replace(plain, r"(?i)\A(?:gmt|utc) ?([+-]?[0-9:]+)(?: \(.*\))?\z", r"\1")
    parts = pc.extract_regex(plain, _HOURS)
    digits = pc.fill_null(pc.coalesce(_written(parts, "hours"), _written(parts, "two")), "")
    hours = keep(digits, matches(digits, "[0-9]")).cast(pa.int64())
    signed = pc.if_else(pc.equal(parts.field("sign"), "-"), pc.negate(hours), hours)
    fraction = np.zeros(len(texts), dtype=bool)
    for name in ("minutes", "part", "last"):
        fraction |= matches(parts.field(name), "[1-9]")
    outside = as_mask(pc.or_(pc.less(signed, -12), pc.greater(signed, 14)))
    outside |= matches(plain, r"\A[+-]?[0-9]{3,}\z") & ~filled(hours)
    result = Normalized(keep(signed, ~fraction & ~outside))
    result.flag("timezone.fractional", fraction & ~outside)
    result.flag("timezone.out_of_range", outside)
    result.flag("timezone.unreadable", filled(texts) & ~filled(hours) & ~outside)
    return result


def _written(parts: pa.StructArray, name: str) -> pa.Array:
    text = parts.field(name)
    return keep(text, as_mask(pc.not_equal(text, "")))


def _numbers(values: pa.Array) -> pa.Array:
    """Tidy texts that should be numbers; marks of text go, a minus sign is a hyphen."""
    texts = without_null_words(compatible(without_text_marks(tidy(values))))
    return replace_where(texts, "[−–]", r"\A(\D*)[−–]", r"\1-")


def _but_none(texts: pa.Array, unreadable: Mask) -> Mask:
    """Leave out phrases such as "chưa có": they say that there is no number."""
    if not unreadable.any():
        return unreadable
    unreadable = unreadable.copy()
    unreadable[unreadable] = ~is_null_word(pick(texts, unreadable), "not_boolean")
    return unreadable


def _whole(texts: pa.Array) -> tuple[Normalized, Mask]:
    digits = replace(replace(texts, _DECIMALS, r"\1"), r"\A\+", "")
    good = matches(digits, _WHOLE)
    if (long := among(digits, ~good, _NINETEEN)).any():
        good |= long & as_mask(pc.less_equal(pc.utf8_ltrim(digits, "-"), _LARGEST))
    return Normalized(keep(digits, good).cast(pa.int64())), filled(texts) & ~good
