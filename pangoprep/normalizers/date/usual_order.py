"""Dates as other systems order and punctuate them, brought to the order of `forms`."""

from __future__ import annotations

import re

import pyarrow as pa

from pangoprep.normalizers.base import matches, put
from pangoprep.normalizers.words import replace_where

# 13:45 15/06/2020: the clock first, as many Vietnamese systems print it.
_CLOCK_FIRST = (
    r"\A(?:luc )?([0-9]{1,2}[:hg][0-9]{2}(?::[0-9]{2})?(?: ?(?:[ap]\.?m\.?|sa|ch))?)"
    r"[ ,]+(?:- )?(?:ngay )?([^:]+)\z"
)
# Thứ hai, ngày 15/06/1988: the day of the week, and the word for date.
_BEFORE_DAY = (
    r"\A(?:(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|t[2-7]|cn),? )?(?:ngay |ng\.? ?)?([0-9])"
)
_REPEATED = r"[0-9] ?(?://+|\.\.+|--+) ?[0-9]"
# 1988. 6. 15: as Korean and Hungarian systems write it.
_DOTTED = r"\A([0-9]{4})\. ?([0-9]{1,2})\. ?([0-9]{1,2})\b\.?"
# 01-JAN-80 12.00.00.000000 AM: as Oracle prints it.
_DOTTED_CLOCK = r"([0-9]{2} [0-9]{1,2})\.([0-9]{2})\.([0-9]{2})\b"
# Java's [UTC] and [Asia/Ho_Chi_Minh]: what stands before says the same, or nothing.
_ZONE_NAME = r"((?:z|[+-][0-9]{2}:?[0-9]{2}))\[[a-z/_+0-9-]+\]\z"
_ZONES = {
    r"\[(?:utc|gmt|etc/utc|z)\]\z": "z",
    r"\[asia/(?:ho_chi_minh|saigon|bangkok|hanoi)\]\z": "+07:00",
}
# The signs of all that `_reorder` does.
_ODD = (
    r"\A['\"]|[.,;'\"\]]\z|[‐-―−]|\A(?:t[2-7hu]|c[hn]|ng)|[:hg]"
    rf"|{_REPEATED}|{_DOTTED}|{_DOTTED_CLOCK}"
)


def in_usual_order(texts: pa.Array) -> pa.Array:
    """Take off what stands around a date, and put the clock behind it."""
    odd = matches(texts, _ODD)
    return put(texts, odd, _reorder(texts.filter(pa.array(odd)))) if odd.any() else texts


def _reorder(texts: pa.Array) -> pa.Array:
    # Quotes, Excel's mark for text, and what a sentence leaves behind.
    texts = replace_where(texts, r"\A['\"]|[.,;'\"]\z", r"\A['\"]+|[.,;'\"]+\z", "")
    texts = replace_where(texts, "[‐-―−]", "[‐-―−]", "-")
    texts = replace_where(texts, r"\]\z", _ZONE_NAME, r"\1")
    for name, offset in _ZONES.items():
        texts = replace_where(texts, r"\]\z", name, offset)
    texts = replace_where(texts, _DOTTED, _DOTTED, r"\1-\2-\3")
    texts = replace_where(texts, _DOTTED_CLOCK, _DOTTED_CLOCK, r"\1:\2:\3")
    for sign in "/.-":
        one = re.escape(sign)
        texts = replace_where(
            texts, f"{one}{one}", f"([0-9]) ?{one}{{2,}} ?([0-9])", rf"\1{sign}\2"
        )
    texts = replace_where(texts, r"\A(?:t[2-7hu]|c[hn]|ng)", _BEFORE_DAY, r"\1")
    return replace_where(texts, "[:hg]", _CLOCK_FIRST, r"\2 \1")
