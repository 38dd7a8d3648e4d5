"""Phone numbers of other regions, and of home regions whose numbers patterns cannot tell."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import as_mask, filled, join, keep, matches, pick, put, starts
from pangoprep.normalizers.phone.numbering_plan import KINDS, plan_for
from pangoprep.options import Options

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# Fewer digits than these, without their zero, can be a number without its area code.
LOST_ZERO_DIGITS = 9
# Fewer numbers than these are read by libphonenumber before a plan is made ready.
_WORTH_A_PLAN = 100


def read_foreign(digits: pa.Array, where: Mask, options: Options) -> pa.Array:
    """Write the marked numbers, which begin with a country code, in E.164; null if not valid."""
    out = pa.nulls(len(digits), TEXT)
    if not where.any():
        return out
    some = pick(digits, where)
    found = _by_plans(some)
    left = ~filled(found)
    asked, _ = by_library(join("+", some), left, options)
    return put(out, where, _with_operators(pc.coalesce(found, asked)))


def _with_operators(numbers: pa.Array) -> pa.Array:
    """Keep the numbers in E.164; of Vietnam's, where libphonenumber knows too many, by its plan."""
    plan = plan_for("VN")
    ours = starts(numbers, "+84")
    if plan is None or not ours.any():
        return numbers
    ours[ours] = ~plan.is_valid(pc.utf8_slice_codeunits(pick(numbers, ours), 3))
    return keep(numbers, ~ours)


def _by_plans(digits: pa.Array) -> pa.Array:
    """Read what the plans of frequent country codes tell for certain; leave the rest null."""
    found = pa.nulls(len(digits), TEXT)
    if len(digits) < _WORTH_A_PLAN:
        return found
    for head in pc.utf8_slice_codeunits(digits, 0, 3).unique().to_pylist():
        region = _region_of(head)
        plan = plan_for(region) if region else None
        here = starts(digits, head)
        if region is None or plan is None or here.sum() < _WORTH_A_PLAN:
            continue
        some = pick(digits, here)
        national = pc.utf8_slice_codeunits(some, len(plan.country_code))
        valid = _is_valid(national, region)
        if plan.trunk:  # libphonenumber takes it off where it can
            valid &= ~starts(national, plan.trunk)
        here[here] = valid
        found = put(found, here, join("+", pick(some, valid)))
    return found


@cache
def _region_of(head: str) -> str | None:
    """Return the one region that numbers with these first three digits belong to."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    found = [COUNTRY_CODE_TO_REGION_CODE.get(int(head[:n] or 0), ()) for n in (1, 2, 3)]
    regions = next((known for known in found if known), ())
    return None if head.startswith("0") or "001" in regions or len(regions) != 1 else regions[0]


def _is_valid(numbers: pa.Array, region: str) -> Mask:
    """Mark national numbers that have the shape and length of one of the region's kinds."""
    general, *kinds = _shapes(region)
    lengths = pc.binary_length(numbers)

    def have(shape: tuple[str, tuple[int, ...]]) -> Mask:
        pattern, known = shape
        return matches(numbers, pattern) & as_mask(pc.is_in(lengths, pa.array(known, pa.int64())))

    valid: Mask = have(general) & np.logical_or.reduce([have(kind) for kind in kinds])
    return valid


@cache
def _shapes(region: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Patterns and lengths: of all numbers of a region, then of each of its kinds."""
    import phonenumbers

    metadata: Any = phonenumbers.PhoneMetadata.metadata_for_region(region)
    kinds = [getattr(metadata, name) for name in ("general_desc", *KINDS)]
    return tuple(
        (rf"\A(?:{kind.national_number_pattern})\z".replace(r"\d", "[0-9]"), kind.possible_length)
        for kind in kinds
        if kind and kind.national_number_pattern
    )


def by_library(texts: pa.Array, where: Mask, options: Options) -> tuple[pa.Array, Mask]:
    """Ask libphonenumber, once per distinct text; mark the numbers that had lost their zero."""
    out = pa.nulls(len(texts), TEXT)
    lost_zero = np.zeros(len(texts), dtype=bool)
    if not where.any():
        return out, lost_zero
    answers = [_ask(text, options) for text in pick(texts, where).to_pylist()]
    lost_zero[where] = [lost for _, lost in answers]
    return put(out, where, pa.array([number for number, _ in answers], type=TEXT)), lost_zero


def _ask(text: str, options: Options) -> tuple[str | None, bool]:
    import phonenumbers

    number, region = _parse(text, options.phone_region)
    digits = "".join(filter(str.isdigit, text))
    # 00 leads abroad from most places, though not from every region libphonenumber knows.
    if number is None and digits.startswith("00"):
        number, region = _parse(f"+{digits[2:]}", options.phone_region)
    if number is None:
        return None, False
    home = region == options.phone_region and options.phone_format == "national"
    lost, national = False, ""
    if home or not text.startswith("+"):
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        national = "".join(filter(str.isdigit, written))
        lost = national != digits == phonenumbers.national_significant_number(number)
        if lost and len(digits) < LOST_ZERO_DIGITS:
            return None, False
    if home:
        return national, lost
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)), lost


def _parse(text: str, home: str) -> tuple[PhoneNumber | None, str | None]:
    """Parse a text; the number and its region, None if it is no valid number."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, home)
    except phonenumbers.NumberParseException:
        return None, None
    region = phonenumbers.region_code_for_number(number)
    if region is None or not phonenumbers.is_valid_number_for_region(number, region):
        return None, None
    return number, region
