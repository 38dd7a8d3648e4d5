"""The journal: every request of a run, from just before it is sent until the run has ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.database import database_errors
from pangoprep.upload.ledger.journal_file import JournalWriter
from pangoprep.upload.ledger.journal_folding import fold
from pangoprep.upload.ledger.own_ref_ids import OwnRefIds
from pangoprep.upload.ledger.request_order import RequestOrder
from pangoprep.upload.ledger.row_history import RowHistory
from pangoprep.upload.ledger.scopes import Scope
from pangoprep.upload.machine.run_lock import RunLock

__all__ = ["BatchState", "RunJournal"]


class RunJournal:
    """One run's part of the ledger; made by ``Ledger.start``."""

    def __init__(
        self,
        db: sqlite3.Connection,
        path: Path,
        number: int,
        scope: Scope,
        lock: RunLock,
        file: JournalWriter,
    ) -> None:
        self._db, self._path, self._number, self._lock = db, path, number, lock
        self._file, self._order = file, RequestOrder(db, path)
        self.scope, self.path, self.number = scope, path, number
        self._is_told = True

    def memory(self, *, resend: bool, resend_unknown: bool) -> RowHistory:
        """Return what is known of the rows.

        With ``resend``, rows count as new unless they were sent since this run began, or the first
        of those that it resumes.
        """
        db, path = self._db, self._path
        with database_errors(path):
            since = (
                "SELECT since FROM runs WHERE number ="
                " (SELECT coalesce(first, number) FROM runs WHERE number = ?)"
            )
            began = int(db.execute(since, [self._number]).fetchone()[0])
        return RowHistory(
            db,
            path,
            self.scope,
            run=self._number,
            resend_before=began * resend,
            resend_unknown=resend_unknown,
        )

    def begin(self, marks: Sequence[bytes]) -> int:
        """Record a batch that is about to be sent; return its number."""
        packed = b"".join(marks)
        with database_errors(self._path):
            number = self._order.begin(lambda number: self._file.begin(number, packed))
            self._file.wait()
        return number

    def divide(self, batch: int, n_first: int) -> tuple[int, int]:
        """Replace a batch that may have been stored by two, the first of so many rows, at once.

        They count as begun when it did: PangoCDP may have taken them since.
        """
        with database_errors(self._path):
            first = self._order.begin(
                lambda number: self._file.divide(batch, number, n_first), n_numbers=2
            )
            self._file.wait()
        return first, first + 1

    def answer(self, batch: int, state: BatchState) -> None:
        """Record what became of a batch, and when in the order of all requests."""
        with database_errors(self._path):
            self._file.answer(batch, state, self._order.last())
            self._file.wait()

    def withdraw(self, batch: int) -> None:
        """Forget a batch of which PangoCDP took nothing."""
        with database_errors(self._path):
            self._file.withdraw(batch)
            self._file.wait()

    def count(self, *, n_unchanged: int, n_unknown: int) -> None:
        """Add rows that are not sent because of what is remembered of them."""
        self._do(
            "UPDATE runs SET unchanged = unchanged + ?, unknown = unknown + ? WHERE number = ?",
            [n_unchanged, n_unknown, self._number],
        )

    def remember_own_ref_ids(
        self, key: bytes, key_fields: Sequence[str], part: pd.DataFrame
    ) -> None:
        """Keep what it takes to find a part's rows by the ``refId`` in their key."""
        OwnRefIds(self._db, self._path, key).remember(self.scope.rows, key_fields, part)

    def wait_until(self, until: float | None) -> None:
        """Record until when PangoCDP asked to wait, in seconds since 1970; None: it is over."""
        self._do("UPDATE runs SET waits_until = ? WHERE number = ?", [until, self._number])

    def finish(
        self, *, reason: str, ended: float, n_requests: int, frame_fingerprint: bytes | None
    ) -> None:
        """Put the journal away and close the run."""
        self._is_told = False
        self._file.close()
        fold(
            self._db,
            self._path,
            self._number,
            state="stopped" if reason else "finished",
            reason=reason,
            ended=ended,
            n_requests=n_requests,
            fingerprint=frame_fingerprint,
        )
        self._is_told = True
        self._file.delete()

    def close(self) -> None:
        """Give up the lock; a run not finished by now counts as crashed.

        One that could not write down its end, because the disk is full, counts as stopped.
        """
        self._file.close()
        self._lock.close(is_told=self._is_told)

    def _do(self, statement: str, parameters: list[Any]) -> None:
        with database_errors(self._path):
            self._db.execute(statement, parameters)
