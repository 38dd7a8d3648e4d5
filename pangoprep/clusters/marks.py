"""Which spellings of the same letters are one word: marks, and what people get wrong in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

_VOWELS = frozenset("aeiouy")
# One bit for each mark. The horn of "ươ" is left out on one of the two letters more often than not.
_QUALITY = {"\u0302": 1, "\u0306": 2, "\u031b": 4}
_TONE = {"\u0300": 16, "\u0301": 32, "\u0303": 64, "\u0309": 128, "\u0323": 256}
_STROKE = 8
_OTHER = 512
# Behind other consonants, and within a syllable, y and i are two sounds.
_ONLY_Y = re.compile(r"\b([hklmst])[yýỳỷỹỵ]\b", re.IGNORECASE)
_HOOK, _TILDE = _TONE["\u0309"], _TONE["\u0303"]

#: The marks on each letter of a text, tones on the first vowel of their syllable.
Marks = tuple[int, ...]


@cache
def _of_letter(letter: str) -> tuple[str, int, int]:
    """Take a small letter apart: what it is without marks, its own marks, and its tone."""
    if letter in "đð":
        return "d", _STROKE, 0
    base, own, tone = "", 0, 0
    for part in unicodedata.normalize("NFD", letter):
        if part in _TONE:
            tone |= _TONE[part]
        elif unicodedata.combining(part):
            own |= _QUALITY.get(part, _OTHER)
        else:
            base += part
    return base, own, tone


def marks_of(text: str) -> tuple[str, Marks]:
    """Return the letters of a text without marks, and the marks of each.

    Where in its syllable a tone stands makes no difference, nor how letters are composed.

    Examples
    --------
    >>> marks_of("Hoà") == marks_of("hòa"), marks_of("Hoa") == marks_of("hòa")
    (True, False)
    """
    letters: list[str] = []
    marks: list[int] = []
    first = -1  # of the vowels in a row
    waiting = 0  # the tone of "qúy", which is that of the next letter
    for sign in unicodedata.normalize("NFC", text).lower():
        if sign in _TONE or unicodedata.combining(sign):
            if marks:
                marks[first if sign in _TONE and first >= 0 else -1] |= _TONE.get(sign, _OTHER)
            continue
        if not sign.isalpha():
            first = -1
            continue
        base, own, tone = _of_letter(sign)
        for letter in base:
            letters.append(letter)
            marks.append(own)
            is_vowel = letter in _VOWELS and not _glides(letters)
            first = (first if first >= 0 else len(marks) - 1) if is_vowel else -1
        if tone and _glides(letters):
            waiting = tone
        elif marks and (tone := tone | waiting):
            marks[first if first >= 0 else -1] |= tone
            waiting = 0
    _even_horns(letters, marks)
    return "".join(letters), tuple(marks)


def with_one_i(text: str) -> str:
    """Write i for a y that is the only vowel of its syllable: both are written, and one sound.

    Examples
    --------
    >>> with_one_i("Vật lý, Mỹ Tho"), with_one_i("Thúy")
    ('Vật li, Mi Tho', 'Thúy')
    """
    return _ONLY_Y.sub(r"\1i", unicodedata.normalize("NFC", text))


def _glides(letters: Sequence[str]) -> bool:
    """Whether the last letter belongs to the consonant: the u of qu."""
    return letters[-2:] == ["q", "u"]


def _even_horns(letters: Sequence[str], marks: list[int]) -> None:
    """Give both letters of ``uo`` the horn that one of them has, if a letter follows."""
    horn = _QUALITY["\u031b"]
    for place in range(len(letters) - 2):
        if letters[place] == "u" and letters[place + 1] == "o":
            either = (marks[place] | marks[place + 1]) & horn
            marks[place] |= either
            marks[place + 1] |= either


def same_words(spellings: Iterable[Marks], *, strict: bool, confused: bool) -> list[list[Marks]]:
    """Part spellings of the same letters into words.

    What lacks marks belongs to the only word it can be, and to none if it can be several: ``bac``
    beside ``bạc`` and ``bắc`` stands alone.

    Parameters
    ----------
    spellings
        The marks of each, without repeats.
    strict
        Whether a spelling has all of its marks or none: nobody leaves out a part of them.
    confused
        Whether hỏi and ngã, which half of the country speaks alike, are one mark.
    """
    every = list(spellings)
    reduced: dict[Marks, list[Marks]] = {}
    for one in every:
        reduced.setdefault(_unconfused(one) if confused else one, []).append(one)
    full = [
        one
        for one in reduced
        if (strict and any(one)) or not any(_lacks(one, other) for other in reduced)
    ]
    groups = {one: list(reduced[one]) for one in full}
    for one, members in reduced.items():
        if one in groups:
            continue
        possible = [other for other in full if _lacks(one, other)]
        groups.setdefault(possible[0] if len(possible) == 1 else one, []).extend(members)
    return list(groups.values())


def _unconfused(marks: Marks) -> Marks:
    return tuple(mark & ~_HOOK | _TILDE if mark & _HOOK else mark for mark in marks)


def _lacks(some: Marks, every: Marks) -> bool:
    """Whether one spelling is another one without some of its marks."""
    return (
        some != every
        and len(some) == len(every)
        and all(not mark & ~full for mark, full in zip(some, every, strict=True))
    )
