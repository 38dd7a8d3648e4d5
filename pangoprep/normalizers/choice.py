"""One of a few allowed values, written in many ways."""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import Context, Normalized, choose, filled, replace
from pangoprep.normalizers.words import (
    Words,
    compatible,
    is_null_word,
    tidy,
    without_text_marks,
)
from pangoprep.tables import read_mapping


@cache
def words_for(choice: str) -> Words:
    """Return the word table of a choice. Source: ``tables/choices.csv``."""
    return Words(read_mapping("choices", "word", "value", choice=choice))


def look_up(values: pa.Array, words: Words) -> tuple[pa.Array, Mask]:
    """Return the allowed value each text means, and which texts mean none and are not empty."""
    # "Mr." and the float 1.0 of a code column mean what "Mr" and 1 do.
    texts = compatible(without_text_marks(tidy(values)))
    found = words.look_up(replace(texts, r"[.,]0*\z|[;:]\z", ""))
    closed = replace(texts, r"[.,;:]+\z", "")
    unknown = filled(texts) & ~filled(found) & ~is_null_word(texts) & ~is_null_word(closed)
    return found, unknown


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Find the allowed value a word means. Rules: ``choice.unknown``."""
    own = context.parameters.get("words")
    words = Words(own) if own is not None else words_for(context.parameters["choice"])
    found, unknown = look_up(values, words)
    result = Normalized(found)
    result.flag("choice.unknown", unknown)
    return result


def normalize_relationship(values: pa.Array, context: Context) -> Normalized:
    """Find the relationship a word means; others are undefined. Rules: ``relationship.unknown``."""
    return or_undefined(values, *look_up(values, words_for("relationship")), "relationship.unknown")


def or_undefined(values: pa.Array, found: pa.Array, unknown: Mask, rule: str) -> Normalized:
    """Take what was found of some values, and ``undefined`` for those that are not known."""
    result = Normalized(choose(unknown, pa.scalar("undefined", found.type), found))
    result.flag(rule, unknown)
    return result
