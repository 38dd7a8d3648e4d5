"""Phone numbers.

First what Excel did to them, then the numbering plan of the home region as patterns, then the
numbers of other regions by libphonenumber, and last cells that hold more than one number.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.normalizers.base import (
    Context,
    Mask,
    Normalized,
    as_mask,
    choose,
    filled,
    join,
    keep,
    matches,
    put,
    replace,
)
from pangoprep.normalizers.column import TEXT
from pangoprep.normalizers.phone_cell import first_number
from pangoprep.normalizers.phone_plan import Plan, plan_for, renew_vietnamese
from pangoprep.normalizers.scientific import SCIENTIFIC, every_digit
from pangoprep.normalizers.words import compatible, replace_where, tidy, without_null_words
from pangoprep.options import Options

# One digit held down, or the digits in a row: typed to get past a form.
_FILLER = (
    r"\A0?(?:" + "|".join(f"{digit}{{6,}}" for digit in range(10)) + r")\z"
    r"|\A(?:84)?0?12345678(?:9|90)?\z|\A0?987654321?0?\z"
)
_PLAIN = r"\A[+(]{0,2}[0-9][0-9 .()-]*\z"


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Read phone numbers; those of the home region in the form the options say, others in E.164.

    Rules: ``phone.*``.
    """
    texts = without_null_words(compatible(tidy(values)), "not_boolean")
    texts = replace_where(replace_where(texts, "[‐-―−]", "[‐-―−]", "-"), "'", r"\A'", "")
    scientific = matches(texts, SCIENTIFIC)
    written_out = every_digit(texts, scientific)
    rounded = scientific & ~filled(written_out)
    texts = choose(scientific, written_out, texts) if scientific.any() else texts
    texts = replace_where(texts, r"\.0+\z", r"\A(\+?[0-9]{6,})\.0+\z", r"\1")

    plain = keep(texts, matches(texts, _PLAIN))
    numbers = _Numbers(plain, context.options)
    placeholder = filled(plain) & ~numbers.good
    digits = replace(plain.filter(pa.array(placeholder)), "[^0-9]", "")
    placeholder[placeholder] = matches(digits, _FILLER)
    result = Normalized(numbers.values)

    left = filled(texts) & ~numbers.good & ~placeholder
    found = first_number(texts, left, lambda parts: _Numbers(parts, context.options).values)
    result.values = pc.coalesce(result.values, found.values)

    result.flag("phone.lost_zero", numbers.lost_zero)
    result.flag("phone.legacy_prefix", numbers.legacy_prefix)
    result.flag("phone.legacy_area", numbers.legacy_area)
    result.flag("phone.multiple", filled(found.others), found.others)
    result.flag("phone.extra_text", found.extra_text)
    result.flag("phone.extension", found.extension)
    result.flag("phone.placeholder", placeholder)
    result.flag("phone.excel_rounded", rounded)
    unreadable = left & ~filled(found.values)
    result.flag("phone.unreadable", unreadable, _letters_as_digits(texts, unreadable, context))
    return result


def is_canonical(values: pa.Array, context: Context) -> Mask:
    """Mark mobile numbers of the home region that are in the form the options say."""
    plan = plan_for(context.options.phone_region)
    if plan is None:
        return np.zeros(len(values), dtype=bool)
    return matches(values, plan.mobile[context.options.phone_format])


class _Numbers:
    """Texts of digits and signs, read as one number each.

    ``values`` is null where the text is no number; the masks say what had to be mended.
    """

    def __init__(self, texts: pa.Array, options: Options) -> None:
        plan = plan_for(options.phone_region)
        no = np.zeros(len(texts), dtype=bool)
        self.lost_zero = self.legacy_prefix = self.legacy_area = no
        if plan is None:
            self.values = _by_library(texts, filled(texts), options)
        else:
            self.values = self._by_plan(texts, plan, options)
        self.good = filled(self.values)

    def _by_plan(self, texts: pa.Array, plan: Plan, options: Options) -> pa.Array:
        code, trunk = plan.country_code, plan.trunk
        digits = replace_where(texts, "[^0-9]", "[^0-9]", "")
        plus = matches(texts, r"\A\(?\+")
        double_zero = ~plus & _starts(digits, "00") & ~_starts(digits, "000")
        digits = _change(digits, double_zero, lambda some: pc.utf8_slice_codeunits(some, 2))
        international = plus | double_zero
        own = international & _starts(digits, code)
        with_trunk = ~international & _starts(digits, trunk) & ~_starts(digits, trunk + "0")
        with_trunk &= bool(trunk)
        bare = filled(digits) & ~international & ~with_trunk
        only_code = bare & _starts(digits, code) & as_mask(pc.greater(pc.binary_length(digits), 8))
        only_code[only_code] = ~plan.is_valid(digits.filter(pa.array(only_code)))
        national = keep(digits, own | with_trunk | bare)
        national = _change(
            national, own | only_code, lambda some: replace(some, rf"\A{code}(?:{trunk})?", "")
        )
        national = _change(
            national, with_trunk, lambda some: pc.utf8_slice_codeunits(some, len(trunk))
        )
        good = plan.is_valid(national)
        if options.phone_region == "VN":
            national, good = self._renew(national, good, plan)
        national = keep(national, good)
        self.lost_zero = bare & ~only_code & plan.has_trunk(national)
        written = plan.write(national, options.phone_format)
        foreign = international & ~good & (plan.shares_code | ~own)
        return pc.coalesce(written, _by_library(join("+", digits), foreign, options))

    def _renew(self, national: pa.Array, good: Mask, plan: Plan) -> tuple[pa.Array, Mask]:
        """Bring numbers that are not valid today to today's prefixes."""
        old = filled(national) & ~good
        if not old.any():
            return national, good
        mobile, area = renew_vietnamese(national.filter(pa.array(old)), plan)
        self.legacy_prefix, self.legacy_area = old.copy(), old.copy()
        self.legacy_prefix[old], self.legacy_area[old] = filled(mobile), filled(area)
        renewed = pc.coalesce(mobile, area)
        return put(national, old, renewed), good | self.legacy_prefix | self.legacy_area


def _starts(texts: pa.Array, start: str) -> Mask:
    return as_mask(pc.starts_with(texts, start))


def _change(texts: pa.Array, where: Mask, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Change the marked texts."""
    return put(texts, where, change(texts.filter(pa.array(where)))) if where.any() else texts


def _by_library(texts: pa.Array, where: Mask, options: Options) -> pa.Array:
    """Ask libphonenumber, once per distinct text."""
    out = pa.nulls(len(texts), TEXT)
    if not where.any():
        return out
    some = texts.filter(pa.array(where)).to_pylist()
    return put(out, where, pa.array([_ask(text, options) for text in some], type=TEXT))


def _ask(text: str, options: Options) -> str | None:
    try:
        number = phonenumbers.parse(text, options.phone_region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    home = phonenumbers.region_code_for_number(number) == options.phone_region
    if home and options.phone_format == "national":
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        return "".join(character for character in written if character.isdigit())
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _letters_as_digits(texts: pa.Array, where: Mask, context: Context) -> pa.Array:
    """Suggest the number that a letter typed for a digit hides, such as O for 0."""
    suspects = where & matches(texts, r"\A[0-9OoQlI +.()-]+\z")
    if not suspects.any():
        return pa.nulls(len(texts), TEXT)
    mended = replace(replace(texts.filter(pa.array(suspects)), "[OoQ]", "0"), "[lI]", "1")
    numbers = _Numbers(mended, context.options).values
    return put(pa.nulls(len(texts), TEXT), suspects, numbers)
