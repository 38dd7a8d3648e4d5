"""Phone numbers that are canonical already or written in a usual way: most of every file."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import (
    Context,
    Flag,
    Normalized,
    as_mask,
    filled,
    join,
    keep,
    matches,
    put,
    starts,
)
from pangoprep.normalizers.phone.filler import BARE_FILLER
from pangoprep.normalizers.phone.plan import Plan, plan_for, renew_mobile
from pangoprep.normalizers.words import replace_where

_MOBILE_DIGITS = 9


def is_canonical(values: pa.Array, context: Context) -> Mask:
    """Mark mobile numbers of the home region that are in the form the options say."""
    plan = plan_for(context.options.phone_region)
    if plan is None:
        return np.zeros(len(values), dtype=bool)
    return matches(values, plan.mobile[context.options.phone_format])


def read_usual(values: pa.Array, context: Context) -> Normalized:
    """Read Vietnamese numbers whose digits alone, without signs and damage, say what they are.

    That is so for mobile numbers with a country code, with their zero or without it, for those of
    before 2018 with their zero, and for fixed lines with theirs.
    """
    result = Normalized(pa.nulls(len(values), TEXT))
    plan = plan_for(context.options.phone_region)
    if plan is None or context.options.phone_region != "VN":
        return result
    usual = matches(values, r"\A'?[+(]?[0-9][0-9 .()-]{8,18}\z")
    digits = replace_where(
        values.filter(pa.array(usual)), r"\.0+\z", r"\A'?([0-9]{6,})\.0+\z", r"\1"
    )
    digits = replace_where(digits, "[ .()'-]", "[ .()'-]", "")
    mobile = matches(digits, plan.usual_mobile)
    numbers = pc.utf8_slice_codeunits(digits, -_MOBILE_DIGITS)
    lost_zero = mobile & as_mask(pc.equal(pc.binary_length(digits), _MOBILE_DIGITS))
    # A number in 12... may be one of before 2018; of 999999999 the zero is not worth restoring.
    mobile &= ~starts(numbers, "1")
    mobile[lost_zero] &= ~matches(numbers.filter(pa.array(lost_zero)), BARE_FILLER)
    numbers = keep(numbers, mobile)
    legacy, numbers = _with_zero(digits, mobile, numbers, plan)
    known = filled(numbers)
    # All of them are dialed with the trunk's zero at home.
    lead = "+84" if context.options.phone_format == "e164" else "0"
    written = join(lead, numbers.filter(pa.array(known)))
    places = np.flatnonzero(usual)
    usual[places] = known
    result.values = put(result.values, usual, written)
    for rule, where in (("lost_zero", lost_zero & mobile), ("legacy_prefix", legacy)):
        if where.any():
            result.flags.append(Flag(f"phone.{rule}", places[where]))
    return result


def _with_zero(
    digits: pa.Array, done: Mask, numbers: pa.Array, plan: Plan
) -> tuple[Mask, pa.Array]:
    """Add the numbers of fixed lines and the old mobile numbers; mark the latter."""
    left = ~done & matches(digits, r"\A0[12][0-9]{8,9}\z")
    legacy = np.zeros(len(digits), dtype=bool)
    if not left.any():
        return legacy, numbers
    some = digits.filter(pa.array(left))
    national = pc.utf8_slice_codeunits(some, 1)
    valid = plan.is_valid(national)
    renewed = renew_mobile(keep(national, ~valid & ~matches(some, BARE_FILLER)), plan)
    legacy[left] = filled(renewed)
    fixed = valid & starts(national, "2")
    return legacy, put(numbers, left, pc.coalesce(keep(national, fixed), renewed))
