"""Escapes undone: how servers wrap what they repeat."""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from unicodedata import normalize
from urllib.parse import unquote

# Words escaped more often than this were not escaped by accident.
_MAX_LAYERS = 4

_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def plain(text: str) -> str:
    r"""Undo escapes for HTML, JSON and addresses, and UTF-8 read as Latin-1; compose letters.

    Examples
    --------
    >>> plain("B&ocirc;ng %C3%A0 \\u00e0")
    'Bông à à'
    """
    for _ in range(_MAX_LAYERS):
        before = text
        text = _JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)), unescape(text))
        text = unquote(text)
        if not text.isascii():
            for encoding in ("latin-1", "cp1252"):
                with suppress(UnicodeError):
                    text = text.encode(encoding).decode("utf-8")
        if text == before:
            break
    # Half a pair of surrogates can be neither written nor shown.
    return normalize("NFC", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
