"""One column of the caller's frame as text: each distinct value once, and where it stands.

Exports repeat themselves: a million birth dates have thirty thousand distinct values. Everything
that reads cells works on the distinct ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cache import cached, recalled
from pangoprep.columns.cell_text import TEXT, as_text
from pangoprep.memory import POOL

Places = np.ndarray[Any, np.dtype[np.int64]]
Codes = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]
_SAMPLE_SIZE = 20_000
# Of values that occur ten times each in a million rows, 90 % of a sample is distinct.
_DISTINCT_SHARE = 0.9
#: So many rows at a time: fewer are done before a thread has begun.
PIECE = 65_536
One = TypeVar("One")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Column:
    """A column in dictionary form, or, where nearly every value is distinct, as it is.

    Parameters
    ----------
    cells
        The distinct texts, without null; or all cells with their nulls, if ``codes`` is None.
        Those may be the caller's own pieces, which takes no memory.
    codes
        One position in ``cells`` per row, -1 where the cell is null; None if every row is at
        its own position.
    """

    cells: pa.Array | pa.ChunkedArray
    codes: Codes | None

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.cells) if self.codes is None else len(self.codes)

    @property
    def distinct(self) -> pa.Array:
        """The cells in one piece; that copies those that are not."""
        return whole(self.cells)

    @cached_property
    def counts(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """How many rows hold each distinct value."""
        if self.codes is None:
            return np.broadcast_to(np.int64(1), len(self.cells))  # takes no memory
        return _counted(self.codes, len(self.cells))

    @cached_property
    def filled(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Mark the rows that hold something."""
        if self.codes is None:
            marked: np.ndarray[Any, np.dtype[np.bool_]] = pc.is_valid(self.cells).to_numpy(
                zero_copy_only=False
            )
            return marked
        return self.codes >= 0

    def spread(self, values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
        """Give every row its value: ``values`` is aligned with ``cells``.

        How they repeat is kept in mind: see `in_dictionary`.
        """
        if self.codes is None:
            return values
        some = whole(values)
        rows = pc.take(some, _indices(self.codes), memory_pool=POOL)
        cached(rows, "dictionary", (), lambda: Column(some, self.codes))
        return rows

    def rows_at(self, places: Places) -> tuple[Places, Places | None]:
        """Return the rows that hold the distinct values at some places.

        With them, which of the places each row has; None if each has its own.
        """
        if self.codes is None:
            return places, None
        # The last place is what code -1, a null cell, points to.
        order = np.full(len(self.cells) + 1, -1, dtype=np.int64)
        order[places] = np.arange(len(places))
        which = order[self.codes]
        rows = np.flatnonzero(which >= 0)
        return rows, which[rows]

    def with_rows(self, rows: Places, new: Column) -> Column:
        """Return the column with other cells in some rows, ascending."""
        texts = new.cells.cast(TEXT)
        if self.codes is None:
            texts = texts if new.codes is None else new.at(np.arange(len(rows)))
            return Column(put_some(self.cells, rows, whole(texts)), None)
        known = self.distinct
        more = whole(texts.unique().drop_null())
        more = more.filter(pc.invert(pc.is_in(more, value_set=known)))
        cells = pa.concat_arrays([known, more])
        codes = self.codes.astype(np.min_scalar_type(-len(cells) - 1))
        places = whole(pc.fill_null(pc.index_in(texts, value_set=cells), -1)).to_numpy()
        some = places if new.codes is None else np.append(places, -1)[new.codes]
        counts = np.append(self.counts, np.zeros(len(more), dtype=np.int64))
        counts += _counted(some, len(cells)) - _counted(codes[rows], len(cells))
        codes[rows] = some
        # What no row holds any more is no value of the column.
        is_used = counts > 0
        if not is_used.all():
            places = np.append(np.cumsum(is_used) - 1, -1).astype(codes.dtype)
            cells, codes = cells.filter(pa.array(is_used)), places[codes]
        column = Column(cells, codes)
        vars(column)["counts"] = counts[is_used]
        return column

    def n_distinct(self, rows: Places) -> int:
        """Count the different cells of some rows; empty ones are one of them."""
        if self.codes is None:
            return len(take_some(self.cells, rows).unique())
        is_there = np.zeros(len(self.cells) + 1, dtype=bool)  # the last place is code -1
        is_there[self.codes[rows]] = True
        return int(is_there.sum())

    def at(self, rows: np.ndarray[Any, Any]) -> pa.Array:
        """Return what the cells of some rows hold."""
        if self.codes is None:
            return take_some(self.cells, rows)
        return self.distinct.take(_indices(self.codes[rows]))


def _counted(codes: Codes, n_values: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Count how often each value is meant."""
    return np.bincount(codes[codes >= 0], minlength=n_values).astype(np.int64)


def _indices(codes: Codes) -> pa.Array:
    """Return codes as Arrow indices, null where the cell is null."""
    return pa.array(codes, mask=codes < 0)


def whole(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Put an array together from its pieces."""
    if not isinstance(values, pa.ChunkedArray):
        return values
    if values.num_chunks == 1:
        return values.chunk(0)
    return (
        pa.concat_arrays(values.chunks, memory_pool=POOL)
        if values.num_chunks
        else pa.array([], values.type)
    )


def in_dictionary(values: pa.Array | pa.ChunkedArray) -> Column:
    """Put values into dictionary form, in which one may stand twice."""

    def make() -> Column:
        encoded = whole(values).dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy()
        return Column(encoded.dictionary, codes)

    return cached(values, "dictionary", (), make)


def known_dictionary(values: pa.Array | pa.ChunkedArray) -> Column | None:
    """Return the dictionary form of values if it was made before; see `in_dictionary`."""
    found: Column | None = recalled(values, "dictionary", ())
    return found


def encode(texts: pa.Array | pa.ChunkedArray) -> Column:
    """Put an Arrow text array into dictionary form, unless a sample shows that it does not pay."""
    cells = _other_list(texts)
    if mostly_distinct(cells):
        return Column(cells, None)
    encoded = cells.dictionary_encode()  # all pieces share one dictionary
    distinct = encoded.chunk(0).dictionary if encoded.num_chunks else pa.array([], TEXT)
    codes = np.empty(len(cells), np.min_scalar_type(-len(distinct) - 1))  # small if they may be
    start = 0
    for piece in encoded.chunks:
        codes[start : start + len(piece)] = piece.indices.fill_null(-1)
        start += len(piece)
    return Column(distinct, codes)


def as_it_is(series: pd.Series) -> Column:
    """Read a pandas column as text, not in dictionary form."""
    return Column(_other_list(as_text(series)), None)


def _other_list(texts: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    """Return another list of the same pieces: what is kept must not keep the caller's own."""
    texts = texts.cast(TEXT)
    return pa.chunked_array(texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts], TEXT)


def mostly_distinct(cells: pa.Array | pa.ChunkedArray) -> bool:
    """Whether most values of a sample from the whole column occur once in it."""
    if len(cells) < _SAMPLE_SIZE:
        return False
    sample = sample_of(cells, _SAMPLE_SIZE).drop_null()
    return bool(len(sample.unique()) > len(sample) * _DISTINCT_SHARE)


def sample_of(cells: pa.Array | pa.ChunkedArray, size: int) -> pa.Array:
    """Take so many cells from all over a column."""
    return take_some(cells, np.linspace(0, len(cells) - 1, size).astype(np.int64))


def take_some(cells: pa.Array | pa.ChunkedArray, rows: Places) -> pa.Array:
    """Take the cells of a few rows.

    To take them from a column in pieces, Arrow would make one piece of it first.
    """
    if not isinstance(cells, pa.ChunkedArray):
        return cells.take(pa.array(rows))
    is_in_order = len(rows) < 2 or bool((rows[1:] >= rows[:-1]).all())
    if cells.num_chunks < 2 or not is_in_order:
        return whole(cells).take(pa.array(rows))
    lengths = np.array([len(piece) for piece in cells.chunks], dtype=np.int64)
    ends = np.cumsum(lengths)
    last = np.searchsorted(rows, ends)
    n_each = np.diff(last, prepend=0)
    places = pa.array(rows - np.repeat(ends - lengths, n_each))

    def take(piece: int) -> pa.Array:
        here = places.slice(last[piece] - n_each[piece], n_each[piece])
        return cells.chunk(piece).take(here)

    taken = _each(take, np.flatnonzero(n_each).tolist(), len(rows))
    return pa.concat_arrays(taken) if taken else pa.array([], cells.type)


def in_every_row(value: pa.Array, n_rows: int) -> pa.ChunkedArray:
    """Repeat the only one of some cells, in pieces that are all the same memory."""
    piece = value.take(pa.array(np.zeros(min(n_rows, PIECE), dtype=np.int64)))
    starts = range(0, n_rows, PIECE)
    return pa.chunked_array([piece[: n_rows - start] for start in starts], value.type)


def put_some(
    cells: pa.Array | pa.ChunkedArray, rows: Places, new: pa.Array
) -> pa.Array | pa.ChunkedArray:
    """Return cells with others in some rows, ascending; pieces that stay are the same ones.

    Examples
    --------
    >>> put_some(pa.array(["a", "b", "c"]), np.array([1]), pa.array(["x"])).to_pylist()
    ['a', 'x', 'c']
    """
    new = new.cast(cells.type)
    if not isinstance(cells, pa.ChunkedArray):
        return _put(cells, rows, new)
    ends = np.cumsum([len(piece) for piece in cells.chunks])

    def put(place: int) -> pa.Array:
        piece = cells.chunk(place)
        start = ends[place] - len(piece)
        first, last = np.searchsorted(rows, [start, ends[place]])
        return _put(piece, rows[first:last] - start, new[first:last])

    return pa.chunked_array(_each(put, range(cells.num_chunks), len(rows)), cells.type)


def in_pieces(values: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    """Cut a column into pieces of `PIECE`, which share its memory if it was in one."""
    return [whole(values.slice(start, PIECE)) for start in range(0, len(values), PIECE)]


def in_threads(work: Callable[[One], Other], several: Iterable[One]) -> list[Other]:
    """Do work on each in threads: Arrow's kernels run without the interpreter's lock."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        return list(threads.map(work, several))


def _each(work: Callable[[int], Other], places: Iterable[int], n_rows: int) -> list[Other]:
    return in_threads(work, places) if n_rows > PIECE else [work(place) for place in places]


def _put(piece: pa.Array, rows: Places, new: pa.Array) -> pa.Array:
    if not len(rows):
        return piece
    where = np.zeros(len(piece), dtype=bool)
    where[rows] = True
    return pc.replace_with_mask(piece, pa.array(where), new, memory_pool=POOL)


def read_column(series: pd.Series) -> Column:
    """Read a pandas column of any type as text."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        return _read_categories(series)
    return encode(as_text(series))


def _read_categories(series: pd.Series) -> Column:
    codes = series.cat.codes.to_numpy()
    # What no row holds is no value of the column: some rows of a frame keep all its categories.
    is_used = np.bincount(codes[codes >= 0], minlength=len(series.cat.categories)) > 0
    if not is_used.all():
        series = series.cat.remove_unused_categories()
        codes = series.cat.codes.to_numpy()
    codes = codes.astype(np.int32)
    categories = read_column(pd.Series(series.cat.categories))
    # Categories of mixed types can have one text ("1" and 1): fold them together.
    inner = categories.codes
    inner = np.arange(len(categories), dtype=np.int32) if inner is None else inner
    folded = np.append(inner, np.int32(-1))[codes]
    return Column(categories.distinct, folded)
