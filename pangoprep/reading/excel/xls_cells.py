"""A look at an old Excel workbook (xls) before calamine lays it out in memory.

An xls has at most 65,536 rows of 256 cells, but a record can claim more: a single cell in column
65,536 would be laid out in 137 GB. Source: Microsoft's [MS-CFB] and [MS-XLS].
"""

from __future__ import annotations

import struct

import numpy as np

from pangoprep.errors import ReadError

_MAX_ROWS, _MAX_COLUMNS = 65_536, 256
_DIMENSIONS, _PASSWORD = 0x0200, 0x002F
# Records of one cell, and of several in a row; they begin with row and column.
_CELL = frozenset((0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6, 0x00FD))
_CELLS = frozenset((0x00BD, 0x00BE))
_STREAMS = ("workbook", "book")
_END = 0xFFFFFFFA  # from here on a sector number is a mark


def check_xls(content: bytes, name: str) -> None:
    """Refuse an xls with cells where it can have none.

    Parameters
    ----------
    content
        The file.
    name
        What to call it.

    Raises
    ------
    ReadError
        If it has such cells, or is damaged.
    """
    try:
        is_far = _reaches_far(_workbook_stream(content))
    except (struct.error, IndexError, ValueError):
        is_far = None
    if is_far is None:
        raise ReadError(f"{name} is no xls workbook, or it is damaged. Save it anew in Excel.")
    if is_far:
        raise ReadError(
            f"{name} has cells beyond the {_MAX_ROWS:,} rows and {_MAX_COLUMNS} columns of an "
            "xls. Open it in Excel and save it as xlsx."
        )


def _reaches_far(records: bytes) -> bool:
    place = 0
    while place + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, place)
        start, place = place + 4, place + 4 + length
        if kind == _PASSWORD:  # what follows is encrypted, and is refused for that
            return False
        if kind in _CELL or kind in _CELLS:
            (column,) = struct.unpack_from("<H", records, start + 2)
            if kind in _CELLS:
                (column,) = struct.unpack_from("<H", records, place - 2)
            if column >= _MAX_COLUMNS:
                return True
        elif kind == _DIMENSIONS and length >= 12:
            _, last_row, _, last_column = struct.unpack_from("<IIHH", records, start)
            if last_row > _MAX_ROWS or last_column > _MAX_COLUMNS:
                return True
    return False


def _workbook_stream(content: bytes) -> bytes:
    """Return the stream of the workbook's records; empty in a locked file, which has none."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    (directory_start,) = struct.unpack_from("<I", content, 48)
    (smallest, mini_start) = struct.unpack_from("<II", content, 56)
    table = _table(content, size)
    directory = _chain(content, size, 1, table, directory_start)
    entries: dict[str, tuple[int, int]] = {}
    for place in range(0, len(directory) - 127, 128):
        (n_bytes,) = struct.unpack_from("<H", directory, place + 64)
        label = directory[place : place + max(n_bytes - 2, 0)].decode("utf-16-le", "replace")
        entries.setdefault(label.lower(), struct.unpack_from("<II", directory, place + 116))
    found = next((entries[label] for label in _STREAMS if label in entries), None)
    if found is None:
        return b""
    start, length = found
    if length >= smallest:
        return _chain(content, size, 1, table, start)[:length]
    mini_size = 1 << struct.unpack_from("<H", content, 32)[0]
    root_start, _ = entries["root entry"]
    minis = _chain(content, size, 1, table, root_start)
    mini_table = np.frombuffer(_chain(content, size, 1, table, mini_start), dtype="<u4")
    return _chain(minis, mini_size, 0, mini_table, start)[:length]


def _table(content: bytes, size: int) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    """Return the sector that follows each sector."""
    sectors = list(struct.unpack_from("<109I", content, 76))
    (more, n_more) = struct.unpack_from("<II", content, 68)
    for _ in range(min(n_more, len(content) // size)):
        if more >= _END:
            break
        block = struct.unpack_from(f"<{size // 4}I", content, (more + 1) * size)
        sectors += block[:-1]
        more = block[-1]
    blocks = [content[(n + 1) * size : (n + 2) * size] for n in sectors if n < _END]
    return np.frombuffer(b"".join(block for block in blocks if len(block) == size), dtype="<u4")


def _chain(
    content: bytes, size: int, n_before: int, table: np.ndarray[tuple[int], np.dtype[np.uint32]],
    start: int,
) -> bytes:  # fmt: skip
    """Put the sectors of a stream together; a chain that bites its tail ends there."""
    blocks = []
    for _ in range(len(content) // size + 1):
        if start >= _END:
            break
        blocks.append(content[(start + n_before) * size : (start + n_before + 1) * size])
        start = int(table[start])
    return b"".join(blocks)
