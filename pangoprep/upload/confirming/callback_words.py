"""PangoCDP's words about a record whose values nobody knows any more, fit to be kept.

When a callback comes, the rows are elsewhere, so what the words repeat of them cannot be found by
comparing. So only words stay that say what is wrong: names of fields, and plain English for faults.
"""

from __future__ import annotations

import re
from functools import cache

from pangoprep.entities import ENTITIES
from pangoprep.tables import read_table
from pangoprep.upload.http.server_words import MASK, shortened, without_values

_WORD = re.compile(r"[^\W_]+(?:[_'][^\W_]+)*")
_FIELD = re.compile(r"customField(?:Text|Long|Timestamp|ListText|List|Double|Boolean)?s?\d{0,3}")
_ENVELOPE = ("momCode", "refId", "objectType", "source", "entries", "cdpId", "recordStatus")


def safe_words(words: str) -> str:
    """Return what is left of PangoCDP's words without anything that may be a value.

    Examples
    --------
    >>> safe_words("Missing momCode"), safe_words("Invalid phone 0912345678 of Nguyễn An")
    ('Missing momCode', 'Invalid phone ••• of •••')
    """
    masked = _WORD.sub(_kept, without_values(words, (), ()))
    return shortened(re.sub(rf"{MASK}(?:[\W_]*{MASK})+", MASK, masked))


def _kept(found: re.Match[str]) -> str:
    word, before = found[0], found.string[: found.start()].rstrip(" ")
    # A capital letter within a sentence may begin a name: An, Long, May.
    is_small = word == word.lower() or not before or before[-1] in ".!?:;"
    is_known = (is_small and word.lower() in _plain()) or word in _names()
    return word if is_known or _FIELD.fullmatch(word) else MASK


@cache
def _plain() -> frozenset[str]:
    return frozenset(read_table("fault_words")["word"].to_pylist())


@cache
def _names() -> frozenset[str]:
    return frozenset([*_ENVELOPE, *(n for entity in ENTITIES.values() for n in entity.fields())])
