"""The values of some rows, found in a text in whatever form: without marks, in parts, joined."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple
from unicodedata import category, normalize

from pangoprep.upload.http.escapes import plain

_QUOTES = frozenset("'\"`’”»)]}")

# A number of so many digits is masked as part of a longer one: the end of a phone number.
_PART_OF_NUMBER = 4

_WORD = re.compile(r"[^\W_]+")
# Names of what a request has besides rows; a refusal is judged by them.
_ENVELOPE = frozenset(
    ("objecttype", "source", "jeconfigid", "jeeventkey", "ignoredupdatecfs", "initdata")
) | {"payload", "content", "token", "organization", "context"}

# English words that are Vietnamese syllables, too. In lower case, between spaces, with no value
# beside them they are taken for English.
_ENGLISH = frozenset(
    re.findall(
        r"\w+",
        "a an as at be but by can do for go has he hi i in is it may me my no not of on or so than"
        " that the them then this to up us was we with",
    )
)


class _Word(NamedTuple):
    """One word of a text: its folded form, and where it stands."""

    folded: str
    start: int
    stop: int


class KnownValues(NamedTuple):
    """What is known of the rows' values, folded.

    ``whole`` are values of one word, ``words`` those of longer values, ``pairs`` two in a row;
    ``digits`` is every number, and ``names`` are the fields'.
    """

    whole: set[str]
    words: set[str]
    pairs: set[tuple[str, str]]
    digits: str
    names: set[str]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Find the values in a text."""
        found = list(_words(text))
        masked = [self._is_value(text, word) for word in found]
        linked = [
            (one.folded, other.folded) in self.pairs and _is_near(text, one, other)
            for one, other in pairwise(found)
        ]
        for place, is_linked in enumerate(linked):
            if is_linked:
                masked[place] = masked[place + 1] = True
        # A word too common to be masked alone is part of the value that stands beside it.
        for step in (1, -1):
            for place in range(len(found))[::step][1:]:
                one, other = sorted((place - step, place))
                if masked[place - step] and _is_near(text, found[one], found[other]):
                    masked[place] = masked[place] or self._is_known(found[place].folded)
        spans = [
            word[1:]
            for word, is_masked in zip(found, masked, strict=True)
            if is_masked and text[slice(*word[1:])] not in self.names
        ]
        # What stands between two words of one value goes with them.
        between = [
            (one.stop, other.start)
            for (one, other), is_linked in zip(pairwise(found), linked, strict=True)
            if is_linked
        ]
        return spans + between

    def _is_known(self, folded: str) -> bool:
        return folded in self.whole or folded in self.words

    def _is_value(self, text: str, word: _Word) -> bool:
        folded = word.folded
        if folded in _ENVELOPE:
            return False
        if folded.isdigit():
            is_part = len(folded) >= _PART_OF_NUMBER and folded in self.digits
            return folded in self.whole or is_part
        if folded in _ENGLISH and _is_prose(text, word):
            return False
        return folded in self.whole or (len(folded) > 1 and folded in self.words)


def _is_near(text: str, one: _Word, other: _Word) -> bool:
    """Tell whether nothing but a sign or two stands between, and no quotation ends there."""
    between = text[one.stop : other.start]
    return len(between) <= 3 and not _QUOTES & set(between)


def _is_prose(text: str, word: _Word) -> bool:
    """Tell whether a word stands as English does: in lower case, between spaces."""
    before, after = text[max(word.start - 1, 0) : word.start], text[word.stop : word.stop + 1]
    is_lower = text[word.start : word.stop] == word.folded
    return is_lower and not before.strip() and (after.isspace() or after in ("", ".", ","))


def known_values(entries: Iterable[bytes], open_fields: frozenset[str]) -> KnownValues:
    """Take note of the values of all but the open fields."""
    known = KnownValues(set(), set(), set(), "", set())
    numbers: set[str] = set()
    for entry in entries:
        fields = json.loads(entry)
        known.names.update(_names(fields))
        for name, value in fields.items():
            for text in () if name in open_fields else _texts(value):
                words = [word.folded for word in _words(_telling(plain(text)))]
                (known.whole if len(words) == 1 else known.words).update(words)
                known.pairs.update(pairwise(words))
                known.whole.add("".join(words))
                numbers.add("".join(letter for letter in text if letter.isdigit()))
    return known._replace(digits=" ".join(sorted(numbers)))


def _telling(value: str) -> str:
    """Leave out the end of an email address: it is many people's."""
    return value.partition("@")[0] if re.fullmatch(r"\S+@\S+", value) else value


def _names(fields: Mapping[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        yield name
        if isinstance(value, dict):
            yield from _names(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
        if isinstance(value, int):
            yield from _years(value)


def _years(milliseconds: int) -> Iterator[str]:
    """Yield the years a timestamp may be in, east or west of Greenwich."""
    for hours in (-12, 14):
        with suppress(OverflowError, ValueError, OSError):
            start = datetime(1970, 1, 1, tzinfo=UTC)
            yield str((start + timedelta(milliseconds=milliseconds, hours=hours)).year)


def _words(text: str) -> Iterator[_Word]:
    """Yield the words of a text, folded."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        folded = _folded(letter)
        letters.append(folded)
        places += [place] * len(folded)
    places.append(len(text))
    for found in _WORD.finditer("".join(letters)):
        # Up to the next letter that shows, so that loose marks go with the word they stand on.
        yield _Word(found[0], places[found.start()], places[found.end()])


@lru_cache(maxsize=4_096)
def _folded(letter: str) -> str:
    """Return a letter without marks and case; nothing for what shows nothing."""
    parts = normalize("NFKD", letter.casefold())
    kept = "".join(p for p in parts if category(p)[0] != "M" and category(p) != "Cf")
    return kept.replace("đ", "d")
