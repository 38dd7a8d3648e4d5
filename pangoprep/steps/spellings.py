"""Words that a column of few words writes in several ways: ``Vàng``, ``VÀNG`` and ``vang``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cache import cached
from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Column, known_dictionary, whole
from pangoprep.columns.types import Values
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, rules
from pangoprep.normalizers.base import filled
from pangoprep.normalizers.words import spelling
from pangoprep.steps.folding import fold

VARIES = "spelling.varies"
#: A column of more different cells is none of words.
MAX_CELLS = 1_000
# So many words are few; more of them are few if each stands in so many rows on average.
_FEW, _ROWS_OF_A_WORD = 12, 4
# Who, where in a street, and links: two spellings of them are two things, or nobody counts them.
_NO_WORDS = ("name", "person", "address", "link")
# Of "ươ" one horn is often left out, and no other word has it so.
_SPLIT_UO = "u\u031b?o\u031b(?=[a-z])|u\u031bo(?=[a-z])"


@dataclass(frozen=True)
class WordCounts:
    """The words of a column and how many rows have each; what several parts have adds up.

    Parameters
    ----------
    words
        By the text of a cell, its canonical word and the number of rows; None if there are more
        texts than `MAX_CELLS`.
    """

    words: Mapping[str, tuple[str, int]] | None

    def __add__(self, other: WordCounts) -> WordCounts:
        if self.words is None or other.words is None:
            return WordCounts(None)
        words = dict(self.words)
        for cell, (word, n_rows) in other.words.items():
            words[cell] = (word, n_rows + words.get(cell, ("", 0))[1])
        return WordCounts(words if len(words) <= MAX_CELLS else None)

    def without(self, other: WordCounts) -> WordCounts:
        """Take away the words of some of these rows."""
        if self.words is None or other.words is None:
            return WordCounts(None)
        gone = {cell: n_rows for cell, (_, n_rows) in other.words.items()}
        left = {c: (word, n - gone.get(c, 0)) for c, (word, n) in self.words.items()}
        return WordCounts({cell: told for cell, told in left.items() if told[1]})

    @cached_property
    def usual(self) -> dict[str, str]:
        """Return the words that are written otherwise more often, with the usual spelling.

        Of spellings in equally many rows, the one with most marks comes first, then the one with
        some capitals.
        """
        counts: Counter[str] = Counter()
        for word, n_rows in (self.words or {}).values():
            counts[word] += n_rows
        groups = list(_groups(list(counts)))
        n_words = len(counts) - sum(len(group) - 1 for group in groups)
        if n_words > max(_FEW, sum(counts.values()) / _ROWS_OF_A_WORD):
            return {}
        found = {}
        for group in groups:
            best = min(group, key=lambda word: (-counts[word], *looks(word)))
            found.update({word: best for word in group if word != best})
        return found


def has_words(facts: FieldFacts) -> bool:
    """Say whether the cells of a field may be words that several rows share."""
    if facts.normalizer == "id":
        return not facts.personal and not facts.required
    return facts.normalizer in ("text", "province") and facts.holds not in _NO_WORDS


def count_words(column: Column, values: Values) -> WordCounts:
    """Count the words of a column; ``values`` are the canonical ones of its distinct cells."""
    if column.codes is None or len(column.cells) > MAX_CELLS:
        return WordCounts(None)
    cells = zip(
        column.distinct.to_pylist(), whole(values).to_pylist(), column.counts.tolist(), strict=True
    )
    return WordCounts({cell: (word, n_rows) for cell, word, n_rows in cells if word and n_rows})


def usual_spellings(words: Mapping[str, WordCounts]) -> dict[str, dict[str, str]]:
    """Return by field the words that are usually written otherwise, with the usual spelling."""
    found = {name: counts.usual for name, counts in words.items()}
    return {name: usual for name, usual in found.items() if usual}


def usual_of_these(
    usual: Mapping[str, Mapping[str, str]], words: Mapping[str, WordCounts]
) -> dict[str, Mapping[str, str]]:
    """Return the usual spellings of those fields in which some of a part's words are others."""
    return {
        name: pairs
        for name, pairs in usual.items()
        if any(word in pairs for word, _ in (words[name].words or {}).values())
    }


def find_spellings(name: str, canonical: Values, usual: Mapping[str, str]) -> Block | None:
    """Find the rows whose word is usually written otherwise, with that spelling.

    Rule: ``spelling.varies``.
    """
    return cached(
        canonical,
        "spell",
        (name, tuple(usual.items())),
        lambda: _find_spellings(name, canonical, usual),
    )


def _find_spellings(name: str, canonical: Values, usual: Mapping[str, str]) -> Block | None:
    known = pa.array(list(usual), TEXT)
    texts = known_dictionary(canonical) or Column(whole(canonical).cast(TEXT), None)
    words = pc.index_in(texts.cells, value_set=known)
    rows, which = texts.rows_at(np.flatnonzero(filled(words)))
    if not len(rows):
        return None
    told = pa.array(list(usual.values()), TEXT).take(words.drop_null())
    told = told if which is None else told.take(pa.array(which))
    return Block(VARIES, name, rules()[VARIES].severity, rows, told)


def _groups(words: Sequence[str]) -> Iterator[list[str]]:
    """Give the spellings of each word that has several."""
    array = pa.array(words, TEXT)
    alike: dict[str, dict[str, list[str]]] = {}
    rows = zip(words, fold(array).to_pylist(), spelling(array).to_pylist(), strict=True)
    for word, folded, lower in rows:
        marked = "".join(filter(_counts, re.sub(_SPLIT_UO, "u\u031bo\u031b", lower)))
        alike.setdefault(folded, {}).setdefault(marked, []).append(word)
    for by_marks in alike.values():
        yield from (group for group in _by_marks(by_marks) if len(group) > 1)


def _counts(letter: str) -> bool:
    """Whether a character is a letter, a digit, or a mark on one."""
    return letter.isalnum() or "\u0300" <= letter <= "\u036f"


def _by_marks(by_marks: dict[str, list[str]]) -> Iterable[list[str]]:
    """Tell words of the same letters apart by their marks: ``bạc`` is not ``bắc``.

    What has no mark at all belongs to the only word it can be, and to none if it can be several.
    """
    bare = [word for one, words in by_marks.items() if one.isascii() for word in words]
    marked = [words for one, words in by_marks.items() if not one.isascii()]
    return [bare + marked[0]] if len(marked) == 1 else [bare, *marked]


def looks(word: str) -> tuple[int, bool, bool, str]:
    """Say how well a spelling of a word looks, the least best: marks, some capitals, all."""
    n_marks = sum(not letter.isascii() for letter in word)
    return -n_marks, word.islower(), word.isupper(), word
