"""Copies of a ledger beside it, made by hand and, while that is cheap, by itself."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from pangoprep.errors import LedgerError
from pangoprep.private_files import make_private
from pangoprep.upload.ledger.database import database_errors
from pangoprep.upload.ledger.journal_folding import fold
from pangoprep.upload.machine.run_lock import end_of

_BACKUP = ".backup-"

# A backup is made by itself once a day, while it costs a moment only; so many are kept.
_SECONDS_BETWEEN, _MAX_BYTES, _N_KEPT = 86_400.0, 64 * 2**20, 3


def backups(path: Path) -> list[Path]:
    """Return the backups beside a ledger, the latest first."""
    found = path.parent.glob(f"{path.name}{_BACKUP}*")
    return sorted((one for one in found if one.suffix not in (".key", ".part")), reverse=True)


def backup_name(path: Path) -> Path:
    """Return a name for a backup made now."""
    return path.with_name(f"{path.name}{_BACKUP}{time.strftime('%Y%m%d-%H%M%S')}")


def copy_ledger(db: sqlite3.Connection, path: Path, target: Path) -> None:
    """Copy a ledger as it is at this moment into a new file; whole or not at all.

    Journals are put away in the copy, so that it needs no other file.
    """
    draft = target.with_name(target.name + ".part")
    make_private(draft)
    try:
        with database_errors(target):
            while not _copy(db, path, draft):
                pass
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _copy(db: sqlite3.Connection, path: Path, draft: Path) -> bool:
    """Make the copy; False if a run ended meanwhile, whose journal is in neither now."""
    running = "SELECT number, id FROM runs WHERE state = 'running'"
    with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        db.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, not three
        for number, run_id in copy.execute(running).fetchall():
            state, reason = end_of(path, run_id)
            try:
                fold(copy, path, number, state=state, reason=reason)
            except LedgerError:
                if (number, run_id) in db.execute(running).fetchall():
                    raise
                return False
    return True


def backup_now_and_then(db: sqlite3.Connection, path: Path) -> None:
    """Copy a ledger if that is cheap and the last copy is a day old; never a reason not to send."""
    try:
        found = backups(path)
        is_recent = found and time.time() - found[0].stat().st_mtime < _SECONDS_BETWEEN
        is_empty = db.execute("SELECT 1 FROM runs LIMIT 1").fetchone() is None
        if is_recent or is_empty or path.stat().st_size > _MAX_BYTES:
            return
        copy_ledger(db, path, backup_name(path))
        for old in backups(path)[_N_KEPT:]:
            old.unlink()
    except (OSError, LedgerError, sqlite3.Error):
        return
