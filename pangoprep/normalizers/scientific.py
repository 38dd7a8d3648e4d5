"""Numbers that Excel or a float column wrote in scientific notation, such as ``9.12E+08``."""

from __future__ import annotations

import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import among, pick, put, replace

SCIENTIFIC = r"\A[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,3}\z"
_MAX_DIGITS = 20  # more than any number of ours has
# As many decimals as the exponent moves: every digit is there.
_BY_DECIMALS = "|".join(
    rf"[.,][0-9]{{{n}}}[eE]\+?0{{0,{3 - len(str(n))}}}{n}" for n in range(1, _MAX_DIGITS)
)
_COMPLETE = rf"\A[0-9](?:{_BY_DECIMALS}|[eE]\+?0{{1,3}})\z"


def every_digit(values: pa.Array, where: Mask) -> pa.Array:
    """Write marked numbers out where the mantissa shows every digit; null elsewhere.

    ``9.12345678E8`` has eight decimals and exponent 8, so no digit is missing; ``8.49123E+10``
    has lost five.
    """
    complete = among(values, where, _COMPLETE)
    digits = replace(pick(values, complete), "[.,]|[eE].*", "")
    return put(pa.nulls(len(values), TEXT), complete, digits)
