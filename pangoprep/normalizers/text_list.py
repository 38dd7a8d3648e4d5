"""Several texts in one cell."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pyarrow as pa

from pangoprep.normalizers.base import (
    Context,
    Normalized,
    as_mask,
    choose,
    filled,
    matches,
    replace,
)
from pangoprep.normalizers.column import TEXT
from pangoprep.normalizers.text import readable
from pangoprep.normalizers.words import is_null_word, tidy, without_null_words

# An item of a list as Python prints it: in either quotes.
_QUOTED = r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\""
_PRINTED = re.compile(rf"\[\s*(?:{_QUOTED})(?:\s*,\s*(?:{_QUOTED}))*\s*,?\s*\]")


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Read a JSON list, a list as Python prints it, or items separated by ``;``, ``|`` or lines.

    A comma does not separate: it stands inside names and addresses. Items are made canonical like
    free text; empty ones are left out, and a list of nothing is null. Rules: ``list.unreadable``,
    ``text.mojibake``.
    """
    separated = ~matches(values, r"\A\s*\[")
    lines = replace(values, r"[\r\n\x{85}\x{2028}\x{2029}]+", ";")
    texts, garbled = readable(choose(separated, lines, values))
    texts = without_null_words(texts, "any")
    cells = [_items(text) for text in texts.to_pylist()]
    is_list = np.array([cell is not None for cell in cells], dtype=bool)
    result = Normalized(_without_empty([cell or [] for cell in cells]))
    result.flag("text.mojibake", garbled)
    result.flag("list.unreadable", filled(texts) & ~is_list)
    return result


def _items(text: str | None) -> list[str] | None:
    """Return the items of one cell, None if it is no list."""
    if text is None or text.startswith("{"):
        return None
    if not text.startswith("["):
        return [_unquoted(item.strip()) for item in re.split("[;|]", text)]
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


def _unquoted(item: str) -> str:
    quoted = len(item) > 1 and item[0] in '"“' and item[-1] in '"”'
    return item[1:-1] if quoted else item


def _without_empty(cells: list[list[str]]) -> pa.Array:
    """Make items canonical and leave empty ones out; a list of nothing is null."""
    items = tidy(pa.array([item for cell in cells for item in cell], type=TEXT))
    kept = (~is_null_word(items, "any") & as_mask(items.is_valid())).tolist()
    texts = iter(zip(items.to_pylist(), kept, strict=True))
    lists = [[text for text, keep in (next(texts) for _ in cell) if keep] for cell in cells]
    return pa.array([cell or None for cell in lists], type=pa.list_(TEXT))
