"""Cells that hold more than a phone number: two numbers, a note, a label, an extension."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.normalizers.base import Mask, as_mask, filled, matches, put, replace
from pangoprep.normalizers.column import TEXT
from pangoprep.normalizers.words import unmarked
from pangoprep.tables import read_table


@dataclass(frozen=True)
class FirstNumber:
    """What was found in the cells; every column is as long as the cells."""

    values: pa.Array
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


def first_number(texts: pa.Array, where: Mask, read: Callable[[pa.Array], pa.Array]) -> FirstNumber:
    """Find the first number in each marked cell and what else the cell holds.

    ``read`` turns texts of digits and signs into canonical numbers, null where they are none.
    """
    where = where & matches(texts, "[0-9]{3}|[0-9][ .-][0-9]")
    out = FirstNumber(
        pa.nulls(len(texts), TEXT),
        pa.nulls(len(texts), TEXT),
        np.zeros(len(texts), dtype=bool),
        np.zeros(len(texts), dtype=bool),
    )
    if not where.any():
        return out
    cells = unmarked(texts.filter(pa.array(where)))
    found = _read_cells(cells, read)
    for name in ("extra_text", "extension"):
        getattr(out, name)[where] = getattr(found, name)
    return FirstNumber(
        put(out.values, where, found.values),
        put(out.others, where, found.others),
        out.extra_text,
        out.extension,
    )


def _read_cells(cells: pa.Array, read: Callable[[pa.Array], pa.Array]) -> FirstNumber:
    bare = replace(
        cells,
        rf"([0-9)\s,;])\s*\(?(?:{_word_pattern('extension')}|#)\s*[.:]?\s*[0-9]{{1,6}}\s*\)?\z",
        r"\1",
    )
    unlabeled = replace(bare, rf"\b(?:{_word_pattern('label')})\b\s*[.:]?", " ")
    listed = replace(unlabeled, rf"\b(?:{_word_pattern('separator')})\b|[/,|&]|\s-\s", ";")
    noted = matches(listed, "[a-z]")
    # A letter that touches a digit is a typing error, not a note: such a number is not read.
    listed = replace(replace(listed, r"\([^()]*[a-z][^()]*\)", " "), r"\b[a-z]+\b[.:]?", " ")
    listed = replace(listed, r"([0-9]{7})[ -]+(\+?[0-9]{7})", r"\1;\2")
    split = pc.split_pattern(listed, ";")
    parent = pc.list_parent_indices(split).to_numpy(zero_copy_only=False)
    parts = pc.utf8_trim(split.flatten(), " .:-")
    numbers = read(_only_signs(parts))
    values, others = _group(numbers, parent, len(cells))
    # A separator can stand inside one number, as in 028/38123456.
    joined = read(_only_signs(replace(unlabeled, r"[\s/,]+", "")))
    values = pc.coalesce(values, joined)
    loose = _has_loose(parts, numbers, parent, len(cells)) & ~filled(joined)
    one = filled(values) & ~filled(others)
    extension = one & as_mask(pc.not_equal(bare, cells))
    return FirstNumber(values, others, one & (noted | loose) & ~extension, extension)


def _only_signs(parts: pa.Array) -> pa.Array:
    """Make null what holds anything but digits and the signs of a number."""
    plain = matches(parts, r"\A[+(]{0,2}[0-9][0-9 .()-]*\z")
    return pc.if_else(pa.array(plain), parts, pa.scalar(None, parts.type))


def _group(numbers: pa.Array, parent: np.ndarray, n_cells: int) -> tuple[pa.Array, pa.Array]:
    """Return each cell's first number, and its other numbers joined by ``; ``."""
    good = filled(numbers)
    texts = numbers.filter(pa.array(good)).to_pylist()
    found: list[list[str]] = [[] for _ in range(n_cells)]
    for cell, number in zip(parent[good].tolist(), texts, strict=True):
        if number not in found[cell]:
            found[cell].append(number)
    first = pa.array([cell[0] if cell else None for cell in found], type=TEXT)
    others = pa.array(["; ".join(cell[1:]) or None for cell in found], type=TEXT)
    return first, others


def _has_loose(parts: pa.Array, numbers: pa.Array, parent: np.ndarray, n_cells: int) -> Mask:
    """Mark the cells in which a part is neither empty nor a number."""
    loose = ~filled(numbers) & as_mask(pc.not_equal(parts, ""))
    marked = np.zeros(n_cells, dtype=bool)
    marked[parent[loose]] = True
    return marked
