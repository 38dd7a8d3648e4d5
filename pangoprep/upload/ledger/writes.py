"""What PangoCDP may hold of a row: the writes that no later one has settled.

A *write* is one content of one row in one request, with the request's place in the ledger's order:
``begun``, its number, and ``ended``, the highest number given out when it ended. A request that
began after another one had ended has ``begun > ended`` and came later; of two where neither did,
nobody knows which PangoCDP took last.

An accepted write settles every write that ended before it began. What is left of a row's writes is
the same in whatever order, how often and in how many pieces they are put together. So runs can be
put away one after another, twice, or by another process, and a kill in between changes nothing.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from pangoprep.upload.rows.fingerprints import SIZE

Writes: TypeAlias = np.ndarray[Any, np.dtype[np.void]]
Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.uint64]]

#: One write: its mark as four numbers (see `as_numbers`), its place in the order, its answer.
WRITE = np.dtype(
    [
        ("key", "<u8"), ("key_end", "<u8"), ("content", "<u8"), ("content_end", "<u8"),
        ("begun", "<u4"), ("ended", "<u4"), ("accepted", "u1"),
    ]
)  # fmt: skip

#: ``ended`` of a request that has not.
NEVER = 2**32 - 1

MARK_BYTES = 2 * SIZE


def as_numbers(marks: bytes) -> Numbers:
    """Return packed marks as rows of four numbers: key, its second half, content, its second half.

    Keys are hashes, so the first number alone is nearly unique; what sorts by it sorts by keys.
    """
    return np.frombuffer(marks, dtype="<u8").reshape(-1, 4)


def make_writes(numbers: Numbers, begun: Any, ended: Any, accepted: Any) -> Writes:
    """Put writes together; the last three for each row, or one for all."""
    writes = np.empty(len(numbers), dtype=WRITE)
    for place, name in enumerate(("key", "key_end", "content", "content_end")):
        writes[name] = numbers[:, place]
    writes["begun"], writes["ended"], writes["accepted"] = begun, ended, accepted
    return writes


def by_key(writes: Writes) -> Writes:
    """Sort writes by key; those of one key stand together."""
    key = np.ascontiguousarray(writes["key"])
    order = np.argsort(key, kind="stable")
    in_order, key = writes.take(order), key.take(order)  # by [] whole writes take six times as long
    tied = np.flatnonzero(key[1:] == key[:-1])
    ends = in_order["key_end"]
    if (ends[tied + 1] != ends[tied]).any():
        return writes.take(np.lexsort((writes["key_end"], writes["key"])))
    return in_order


def unsettled(writes: Writes) -> Writes:
    """Leave out what later writes settle, and what is said twice.

    Parameters
    ----------
    writes
        Sorted by key.

    Returns
    -------
    ndarray
        One write for each key, nearly always; sorted by key.
    """
    starts = _starts(writes, "key", "key_end")
    if len(starts) == len(writes):
        return writes
    sizes = np.diff(np.append(starts, len(writes)))
    last = np.maximum.reduceat(np.where(writes["accepted"], writes["begun"], 0), starts)
    writes = writes.take(np.flatnonzero(writes["ended"] >= np.repeat(last, sizes)))
    starts = _starts(writes, "key", "key_end")
    if len(starts) == len(writes):
        return writes
    return _said_once(writes, starts)


def _said_once(writes: Writes, starts: np.ndarray[Any, Any]) -> Writes:
    """Make one of the writes of one content that had one answer."""
    sizes = np.diff(np.append(starts, len(writes)))
    is_shared = np.repeat(sizes > 1, sizes)
    shared = writes.take(np.flatnonzero(is_shared))
    names = ("key", "key_end", "accepted", "content", "content_end")
    shared = shared[np.lexsort([shared[name] for name in reversed(names)])]
    firsts = _starts(shared, *names)
    once = shared[firsts]
    for name in ("begun", "ended"):
        once[name] = np.maximum.reduceat(shared[name], firsts)
    return by_key(np.concatenate([writes.take(np.flatnonzero(~is_shared)), once]))


def _starts(writes: Writes, *names: str) -> np.ndarray[Any, Any]:
    """Find where, in sorted writes, another value begins."""
    is_other = np.zeros(max(len(writes) - 1, 0), dtype=bool)
    for name in names:
        is_other |= writes[name][1:] != writes[name][:-1]
    return np.flatnonzero(np.concatenate([np.ones(min(len(writes), 1), dtype=bool), is_other]))


def find(writes: Writes, numbers: Numbers) -> tuple[np.ndarray[Any, Any], Writes]:
    """Find the writes of some keys.

    Parameters
    ----------
    writes
        Sorted by key.
    numbers
        Marks, in any order.

    Returns
    -------
    asked, found
        For each write found, the place of its key in ``numbers``; and the writes.
    """
    key = np.ascontiguousarray(writes["key"])
    asked_for = np.ascontiguousarray(numbers[:, 0])
    left = np.searchsorted(key, asked_for, "left")
    count = np.searchsorted(key, asked_for, "right") - left
    asked = np.repeat(np.arange(len(numbers)), count)
    nth = np.arange(len(asked)) - np.repeat(np.cumsum(count) - count, count)
    found = writes.take(np.repeat(left, count) + nth)
    same = np.flatnonzero(found["key_end"] == numbers[asked, 1])
    return asked.take(same), found.take(same)
