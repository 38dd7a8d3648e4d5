"""Web addresses."""

from __future__ import annotations

import pyarrow as pa

from pangoprep.normalizers.base import Context, Normalized, filled, keep, matches, replace
from pangoprep.normalizers.words import tidy, without_null_words


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Check that an address starts with ``http://`` or ``https://``. Rules: ``url.unreadable``."""
    texts = without_null_words(tidy(values), "not_boolean")
    texts = replace(replace(texts, r"\A(?i:https)://", "https://"), r"\A(?i:http)://", "http://")
    good = matches(texts, r"\Ahttps?://[^\s/?#\\<>\"]+[^\s<>\"]*\z")
    result = Normalized(keep(texts, good))
    result.flag("url.unreadable", filled(texts) & ~good)
    return result
