"""A region's numbering plan as patterns for whole columns. Source: libphonenumber's metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import among, as_mask, choose, filled, join, matches, pick
from pangoprep.normalizers.phone.vietnam import mobile_pattern

KINDS = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost"),
    *("personal_number", "voip", "pager", "uan", "voicemail"),
)

SHORTEST_ABROAD = 6  # digits with the country code, in Austria, Germany and Iran (tested)


@dataclass(frozen=True)
class NumberingPlan:
    """What makes a number of one region valid and how it is written.

    Parameters
    ----------
    country_code
        Such as ``84``.
    trunk
        What is dialed before a national number at home, ``0`` in Vietnam; may be empty.
    valid
        Pattern of the national significant numbers of every kind.
    lengths
        How many digits the shortest and the longest of them have.
    written_with_trunk
        Leading digits and shape of numbers, and whether their national form starts with the trunk;
        the first that fits decides.
    shapes_agree
        Whether every valid number has the shape of the formats its leading digits choose.
    mobile
        Pattern of canonical mobile numbers, by form.
    service
        Pattern of canonical service numbers.
    """

    country_code: str
    trunk: str
    valid: str
    lengths: tuple[int, int]
    written_with_trunk: tuple[tuple[str, str, bool], ...]
    shapes_agree: bool
    mobile: Mapping[str, str]
    service: str

    def is_valid(self, numbers: pa.Array) -> Mask:
        """Mark the national significant numbers that this plan knows."""
        length = pc.binary_length(numbers)
        fits = pc.and_(pc.greater_equal(length, self.lengths[0]),
                       pc.less_equal(length, self.lengths[1]))  # fmt: skip
        return among(numbers, as_mask(fits), self.valid)

    def has_trunk(self, numbers: pa.Array) -> Mask:
        """Mark the numbers whose national form starts with the trunk prefix."""
        if not self.shapes_agree:
            return self._first_format(numbers)
        # Few numbers are written without it; only for those the order of the formats matters.
        doubtful = matches(numbers, self._leading(False))
        with_trunk = filled(numbers) & ~doubtful
        if doubtful.any():
            with_trunk[doubtful] = self._first_format(pick(numbers, doubtful))
        return with_trunk

    def _leading(self, with_trunk: bool) -> str:
        found = [leading for leading, _, has in self.written_with_trunk if has == with_trunk]
        return "|".join(found) or r"\A\z"

    def _first_format(self, numbers: pa.Array) -> Mask:
        left: Mask = np.ones(len(numbers), dtype=bool)
        marked: Mask = np.zeros(len(numbers), dtype=bool)
        for leading, shape, with_trunk in self.written_with_trunk:
            hit = left & matches(numbers, leading) & matches(numbers, shape)
            left &= ~hit
            marked |= hit & with_trunk
        return marked

    def write(self, numbers: pa.Array, form: str) -> pa.Array:
        """Write valid national significant numbers in national or E.164 form."""
        if form == "e164":
            return join(f"+{self.country_code}", numbers)
        if not self.trunk:
            return numbers
        return choose(self.has_trunk(numbers), join(self.trunk, numbers), numbers)


@cache
def plan_for(region: str) -> NumberingPlan | None:
    """Return a region's plan, None if patterns alone cannot tell its numbers.

    That is so for regions that share their country code, and for those with rules for parsing or
    without rules for writing.
    """
    import phonenumbers

    metadata: Any = phonenumbers.PhoneMetadata.metadata_for_region(region)
    trunk = metadata.national_prefix or ""
    shares_code = len(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[metadata.country_code]) > 1
    own_parsing = metadata.national_prefix_for_parsing not in (None, metadata.national_prefix)
    if shares_code or own_parsing or not metadata.number_format:
        return None
    digits = _patterns(metadata)
    lengths = metadata.general_desc.possible_length
    return NumberingPlan(
        country_code=str(metadata.country_code),
        trunk=trunk,
        valid=rf"\A(?:{'|'.join(digits.values())})\z",
        lengths=(min(lengths), max(lengths)),
        written_with_trunk=tuple(_formats(metadata, trunk)),
        shapes_agree=region == "VN",  # tested; a pager in Germany is of no shape
        mobile=_mobile(digits.get("mobile"), str(metadata.country_code), trunk),
        service=_service(metadata, trunk),
    )


@cache
def enough_digits(region: str) -> str:
    """The pattern of texts with as many digits as the shortest number there is.

    A number of another region starts with a sign or with zeros; where the library reads, it may
    start with the region's own prefix for that.
    """
    import phonenumbers

    metadata: Any = phonenumbers.PhoneMetadata.metadata_for_region(region)
    at_home = min(metadata.general_desc.possible_length)
    if plan_for(region) is None:
        at_home = min(at_home, SHORTEST_ABROAD)
    return rf"(?:[0-9][^0-9]*){{{at_home}}}|(?:\+|00)(?:[^0-9]*[0-9]){{{SHORTEST_ABROAD}}}"


def _patterns(metadata: Any) -> dict[str, str]:
    """The digits of the national numbers of each kind.

    libphonenumber knows more mobile numbers of Vietnam than there are: no operator has 030.
    """
    kinds = {kind: getattr(metadata, kind) for kind in KINDS}
    found = {
        kind: numbers.national_number_pattern.replace(r"\d", "[0-9]")
        for kind, numbers in kinds.items()
        if numbers and numbers.national_number_pattern
    }
    if metadata.id == "VN":
        found["mobile"] = mobile_pattern()
    return found


def _mobile(digits: str | None, country_code: str, trunk: str) -> dict[str, str]:
    """The patterns of canonical mobile numbers; none where the national form has no trunk."""
    if not digits or not trunk:
        return {"national": r"\A\z", "e164": r"\A\z"}
    return {"national": rf"\A{trunk}(?:{digits})\z", "e164": rf"\A\+{country_code}(?:{digits})\z"}


def _service(metadata: Any, trunk: str) -> str:
    """The pattern of canonical service numbers that are written with the trunk."""
    services = (metadata.uan, metadata.voip, metadata.shared_cost, metadata.pager)
    digits = "|".join(kind.national_number_pattern for kind in services if kind)
    if not digits or not trunk:
        return r"\A\z"
    written = rf"\A(?:{trunk}|\+{metadata.country_code})(?:{digits})\z"
    return written.replace(r"\d", "[0-9]")


def _formats(metadata: Any, trunk: str) -> list[tuple[str, str, bool]]:
    """Say for each way of writing a number whether it starts with the trunk prefix."""
    formats = []
    for entry in metadata.number_format:
        leading = entry.leading_digits_pattern[-1] if entry.leading_digits_pattern else ""
        rule = entry.national_prefix_formatting_rule or ""
        with_trunk = bool(trunk) and re.sub(r"\\[0-9]+|[^0-9]", "", rule).startswith(trunk)
        shape = entry.pattern.replace("(", "(?:").replace(r"\d", "[0-9]")
        formats.append((rf"\A(?:{leading})".replace(r"\d", "[0-9]"), rf"\A{shape}\z", with_trunk))
    return formats
