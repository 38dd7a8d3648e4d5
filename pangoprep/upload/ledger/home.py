"""Whether a ledger is where it should be: with its key, and neither gone nor emptied.

A ledger that is taken for new sends everything again, and events a second time. So the key, which
is made last, tells that a ledger was here: a key without a ledger is no new ledger.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from pangoprep.call_words import file_option
from pangoprep.errors import LedgerError
from pangoprep.sentence import Sentence
from pangoprep.upload.ledger.database import database_errors
from pangoprep.upload.machine.data_directory import hash_key, key_path
from pangoprep.upload.rows.fingerprints import fingerprint


def ledger_exists(path: Path) -> bool:
    """Tell whether there is a ledger; False where one can be made.

    Raises
    ------
    LedgerError
        If there was one that is gone or empty now, or its key is missing.
    """
    # The key first: a ledger that another process makes right now gets its key last.
    has_key = key_path(path).exists()
    if path.is_dir():
        raise LedgerError(
            Sentence("{1!r} is a folder. Give {2}, of a file.", path.name, file_option("ledger"))
        )
    size = path.stat().st_size if path.exists() else None
    if has_key and size is None:
        raise LedgerError(
            Sentence(
                "The ledger {1!r} is gone, but its key file {2!r} is there: it was "
                "deleted or moved. {3}",
                path.name,
                key_path(path).name,
                _way_back(),
            )
        )
    if has_key and size == 0:
        raise emptied(path)
    if size and not (has_key or _draft(path).exists() or key_path(path).exists()):
        raise LedgerError(
            Sentence(
                "The ledger {1!r} is there, but its key file {2!r} is not. Put it back, "
                "or give another {3}; without it no row would be recognized, and events "
                "could fire twice.",
                path.name,
                key_path(path).name,
                file_option("ledger"),
            )
        )
    return has_key


def emptied(path: Path) -> LedgerError:
    """Return the error for a ledger whose content is gone."""
    return LedgerError(
        Sentence("The ledger {1!r} was emptied: what it knew is gone. {2}", path.name, _way_back())
    )


def take_key(path: Path, *, is_new: bool) -> bytes:
    """Return a ledger's key; a new one's lies under another name until the ledger is made."""
    if not is_new:
        return hash_key(path)
    key = hash_key(path, _draft(path))
    if key_path(path).exists():  # another process has just made the ledger
        _draft(path).unlink(missing_ok=True)
        return hash_key(path)
    return key


def check_key(db: sqlite3.Connection, path: Path, key: bytes, *, is_new: bool) -> None:
    """Compare a ledger with its key, and its tables with each other.

    Raises
    ------
    LedgerError
        If it was made with another key, or what it knew is gone.
    """
    proof = fingerprint(key, "this is the key")
    with database_errors(path):
        if is_new:
            db.execute("INSERT OR IGNORE INTO meta VALUES ('proof', ?)", [proof])
        found = db.execute("SELECT content FROM meta WHERE name = 'proof'").fetchone()
        is_emptied = db.execute(
            "SELECT EXISTS (SELECT 1 FROM scopes WHERE version > 0 AND NOT EXISTS"
            " (SELECT 1 FROM blocks WHERE scope = scopes.id))"
            " OR (SELECT coalesce(max(last), 0) FROM sequence) > 0"
            " AND NOT EXISTS (SELECT 1 FROM scopes)"
        ).fetchone()[0]
    if found is None or is_emptied:
        raise emptied(path)
    if found[0] != proof:
        raise LedgerError(
            Sentence(
                "{1!r} is not the key the ledger {2!r} was made with. Put the right one "
                "back, or give another {3}.",
                key_path(path).name,
                path.name,
                file_option("ledger"),
            )
        )
    if is_new:
        with suppress(FileNotFoundError):  # another process made the same ledger, and was first
            _draft(path).replace(key_path(path))


def _draft(path: Path) -> Path:
    return key_path(path).with_name(key_path(path).name + ".new")


def _way_back() -> str:
    return Sentence(
        "Nothing was sent. Taken for new, it would send every row again, and events a second time. "
        "Put the file back, or run: pangoprep ledger repair; or give another "
        "{1}.",
        file_option("ledger"),
    )
