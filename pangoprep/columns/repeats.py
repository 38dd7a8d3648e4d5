"""Which values of a column stand in several rows, without a table of all values.

Of a million values that hardly repeat, Arrow's table takes as long as a tenth of validating them.
Here a quick hash finds the few that may repeat, and only those are compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import take_some
from pangoprep.columns.types import Mask, Rows

Words = np.ndarray[Any, np.dtype[np.uint64]]

_WORD = 8  # bytes
_MAX_WORDS = 5  # what comes after so many words is not looked at
_N_BITS = 22
_OTHER_BITS = np.uint64(64 - _N_BITS)
_ODD = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
# The first so many bytes of a word.
_FIRST = np.array([(1 << 8 * n) - 1 for n in range(_WORD + 1)], dtype=np.uint64)


def distinct_rows(texts: pa.Array | pa.ChunkedArray) -> tuple[Rows, Rows]:
    """Return where each different cell stands first, and in how many rows; most rows first.

    Of equally many rows, the cell that comes first stands first. Empty cells are one value.

    Parameters
    ----------
    texts
        Cells as Arrow's text.

    Examples
    --------
    >>> first, n_rows = distinct_rows(pa.array(["a", "b", None, "b"], pa.large_string()))
    >>> first.tolist(), n_rows.tolist()
    ([1, 0, 2], [2, 1, 1])
    """
    texts = texts.cast(TEXT)
    is_alone = ~_may_repeat(texts)
    rows = np.flatnonzero(~is_alone)
    some = take_some(texts, rows).dictionary_encode(null_encoding="encode")
    codes = some.indices.to_numpy(zero_copy_only=False)
    n_rows = np.bincount(codes, minlength=len(some.dictionary))
    first = np.zeros(len(n_rows), dtype=np.int64)
    first[codes[::-1]] = rows[::-1]
    is_alone[first[n_rows == 1]] = True
    repeated = np.flatnonzero(n_rows > 1)
    repeated = repeated[np.argsort(-n_rows[repeated], kind="stable")]
    alone = np.flatnonzero(is_alone)
    return (
        np.concatenate([first[repeated], alone]),
        np.concatenate([n_rows[repeated], np.ones(len(alone), dtype=np.int64)]),
    )


def _may_repeat(texts: pa.Array | pa.ChunkedArray) -> Mask:
    """Mark the cells that may stand in several rows; all that do are marked."""
    pieces = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    longest = pc.max(pc.binary_length(texts)).as_py() or 0
    n_words = min(-(-longest // _WORD), _MAX_WORDS)
    hashes = np.concatenate([np.empty(0, np.uint64), *(_hashes(one, n_words) for one in pieces)])
    in_order = np.sort(hashes)
    repeated = in_order[1:][in_order[1:] == in_order[:-1]]
    # To look each one up in a table of few bits costs less than to find it among the others.
    is_repeated = np.zeros(1 << _N_BITS, dtype=bool)
    is_repeated[repeated >> _OTHER_BITS] = True
    marked: Mask = is_repeated[hashes >> _OTHER_BITS]
    return marked


def _hashes(texts: pa.Array, n_words: int) -> Words:
    """Give each text a number, equal texts the same one, and few others."""
    _, ends, content = texts.buffers()
    bounds = np.frombuffer(ends, np.int64, len(texts) + 1, _WORD * texts.offset)
    bytes_of = np.zeros(bounds[-1] - bounds[0] + _MAX_WORDS * _WORD, dtype=np.uint8)
    if content is not None:
        held = np.frombuffer(content, np.uint8)[bounds[0] : bounds[-1]]
        bytes_of[: len(held)] = held
    # A word that begins at each of the bytes.
    words: Words = np.ndarray(len(bytes_of) - _WORD + 1, "<u8", bytes_of, strides=(1,))
    starts, lengths = bounds[:-1] - bounds[0], np.diff(bounds)
    hashes = lengths.astype(np.uint64)
    longer: Rows | slice = slice(None)
    for place in range(n_words):
        if place:  # few texts have many words
            longer = np.flatnonzero(lengths > place * _WORD)
        left = np.minimum(lengths[longer] - place * _WORD, _WORD)
        mixed = hashes[longer] ^ (words[starts[longer] + place * _WORD] & _FIRST[left])
        mixed *= _ODD
        hashes[longer] = mixed ^ (mixed >> _HALF)
    if texts.null_count:
        hashes[texts.is_null().to_numpy(zero_copy_only=False)] = _ODD
    return hashes * _ODD
