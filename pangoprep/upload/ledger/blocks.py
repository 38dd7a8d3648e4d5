"""The memory on disk: the writes of a scope, sorted by key, cut into blocks of a page each.

A row costs some 46 bytes. One look-up of many keys reads each block they are in once; when that is
most of them, from the first to the last. Many new writes are laid into the blocks in one pass over
them, so each page is written once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from pangoprep.upload.ledger.writes import WRITE, Numbers, Writes, by_key, find, unsettled

# A block fills a page of SQLite's (4,096 bytes). New ones are left some room, so that a few new
# rows do not cut every block in two.
_MAX_WRITES, _USUAL_WRITES = 98, 88

# So many blocks are taken at once: for looking up 800 kB, which stay in the processor's cache; for
# changing 20 MB.
_LOOKED_INTO_AT_ONCE, _CHANGED_AT_ONCE = 200, 5_000
_MAX_PARAMETERS = 500

# What SQLite may keep of the file, as its cache_size: a page that is looked into is looked into
# once, and what is kept of it only takes the processor's cache from the pages that come next.
_CACHE_TO_LOOK, _CACHE_TO_CHANGE = -200, -2000

_SIGN = np.uint64(2**63)


class Blocks:
    """The remembered writes of one scope.

    Parameters
    ----------
    db
        The ledger's connection.
    scope
        The scope's number.
    """

    def __init__(self, db: sqlite3.Connection, scope: int) -> None:
        self._db, self._scope = db, scope
        self._version = -1
        # Of each block, in order: its first key, and its id.
        self._firsts = np.empty(0, dtype=np.uint64)
        self._ids = np.empty(0, dtype=np.int64)

    @property
    def version(self) -> int:
        """A number that changes whenever the blocks do, whoever changes them."""
        found = self._db.execute("SELECT version FROM scopes WHERE id = ?", [self._scope])
        return int(found.fetchone()[0])

    @property
    def is_empty(self) -> bool:
        """Whether there are none."""
        query = "SELECT 1 FROM blocks WHERE scope = ? LIMIT 1"
        return self._db.execute(query, [self._scope]).fetchone() is None

    def look_up(self, numbers: Numbers) -> tuple[np.ndarray[Any, Any], Writes]:
        """Find the writes of some keys; see `find`. To be called inside a transaction."""
        self._read_directory()
        if not len(self._ids) or not len(numbers):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=WRITE)
        self._db.execute(f"PRAGMA cache_size = {_CACHE_TO_LOOK}")
        asked, found = [], []
        order = np.argsort(numbers[:, 0])
        at = self._block_of(numbers[order, 0])
        touched = _each_once(at)
        for first in range(0, len(touched), _LOOKED_INTO_AT_ONCE):
            blocks = touched[first : first + _LOOKED_INTO_AT_ONCE]
            start, stop = np.searchsorted(at, [blocks[0], blocks[-1] + 1])
            some = order[start:stop]
            places, those = find(self._read(blocks), numbers[some])
            asked.append(some[places])
            found.append(those)
        return np.concatenate(asked), _joined([writes.tobytes() for writes in found])

    def add(self, writes: Writes) -> None:
        """Lay writes, sorted by key, into the blocks. To be called inside a transaction."""
        self._read_directory()
        if not len(writes):
            return
        self._db.execute(f"PRAGMA cache_size = {_CACHE_TO_CHANGE}")
        writes = unsettled(writes)
        at = self._block_of(writes["key"])
        touched = _each_once(at)
        for start in range(0, len(touched), _CHANGED_AT_ONCE):
            some = touched[start : start + _CHANGED_AT_ONCE]
            first, last = np.searchsorted(at, [some[0], some[-1] + 1])
            self._add_to(some, writes[first:last])
        self._db.execute("UPDATE scopes SET version = version + 1 WHERE id = ?", [self._scope])

    def _add_to(self, blocks: np.ndarray[Any, Any], writes: Writes) -> None:
        ids: list[int] = []
        if len(self._ids):
            ids = self._ids[blocks].tolist()
            writes = unsettled(by_key(np.concatenate([self._read(blocks), writes])))
        # Neighbors are cut anew together; what lies between must stay between.
        gaps = np.flatnonzero(np.diff(blocks) > 1) + 1
        key = np.ascontiguousarray(writes["key"])
        bounds = np.searchsorted(self._block_of(key), blocks[gaps])
        of_blocks = [0, *gaps.tolist(), len(blocks)]
        of_writes = [0, *bounds.tolist(), len(writes)]
        raw, size = writes.view(np.uint8).data, WRITE.itemsize
        signed = (key ^ _SIGN).view(np.int64)
        surplus: list[tuple[int]] = []

        def pieces() -> Iterator[tuple[int | None, int, int, memoryview]]:
            for (block, block_end), (start, end) in zip(
                pairwise(of_blocks), pairwise(of_writes), strict=True
            ):
                old = iter(ids[block:block_end])
                for left, right in _cuts(key, start, end):
                    entries = raw[left * size : right * size]
                    yield next(old, None), self._scope, int(signed[left]), entries
                surplus.extend((number,) for number in old)

        self._db.executemany("INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?)", pieces())
        self._db.executemany("DELETE FROM blocks WHERE id = ?", surplus)

    def _block_of(self, keys: Any) -> np.ndarray[Any, Any]:
        places = np.searchsorted(self._firsts, np.ascontiguousarray(keys), "right") - 1
        return np.maximum(places, 0)

    def _read_directory(self) -> None:
        version = self.version
        if version != self._version:
            query = "SELECT first, id FROM blocks WHERE scope = ? ORDER BY first"
            found = self._db.execute(query, [self._scope]).fetchall()
            table = np.array(found, dtype=np.int64).reshape(-1, 2)
            self._firsts = table[:, 0].copy().view(np.uint64) ^ _SIGN
            self._ids = table[:, 1].copy()
            self._version = version

    def _read(self, blocks: np.ndarray[Any, Any]) -> Writes:
        """Read some blocks, given their places in ascending order."""
        n_between = int(blocks[-1]) - int(blocks[0]) + 1
        if 2 * len(blocks) > n_between and len(blocks) > 1:
            between = "scope = ? AND first BETWEEN ? AND ? ORDER BY first"
            query = f"SELECT entries FROM blocks WHERE {between}"  # noqa: S608 - the line above
            ends = (self._firsts[blocks[[0, -1]]] ^ _SIGN).view(np.int64).tolist()
            every = [entries for (entries,) in self._db.execute(query, [self._scope, *ends])]
            wanted = (blocks - blocks[0]).tolist()
            return _joined([every[place] for place in wanted])
        # In the order of their ids SQLite finds one beside the other.
        ids = self._ids[blocks]
        order = np.argsort(ids)
        found: list[bytes] = []
        for start in range(0, len(ids), _MAX_PARAMETERS):
            some = ids[order[start : start + _MAX_PARAMETERS]].tolist()
            marks = ",".join("?" * len(some))
            query = f"SELECT entries FROM blocks WHERE id IN ({marks}) ORDER BY id"  # noqa: S608
            found += [entries for (entries,) in self._db.execute(query, some)]
        return _joined([found[place] for place in np.argsort(order).tolist()])


def _each_once(ascending: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return ascending[np.flatnonzero(np.diff(ascending, prepend=-1))]


def _joined(entries: list[bytes]) -> Writes:
    return np.frombuffer(b"".join(entries), dtype=WRITE)


def _cuts(key: np.ndarray[Any, Any], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut writes into blocks; those of one key stay together."""
    n_writes = end - start
    n_blocks = 1 if n_writes <= _MAX_WRITES else -(-n_writes // _USUAL_WRITES)
    left = start
    for nth in range(1, n_blocks + 1):
        right = max(start + n_writes * nth // n_blocks, left)
        while left < right < end and key[right] == key[right - 1]:
            right += 1
        if right > left:
            yield left, right
        left = right
