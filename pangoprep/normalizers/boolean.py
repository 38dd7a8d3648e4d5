"""Yes or no."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.normalizers.base import Context, Normalized, filled, replace
from pangoprep.normalizers.words import Words, compatible, is_null_word, tidy, without_text_marks
from pangoprep.tables import read_mapping


@cache
def _words() -> Words:
    return Words(read_mapping("booleans", "word", "value"))


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Read yes and no in both languages, 1 and 0. Rules: ``boolean.unreadable``."""
    texts = compatible(without_text_marks(tidy(values)))
    found = _words().look_up(replace(texts, r"[.,]0*\z|[;:]\z", ""))
    result = Normalized(pc.equal(found, "true"))
    closed = replace(texts, r"[.,;:]+\z", "")
    empty = is_null_word(texts) | is_null_word(closed)
    result.flag("boolean.unreadable", filled(texts) & ~filled(found) & ~empty)
    return result
