"""Putting a journal into the memory, in key order: each page of the memory is written once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from pangoprep.errors import LedgerError
from pangoprep.sentence import Sentence
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.blocks import Blocks
from pangoprep.upload.ledger.database import database_errors, transaction
from pangoprep.upload.ledger.journal_file import JournalReader, Requests, journal_path
from pangoprep.upload.ledger.request_order import RequestOrder, keep_sequence
from pangoprep.upload.ledger.scopes import Scope
from pangoprep.upload.ledger.writes import NEVER, by_key
from pangoprep.upload.machine.run_lock import is_running, live_folder

# So many rows are sorted at once, some 120 MB; of a long journal a tenth, since each part of it is
# found by reading all of it.
_ROWS_AT_ONCE, _MAX_PARTS = 1_000_000, 10


def fold(db: sqlite3.Connection, path: Path, run: int, **ending: Any) -> None:
    """Move a run's journal into the memory and close the run.

    Safe to stop at any moment and to do again, also by another process at the same time: what is
    remembered twice is remembered once, and the journal goes only when all of it is.

    Parameters
    ----------
    db
        The ledger's connection, or a copy's, which is closed without the journal being touched.
    path
        The ledger.
    run
        The run. Nobody sends for it any more.
    ending
        Columns of the run to be set when it is closed.

    Raises
    ------
    LedgerError
        If the journal is gone, but was not put away.
    """
    with database_errors(path):
        found = db.execute("SELECT id, scope, event_scope FROM runs WHERE number = ?", [run])
        run_id, *scopes = found.fetchone()
        try:
            _fold(db, path, run, JournalReader(path, run_id), Scope(*scopes), ending)
        except FileNotFoundError:
            # Another process may have been faster.
            if (
                db.execute("SELECT state FROM runs WHERE number = ?", [run]).fetchone()[0]
                == "running"
            ):
                raise journal_gone(path, run_id) from None


def journal_gone(path: Path, run_id: str) -> LedgerError:
    """Return the error for a run whose journal is not where it was."""
    return LedgerError(
        Sentence(
            "The journal of run {1} is gone: {2!r} is not in {3!r} beside the "
            "ledger, so nobody knows what that run has sent. Nothing was sent. Put "
            "the file back; or count the run's rows as unknown: pangoprep ledger "
            "repair.",
            run_id,
            journal_path(path, run_id).name,
            live_folder(path).name,
        )
    )


def lost_journals(db: sqlite3.Connection, path: Path) -> list[tuple[int, str]]:
    """Return the numbers and names of dead runs whose journals are gone."""
    running = "SELECT number, id FROM runs WHERE state = 'running'"
    return [
        (number, run_id)
        for number, run_id in db.execute(running).fetchall()
        if not (is_running(path, run_id) or journal_path(path, run_id).exists())
    ]


def _fold(
    db: sqlite3.Connection,
    path: Path,
    run: int,
    journal: JournalReader,
    scope: Scope,
    ending: dict[str, Any],
) -> None:
    journal.read()
    order = RequestOrder(db, path)
    order.raise_to(_highest(journal.requests))
    # What had no answer may be taken until now, but no later.
    until = "UPDATE runs SET until = coalesce(until, ?) WHERE number = ? RETURNING until"
    [(ended,)] = db.execute(until, [order.last(), run]).fetchall()
    requests = journal.requests
    is_open = requests["state"] == BatchState.PENDING
    requests["ended"][is_open], requests["state"][is_open] = ended, BatchState.UNKNOWN
    remember(db, journal, requests, scope)
    with _durable(db), transaction(db):
        _close(db, run, rows_by_state(requests), ending)
        keep_sequence(db, order.last())


def remember(
    db: sqlite3.Connection, journal: JournalReader, requests: Requests, scope: Scope
) -> None:
    """Put what has its answer into the memory; the journal stays."""
    requests = requests[~np.isin(requests["state"], (BatchState.PENDING, BatchState.REJECTED))]
    n_rows = int(requests["n_rows"].sum(dtype=np.int64))
    n_parts = min(-(-n_rows // _ROWS_AT_ONCE), _MAX_PARTS)
    memory = [Blocks(db, number) for number in scope.all]
    for part in range(n_parts):
        low, high = (2**64 * nth // n_parts for nth in (part, part + 1))
        writes = by_key(journal.writes(requests, low, high - 1))
        with transaction(db):
            for blocks in memory:
                blocks.add(writes)
            keep_sequence(db, _highest(requests))


def rows_by_state(requests: Requests) -> dict[int, int]:
    """Count the rows of requests by the state of these."""
    n_rows = np.bincount(requests["state"], weights=requests["n_rows"])
    return {state: int(n) for state, n in enumerate(n_rows.tolist()) if n}


def _highest(requests: Requests) -> int:
    """Return the highest number that requests say was given out."""
    ended = requests["ended"][requests["ended"] != NEVER]
    return max(int(requests["number"].max(initial=0)), int(ended.max(initial=0)))


@contextmanager
def _durable(db: sqlite3.Connection) -> Iterator[None]:
    """Wait for the disk at the end of a transaction: the journal is deleted after it."""
    level = db.execute("PRAGMA synchronous").fetchone()[0]
    db.execute("PRAGMA synchronous = FULL")
    try:
        yield
    finally:
        db.execute(f"PRAGMA synchronous = {int(level)}")


def _close(
    db: sqlite3.Connection, run: int, n_rows: dict[int, int], ending: dict[str, Any]
) -> None:
    """Add what the journal holds to the run's counts, and set its last columns.

    Of two processes that do it, the first does.
    """
    n_refused = [n_rows.get(s, 0) for s in (BatchState.REJECTED, BatchState.REJECTED_IN_DOUBT)]
    columns = ", ".join(f"{name} = ?" for name in ending)
    db.execute(
        "UPDATE runs SET accepted = accepted + ?, rejected = rejected + ?,"  # noqa: S608
        f" unknown = unknown + ?, {columns} WHERE number = ? AND state = 'running'",
        [
            n_rows.get(BatchState.ACCEPTED, 0),
            sum(n_refused),
            n_rows.get(BatchState.UNKNOWN, 0),
            *ending.values(),
            run,
        ],
    )
