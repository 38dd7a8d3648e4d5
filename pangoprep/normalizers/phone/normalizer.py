"""Phone numbers.

First what Excel did to them, then the numbering plan of the home region as patterns, then the
numbers of other regions by libphonenumber, and last cells that hold more than one number.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.memory import POOL
from pangoprep.normalizers.base import (
    Context,
    Normalized,
    among,
    as_mask,
    change_where,
    choose,
    ends,
    filled,
    keep,
    matches,
    pick,
    put,
    replace,
)
from pangoprep.normalizers.phone.cell import (
    abbreviated,
    first_number,
    is_masked,
    may_hold_number,
)
from pangoprep.normalizers.phone.filler import BARE_FILLER, FILLER
from pangoprep.normalizers.phone.numbering_plan import plan_for
from pangoprep.normalizers.phone.numbers import SAID, Numbers, only_digits
from pangoprep.normalizers.scientific import SCIENTIFIC, every_digit
from pangoprep.normalizers.words import replace_where, tidy_and_compatible, without_null_words

_PLAIN = r"\A[+(]{0,2}[0-9][0-9 .()-]*\z"
_MOBILE_LENGTH = {"national": 10, "e164": 12}
# The decimals of a float, or of a number format, behind digits in one piece or in thousands.
_DECIMALS = (
    r"\A(\+?[0-9]{6,})[.,]0+\z"
    r"|\A(\+?[0-9]+(?:[ ,'][0-9]{3})+)\.0+\z"
    r"|\A(\+?[0-9]+(?:[ .'][0-9]{3})+),0+\z"
)


def is_canonical(values: pa.Array, context: Context) -> Mask:
    """Mark mobile numbers of the home region that are in the form the options say."""
    plan = plan_for(context.options.phone_region)
    if plan is None:
        return np.zeros(len(values), dtype=bool)
    return matches(values, plan.mobile[context.options.phone_format])


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Read phone numbers; those of the home region in the form the options say, others in E.164.

    Rules: ``phone.*``.
    """
    plainly = matches(values, _PLAIN)
    texts, rounded = change_where(values, ~plainly, _tidied), np.zeros(len(values), dtype=bool)
    tailed = among(texts, ends(texts, "0"), r"[.,]0+\z")
    texts = change_where(texts, tailed, lambda some: replace(some, _DECIMALS, r"\1\2\3"))
    if not plainly.all():
        scientific = among(texts, ~plainly, SCIENTIFIC)
        written_out = every_digit(texts, scientific)
        rounded = scientific & ~filled(written_out)
        texts = choose(scientific, written_out, texts) if scientific.any() else texts
        plainly |= among(texts, ~plainly & filled(texts), _PLAIN)

    plain = keep(texts, plainly)
    numbers = Numbers(plain, context.options)
    placeholder = (plainly & ~numbers.good) | numbers.mended
    digits = only_digits(pick(plain, placeholder))
    mended = numbers.mended[placeholder]
    filler = among(digits, mended, BARE_FILLER) | among(digits, ~mended, FILLER)
    placeholder[placeholder] = filler
    numbers.drop(placeholder)

    left = filled(texts) & ~numbers.good & ~placeholder

    def read(parts: pa.Array) -> pa.Array:
        return Numbers(parts, context.options).values

    first, others = abbreviated(texts, left, read)
    if filled(first).any():
        numbers.put(filled(first), Numbers(first.drop_null(), context.options))
        left &= ~filled(first)
    more, extra_text, extension = _look_inside(texts, left, numbers, context)
    others = pc.coalesce(others, more, memory_pool=POOL)
    result = Normalized(numbers.values)
    for name in SAID:
        guess = numbers.instead if name in ("by_grouping", "maybe_landline") else None
        result.flag(f"phone.{name}", getattr(numbers, name), guess)
    result.flag("phone.multiple", filled(others), others)
    result.flag("phone.extra_text", extra_text)
    result.flag("phone.extension", extension)
    result.flag("phone.service_number", _maybe_cut_short(result.values, context))
    result.flag("phone.placeholder", placeholder)
    result.flag("phone.excel_rounded", rounded)
    unreadable = filled(texts) & ~filled(result.values) & ~placeholder
    masked = is_masked(texts, unreadable & ~rounded)
    result.flag("phone.masked", masked)
    unreadable &= ~masked
    meant = _letters_as_digits(texts, unreadable, context)
    suggestions = pc.coalesce(numbers.instead, meant, memory_pool=POOL)
    result.flag("phone.unreadable", unreadable, suggestions)
    return result


def _tidied(values: pa.Array) -> pa.Array:
    """Take off what stands around a number and means nothing; null words become null."""
    texts = without_null_words(tidy_and_compatible(values), "not_boolean")
    texts = replace_where(texts, "[‐-―−]", "[‐-―−]", "-")
    texts = replace_where(texts, "[·•]", r"([0-9])[·•]([0-9])", r"\1.\2")
    texts = replace_where(texts, r"\+ ", r"\A(\(?\+) +([0-9])", r"\1\2")
    # Forms of advertisements write p:+84912345678.
    return replace_where(replace_where(texts, "'", r"\A'", ""), ":", r"(?i)\Ap: ?", "")


def _maybe_cut_short(values: pa.Array, context: Context) -> Mask:
    """Mark service numbers that start as mobile numbers do: those may be one with digits lost."""
    plan = plan_for(context.options.phone_region)
    if plan is None or context.options.phone_region != "VN":
        return np.zeros(len(values), dtype=bool)
    short = as_mask(pc.less(pc.binary_length(values), _MOBILE_LENGTH[context.options.phone_format]))
    return among(values, among(values, short, plan.service), r"\A(?:0|\+84)[35789]")


def _look_inside(
    texts: pa.Array, where: Mask, numbers: Numbers, context: Context
) -> tuple[pa.Array, Mask, Mask]:
    """Add to ``numbers`` the first ones in cells that hold anything else beside them.

    Returns the other numbers, and marks for extra text and for an extension.
    """
    where = where.copy()
    where[where] = may_hold_number(pick(texts, where), context.options.phone_region)
    others = pa.nulls(len(texts), TEXT)
    extra_text, extension = (np.zeros(len(texts), dtype=bool) for _ in range(2))
    if where.any():
        found = first_number(
            pick(texts, where), lambda parts: Numbers(parts, context.options).values
        )
        numbers.put(where, Numbers(found.written, context.options))
        others = put(others, where, found.others)
        extra_text[where], extension[where] = found.extra_text, found.extension
    return others, extra_text, extension


def _letters_as_digits(texts: pa.Array, where: Mask, context: Context) -> pa.Array:
    """Suggest the number that a letter typed for a digit hides, such as O for 0."""
    suspects = among(texts, where, r"\A[0-9 +.()-]*[OoQlI][0-9OoQlI +.()-]*\z")
    if not suspects.any():
        return pa.nulls(len(texts), TEXT)
    mended = replace(replace(pick(texts, suspects), "[OoQ]", "0"), "[lI]", "1")
    numbers = Numbers(mended, context.options).values
    return put(pa.nulls(len(texts), TEXT), suspects, numbers)
