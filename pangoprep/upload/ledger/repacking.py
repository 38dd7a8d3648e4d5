"""The ledger of version 0.1.0, which knew no order of requests, brought into today's form."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np

from pangoprep.errors import LedgerError
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.blocks import Blocks
from pangoprep.upload.ledger.writes import Writes, as_numbers, by_key, make_writes
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
    for (run_id,) in db.execute("SELECT id FROM runs WHERE state = 'running'").fetchall():
        if is_running(path, run_id) or _is_locked_as_before(path, run_id):
            raise LedgerError(
                f"Run {run_id} is still sending with an older pangoprep, which cannot share "
                f"{path.name!r} with this one. Wait until it has ended."
            )
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
