"""Vietnamese text typed for the fonts TCVN3 (ABC) and VNI, from before Unicode.

Such text is Western letters that only look Vietnamese in the right font: ``NguyÔn V¨n An`` and
``Nguyeãn Vaên An`` are both Nguyễn Văn An. It is recognized by its syllables: Vietnamese ones
follow strict rules, and text in the wrong encoding breaks them nearly everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

FONTS = ("tcvn3", "vni")
_ENOUGH_WORDS = 3
_IS_VIETNAMESE = 0.6  # names of places and products from elsewhere are among the words

# Source: TCVN 5712:1993, VN3 (the .VnTime fonts). One byte a letter; capitals are another font.
_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉËÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ®§¡¢£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđĐĂÂÊÔƠƯ",
        strict=True,
    )
)
_TCVN3_TABLE = str.maketrans(_TCVN3)

# Source: the VNI-Times fonts. A vowel and the sign behind it; a few letters stand alone.
_VNI_SIGNS = {
    "aeouyôö": dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True)),
    "aeo": dict(
        zip(
            "âáàåãä",
            ["\u0302", *(f"\u0302{tone}" for tone in "\u0301\u0300\u0309\u0303\u0323")],
            strict=True,
        )
    ),
    "a": dict(
        zip(
            "êéèúüë",
            ["\u0306", *(f"\u0306{tone}" for tone in "\u0301\u0300\u0309\u0303\u0323")],
            strict=True,
        )
    ),
}
_VNI_ALONE = dict(zip("ôöíìæóòîñ", "ơưíìỉĩịỵđ", strict=True))

# Windows-1258 read as Windows-1252: letters that differ, and tones behind their letter.
_FROM_1252 = str.maketrans(
    dict(zip("ÃãÕõÝýÐðÌìÒòÞ", "ĂăƠơƯưĐđ\u0300\u0301\u0309\u0323\u0303", strict=True))
)

WORD = re.compile(r"[^\s!-/:-@\[-`{-~0-9]+")
_NUCLEI = (
    "a ai ao au ay ă â âu ây e eo ê êu i ia iu iê iêu o oa oai oao oay oă oe oeo oi oo ô ôi ơ ơi u "
    "ua uai uay uă uâ uây ue uê ui uo uô uôi uơ uy uya uyê uyu ư ưa ưi ưu ươ ươi ươu y yê yêu"
)
# The end k is in names of the highlands: Đắk Lắk.
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
    rf"(?P<nucleus>{'|'.join(sorted(_NUCLEI.split(), key=len, reverse=True))})"
    r"(?P<coda>ch|nh|ng|[ckmnpt])?"
)
_TONES = re.compile("[\u0301\u0300\u0309\u0303\u0323]")


def vietnamese_share(texts: Iterable[str]) -> tuple[float, int]:
    """Return which share of the words beyond ASCII is Vietnamese, and how many those words are.

    Examples
    --------
    >>> vietnamese_share(["Nguyễn Văn An", "Trần"]), vietnamese_share(["NguyÔn V¨n An"])
    ((1.0, 3), (0.0, 2))
    """
    words = {word for text in texts for word in WORD.findall(text) if not word.isascii()}
    if not words:
        return 1.0, 0
    return sum(map(is_syllable, words)) / len(words), len(words)


def legacy_font(texts: Iterable[str]) -> str | None:
    """Return the font that some text was typed for, None if it is none of the two.

    Examples
    --------
    >>> legacy_font(["NguyÔn V¨n An", "TrÇn ThÞ B×nh"]), legacy_font(["Nguyeãn Vaên An, Leâ Bình"])
    ('tcvn3', 'vni')
    >>> legacy_font(["Nguyễn Văn An", "José"]) is None
    True
    """
    words = {word for text in texts for word in WORD.findall(text) if not word.isascii()}
    wrong = {word for word in words if len(word) > 1 and not is_syllable(word)}
    if len(wrong) < max(_ENOUGH_WORDS, len(words) / 2):
        return None
    n_right = {font: sum(is_syllable(to_unicode(w, font)) for w in wrong) for font in FONTS}
    best = max(FONTS, key=lambda font: n_right[font])
    return best if n_right[best] / len(wrong) >= _IS_VIETNAMESE else None


def to_unicode(text: str, font: str) -> str:
    """Turn text typed for one of the fonts, or read from ``cp1258`` as cp1252, into Unicode.

    Examples
    --------
    >>> to_unicode("NguyÔn V¨n An", "tcvn3"), to_unicode("Nguyeãn Vaên An", "vni")
    ('Nguyễn Văn An', 'Nguyễn Văn An')
    """
    if font == "tcvn3":
        return text.translate(_TCVN3_TABLE)
    if font == "cp1258":
        return unicodedata.normalize("NFC", text.translate(_FROM_1252))
    table = _vni_table()
    return _vni_pattern().sub(lambda found: table[found.group()], text)


@cache
def _vni_table() -> dict[str, str]:
    table = {}
    for vowels, signs in _VNI_SIGNS.items():
        for vowel in vowels:
            for sign, marks in signs.items():
                letter = unicodedata.normalize("NFC", _VNI_ALONE.get(vowel, vowel) + marks)
                table[vowel + sign] = letter
                table[vowel.upper() + sign.upper()] = letter.upper()
                table[vowel.upper() + sign] = letter.upper()
    for alone, letter in _VNI_ALONE.items():
        table[alone] = letter
        table[alone.upper()] = letter.upper()
    return table


@cache
def _vni_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_vni_table(), key=len, reverse=True)))


@cache
def is_syllable(word: str) -> bool:
    """Whether a word is written as Vietnamese syllables are, in capitals or not.

    Examples
    --------
    >>> is_syllable("Nguyễn"), is_syllable("NguyÔn"), is_syllable("José")
    (True, False, False)
    """
    apart = unicodedata.normalize("NFD", word.casefold())
    if len(_TONES.findall(apart)) > 1:
        return False
    bare = unicodedata.normalize("NFC", _TONES.sub("", apart))
    return _SYLLABLE.fullmatch(bare) is not None


@cache
def is_spelled(word: str) -> bool:
    """Whether a word is written as Vietnamese syllables are, with the tone where it belongs.

    Examples
    --------
    >>> is_spelled("Mại"), is_spelled("Maị"), is_spelled("hòa"), is_spelled("hoà")
    (True, False, True, True)
    """
    letters = unicodedata.normalize("NFC", word.casefold())
    apart = [unicodedata.normalize("NFD", letter) for letter in letters]
    toned = [place for place, parts in enumerate(apart) if _TONES.search(parts)]
    bare = "".join(unicodedata.normalize("NFC", _TONES.sub("", parts)) for parts in apart)
    found = _SYLLABLE.fullmatch(bare)
    if found is None or not toned:
        return is_syllable(word)
    places = _toned(found["nucleus"], closed=found["coda"] is not None)
    return is_syllable(word) and toned[0] - found.start("nucleus") in places


def _toned(nucleus: str, *, closed: bool) -> set[int]:
    """Return which of the vowels of a syllable can bear its tone."""
    if shaped := [place for place, letter in enumerate(nucleus) if letter in "ăâêôơư"]:
        return {shaped[-1]}
    if closed:
        return {len(nucleus) - 1}
    return {0, 1} if nucleus in ("oa", "oe", "uy") else {int(len(nucleus) == 3)}
