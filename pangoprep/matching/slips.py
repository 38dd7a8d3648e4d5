"""Headers that are one letter, or the marks of a word, off a known one: a slip, or another word.

*Ngày sinhh* is a slip of the finger; *Ngày mua cuối* is no *Ngày sửa cuối*, *Contract no* no
*Contact no*, and *Hãng thẻ* no *Hạng thẻ*.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pangoprep.letters import has_own_marks, letters_of
from pangoprep.matching.known_headers import (
    Spelling,
    nearest,
    spellings_of,
    words_of_headers,
)
from pangoprep.normalizers.syllables import is_bare_syllable
from pangoprep.tables import read_table

if TYPE_CHECKING:
    from pangoprep.entities import Entity

_LONG = 8  # of a shorter spelling one other letter is often another word: phong, phuong


class Slip(NamedTuple):
    """A spelling that a header nearly is.

    Parameters
    ----------
    field
        The spelling's field.
    header
        The spelling.
    is_word
        Whether what was written is another word.
    """

    field: str
    header: str
    is_word: bool


def nearly(name: str, entity: type[Entity]) -> Slip | None:
    """Find the one field a header is nearly a spelling of.

    That is: the same letters with other marks, or a long spelling but for one letter, or two
    swapped.

    Examples
    --------
    >>> import pangoprep as pp
    >>> nearly("Ngày sinhh", pp.CustomerIdentity)
    Slip(field='dob', header='Ngày sinh', is_word=False)
    >>> nearly("Ngày mua cuối", pp.CustomerIdentity)
    Slip(field='updatedAt', header='Ngày sửa cuối', is_word=True)
    >>> nearly("Phương", pp.CustomerIdentity)
    Slip(field='ward', header='Phường', is_word=True)
    """
    found, _ = nearest(name, spellings_of(entity))
    if found:
        return Slip(found.field, found.header, is_word=True)
    near = _one_letter_off("".join(letter for letter, _ in letters_of(name)), entity)
    if not near or len({spelling.field for spelling in near}) != 1:
        return None
    are_words = [_is_another_word(name, spelling) for spelling in near]
    return Slip(near[0].field, near[0].header, is_word=all(are_words))


def _one_letter_off(folded: str, entity: type[Entity]) -> list[Spelling]:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if len(folded) < _LONG:
        return []
    known = _long_spellings(entity).get(_digits(folded), ())
    found = process.extract(folded, known, scorer=OSA.distance, score_cutoff=1, limit=None)
    return [one for spelling, _, _ in found for one in spellings_of(entity)[spelling]]


def _is_another_word(name: str, spelling: Spelling) -> bool:
    """Whether the word that is off is a word of its own, or the others carry other marks."""
    letters = letters_of(name)
    folded = "".join(letter for letter, _ in letters)
    for place, word in enumerate(spelling.words):
        start = sum(map(len, spelling.words[:place]))
        n_after = sum(map(len, spelling.words[place + 1 :]))
        end = len(folded) - n_after
        before, after = spelling.words[:place], spelling.words[place + 1 :]
        if start > end or not (
            folded.startswith("".join(before)) and folded.endswith("".join(after))
        ):
            continue
        if folded[start:end] != word and _is_word(folded[start:end]):
            return True
        if not (
            has_own_marks(letters[:start], spelling.letters, before)
            and has_own_marks(letters[end:], spelling.letters[start + len(word) :], after)
        ):
            return True
    return False


def _is_word(text: str) -> bool:
    return is_bare_syllable(text) or text in words_of_headers() or text in _other_words()


@cache
def _other_words() -> frozenset[str]:
    return frozenset(read_table("other_words").column("word").to_pylist())


@cache
def _long_spellings(entity: type[Entity]) -> dict[str, list[str]]:
    """Return the long spellings by the digits in them, which are no slip of the finger."""
    found: dict[str, list[str]] = {}
    for spelling in spellings_of(entity):
        if len(spelling) >= _LONG:
            found.setdefault(_digits(spelling), []).append(spelling)
    return found


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
