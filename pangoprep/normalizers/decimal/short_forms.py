"""Amounts in words' letters: 1tr250, 500k, 2 tỷ. They are offered in full, never taken so."""

from __future__ import annotations

import re
from decimal import Decimal

import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask

_UNITS = {
    "k": 3, "n": 3, "ng": 3, "nghìn": 3, "nghin": 3, "ngàn": 3, "ngan": 3,
    "tr": 6, "triệu": 6, "trieu": 6, "m": 6,
    "tỷ": 9, "tỉ": 9, "ty": 9, "ti": 9, "b": 9,
}  # fmt: skip
_NAMES = "|".join(sorted(_UNITS, key=len, reverse=True))
SHORT_FORM = rf"(?i)\A[0-9]+(?:[.,][0-9]+)? ?(?:{_NAMES})(?: ?[0-9]{{1,3}})?\z"
_PARTS = re.compile(rf"([0-9]+(?:[.,][0-9]+)?) ?({_NAMES})(?: ?([0-9]{{1,3}}))?", re.IGNORECASE)


def written_out(texts: pa.Array, where: Mask) -> pa.Array:
    """Write the marked amounts in full; null where that is not clear, and elsewhere.

    Examples
    --------
    >>> import numpy as np, pyarrow as pa
    >>> texts = pa.array(["1tr250", "500k", "1,5 tỷ", "x"])
    >>> written_out(texts, np.array([True, True, True, False])).to_pylist()
    ['1250000', '500000', '1500000000', None]
    """
    found = zip(texts.to_pylist() if where.any() else [], where, strict=False)
    written = [_in_full(text) if marked and text else None for text, marked in found]
    return pa.array(written or [None] * len(texts), TEXT)


def _in_full(text: str) -> str | None:
    match = _PARTS.search(text)
    if match is None:
        return None
    number, unit, rest = match.groups()
    power = _UNITS[unit.lower()]
    if rest and re.search("[.,]", number):
        return None  # 1,2tr5: of what
    amount = Decimal(number.replace(",", ".")).scaleb(power)
    # 1tr250 is 1,250,000; 1tr5 is 1,500,000: the digits go on where the unit stands.
    amount += Decimal(rest or 0).scaleb(power - len(rest or ""))
    return f"{amount:f}".partition(".")[0] if amount == amount.to_integral_value() else None
