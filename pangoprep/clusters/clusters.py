"""Groups of near-equal spellings, each with a name that all of them could have."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa

from pangoprep.clusters.marks import Marks, marks_of, same_words, with_one_i
from pangoprep.clusters.similar_words import in_any_order, slips, without_slips, words_of
from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import whole
from pangoprep.entities.fields import FieldFacts
from pangoprep.error_words import environment_language
from pangoprep.errors import UsageError
from pangoprep.language import language
from pangoprep.normalizers import NORMALIZERS, province
from pangoprep.normalizers.base import Context
from pangoprep.normalizers.words import tidy, unmarked
from pangoprep.options import Options
from pangoprep.sentence import Sentence
from pangoprep.steps.folding import KEPT_SIGNS, fold
from pangoprep.steps.spellings import has_words, looks
from pangoprep.tables import read_table

#: Why spellings are near-equal, the weakest reason last.
Likeness = Literal["case", "marks", "order", "typing"]

_LIKENESSES: tuple[Likeness, ...] = ("case", "marks", "order", "typing")
_CASE, _MARKS, _ORDER, _TYPING = range(4)

_RIGHT = 1 << 40  # rows: words of known names are no slips of others
_CLOSED = ("choice", "gender", "relationship", "country")
_FREE = ("text", "province")
# Whose marks, order and letters are their own: Lân is not Lan.
_OWN_MARKS = ("name", "person", "address")


@dataclass(frozen=True, repr=False)
class Cluster:
    """Spellings that may be one value.

    Parameters
    ----------
    name
        The proposed spelling: what the field allows, else the one in most rows without a slip.
    values
        All spellings in the column, those in most rows first; one alone where it is near a name
        of the field.
    n_rows
        How many rows have each.
    likeness
        What the least alike of them differ in: ``"case"`` (capitals, signs, spaces, the place of
        a tone, y for i as in lý), ``"marks"`` (some left out; hỏi for ngã), ``"order"`` (of
        words) or ``"typing"`` (a slip of the finger).
    fixes
        What would change, as ``fixes=`` of a field takes it: spelling to name. What the field
        reads as the name already stays.
    n_changed
        How many rows would change.
    """

    name: str
    values: tuple[str, ...]
    n_rows: tuple[int, ...]
    likeness: Likeness
    fixes: Mapping[str, str]
    n_changed: int

    def __repr__(self) -> str:
        words = language(environment_language())
        return f"<{words('repr.cluster', n=len(self.values), rows=sum(self.n_rows))}>"


def find_clusters(
    values: Sequence[str],
    n_rows: Sequence[int],
    facts: FieldFacts,
    options: Options | None = None,
) -> list[Cluster]:
    """Group the near-equal spellings of a column; those that would change most rows come first.

    Names of people and addresses are grouped where only capitals, signs, spaces and the place of a
    tone differ, or all marks are missing. What the field reads as two values is never one.

    Parameters
    ----------
    values, n_rows
        The different texts of the column, and how many rows have each.
    facts
        The field.
    options
        How cells of the field are read.

    Raises
    ------
    UsageError
        If two spellings of such a field are two values: ids, numbers, dates, addresses of mail.

    Examples
    --------
    >>> import pangoprep as pp
    >>> facts = pp.CustomerMembership.fields()["membershipType"]
    >>> found = find_clusters(["Vàng", "VANG", "Bạc", "Vàng."], [9, 2, 4, 1], facts)
    >>> [(one.name, one.values, one.likeness) for one in found]
    [('Vàng', ('Vàng', 'VANG', 'Vàng.'), 'marks')]
    """
    _refuse(facts)
    n_values = len(values)
    # A slip may be one off a name that the column does not have.
    values = [*values, *(name for name in _names(facts) if name not in set(values))]
    texts = pa.array(values, TEXT)
    counts = [*map(int, n_rows), *[0] * (len(values) - n_values)]
    known = _readings(texts, facts, options or Options())
    groups = _Groups(known)
    for same in _places([place if one is None else one for place, one in enumerate(known)]):
        groups.join(same, _CASE)
    _by_letters(texts, values, facts, groups)
    if facts.holds not in _OWN_MARKS and facts.normalizer != "id":
        _by_words(values, counts, known, groups)
    several = ([place for place in group if place < n_values] for group in groups.several())
    found = [_cluster(group, values, counts, known, groups) for group in several if group]
    found = [cluster for cluster in found if cluster.fixes]
    return sorted(found, key=lambda one: (-one.n_changed, one.name))


def _refuse(facts: FieldFacts) -> None:
    kind = facts.normalizer
    if kind in _CLOSED or (kind in _FREE and facts.holds != "link"):
        return
    if kind == "id" and has_words(facts):
        return
    raise UsageError(
        Sentence(
            "{1} holds no words: two spellings of it can be two values, so they are not grouped.",
            facts.name or facts.label,
        )
    )


def _names(facts: FieldFacts) -> Sequence[str]:
    """Return the names that a field of few names has."""
    if facts.normalizer == "province":
        return [str(name) for name in read_table("provinces")["name"].to_pylist()]
    return [name for name in facts.choices if name != "undefined"]


def _readings(texts: pa.Array, facts: FieldFacts, options: Options) -> list[str | None]:
    """Return what each text certainly means, None where anything can be meant."""
    if facts.normalizer == "province":
        found = province.look_up(texts)
    elif facts.normalizer in _CLOSED:
        ones = np.ones(len(texts), np.int64)
        hours = np.full(len(texts), options.timezone_gmt, np.int64)
        context = Context(options, facts.parameters, ones, hours)
        found = whole(NORMALIZERS[facts.normalizer](texts, context).values)
    else:
        return [None] * len(texts)
    return [None if one in (None, "undefined") else str(one) for one in found.to_pylist()]


class _Groups:
    """Values that belong together; never two of different certain readings."""

    def __init__(self, known: Sequence[str | None]) -> None:
        self._above = list(range(len(known)))
        self._known = list(known)
        self._likeness = [0] * len(known)
        #: The values that have a slip of the finger: no name for the others.
        self.slips: set[int] = set()

    def join(self, members: Iterable[int], likeness: int) -> None:
        """Put values into one group, with the first of them."""
        first, *others = members
        for other in others:
            one, two = self.top(first), self.top(other)
            if one == two:
                continue
            if None not in (known := {self._known[one], self._known[two]}) and len(known) > 1:
                continue
            self._above[two] = one
            self._known[one] = self._known[one] or self._known[two]
            self._likeness[one] = max(likeness, self._likeness[one], self._likeness[two])

    def top(self, place: int) -> int:
        """Return the value that stands for the group."""
        while self._above[place] != place:
            self._above[place] = self._above[self._above[place]]
            place = self._above[place]
        return place

    def known(self, place: int) -> str | None:
        """Return what the values of a group certainly mean."""
        return self._known[self.top(place)]

    def likeness(self, place: int) -> int:
        """Return the number of the weakest reason by which a group was made."""
        return self._likeness[self.top(place)]

    def several(self) -> Iterable[list[int]]:
        """Give the groups of two values and more."""
        members: dict[int, list[int]] = {}
        for place in range(len(self._above)):
            members.setdefault(self.top(place), []).append(place)
        return (group for group in members.values() if len(group) > 1)


def _by_letters(texts: pa.Array, values: Sequence[str], facts: FieldFacts, groups: _Groups) -> None:
    """Join what has the same letters and digits."""
    strict = facts.holds in _OWN_MARKS
    letters = texts if strict else pa.array(map(with_one_i, values), TEXT)
    for places in _places(fold(letters).to_pylist()):
        by_marks: dict[Marks, list[int]] = {}
        for place in places:
            by_marks.setdefault(marks_of(values[place])[1], []).append(place)
        for same in by_marks.values():
            groups.join(same, _CASE)
        # One syllable with hỏi and one with ngã are two words; of several only one is written.
        confused = " " in values[places[0]].strip()
        for word in same_words(by_marks, strict=strict, confused=confused):
            groups.join([by_marks[marks][0] for marks in word], _MARKS)


def _by_words(
    values: Sequence[str], counts: Sequence[int], known: Sequence[str | None], groups: _Groups
) -> None:
    """Join what has the same words in another order, or but for slips of the finger."""
    bare = [words_of(text) for text in unmarked(pa.array(values, TEXT)).to_pylist()]
    orders = [
        value if _signs(value) else in_any_order(parts)
        for parts, value in zip(bare, values, strict=True)
    ]
    for places in _places(orders):
        by_marks: dict[Marks, list[int]] = {}
        for place in places:
            by_marks.setdefault(_marks_by_word(values[place]), []).append(place)
        for alike in same_words(by_marks, strict=False, confused=False):
            groups.join([place for marks in alike for place in by_marks[marks]], _ORDER)
    words = [tuple(word for part in parts for word in part) for parts in bare]
    n_rows: Counter[str] = Counter()
    for place, some in enumerate(words):
        for word in some:
            n_rows[word] += counts[place] if known[place] is None else _RIGHT
    if not (found := slips(n_rows)):
        return
    mended = [without_slips(some, found) for some in words]
    for places in _places([*zip(mended, map(_signs, values), strict=True)]):
        right = [place for place in places if words[place] == mended[place]]
        # A slip beside two words of the same letters can be either.
        if len(right) < len(places) and len({groups.top(place) for place in right}) <= 1:
            groups.join(places, _TYPING)
            groups.slips.update(set(places).difference(right))


def _signs(value: str) -> str:
    """Return the signs of a text that may tell it from another: ``A+`` is not ``A``."""
    return "".join(sign for sign in value if sign in KEPT_SIGNS)


def _marks_by_word(text: str) -> Marks:
    """Return the marks of a text's words, in the order of their letters."""
    words = sorted(marks_of(word) for part in words_of(text.lower()) for word in part)
    return tuple(mark for _, marks in words for mark in marks)


