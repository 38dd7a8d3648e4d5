"""Decimal numbers as Arrow columns and as text: exact, and no digit more than there is."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT

#: As many digits as Arrow's decimals of 128 bits have.
PRECISION = 38


def decimal_texts(values: pa.Array) -> pa.Array:
    """Write decimals in full, without zeros that say nothing.

    Examples
    --------
    >>> import pyarrow as pa
    >>> decimal_texts(pa.array([Decimal("35000.00"), Decimal("-8.20"), None])).to_pylist()
    ['35000', '-8.2', None]
    """
    texts = values.cast(TEXT)
    if pc.any(pc.match_substring(texts, "E")).as_py():  # tiny ones, and zeros of many decimals
        written = [None if one is None else f"{Decimal(one):f}" for one in texts.to_pylist()]
        texts = pa.array(written, TEXT)
    if values.type.scale <= 0:
        return texts
    texts = pc.replace_substring_regex(texts, r"\.0+\z", "")
    return pc.replace_substring_regex(texts, r"(\.[0-9]*[1-9])0+\z", r"\1")
