"""Cutting delimited text into blocks of whole rows, as it is read.

Arrow can read a stream by itself, but then calls Python from threads of its own, and a Python that
shuts down while one of them is at it aborts the process
(https://github.com/apache/arrow/issues/34314). So we read, and Arrow parses what is in memory.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO

import numpy as np
import pyarrow as pa

_QUOTE, _LINE_FEED, _RETURN = b'"\n\r'


class RowTooLongError(ValueError):
    """No row ends within a block."""


def row_blocks(
    file: IO[bytes], encoding: str, delimiter: str, block_size: int
) -> Iterator[pa.Buffer]:
    """Give the content as UTF-8, in blocks that end where a row does.

    Parameters
    ----------
    file
        The content, behind its byte-order mark.
    encoding
        How it is encoded.
    delimiter
        What is between cells, one ASCII character.
    block_size
        About how many bytes a block has, and the most that a row can have.

    Raises
    ------
    RowTooLongError
        If a row is longer than a block.
    UnicodeDecodeError
        If the content is not in that encoding.
    """
    decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
    rest = b""
    while data := file.read(block_size):
        block = rest + (data if decoder is None else decoder.decode(data).encode())
        end = last_row_end(block, delimiter)
        if len(block) - end > block_size:
            raise RowTooLongError
        if end:
            yield native_buffer(block[:end])
        rest = block[end:]
    if decoder is not None:
        rest += decoder.decode(b"", final=True).encode()
    if rest:
        yield native_buffer(rest)


def last_row_end(block: bytes, delimiter: str) -> int:
    r"""Return how many bytes of a block belong to complete rows.

    As everywhere, a quote is one if it begins a cell; line ends up to the next odd quote belong to
    the cell, and two quotes within stand for one.

    Examples
    --------
    >>> last_row_end(b'1,"a\nb"\n2,5" x\n3,"c\n', ",")
    15
    """
    letters = np.frombuffer(block, dtype=np.uint8)
    quotes = np.flatnonzero(letters == _QUOTE)
    if not len(quotes) and (end := block.rfind(b"\n")) >= 0:
        return end + 1
    is_end = letters == _LINE_FEED
    # An old Macintosh's line end; a return at the very end of the block may have its line feed yet.
    is_end[:-1] |= (letters[:-1] == _RETURN) & ~is_end[1:]
    ends = np.flatnonzero(is_end)
    if not len(quotes):
        return int(ends[-1]) + 1 if len(ends) else 0
    # Quotes side by side are one run. An odd run opens a cell, or closes the one that is open;
    # one within a cell that has no quotes is text, and can only close.
    starts = np.flatnonzero(np.diff(quotes, prepend=-2) > 1)
    is_odd = np.diff(starts, append=len(quotes)) % 2 == 1
    runs = quotes[starts]
    before = np.where(runs > 0, letters[runs - 1], _LINE_FEED)
    begins_cell = np.isin(before, np.frombuffer(delimiter.encode() + b"\n\r", dtype=np.uint8))
    n_turns = np.cumsum(is_odd & begins_cell)
    n_before_closed = np.maximum.accumulate(np.where(is_odd & ~begins_cell, n_turns, 0))
    is_open = np.append((n_turns - n_before_closed) % 2 == 1, False)
    whole = ends[~is_open[np.searchsorted(runs, ends) - 1]]
    return int(whole[-1]) + 1 if len(whole) else 0


def native_buffer(data: bytes) -> pa.Buffer:
    """Copy into memory of Arrow's own, which it can let go of without asking Python."""
    buffer = pa.allocate_buffer(len(data))
    memoryview(buffer).cast("B")[:] = data
    return buffer
