"""Formulas that stand where a value was expected: nobody has calculated them."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import starts

# A call, a cell (A1 or R1C1) with or without its sheet, a text with an operator, or brackets.
_FORMULA = re.compile(
    r"""\s*=\s*[-+@\s(]*(?:
        [A-Z_][A-Z0-9_.]*\(.*
        | (?:'[^'\n]{1,200}'!|\[[^\]\n]{1,200}\][^!\n]{0,100}!|[^\W\d][\w.]{0,100}!)?
          (?:\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}|R(?:\[-?[0-9]+\]|[0-9]*)C(?:\[-?[0-9]+\]|[0-9]*))
          (?![\w.@]).*
        | "[^"]*"\s*[-+*/&^<>=].*
    )\Z | \s*=\(.*\)\s*\Z""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def is_formula(text: str) -> bool:
    """Whether a text is a formula: ``="0912"`` is not, it only says that it is text.

    Examples
    --------
    >>> [is_formula(text) for text in ("=DATE(1988,6,15)", "=Sheet1!A1", '="C"&A2', "=R[-1]C")]
    [True, True, True, True]
    >>> [is_formula(text) for text in ('="0912345678"', "=)) An", "= 0912345678", "=KH001")]
    [False, False, False, False]
    """
    return _FORMULA.match(text) is not None


def as_formula(text: str) -> str:
    """Write a formula so that `is_formula` knows it: in brackets, if it is no more than a name."""
    return f"={text}" if is_formula(f"={text}") else f"=({text})"


def formulas(values: pa.Array | pa.ChunkedArray) -> Mask:
    """Mark the values that are formulas."""
    marked = starts(values, "=")
    if marked.any():
        texts = values.filter(pa.array(marked)).to_pylist()
        marked[marked] = np.fromiter(map(is_formula, texts), dtype=bool, count=len(texts))
    return marked
