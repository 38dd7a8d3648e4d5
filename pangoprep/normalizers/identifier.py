"""Ids: text in which every character counts, leading zeros too."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.types import Mask
from pangoprep.normalizers.alphabets import mixed_scripts
from pangoprep.normalizers.base import (
    Context,
    Normalized,
    among,
    as_mask,
    choose,
    filled,
    keep,
    matches,
    pick,
    put,
    replace,
)
from pangoprep.normalizers.formula import runs_in_a_sheet
from pangoprep.normalizers.scientific import every_digit
from pangoprep.normalizers.words import (
    replace_where,
    tidy,
    without_null_words,
    without_signs,
    without_text_marks,
)

# The old identity card has 9 digits; the citizen's card of 2012 has 12: a province from 001 to 096,
# the sex and century, the year of birth. Source: Circular 59/2021/TT-BCA, article 7.
_IDENTITY = r"\A(?:[0-9]{9}|[0-9]{12})\z"
_CARD_SINCE_2012 = r"\A0(?:0[1-9]|[1-8][0-9]|9[0-6])[0-3][0-9]{8}\z"
_GAP = "[ .\u00b7_\u2010-\u2015-]"
# CCCD: 079088001234 says which card the number is of.
_CARD_NAME = (
    r"(?i)\A(?:số |so )?(?:cccd|cmnd|cmtnd|cmt|căn cước(?: công dân)?|can cuoc(?: cong dan)?"
    r"|chứng minh(?: nhân dân)?|chung minh(?: nhan dan)?)(?: số| so)?[ .:]*"
    rf"([0-9](?:{_GAP}?[0-9])+)\z"
)
_GROUPED = {
    # 9 or 12 digits in groups of three or more, 12 in fours.
    "identity": (
        rf"\A(?:(?:[0-9]{{3}}{_GAP}?){{2,3}}[0-9]{{3}}|(?:[0-9]{{4}}{_GAP}){{2}}[0-9]{{4}})\z"
    ),
    # A bank's or member's card: 16 digits in fours, and what is left of 19.
    "card": rf"\A[0-9]{{4}}(?:{_GAP}[0-9]{{4}}){{3}}(?:{_GAP}[0-9]{{3}})?\z",
}


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Trim, and undo what a number column did to the id where no digit is lost.

    What an identity number and a card are written as is known: digits, at times in groups. Rules:
    ``id.float``, ``id.excel_rounded``, ``id.formula``, ``id.separators``, ``id.lost_zeros``,
    ``text.other_script``.
    """
    ids = without_signs(without_null_words(without_text_marks(tidy(values)), "not_boolean"))
    form = context.parameters.get("form")
    if form == "identity":
        ids = replace_where(ids, r"(?i)\A[sc]", _CARD_NAME, r"\1")
    # 1E5 is a possible id; a mantissa or a signed exponent is a number's.
    rounded = matches(ids, r"\A[0-9](?:[.,][0-9]+[eE]\+?|[eE]\+)[0-9]{1,3}\z")
    whole = every_digit(ids, rounded)
    # A float vouches for fifteen digits.
    whole = keep(whole, as_mask(pc.less_equal(pc.binary_length(whole), 15)))
    decimals = among(ids, as_mask(pc.ends_with(ids, "0")), r"\A[0-9]+\.0+\z")
    floats = decimals & as_mask(pc.less_equal(pc.find_substring(ids, "."), 15))
    recovered = rounded & filled(whole)
    lost = (rounded & ~recovered) | (decimals & ~floats)
    ids = choose(rounded, whole, ids)
    ids = put(ids, floats, replace(pick(ids, floats), r"\.0+\z", ""))
    grouped = np.zeros(len(ids), dtype=bool)
    if form in _GROUPED:
        grouped = among(ids, ~matches(ids, r"\A[0-9]+\z"), _GROUPED[form])
    ids = put(ids, grouped, replace(pick(ids, grouped), "[^0-9]", ""))
    result = Normalized(keep(ids, ~lost))
    result.flag("id.separators", grouped & ~lost)
    if form == "identity":
        result.flag("id.lost_zeros", *_short_of_zeros(result.values))
    result.flag("id.float", floats | recovered)
    result.flag("id.excel_rounded", lost)
    result.flag("text.other_script", *mixed_scripts(result.values))
    result.flag("id.formula", runs_in_a_sheet(result.values))
    return result


def _short_of_zeros(ids: pa.Array) -> tuple[Mask, pa.Array]:
    """Mark identity numbers that have neither 9 nor 12 digits; suggest the zeros Excel took off."""
    wrong = matches(ids, r"\A[0-9]+\z") & ~matches(ids, _IDENTITY)
    padded = pc.utf8_lpad(ids, 12, "0")
    old = matches(ids, r"\A[1-9][0-9]{7}\z")
    suggestions = choose(old, pc.utf8_lpad(ids, 9, "0"), padded)
    plausible = old | (matches(ids, r"\A[0-9]{10,11}\z") & matches(padded, _CARD_SINCE_2012))
    return wrong, keep(suggestions, plausible)


def is_canonical(values: pa.Array, context: Context) -> Mask:
    """Mark ids of up to four letters and then digits; Excel leaves no such trace."""
    if context.parameters.get("form") == "identity":
        return matches(values, _IDENTITY)
    return matches(values, r"\A(?:[A-Za-z]{1,4}[_-]?)?[0-9]{1,15}\z")
