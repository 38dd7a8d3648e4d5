"""What other runs have sent and not put into the memory yet: read from their journals."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np

from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.folding import remember
from pangoprep.upload.ledger.scopes import Scope
from pangoprep.upload.ledger.writes import Writes, by_key, writes_of

# Other runs' journals are kept in memory up to so many batches: some 40 MB.
_MAX_BATCHES, _ROWS_A_BATCH = 20_000, 50


class OtherRuns:
    """The writes of other runs that go on in a scope.

    Parameters
    ----------
    db
        The ledger's connection.
    scope
        The scope's number.
    run
        The run that is not another one; 0: there is none.
    """

    def __init__(self, db: sqlite3.Connection, scope: int, run: int) -> None:
        self._db, self._scope, self._run = db, scope, run
        # Whatever has a lower number has its answer and is in `_answered`, or in the memory.
        self._low = 0
        # Sorted by key, each at most half as long as the one before.
        self._answered: list[Writes] = []

    def runs(self) -> list[int]:
        """Return their numbers; a dead one's until somebody has put its journal away."""
        found = self._db.execute(
            "SELECT number FROM runs WHERE state = 'running' AND ? IN (scope, event_scope)"
            " AND number != ?",
            [self._scope, self._run],
        )
        return [int(number) for (number,) in found]

    def keep_small(self) -> None:
        """Put what others have their answers for into the memory, if it grows long."""
        last = self._db.execute("SELECT max(number) FROM batches").fetchone()[0] or 0
        n_kept = sum(map(len, self._answered)) // _ROWS_A_BATCH
        if n_kept + last - self._low <= _MAX_BATCHES:
            return
        runs = self.runs()
        pending = "SELECT min(number) FROM batches WHERE number >= ? AND state = ?"
        first = self._db.execute(pending, [self._low, BatchState.PENDING]).fetchone()[0]
        self._low, self._answered = first or last + 1, []
        for run in runs:
            scope = "SELECT scope, event_scope FROM runs WHERE number = ?"
            remember(self._db, run, Scope(*self._db.execute(scope, [run]).fetchone()))

    def writes(self) -> list[Writes]:
        """Return what they know, in pieces sorted by key.

        To be called in the transaction in which the memory is read.
        """
        runs = self.runs()
        if not runs:
            self._answered = []  # it is in the memory by now
            return []
        batches = self._read(runs)
        self._low = self._first_pending(batches)
        n_answered = sum(batch[0] < self._low for batch in batches)
        self._keep(by_key(writes_of(batches[:n_answered])))
        return [*self._answered, by_key(writes_of(batches[n_answered:]))]

    def _read(self, runs: Sequence[int]) -> list[tuple[Any, ...]]:
        places = ",".join("?" * len(runs))
        query = (
            "SELECT number, begun, ended, state, marks FROM batches"  # noqa: S608 - question marks
            f" WHERE number >= ? AND state != ? AND run IN ({places}) ORDER BY number"
        )
        return self._db.execute(query, [self._low, BatchState.REJECTED, *runs]).fetchall()

    def _first_pending(self, batches: list[tuple[Any, ...]]) -> int:
        for number, _, _, state, _ in batches:
            if state == BatchState.PENDING:
                return int(number)
        return int(batches[-1][0]) + 1 if batches else self._low

    def _keep(self, writes: Writes) -> None:
        while len(writes) and self._answered and len(self._answered[-1]) < 2 * len(writes):
            writes = by_key(np.concatenate([self._answered.pop(), writes]))
        if len(writes):
            self._answered.append(writes)
