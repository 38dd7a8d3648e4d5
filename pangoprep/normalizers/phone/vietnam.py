"""Vietnam's numbers: which ranges are in use, and what became of those of before 2017 and 2018.

The written form is evidence: in ``(08) 3812 3456`` the 8 is the area code that Hồ Chí Minh City had
until 2017, in ``0838 123 456`` it begins a mobile number of today.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import among, as_mask, choose, filled, join, keep, pick, put
from pangoprep.tables import read_table

_UNCHANGED_AREAS = ("0210", "0211", "0218", "0219")
_LINE_DIGITS = 8  # of a subscriber in the two large cities; elsewhere there is one less


@cache
def mobile_codes() -> tuple[str, ...]:
    """What mobile numbers begin with, without their zero. Source: ``phone_mobile_codes.csv``."""
    return tuple(
        code.removeprefix("0") for code in read_table("phone_mobile_codes")["code"].to_pylist()
    )


@cache
def mobile_pattern() -> str:
    """Digits of mobile numbers without their zero."""
    return "|".join(f"{code}[0-9]{{{9 - len(code)}}}" for code in mobile_codes())


@cache
def _areas_today() -> tuple[str, ...]:
    renewed = read_table("phone_areas_2017")["new"].to_pylist()
    return tuple(code.lstrip("0") for code in (*renewed, *_UNCHANGED_AREAS))


@cache
def _first_digits() -> str:
    """What subscribers' numbers began with before 2017: one digit for each operator."""
    return f"[{''.join(read_table('phone_subscribers_2008')['first_digit'].to_pylist())}]"


def renew_mobile(numbers: pa.Array) -> pa.Array:
    """Bring national numbers of before 2018 to today's prefixes; null where there is none."""
    return _renew(numbers, "phone_mobile_2018", 3, r"[0-9]{7}\z")


def renew_landline(numbers: pa.Array) -> pa.Array:
    """Bring national numbers of before 2017 to today's area codes; null where there is none."""
    first = _first_digits()
    longest_first = [
        _renew(numbers, "phone_areas_2017", 3, rf"{first}[0-9]{{6}}\z"),
        _renew(numbers, "phone_areas_2017", 2, rf"{first}[0-9]{{6}}\z"),
        _renew(numbers, "phone_areas_2017", 1, rf"{first}[0-9]{{7}}\z"),
    ]
    return pc.coalesce(*longest_first)


def _renew(numbers: pa.Array, table: str, length: int, rest: str) -> pa.Array:
    """Renew the numbers whose prefix of some length is an old one, and which then go on so."""
    old, new = _prefixes(table)
    prefix = pc.index_in(pc.utf8_slice_codeunits(numbers, 0, length), value_set=old)
    known = among(numbers, filled(prefix), rf"\A[0-9]{{{length}}}{rest}")
    renewed = pa.nulls(len(numbers), TEXT)
    if known.any():
        subscriber = pc.utf8_slice_codeunits(pick(numbers, known), length)
        renewed = put(renewed, known, join(new.take(pick(prefix, known)), subscriber))
    return renewed


@cache
def _prefixes(table: str) -> tuple[pa.Array, pa.Array]:
    rows = read_table(table)
    old, new = (
        pc.utf8_ltrim(rows.column(side).combine_chunks().cast(TEXT), "0") for side in ("old", "new")
    )
    return old, new


@dataclass(frozen=True)
class Grouping:
    """What the written form says of an old area code.

    Parameters
    ----------
    certain
        The code stands in brackets, or of one digit alone behind the country code.
    as_mobile
        The code stands in brackets, and three digits and four follow, as in mobile numbers.
    behind_country_code
        A code of any length stands alone behind the country code.
    apart
        The code and its trunk zero stand alone before the number.
    one_digit_apart
        A code of one digit stands so, and what follows is not in pairs.
    without_zero
        A code of one digit stands alone and without its zero.
    area_today
        What stands alone at the start is an area code of today.
    seven_digits
        Two digits of an old code stand before seven digits in one piece.
    """

    certain: Mask
    as_mobile: Mask
    behind_country_code: Mask
    apart: Mask
    one_digit_apart: Mask
    without_zero: Mask
    area_today: Mask
    seven_digits: Mask

    @classmethod
    def of(cls, texts: pa.Array) -> Grouping:
        """Look at texts of digits and the signs of numbers."""
        forms = _forms()
        grouped = is_grouped(texts, filled(texts))
        found = {name: among(texts, grouped, forms[name]) for name in cls.__dataclass_fields__}
        found["one_digit_apart"] &= ~among(texts, found["one_digit_apart"], forms["pairs"])
        return cls(**found)


def is_grouped(texts: pa.Array, where: Mask) -> Mask:
    """Mark those of the marked texts in which something like an area code stands alone."""
    signed = where & ~as_mask(pc.ascii_is_decimal(texts))
    return among(texts, signed, _forms()["grouped"])


