"""Cutting addresses of one cell where they go from one level to the next, and writing them anew."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask, Rows
from pangoprep.normalizers.base import (
    among,
    as_mask,
    choose,
    filled,
    join,
    keep,
    matches,
    replace,
)
from pangoprep.normalizers.province import look_up
from pangoprep.normalizers.words import unmarked
from pangoprep.tables import read_table

Counts = np.ndarray[Any, np.dtype[np.int64]]
WARD_WORDS = r"ph[ưu][ờo]ng|x[ãa]|th[ịi][ \x{a0}]tr[ấa]n|[đd][ặa]c khu|ward|commune"
DISTRICT_WORDS = r"qu[ậa]n|huy[ệe]n|th[ịi][ \x{a0}]x[ãa]|th[àa]nh ph[ốo]|district|dist"
_KIND = (
    rf"(?:{WARD_WORDS}|{DISTRICT_WORDS}|t[ỉi]nh|t\.?[px])[. ]+[\pL0-9]"
    r"|tp\.?(?:hcm|\pL)|(?:[pqhx]|ph|t\.?[pxt]|ttr)\. ?\pL|[pqf]\.? ?[0-9]{1,2}(?:[ ,;.]|\z)"
)
HAS_KIND = rf"(?i)(?:\A|[ ,;\n/|、-])(?:{_KIND})"
_NEXT = rf"(?i)([^ ,;\n]) +({_KIND})"
# Beside commas, "quan" and "xa" without their marks are parts of names: "Phường Tam Quan Bắc".
_NEXT_BESIDE_COMMAS = _NEXT.replace("qu[ậa]n", "quận").replace("|x[ãa]|", "|xã|")
# Other signs between the levels, some only in front of a kind: "P12/Q3", and "12/3 - 5" is a house.
_CLOSE = r"(?:[pqhx]|ph|t[pxt])\. ?\pL|[pq]\.[0-9]|q ?[0-9]{1,2}\b|tp\.?(?:hcm|hn)\b"
_SIGN = rf"(?i) *[|、]+ *| +[/_]+ +({_KIND})|[-/]({_CLOSE})"
# What was cut off by mistake: "Huyện, Hòa Bình", "Phường, Phường Đúc" and "Thừa Thiên, Huế".
_ONLY_A_KIND = (
    rf"(?i)((?:\A|[,;\n] *)(?:{WARD_WORDS}|{DISTRICT_WORDS}|t[ỉi]nh|[pqhxt]\.?|t\.?[pxt]\.?"
    r"|th[ừu]a thi[êe]n))"
    r", "
)
BEHIND = (
    r"(?is)\A(.*?)((?:[ ,.;\n-]+(?:vi[ệe]t ?nam|vn))?(?:[ ,.;\n-]+[0-9]{5,6})?"
    r"(?:[ ,.;\n-]+(?:vi[ệe]t ?nam|vn))?[ ,.;\n]*)\z"
)
_SEPARATOR = r" *[,;\n][ ,;\n]*"
# Commas within the street, and dashes between the levels.
_DASHED_BEHIND_COMMAS = r"(?s)\A.*[,;\n][^,;\n]*? [-–] +[^,;\n]* [-–] +[^,;\n]*\z"
_LEVELS = 3


class AddressPieces:
    """Texts cut where an address goes from one level to the next."""

    def __init__(self, cells: pa.Array) -> None:
        head = replace(cells, BEHIND, r"\1")
        self._cells = cells
        #: Where no comma says where a level ends.
        self.are_loose = ~matches(head, r"[,;\n]") | matches(head, _DASHED_BEHIND_COMMAS)
        head = _changed(head, self.are_loose, r"(?i)(b[àa] r[ịi]a)\s*-\s*", r"\1 ")
        head = _changed(head, self.are_loose, r" +[-–] +", ", ")
        head = replace(head, r"(?i)(th[ịi]) (x[ãa]|tr[ấa]n) ", "\\1\u00a0\\2 ")
        for _ in range(2):  # what stands between two kinds belongs to one match alone
            head = replace(head, _SIGN, r", \1\2")
            head = _changed(head, self.are_loose, _NEXT, r"\1, \2")
            head = _changed(head, ~self.are_loose, _NEXT_BESIDE_COMMAS, r"\1, \2")
        head = replace(head, _province_at_the_end(), r"\1, \2")
        head = replace(head, _ONLY_A_KIND, r"\1 ")
        head = pc.replace_substring(head, "\u00a0", " ")
        lists = pc.split_pattern_regex(head, _SEPARATOR)
        self._offsets = lists.offsets.to_numpy().astype(np.int64)
        self._flat = pc.utf8_trim(lists.values, " .")
        front, last = self._at(0), self._at(-1)
        # Written from the province down to the street.
        self._are_reversed = ~filled(_look_up(last)) & (np.diff(self._offsets) > 1)
        self._are_reversed &= filled(_look_up(front))
        #: The last pieces, or the first ones, from the largest level on; null where there is none.
        self.levels = [
            choose(self._are_reversed, self._at(level), self._at(-1 - level))
            for level in range(_LEVELS)
        ]

    def _at(self, place: int) -> pa.Array:
        start = self._offsets[:-1] if place >= 0 else self._offsets[1:]
        is_there = np.diff(self._offsets) > (place if place >= 0 else -1 - place)
        return self._flat.take(pa.array(start + place, mask=~is_there))

    def rest(self, n_taken: Counts | int) -> pa.Array:
        """Return what is left of each address when some levels are taken off."""
        lengths = np.diff(self._offsets)
        taken = np.minimum(n_taken, lengths)
        begins = self._offsets[:-1] + np.where(self._are_reversed, taken, 0)
        ends = self._offsets[1:] - np.where(self._are_reversed, 0, taken)
        change = np.zeros(len(self._flat) + 1, dtype=np.int64)
        np.add.at(change, begins, 1)
        np.add.at(change, ends, -1)
        left = self._flat.filter(pa.array(np.cumsum(change)[:-1] > 0))
        offsets = np.concatenate([[0], np.cumsum(lengths - taken)])
        lists = pa.LargeListArray.from_arrays(pa.array(offsets), left)
        return pc.binary_join(lists, pa.scalar(", ", TEXT))

    def written(self, rows: Rows, n_taken: Counts, names: list[pa.Array]) -> pa.Array:
        """Write some addresses anew, with a ward, a district and a province for those taken off."""
        rest = self.rest(n_taken).take(pa.array(rows))
        parts = [keep(rest, as_mask(pc.not_equal(rest, ""))), *names]
        behind = replace(self._cells.take(pa.array(rows)), BEHIND, r"\2")
        ways = _listed(parts[::-1]), _listed(parts)
        return join(choose(self._are_reversed[rows], *ways), behind)


def _look_up(names: pa.Array) -> pa.Array:
    """Return the province that each text names, looking at each one once."""
    coded = names.dictionary_encode()
    return look_up(coded.dictionary).take(coded.indices)


def _listed(parts: list[pa.Array]) -> pa.Array:
    """Write what there is of some parts with commas between."""
    text, *others = parts
    for part in others:
        text = pc.coalesce(join(text, ", ", part), text, part)
    return text


def _changed(cells: pa.Array, where: Mask, pattern: str, replacement: str) -> pa.Array:
    """Replace in the marked cells."""
    if not among(cells, where, pattern).any():
        return cells
    return choose(where, replace(cells, pattern, replacement), cells)


@cache
def _province_at_the_end() -> str:
    """Return a pattern of a province behind another word, at the end of a text."""
    names = [
        *read_table("provinces").column("name").to_pylist(),
        "hcm",
        "tphcm",
        "ho chi minh city",
    ]
    plain = unmarked(pa.array(names, TEXT)).to_pylist()
    words = "|".join(sorted({*map(str.lower, names), *map(str.lower, plain)}, key=len)[::-1])
    return rf"(?i)([^ ,;\n]) +((?:t[ỉi]nh |tp\.? ?)?(?:{words}))\z"
