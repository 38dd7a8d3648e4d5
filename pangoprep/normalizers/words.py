"""Comparing words as Vietnamese people type them.

One word has many spellings in files: composed or decomposed letters, upper case, the tone on
either vowel (``hoà``, ``hòa``), or no marks at all (``hoa``). `spelling` brings the first three
together; a cell that carries no mark is also looked up among the unmarked words, where those mean
one thing only.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.memory import POOL
from pangoprep.normalizers.base import (
    as_mask,
    change_where,
    filled,
    keep,
    matches,
    pick,
    put,
    replace,
    starts,
)
from pangoprep.tables import read_table

# Every space and line end that is not U+0020.
_ODD_SPACES = (
    r"\x{09}-\x{0d}\x{1c}-\x{1f}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}"
    r"\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
)
# Control characters, soft hyphen, zero-width and direction marks, byte order mark, and letters
# and signs without a shape (Hangul fillers, the empty Braille cell).
INVISIBLE = (
    r"[\x{00}-\x{08}\x{0e}-\x{1b}\x{7f}-\x{84}\x{86}-\x{9f}\x{ad}\x{34f}\x{61c}\x{115f}\x{1160}\x{180e}"
    r"\x{200b}-\x{200f}\x{2800}\x{3164}\x{ffa0}"
    r"\x{202a}-\x{202e}\x{2060}-\x{2064}\x{2066}-\x{206f}\x{feff}\x{fff9}-\x{fffb}]"
)
# Footnotes, powers, fractions, and numbers in circles: no digits of the number beside them.
_OTHER_DIGITS = (
    r"[\x{b2}\x{b3}\x{b9}\x{bc}-\x{be}\x{2070}-\x{2079}\x{2080}-\x{2089}"
    r"\x{2150}-\x{215f}\x{2189}\x{2460}-\x{249b}\x{24ea}-\x{24ff}\x{2776}-\x{2793}]"
)
# Texts of ASCII and composed Vietnamese letters, with single spaces within: NFC and NFKC leave them
# as they are.
_SIGN = r"[!-~\x{c0}-\x{ff}ĂăĐđĨĩŨũƠơƯư\x{1ea0}-\x{1ef9}]"
_PLAIN = rf"\A(?:{_SIGN}+(?: {_SIGN}+)*)?\z"
_TONE_MARKS = "\u0300\u0301\u0303\u0309\u0323"
_TONES = r"\x{0300}\x{0301}\x{0303}\x{0309}\x{0323}"
_Form = Literal["NFC", "NFKC"]


def tidy(values: pa.Array) -> pa.Array:
    """Compose letters, drop invisible characters, make every run of spaces one space, trim."""
    odd = ~_is_plain(values)
    if not odd.any():
        return values
    some = pick(values, odd)
    some = replace_where(some, INVISIBLE, INVISIBLE, "")
    some = compose(some, "NFC")
    some = replace_where(some, f"[{_ODD_SPACES}]|  ", f"[ {_ODD_SPACES}]+", " ")
    return put(values, odd, pc.utf8_trim(some, " "))


def _is_plain(values: pa.Array) -> Mask:
    """Mark texts that need no tidying; null needs none either."""
    return ~filled(values) | matches(values, _PLAIN)


def replace_where(values: pa.Array, sign: str, pattern: str, replacement: str) -> pa.Array:
    """Replace matches of ``pattern`` in the few values in which ``sign`` occurs."""
    found = matches(values, sign)
    if not found.any():
        return values
    if found.all():
        return replace(values, pattern, replacement)
    return put(values, found, replace(pick(values, found), pattern, replacement))


def without_text_marks(values: pa.Array) -> pa.Array:
    """Take off what marks a cell as text: Excel's apostrophe, quotes, a formula that holds it."""
    marked = starts(values, "'") | starts(values, '"') | starts(values, "=")
    if not marked.any():
        return values
    cells = pick(values, marked).to_pylist()
    return put(values, marked, pa.array([_without_marks(cell) for cell in cells], type=TEXT))


def _without_marks(cell: str) -> str:
    # With places and not with texts: a cell of quotes would be copied once for each of them.
    start, end = 0, len(cell)
    while True:
        while start < end and cell[end - 1] == " ":
            end -= 1
        while start < end and cell[start] in "' ":
            # 'An' is in quotes, 'An has Excel's apostrophe.
            end -= cell[start] == cell[end - 1] == "'" and end - start > 1
            start += 1
        first = start + cell.startswith("=", start, end)
        is_quoted = end - first >= 2 and cell[first] == cell[end - 1] == '"'
        if not is_quoted or "\n" in cell:
            return cell[start:end]
        start, end = first + 1, end - 1


