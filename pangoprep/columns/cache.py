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
    data = _data(column)
    if data is None:
        return make()
    known = _recalled(data, job, reasons)
    if known is not None:
        found: Made = known[2]
        return found
    made = make()
    _keep(data, job, reasons, made)
    return made


def keep_in_mind(
    column: pd.Series | pa.Array | pa.ChunkedArray, job: str, reasons: Hashable, made: Any
) -> None:
    """Keep what was made of the data in another way than by `cached`, which finds it then."""
    data = _data(column)
    if data is not None:
        _keep(data, job, reasons, made)


def _keep(data: Any, job: str, reasons: Hashable, made: Any) -> None:
    place = id(data), job
    # The table is bound, since names of modules are gone when an interpreter ends.
    forget = partial(_forget, _KNOWN, place)
    _KNOWN[place] = (weakref.ref(data, forget), reasons, made)


def recalled(column: pd.Series | pa.Array | pa.ChunkedArray, job: str, reasons: Hashable) -> Any:
    """Return what `cached` knows; None if it knows nothing."""
    data = _data(column)
    known = None if data is None else _recalled(data, job, reasons)
    return known and known[2]


def last_made(column: pd.Series | pa.Array | pa.ChunkedArray, job: str) -> Any:
    """Return what was made of the data last, for whatever reasons; None if nothing was."""
    data = _data(column)
    known = None if data is None else _KNOWN.get((id(data), job))
    return known[2] if known and known[0]() is data else None


class Same:
    """An array as a reason: it equals itself alone.

    It is not kept alive: the cache would keep what it stands for, and so itself, for ever.
    """

    def __init__(self, array: pa.Array | pa.ChunkedArray | None) -> None:
        self._place = id(array)
        self._array = None if array is None else weakref.ref(array)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Same) or self._place != other._place:
            return False
        return self._array is None or self._array() is not None

    def __hash__(self) -> int:
        return self._place


def _data(column: pd.Series | pa.Array | pa.ChunkedArray) -> Any:
    """Return the data by whose identity a column is known; None if it may change."""
    if not isinstance(column, pd.Series):
        return column
    dtype = column.dtype
    is_fixed = isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow"
    return column.array.__arrow_array__() if is_fixed else None


def _recalled(data: Any, job: str, reasons: Hashable) -> tuple[Any, Hashable, Any] | None:
    known = _KNOWN.get((id(data), job))
    return known if known and known[0]() is data and known[1] == reasons else None


def _forget(known: dict[tuple[int, str], Any], place: tuple[int, str], _: object) -> None:
    known.pop(place, None)
