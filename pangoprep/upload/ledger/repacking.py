"""Ledgers of older versions, brought into today's form.

Version 0.1.0 knew no order of requests; later the journal was a table.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from pangoprep.errors import LedgerError
from pangoprep.sentence import Sentence
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.blocks import Blocks
from pangoprep.upload.ledger.database import database_errors
from pangoprep.upload.ledger.journal_file import JournalWriter
from pangoprep.upload.ledger.writes import NEVER, Writes, as_numbers, by_key, make_writes
from pangoprep.upload.machine.run_lock import is_running
from pangoprep.upload.rows.fingerprints import SIZE

_ROWS_AT_ONCE = 500_000


def repack(db: sqlite3.Connection, path: Path) -> None:
    """Lay rows into blocks, and number the requests of runs that were killed.

    What was accepted counts as sent when the number of its run was given out: all that is sent from
    now on comes later. Requests of killed runs, whose order nobody knows, count as sent at once.

    Raises
    ------
    LedgerError
        If a run of the old version still goes on. The ledger stays as it is.
    """
    _refuse_running(db, path)
    db.execute("UPDATE runs SET since = number")
    last = int(db.execute("SELECT coalesce(max(number), 0) FROM runs").fetchone()[0])
    for (scope,) in db.execute("SELECT id FROM scopes").fetchall():
        blocks = Blocks(db, scope)
        rows = db.execute("SELECT key, accepted, run, open FROM rows WHERE scope = ?", [scope])
        while some := rows.fetchmany(_ROWS_AT_ONCE):
            blocks.add(by_key(_writes_of(some, last)))
    db.execute(
        "INSERT INTO batches (number, run, begun, ended, state, marks)"
        " SELECT :last + row_number() OVER (ORDER BY run, number), run, :last + 1,"
        " iif(state = :pending, NULL, :last + count() OVER ()), state, marks FROM old_batches",
        {"last": last, "pending": BatchState.PENDING},
    )
    db.execute("INSERT INTO sequence VALUES (?)", [last])


def move_journals(db: sqlite3.Connection, path: Path) -> None:
    """Move the requests of killed runs out of the database, into a file for each run.

    Raises
    ------
    LedgerError
        If a run of an older version still goes on. The ledger stays as it is.
    """
    _refuse_running(db, path)
    running = "SELECT number, id FROM runs WHERE state = 'running'"
    for run, run_id in db.execute(running).fetchall():
        with database_errors(path), closing(JournalWriter(path, run_id, is_durable=True)) as file:
            batches = (
                "SELECT number, coalesce(begun, 0), ended, state, marks FROM batches"
                " WHERE run = ? ORDER BY number"
            )
            for number, begun, ended, state, marks in db.execute(batches, [run]):
                file.begin(number, marks, begun)
                if state != BatchState.PENDING:
                    file.answer(number, BatchState(state), NEVER if ended is None else ended)
            file.wait()
    db.execute(
        "UPDATE sequence SET last = max(last, (SELECT coalesce(max(number), 0) FROM batches))"
    )
    db.execute("DROP TABLE batches")


def _refuse_running(db: sqlite3.Connection, path: Path) -> None:
    for (run_id,) in db.execute("SELECT id FROM runs WHERE state = 'running'").fetchall():
        if is_running(path, run_id) or _is_locked_as_before(path, run_id):
            raise LedgerError(
                Sentence(
                    "Run {1} is still sending with an older pangoprep, which cannot share "
                    "{2!r} with this one. Wait until it has ended.",
                    run_id,
                    path.name,
                )
            )


def _writes_of(rows: list[tuple[Any, ...]], last: int) -> Writes:
    accepted = [(key + content, run) for key, content, run, _ in rows if content is not None]
    unanswered = [
        key + contents[start : start + SIZE]
        for key, _, _, contents in rows
        for start in range(0, len(contents or b""), SIZE)
    ]
    runs = np.array([run for _, run in accepted], dtype=np.uint32)
    return np.concatenate(
        [
            make_writes(as_numbers(b"".join(m for m, _ in accepted)), runs, runs, accepted=True),
            make_writes(as_numbers(b"".join(unanswered)), last, last, accepted=False),
        ]
    )


def _is_locked_as_before(path: Path, run_id: str) -> bool:
    """Tell whether a process of the old version, which locked otherwise, holds a run's file."""
    try:
        import fcntl
    except ImportError:  # where there is none, the old version locked as this one does
        return False
    try:
        with (path.with_name(path.name + ".live") / run_id).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
