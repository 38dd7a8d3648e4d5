"""SQLite files shared by processes: opened one way, brought up to date, errors translated."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from errno import EACCES, EDQUOT, EIO, ENOSPC, EPERM, EROFS
from pathlib import Path
from typing import TypeAlias

from pangoprep.errors import LedgerError
from pangoprep.private_files import make_private
from pangoprep.sentence import Sentence
from pangoprep.upload.machine.data_directory import budget_path, elsewhere, make_home, why_not

# Another process holds the write lock for about a second at most.
_BUSY_SECONDS = 60.0


#: SQL statements, or a function that is given the connection and the database's path.
Migration: TypeAlias = str | Callable[[sqlite3.Connection, Path], None]


def open_database(
    path: Path, migrations: Sequence[Migration], *, is_new: bool = True
) -> sqlite3.Connection:
    """Open a database, made or brought up to date as needed.

    Parameters
    ----------
    path
        The file.
    migrations
        Steps, oldest first; the database remembers how many it has seen.
    is_new
        Whether it may be made.

    Raises
    ------
    LedgerError
        If it cannot be opened, or was written by a newer pangoprep.
    """
    make_home(path)
    make_private(path)  # and so are the files that SQLite makes beside it
    with database_errors(path):
        connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # The operating system has what a killed process wrote; only a power cut can take the
            # last moments with it. Where that matters the ledger asks for more.
            connection.execute("PRAGMA synchronous = NORMAL")
            # Some builds write zeros over what is deleted; here that is keyed hashes.
            connection.execute("PRAGMA secure_delete = OFF")
            # What a large transaction has made of the write-ahead log is given back.
            connection.execute("PRAGMA journal_size_limit = 16000000")
            _migrate(connection, path, migrations, is_new=is_new)
        except BaseException:
            connection.close()
            raise
    return connection


def _migrate(
    connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration], *, is_new: bool
) -> None:
    if _version(connection) == len(migrations):
        return
    with transaction(connection):
        version = _version(connection)
        if version > len(migrations):
            raise LedgerError(
                Sentence(
                    "{1!r} was written by a newer pangoprep. Update pangoprep, or {2}.",
                    path.name,
                    elsewhere(path),
                )
            )
        if not version and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise LedgerError(
                Sentence(
                    "{1!r} is a database of another program, and was left as it is. Move it "
                    "away, or {2}.",
                    path.name,
                    elsewhere(path),
                )
            )
        if not (version or is_new):
            raise LedgerError(
                Sentence(
                    "{1!r} was emptied: what it knew is gone. Nothing was sent. To get it "
                    "back: pangoprep ledger repair.",
                    path.name,
                )
            )
        for step in migrations[version:]:
            if callable(step):
                step(connection, path)
            else:
                for statement in step.split(";"):
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; takes the write lock at once, so what is read stays true until the end."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Read everything as it is at one moment, whatever other processes write meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's and the system's errors into ours, which say what is true and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        reason, code = str(error), getattr(error, "sqlite_errorcode", 0) & 0xFF
    except OSError as error:  # of the files beside it
        reason, code = why_not(error), _CODES.get(error.errno or 0, 0)
    else:
        return
    if code == sqlite3.SQLITE_IOERR and not _has_room(path):
        code = sqlite3.SQLITE_FULL  # SQLite has no other word for it where it maps files
    raise LedgerError(
        Sentence(
            "{1!r} {2}", path.name, _what_is(code, path) or Sentence("cannot be used: {1}.", reason)
        )
    )


# SQLite's words for what the system says.
_CODES = dict.fromkeys([ENOSPC, EDQUOT], sqlite3.SQLITE_FULL)
_CODES |= dict.fromkeys([EACCES, EPERM, EROFS], sqlite3.SQLITE_READONLY)
_CODES[EIO] = sqlite3.SQLITE_IOERR


def _has_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free >= _MIN_ROOM_BYTES
    except OSError:
        return True


# With less room than this a step of SQLite's may not find enough.
_MIN_ROOM_BYTES = 2**18


def _what_is(code: int, path: Path) -> str | None:
    """Say what is true of a database by SQLite's code, and what to do."""
    otherwise = elsewhere(path)
    read_only = Sentence(
        "cannot be written: it or its folder is read-only, or belongs to somebody else. "
        "Make it writable, or {1}; nothing already recorded is lost.",
        otherwise,
    )
    cases = {
        sqlite3.SQLITE_FULL: (
            Sentence(
                "cannot be used: the disk is full. Free some disk space, or {1}; "
                "nothing already recorded is lost.",
                otherwise,
            )
        ),
        sqlite3.SQLITE_IOERR: (
            Sentence(
                "cannot be used: the disk, or the network it is on, fails. Fix that, or "
                "{1}; nothing already recorded is lost.",
                otherwise,
            )
        ),
        sqlite3.SQLITE_READONLY: read_only,
        sqlite3.SQLITE_CANTOPEN: read_only,
        sqlite3.SQLITE_PERM: read_only,
        sqlite3.SQLITE_BUSY: (
            Sentence(
                "cannot be used: another process has kept it locked for a minute. Wait until that "
                "has ended, or {1}.",
                otherwise,
            )
        ),
    }
    return cases.get(code) or (_BUDGET if path == budget_path() else _LEDGER).get(code)


_LEDGER = {
    sqlite3.SQLITE_NOTADB: (
        "is no ledger: it is another kind of file, or was overwritten, and was left as it is. "
        "Take another ledger; if it was one, run: pangoprep ledger repair."
    ),
    sqlite3.SQLITE_CORRUPT: (
        "is damaged: it was truncated or overwritten in part. Nothing more is sent with it. "
        "To look at it and get back what can be had: pangoprep ledger check, "
        "pangoprep ledger repair."
    ),
}

_BUDGET = dict.fromkeys(
    [sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT],
    "is damaged: it was truncated or overwritten. It only counts the requests of the last day. "
    "Move it away and a new one is made; if many requests were made today, wait a day first.",
)
