"""Ids: text in which every character counts, leading zeros too."""

from __future__ import annotations

import pyarrow as pa

from pangoprep.normalizers.base import (
    Context,
    Mask,
    Normalized,
    choose,
    filled,
    keep,
    matches,
    replace,
)
from pangoprep.normalizers.scientific import SCIENTIFIC, every_digit
from pangoprep.normalizers.words import tidy, without_null_words, without_text_marks


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Trim, and undo what a number column did to the id where no digit is lost.

    Rules: ``id.float``, ``id.excel_rounded``.
    """
    ids = without_null_words(without_text_marks(tidy(values)), "not_boolean")
    # 1E5 is a possible id; a mantissa or a signed exponent is a number's.
    rounded = matches(ids, r"\A(?:[0-9][.,][0-9]+[eE]|[0-9][eE]\+)") & matches(ids, SCIENTIFIC)
    whole = every_digit(ids, rounded)
    # A float vouches for fifteen digits.
    whole = keep(whole, matches(whole, r"\A[0-9]{1,15}\z"))
    floats = matches(ids, r"\A[0-9]{1,15}\.0+\z")
    recovered = rounded & filled(whole)
    lost = (rounded & ~recovered) | matches(ids, r"\A[0-9]{16,}\.0+\z")
    ids = choose(floats, replace(ids, r"\.0+\z", ""), choose(rounded, whole, ids))
    result = Normalized(keep(ids, ~lost))
    result.flag("id.float", floats | recovered)
    result.flag("id.excel_rounded", lost)
    return result


def is_canonical(values: pa.Array, context: Context) -> Mask:
    """Mark ids of up to four letters and then digits; Excel leaves no such trace."""
    return matches(values, r"\A(?:[A-Za-z]{1,4}[_-]?)?[0-9]{1,15}\z")
