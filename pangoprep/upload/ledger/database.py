"""SQLite files shared by processes: opened one way, brought up to date, errors translated."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from pangoprep.errors import LedgerError
from pangoprep.private_files import make_private
from pangoprep.upload.machine.data_directory import make_home

# Another process holds the write lock for about a second at most.
_BUSY_SECONDS = 60.0


#: SQL statements, or a function that is given the connection and the database's path.
Migration: TypeAlias = str | Callable[[sqlite3.Connection, Path], None]


def open_database(path: Path, migrations: Sequence[Migration]) -> sqlite3.Connection:
    """Open a database, made or brought up to date as needed.

    Parameters
    ----------
    path
        The file.
    migrations
        Steps, oldest first; the database remembers how many it has seen.

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
            connection.execute("PRAGMA cache_size = -16000")
            # What a large transaction has made of the write-ahead log is given back.
            connection.execute("PRAGMA journal_size_limit = 16000000")
            _migrate(connection, path, migrations)
        except BaseException:
            connection.close()
            raise
    return connection


def _migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    if _version(connection) == len(migrations):
        return
    with transaction(connection):
        version = _version(connection)
        if version > len(migrations):
            raise LedgerError(
                f"{path.name!r} was written by a newer pangoprep. Update pangoprep, "
                "or give another ledger=path."
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
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        reason = str(error)
    else:
        return
    raise LedgerError(
        f"{path.name!r} cannot be used: {reason}. Free some disk space or give another "
        "ledger=path; nothing already recorded is lost."
    )
