"""What stands in lines of a table that are no records: totals, signatures, page lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import matches
from pangoprep.normalizers.words import unmarked
from pangoprep.tables import read_table

# An amount; what could be a phone number is none.
_AMOUNT = re.compile(
    r"-?(?!0\d)(?!84\d{9}\Z)[0-9]{1,3}(?:[0-9]{0,12}|(?:[.,\s][0-9]{3})*)(?:[.,][0-9]{1,2})?"
    r"\s?(?:%|₫|đ|vnd|vnđ)?",
    re.IGNORECASE,
)
# Arrow makes ready a pattern anew each time, which takes as long as Python takes for so many texts.
_MANY = 5_000


def is_amount(text: str) -> bool:
    """Whether a text is an amount, such as that of a total.

    Examples
    --------
    >>> is_amount("1.250.000 đ"), is_amount("0912345678")
    (True, False)
    """
    return _AMOUNT.fullmatch(text.strip()) is not None


def are_phrases(texts: pa.Array) -> Mask:
    """Mark the texts that stand in such lines. Source: ``tables/not_records.csv``.

    Examples
    --------
    >>> import pyarrow as pa
    >>> are_phrases(pa.array(["Tổng cộng: 40", "Tống Văn Cộng"], pa.large_string())).tolist()
    [True, False]
    """
    folded = _folded(texts)
    if len(folded) > _MANY:
        return matches(folded, rf"\A(?:{_pattern().pattern})\z")
    return np.array(
        [bool(text and _pattern().fullmatch(text)) for text in folded.to_pylist()], bool
    )


def is_no_record(cells: Sequence[str]) -> bool:
    """Whether cells are those of such a line: phrases, amounts beside them, and nothing else.

    Examples
    --------
    >>> is_no_record(["Người lập biểu", "", "Giám đốc"]), is_no_record(["Tổng", "12", "An"])
    (True, False)
    """
    filled = [cell for cell in cells if cell.strip()]
    phrases = are_phrases(pa.array(filled, type=TEXT)).tolist() if filled else []
    return any(phrases) and all(
        phrase or is_amount(cell) for phrase, cell in zip(phrases, filled, strict=True)
    )


def _folded(texts: pa.Array) -> pa.Array:
    """Return texts in small letters without marks, their blanks made one."""
    plain = pc.replace_substring_regex(unmarked(texts), r"[\s\x{00A0}]+", " ")
    return pc.utf8_trim_whitespace(plain)


@cache
def _pattern() -> re.Pattern[str]:
    patterns = read_table("not_records")["pattern"].to_pylist()
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
