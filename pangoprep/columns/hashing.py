"""Hashes of texts that take the place of the texts: to count them, to compare keys.

Arrow's own look-up builds a table of all texts; of a million that hardly repeat, that takes as long
as a tenth of validating them. Here NumPy reads the bytes of many texts at once, eight at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.memory import POOL

Hashes = np.ndarray[Any, np.dtype[np.uint64]]

_WORD = 8  # bytes
# So many texts at a time stay in the processor's cache.
_SLICE = 16_384
# Texts up to here are padded to the longest of them, longer ones to the next power of two.
_SHORT = 64
_MAX_PADDED = 4_194_304  # bytes at a time
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SECOND = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))


def hash128(column: pa.Array | pa.ChunkedArray) -> tuple[Hashes, Hashes]:
    """Hash each text of a column to 128 bits, as two halves of 64.

    Equal texts have equal pairs, whatever the type, the pieces, and the process: the seeds are
    fixed. That two of ten million different texts share a pair has a chance of 1 in 10^24, unless
    somebody makes them up to that end. A null has the pair of zeros.

    Parameters
    ----------
    column
        Texts, as Arrow's ``string``, ``large_string``, ``string_view``, or a dictionary of them.

    Raises
    ------
    TypeError
        If the column holds something else.

    Examples
    --------
    >>> first, second = hash128(pa.array(["a", "b", None, "a"]))
    >>> bool(first[0] == first[3] and second[0] == second[3]), bool(first[0] == first[1])
    (True, False)
    >>> int(first[2]), int(second[2])
    (0, 0)
    """
    first, second = _halves(column, 2)
    return first, second


def hash64(column: pa.Array | pa.ChunkedArray) -> Hashes:
    """Hash each text of a column to 64 bits: the first half of `hash128`, for less.

    Examples
    --------
    >>> texts = pa.array(["a", "b"])
    >>> bool((hash64(texts) == hash128(texts)[0]).all())
    True
    """
    return _halves(column, 1)[0]


def _halves(column: pa.Array | pa.ChunkedArray, n_halves: int) -> list[Hashes]:
    if pa.types.is_dictionary(column.type):
        return _hash_dictionary(column, n_halves)
    if not (pa.types.is_string(column.type) or column.type in (TEXT, pa.string_view())):
        raise TypeError(f"only texts can be hashed, not {column.type}")
    halves = [np.zeros(len(column), dtype=np.uint64) for _ in range(n_halves)]
    start = 0
    for piece in _slices(column):
        part = slice(start, start + len(piece))
        _hash_slice(piece.cast(TEXT), [half[part] for half in halves])
        start += len(piece)
    return halves


def _slices(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    pieces = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return [
        piece.slice(start, _SLICE) for piece in pieces for start in range(0, len(piece), _SLICE)
    ]


def _hash_dictionary(column: pa.Array | pa.ChunkedArray, n_halves: int) -> list[Hashes]:
    pieces = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    hashes = [[np.empty(0, np.uint64)] for _ in range(n_halves)]
    for piece in pieces:
        # The last place is what a null index points to.
        places = pc.fill_null(piece.indices.cast(pa.int64()), -1).to_numpy()
        for found, half in zip(hashes, _halves(piece.dictionary, n_halves), strict=True):
            found.append(np.append(half, np.uint64(0))[places])
    return [np.concatenate(found) for found in hashes]


def _hash_slice(texts: pa.Array, halves: Sequence[Hashes]) -> None:
    """Write the hashes of a slice of texts to one or two halves."""
    lengths = pc.fill_null(pc.binary_length(texts), -1).to_numpy()
    longest = int(lengths.max(initial=0))
    shorter, width = -1, min(_round_up(longest), _SHORT)
    while shorter < longest:
        places = np.flatnonzero((lengths > shorter) & (lengths <= width))
        n_rows = max(_MAX_PADDED // width, 1)
        for start in range(0, len(places), n_rows):
            some = places[start : start + n_rows]
            chosen = texts if len(some) == len(texts) else texts.take(pa.array(some))
            hashed = _hash_padded(chosen, lengths[some], width)
            for half, hashes in zip(halves, hashed, strict=False):  # the second only if asked
                half[some] = hashes
        shorter, width = width, 2 * width


def _round_up(n_bytes: int) -> int:
    return max(-(-n_bytes // _WORD), 1) * _WORD


def _hash_padded(
    texts: pa.Array, lengths: np.ndarray[Any, np.dtype[np.int64]], width: int
) -> Iterator[Hashes]:
    """Hash texts, none of them null, that are filled up with zero bytes to a width: half by half.

    Each word of eight bytes is mixed with its place, and the results are added up without those of
    the padding, which is the same for a text in any company. The length comes last: that makes a
    text differ from itself with zero bytes behind it.
    """
    padded = pc.ascii_rpad(texts, width, "\0", memory_pool=POOL).buffers()[2]
    n_words = width // _WORD
    words = np.frombuffer(padded, dtype="<u8", count=len(texts) * n_words)
    seeds = np.arange(1, n_words + 1, dtype=np.uint64)[:, np.newaxis] * _GOLDEN
    # All first words, then all second ones: sums along short rows would take most of the time.
    of_words = np.ascontiguousarray(words.reshape(len(texts), n_words).T) ^ seeds
    of_padding = seeds
    ends = (lengths + 1).astype(np.uint64) * _GOLDEN  # an empty text is no null
    for multipliers in (_FIRST, _SECOND):
        # The second half mixes on from where the first ended.
        of_words, of_padding = _mixed(of_words, multipliers), _mixed(of_padding, multipliers)
        sums = of_words.sum(axis=0) - of_padding.sum()
        yield _mixed(sums + ends, multipliers)


def _mixed(words: Hashes, multipliers: tuple[np.uint64, np.uint64]) -> Hashes:
    """Spread each bit of a word over all of it; different words stay different.

    Source: the finalizers of SplitMix64 and MurmurHash3.
    """
    mixed = words ^ (words >> np.uint64(32))
    mixed *= multipliers[0]
    mixed ^= mixed >> np.uint64(29)
    mixed *= multipliers[1]
    mixed ^= mixed >> np.uint64(32)
    return mixed
