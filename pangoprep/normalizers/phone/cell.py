"""Cells that hold more than a phone number: two numbers, a note, a label, an extension."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import (
    among,
    as_mask,
    filled,
    join,
    keep,
    matches,
    pick,
    put,
    replace,
)
from pangoprep.normalizers.phone.numbering_plan import enough_digits
from pangoprep.normalizers.words import replace_where, unmarked
from pangoprep.tables import read_table


@dataclass(frozen=True)
class FirstNumber:
    """What was found in the cells; every column is as long as the cells.

    ``written`` is the text of the first number, digits and signs alone; ``others`` the canonical
    other numbers, joined by ``; ``.
    """

    written: pa.Array
    others: pa.Array
    extra_text: Mask
    extension: Mask


@cache
def _word_pattern(kind: str) -> str:
    """One pattern for all words of a kind, longest first. Source: ``tables/phone_words.csv``."""
    rows = read_table("phone_words").to_pylist()
    words = unmarked(pa.array([row["word"] for row in rows if row["kind"] == kind], type=TEXT))
    longest_first = sorted(set(words.to_pylist()), key=lambda word: (-len(word), word))
    return "|".join(word.replace(".", r"\.").replace(" ", r"\s*") for word in longest_first)


# What a number may be written with, once separators are out of the way.
_SIGNS = r"\A[+(]{0,2}[0-9][0-9 .()-]*\z"
# No more digits than one number has, or digits alone.
_ONE_AT_MOST = r"\A[+(]{0,2}[0-9](?:(?:[.()]*[ -]?[0-9]){0,12}[.()]*|[0-9]*)\z"
_PAIR = r"\A(?P<one>[+(]{0,2}[0-9][0-9 .()-]{7,15}[0-9])[ -]+(?P<two>\(?(?:\+|0)[0-9 .()-]{8,})\z"
# Two digits or more, and two signs or more for others.
_HIDDEN = r"[*•●○◦·…?#xX]"
_MASKED = (
    rf"[0-9][ .()-]*{_HIDDEN}(?:[ .()-]*{_HIDDEN}){{1,}}(?:[ .()-]*[0-9])*[ .()-]*\z"
    rf"|\A[+(]*{_HIDDEN}(?:[ .()-]*{_HIDDEN}){{2,}}(?:[ .()-]*[0-9]){{1,}}\z"
    r"|\A[*•●○◦]{5,}\z"
)
_EMPTY_EXTENSION = r"\A(.*\b(?:0|84)[35789](?:[ .-]*[0-9]){8}) ?x\z"
_WORD_BEFORE = r"\b([a-z]{2,})(\(?(?:\+|0[0-9]|84[0-9]))"
_WORD_BEHIND = r"\b((?:0|84)[0-9]{9,10})([a-z]{2,})\b"
_CODE_APART = r"\A(\(?\+?(?:00)?84\)?) ?[/,;|_] ?([1-9][0-9]{8})"
_NUMBER = r"[+(]{0,2}[0-9][0-9 .()-]{5,}"


def is_masked(texts: pa.Array, where: Mask) -> Mask:
    """Mark the texts in which signs stand for several digits of a number, as in ``84*****679``."""
    return among(texts, where, _MASKED)


def may_hold_number(texts: pa.Array, region: str) -> Mask:
    """Mark the texts to look into: with digits enough, and more than those of one number."""
    enough = matches(texts, enough_digits(region))
    # What is digits and signs was no number, and is too short for two.
    return enough & ~among(texts, enough, _ONE_AT_MOST)


def first_number(texts: pa.Array, read: Callable[[pa.Array], pa.Array]) -> FirstNumber:
    """Find the first number in each cell and what else the cell holds.

    ``read`` turns texts of digits and signs into canonical numbers, null where they are none.
    """
    cells = unmarked(texts)
    # Quotes, Excel's ="…", bullets, emoji: signs around a number that mean nothing.
    ends = r"\A[^0-9a-z+(?*]+|[^0-9a-z)?*]+\z"
    cells = replace_where(cells, ends, ends, "")
    certain = replace_where(cells, "[?*]", r"\A[?*]+|[?*]+\z", "")
    certain = replace_where(certain, r"x\z", _EMPTY_EXTENSION, r"\1")
    # +84/912345678: a country code is no number of its own.
    certain = replace_where(certain, r"\A\(?\+?(?:00)?84", _CODE_APART, r"\1 \2")
    # A word may touch a number; a single letter may be a digit of it.
    certain = replace_where(certain, "[a-z]", _WORD_BEFORE, r"\1 \2")
    certain = replace_where(certain, "[a-z]", _WORD_BEHIND, r"\1 \2")
    doubted = matches(cells, r"\A[?*]|[?*x]\z") & as_mask(pc.not_equal(certain, cells))
    bare = replace_where(
        certain,
        f"{_word_pattern('extension')}|#",
        rf"([0-9)])[\s,;]*\(?(?:{_word_pattern('extension')}|#)\s*[.:=]?\s*[0-9]{{1,6}}\s*\)?"
        r"\s*([/,;|&]|\z)",
        r"\1\2",
    )
    own = replace_where(
        bare, _word_pattern("other"), rf"\b(?:{_word_pattern('other')})\b\s*[.:]?\s*{_NUMBER}", ";"
    )
    label = _word_pattern("label")
    unlabeled = replace_where(own, label, rf"\b(?:{label})\b\s*[.:]?", ";")
    separator = rf"\b(?:{_word_pattern('separator')})\b|[/\\,|&_]|\s-\s|\s\+\s"
    listed = replace_where(unlabeled, separator, separator, ";")
    noted = matches(listed, "[a-z]") | doubted | as_mask(pc.not_equal(own, bare))
    # A letter that touches a digit is a typing error, not a note: such a number is not read.
    listed = replace_where(listed, r"\(", r"\([^()]*[a-z][^()]*\)", " ")
    word = r"\b[0-9]{1,2}(?:h|g)(?:[0-9]{2})?\b|\b[a-z]+\b[.:]?"
    listed = replace_where(listed, "[a-z]", word, ";")
    two = r"([0-9]{7})[ .-]+(\+?[0-9]{7})"
    for _ in range(2):  # a number between two others takes part in two matches
        listed = replace_where(listed, two, two, r"\1;\2")
    split = pc.split_pattern(listed, ";")
    parent = pc.list_parent_indices(split).to_numpy(zero_copy_only=False)
    parts = _only_signs(pc.utf8_trim(split.flatten(), " .:-\"'[]<>{}"))
    numbers = read(parts)
    written, others = _group(parts, numbers, parent, len(cells))
    loose = _has_loose(split.flatten(), numbers, parent, len(cells))
    written, apart, others = _whole_cell(unlabeled, written, others, read)
    one = filled(written) & ~filled(others)
    extension = one & as_mask(pc.not_equal(bare, certain))
    extra_text = one & (noted | (loose & ~apart)) & ~extension
    return FirstNumber(written, others, extra_text, extension)


def _whole_cell(
    cells: pa.Array, written: pa.Array, others: pa.Array, read: Callable[[pa.Array], pa.Array]
) -> tuple[pa.Array, Mask, pa.Array]:
    """Read cells without a number among their parts in one piece, or as two pieces.

    Separators can stand inside one number, as in ``028/38123456`` or Excel's ``912,345,678``; two
    numbers can be apart by no more than their own spaces. Returns also which cells were one piece.
    """
    cells = pc.utf8_trim(cells, " ;")
    # Only where the start or thousands separators show that the pieces belong together.
    whole = among(cells, ~filled(written), r"\A[+(]*(?:0|84)|\A[0-9]{1,3}(?:,[0-9]{3})+\z")
    if whole.any():
        # Their place stays visible: it says what is an area code.
        joined = _only_signs(replace(pick(cells, whole), r"[\s/\\,_;]+", "-"))
        joined = keep(joined, filled(read(joined)))
        written = put(written, whole, joined)
        whole[whole] = filled(joined)
    paired = among(cells, ~filled(written), _PAIR)
    if paired.any():
        pairs = pc.extract_regex(pick(cells, paired), _PAIR)
        one, two = pairs.field("one"), read(pairs.field("two"))
        good = pa.array(filled(read(one)) & filled(two))
        paired[paired] = good
        written = put(written, paired, one.filter(good))
        others = put(others, paired, two.filter(good))
    return written, whole, others


# The other numbers of a customer who writes 0912345678-79: no more than the digits that differ, or
# all of a landline's but its area code.
_MAX_TAILS = 3
_TAIL = r"[0-9]{1,4}|[0-9]{7,8}|[0-9]{3,4}[ .][0-9]{3,4}"
_LANDLINES = {7: r"\A(?:0|\+84)2[0-9]{9}\z", 8: r"\A(?:0|\+84)2[48][0-9]{8}\z"}
_ABBREVIATED = r"\A(?P<one>[+(]{0,2}(?:[ .()-]*[0-9]){10,12}?)" + "".join(
    rf"(?: ?[-/,;&] ?(?P<t{n}>{_TAIL})){'?' if n else ''}" for n in range(_MAX_TAILS)
) + r"\z"  # fmt: skip


def abbreviated(
    texts: pa.Array, where: Mask, read: Callable[[pa.Array], pa.Array]
) -> tuple[pa.Array, pa.Array]:
    """Find a number and the ends of others that begin as it does and come later.

    Returns the text of the number, and the others joined by ``; ``; null where there are none.
    """
    written, others = pa.nulls(len(texts), TEXT), pa.nulls(len(texts), TEXT)
    found = among(texts, where, _ABBREVIATED)
    if not found.any():
        return written, others
    groups = pc.extract_regex(pick(texts, found), _ABBREVIATED)
    one = groups.field("one")
    number = read(one)
    later = [_continued(number, groups.field(f"t{n}")) for n in range(_MAX_TAILS)]
    wanted = np.logical_or.reduce([filled(text) for text in later])
    told = later[0]
    for text in later[1:]:
        told = pc.coalesce(join(told, "; ", text), told, text)
    where = found.copy()
    where[where] = wanted
    kept = pa.array(wanted)
    return put(written, where, one.filter(kept)), put(others, where, told.filter(kept))


def _continued(number: pa.Array, tail: pa.Array) -> pa.Array:
    """Put a later end to a number; null where the end is none or does not come later."""
    tail = replace(tail, "[ .]", "")
    result = pa.nulls(len(number), TEXT)
    for length in (1, 2, 3, 4, *_LANDLINES):
        here = filled(number) & as_mask(pc.equal(pc.binary_length(tail), length))
        if length in _LANDLINES:
            here = among(number, here, _LANDLINES[length])
        if not here.any():
            continue
        some, end = pick(number, here), pick(tail, here)
        begin = pc.utf8_slice_codeunits(some, 0, -length)
        own = pc.utf8_slice_codeunits(some, -length)
        if length in _LANDLINES:  # the same exchange, in any order
            first, its_first = (pc.utf8_slice_codeunits(text, 0, 1) for text in (end, own))
            fits = as_mask(pc.equal(first, its_first)) & as_mask(pc.not_equal(end, own))
        else:
            fits = as_mask(pc.greater(end, own))
        here[here] = fits
        result = put(result, here, pick(join(begin, end), fits))
    return result


def _only_signs(parts: pa.Array) -> pa.Array:
    """Make null what holds anything but digits and the signs of a number."""
    return keep(parts, matches(parts, _SIGNS))


def _group(
    parts: pa.Array, numbers: pa.Array, parent: np.ndarray, n_cells: int
) -> tuple[pa.Array, pa.Array]:
    """Return the text of each cell's first number, and its other numbers joined by ``; ``."""
    good = filled(numbers)
    cells, numbers, texts = (
        parent[good],
        pick(numbers, good),
        pick(parts, good),
    )
    begins = np.diff(cells, prepend=-1) > 0
    first = np.zeros(n_cells, dtype=bool)
    first[cells[begins]] = True
    written = put(pa.nulls(n_cells, TEXT), first, pick(texts, begins))
    several = np.isin(cells, cells[~begins])
    cells, numbers = cells[several], pick(numbers, several)
    pairs = cells * len(numbers) + numbers.dictionary_encode().indices.to_numpy()
    new = ~pd.Series(pairs).duplicated().to_numpy()
    new[new] = np.diff(cells[new], prepend=-1) == 0  # a cell's first number is no other one
    cells, numbers = cells[new], pick(numbers, new)
    starts = np.flatnonzero(np.diff(cells, prepend=-1))
    of_cells = pa.LargeListArray.from_arrays(np.append(starts, len(cells)), numbers)
    others = pc.binary_join(of_cells, pa.scalar("; ", TEXT))
    marked = np.zeros(n_cells, dtype=bool)
    marked[cells] = True
    return written, put(pa.nulls(n_cells, TEXT), marked, others)


def _has_loose(parts: pa.Array, numbers: pa.Array, parent: np.ndarray, n_cells: int) -> Mask:
    """Mark the cells in which a part is neither empty nor a number."""
    loose = among(parts, ~filled(numbers), "[0-9a-z]")
    marked = np.zeros(n_cells, dtype=bool)
    marked[parent[loose]] = True
    return marked
