"""The journal: every request of a run, from just before it is sent until the run has ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

from pangoprep.upload.ledger.database import database_errors, transaction
from pangoprep.upload.ledger.history import History, Scope, remember
from pangoprep.upload.machine.run_lock import RunLock
from pangoprep.upload.rows.fingerprints import SIZE

_MARK_BYTES = 2 * SIZE

# Folding so many batches takes about a second.
_BATCHES_AT_ONCE = 10_000


class BatchState(IntEnum):
    """What is known of one request."""

    PENDING = 0
    ACCEPTED = 1
    REJECTED = 2
    UNKNOWN = 3
    #: Refused, but an earlier answer was lost: nobody knows what PangoCDP holds of the row now.
    REJECTED_IN_DOUBT = 4


class RunJournal:
    """One run's part of the ledger; made by ``Ledger.start``."""

    def __init__(
        self, db: sqlite3.Connection, path: Path, number: int, scope: Scope, sign: RunLock
    ) -> None:
        self._db, self._path, self._number, self._sign = db, path, number, sign
        self.scope = scope
        self._n_batches = 0

    def memory(self, *, resend: bool, resend_unknown: bool) -> History:
        """Return what is known of the rows.

        With ``resend``, rows count as new unless this run has sent them, or one that it resumes.
        """
        db, path = self._db, self._path
        with database_errors(path):
            number = "SELECT coalesce(first, number) FROM runs WHERE number = ?"
            first = int(db.execute(number, [self._number]).fetchone()[0])
        return History(
            db, path, self.scope, resend_before=first * resend, resend_unknown=resend_unknown
        )

    def begin(self, marks: Sequence[bytes]) -> int:
        """Record a batch that is about to be sent; return its number."""
        self._n_batches += 1
        row = [self._number, self._n_batches, len(marks), BatchState.PENDING, b"".join(marks)]
        self._do("INSERT INTO batches VALUES (?, ?, ?, ?, ?)", row)
        return self._n_batches

    def divide(self, batch: int, parts: Sequence[Sequence[bytes]]) -> list[int]:
        """Replace a batch that may have been stored by its parts, at once."""
        with database_errors(self._path), transaction(self._db):
            self.withdraw(batch)
            return [self.begin(part) for part in parts]

    def answer(self, batch: int, state: BatchState) -> None:
        """Record what became of a batch."""
        self._do(
            "UPDATE batches SET state = ? WHERE run = ? AND number = ?",
            [state, self._number, batch],
        )

    def withdraw(self, batch: int) -> None:
        """Forget a batch of which PangoCDP took nothing."""
        self._do("DELETE FROM batches WHERE run = ? AND number = ?", [self._number, batch])

    def count(self, *, n_unchanged: int, n_unknown: int) -> None:
        """Add rows that are not sent because of what is remembered of them."""
        self._do(
            "UPDATE runs SET unchanged = unchanged + ?, unknown = unknown + ? WHERE number = ?",
            [n_unchanged, n_unknown, self._number],
        )

    def finish(
        self, *, reason: str, ended: float, n_requests: int, frame_fingerprint: bytes | None
    ) -> None:
        """Put the journal away and close the run."""
        fold(self._db, self._path, self._number, self.scope)
        self._do(
            "UPDATE runs SET state = ?, reason = ?, ended = ?, n_requests = ?, fingerprint = ?"
            " WHERE number = ?",
            [
                "stopped" if reason else "finished",
                reason,
                ended,
                n_requests,
                frame_fingerprint,
                self._number,
            ],
        )

    def close(self) -> None:
        """Give up the sign of life; a run not finished by now counts as crashed."""
        self._sign.close()

    def _do(self, statement: str, parameters: list[Any]) -> None:
        with database_errors(self._path):
            self._db.execute(statement, parameters)


def fold(db: sqlite3.Connection, path: Path, run: int, scope: Scope) -> None:
    """Move a run's journal into the memory, in pieces; safe to stop and do again."""
    n_left = 1
    while n_left:
        with database_errors(path), transaction(db):
            n_left = _fold_some(db, run, scope)


def _fold_some(db: sqlite3.Connection, run: int, scope: Scope) -> int:
    batches = db.execute(
        "SELECT number, state, marks FROM batches WHERE run = ? ORDER BY number LIMIT ?",
        [run, _BATCHES_AT_ONCE],
    ).fetchall()
    if not batches:
        return 0
    marks: dict[int, list[bytes]] = {state: [] for state in BatchState}
    for _, state, packed in batches:
        marks[state] += [
            packed[start : start + _MARK_BYTES] for start in range(0, len(packed), _MARK_BYTES)
        ]
    unknown = marks[BatchState.PENDING] + marks[BatchState.UNKNOWN]
    accepted, rejected = marks[BatchState.ACCEPTED], marks[BatchState.REJECTED]
    in_doubt = marks[BatchState.REJECTED_IN_DOUBT]
    remember(db, scope, run, accepted=accepted, unanswered=unknown + in_doubt)
    db.execute(
        "UPDATE runs SET accepted = accepted + ?, rejected = rejected + ?,"
        " unknown = unknown + ? WHERE number = ?",
        [len(accepted), len(rejected) + len(in_doubt), len(unknown), run],
    )
    last = batches[-1][0]
    db.execute("DELETE FROM batches WHERE run = ? AND number <= ?", [run, last])
    return len(batches)
