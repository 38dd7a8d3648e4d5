"""Whole numbers, years of birth, and offsets from GMT."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.normalizers.base import (
    Context,
    Mask,
    Normalized,
    as_mask,
    filled,
    keep,
    matches,
    replace,
)
from pangoprep.normalizers.words import compatible, replace_where, tidy, without_null_words

_DOTS = r"\A[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,0+)?\z"
_COMMAS = r"\A[+-]?[0-9]{1,3}(?:[,' ][0-9]{3})+(?:\.0+)?\z"
_DECIMALS = r"\A([+-]?[0-9]+)[.,]0+\z"
_WHOLE = r"\A-?[0-9]{1,18}\z"  # 18 digits fit 64 bits


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Read a whole number; thousands may be separated.

    Rules: ``integer.dot_thousands``, ``integer.unreadable``.
    """
    texts = _numbers(values)
    dotted = matches(texts, _DOTS)
    plain = replace_where(texts, _DOTS, r"\.|,0+\z", "")
    plain = replace_where(plain, _COMMAS, r"[,' ]|\.0+\z", "")
    result, unreadable = _whole(plain)
    result.flag("integer.dot_thousands", dotted & ~unreadable)
    result.flag("integer.unreadable", unreadable)
    return result


def normalize_year(values: pa.Array, context: Context) -> Normalized:
    """Read a four-digit year from 1900 to today.

    Rules: ``yob.unreadable``, ``yob.future``, ``yob.too_early``.
    """
    texts = replace(_numbers(values), _DECIMALS, r"\1")
    written = matches(texts, r"\A[0-9]{4}\z")
    years = keep(texts, written).cast(pa.int64())
    early = as_mask(pc.less(years, 1900))
    late = as_mask(pc.greater(years, context.options.today.year))
    result = Normalized(keep(years, ~early & ~late))
    result.flag("yob.unreadable", filled(texts) & ~written)
    result.flag("yob.too_early", early)
    result.flag("yob.future", late)
    return result


# The zones an analyst in Vietnam meets by name; none has changed its offset since 1975.
_NAMED_ZONES = (
    r"(?i)\A(?:ict|se asia standard time"
    r"|asia/(?:ho_chi_minh|saigon|bangkok|vientiane|phnom_penh))\z"
)


def normalize_timezone(values: pa.Array, context: Context) -> Normalized:
    """Read an offset from GMT in whole hours, such as ``7``, ``GMT+7`` or ``+07:00``.

    Rules: ``timezone.fractional``, ``timezone.out_of_range``, ``timezone.unreadable``.
    """
    texts = replace(_numbers(values), "[−–]", "-")
    texts = replace(texts, _NAMED_ZONES, "7")
    texts = replace(texts, r"(?i)\A\(?(?:gmt|utc)\)?\z|\A[zZ]\z", "0")
    parts = pc.extract_regex(
        replace(texts, r"(?i)\A\(?(?:gmt|utc)\s*([+-])", r"\1"),
        r"\A(?P<sign>[+-]?)(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2})|[.,](?P<part>[0-9]+)|h)?\)?\z",
    )
    digits = parts.field("hours")
    hours = keep(digits, matches(digits, "[0-9]")).cast(pa.int64())
    signed = pc.if_else(pc.equal(parts.field("sign"), "-"), pc.negate(hours), hours)
    fraction = matches(parts.field("minutes"), "[1-9]") | matches(parts.field("part"), "[1-9]")
    outside = as_mask(pc.or_(pc.less(signed, -12), pc.greater(signed, 14)))
    result = Normalized(keep(signed, ~fraction & ~outside))
    result.flag("timezone.fractional", fraction)
    result.flag("timezone.out_of_range", outside & ~fraction)
    result.flag("timezone.unreadable", filled(texts) & ~filled(hours))
    return result


def _numbers(values: pa.Array) -> pa.Array:
    """Tidy texts that should be numbers; Excel's text mark goes."""
    return replace(without_null_words(compatible(tidy(values))), r"\A'", "")


def _whole(texts: pa.Array) -> tuple[Normalized, Mask]:
    digits = replace(replace(texts, _DECIMALS, r"\1"), r"\A\+", "")
    good = matches(digits, _WHOLE)
    return Normalized(keep(digits, good).cast(pa.int64())), filled(texts) & ~good
