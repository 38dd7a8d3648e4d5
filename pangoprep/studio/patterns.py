"""The pattern language: what values look like, so that one decision serves all that look alike.

Every digit is ``#``, letters that differ from value to value are ``*``, and everything else stays:
punctuation, and words that several values share. Beside letters a number of any length is one
``#``. So ``31/02/1990`` is ``##/##/####``, ``85 điểm`` is ``# điểm``, ``an@gmail,com`` is
``*@gmail,com``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers.base import as_mask, join, pick, put, replace
from pangoprep.tables import read_table

#: A word stays in the pattern if so many different values have it, and this share of them.
MIN_SHARED = 3
MIN_SHARE = 0.04
MAX_LENGTH = 60
#: Stands for what differs from value to value, in patterns and in what they are to become.
ANY = "*"

_WORD = r"[\p{L}][\p{L}\p{M}]*"
_BREAK = "\x1f"
_SPACES = r"[\s\p{Z}]+"
_OPEN = re.compile("[*#]")
_NUMBER = r"\d+(?:[.,]\d+)*"
_LOOSE = r"[*#](?:[ ._-]{0,2}[*#])*[ ._-]{0,2}\*(?:[ ._-]{0,2}[*#])*|\*(?:[ ._-]{0,2}[*#])+"


def patterns(values: pa.Array, known_words: Collection[str] | None = None) -> pa.Array:
    """Return the pattern of each of some different values.

    Parameters
    ----------
    values
        The values, each once, as text; a null has a null for its pattern.
    known_words
        The only words that may stay beside single letters, for values that nobody may read; None:
        any that is shared.

    Examples
    --------
    >>> import pyarrow as pa
    >>> patterns(pa.array(["an@gmail,com", "le.chi9@gmail,com", "tu_12@gmail,com"])).to_pylist()
    ['*@gmail,com', '*@gmail,com', '*@gmail,com']
    >>> patterns(pa.array(["31/02/1990", "00/00/0000", "85 điểm", "1.200 điểm", "9 điểm"]))[1:4]
    <pyarrow.lib.LargeStringArray object at ...>
    [
      "##/##/####",
      "# điểm",
      "# điểm"
    ]
    """
    texts = pc.utf8_trim(replace(values.cast(TEXT), _SPACES, " "), " ")
    # Whatever stands before the @ of an address is somebody's.
    texts = replace(texts, r"\A[^@]+@", "*@")
    parts = pc.split_pattern(replace(texts, f"({_WORD})", f"{_BREAK}\\1{_BREAK}"), _BREAK)
    words = pc.list_flatten(parts).dictionary_encode()
    vocabulary = words.dictionary.cast(TEXT)
    is_word = as_mask(pc.match_substring_regex(vocabulary, rf"\A{_WORD}\z"))
    n_having = np.bincount(words.indices.to_numpy(zero_copy_only=False), minlength=len(vocabulary))
    stays = n_having >= max(MIN_SHARED, MIN_SHARE * len(values))
    if known_words is not None:
        lowered = pc.utf8_lower(vocabulary)
        is_known = as_mask(pc.is_in(lowered, pa.array(sorted(known_words), lowered.type)))
        stays &= is_known | as_mask(pc.equal(pc.utf8_length(vocabulary), 1))
    written = pc.if_else(pa.array(is_word & ~stays), pa.scalar("*", TEXT), vocabulary)
    offsets = parts.offsets if parts.null_count == 0 else pc.fill_null(parts.offsets, 0)
    listed = pa.LargeListArray.from_arrays(offsets.cast(pa.int64()), written.take(words.indices))
    joined = pc.binary_join(listed, pa.scalar("", TEXT))
    shaped = _shaped(joined)
    return pc.if_else(as_arrow_mask(pc.is_valid(values)), shaped, pa.scalar(None, TEXT))


def as_arrow_mask(marked: pa.Array) -> pa.Array:
    """Return a mask that `if_else` can take, whatever array it was cut from."""
    return pa.array(as_mask(marked))


def _shaped(texts: pa.Array) -> pa.Array:
    has_letters = as_mask(pc.match_substring_regex(texts, r"[\p{L}*]"))
    loose = replace(replace(pick(texts, has_letters), _NUMBER, "#"), _LOOSE, "*")
    shaped = put(replace(texts, r"\d", "#"), has_letters, loose)
    is_long = pa.array(as_mask(pc.greater(pc.utf8_length(shaped), MAX_LENGTH)))
    cut = join(pc.utf8_slice_codeunits(shaped, 0, MAX_LENGTH), "…")
    return pc.if_else(is_long, cut, shaped)


def by_pattern(
    pattern: str, new: str, values: Iterable[str | None]
) -> dict[str | None, str] | None:
    """Return what values of a pattern become if the pattern becomes another; None if unclear.

    The one ``*`` of both is what stays of each value.

    Examples
    --------
    >>> by_pattern("*gmail.com", "*@gmail.com", ["angmail.com", "Le.Chi9Gmail.com"])
    {'angmail.com': 'an@gmail.com', 'Le.Chi9Gmail.com': 'Le.Chi9@gmail.com'}
    >>> by_pattern("*.*", "*@*", ["a.b"])
    """
    if pattern.count(ANY) != 1 or new.count(ANY) != 1 or "#" in pattern or "…" in pattern:
        return None
    before, _, after = pattern.partition(ANY)
    became: dict[str | None, str] = {}
    for value in values:
        text = " ".join((value or "").split())
        rest = text[len(before) : len(text) - len(after)]
        if not rest or (before + rest + after).lower() != text.lower():
            return None
        became[value] = new.replace(ANY, rest)
    return became


def with_pattern(masked: str | None, value: str | None, pattern: str) -> str | None:
    """Return a masked value with the beginning and the end that its pattern shows anyway.

    Examples
    --------
    >>> with_pattern("l•.•••••••.•••", "le.angmail.com", "*gmail.com")
    'l•.••gmail.com'
    >>> with_pattern("0••••••12", "091234512", "########")
    '0••••••12'
    """
    if masked is None or value is None or len(masked) != len(value) or "…" in pattern:
        return masked
    head, *_, tail = _OPEN.split(pattern.lower()) if _OPEN.search(pattern) else ("", "")
    if len(head) + len(tail) >= len(value):
        return masked
    if not value.lower().startswith(head) or not value.lower().endswith(tail):
        return masked
    stays = len(value) - len(tail)
    return value[: len(head)] + masked[len(head) : stays] + value[stays:]


def address_words() -> frozenset[str]:
    """Return the words of known email domains, and of how they are misspelled.

    Examples
    --------
    >>> {"gmail", "com", "gmai"} <= address_words()
    True
    """
    found: set[str] = set()
    for name in ("email_domains", "email_typos"):
        first = read_table(name).column(0).to_pylist()
        found.update(word for domain in first for word in domain.replace("-", ".").split("."))
    return frozenset(found)
