"""Several texts in one cell."""

from __future__ import annotations

import ast
import json

import pyarrow as pa

from pangoprep.normalizers.base import Context, Normalized, filled
from pangoprep.normalizers.column import TEXT
from pangoprep.normalizers.words import replace_where, tidy, without_null_words


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Read a JSON list, or items separated by ``;``, ``|`` or line ends.

    A comma does not separate: it stands inside names and addresses. Rules: ``list.unreadable``.
    """
    texts = replace_where(values, r"[\r\n]", r"[\r\n]+", ";")
    texts = without_null_words(tidy(texts), "any")
    lists = [_items(text) for text in texts.to_pylist()]
    result = Normalized(pa.array(lists, type=pa.list_(TEXT)))
    result.flag("list.unreadable", filled(texts) & ~filled(result.values))
    return result


def _items(text: str | None) -> list[str] | None:
    """Return the items of one cell, None if it is no list."""
    if text is None:
        return None
    if not text.startswith("["):
        return _trimmed(text.replace("|", ";").split(";"))
    straight = text.replace("“", '"').replace("”", '"')
    for read in (json.loads, ast.literal_eval):
        try:
            items = read(straight)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(items, list) and all(isinstance(item, (str, int, float)) for item in items):
            return _trimmed([str(item) for item in items])
    return None


def _trimmed(items: list[str]) -> list[str] | None:
    """Trim items and leave empty ones out; a list of nothing is empty."""
    return [item.strip() for item in items if item.strip()] or None
