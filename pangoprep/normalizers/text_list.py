"""Several texts in one cell."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers.base import (
    Context,
    Normalized,
    choose,
    filled,
    matches,
    pick,
    replace,
)
from pangoprep.normalizers.escapes import unescape
from pangoprep.normalizers.text import readable, without_marks
from pangoprep.normalizers.words import is_null_word, tidy, without_null_words

# An item of a list as Python prints it: in either quotes.
_QUOTED = r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\""
_LIST = pa.list_(TEXT)
_PRINTED = re.compile(rf"\[\s*(?:{_QUOTED})(?:\s*,\s*(?:{_QUOTED}))*\s*,?\s*\]")


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Read a JSON list, a list as Python prints it, or items separated by ``;``, ``|`` or lines.

    A comma does not separate: it stands inside names and addresses. Items are made canonical like
    free text; empty ones are left out, and a list of nothing is null. Rules: ``list.unreadable``,
    ``cell.escaped``, ``text.mojibake``, ``text.broken_letters``.
    """
    separated = ~matches(values, r"\A\s*\[")
    lines = replace(values, r"[\r\n\x{85}\x{2028}\x{2029}]+", ";")
    texts, garbled, broken = readable(choose(separated, lines, values))
    texts = without_null_words(texts, "any")
    bracketed = matches(texts, r"\A[\[{]")
    separated = filled(texts) & ~bracketed
    written = [_items(text) for text in pick(texts, bracketed).to_pylist()]
    is_list = separated.copy()
    is_list[bracketed] = [items is not None for items in written]
    counts = np.array([len(items or ()) for items in written], dtype=np.int64)
    # What a list carries is a text of its own, with escapes of its own.
    items, is_escaped = unescape(pa.array([one for some in written for one in some or ()], TEXT))
    items, is_marked = without_marks(tidy(items))
    is_escaped |= is_marked
    lists = pa.concat_arrays(
        [
            _split(pick(texts, separated)),
            _canonical(items, counts),
            pa.nulls(1, _LIST),
        ]
    )
    escaped = np.zeros(len(texts), dtype=bool)
    which = np.repeat(np.flatnonzero(bracketed), counts)
    escaped[which[is_escaped]] = True
    places = np.full(len(texts), len(lists) - 1)
    places[np.flatnonzero(separated)] = np.arange(separated.sum())
    places[np.flatnonzero(bracketed)] = separated.sum() + np.arange(len(written))
    result = Normalized(lists.take(pa.array(places)))
    result.flag("cell.escaped", escaped)
    result.flag("text.mojibake", garbled)
    result.flag("text.broken_letters", filled(broken))
    result.flag("list.unreadable", filled(texts) & ~is_list)
    return result


def _split(texts: pa.Array) -> pa.Array:
    """Read items separated by ``;`` or ``|``, in quotes or not."""
    lists = pc.split_pattern_regex(texts, "[;|]")
    counts = pc.list_value_length(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    items = replace(lists.flatten().cast(TEXT), r'(?s)\A\s*["“](.*)["”]\s*\z', r"\1")
    return _canonical(without_marks(tidy(items))[0], counts)


def _canonical(items: pa.Array, counts: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Array:
    """Make items canonical and leave empty ones out; a list of nothing is null.

    ``counts`` says how many items each list has.
    """
    items = tidy(items)
    kept = ~is_null_word(items, "any") & filled(items)
    list_of = np.repeat(np.arange(len(counts)), counts)
    lengths = np.bincount(list_of[kept], minlength=len(counts))
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    values = pick(items, kept)
    return pa.ListArray.from_arrays(offsets, values, _LIST, mask=pa.array(lengths == 0))


def _items(text: str) -> list[str] | None:
    """Return the items of a list written as JSON or as Python prints it, None if it is none."""
    if text.startswith("{"):
        return None
    straight = re.sub("[“”]", '"', text)
    items = _json_items(text)
    items = _json_items(straight) if items is None else items
    if items is None:
        return _printed_items(straight)
    if not all(item is None or isinstance(item, str) for item in items):
        return None
    # A lone half of a surrogate pair, written as an escape, is no text.
    return [(item or "").encode("utf-8", "replace").decode() for item in items]


def _json_items(text: str) -> list[Any] | None:
    try:
        items = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return items if isinstance(items, list) else None


def _printed_items(text: str) -> list[str] | None:
    if not _PRINTED.fullmatch(text):
        return None
    found = re.findall(_QUOTED, text)
    return [re.sub(r"\\(.)", r"\1", single or double) for single, double in found]
