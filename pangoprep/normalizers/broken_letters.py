"""Vietnamese letters in pieces: accents beside their letter, and single cells of an old font.

Vietnamese syllables follow strict rules. A word that breaks them, and keeps them once its pieces
are put together, was broken; ``José`` and ``D'Angelo`` are no syllables either way and stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, partial

import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import among, as_mask, matches, pick, put
from pangoprep.normalizers.legacy_fonts import FONTS, is_spelled, is_syllable, to_unicode
from pangoprep.tables import read_table

# What a single cell can have been typed for, or read from.
_SOURCES = (*FONTS, "cp1258")
# Pairs of letters that these make and Vietnamese words have not; ``\p{Ll}Ã`` is garbled UTF-8 as
# well. Plain words with none of them need no second look.
ODD_PAIR = (
    r"\p{Ll}[\x{c0}-\x{d6}\x{d8}-\x{de}]|[AEae][\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{ff}]"
    r"|[Oo][âåäøõïÂÅÄØÕÏ]|[UYuy][ùøûõïÙØÛÕÏ]|[IOUYÂÊÔÃÕÝiouyâêôãõý][ÌÒÞìò]"
)
_SYMBOLS = r"\x{a1}-\x{be}\x{d7}\x{f7}"
_ACCENTS = {
    "´": "\u0301",
    "ˊ": "\u0301",
    "`": "\u0300",
    "ˋ": "\u0300",
    "˜": "\u0303",
    "~": "\u0303",
    "^": "\u0302",
}
_VOWELS = "AEIOUYaeiouyÂÊÔĂƠƯâêôăơư"
# Marks that stand for themselves behind a space, as what is copied from a PDF has them.
_LOOSE = r"([^\W\d_]) ([\u0300-\u0303\u0306\u0309\u031b\u0323])"
_LOOSE_MARK = r"\p{L} [\x{300}-\x{303}\x{306}\x{309}\x{31b}\x{323}]"
_SUSPECT = rf"{_LOOSE_MARK}|{ODD_PAIR}|\p{{L}}[{_SYMBOLS}]|[{_SYMBOLS}]\p{{L}}|[{_VOWELS}][´`ˊˋ˜~^]"
# What is in all of those; the pattern of them takes RE2 milliseconds to make ready.
_SUSPECT_SIGN = rf"{ODD_PAIR}|[\x{{300}}-\x{{323}}{_SYMBOLS}´`ˊˋ˜~^]"
# What in a word proves that it was typed for a font; the rest is in words of other languages too.
_PROOF = {
    "tcvn3": re.compile(r"[a-z][À-ÖØ-Þ]|[^\W\d_][¡-¾×÷]|[¡-¾×÷][^\W\d_]"),
    "cp1258": re.compile("[a-z][ÌÒÞ]|[ÂÊÔÃÕÝâêôãõý][ÌÒÞìò]|[A-Z]{2}[ìò]"),
    "vni": re.compile("[Aa][êÊâÂ]|[Ee][âÂ]|[AEae][ãåÃÅàÀäÄáÁ]|[AEUYaeuy][øØõÕ]|[Oo][âÂåÅäÄ]"),
}
# Letters, and the signs that stand for letters or parts of them, but no quote around a word.
_WORD = re.compile(r"[^\W\d_¡-¾]?(?:[^\W\d_]|[¡-¾×÷´`ˊˋ˜~^\u00ad])+")


def whole_letters(values: pa.Array) -> tuple[pa.Array, Mask, pa.Array]:
    """Put broken letters together where the whole cell proves how; propose it elsewhere.

    Returns
    -------
    tuple
        The texts; a mask of those that were typed for an old font and are restored; and for those
        that hold other broken words, and stay, how these read put together, null elsewhere.
    """
    suspects = among(values, matches(values, _SUSPECT_SIGN), _SUSPECT)
    proposals = pa.nulls(len(values), TEXT)
    if not suspects.any():
        return values, suspects, proposals
    read = [_read(text) for text in pick(values, suspects).to_pylist()]
    proved = pa.array([whole if is_proved else None for whole, is_proved in read], TEXT)
    proposed = pa.array([None if is_proved else whole for whole, is_proved in read], TEXT)
    proposals = put(proposals, suspects, proposed)
    suspects[suspects] = as_mask(proved.is_valid())
    return put(values, suspects, proved.drop_null()), suspects, proposals


def _read(text: str) -> tuple[str | None, bool]:
    """Put a text together, None if nothing in it is broken, and say whether that is proved.

    It is if every word beyond ASCII is Vietnamese in an old font and none is as it stands: ``Vò``
    is Vũ in TCVN3, and a word of its own.
    """
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    for font in _SOURCES:
        proved = max(text) <= "\xff" and any(_broken_by(font, word) for word in words)
        known = max(text) <= "\xff" and any(_is_name_in(font, word) for word in words)
        if (proved or known) and all(
            is_spelled(_in_case(word, to_unicode(word, font))) for word in words
        ):
            whole = _WORD.sub(partial(_typed_for, font), text)
            changed = [word for word in words if to_unicode(word, font) != word]
            sound = [word for word in changed if is_syllable(word)]
            if proved and all(map(_capital_within, sound)) and len(sound) < len(changed):
                return whole, True
            return _WORD.sub(partial(_meant_for, font), text), False
    joined = unicodedata.normalize("NFC", re.sub(_LOOSE, r"\1\2", text))
    whole = _WORD.sub(_repaired, joined)
    return None if whole == text else whole, False


def _typed_for(font: str, found: re.Match[str]) -> str:
    word = found.group()
    return word if word.isascii() else _in_case(word, to_unicode(word, font))


def _meant_for(font: str, found: re.Match[str]) -> str:
    """Read a word of a cell that is not typed for a font throughout: a name stays as it is."""
    word = found.group()
    if word.casefold() in _names() and to_unicode(word, font).casefold() not in _names():
        return word
    return _typed_for(font, found)


def _is_name_in(font: str, word: str) -> bool:
    """Whether a word is no name, and one if typed for a font: ``Phaïm``, but not ``Loïc``."""
    name = to_unicode(word, font).casefold()
    return name in _names() and word.casefold() not in _names() and not word.isascii()


@cache
def _names() -> frozenset[str]:
    """Return the words of people's names, that in the middle of women's too, and of provinces."""
    names = ["thị", *read_table("person_names")["name"].to_pylist()]
    names += read_table("provinces")["name"].to_pylist()
    return frozenset(word for name in names for word in name.casefold().split())


def _broken_by(font: str, word: str) -> bool:
    if word == "µm":  # a thousandth of a millimeter, and àm in TCVN3
        return False
    if not _PROOF[font].search(word) or not is_spelled(to_unicode(word, font)):
        return False
    return not is_syllable(word) or (font == "tcvn3" and _capital_within(word))


def _capital_within(word: str) -> bool:
    """Whether a capital stands where nobody writes one, with Caps Lock or without: ``ChÝ``."""
    return re.search("[A-Z][a-z]+[À-ÖØ-Þ]|[a-z][À-ÖØ-Þ][a-z]", word) is not None


def _in_case(word: str, letters: str) -> str:
    """Write letters of a font that has no capitals as the word is written."""
    ascii_letters = [letter for letter in word if letter.isascii() and letter.isalpha()]
    capital = len(ascii_letters) > 1 and all(letter.isupper() for letter in ascii_letters)
    return letters.upper() if capital else letters


def _repaired(found: re.Match[str]) -> str:
    word = found.group()
    for font in _SOURCES:
        if not word.isascii() and (_broken_by(font, word) or _is_name_in(font, word)):
            return _in_case(word, to_unicode(word, font))
    if is_syllable(word) or not re.search(f"[{_VOWELS}][{''.join(_ACCENTS)}]", word):
        return word
    composed = word
    if "^" in word:  # what was typed as "e^~"
        composed = unicodedata.normalize("NFC", re.sub("(?<=[AEOaeo])\\^", "\u0302", word))
    composed = re.sub(
        f"(?<=[{_VOWELS}])(?:[´`ˊˋ˜]|~(?=[^\\W\\d_]))",
        lambda sign: _ACCENTS[sign.group()],
        composed,
    )
    composed = unicodedata.normalize("NFC", composed).replace("Ð", "Đ").replace("ð", "đ")
    same_case = composed.isupper() or composed[1:].islower()  # O`Brien is an Irishman
    return composed if same_case and is_syllable(composed) else word
