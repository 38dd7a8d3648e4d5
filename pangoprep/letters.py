"""The letters of a name with and without their Vietnamese marks, and where its words end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_STROKE = "\u0335"  # đ is a letter of its own to Unicode; here it is a d with a mark

# A letter without its marks, in lower case, and the marks.
Letter = tuple[str, str]


def letters_of(text: str) -> list[Letter]:
    """Return the letters and digits of a text, each with its marks.

    Examples
    --------
    >>> [letter for letter, _ in letters_of("Số ĐT.")]
    ['s', 'o', 'd', 't']
    """
    apart = unicodedata.normalize("NFKD", text).replace("đ", f"d{_STROKE}")
    found: list[Letter] = []
    for sign in apart.replace("Đ", f"D{_STROKE}").casefold():
        if (unicodedata.combining(sign) or sign == _STROKE) and found:
            found[-1] = (found[-1][0], found[-1][1] + sign)
        elif sign.isalnum():
            found.append((sign, ""))
    return found


def fold(header: str) -> str:
    """Reduce a header to what its spellings share: letters and digits, no marks, lower case.

    Examples
    --------
    >>> fold("Số ĐT."), fold("so_dt"), fold("createdAt") == fold("Created at")
    ('sodt', 'sodt', True)
    """
    return "".join(letter for letter, _ in letters_of(header))


def words_of(text: str) -> list[str]:
    """Cut a header into words, with their marks: at spaces, signs, digits and capitals.

    Examples
    --------
    >>> words_of("Ngày sinh (KH)"), words_of("custBirthDate2"), words_of("SỐ_ĐT")
    (['Ngày', 'sinh', 'KH'], ['cust', 'Birth', 'Date', '2'], ['SỐ', 'ĐT'])
    """
    composed = unicodedata.normalize("NFKC", text)
    bare = "".join(map(_bare, composed))
    return [composed[word.start() : word.end()] for word in _WORDS.finditer(bare)]


def has_own_marks(
    header: Sequence[Letter], spelling: Sequence[Letter], words: Sequence[str]
) -> bool:
    """Whether every word of a header that carries marks carries those of the spelling.

    A word without any mark is typed without them; one with others is another word: *Phương* is a
    name and no *Phường*. A tone counts wherever in its word it stands: *hoà* is *hòa*.

    Parameters
    ----------
    header, spelling
        The same letters, with their marks.
    words
        The words of the spelling, folded: where one ends in both.

    Examples
    --------
    >>> def fits(header, spelling):
    ...     words = [fold(word) for word in words_of(spelling)]
    ...     return has_own_marks(letters_of(header), letters_of(spelling), words)
    >>> fits("phuong", "Phường"), fits("PHƯỜNG", "Phường"), fits("Phương", "Phường")
    (True, True, False)
    >>> fits("Số điện thọai", "Số điện thoại"), fits("So điện thoại", "Số điện thoại")
    (True, True)
    """
    start = 0
    for word in words:
        end = start + len(word)
        written = _marks(header[start:end])
        if any(map(any, written)) and written != _marks(spelling[start:end]):
            return False
        start = end
    return True


def _marks(word: Sequence[Letter]) -> tuple[list[str], list[str]]:
    """Return the marks of each letter but tones, and the tones of the word."""
    marks = [[sign for sign in signs if sign not in _TONES] for _, signs in word]
    tones = sorted(sign for _, signs in word for sign in signs if sign in _TONES)
    return ["".join(signs) for signs in marks], tones


def _bare(sign: str) -> str:
    """Return one character for one character, without marks."""
    if sign in "đĐ":
        return "d" if sign == "đ" else "D"
    return unicodedata.normalize("NFD", sign)[0]
