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

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import among, as_mask, choose, filled, join, keep, matches, put
from pangoprep.tables import read_table

KINDS = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost"),
    *("personal_number", "voip", "pager", "uan", "voicemail"),
)

SHORTEST_ABROAD = 6  # digits with the country code, in Austria, Germany and Iran (tested)


@dataclass(frozen=True)
class Plan:
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
    usual_mobile
        Pattern of their digits with the country code, the trunk, both, or neither.
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
    usual_mobile: str
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
        with_trunk = matches(numbers, self._leading(True))
        # Few numbers are written without it; only for those the order of the formats matters.
        doubtful = with_trunk & matches(numbers, self._leading(False))
        if doubtful.any():
            with_trunk[doubtful] = self._first_format(numbers.filter(pa.array(doubtful)))
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
def plan_for(region: str) -> Plan | None:
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
    kinds = [getattr(metadata, kind) for kind in KINDS]
    lengths = metadata.general_desc.possible_length
    patterns = [kind.national_number_pattern for kind in kinds if kind]
    return Plan(
        country_code=str(metadata.country_code),
        trunk=trunk,
        valid=rf"\A(?:{'|'.join(p for p in patterns if p)})\z".replace(r"\d", "[0-9]"),
        lengths=(min(lengths), max(lengths)),
        written_with_trunk=tuple(_formats(metadata, trunk)),
        shapes_agree=region == "VN",  # tested; a pager in Germany is of no shape
        mobile=_mobile(metadata, trunk),
        usual_mobile=_usual_mobile(metadata, trunk),
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


def _mobile(metadata: Any, trunk: str) -> dict[str, str]:
    """The patterns of canonical mobile numbers; none where the national form has no trunk."""
    digits = metadata.mobile.national_number_pattern if metadata.mobile else None
    if not digits or not trunk:
        return {"national": r"\A\z", "e164": r"\A\z"}
    digits = digits.replace(r"\d", "[0-9]")
    return {
        "national": rf"\A{trunk}(?:{digits})\z",
        "e164": rf"\A\+{metadata.country_code}(?:{digits})\z",
    }


def _service(metadata: Any, trunk: str) -> str:
    """The pattern of canonical service numbers that are written with the trunk."""
    services = (metadata.uan, metadata.voip, metadata.shared_cost, metadata.pager)
    digits = "|".join(kind.national_number_pattern for kind in services if kind)
    if not digits or not trunk:
        return r"\A\z"
    written = rf"\A(?:{trunk}|\+{metadata.country_code})(?:{digits})\z"
    return written.replace(r"\d", "[0-9]")


def _usual_mobile(metadata: Any, trunk: str) -> str:
    if not metadata.mobile:
        return r"\A\z"
    digits = metadata.mobile.national_number_pattern.replace(r"\d", "[0-9]")
    code = rf"(?:\+|00)?{metadata.country_code}(?:{trunk})?"
    return rf"\A(?:{code}|{trunk})?(?:{digits})\z"


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


@cache
def _legacy_mobile() -> tuple[pa.Array, pa.Array]:
    """Three digits of a ten-digit number before 2018, and the two of today."""
    return _prefixes("phone_mobile_2018")


@cache
def _legacy_areas() -> tuple[pa.Array, pa.Array]:
    """Area codes before 2017, and those of today; without their zero."""
    return _prefixes("phone_areas_2017")


def _prefixes(table: str) -> tuple[pa.Array, pa.Array]:
    rows = read_table(table)
    old, new = (
        pc.utf8_ltrim(rows.column(side).combine_chunks().cast(TEXT), "0") for side in ("old", "new")
    )
    return old, new


def renew_vietnamese(numbers: pa.Array, plan: Plan) -> tuple[pa.Array, pa.Array]:
    """Bring numbers of the plans before 2017 and 2018 to today's, where that gives a valid one.

    Returns the renewed mobile and the renewed fixed numbers, null where there is none.
    """
    # Behind an area code no subscriber's number begins with the trunk's 0 or the services' 1.
    areas = [_renew(numbers, length, "[2-9]", _legacy_areas(), plan) for length in (3, 2, 1)]
    return renew_mobile(numbers, plan), pc.coalesce(*areas)


def renew_mobile(numbers: pa.Array, plan: Plan) -> pa.Array:
    """Bring mobile numbers of before 2018 to today's; null where there is none."""
    return _renew(numbers, 3, r"[0-9]{7}\z", _legacy_mobile(), plan)


def _renew(
    numbers: pa.Array, length: int, rest: str, table: tuple[pa.Array, pa.Array], plan: Plan
) -> pa.Array:
    """Renew the numbers whose prefix of some length is an old one, and which then go on so."""
    old, new = table
    prefix = pc.index_in(pc.utf8_slice_codeunits(numbers, 0, length), value_set=old)
    known = among(numbers, filled(prefix), rf"\A[0-9]{{{length}}}{rest}")
    renewed = pa.nulls(len(numbers), TEXT)
    if known.any():
        here = pa.array(known)
        subscriber = pc.utf8_slice_codeunits(numbers.filter(here), length)
        renewed = put(renewed, known, join(new.take(prefix.filter(here)), subscriber))
    return keep(renewed, plan.is_valid(renewed))
