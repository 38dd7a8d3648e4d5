"""Work done once per column: ``validate``, ``clean`` and ``send`` in turn clean it a single time.

The text columns of pandas are Arrow arrays, which never change: assigning to a cell gives the
column another array. So what was made of an array holds as long as the array lives, and is
forgotten with it. Columns of other types are worked on each time.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, TypeVar

import pandas as pd
import pyarrow as pa

Made = TypeVar("Made")

# By the identity of an array and the job: the array, weakly, and the last thing made of it with
# its reasons.
_KNOWN: dict[tuple[int, str], tuple[weakref.ref[Any], Hashable, Any]] = {}


def cached(
    column: pd.Series | pa.Array | pa.ChunkedArray,
    job: str,
    reasons: Hashable,
    make: Callable[[], Made],
) -> Made:
    """Return what was made of the same data for the same reasons, or make it.

    Parameters
    ----------
    column
        The data.
    job
        What is made of it; of each job the last result is kept.
    reasons
        All that the result depends on beside the data.
    make
        Makes the result; it must be a pure function of the data and the reasons.
    """
    data = column
    if isinstance(column, pd.Series):
        dtype = column.dtype
        if not isinstance(dtype, pd.StringDtype) or dtype.storage != "pyarrow":
            return make()
        data = column.array.__arrow_array__()
    place = id(data), job
    known = _KNOWN.get(place)
    if known and known[0]() is data and known[1] == reasons:
        made: Made = known[2]
        return made
    made = make()
    # The table is bound, since names of modules are gone when an interpreter ends.
    forget = partial(_forget, _KNOWN, place)
    _KNOWN[place] = (weakref.ref(data, forget), reasons, made)
    return made


def _forget(known: dict[tuple[int, str], Any], place: tuple[int, str], _: object) -> None:
    known.pop(place, None)
