"""Web addresses."""

from __future__ import annotations

import pyarrow as pa

from pangoprep.normalizers.base import Context, Normalized, filled, keep, matches
from pangoprep.normalizers.words import (
    replace_where,
    tidy,
    without_null_words,
    without_text_marks,
)

_LABEL = r"[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?"
_HOST = rf"(?:{_LABEL}\.)+{_LABEL}\.?|\[[0-9A-Fa-f:.]+\]"
# 65,535 is the largest.
_PORT = r"(?:[0-9]{1,4}|[0-5][0-9]{4}|6(?:[0-4][0-9]{3}|5(?:[0-4][0-9]{2}|5(?:[0-2][0-9]|3[0-5]))))"
_URL = rf"\Ahttps?://(?:[^\s/?#\\<>\"@]+@)?(?:{_HOST})(?::{_PORT})?(?:[/?#][^\s<>\"]*)?\z"
_SEVERAL = r"(?i)[,;|]https?://"


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Check that a cell is one address on the web, ``http://`` or ``https://`` and a host.

    Rules: ``url.unreadable``.
    """
    texts = without_null_words(without_text_marks(tidy(values)), "not_boolean")
    texts = replace_where(texts, r"\A['\"<]", r"\A['\"<]+|['\">]+\z", "")
    shouted = r"\A(?:H|hT|htT|httP|httpS)"
    texts = replace_where(texts, shouted, r"\A(?i:https)://", "https://")
    texts = replace_where(texts, shouted, r"\A(?i:http)://", "http://")
    good = matches(texts, _URL) & ~matches(texts, _SEVERAL)
    result = Normalized(keep(texts, good))
    result.flag("url.unreadable", filled(texts) & ~good)
    return result
