"""The order of requests: one sequence of numbers for all runs of a ledger.

A request gets the next number when it begins. When it ends, the highest number given out so far is
written down with it. So of two requests of any runs it can be told whether one began after the
other had ended.

The sequence is eight bytes in a file beside the ledger, under a lock. A request is written into its
run's journal before the lock is let go: whoever holds it sees every request that has a number.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EACCES, EAGAIN, EDEADLK
from pathlib import Path

from pangoprep.errors import LedgerError
from pangoprep.private_files import make_private, make_private_folder
from pangoprep.sentence import Sentence
from pangoprep.upload.ledger.database import database_errors
from pangoprep.upload.machine.data_directory import elsewhere
from pangoprep.upload.machine.run_lock import live_folder

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        # Beside the number: what is locked cannot be read.
        os.lseek(descriptor, 100, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        # The open file's lock, not the process's: two threads of one process may want it.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


# It is held for some microseconds; as long as SQLite is waited for.
_WAIT_SECONDS, _PAUSE_SECONDS = 60.0, 0.0005
_IS_TAKEN = {EAGAIN, EACCES, EDEADLK}
_BYTES = 8


class RequestOrder:
    """Gives out the numbers of one ledger, to all processes.

    Parameters
    ----------
    db, ledger
        The ledger's connection and file.
    """

    def __init__(self, db: sqlite3.Connection, ledger: Path) -> None:
        self._db, self._ledger = db, ledger
        self._file = live_folder(ledger) / "order"

    def last(self) -> int:
        """Return the highest number given out so far."""
        with self._locked() as descriptor:
            return self._read(descriptor)

    def begin(self, write: Callable[[int], None], *, n_numbers: int = 1) -> int:
        """Give out numbers, the first of which is passed to ``write`` before anybody sees them."""
        with self._locked() as descriptor:
            last = self._read(descriptor)
            self._write(descriptor, last + n_numbers)
            write(last + 1)
        return last + 1

    def raise_to(self, number: int) -> None:
        """Give out nothing up to a number any more; for a file that was lost."""
        with self._locked() as descriptor:
            if number > self._read(descriptor):
                self._write(descriptor, number)

    @contextmanager
    def snapshot(self) -> Iterator[int]:
        """Read the database as it is at one moment; give the highest number at that moment."""
        with self._locked() as descriptor:
            last = self._read(descriptor)
            self._db.execute("BEGIN")
            try:
                self._db.execute("SELECT 1 FROM runs LIMIT 1").fetchone()  # the moment is now
            except BaseException:
                self._db.execute("COMMIT")
                raise
        try:
            yield last
        finally:
            self._db.execute("COMMIT")

    @contextmanager
    def _locked(self) -> Iterator[int]:
        with database_errors(self._ledger):
            descriptor = self._open()
            try:
                self._take(descriptor)
                yield descriptor
            finally:
                os.close(descriptor)  # and the lock is free

    def _open(self) -> int:
        flags = os.O_RDWR | getattr(os, "O_BINARY", 0)
        try:
            return os.open(self._file, flags)
        except FileNotFoundError:
            make_private_folder(self._file.parent, is_ours=True)
            make_private(self._file)
            return os.open(self._file, flags | os.O_CREAT, 0o600)

    def _take(self, descriptor: int) -> None:
        until = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                return _lock(descriptor)
            except OSError as error:
                if error.errno not in _IS_TAKEN:
                    raise
            if time.monotonic() > until:
                raise LedgerError(
                    Sentence(
                        "{1!r} cannot be used: another process has kept its order locked for a "
                        "minute. Wait until that has ended, or {2}.",
                        self._ledger.name,
                        elsewhere(self._ledger),
                    )
                )
            time.sleep(_PAUSE_SECONDS)

    def _read(self, descriptor: int) -> int:
        os.lseek(descriptor, 0, os.SEEK_SET)
        found = os.read(descriptor, _BYTES)
        if len(found) == _BYTES:
            return int.from_bytes(found, "little")
        # The file is new, or was lost: what the memory knows has numbers already.
        return int(self._db.execute("SELECT last FROM sequence").fetchone()[0])

    def _write(self, descriptor: int, number: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, number.to_bytes(_BYTES, "little"))


def keep_sequence(db: sqlite3.Connection, number: int) -> None:
    """Note in the ledger itself that numbers up to this one were given out."""
    db.execute("UPDATE sequence SET last = max(last, ?)", [number])
