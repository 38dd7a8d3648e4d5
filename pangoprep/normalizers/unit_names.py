"""Names of districts and wards, looked up within the place they belong to.

``P.12``, ``phuong 12`` and ``12`` are one name in Quận 3, and ``H. Củ Chi`` is Huyện Củ Chi. A
name is looked up by its letters with their marks; one that has no mark at all, by its letters,
where those mean one place only. Anything else is an offer, never an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import (
    as_mask,
    change_where,
    filled,
    join,
    keep,
    matches,
    pick,
    put,
    replace,
)
from pangoprep.normalizers.words import compatible, spelling, unmarked

Numbers = np.ndarray[Any, np.dtype[np.int64]]
# Letters for the kinds of units, by the words in front of names. What English calls a ward or a
# district may be of any kind.
_KINDS = {
    "phường": r"ph[uư][oơờ]ng|phg|ph|p|f",
    "xã": r"x[aã]|x",
    "thị trấn": r"th[iị] tr[aấ]n|ttr|tt|t t",
    "đặc khu": r"[đd][aặ]c khu|[đd]k",
    "quận": r"qu[aậ]n|q",
    "huyện": r"huy[eệ]n|h",
    "thị xã": r"th[iị] x[aã]|tx|t x",
    "thành phố": r"th[aà]nh ph[oố]|tp|t p",
    "": r"ward|commune|township|district|dist|town|city",
}
WARD_KINDS = ("phường", "xã", "thị trấn", "đặc khu", "")
DISTRICT_KINDS = ("quận", "huyện", "thị xã", "thành phố", "")
_ENGLISH = rf" (?:{_KINDS['']})\z"
# Quận III, Mỹ Đình II; "Vi" behind another syllable is a name: Mường Vi.
_ROMAN = (
    *("i", "ii", "iii", "iv", "v", "vi", "vii", "viii"),
    *("ix", "x", "xi", "xii", "xiii", "xiv", "xv"),
)
_HAS_ROMAN = r"\A[ivx]{1,4}\z| (?:i{1,3}|iv|vii|viii)\z"
# Only letters of ours: a pattern of all letters there are takes RE2 milliseconds to make ready, and
# for each part of a file it is made anew.
_LATIN = r"a-z\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{24f}\x{1e00}-\x{1eff}"
_UNUSUAL = r"[^0-9a-zđ\x{300}-\x{36f}]"
_TYPO_LETTERS = 5  # a shorter name is one letter from too many others
_LONGEST = 20  # no name is longer
_SEVERAL = -2


@dataclass(frozen=True)
class WrittenUnits:
    """Cells taken apart: the kind, null where none is written, and the name in two forms.

    ``exact`` is the name's letters with marks, ``plain`` those without; ``whole`` and
    ``whole_plain`` are the same of all that is written. Where two kinds stand in front, the inner
    one counts, and ``outer_kind`` and ``outer_plain`` take the outer one: what is written without
    marks may be a name, ``Huyen Quan Ba``.
    """

    kind: pa.Array
    exact: pa.Array
    plain: pa.Array
    whole: pa.Array
    whole_plain: pa.Array
    outer_kind: pa.Array
    outer_plain: pa.Array

    def take(self, places: pa.Array) -> WrittenUnits:
        """Return the cells at some places; null for null."""
        return WrittenUnits(
            *(getattr(self, name).take(places) for name in self.__dataclass_fields__)
        )


def read_names(texts: pa.Array, kinds: tuple[str, ...]) -> WrittenUnits:
    """Take apart what cells say: ``"Q. 01"`` is a quận of the name 1."""
    cells = pc.utf8_lower(compatible(texts))
    cells = replace(cells, r"[\s.,:_]+", " ")
    cells = replace(cells, rf"\A([{_LATIN}]{{1,8}})([0-9])", r"\1 \2")
    cells = pc.utf8_trim(cells, " ")
    outer, outer_kind, _ = _without_kind(cells, pa.nulls(len(cells), TEXT), kinds)
    # The inner one of two counts: software puts "Q." before what is "Quận 3" already.
    names, kind, has_two = _without_kind(outer, outer_kind, kinds)
    exact, whole = _letters(_in_digits(replace(names, _ENGLISH, ""))), _letters(cells)
    outer_plain = _bare(_letters(keep(outer, has_two)))
    return WrittenUnits(kind, exact, _bare(exact), whole, _bare(whole), outer_kind, outer_plain)


def _without_kind(
    names: pa.Array, kind: pa.Array, kinds: tuple[str, ...]
) -> tuple[pa.Array, pa.Array, Mask]:
    """Take one word of kind off the front; return names, kinds, and where there was one."""
    taken = np.zeros(len(names), dtype=bool)
    for word in kinds:
        begins = rf"\A(?:{_KINDS[word]}) "
        found = matches(names, begins) & ~taken
        if found.any():
            taken |= found
            names = put(names, found, replace(pick(names, found), begins, ""))
            if word:
                kind = put(kind, found, pa.array([word] * int(found.sum()), TEXT))
    return names, kind, taken


def _in_digits(names: pa.Array) -> pa.Array:
    """Write a Roman number at the end in digits."""
    roman = matches(names, _HAS_ROMAN)
    if roman.any():
        some = pick(names, roman)
        for number, word in enumerate(_ROMAN, 1):
            some = replace(some, rf"\b{word}\z", str(number))
        names = put(names, roman, some)
    return names


def _letters(names: pa.Array) -> pa.Array:
    """Return letters, marks and digits alone; i stands for y, as in Mỹ and Mĩ."""
    joined = replace(spelling(names), r"[\x00-/:-@\[-`{-\x7f]+", "")
    joined = change_where(joined, matches(joined, _UNUSUAL), _without_signs)
    return replace(pc.replace_substring(joined, "y", "i"), r"\A0+([0-9])", r"\1")


def _without_signs(names: pa.Array) -> pa.Array:
    return replace(names, r"[^\p{L}\p{M}0-9]+", "")


def _bare(letters: pa.Array) -> pa.Array:
    return unmarked(letters)


class UnitNames:
    """Units of one level by the places they lie in, ready to look names up.

    Parameters
    ----------
    units
        For each unit: the place it is looked for in, its whole name, and its number.
    kinds
        The words before names of this level.
    first_former
        From this number on, units are former ones: a name that a later unit has is that one's.
    """

    def __init__(
        self,
        units: Iterable[tuple[str, str, int]],
        kinds: tuple[str, ...],
        first_former: int | None = None,
    ) -> None:
        scopes, names, numbers = (list(column) for column in zip(*units, strict=True))
        self._numbers = np.array(numbers, np.int64)
        self._scope = pa.array(scopes, TEXT)
        self._names, self._kinds, self._first_former = pa.array(names, TEXT), kinds, first_former
        self._near: dict[str, int] | None = None

    # Made when a name is looked up first: there are many wards, and many files name none.
    @cached_property
    def _written(self) -> WrittenUnits:
        return read_names(self._names, self._kinds)

    @cached_property
    def _exact(self) -> tuple[_Index, _Index]:
        """Units by their kind and name, and by their name."""
        return self._indexes(self._written.exact)

    @cached_property
    def _plain(self) -> tuple[_Index, _Index]:
        """The same without marks."""
        return self._indexes(self._written.plain)

    def _indexes(self, names: pa.Array) -> tuple[_Index, _Index]:
        of_kind = join(self._scope, "|", self._written.kind, "|", names)
        bare = join(self._scope, "||", names)
        numbers, former = self._numbers, self._first_former
        return _index(of_kind, numbers, former), _index(bare, numbers, former)

    def find(self, scope: pa.Array, written: WrittenUnits) -> Numbers:
        """Return the number of the unit each name is in its scope; -1 for none, -2 for several."""
        found = np.full(len(scope), -1, dtype=np.int64)
        if not filled(written.whole).any():
            return found
        has_kind = filled(written.kind)
        marked = ~as_mask(pc.string_is_ascii(written.exact))
        kind = pc.fill_null(written.kind, "")
        for index, name in ((self._exact[0], written.exact), (self._plain[0], written.plain)):
            keys = join(scope, "|", kind, "|", name)
            _fill(found, keys, index, has_kind & (~marked | (name is written.exact)))
        for index, exact in ((self._exact[1], True), (self._plain[1], False)):
            whole = written.whole if exact else written.whole_plain
            bare = written.exact if exact else written.plain
            _fill(found, join(scope, "||", whole), index, ~marked | exact)
            _fill(found, join(scope, "||", bare), index, ~has_kind & (~marked | exact))
        self._find_outer(found, scope, written)
        return found

    def _find_outer(self, found: Numbers, scope: pa.Array, written: WrittenUnits) -> None:
        """Put in units whose name begins as a kind does; one that may be two is several."""
        has_two = filled(written.outer_plain)
        if has_two.any():
            outer = np.full(len(found), -1, dtype=np.int64)
            keys = join(scope, "|", pc.fill_null(written.outer_kind, ""), "|", written.outer_plain)
            _fill(outer, keys, self._plain[0], has_two & ~matches(written.whole, r"[^\x00-\x7f]"))
            both = (outer != -1) & (found != -1) & (outer != found)
            found[outer != -1] = outer[outer != -1]
            found[both] = _SEVERAL

    def of_other_kind(self, scope: pa.Array, written: WrittenUnits) -> Numbers:
        """Return the one unit of the name, whatever its kind: Thị xã Dĩ An became a city."""
        found = np.full(len(scope), -1, dtype=np.int64)
        marked = ~as_mask(pc.string_is_ascii(written.exact))
        _fill(found, join(scope, "||", written.exact), self._exact[1], filled(written.kind))
        _fill(found, join(scope, "||", written.plain), self._plain[1], ~marked)
        return found

    def offer(self, scope: pa.Array, written: WrittenUnits) -> Numbers:
        """Return the one unit that is nearly called so: other marks, kind, one letter, in short."""
        found = self.of_other_kind(scope, written)
        everywhere = np.ones(len(scope), dtype=bool)
        _fill(found, join(scope, "||", written.plain), self._plain[1], everywhere)
        if self._kinds == DISTRICT_KINDS:  # "P. KD" is a room
            _fill(found, join(scope, "|", written.plain), self._in_short, everywhere)
        lengths = pc.fill_null(pc.utf8_length(written.plain), 0).to_numpy(zero_copy_only=False)
        left = (found == -1) & (lengths >= _TYPO_LETTERS) & (lengths <= _LONGEST)
        left &= filled(scope) & ~matches(written.plain, "[0-9]")
        if left.any():
            near = self._one_letter_off()
            places = np.flatnonzero(left)
            some = (column.take(pa.array(places)).to_pylist() for column in (scope, written.plain))
            for place, here, name in zip(places, *some, strict=True):
                hits = {near[key] for key in _shorter(here, name) if key in near}
                if len(hits) == 1:
                    found[place] = hits.pop()
        return found

    @cached_property
    def _in_short(self) -> _Index:
        """Units by the first letters of their names: TDM and TDMột are Thủ Dầu Một."""
        none = pa.nulls(len(self._names), TEXT)
        bare = _without_kind(pc.utf8_lower(self._names), none, self._kinds)[0]
        keys = join(pa.concat_arrays([self._scope] * 2), "|", in_short(bare))
        return _index(keys, np.tile(self._numbers, 2), None)

    def _one_letter_off(self) -> dict[str, int]:
        if self._near is None:
            near: dict[str, int] = {}
            rows = zip(
                self._scope.to_pylist(),
                self._written.plain.to_pylist(),
                self._numbers.tolist(),
                strict=True,
            )
            for scope, name, number in rows:
                if len(name) >= _TYPO_LETTERS:
                    for key in _shorter(scope, name):
                        near[key] = number if near.get(key, number) == number else _SEVERAL
            self._near = near
        return self._near


def in_short(names: pa.Array) -> pa.Array:
    """Return the first letters of names, without marks; then those with the last syllable whole.

    Null for a name of one syllable.
    """
    short: tuple[list[str | None], list[str | None]] = [], []
    for name in unmarked(pc.utf8_lower(names)).to_pylist():
        *before, last = re.findall(r"\w+", name)
        letters = "".join(word[0] for word in before)
        for some, end in zip(short, (last[0], last), strict=True):
            some.append(letters + end if before else None)
    return pa.array([*short[0], *short[1]], TEXT)


def _shorter(scope: str, name: str) -> Iterator[str]:
    """Give a name, and it without each of its letters: names that share one differ in one."""
    yield f"{scope}|{name}"
    for place in range(len(name)):
        yield f"{scope}|{name[:place]}{name[place + 1 :]}"


_Index = tuple[pa.Array, Numbers]


def _index(keys: pa.Array, numbers: Numbers, first_former: int | None) -> _Index:
    """Return the keys with the number of the unit each means, if that is one."""
    known = filled(keys)
    encoded, numbers = keys.drop_null().dictionary_encode(), numbers[known]
    places = encoded.indices.to_numpy()
    meaning = np.full(len(encoded.dictionary), np.iinfo(np.int64).max)
    np.minimum.at(meaning, places, numbers)
    others = numbers != meaning[places]
    if first_former is not None:  # a former unit gives way to one of today
        others &= (numbers < first_former) | (meaning[places] >= first_former)
    meaning[places[others]] = _SEVERAL
    return encoded.dictionary, meaning


def _fill(found: Numbers, keys: pa.Array, index: _Index, where: Mask) -> None:
    """Put in the numbers of keys at marked places that have none."""
    where = where & (found == -1) & filled(keys)
    if where.any():
        places = pc.index_in(pick(keys, where), value_set=index[0])
        known = filled(places)
        rows = np.flatnonzero(where)[known]
        found[rows] = index[1][places.drop_null().to_numpy()]


def scoped(prefix: str, names: pa.Array) -> pa.Array:
    """Write the place that names are looked for in."""
    return keep(join(prefix, names), filled(names))
