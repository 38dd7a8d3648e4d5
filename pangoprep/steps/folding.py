"""How keys are folded to find those that differ in nothing but how they are written.

``KH001``, ``kh-001``, ``KH 001`` and ``KH1`` fold to one text. What may belong to the number
stays: ``1-11`` is not ``11-1``, and the bill ``HD000123.01`` is not number 12,301.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import (
    among,
    as_mask,
    change_where,
    choose,
    filled,
    in_slices,
    matches,
    replace,
)
from pangoprep.normalizers.words import compatible, unmarked

# Random signs in which capitals count, as Salesforce and short links have them.
_CAPITALS_COUNT = (r"\A[0-9A-Za-z]{10,}\z", "[A-Z].*[A-Z]", "[a-z].*[a-z]", "[0-9]")
_OF_THE_WEB = "://"
# "A+" is not "A", nor "A&B" "AB"; an address keeps all of its signs.
KEPT_SIGNS = "+&%*@"
_SIGNS = r"[^0-9\p{L}+&%*@]"
_SEVERAL_SIGNS = rf"[0-9]{_SIGNS}[0-9]|{_SIGNS}{{2}}"
# A long number that is written in groups: all of three digits or more, or three groups and more.
_IN_GROUPS = rf"\A[^0-9]*[0-9]{{2,}}(?:{_SIGNS}[0-9]{{2,}})+\z"
_EIGHT_DIGITS = r"(?:[0-9][^0-9]?){8}"
_OF_GROUPS = rf"[0-9]{{2,}}{_SIGNS}[0-9]{{2,}}{_SIGNS}[0-9]{{2,}}|[0-9]{{3,}}{_SIGNS}[0-9]{{3,}}\z"

_Letters = np.ndarray[Any, np.dtype[np.uint8]]


def fold(keys: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    """Write keys so that those are equal that differ only in how they are written.

    Case, marks of letters, signs, and zeros in front of digits do not count. Signs between digits
    do, unless they part a number of eight digits or more into groups. Addresses of mail
    and the web keep their signs, and random signs of both cases their capitals.

    Parameters
    ----------
    keys
        Texts, null where there is no key.

    Examples
    --------
    >>> fold(pa.array(["KH001", "kh-1", "0912 345 678", "1-11", "11-1"])).to_pylist()
    ['kh1', 'kh1', '912345678', '1-11', '11-1']
    """
    texts = keys.cast(TEXT)
    return pa.chunked_array([_folded(some) for some, _ in in_slices(texts)], TEXT)


def _folded(keys: pa.Array) -> pa.Array:
    plain = _without_capitals(keys)
    signed = filled(plain) & ~as_mask(pc.ascii_is_alnum(plain))
    addresses = among(plain, signed, f"@|{_OF_THE_WEB}")
    folded = _shortened(change_where(plain, signed & ~addresses, _with_single_signs))
    # What has neither letters nor digits stays as it is.
    stays = addresses | as_mask(pc.equal(pc.binary_length(folded), 0))
    return choose(stays, plain, folded) if stays.any() else folded


def _without_capitals(keys: pa.Array) -> pa.Array:
    """Write small letters, but in random signs of both cases and in web addresses."""
    lower = pc.ascii_lower(keys)
    both = as_mask(pc.not_equal(lower, keys)) & as_mask(pc.not_equal(pc.ascii_upper(keys), keys))
    random = both
    for pattern in _CAPITALS_COUNT:
        random = among(keys, random, pattern)
    stays = random | among(keys, both, _OF_THE_WEB)
    return choose(stays, keys, lower) if stays.any() else lower


def _with_single_signs(keys: pa.Array) -> pa.Array:
    """Take the marks off letters, the signs out of long numbers, and leave one sign of several."""
    odd = ~as_mask(pc.string_is_ascii(keys))
    keys = change_where(keys, odd, lambda some: unmarked(pc.utf8_lower(compatible(some))))
    several = matches(keys, _SEVERAL_SIGNS)
    keys = change_where(keys, several, lambda some: replace(some, f"{_SIGNS}+", "-"))
    grouped = several
    for pattern in (_IN_GROUPS, _EIGHT_DIGITS, _OF_GROUPS):
        grouped = among(keys, grouped, pattern)
    return change_where(keys, grouped, lambda some: replace(some, _SIGNS, ""))


def _shortened(keys: pa.Array) -> pa.Array:
    """Drop signs but between digits, and zeros in front of digits: in the bytes of all at once."""
    keys = pa.concat_arrays([keys, pa.array([], TEXT)])  # without an offset
    places = np.frombuffer(keys.buffers()[1], np.int64, len(keys) + 1)
    letters = np.frombuffer(keys.buffers()[2] or b"", np.uint8)[: places[-1]]
    if not len(letters):
        return keys
    kinds = _KINDS[letters]
    filled_keys = places[:-1] < places[1:]
    first, last = places[:-1][filled_keys], places[1:][filled_keys] - 1
    is_digit = kinds <= _DIGIT
    dropped = kinds == _SIGN
    between = dropped & _behind(is_digit, first) & _before(is_digit, last)
    dropped &= ~between
    zero = (kinds == _ZERO) & _before(is_digit, last)
    leading = np.flatnonzero(zero & ~_behind(is_digit, first))
    while len(leading):
        dropped[leading] = True
        leading = leading[zero[leading + 1]] + 1  # a zero that goes has a digit behind it
    if not dropped.any() and not between.any():
        return keys
    kept = np.where(between, np.uint8(ord("-")), letters)[~dropped]
    n_dropped = np.append(0, np.cumsum(dropped))
    ends = pa.py_buffer(places - n_dropped[places])
    return pa.LargeStringArray.from_buffers(len(keys), ends, pa.py_buffer(kept), keys.buffers()[0])


def _behind(marked: Mask, first: np.ndarray[Any, Any]) -> Mask:
    """Mark the letters behind marked ones, in the same key."""
    moved = np.zeros_like(marked)
    moved[1:] = marked[:-1]
    moved[first] = False
    return moved


def _before(marked: Mask, last: np.ndarray[Any, Any]) -> Mask:
    """Mark the letters before marked ones, in the same key."""
    moved = np.zeros_like(marked)
    moved[:-1] = marked[1:]
    moved[last] = False
    return moved


_ZERO, _DIGIT, _SIGN, _LETTER = range(4)


def _kinds() -> _Letters:
    """Return the kind of each byte."""
    kinds = np.full(256, _LETTER, np.uint8)
    for byte in range(128):
        if not chr(byte).isalnum() and chr(byte) not in KEPT_SIGNS:
            kinds[byte] = _SIGN
    kinds[ord("1") : ord("9") + 1] = _DIGIT
    kinds[ord("0")] = _ZERO
    return kinds


_KINDS = _kinds()
