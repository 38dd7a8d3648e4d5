"""Canonical numbers of Vietnam in their other form, without reading what they were made of."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.column import PIECE, in_pieces, in_threads
from pangoprep.columns.types import Mask, Values
from pangoprep.memory import POOL
from pangoprep.normalizers.base import as_mask, choose, filled, starts

#: The region whose numbers these are.
HOME = "VN"
_TRUNK, _ABROAD = "0", "+84"
# Of these lengths all begin with the trunk's zero at home, but for those of services.
_LONG = 12
_SERVICES = "+841"


def written_otherwise(numbers: Values, form: str) -> tuple[Values, Mask]:
    """Write numbers in another form; mark those that cannot be told without their cells.

    Examples
    --------
    >>> import pyarrow as pa
    >>> written, left = written_otherwise(pa.array(["0912345678", "+6591234567", "1900"]), "e164")
    >>> written.to_pylist(), left.tolist()
    (['+84912345678', '+6591234567', '1900'], [False, False, True])
    """
    if len(numbers) > PIECE:
        parts = in_threads(lambda some: written_otherwise(some, form), in_pieces(numbers))
        written = pa.chunked_array([one for one, _ in parts], numbers.type)
        return written, np.concatenate([left for _, left in parts])
    old, new = (_TRUNK, _ABROAD) if form == "e164" else (_ABROAD, _TRUNK)
    own = starts(numbers, old)
    if form == "national":
        own &= as_mask(pc.greater_equal(pc.binary_length(numbers), _LONG))
        own &= ~starts(numbers, _SERVICES)
    written = pc.utf8_replace_slice(numbers, 0, len(old), new, memory_pool=POOL)
    others = filled(numbers) & ~own
    foreign = starts(numbers, "+") & ~starts(numbers, _ABROAD)
    if others.any():
        written = choose(~others, written, numbers)
    return written, others & ~foreign
