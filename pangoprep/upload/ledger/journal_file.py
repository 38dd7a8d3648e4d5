"""A run's journal on disk: a file that is only added to, and read along by other processes.

It is made of words of 32 bytes: what happened to a request is one word (`_HEAD`), and a request
that begins is followed by the marks of its rows, a word each. So a row costs 33 bytes, written
once. Where a process was killed, or the power failed, a word or some marks may be missing: what
does not fit its checksum is not there, and what comes after it is found again.

A word never lies across a page of memory, so it is written whole or not at all. Marks may be cut
off; then their request was not sent.
"""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from enum import IntEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np

from pangoprep.private_files import make_private, make_private_folder
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.writes import MARK_BYTES, NEVER, Numbers, Writes, make_writes
from pangoprep.upload.machine.run_lock import live_folder

_WORD = MARK_BYTES
_MAGIC = b"\xd0pango1\n"
_MAGIC_NUMBER = np.frombuffer(_MAGIC, dtype="<u8")[0]

# Magic, kind, state, rows, number, another number (see `_Kind`), checksum of the marks; and, as the
# last four bytes, the checksum of those.
_HEAD = struct.Struct("<8sBBHIII4x")
_HEAD_FIELDS = np.dtype(
    [
        ("magic", "<u8"), ("kind", "u1"), ("state", "u1"), ("n_rows", "<u2"), ("number", "<u4"),
        ("other", "<u4"), ("marks_sum", "<u4"), ("unused", "<u4"), ("sum", "<u4"),
    ]
)  # fmt: skip

# So many words are read at once: 16 MB.
_WORDS_AT_ONCE = 2**19
_MAX_WORDS = 2**16  # of one request

#: A request: its number, its place in the order, its answer, and where its marks are.
REQUEST = np.dtype(
    [
        ("number", "<u4"), ("begun", "<u4"), ("ended", "<u4"), ("state", "u1"),
        ("n_rows", "<u2"), ("word", "<i8"),
    ]
)  # fmt: skip

Requests: TypeAlias = np.ndarray[Any, np.dtype[np.void]]


class _Kind(IntEnum):
    """What happened to a request."""

    #: The other number: when it counts as begun, if not at its own.
    BEGUN = 1
    #: The other number: the highest one given out by then.
    ANSWERED = 2
    WITHDRAWN = 3
    #: It is two now, the first with so many rows; the other number: what it was.
    DIVIDED = 4


def journal_path(ledger: Path, run_id: str) -> Path:
    """Return where a run's journal is."""
    return live_folder(ledger) / f"{run_id}.journal"


