"""Numbers that Excel or a float column wrote in scientific notation, such as ``9.12E+08``."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.normalizers.base import Mask, choose, put, replace
from pangoprep.normalizers.cell_text import TEXT

SCIENTIFIC = r"\A[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,3}\z"


def every_digit(values: pa.Array, where: Mask) -> pa.Array:
    """Write marked numbers out where the mantissa shows every digit; null elsewhere.

    ``9.12345678E8`` has eight decimals and exponent 8, so no digit is missing; ``8.49123E+10``
    has lost five.
    """
    out = pa.nulls(len(values), TEXT)
    if not where.any():
        return out
    numbers = replace(values.filter(pa.array(where)), ",", ".")
    parts = pc.extract_regex(
        numbers, r"\A(?P<head>[0-9])(?:\.(?P<tail>[0-9]+))?[eE]\+?(?P<exponent>[0-9]+)\z"
    )
    tail = parts.field("tail")
    exponent = parts.field("exponent").cast(pa.int32())
    shown = pc.equal(pc.utf8_length(tail), exponent)
    digits = pc.binary_join_element_wise(parts.field("head"), tail, pa.scalar("", TEXT))
    complete = choose(
        pc.fill_null(shown, False).to_numpy(zero_copy_only=False), digits, pa.scalar(None, TEXT)
    )
    return put(out, where, complete)
