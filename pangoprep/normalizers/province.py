"""Provinces of Vietnam, each in its one spelling.

A text that is no province is free text and stays: a town, a district, a city of another country.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import product

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers import text
from pangoprep.normalizers.base import (
    Context,
    Normalized,
    Normalizer,
    among,
    as_mask,
    filled,
    keep,
    matches,
    pick,
    put,
    replace,
)
from pangoprep.normalizers.unit_names import in_short
from pangoprep.normalizers.words import compatible, replace_where, unmarked
from pangoprep.tables import read_mapping, read_table

_FREE_TEXT = Normalizer(text.normalize, text.is_canonical)
_SEPARATOR = r"[ .,;:/()_\p{Pd}]+"
# "T. Hà Nam"; in "T.T. Huế" and "T.P. HCM" the letter is a word's first.
_SHORT_PREFIX = r"\A[Tt](?:\. ?| )(\p{L}{2})"
# A number, a whole address; in one word and without marks, a city of Korea and a county of China.
_NO_PROVINCE = r"(?i)[0-9]|.{50}|\A(?:hanam|longan)\z"
# Up to three letters; a letter for the first syllable; no letter or no vowel at all; a number,
# unless it counts ("6th of October"); a part of a city, or what lies in one.
_NO_CITY = (
    r"(?i)\A[\p{L}.]{1,3}\z|\A\p{L}\. ?\p{L}+\z|\A[^\p{L}]+\z|\A[b-df-hj-np-tv-xz. -]+\z"
    r"|[0-9](?:[^0-9snrt]|[snrt][^tdh]|[snrt]?\z)"
    r"|\A(?:quận|quan|huyện|huyen|phường|phuong|xã|thị trấn|thi tran|q\.|h\.|p\.) ?[\p{L}0-9]"
    r"|\A(?:ấp|thôn|thon|xóm|xom|khu phố|khu pho|tổ dân phố|to dan pho|đường|hẻm|ngõ|số nhà|khóm"
    r"|district|dist\.|ward|street) [\p{L}0-9]"
)
_PARTED = "[,;]| -"
_IS_TOWN = r"\A(?:Thành phố|Thị xã) "
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Write a province as it was named until 2025-06-30, and tell where it was merged.

    Other texts are made canonical like free text; those that no city is called are told, and so
    are provinces that ended before 2025. Rules: ``province.merged``, ``province.ended``,
    ``province.unknown``, and those of free text.
    """
    result = _FREE_TEXT(values, context)
    provinces = look_up(result.values)
    left = filled(result.values) & ~filled(provinces)
    result.values = pc.coalesce(provinces, result.values)
    if left.any():
        ended = _named(pick(result.values, left), _former_spellings())
        ended = put(pa.nulls(len(left), TEXT), left, ended)
        left &= ~filled(ended)
        result.flag("province.ended", filled(ended), _only_successors(ended))
    unknown, inside = _no_city(result.values, left)
    result.flag("province.unknown", unknown, inside)
    successor = _successors(result.values)
    result.flag("province.merged", as_mask(successor.is_valid()), successor)
    return result


def _no_city(texts: pa.Array, left: Mask) -> tuple[Mask, pa.Array]:
    """Mark those of the texts left over that no city is called.

    With them, the province that some end with, or that has the same letters with other marks.
    """
    unknown = among(texts, left, _NO_CITY)
    parted = among(texts, left & ~unknown, _PARTED)
    if parted.any():  # a district or a town before its province, but no two provinces
        some = pick(texts, parted)
        first = replace(some, rf"(?s) *(?:{_PARTED}).*\z", "")
        parted[parted] = filled(look_up(_last_part(some))) & ~filled(look_up(first))
        unknown |= parted
    inside = pa.nulls(len(texts), TEXT)
    misspelled = left & ~unknown & ~as_mask(pc.string_is_ascii(texts))
    if misspelled.any():
        meant = look_up(unmarked(pick(texts, misspelled)))
        inside = put(inside, misspelled, meant)
    if not unknown.any():
        return filled(inside), inside
    ends = _last_part(pick(texts, unknown))
    letters = replace(unmarked(pc.utf8_lower(ends)), r"[. ]", "")
    keys, names = _names_in_short()
    meant = pc.coalesce(look_up(ends), names.take(pc.index_in(letters, value_set=keys)))
    return unknown | filled(inside), put(inside, unknown, meant)


@cache
def _names_in_short() -> tuple[pa.Array, pa.Array]:
    """Return short forms, and the provinces they mean: K. Giang.

    Two letters alone mean none, nor does what may be a town: T. Hoa is Thanh Hóa or Tuy Hòa.
    """
    provinces = read_table("provinces").column("name").combine_chunks().cast(TEXT)
    units = pc.unique(read_table("wards").column("district")).cast(TEXT)
    towns = pick(units, matches(units, _IS_TOWN))
    names = [*provinces.to_pylist(), *replace(towns, _IS_TOWN, "").to_pylist()]
    meant: dict[str, set[str]] = {}
    for short, name in zip(in_short(pa.array(names, TEXT)).to_pylist(), names * 2, strict=True):
        if short is not None and len(short) > 2:
            meant.setdefault(short, set()).add(name)
    own = set(provinces.to_pylist())
    known = {short: min(some) for short, some in meant.items() if len(some) == 1 and some < own}
    return pa.array(list(known), TEXT), pa.array(list(known.values()), TEXT)