@cache
def _forms() -> dict[str, str]:
    """The patterns of `Grouping`."""
    by_length: dict[int, list[str]] = {1: [], 2: [], 3: []}
    for code in _prefixes("phone_areas_2017")[0].to_pylist():
        by_length[len(code)].append(code)
    one, two, three = ("|".join(by_length[length]) for length in (1, 2, 3))
    first, gap, sign = _first_digits(), "[ .-]*", "[ .-]+"

    def number(n_digits: int) -> str:
        return rf"{first}(?:{gap}[0-9]){{{n_digits - 1}}}"

    short, long = number(_LINE_DIGITS), number(_LINE_DIGITS - 1)

    def line(before: str, after: str, lengths: str = "123") -> str:
        """A code of one of some lengths between two signs, and a subscriber's number."""
        kinds = [rf"{before}(?:{one}){after}{gap}{short}"] if "1" in lengths else []
        kinds += [rf"{before}(?:{two}|{three}){after}{gap}{long}"] if "2" in lengths else []
        return "|".join(kinds)

    country = r"\+?\(?\+?(?:00)?84\)?"
    bracketed = [
        line(rf"{country}{gap}\(0?", r"\)"),
        line(rf"\+?\(\+?(?:00)?84{gap}0?", r"\)"),
        line(r"\(0", r"\)"),
        line(rf"0{gap}\(", r"\)"),
    ]
    behind = rf"{country}(?:{gap}\(0\){gap}|{sign})0?"
    codes = "|".join((one, two, three, *_areas_today()))
    return {
        "grouped": rf"\A[+(0]*(?:84)?[ .()-]*(?:0[ .()-]*)?(?:{codes})[ .()-]",
        "certain": rf"\A(?:{'|'.join(bracketed)}|{line(behind, sign, '1')})\z",
        "behind_country_code": rf"\A(?:{line(behind, sign)})\z",
        "apart": rf"\A(?:{line('0', sign)}|{line('[+]?(?:00)?84', sign, '1')})\z",
        "one_digit_apart": rf"\A(?:{line('(?:0|[+]?(?:00)?84)', sign, '1')})\z",
        "without_zero": rf"\A(?:{line('', sign, '1')})\z",
        "area_today": rf"\A\(?0(?:{'|'.join(_areas_today())})\)?[ .-]",
        "as_mobile": rf"\((?:[^()]*[^0-9])?0?(?:{two})\){gap}[0-9]{{3}}{sign}[0-9]{{4}}\z",
        "seven_digits": rf"\A(?:0|{country}{gap}0?)(?:{two}){sign}{first}[0-9]{{6}}\z",
        "pairs": r"(?:[^0-9][0-9]{2}){4}\z",
    }


@dataclass(frozen=True)
class Renewed:
    """National numbers as they are today; every column is as long as the numbers.

    Parameters
    ----------
    values
        The numbers, null where they are none.
    legacy_prefix, legacy_area
        Which had a mobile prefix of before 2018, or an area code of before 2017.
    by_grouping
        Which are landlines by their grouping, and mobile numbers by their digits.
    maybe_landline
        Which are mobile numbers by their digits, and perhaps landlines by their grouping.
    instead
        What the number can be otherwise.
    """

    values: pa.Array
    legacy_prefix: Mask
    legacy_area: Mask
    by_grouping: Mask
    maybe_landline: Mask
    instead: pa.Array


def renew(numbers: pa.Array, good: Mask, with_zero: Mask, texts: pa.Array) -> Renewed:
    """Read national numbers by the plans of before 2017 and 2018 where today's does not decide.

    Parameters
    ----------
    numbers
        National numbers, without their zero.
    good
        Which of them today's plan knows.
    with_zero
        Which are written with their zero and without a country code: only those have an old area
        code if nothing but their digits says so. Two repairs of one number are a guess.
    texts
        What was written.
    """
    written = Grouping.of(texts)
    mobile = among(numbers, good, rf"\A(?:{mobile_pattern()})\z")
    old_mobile = _only(numbers, filled(numbers) & ~good, renew_mobile)
    left = filled(numbers) & ~good & ~filled(old_mobile)
    area_wanted = left | mobile & (
        written.certain | written.one_digit_apart | written.without_zero | written.seven_digits
    )
    landline = _only(numbers, area_wanted, renew_landline)
    known = filled(landline)
    plain = with_zero & ~written.area_today & (written.apart | ~_maybe_cut_short(numbers, left))
    allowed = plain | written.certain | written.behind_country_code | written.apart
    legacy_area = known & (left & allowed | mobile & written.certain & ~written.as_mobile)
    by_grouping = known & mobile & ~legacy_area & written.one_digit_apart
    refused = known & mobile & written.without_zero
    maybe = known & mobile & ~legacy_area & written.seven_digits
    values = choose(good & ~refused, numbers, old_mobile)
    values = choose(legacy_area | by_grouping, landline, values)
    instead = choose(by_grouping, numbers, landline)
    shown = by_grouping | maybe | known & ~filled(values) & ~written.area_today
    return Renewed(
        values=values,
        legacy_prefix=filled(old_mobile),
        legacy_area=legacy_area,
        by_grouping=by_grouping,
        maybe_landline=maybe,
        instead=keep(instead, shown),
    )


def _only(numbers: pa.Array, where: Mask, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Change the marked numbers; the others are null."""
    if not where.any():
        return pa.nulls(len(numbers), TEXT)
    return put(pa.nulls(len(numbers), TEXT), where, change(pick(numbers, where)))


def _maybe_cut_short(numbers: pa.Array, where: Mask) -> Mask:
    """Mark what begins as a landline of today and can have lost a digit.

    ``0225 381234`` of Hải Phòng is ``022 5381234`` of Sơn La without a digit. The numbers of VNPT,
    which begin with 3, are so many that they are taken for what they are.
    """
    areas = "|".join(_areas_today())
    here = among(numbers, where, rf"\A(?:{areas})")
    codes = "|".join(_prefixes("phone_areas_2017")[0].to_pylist())
    here &= ~among(numbers, here, rf"\A(?:{codes})3")
    return here
