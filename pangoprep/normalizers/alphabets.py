"""Letters of other alphabets that look like Latin ones: the Cyrillic у of Nguуễn."""

from __future__ import annotations

import re

import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import among, keep, matches, pick, put

_CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТУХаеѕіјорсух", "ABESIJKMHOPCTYXaesijopcyx", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονκ", "ABEZHIKMNOPTYXovk", strict=True))
_LATIN_FOR = str.maketrans(_CYRILLIC | _GREEK)
_LOOK_ALIKE = "".join(map(chr, _LATIN_FOR))
_MIXED = rf"\p{{Latin}}[{_LOOK_ALIKE}]|[{_LOOK_ALIKE}]\p{{Latin}}"
_WORD = re.compile(r"\w+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")


def mixed_scripts(texts: pa.Array) -> tuple[Mask, pa.Array]:
    """Mark texts with a word of two alphabets; suggest those that are Latin with other letters.

    Examples
    --------
    >>> marked, meant = mixed_scripts(pa.array(["Nguуễn An", "Мария", "CергеЙ"]))
    >>> marked.tolist(), meant.to_pylist()
    ([True, False, True], ['Nguyễn An', None, None])
    """
    found = among(texts, matches(texts, f"[{_LOOK_ALIKE}]"), _MIXED)
    meant = pa.nulls(len(texts), TEXT)
    if not found.any():
        return found, meant
    written = [_WORD.sub(_in_latin, text) for text in pick(texts, found).to_pylist()]
    latin = pa.array(written, TEXT)
    wholly = ~matches(latin, r"\p{Cyrillic}|\p{Greek}")
    return found, put(meant, found, keep(latin, wholly))


def _in_latin(found: re.Match[str]) -> str:
    """Write a word that has Latin letters without its look-alikes."""
    word = found.group()
    return word.translate(_LATIN_FOR) if _LATIN.search(word) else word
