"""Dates as other systems order and punctuate them, brought to the order of `forms`."""

from __future__ import annotations

import re
import unicodedata

import pyarrow as pa

from pangoprep.normalizers.base import matches, pick, put
from pangoprep.normalizers.words import replace_where

# 13:45 15/06/2020: the clock first, as many Vietnamese systems print it.
_CLOCK_FIRST = (
    r"\A(?:luc )?([0-9]{1,2}[:hg][0-9]{2}(?::[0-9]{2})?(?: ?(?:[ap]\.?m\.?|sa|ch|sang|chieu|toi))?)"
    r"[ ,]+(?:- )?(?:ngay )?([^:]+)\z"
)
# ngày 15/06/1988: the word for date.
_BEFORE_DAY = (
    r"\A(?:ngay(?: sinh)?(?: ?: ?| )|ng\.? ?"
    r"|(?:sinh ngay|sinh|ns|sn|dob|birthday)(?: ?[:.] ?| ))?([0-9])"
)
_LABELED = r"\A(?:n[gs]|s[in]|dob|bi)"
# (15/06/1988): brackets around the whole.
_BRACKETED = r"\A[(\[]([0-9][^()\[\]]*)[)\]]\z"
_REPEATED = r"[0-9] ?(?://+|\.\.+|--+) ?[0-9]"
# 1988. 6. 15: as Korean and Hungarian systems write it.
_DOTTED = r"\A([0-9]{4})\. ?([0-9]{1,2})\. ?([0-9]{1,2})\b\.?"
# 01-JAN-80 12.00.00.000000 AM: as Oracle prints it.
_DOTTED_CLOCK = r"([0-9]{2} [0-9]{1,2})\.([0-9]{2})\.([0-9]{2})\b"
# 1988年6月15日 and 오후 or 下午 before the clock: as East Asian systems write it. Korean syllables
# lie in pieces, as all letters do whose marks were taken off.
YEAR_SIGN, _MONTH_SIGN, _DAY_SIGN = (
    f"(?:{unicodedata.normalize('NFD', signs)})" for signs in ("年|년", "月|월", "日|일")
)
_EAST_ASIAN_DAY = (
    rf"\A([0-9]{{4}}) ?{YEAR_SIGN} ?([0-9]{{1,2}}) ?{_MONTH_SIGN} ?([0-9]{{1,2}}) ?{_DAY_SIGN}"
)
_EAST_ASIAN_HALVES = {
    unicodedata.normalize("NFD", words): half
    for words, half in {"오전|上午|午前": "am", "오후|下午|午後": "pm"}.items()
}
_EAST_ASIAN = "|".join((YEAR_SIGN, *_EAST_ASIAN_HALVES))
# 20200615 13:45 and 15062020 13:45: days in one piece before a clock.
_DAY_IN_ONE_PIECE = {
    r"\A((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2}) ([0-9]{1,2}[:h].*)\z": r"\1-\2-\3 \4",
    r"\A([0-9]{2})([0-9]{2})((?:19|20)[0-9]{2}) ([0-9]{1,2}[:h].*)\z": r"\1/\2/\3 \4",
    r"\A((?:19|20)[0-9]{6}) ([0-9]{6})\z": r"\1t\2",
}
# 2020-06-15-13.45.30 and 2020-06-15_13:45:30: as DB2 and names of files have it.
_JOINED_CLOCK = r"\A([0-9]{4}-[0-9]{2}-[0-9]{2})[-_]([0-9]{2})[.:]([0-9]{2})[.:]([0-9]{2})\b"
_CLOCK_IN_WORDS = (
    r"\b([0-9]{1,2}) ?(?:gio|h|g) ?([0-9]{1,2}) ?(?:phut|p|') ?([0-9]{2}) ?(?:giay|s)\b"
)
# Java's [UTC] and [Asia/Ho_Chi_Minh]: what stands before says the same, or nothing.
_ZONE_NAME = r"((?:z|[+-][0-9]{2}:?[0-9]{2}))\[[a-z/_+0-9-]+\]\z"
_ZONES = {
    r"\[(?:utc|gmt|etc/utc|z)\]\z": "z",
    r"\[asia/(?:ho_chi_minh|saigon|bangkok|hanoi)\]\z": "+07:00",
    r" asia/(?:ho_chi_minh|saigon|bangkok|hanoi)\z": "+07:00",
}
# The signs of all that `_reorder` does.
_ODD = (
    r"\A['\"(\[]|[.,;'\"\])]\z|[‐-―−]|[:hg]"
    rf"|{_LABELED}|{_EAST_ASIAN}|{_REPEATED}|{_DOTTED}|{_DOTTED_CLOCK}|{_JOINED_CLOCK}"
    r"|\A[0-9]{8} [0-9]"
)


def in_usual_order(texts: pa.Array) -> pa.Array:
    """Take off what stands around a date, and put the clock behind it."""
    odd = matches(texts, _ODD)
    return put(texts, odd, _reorder(pick(texts, odd))) if odd.any() else texts


def _reorder(texts: pa.Array) -> pa.Array:
    # Quotes, Excel's mark for text, and what a sentence leaves behind.
    texts = replace_where(texts, r"\A['\"]|[.,;'\"]\z", r"\A['\"]+|[.,;'\"]+\z", "")
    texts = replace_where(texts, "[‐-―−]", "[‐-―−]", "-")
    texts = replace_where(texts, r"\A[(\[]", _BRACKETED, r"\1")
    texts = replace_where(texts, r"\]\z", _ZONE_NAME, r"\1")
    for name, offset in _ZONES.items():
        texts = replace_where(texts, r"\]\z| asia/", name, offset)
    texts = _from_east_asia(texts)
    for form, parts in _DAY_IN_ONE_PIECE.items():
        texts = replace_where(texts, r"\A[0-9]{8} ", form, parts)
    texts = replace_where(texts, _JOINED_CLOCK, _JOINED_CLOCK, r"\1 \2:\3:\4")
    texts = replace_where(texts, r"(?:giay|s)\b", _CLOCK_IN_WORDS, r"\1:\2:\3")
    texts = replace_where(texts, _DOTTED, _DOTTED, r"\1-\2-\3")
    texts = replace_where(texts, _DOTTED_CLOCK, _DOTTED_CLOCK, r"\1:\2:\3")
    for sign in "/.-":
        one = re.escape(sign)
        texts = replace_where(
            texts, f"{one}{one}", f"([0-9]) ?{one}{{2,}} ?([0-9])", rf"\1{sign}\2"
        )
    texts = replace_where(texts, _LABELED, _BEFORE_DAY, r"\1")
    return replace_where(texts, "[:hg]", _CLOCK_FIRST, r"\2 \1")


def _from_east_asia(texts: pa.Array) -> pa.Array:
    texts = replace_where(texts, _EAST_ASIAN, _EAST_ASIAN_DAY, r"\1-\2-\3")
    for words, half in _EAST_ASIAN_HALVES.items():
        clock = rf"(?:{words}) ?([0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)"
        texts = replace_where(texts, _EAST_ASIAN, clock, rf"\1 {half}")
    return texts
