"""How keys are folded to find those that differ in nothing but how they are written.

``KH001``, ``kh-001``, ``KH 001`` and ``KH1`` fold to one text. What may belong to the number
stays: ``1-11`` is not ``11-1``, and the bill ``HD000123.01`` is not number 12,301.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.text_bytes import Bytes, bytes_of, without_bytes
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
_EIGHT_DIGITS = r"(?:[0-9][^0-9]?){8}"


class _Signs(NamedTuple):
    """Patterns of signs: one, several, and those that part a long number into groups."""

    one: str
    several: str
    grouping: tuple[str, ...]

    @classmethod
    def beside(cls, letters: str) -> _Signs:
        """Make the patterns for texts whose letters are some of these."""
        one = f"[^0-9{letters}{KEPT_SIGNS}]"
        # All groups are of three digits or more, or there are three and more.
        in_groups = rf"\A[^0-9]*[0-9]{{2,}}(?:{one}[0-9]{{2,}})+\z"
        of_groups = rf"[0-9]{{2,}}{one}[0-9]{{2,}}{one}[0-9]{{2,}}|[0-9]{{3,}}{one}[0-9]{{3,}}\z"
        several = rf"[0-9]{one}[0-9]|{one}{{2}}"
        return cls(one, several, (in_groups, _EIGHT_DIGITS, of_groups))


# A pattern of all letters there are takes RE2 milliseconds to make ready, each time.
_AMONG_ASCII, _AMONG_ANY = _Signs.beside("A-Za-z"), _Signs.beside(r"\p{L}")


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
    ['KH1', 'KH1', '912345678', '1-11', '11-1']
    """
    texts = keys.cast(TEXT)
    return pa.chunked_array([_folded(some) for some, _ in in_slices(texts)], TEXT)


def _folded(keys: pa.Array) -> pa.Array:
    capitals = change_where(keys, _has_small_letters(keys), _in_capitals)
    # Most keys have no sign and no zero to drop: those that have are taken out and put back once.
    signed = filled(capitals) & ~as_mask(pc.ascii_is_alnum(capitals))
    return change_where(capitals, signed | _zero_leads(capitals), _without_signs)


def _has_small_letters(keys: pa.Array) -> Mask:
    return as_mask(pc.not_equal(pc.ascii_upper(keys), keys))


def _in_capitals(keys: pa.Array) -> pa.Array:
    """Write capitals, but in random signs of both cases and in addresses of the web."""
    both = as_mask(pc.not_equal(pc.ascii_lower(keys), keys))
    random = both
    for pattern in _CAPITALS_COUNT:
        random = among(keys, random, pattern)
    return choose(random | among(keys, both, _OF_THE_WEB), keys, pc.ascii_upper(keys))


def _without_signs(keys: pa.Array) -> pa.Array:
    signed = ~as_mask(pc.ascii_is_alnum(keys))
    addresses = among(keys, signed, f"@|{_OF_THE_WEB}")
    folded = _shortened(change_where(keys, signed & ~addresses, _with_single_signs))
    # What has neither letters nor digits stays as it is.
    return choose(addresses | as_mask(pc.equal(pc.binary_length(folded), 0)), keys, folded)


def _with_single_signs(keys: pa.Array) -> pa.Array:
    """Take the marks off letters, the signs out of long numbers, and leave one sign of several."""
    odd = ~as_mask(pc.string_is_ascii(keys))
    keys = change_where(keys, odd, _without_marks)
    signs = _AMONG_ASCII if as_mask(pc.string_is_ascii(keys)).all() else _AMONG_ANY
    grouped = several = matches(keys, signs.several)
    keys = change_where(keys, several, lambda some: replace(some, f"{signs.one}+", "-"))
    for pattern in signs.grouping:
        grouped = among(keys, grouped, pattern)
    return change_where(keys, grouped, lambda some: replace(some, signs.one, ""))


def _without_marks(keys: pa.Array) -> pa.Array:
    return pc.ascii_upper(unmarked(pc.utf8_lower(compatible(keys))))


def _zero_leads(keys: pa.Array) -> Mask:
    """Mark keys in which a zero stands with no digit before it."""
    letters, places = bytes_of(keys)
    leads = letters == ord("0")
    leads[1:] &= (letters[:-1] - np.uint8(ord("0"))) > 9  # other bytes wrap around to more
    marked = np.zeros(len(keys), dtype=bool)
    marked[np.searchsorted(places, np.flatnonzero(leads), side="right") - 1] = True
    begins = places[:-1] < places[1:]
    marked[begins] |= letters[places[:-1][begins]] == ord("0")
    return marked


def _shortened(keys: pa.Array) -> pa.Array:
    """Drop signs but between digits, and zeros in front of digits: in the bytes of all at once."""
    letters, places = bytes_of(keys)
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
    return without_bytes(keys, dropped, np.where(between, np.uint8(ord("-")), letters))


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


def _kinds() -> Bytes:
    """Return the kind of each byte."""
    kinds = np.full(256, _LETTER, np.uint8)
    for byte in range(128):
        if not chr(byte).isalnum() and chr(byte) not in KEPT_SIGNS:
            kinds[byte] = _SIGN
    kinds[ord("1") : ord("9") + 1] = _DIGIT
    kinds[ord("0")] = _ZERO
    return kinds


_KINDS = _kinds()