def compatible(values: pa.Array) -> pa.Array:
    """Turn full-width and other compatible characters into plain ones (NFKC), digits into 0 to 9.

    Texts with raised or lowered digits and fractions stay: 5² is not 52.
    """
    odd = ~_is_plain(values)
    odd &= ~matches(values, _OTHER_DIGITS)
    if not odd.any():
        return values
    return put(values, odd, _plain_digits(compose(pick(values, odd), "NFKC")))


def tidy_and_compatible(values: pa.Array) -> pa.Array:
    """Do what `tidy` and then `compatible` do: most texts are plain, and are looked at once."""
    return change_where(values, ~_is_plain(values), lambda some: compatible(tidy(some)))


def _plain_digits(values: pa.Array) -> pa.Array:
    """Write the decimal digits of other scripts, as phones set to Arabic or Thai do, as 0 to 9."""
    by_digit = _digits_of_scripts()
    found = matches(values, f"[{''.join(by_digit)}]")
    if not found.any():
        return values
    some = pick(values, found)
    for digit, signs in enumerate(by_digit):
        some = replace(some, f"[{signs}]", str(digit))
    return put(values, found, some)


@cache
def _digits_of_scripts() -> tuple[str, ...]:
    """The signs for 0 to 9 of all scripts but ours, by digit.

    In every script the ten follow each other (Unicode, section 4.6), so one of ten places is met.
    """
    signs = [""] * 10
    for place in range(0x80, sys.maxunicode + 1, 10):
        if chr(place).isdecimal():
            zero = place - unicodedata.decimal(chr(place))
            for digit in range(10):
                signs[digit] += chr(zero + digit)
    return tuple(signs)


def compose(values: pa.Array, form: _Form) -> pa.Array:
    """Bring texts to the Unicode form ``"NFC"`` or ``"NFKC"``."""
    if as_mask(pc.string_is_ascii(values)).all():
        return values
    return pc.utf8_normalize(values, form) if _arrow_composes() else compose_slowly(values, form)


def compose_slowly(values: pa.Array, form: _Form) -> pa.Array:
    """Do what `compose` does with the standard library, text by text."""
    marked = filled(values) & ~as_mask(pc.string_is_ascii(values))
    texts = pick(values, marked).to_pylist()
    return put(values, marked, pa.array([unicodedata.normalize(form, t) for t in texts], type=TEXT))


@cache
def _arrow_composes() -> bool:
    """Whether Arrow knows how to; before version 26 it only took apart (apache/arrow#51225)."""
    return bool(pc.utf8_normalize(pa.scalar("e\u0302", TEXT), "NFC").as_py() == "\u00ea")


def take_apart(values: pa.Array) -> pa.Array:
    """Bring texts to the Unicode form ``"NFKD"``: letters, then their marks."""
    return pc.utf8_normalize(values, "NFKD")


def spelling(values: pa.Array) -> pa.Array:
    """Bring case, composition and tone placement together; for comparing, not for showing.

    The Icelandic ð is đ: its capitals look the same and old encodings mix them up.
    """
    lower = pc.utf8_lower(values, memory_pool=POOL)
    if as_mask(pc.string_is_ascii(lower)).all():
        return lower
    apart = pc.utf8_normalize(pc.replace_substring(lower, "ð", "đ"), "NFD")
    # Moving every tone to the end of its word makes its place irrelevant.
    return replace(apart, rf"([{_TONES}])([^\s{_TONES}]+)", r"\2\1")


def unmarked(values: pa.Array) -> pa.Array:
    """Take all marks off: ``nữ`` becomes ``nu`` and ``đã`` becomes ``da``."""
    lower = pc.utf8_lower(values, memory_pool=POOL)
    marked = filled(lower) & ~as_mask(pc.string_is_ascii(lower))
    if not marked.any():
        return lower
    apart = pc.utf8_normalize(pick(lower, marked), "NFD")
    bare = replace_where(replace(apart, r"[\x{0300}-\x{036f}]+", ""), "[đð]", "[đð]", "d")
    return put(lower, marked, bare)


