"""Putting a journal into the memory, in key order: each page of the memory is written once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.blocks import Blocks
from pangoprep.upload.ledger.database import database_errors, transaction
from pangoprep.upload.ledger.order import KEEP_SEQUENCE, SEQUENCE
from pangoprep.upload.ledger.scopes import Scope
from pangoprep.upload.ledger.writes import MARK_BYTES, by_key, writes_of

# So many rows are sorted at once, some 120 MB; of a long journal a tenth, since each part of it is
# found by reading all of it.
_ROWS_AT_ONCE, _MAX_PARTS = 1_000_000, 10

# Their marks, 0.8 MB, stay in a cache of the processor.
_BATCHES_AT_ONCE = 500


def fold(db: sqlite3.Connection, path: Path, run: int, scope: Scope, **ending: Any) -> None:
    """Move a run's journal into the memory and close the run.

    Safe to stop at any moment and to do again, also by another process at the same time: what is
    remembered twice is remembered once, and the journal goes only when all of it is.

    Parameters
    ----------
    run, scope
        The run, and where its rows are remembered. Nobody sends for it any more.
    ending
        Columns of the run to be set when it is closed.
    """
    with database_errors(path):
        # What had no answer may be taken until now, but no later.
        db.execute(
            f"UPDATE batches SET state = ?, ended = {SEQUENCE} WHERE run = ? AND state = ?",  # noqa: S608
            [BatchState.UNKNOWN, run, BatchState.PENDING],
        )
        remember(db, run, scope)
        with transaction(db):
            _close(db, run, ending)


def remember(db: sqlite3.Connection, run: int, scope: Scope) -> None:
    """Put what a run knows of its requests into the memory; its journal stays."""
    which = "FROM batches WHERE run = ? AND state NOT IN (?, ?)"
    asked = [run, BatchState.PENDING, BatchState.REJECTED]
    n_bytes = db.execute(f"SELECT coalesce(sum(length(marks)), 0) {which}", asked).fetchone()[0]
    n_rows = int(n_bytes) // MARK_BYTES
    n_parts = min(-(-n_rows // _ROWS_AT_ONCE), _MAX_PARTS)
    memory = [Blocks(db, number) for number in scope.all]
    for part in range(n_parts):
        low, high = (2**64 * nth // n_parts for nth in (part, part + 1))
        cursor = db.execute(f"SELECT number, begun, ended, state, marks {which}", asked)
        found = [writes_of(())]  # others may have put it away meanwhile
        found += [writes_of(some, low, high - 1) for some in _batches(cursor)]
        writes = np.concatenate(found)
        found.clear()
        writes = by_key(writes)
        with transaction(db):
            for blocks in memory:
                blocks.add(writes)


def rows_by_state(db: sqlite3.Connection) -> dict[int, dict[int, int]]:
    """Count the rows of each run's journal by state."""
    # SQLite would sort the marks to group them, on disk if they are many.
    n_rows: dict[int, dict[int, int]] = {}
    for run, state, n_bytes in db.execute("SELECT run, state, length(marks) FROM batches"):
        of_run = n_rows.setdefault(run, {})
        of_run[state] = of_run.get(state, 0) + n_bytes // MARK_BYTES
    return n_rows


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while batches := cursor.fetchmany(_BATCHES_AT_ONCE):
        yield batches


def _close(db: sqlite3.Connection, run: int, ending: dict[str, Any]) -> None:
    """Count what the journal holds, delete it, and set the run's last columns.

    Of two processes that do it, the first does.
    """
    n_rows = rows_by_state(db).get(run, {})
    n_refused = [n_rows.get(s, 0) for s in (BatchState.REJECTED, BatchState.REJECTED_IN_DOUBT)]
    columns = ", ".join(f"{name} = ?" for name in ending)
    db.execute(
        "UPDATE runs SET accepted = accepted + ?, rejected = rejected + ?,"  # noqa: S608
        f" unknown = unknown + ?, until = {SEQUENCE}, {columns}"
        " WHERE number = ? AND state = 'running'",
        [
            n_rows.get(BatchState.ACCEPTED, 0),
            sum(n_refused),
            n_rows.get(BatchState.UNKNOWN, 0),
            *ending.values(),
            run,
        ],
    )
    db.execute(KEEP_SEQUENCE)
    other = "SELECT 1 FROM batches WHERE run != ? LIMIT 1"
    if db.execute(other, [run]).fetchone() is None:
        db.execute("DELETE FROM batches")  # as a whole: no page of it is written
    else:
        db.execute("DELETE FROM batches WHERE run = ?", [run])
