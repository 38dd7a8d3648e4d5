"""Words in another order, and slips of the finger that make no word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pangoprep.normalizers.syllables import is_bare_syllable

#: Words of a text, in small letters without marks.
Words = tuple[str, ...]

_PARTS = re.compile(r"[,;/|()]| [-\u2013\u2014] ")
_WORD = re.compile(r"[^\W_]+")
# Of a shorter word one other letter is another word; of a short one the first letter tells too.
_SHORTEST, _SHORT = 4, 6
_FEW_WORDS = 4  # so many of them may hold a slip each


def words_of(bare: str) -> list[Words]:
    """Return the words of a text without marks, part by part: a comma parts them.

    Examples
    --------
    >>> words_of("cau giay, ha noi")
    [('cau', 'giay'), ('ha', 'noi')]
    """
    parts = (tuple(_WORD.findall(part)) for part in _PARTS.split(bare))
    return [part for part in parts if part]


def in_any_order(parts: Sequence[Words]) -> Words:
    """Return the same words for texts in which only their order differs, if it tells nothing.

    Parts between commas come in any order, and so do words if one of them is no Vietnamese
    syllable. Of Vietnamese words, three and more may begin with any: Bình Hòa is not Hòa Bình.
    Numbers stay in their order.

    Examples
    --------
    >>> in_any_order([("vang", "the"), ("hcm",)]) == in_any_order([("hcm",), ("vang", "the")])
    True
    >>> in_any_order([("member", "gold")]) == in_any_order([("gold", "member")])
    True
    >>> in_any_order([("binh", "hoa")]) == in_any_order([("hoa", "binh")])
    False
    """
    words = tuple(word for part in parts for word in part)
    if sum(any(map(str.isdigit, word)) for word in words) > 1 or len(words) > 20:
        return words
    if not all(map(is_bare_syllable, words)):
        return tuple(sorted(words))
    words = tuple(word for part in sorted(parts) for word in part)
    if len(words) < 3:
        return words
    return min(words[start:] + words[:start] for start in range(len(words)))


def slips(n_rows: Mapping[str, int]) -> dict[str, str]:
    """Find the words that are one slip off another word, with that word.

    A slip is one letter more, less or other, or two letters swapped, and makes no Vietnamese
    syllable of one: Kiên Giang is not Tiền Giang. Words with digits have none.

    Parameters
    ----------
    n_rows
        How many rows have each word, in small letters without marks.

    Examples
    --------
    >>> slips({"platinum": 9, "platnum": 1, "kien": 5, "tien": 5, "noi": 8, "noij": 1})
    {'platnum': 'platinum', 'noij': 'noi'}
    """
    from rapidfuzz.distance import OSA

    by_rest: dict[str, list[str]] = {}
    candidates = [word for word in n_rows if word.isalpha() and len(word) >= _SHORTEST - 1]
    for word in candidates:
        for rest in _shortened(word):
            by_rest.setdefault(rest, []).append(word)
    near: dict[str, set[str]] = {}
    for alike in by_rest.values():
        # Very many words that differ in the same letter are codes.
        if 1 < len(alike) <= 50:
            for word in alike:
                near.setdefault(word, set()).update(alike)
    found: dict[str, str] = {}
    usual_first = sorted(near, key=lambda word: (-n_rows[word], not is_bare_syllable(word), word))
    taken: set[str] = set()
    for word in usual_first:
        if word in found:
            continue
        taken.add(word)
        for other in near[word]:
            if other in found or other in taken or not _may_be_slip(other, word):
                continue
            if OSA.distance(other, word, score_cutoff=1) == 1:
                found[other] = word
    order = {word: place for place, word in enumerate(n_rows)}
    return dict(sorted(found.items(), key=lambda pair: order[pair[0]]))


def _may_be_slip(word: str, of: str) -> bool:
    """Whether a rarer word may be another one with a slip in it."""
    shorter, longer = sorted(map(len, (word, of)))
    if longer < _SHORTEST or (shorter < _SHORT and word[0] != of[0]):
        return False
    if len(word) == len(of) == _SHORTEST and not is_bare_syllable(of):
        return False  # Gold, Bold
    return not is_bare_syllable(word)


def _shortened(word: str) -> Iterable[str]:
    """Give the word and all that is left of it without one letter."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def without_slips(words: Words, found: Mapping[str, str]) -> Words:
    """Return the words with their slips mended; as they are if too many of them have one."""
    mended = tuple(found.get(word, word) for word in words)
    n_slips = sum(one != other for one, other in zip(words, mended, strict=True))
    return mended if n_slips <= max(1, len(words) // _FEW_WORDS) else words
