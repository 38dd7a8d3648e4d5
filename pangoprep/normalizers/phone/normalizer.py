"""Phone numbers.

First what Excel did to them, then the numbering plan of the home region as patterns, then the
numbers of other regions by libphonenumber, and last cells that hold more than one number.
"""

from __future__ import annotations

from collections.abc import Callable

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
    choose,
    filled,
    keep,
    matches,
    put,
    replace,
    starts,
)
from pangoprep.normalizers.phone.abroad import LOST_ZERO_DIGITS, by_library, read_foreign
from pangoprep.normalizers.phone.cell import first_number, may_hold_number
from pangoprep.normalizers.phone.filler import BARE_FILLER, FILLER
from pangoprep.normalizers.phone.plan import Plan, enough_digits, plan_for, renew_vietnamese
from pangoprep.normalizers.scientific import SCIENTIFIC, every_digit
from pangoprep.normalizers.words import compatible, replace_where, tidy, without_null_words
from pangoprep.options import Options

_MENDED = ("lost_zero", "legacy_prefix", "legacy_area")
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
    texts = replace_where(texts, r"[.,]0+\z", r"\A(\+?[0-9]{6,})[.,]0+\z", r"\1")

    plain = keep(texts, matches(texts, _PLAIN))
    numbers = _Numbers(plain, context.options)
    placeholder = (filled(plain) & ~numbers.good) | numbers.mended
    digits = replace(plain.filter(pa.array(placeholder)), "[^0-9]", "")
    mended = numbers.mended[placeholder]
    placeholder[placeholder] = np.where(
        mended, matches(digits, BARE_FILLER), matches(digits, FILLER)
    )
    numbers.drop(placeholder)

    left = filled(texts) & ~numbers.good & ~placeholder
    others, extra_text, extension = _look_inside(texts, left, numbers, context)
    result = Normalized(numbers.values)
    for name in _MENDED:
        result.flag(f"phone.{name}", getattr(numbers, name))
    result.flag("phone.multiple", filled(others), others)
    result.flag("phone.extra_text", extra_text)
    result.flag("phone.extension", extension)
    result.flag("phone.service_number", _maybe_cut_short(result.values, context))
    result.flag("phone.placeholder", placeholder)
    result.flag("phone.excel_rounded", rounded)
    unreadable = filled(texts) & ~filled(result.values) & ~placeholder
    result.flag("phone.unreadable", unreadable, _letters_as_digits(texts, unreadable, context))
    return result


def _maybe_cut_short(values: pa.Array, context: Context) -> Mask:
    """Mark service numbers that start as mobile numbers do: those may be one with digits lost."""
    plan = plan_for(context.options.phone_region)
    if plan is None or context.options.phone_region != "VN":
        return np.zeros(len(values), dtype=bool)
    return among(values, among(values, filled(values), plan.service), r"\A(?:0|\+84)[35789]")


def _look_inside(
    texts: pa.Array, where: Mask, numbers: _Numbers, context: Context
) -> tuple[pa.Array, Mask, Mask]:
    """Add to ``numbers`` the first ones in cells that hold anything else beside them.

    Returns the other numbers, and marks for extra text and for an extension.
    """
    where = where & may_hold_number(texts, context.options.phone_region)
    others = pa.nulls(len(texts), TEXT)
    extra_text, extension = (np.zeros(len(texts), dtype=bool) for _ in range(2))
    if where.any():
        found = first_number(
            texts.filter(pa.array(where)), lambda parts: _Numbers(parts, context.options).values
        )
        numbers.put(where, _Numbers(found.written, context.options))
        others = put(others, where, found.others)
        extra_text[where], extension[where] = found.extra_text, found.extension
    return others, extra_text, extension


class _Numbers:
    """Texts of digits and signs, read as one number each.

    ``values`` is null where the text is no number; the masks say what had to be mended.
    """

    def __init__(self, texts: pa.Array, options: Options) -> None:
        no = np.zeros(len(texts), dtype=bool)
        self.lost_zero = self.legacy_prefix = self.legacy_area = no
        possible = among(texts, filled(texts), enough_digits(options.phone_region))
        if not possible.all():
            self.values = pa.nulls(len(texts), TEXT)
            if possible.any():
                self.put(possible, _Numbers(texts.filter(pa.array(possible)), options))
            return
        plan = plan_for(options.phone_region)
        if plan is None:
            self.values, self.lost_zero = by_library(texts, filled(texts), options)
        else:
            self.values = self._by_plan(texts, plan, options)

    @property
    def good(self) -> Mask:
        """Mark the texts that are a number."""
        return filled(self.values)

    @property
    def mended(self) -> Mask:
        """Mark the numbers that were not written in full, or not in today's plan."""
        return self.lost_zero | self.legacy_prefix | self.legacy_area

    def put(self, where: Mask, others: _Numbers) -> None:
        """Put numbers, one per marked place, among these."""
        self.values = put(self.values, where, others.values)
        for name in _MENDED:
            mask = getattr(self, name).copy()
            mask[where] = getattr(others, name)
            setattr(self, name, mask)

    def drop(self, where: Mask) -> None:
        """Take the marked texts for no number after all."""
        self.values = keep(self.values, ~where)
        for name in _MENDED:
            setattr(self, name, getattr(self, name) & ~where)

    def _by_plan(self, texts: pa.Array, plan: Plan, options: Options) -> pa.Array:
        code, trunk = plan.country_code, plan.trunk
        digits = replace_where(texts, "[^0-9]", "[^0-9]", "")
        plus = matches(texts, r"\A\(?\+")
        double_zero = ~plus & starts(digits, "00") & ~starts(digits, "000")
        digits = _change(digits, double_zero, lambda some: pc.utf8_slice_codeunits(some, 2))
        international = plus | double_zero
        own = international & starts(digits, code)
        with_trunk = ~international & starts(digits, trunk) & ~starts(digits, trunk + "0")
        with_trunk &= bool(trunk)
        bare = filled(digits) & ~international & ~with_trunk
        only_code = bare & starts(digits, code) & as_mask(pc.greater(pc.binary_length(digits), 8))
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
        lost_zero = bare & ~only_code & plan.has_trunk(national)
        short = lost_zero & ~matches(digits, rf"\A[0-9]{{{LOST_ZERO_DIGITS}}}")
        self.lost_zero = lost_zero & ~short
        written = plan.write(keep(national, ~short), options.phone_format)
        foreign = read_foreign(digits, international & ~own, options)
        return pc.coalesce(written, foreign)

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


def _change(texts: pa.Array, where: Mask, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Change the marked texts."""
    return put(texts, where, change(texts.filter(pa.array(where)))) if where.any() else texts


def _letters_as_digits(texts: pa.Array, where: Mask, context: Context) -> pa.Array:
    """Suggest the number that a letter typed for a digit hides, such as O for 0."""
    suspects = among(texts, where, r"\A[0-9 +.()-]*[OoQlI][0-9OoQlI +.()-]*\z")
    if not suspects.any():
        return pa.nulls(len(texts), TEXT)
    mended = replace(replace(texts.filter(pa.array(suspects)), "[OoQ]", "0"), "[lI]", "1")
    numbers = _Numbers(mended, context.options).values
    return put(pa.nulls(len(texts), TEXT), suspects, numbers)
