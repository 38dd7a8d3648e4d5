"""Looking after a ledger: is it sound, a copy of it, and the way back when it is not."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pangoprep.errors import LedgerError, UsageError
from pangoprep.private_files import make_private
from pangoprep.sentence import Sentence, sentence_of
from pangoprep.upload.ledger.backups import backup_name, backups, copy_ledger
from pangoprep.upload.ledger.database import database_errors
from pangoprep.upload.ledger.journal_folding import journal_gone, lost_journals
from pangoprep.upload.ledger.ledger import Ledger
from pangoprep.upload.ledger.writes import WRITE
from pangoprep.upload.machine.data_directory import key_path
from pangoprep.upload.machine.run_lock import is_running, live_folder


@dataclass(frozen=True)
class LedgerCheck:
    """What was found out about a ledger.

    Parameters
    ----------
    problem
        What is wrong with it; empty if nothing is.
    n_bytes, n_runs, n_running, n_rows
        Its size, its runs, those that go on, and how many rows it remembers (those of two kinds of
        journey events twice); 0 if it cannot be read.
    backups
        Names of its backups, the latest first.
    """

    problem: str
    n_bytes: int
    n_runs: int
    n_running: int
    n_rows: int
    backups: tuple[str, ...]


def check(path: Path) -> LedgerCheck:
    """Look at every page of a ledger; change nothing that it knows."""
    names = tuple(backup.name for backup in backups(path))
    try:
        if not path.exists() and not key_path(path).exists():
            raise LedgerError(Sentence("There is no ledger {1!r} yet.", path.name))
        n_runs, n_running, n_rows = _facts(path)
    except LedgerError as error:
        n_bytes = path.stat().st_size if path.is_file() else 0
        return LedgerCheck(sentence_of(error), n_bytes, 0, 0, 0, names)
    return LedgerCheck("", path.stat().st_size, n_runs, n_running, n_rows, names)


def _facts(path: Path) -> tuple[int, int, int]:
    with closing(Ledger(path)) as ledger, database_errors(path):
        _check_pages(ledger.db, path)
        for _, run_id in lost_journals(ledger.db, path):
            raise journal_gone(path, run_id)
        runs = ledger.db.execute("SELECT id, state FROM runs").fetchall()
        n_bytes = "SELECT coalesce(sum(length(entries)), 0) FROM blocks"
        n_rows = int(ledger.db.execute(n_bytes).fetchone()[0]) // WRITE.itemsize
    n_running = sum(state == "running" and is_running(path, run_id) for run_id, state in runs)
    return len(runs), n_running, n_rows


def _check_pages(db: sqlite3.Connection, path: Path) -> None:
    found = [words for (words,) in db.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise LedgerError(
            Sentence(
                "{1!r} is damaged: {2} or more of its parts do not fit together. To get "
                "back what can be had: pangoprep ledger repair.",
                path.name,
                len(found),
            )
        )


def backup(path: Path, to: Path | None = None) -> Path:
    """Copy a ledger as it is at this moment, also while runs go on; return where to.

    Parameters
    ----------
    path
        The ledger.
    to
        A new file; its key is copied beside it. Default: beside the ledger, whose key it shares.

    Raises
    ------
    LedgerError
        If the ledger is not sound, or the copy cannot be written.
    UsageError
        If the copy would overwrite a file.
    """
    target = to or backup_name(path)
    if target.exists():
        raise UsageError(Sentence("{1!r} is there already. Name a new file.", target.name))
    if not path.exists() and not key_path(path).exists():
        raise LedgerError(Sentence("There is no ledger {1!r} yet.", path.name))
    with closing(Ledger(path)) as ledger:
        with database_errors(path):
            _check_pages(ledger.db, path)
        copy_ledger(ledger.db, path, target)
    if to is not None:
        make_private(key_path(target))
        key_path(target).write_bytes(key_path(path).read_bytes())
    return target


def repair(path: Path, *, source: Path | None = None, is_new: bool = False) -> str:
    """Bring a ledger back; what is there now is moved aside and never deleted.

    Parameters
    ----------
    path
        The ledger.
    source
        The backup to take; default: the latest sound one beside the ledger.
    is_new
        Give up what it knew: the next run makes a new one.

    Returns
    -------
    str
        What was done, and what it means for the rows sent since.

    Raises
    ------
    LedgerError
        If there is nothing to bring it back from.
    UsageError
        If the ledger is sound, or one of its runs goes on.
    """
    found = check(path)
    if found.n_running:
        raise UsageError(Sentence("A run of {1!r} goes on. Wait until it has ended.", path.name))
    if is_new:
        _set_aside(path, with_key=True)
        return (
            "The next run makes a new ledger. It knows nothing: every row is sent again, and with "
            "journey keys every event fires again."
        )
    if found.problem and source is None and (said := _give_up_journals(path)):
        return said
    if not found.problem and source is None:
        raise UsageError(Sentence("{1!r} is sound: there is nothing to repair.", path.name))
    if not key_path(path).exists():
        raise LedgerError(
            Sentence(
                "The key file {1!r} is missing, and without it no ledger can be read. "
                "Put it back; or give up what the ledger knew: pangoprep ledger repair "
                "--new.",
                key_path(path).name,
            )
        )
    for candidate in [source] if source else backups(path):
        if _is_sound(candidate, key_path(path)):
            _set_aside(path, with_key=False)
            make_private(path)
            shutil.copyfile(candidate, path)
            made = time.strftime("%Y-%m-%d %H:%M", time.localtime(candidate.stat().st_mtime))
            return Sentence(
                "Restored from {1!r} of {2}. Rows sent after that are not known: "
                "they are sent again, and with journey keys their events fire again. Look in "
                "PangoCDP before you send rows with journey keys.",
                candidate.name,
                made,
            )
    raise LedgerError(
        Sentence(
            "There is no sound backup of {1!r} beside it. Name one: pangoprep ledger "
            "repair --from FILE; or give up what the ledger knew: pangoprep ledger "
            "repair --new.",
            path.name,
        )
    )


def _give_up_journals(path: Path) -> str:
    """Close the runs whose journals are gone; say so, or nothing if there are none."""
    try:
        with closing(Ledger(path)) as ledger, database_errors(path):
            lost = lost_journals(ledger.db, path)
            for number, _ in lost:
                ledger.db.execute(
                    "UPDATE runs SET state = 'crashed', reason = 'its journal is gone',"
                    " unknown = n_rows - held - superseded - unchanged - accepted - rejected"
                    " WHERE number = ? AND state = 'running'",
                    [number],
                )
    except LedgerError:
        return ""
    names = ", ".join(run_id for _, run_id in lost)
    return names and (
        Sentence(
            "The rows of {1} are counted as unknown. The ledger knows none of them: they are "
            "sent again, and with journey keys their events fire again. Look in PangoCDP before "
            "you send rows with journey keys.",
            names,
        )
    )


def _is_sound(candidate: Path, key: Path) -> bool:
    """Tell whether a backup can be read with a key; a copy is looked at, so it stays as it is."""
    looked_at = candidate.with_name(candidate.name + ".part")
    try:
        make_private(looked_at)
        shutil.copyfile(candidate, looked_at)
        make_private(key_path(looked_at))
        shutil.copyfile(key, key_path(looked_at))
        return not check(looked_at).problem
    except OSError:
        return False
    finally:
        for ending in ("", "-wal", "-shm", ".key"):
            looked_at.with_name(looked_at.name + ending).unlink(missing_ok=True)
        shutil.rmtree(live_folder(looked_at), ignore_errors=True)


def _set_aside(path: Path, *, with_key: bool) -> None:
    mark = f".aside-{time.strftime('%Y%m%d-%H%M%S')}"
    for ending in ["", "-wal", "-shm", *[".key"] * with_key]:
        file = path.with_name(path.name + ending)
        if file.exists():
            file.rename(path.with_name(f"{path.name}{mark}{ending}"))
