"""The bytes of many texts at once, for NumPy: where one step over all of them is enough."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Offsets = np.ndarray[Any, np.dtype[np.int64]]


def bytes_of(texts: pa.Array) -> tuple[Bytes, Offsets]:
    """Return the bytes of all texts, and where each begins and the last one ends.

    A null has no bytes, or some that Arrow left there.

    Examples
    --------
    >>> letters, places = bytes_of(pa.array(["an", None, "b"], pa.large_string()))
    >>> letters.tobytes(), places.tolist()
    (b'anb', [0, 2, 2, 3])
    """
    _, offsets, content = texts.buffers()
    if not len(texts):
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    places = np.frombuffer(offsets, np.int64, len(texts) + 1, 8 * texts.offset)
    letters = np.frombuffer(content or b"", np.uint8)[places[0] : places[-1]]
    return letters, places - places[0]


def n_bytes_of(texts: pa.Array) -> Offsets:
    """Return how many bytes each text has; a null has none.

    Examples
    --------
    >>> import pyarrow.compute as pc
    >>> texts = pa.array(["an", "b", "ă"], pa.large_string())
    >>> emptied = pc.if_else(pa.array([True, False, True]), texts, None)
    >>> n_bytes_of(emptied).tolist()
    [2, 0, 2]
    """
    n_bytes = np.diff(bytes_of(texts)[1])
    if texts.null_count:
        n_bytes[~texts.is_valid().to_numpy(zero_copy_only=False)] = 0
    return n_bytes


def without_bytes(texts: pa.Array, dropped: Mask, letters: Bytes | None = None) -> pa.Array:
    """Return texts without the marked of their bytes.

    Parameters
    ----------
    texts
        Of the type ``large_string``.
    dropped
        One boolean for each byte that `bytes_of` returns.
    letters
        What stands in place of those bytes, if that is not what they are.

    Examples
    --------
    >>> texts = pa.array(["0-1", None, "2-"], pa.large_string())
    >>> without_bytes(texts, bytes_of(texts)[0] == ord("-")).to_pylist()
    ['01', None, '2']
    """
    own, places = bytes_of(texts)
    kept = (own if letters is None else letters)[~dropped]
    n_dropped = np.append(0, np.cumsum(dropped))
    ends = pa.py_buffer(places - n_dropped[places])
    nulls = None
    if texts.null_count:
        nulls = pa.array(texts.is_valid().to_numpy(zero_copy_only=False)).buffers()[1]
    return pa.Array.from_buffers(TEXT, len(texts), [nulls, ends, pa.py_buffer(kept)])
