"""Ids: text in which every character counts, leading zeros too."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

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
)
from pangoprep.normalizers.formula import runs_in_a_sheet
from pangoprep.normalizers.scientific import every_digit
from pangoprep.normalizers.words import tidy, without_null_words, without_text_marks


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Trim, and undo what a number column did to the id where no digit is lost.

    Rules: ``id.float``, ``id.excel_rounded``, ``id.formula``.
    """
    ids = without_null_words(without_text_marks(tidy(values)), "not_boolean")
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
    ids = put(ids, floats, replace(ids.filter(pa.array(floats)), r"\.0+\z", ""))
    result = Normalized(keep(ids, ~lost))
    result.flag("id.float", floats | recovered)
    result.flag("id.excel_rounded", lost)
    result.flag("id.formula", runs_in_a_sheet(result.values))
    return result


def is_canonical(values: pa.Array, context: Context) -> Mask:
    """Mark ids of up to four letters and then digits; Excel leaves no such trace."""
    return matches(values, r"\A(?:[A-Za-z]{1,4}[_-]?)?[0-9]{1,15}\z")
