"""Cutting delimited text into blocks of whole rows, as it is read.

Arrow can read a stream by itself, but then calls Python from threads of its own, and a Python that
shuts down while one of them is at it aborts the process
(https://github.com/apache/arrow/issues/34314). So we read, and Arrow parses what is in memory.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO, NamedTuple

import numpy as np
import pyarrow as pa

from pangoprep.reading.text.dialect import Dialect
from pangoprep.reading.text.mending import Mark, mend_quotes
from pangoprep.reading.text.scanning import count_lines, last_row_end, scan
from pangoprep.reading.text.shape import Shape

#: What stands where bytes are no letters.
LOST = "\ufffd".encode()


class RowTooLongError(ValueError):
    """A line is longer than a block."""


class RowBlock(NamedTuple):
    """Some whole rows.

    Parameters
    ----------
    text
        The rows as UTF-8; those with wrong quotes are written anew.
    marks
        What was found wrong in which row, counted from 0.
    n_lines
        How many lines of the file they are.
    is_damaged
        Whether some bytes were no letters of the encoding.
    n_bytes
        How many bytes of the file they are; 0 if nobody asked.
    """

    text: bytes
    marks: list[Mark]
    n_lines: int
    is_damaged: bool
    n_bytes: int = 0


def row_blocks(
    file: IO[bytes],
    encoding: str,
    dialect: Dialect,
    shape: Shape,
    block_size: int,
    *,
    in_bytes: bool = False,
) -> Iterator[RowBlock]:
    """Give the content as UTF-8, in blocks that end where a row does.

    Parameters
    ----------
    file
        The content, behind its byte-order mark.
    encoding
        How it is encoded.
    dialect
        How rows are written.
    shape
        What rows look like.
    block_size
        About how many bytes a block has, and the most that a row can have.
    in_bytes
        Whether to count the bytes of blocks; only where a line end is one byte.

    Raises
    ------
    RowTooLongError
        If a line is longer than a block.
    """
    decoder = None if encoding == "utf-8" else _Decoder(encoding)
    rest = as_is = b""
    while True:
        data = file.read(block_size)
        as_is += data if in_bytes else b""
        is_last = not data
        block = rest + (data if decoder is None else decoder.decode(data, is_last=is_last))
        if is_last and not block:
            return
        block = dialect.without_spaces(block)
        found = scan(block, dialect)
        end = len(block) if is_last else last_row_end(block, found)
        if len(block) - end > block_size:
            # A quote that is open for so long is none: up to here every line is a row.
            end = max(block.rfind(b"\n") + 1, block[:-1].rfind(b"\r") + 1)
            if len(block) - end > block_size:
                raise RowTooLongError
        rows, found = block[:end], found and found.until(end)
        text, marks, n_certain = mend_quotes(rows, found, shape)
        if n_certain < end and not is_last and len(block) - n_certain <= block_size:
            # What follows tells whether the last quote is one.
            end = n_certain
            rows, found = block[:end], found and found.until(end)
            text, marks, _ = mend_quotes(rows, found, shape)
        if end:
            n_lines = count_lines(rows) + (block[end - 1] not in b"\n\r")
            n_bytes = _n_bytes(as_is, rows, is_last=is_last) if in_bytes else 0
            as_is = as_is[n_bytes:]
            is_damaged = decoder is not None and decoder.is_damaged
            yield RowBlock(text, marks, n_lines, is_damaged, n_bytes)
        rest = block[end:]
        if is_last:
            return


def _n_bytes(as_is: bytes, text: bytes, *, is_last: bool) -> int:
    """Return how many of the file's bytes a text was made of that ends where a line does.

    Spaces may have gone and letters have other bytes than in the file; line ends are the same.
    """
    if as_is.startswith(text):
        return len(text)
    if is_last:
        return len(as_is)
    letters = np.frombuffer(as_is, dtype=np.uint8)
    ends = np.flatnonzero((letters == ord("\n")) | (letters == ord("\r")))
    return int(ends[text.count(b"\n") + text.count(b"\r") - 1]) + 1


class _Decoder:
    """Decodes a stream; what is no letter becomes U+FFFD."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self.is_damaged = False

    def decode(self, data: bytes, *, is_last: bool) -> bytes:
        """Return the text of the next bytes as UTF-8."""
        before = self._decoder.getstate()
        try:
            text = self._decoder.decode(data, is_last)
        except UnicodeDecodeError:
            self.is_damaged = True
            self._decoder = codecs.getincrementaldecoder(self._encoding)("replace")
            self._decoder.setstate(before)
            text = self._decoder.decode(data, is_last)
        # A surrogate alone is a letter of UTF-16 that is none.
        encoded = text.encode("utf-8", "replace") if self.is_damaged else text.encode()
        self.is_damaged = self.is_damaged or LOST in encoded
        return encoded


def native_buffer(data: bytes) -> pa.Buffer:
    """Copy into memory of Arrow's own, which it can let go of without asking Python."""
    buffer = pa.allocate_buffer(len(data))
    memoryview(buffer).cast("B")[:] = data
    return buffer