def _places(keys: Sequence[Hashable]) -> Iterable[list[int]]:
    """Give the places of keys that come more than once."""
    found: dict[Hashable, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    return (places for places in found.values() if len(places) > 1)


def _cluster(
    group: Sequence[int],
    values: Sequence[str],
    counts: Sequence[int],
    known: Sequence[str | None],
    groups: _Groups,
) -> Cluster:
    """Make a cluster of a group, with its name."""
    order = sorted(group, key=lambda place: (-counts[place], _looks(values[place])))
    best = min(order, key=groups.slips.__contains__)
    first = tidy(pa.array([values[best]], TEXT))[0].as_py()
    name = groups.known(order[0]) or first
    changed = [place for place in order if known[place] is None and values[place] != name]
    return Cluster(
        name,
        tuple(values[place] for place in order),
        tuple(counts[place] for place in order),
        _LIKENESSES[groups.likeness(order[0])],
        {values[place]: name for place in changed},
        sum(counts[place] for place in changed),
    )


def _looks(value: str) -> tuple[int, bool, bool, int, str]:
    """Say how to order spellings by how well they look: marks, capitals, and no odd signs."""
    n_marks = sum(map(bool, map(unicodedata.combining, unicodedata.normalize("NFD", value))))
    _, is_lower, is_upper, word = looks(value)
    return -n_marks, is_lower, is_upper, sum(not sign.isalnum() for sign in value), word