def _last_part(texts: pa.Array) -> pa.Array:
    return replace(texts, rf"(?s)\A.*(?:{_PARTED}) *| [0-9]+\z", "")


def look_up(texts: pa.Array) -> pa.Array:
    """Return the province each text names, null for any other text."""
    return _named(texts, _spellings())


def _named(texts: pa.Array, spellings: dict[str, list[tuple[str, str]]]) -> pa.Array:
    possible = filled(texts) & ~matches(texts, _NO_PROVINCE)
    words = compatible(pick(texts, possible))
    words = replace_where(words, r"\A[Tt][. ]", _SHORT_PREFIX, r"tỉnh \1")
    cells = pc.utf8_lower(replace(words, _SEPARATOR, ""))
    plain = unmarked(cells)
    known = as_mask(pc.is_in(plain, value_set=pa.array(list(spellings), TEXT)))
    pairs = (pick(array, known).to_pylist() for array in (plain, cells))
    names = [
        next((name for full, name in spellings[key] if _lacks_marks_only(cell, full)), None)
        for key, cell in zip(*pairs, strict=True)
    ]
    possible[possible] = known
    return put(pa.nulls(len(texts), TEXT), possible, pa.array(names, TEXT))


def _lacks_marks_only(cell: str, full: str) -> bool:
    """Whether a cell of the same letters has no mark that the full spelling has not.

    Tones count in their order, not by their letter: ``hoà`` is ``hòa``.
    """
    return all(
        _is_within(some, every) for some, every in zip(_apart(cell), _apart(full), strict=True)
    )


def _is_within(some: str, every: str) -> bool:
    """Whether the characters of ``some`` occur in ``every`` in this order."""
    left = iter(every)
    return all(character in left for character in some)


@cache
def _apart(word: str) -> tuple[str, str]:
    """Take a word apart into its letters with their other marks, and its tones."""
    marked = unicodedata.normalize("NFD", word).replace("ð", "đ").replace("đ", "d\u0335")
    tones = "".join(character for character in marked if character in _TONES)
    return "".join(character for character in marked if character not in _TONES), tones


@cache
def _spellings() -> dict[str, list[tuple[str, str]]]:
    """Every spelling without marks and separators: what it stands for, and how it is with them."""
    kinds = read_mapping("provinces", "name", "kind")
    words = {name.lower(): name for name in kinds} | read_mapping("province_names", "word", "name")
    return _by_letters(words, {name for name, kind in kinds.items() if kind == "city"})


@cache
def _former_spellings() -> dict[str, list[tuple[str, str]]]:
    """Return the same of provinces that ended before 2025."""
    names = read_mapping("former_provinces", "name", "became")
    return _by_letters({name.lower(): name for name in names}, set())


def _by_letters(words: dict[str, str], cities: set[str]) -> dict[str, list[tuple[str, str]]]:
    full = {
        phrase.replace(" ", "").replace("-", ""): name
        for word, name in words.items()
        for phrase in _phrases(word, city=name in cities)
    }
    found: dict[str, list[tuple[str, str]]] = {}
    for plain, pair in zip(unmarked(pa.array(full, TEXT)).to_pylist(), full.items(), strict=True):
        found.setdefault(plain, []).append(pair)
    return found


def _phrases(word: str, *, city: bool) -> Iterator[str]:
    """Write a province with what stands before and behind it.

    "Thành phố Hòa Bình" is not written so: it is a town, and not the province of that name.
    """
    before = ("", "tỉnh", "tp", "thành phố") if city else ("", "tỉnh")
    behind = ("", "province", "city", "tp") if city else ("", "province")
    for parts in product(before, (word,), behind, ("", "việt nam", "vn")):
        yield " ".join(parts)


def _successors(names: pa.Array) -> pa.Array:
    """Return the province a name was merged into, null where it still is a province's own."""
    table = read_table("provinces")
    old, new = (table.column(name).combine_chunks().cast(TEXT) for name in ("name", "merged_into"))
    successors = keep(new, as_mask(pc.not_equal(old, new)))
    return successors.take(pc.index_in(names, value_set=old))


def _only_successors(names: pa.Array) -> pa.Array:
    """Return the province of today that all of a former one lies in, null where there are more."""
    became = read_mapping("former_provinces", "name", "became")
    whole = {name: new for name, new in became.items() if ";" not in new}
    return pa.array(map(whole.get, names.to_pylist()), TEXT)
