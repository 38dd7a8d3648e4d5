"""Formulas that stand where a value was expected: nobody has calculated them."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import among, join, matches, pick, put, starts

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
        texts = pick(values, marked).to_pylist()
        marked[marked] = np.fromiter(map(is_formula, texts), dtype=bool, count=len(texts))
    return marked


# What makes a sheet calculate a cell of a CSV file; full-width signs do in East Asian versions.
_RUNS = r"\A[\s\x{feff}\x{a0}]*[=+\-@＝＋－＠]"
_NUMBER = r"\A\s*[+-]?[0-9][0-9., ]*\z"


def runs_in_a_sheet(values: pa.Array) -> Mask:
    """Mark the texts that a sheet would calculate, were they opened as CSV: no plain numbers.

    Examples
    --------
    >>> texts = ["=1+1", "@SUM(A1)", "+1+1", " -x", "+84912345678", "-1.5", "1-1", "a=b"]
    >>> runs_in_a_sheet(pa.array(texts)).tolist()
    [True, True, True, True, False, False, False, False]
    """
    runs = matches(values, _RUNS)
    return runs & ~among(values, runs, _NUMBER) if runs.any() else runs


def not_to_run(values: pa.Array) -> pa.Array:
    """Put an apostrophe before texts that a sheet would calculate, so that it shows them.

    Reading takes the apostrophe off again.

    Examples
    --------
    >>> not_to_run(pa.array(["=1+1", "An", None], pa.large_string())).to_pylist()
    ["'=1+1", 'An', None]
    """
    runs = runs_in_a_sheet(values)
    return put(values, runs, join("'", pick(values, runs))) if runs.any() else values