def delete_journal(path: Path) -> None:
    """Delete a journal of no use any more; where somebody is just reading it, it stays."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


class JournalWriter:
    """Adds to the journal of a run, which nobody else does.

    Parameters
    ----------
    ledger, run_id
        Whose journal it is. What has its name already is written over.
    is_durable
        Whether `wait` waits for the disk.

    Raises
    ------
    OSError
        If it cannot be written; so do the methods. Nothing of what failed is left in it.
    """

    def __init__(self, ledger: Path, run_id: str, *, is_durable: bool = False) -> None:
        path = self._path = journal_path(ledger, run_id)
        make_private_folder(path.parent, is_ours=True)
        make_private(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        self._descriptor: int | None = os.open(path, flags, 0o600)
        self._is_durable, self._size = is_durable, 0
        os.fsync(self._descriptor)
        if os.name == "posix":  # and its name
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def begin(self, number: int, marks: bytes, begun: int = 0) -> None:
        """A request is about to be sent; it may count as begun at another number than its own."""
        n_rows = len(marks) // _WORD
        self._add(_Kind.BEGUN, number, begun, n_rows=n_rows, marks=marks)

    def answer(self, number: int, state: BatchState, ended: int) -> None:
        """A request has its answer, or will not get one any more."""
        self._add(_Kind.ANSWERED, number, ended, state=state)

    def withdraw(self, number: int) -> None:
        """Nothing of a request was taken."""
        self._add(_Kind.WITHDRAWN, number)

    def divide(self, number: int, first: int, n_first: int) -> None:
        """A request is two from now on, with the number ``first`` and the next one."""
        self._add(_Kind.DIVIDED, first, number, n_rows=n_first)

    def wait(self) -> None:
        """Wait until what was written would outlive a power cut, if that is wanted."""
        if self._is_durable and self._descriptor is not None:
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def delete(self) -> None:
        """Delete it: all of it was put away."""
        self.close()
        delete_journal(self._path)

    def _add(
        self, kind: _Kind, number: int, other: int = 0, *,
        state: int = 0, n_rows: int = 0, marks: bytes = b"",
    ) -> None:  # fmt: skip
        head = _HEAD.pack(_MAGIC, kind, state, n_rows, number, other, crc32(marks))
        words = b"".join([head, crc32(head).to_bytes(4, "little"), marks])
        if self._descriptor is None:
            raise ValueError("the journal is closed")
        try:
            n_written = os.write(self._descriptor, words)
            while n_written < len(words):  # the next one says what is wrong
                n_written += os.write(self._descriptor, words[n_written:])
        except BaseException:
            os.ftruncate(self._descriptor, self._size)
            os.lseek(self._descriptor, self._size, os.SEEK_SET)
            raise
        self._size += len(words)


class JournalReader:
    """Reads a run's journal, and reads on from there.

    Parameters
    ----------
    ledger, run_id
        Whose journal it is.

    Raises
    ------
    FileNotFoundError
        If it is gone, as it is after it was put away; so do the methods.
    """

    def __init__(self, ledger: Path, run_id: str) -> None:
        self._path = journal_path(ledger, run_id)
        self._n_words = 0
        #: Requests that PangoCDP may hold something of, or refused; by number.
        self.requests: Requests = np.empty(0, dtype=REQUEST)

    @property
    def n_unread_rows(self) -> int:
        """How many rows, about, have been added since it was read."""
        return self._path.stat().st_size // _WORD - self._n_words

    def read(self) -> None:
        """Bring `requests` up to date."""
        found = [np.empty(0, dtype=_HEAD_FIELDS)]
        places = [np.empty(0, dtype=np.int64)]
        with self._path.open("rb", buffering=0) as file:
            while True:
                heads, at, n_read = _heads(_words(file, self._n_words, _WORDS_AT_ONCE))
                found.append(heads)
                places.append(at + self._n_words)
                self._n_words += n_read
                if not n_read:
                    break
        self._apply(np.concatenate(found), np.concatenate(places))

    def state_of(self, number: int) -> int | None:
        """Return the state of a request; None if there is none with this number."""
        requests = self.requests
        at = int(np.searchsorted(requests["number"], number))
        is_there = at < len(requests) and requests["number"][at] == number
        return int(requests["state"][at]) if is_there else None

    def take_answered(self, until: int) -> Requests:
        """Take out what had its answer when this number was the highest."""
        is_answered = self.requests["state"] != BatchState.PENDING
        is_answered &= self.requests["ended"] <= until
        taken: Requests = self.requests[is_answered]
        self.requests = self.requests[~is_answered]
        return taken

    def writes(self, requests: Requests, lowest: int = 0, highest: int = 2**64 - 1) -> Writes:
        """Return what was written by requests, see `writes`.

        Parameters
        ----------
        requests
            Some of the journal's.
        lowest, highest
            Which keys are wanted, by their first number.
        """
        found = [make_writes(np.empty((0, 4), dtype="<u8"), 0, 0, accepted=False)]
        span = (lowest, highest)
        requests = requests[np.argsort(requests["word"], kind="stable")]
        block = requests["word"] // _WORDS_AT_ONCE
        bounds = np.flatnonzero(np.diff(block, prepend=-1, append=-1)).tolist()
        with self._path.open("rb", buffering=0) as file:
            for start, end in pairwise(bounds):
                some = requests[start:end]
                first = int(some["word"][0])
                n_words = int((some["word"] + some["n_rows"]).max()) - first
                words = _words(file, first, n_words)
                at, of = _rows_between(words[:, 0], some["word"] - first, some["n_rows"], span)
                is_accepted = some["state"] == BatchState.ACCEPTED
                found.append(
                    make_writes(
                        words.take(at, axis=0),
                        some["begun"].take(of), some["ended"].take(of), is_accepted.take(of),
                    )
                )  # fmt: skip
        return np.concatenate(found)

    def _apply(self, heads: Any, places: Any) -> None:
        """Say of requests what the new words say; new ones have higher numbers than any before."""
        kind = heads["kind"]
        is_begun = kind == _Kind.BEGUN
        new = np.zeros(int(is_begun.sum()), dtype=REQUEST)
        new["number"] = new["begun"] = heads["number"][is_begun]
        since = heads["other"][is_begun]
        new["begun"][since > 0] = since[since > 0]
        new["ended"], new["state"] = NEVER, BatchState.PENDING
        new["n_rows"], new["word"] = heads["n_rows"][is_begun], places[is_begun] + 1
        requests = np.concatenate([self.requests, new])
        gone: list[int] = heads["number"][kind == _Kind.WITHDRAWN].tolist()
        for nth in np.flatnonzero(kind == _Kind.DIVIDED).tolist():
            number, first, n_first = (int(heads[n][nth]) for n in ("other", "number", "n_rows"))
            was = requests[requests["number"] == number]
            halves = np.concatenate([was, was])
            if len(was):
                halves["number"] = [first, first + 1]
                halves["n_rows"] = [n_first, was["n_rows"][0] - n_first]
                halves["word"][1] += n_first
            gone.append(number)
            requests = np.concatenate([requests, halves])
        requests = requests[np.argsort(requests["number"], kind="stable")]
        answers = heads[kind == _Kind.ANSWERED]
        at = np.searchsorted(requests["number"], answers["number"])
        is_there = at < len(requests)
        is_there[is_there] = requests["number"][at[is_there]] == answers["number"][is_there]
        requests["state"][at[is_there]] = answers["state"][is_there]
        requests["ended"][at[is_there]] = answers["other"][is_there]
        self.requests = requests[~np.isin(requests["number"], gone)] if gone else requests


def _rows_between(
    keys: Any, starts: Any, n_rows: Any, span: tuple[int, int]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Find the rows of requests whose keys lie between two: their places, and of which they are.

    Parameters
    ----------
    keys
        The first number of each word.
    starts, n_rows
        Where the marks of each request begin, ascending, and how many they are.
    span
        The lowest and the highest key.
    """
    # What is below the lowest wraps around and is far above.
    above = keys - np.uint64(span[0])
    at = np.flatnonzero(above <= np.uint64(span[1] - span[0]))
    of = np.searchsorted(starts, at, "right") - 1
    is_row = (of >= 0) & (at < (starts + n_rows)[of])
    return at[is_row], of[is_row]