class Words:
    """A table of words and what they mean, ready to look cells up in.

    Parameters
    ----------
    meanings
        Value by word.
    """

    def __init__(self, meanings: Mapping[str, str]) -> None:
        words = pa.array(list(meanings), type=TEXT)
        values = list(meanings.values())
        exact = dict(zip(spelling(words).to_pylist(), values, strict=True))
        plain: dict[str, set[str]] = {}
        for word, value in zip(unmarked(words).to_pylist(), values, strict=True):
            plain.setdefault(word, set()).add(value)
        one_meaning = {word: next(iter(found)) for word, found in plain.items() if len(found) == 1}
        self._exact = _index(exact)
        self._plain = _index({**one_meaning, **exact})

    def look_up(self, values: pa.Array) -> pa.Array:
        """Return the meaning of each value, null for an unknown one."""
        spelled = spelling(values)
        found = _meaning(spelled, self._exact)
        unmarked_cell = as_mask(pc.string_is_ascii(spelled))
        if not unmarked_cell.any():
            return found
        return pc.coalesce(found, _meaning(keep(spelled, unmarked_cell), self._plain))


def _index(meanings: Mapping[str, str]) -> tuple[pa.Array, pa.Array]:
    return pa.array(list(meanings), type=TEXT), pa.array(list(meanings.values()), type=TEXT)


def _meaning(words: pa.Array, index: tuple[pa.Array, pa.Array]) -> pa.Array:
    known, meanings = index
    return meanings.take(pc.index_in(words, value_set=known))


_SCOPES = ("any", "typed", "not_boolean")


@cache
def written_null_words(scope: str) -> pa.Array:
    """Every composed lower-case way to write the null words of a scope and the narrower ones.

    Source: ``tables/null_words.csv``.
    """
    allowed = _SCOPES[: _SCOPES.index(scope) + 1]
    words = [row["word"] for row in read_table("null_words").to_pylist() if row["scope"] in allowed]
    forms = {form for word in words for form in _tone_placements(word)}
    forms.update(unmarked(pa.array(words, type=TEXT)).to_pylist())
    return pa.array(sorted(forms | {""}), type=TEXT)


def _tone_placements(word: str) -> set[str]:
    """Write a word with the tone of each syllable on any of its letters."""
    forms = {""}
    for syllable in word.split(" "):
        apart = unicodedata.normalize("NFD", syllable)
        tones = "".join(letter for letter in apart if letter in _TONE_MARKS)
        bare = "".join(letter for letter in apart if letter not in _TONE_MARKS)
        placed = {bare[:end] + tones + bare[end:] for end in range(1, len(bare) + 1)}
        forms = {f"{form} {one}".lstrip() for form in forms for one in placed}
    return {unicodedata.normalize("NFC", form) for form in forms}


def is_null_word(values: pa.Array, scope: str = "typed") -> Mask:
    """Mark empty texts and words that mean "nothing here", in texts that are tidy.

    ``scope`` is ``"any"`` for free text, where almost any word can be a value; ``"typed"`` where
    values have a form; ``"not_boolean"`` where besides "no" cannot be an answer, nor can a phrase
    such as "ko có sđt".
    """
    lower = pc.utf8_lower(values, memory_pool=POOL)
    known = as_mask(pc.is_in(lower, value_set=written_null_words(scope)))
    return known | _says_none(values) if scope == "not_boolean" else known


def _says_none(values: pa.Array) -> Mask:
    """Mark phrases that say there is nothing, such as ``quên số`` and ``ko có sđt``."""
    worded = matches(values, r"\A[^0-9@:/]+\z")
    if worded.any():
        worded[worded] = matches(unmarked(pick(values, worded)), _lacking())
    return worded


@cache
def _lacking() -> str:
    """The pattern of unmarked phrases. Source: ``tables/lacking_words.csv``."""
    rows = read_table("lacking_words")
    words = unmarked(rows["word"].combine_chunks().cast(TEXT)).to_pylist()
    parts = list(zip(words, rows["part"].to_pylist(), strict=True))
    lack, rest = ("|".join(w for w, kind in parts if kind == part) for part in ("lack", "rest"))
    return rf"\A(?:(?:{rest}) )*(?:{lack})(?: (?:{lack}|{rest}))*[ .!]*\z"


_SIGN_OR_DASH = "[-–—−_?.…,*/!#~ ]"


def only_signs(values: pa.Array) -> Mask:
    """Mark texts of nothing but signs, such as ``???`` and ``.``; a dash says "none" everywhere."""
    return matches(values, rf"\A{_SIGN_OR_DASH}*[?.…,*/!#~]{_SIGN_OR_DASH}*\z")


def without_signs(values: pa.Array) -> pa.Array:
    """Make texts of nothing but signs and dashes null, however many: ``####``, ``-----``."""
    return keep(values, ~matches(values, rf"\A{_SIGN_OR_DASH}+\z"))


def without_null_words(values: pa.Array, scope: str = "typed") -> pa.Array:
    """Make null words null."""
    return keep(values, ~is_null_word(values, scope))
