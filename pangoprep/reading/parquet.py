"""Reading Parquet as text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pangoprep.columns.cell_text import as_text
from pangoprep.errors import ReadError
from pangoprep.reading.layout import check_width
from pangoprep.reading.pieces import Origin, Piece, Table
from pangoprep.reading.text.row_blocks import native_buffer
from pangoprep.sentence import Sentence

_ROWS_AT_ONCE = 65_536
_MAX_BYTES = 1 << 32


def read_parquet(file: IO[bytes], name: str) -> Table:
    """Read a Parquet file; numbers and times are written as text, lists as JSON.

    Raises
    ------
    ReadError
        If it is damaged.
    """
    try:
        parquet = pq.ParquetFile(_native(file, name))
    except (pa.ArrowException, OSError):
        parquet = None
    if parquet is None:
        raise ReadError(Sentence("{1} is no Parquet file, or it is damaged.", name))
    names = list(parquet.schema_arrow.names)
    check_width(len(names), name)
    return Table(names, Origin(name, "Parquet"), _pieces(parquet, name))


def _native(file: IO[bytes], name: str) -> pa.NativeFile:
    """Return what Arrow's threads can read without asking Python: see ``row_blocks``."""
    if isinstance(name_on_disk := getattr(file, "name", None), str):
        return pa.OSFile(name_on_disk)
    content = file.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise ReadError(
            Sentence("{1} is too large to be read from an archive. Unpack it first.", name)
        )
    return pa.BufferReader(native_buffer(content))


class RowGroups(NamedTuple):
    """Some row groups of a file, and how many rows are before them."""

    numbers: tuple[int, ...]
    n_before: int


def row_groups(path: str | os.PathLike[str], n_bytes: int) -> Iterator[RowGroups]:
    """Put the row groups of a file together so that they have about so many bytes."""
    told = pq.read_metadata(path)
    numbers: list[int] = []
    n_before = n_rows = size = 0
    for number in range(told.num_row_groups):
        group = told.row_group(number)
        numbers.append(number)
        n_rows, size = n_rows + group.num_rows, size + group.total_byte_size
        if size >= n_bytes:
            yield RowGroups(tuple(numbers), n_before)
            numbers, n_before, size = [], n_rows, 0
    if numbers or not told.num_row_groups:
        yield RowGroups(tuple(numbers), n_before)


def read_row_groups(path: str | os.PathLike[str], some: RowGroups, name: str) -> Table:
    """Read row groups of a Parquet file, as `read_parquet` does."""
    parquet = pq.ParquetFile(path)
    names = list(parquet.schema_arrow.names)
    return Table(names, Origin(name, "Parquet"), _pieces(parquet, name, some))


def _pieces(parquet: Any, name: str, some: RowGroups | None = None) -> Iterator[Piece]:
    number = 1 + (some.n_before if some else 0)
    numbers = None if some is None else list(some.numbers)
    try:
        for batch in parquet.iter_batches(_ROWS_AT_ONCE, row_groups=numbers):
            columns = [_text(column) for column in batch.columns]
            yield Piece(columns, np.arange(number, number + len(batch)))
            number += len(batch)
    except (pa.ArrowException, OSError):
        raise ReadError(Sentence("{1} is damaged after row {2:,}.", name, number - 1)) from None


def _text(column: pa.Array) -> pa.Array:
    texts = as_text(pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([column]))))
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