def _words(file: Any, first: int, n_words: int) -> Numbers:
    """Read words as four numbers each; fewer if there are not so many."""
    n_there = file.seek(0, os.SEEK_END) // _WORD
    file.seek(first * _WORD)
    found = np.empty((max(min(n_words, n_there - first), 0), 4), dtype="<u8")
    view, n_read = found.reshape(-1).view(np.uint8).data, 0
    while n_read < len(view) and (n := file.readinto(view[n_read:])):
        n_read += n
    return found[: n_read // _WORD]


def _heads(words: Numbers) -> tuple[Any, Any, int]:
    """Find what happened in some words, where it stands, and up to where they are understood."""
    at = np.flatnonzero(words[:, 0] == _MAGIC_NUMBER)
    heads = words.take(at, axis=0).view(_HEAD_FIELDS).reshape(-1)
    raw, marks = words.reshape(-1).view(np.uint8).data, heads["marks_sum"].tolist()
    sums, kinds, sizes = heads["sum"].tolist(), heads["kind"].tolist(), heads["n_rows"].tolist()
    is_whole = np.zeros(len(at), dtype=bool)
    # Where nothing is to be understood for so long, it goes on behind.
    n_understood = max(len(words) - _MAX_WORDS, 0) if len(words) == _WORDS_AT_ONCE else 0
    for nth, place in enumerate(at.tolist()):
        start = place * _WORD
        end = place + 1 + (sizes[nth] if kinds[nth] == _Kind.BEGUN else 0)
        body = raw[start + _WORD : end * _WORD]
        is_there = end <= len(words) and crc32(raw[start : start + _WORD - 4]) == sums[nth]
        if is_there and crc32(body) == marks[nth]:
            is_whole[nth] = True
            n_understood = max(n_understood, end)
    return heads[is_whole], at[is_whole], n_understood
