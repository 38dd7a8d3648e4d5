"""The streams of an OLE file: an xls, or a workbook that is locked. Source: [MS-CFB]."""

from __future__ import annotations

import struct

import numpy as np

_STREAMS = ("workbook", "book")
_LOCKED = ("encryptedpackage", "encryptioninfo", "\x06dataspaces")
_END = 0xFFFFFFFA  # from here on a sector number is a mark


def is_locked(content: bytes) -> bool:
    """Whether it is a workbook that a password locks as a whole, as Excel does since 2007."""
    return any(label in _entries(content) for label in _LOCKED)


def workbook_stream(content: bytes) -> bytes:
    """Return the stream of the workbook's records; empty in a locked file, which has none."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    (smallest, mini_start) = struct.unpack_from("<II", content, 56)
    table = _table(content, size)
    entries = _entries(content)
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


def _entries(content: bytes) -> dict[str, tuple[int, int]]:
    """Return where each stream starts, and its length, by its name in small letters."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    (start,) = struct.unpack_from("<I", content, 48)
    directory = _chain(content, size, 1, _table(content, size), start)
    entries: dict[str, tuple[int, int]] = {}
    for place in range(0, len(directory) - 127, 128):
        (n_bytes,) = struct.unpack_from("<H", directory, place + 64)
        label = directory[place : place + max(n_bytes - 2, 0)].decode("utf-16-le", "replace")
        entries.setdefault(label.lower(), struct.unpack_from("<II", directory, place + 116))
    return entries


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
