"""Texts of digits and signs as one phone number each, by the home region's plan and by others."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.text_bytes import bytes_of, n_bytes_of, without_bytes
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import (
    among,
    as_mask,
    change_where,
    filled,
    join,
    keep,
    pick,
    put,
    starts,
)
from pangoprep.normalizers.phone.abroad import LOST_ZERO_DIGITS, by_library, read_foreign
from pangoprep.normalizers.phone.numbering_plan import (
    SHORTEST_ABROAD,
    NumberingPlan,
    enough_digits,
    plan_for,
)
from pangoprep.normalizers.phone.vietnam import is_grouped, mobile_pattern, renew
from pangoprep.options import Options

# What is said of a number beside its value: masks of `Numbers` and names of rules.
SAID = ("lost_zero", "legacy_prefix", "legacy_area", "by_grouping", "maybe_landline")

MOBILE_DIGITS = 9
_IS_SIGN = np.isin(np.arange(256), list(b" .-()+"))


class Numbers:
    """Texts of digits and signs, read as one number each.

    ``values`` is null where the text is no number; the masks say what had to be mended;
    ``instead`` is the other number that a doubtful text can be.

    ``digits`` are those of texts that are known to be no plain mobile numbers.
    """

    def __init__(self, texts: pa.Array, options: Options, digits: pa.Array | None = None) -> None:
        no = np.zeros(len(texts), dtype=bool)
        self.lost_zero = self.legacy_prefix = self.legacy_area = no
        self.by_grouping = self.maybe_landline = no
        self.instead = pa.nulls(len(texts), TEXT)
        plan = plan_for(options.phone_region)
        if plan is None:
            possible = among(texts, filled(texts), enough_digits(options.phone_region))
            self.values, self.lost_zero = by_library(texts, possible, options)
            return
        if digits is not None:
            self.values = self._by_plan(texts, digits, plan, options)
            return
        digits = only_digits(texts)
        shortest = min(plan.lengths[0], SHORTEST_ABROAD)
        left = n_bytes_of(digits) >= shortest
        left &= ~self._mobile(texts, digits, plan, options)
        if left.any():
            self.put(left, Numbers(pick(texts, left), options, pick(digits, left)))

    @property
    def good(self) -> Mask:
        """Mark the texts that are a number."""
        return filled(self.values)

    @property
    def mended(self) -> Mask:
        """Mark the numbers that were not written in full, or not in today's plan."""
        return self.lost_zero | self.legacy_prefix | self.legacy_area

    def put(self, where: Mask, others: Numbers) -> None:
        """Put numbers, one per marked place, among these."""
        self.values = put(self.values, where, others.values)
        if filled(others.instead).any() or filled(self.instead).any():
            self.instead = put(self.instead, where, others.instead)
        for name in SAID:
            mask, said = getattr(self, name), getattr(others, name)
            if said.any() or mask.any():
                mask = mask.copy()
                mask[where] = said
                setattr(self, name, mask)

    def drop(self, where: Mask) -> None:
        """Take the marked texts for no number after all."""
        if not where.any():
            return
        self.values, self.instead = keep(self.values, ~where), keep(self.instead, ~where)
        for name in SAID:
            setattr(self, name, getattr(self, name) & ~where)

    def _mobile(
        self, texts: pa.Array, digits: pa.Array, plan: NumberingPlan, options: Options
    ) -> Mask:
        """Read what nearly all cells hold, mobile numbers of Vietnam that no grouping makes others.

        Marks them. Of these nothing but their end is to be written, and a lost zero to be said.
        """
        self.values = pa.nulls(len(texts), TEXT)
        if options.phone_region != "VN":
            return np.zeros(len(texts), dtype=bool)
        length = n_bytes_of(digits)
        found = among(digits, (length >= MOBILE_DIGITS) & (length <= MOBILE_DIGITS + 2), _mobile())
        if not found.any():
            return found
        # +0912345678 and +912345678 are no numbers of Vietnam.
        plus = (starts(texts, "+") | starts(texts, "(+")) & (length < MOBILE_DIGITS + 2)
        found &= ~plus
        found &= ~is_grouped(texts, found)
        self.lost_zero = found & (length == MOBILE_DIGITS)
        cut = found & (length != len(plan.trunk) + MOBILE_DIGITS)
        if options.phone_format == "e164":
            cut = found
        ends = pc.utf8_slice_codeunits(pick(digits, cut), -MOBILE_DIGITS)
        lead = plan.trunk if options.phone_format == "national" else f"+{plan.country_code}"
        self.values = put(keep(digits, found), cut, join(lead, ends))
        return found

    def _by_plan(
        self, texts: pa.Array, digits: pa.Array, plan: NumberingPlan, options: Options
    ) -> pa.Array:
        code, trunk = plan.country_code, plan.trunk
        plus = starts(texts, "+") | starts(texts, "(+")
        double_zero = ~plus & starts(digits, "00") & ~starts(digits, "000")
        digits = change_where(digits, double_zero, lambda some: pc.utf8_slice_codeunits(some, 2))
        international = plus | double_zero
        # +084912345678: no country's code begins with a zero.
        digits = change_where(digits, plus & starts(digits, trunk + code), _without(trunk))
        own = international & starts(digits, code)
        with_trunk = ~international & starts(digits, trunk) & ~starts(digits, trunk + "0")
        with_trunk &= bool(trunk)
        bare = filled(digits) & ~international & ~with_trunk
        only_code = bare & starts(digits, code) & as_mask(pc.greater(pc.binary_length(digits), 8))
        only_code[only_code] = ~plan.is_valid(pick(digits, only_code))
        national = keep(digits, own | with_trunk | bare)
        for where, lead in ((own | only_code, code), (with_trunk, trunk)):
            national = change_where(national, where, _without(lead))
        again = (own | only_code) & starts(national, trunk) & bool(trunk)
        national = change_where(national, again, _without(trunk))
        good = plan.is_valid(national)
        if options.phone_region == "VN":
            national, good = self._by_history(national, good, with_trunk, texts, plan, options)
        national = keep(national, good)
        lost_zero = bare & ~only_code & good
        lost_zero[lost_zero] = plan.has_trunk(pick(national, lost_zero))
        short = lost_zero & as_mask(pc.less(pc.binary_length(digits), LOST_ZERO_DIGITS))
        self.lost_zero = lost_zero & ~short
        national = keep(national, ~short) if short.any() else national
        written = plan.write(national, options.phone_format)
        abroad = international & ~own
        return (
            pc.coalesce(written, read_foreign(digits, abroad, options)) if abroad.any() else written
        )

    def _by_history(
        self,
        national: pa.Array,
        good: Mask,
        with_trunk: Mask,
        texts: pa.Array,
        plan: NumberingPlan,
        options: Options,
    ) -> tuple[pa.Array, Mask]:
        """Read Vietnamese numbers that are not valid today, or grouped as those of before were."""
        # 084912345678: the trunk's zero before the country code. No number of today is so long.
        both = among(national, with_trunk & ~good, rf"\A{plan.country_code}0?[0-9]{{9,10}}\z")
        if both.any():
            some = _without(plan.country_code)(pick(national, both))
            some = change_where(some, starts(some, plan.trunk), _without(plan.trunk))
            national, good = put(national, both, some), good.copy()
            good[both] = plan.is_valid(some)
        doubtful = filled(national) & ~good | is_grouped(texts, good)
        if not doubtful.any():
            return national, good
        renewed = renew(
            pick(national, doubtful),
            good[doubtful],
            (with_trunk & ~both)[doubtful],
            pick(texts, doubtful),
        )
        for name in SAID[1:]:
            mask = np.zeros(len(texts), dtype=bool)
            mask[doubtful] = getattr(renewed, name)
            setattr(self, name, mask)
        good = good.copy()
        good[doubtful] = filled(renewed.values)
        instead = plan.write(renewed.instead, options.phone_format)
        self.instead = put(self.instead, doubtful, instead)
        return put(national, doubtful, renewed.values), good


def only_digits(texts: pa.Array) -> pa.Array:
    """Take the signs of numbers off."""
    signed = filled(texts) & ~as_mask(pc.ascii_is_decimal(texts))
    return change_where(texts, signed, _without_signs)


def _without_signs(texts: pa.Array) -> pa.Array:
    return without_bytes(texts, _IS_SIGN[bytes_of(texts)[0]])


@cache
def _mobile() -> str:
    """The pattern of mobile numbers with the trunk's zero, with the country code, with neither."""
    return rf"\A(?:0|84)?(?:{mobile_pattern()})\z"


def _without(beginning: str) -> Callable[[pa.Array], pa.Array]:
    """Make a function that cuts a beginning off texts that have it."""
    return lambda some: pc.utf8_slice_codeunits(some, len(beginning))
