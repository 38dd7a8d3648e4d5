"""What other runs have sent and not put into the memory yet: read from their journals."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.journal_file import JournalReader, Requests
from pangoprep.upload.ledger.journal_folding import remember
from pangoprep.upload.ledger.scopes import Scope
from pangoprep.upload.ledger.writes import NEVER, Writes, by_key

# What other runs have answers for is kept in memory up to so many rows: some 40 MB.
_MAX_ROWS = 1_000_000


@dataclass
class _Journal:
    """One other run, as far as it was read."""

    reader: JournalReader
    scope: Scope
    # Sorted by key, each at most half as long as the one before.
    answered: list[Writes] = field(default_factory=list)

    @property
    def n_rows(self) -> int:
        return sum(map(len, self.answered)) + self.reader.n_unread_rows

    def keep(self, writes: Writes) -> None:
        while len(writes) and self.answered and len(self.answered[-1]) < 2 * len(writes):
            writes = by_key(np.concatenate([self.answered.pop(), writes]))
        if len(writes):
            self.answered.append(writes)


class OtherRuns:
    """The writes of other runs that go on in a scope.

    Parameters
    ----------
    db, path
        The ledger's connection and file.
    scope
        The scope's number.
    run
        The run that is not another one; 0: there is none.
    """

    def __init__(self, db: sqlite3.Connection, path: Path, scope: int, run: int) -> None:
        self._db, self._path, self._scope, self._run = db, path, scope, run
        self._journals: dict[str, _Journal] = {}

    def runs(self) -> dict[str, Scope]:
        """Return their names and scopes; a dead one's until somebody has put its journal away."""
        found = self._db.execute(
            "SELECT id, scope, event_scope FROM runs WHERE state = 'running'"
            " AND ? IN (scope, event_scope) AND number != ?",
            [self._scope, self._run],
        )
        return {run_id: Scope(*scopes) for run_id, *scopes in found}

    def keep_small(self) -> None:
        """Put what others have their answers for into the memory, if it grows long."""
        self._follow()
        for run_id, journal in [*self._journals.items()]:
            try:
                if journal.n_rows > _MAX_ROWS:
                    self._journals[run_id] = new = _Journal(
                        JournalReader(self._path, run_id), journal.scope
                    )
                    new.reader.read()
                    remember(self._db, new.reader, new.reader.requests, new.scope)
                    new.reader.take_answered(NEVER)
            except FileNotFoundError:  # it is in the memory by now, or missed when that is read
                self._journals.pop(run_id, None)

    def writes(self, until: int) -> list[Writes]:
        """Return what they know, in pieces sorted by key.

        To be called in the snapshot in which the memory is read.

        Parameters
        ----------
        until
            The highest number given out at the moment of the snapshot. What came later does not
            count: all that is told belongs to one moment.

        Raises
        ------
        FileNotFoundError
            If a journal was put away after that moment.
        """
        self._follow()
        found: list[Writes] = []
        for journal in self._journals.values():
            reader = journal.reader
            reader.read()
            journal.keep(by_key(reader.writes(_not_refused(reader.take_answered(until)))))
            pending = reader.requests[reader.requests["begun"] <= until]
            pending["ended"] = NEVER
            pending["state"] = BatchState.PENDING
            found += [*journal.answered, by_key(reader.writes(pending))]
        return found

    def _follow(self) -> None:
        """Look which runs there are; what ended is in the memory."""
        runs = self.runs()
        self._journals = {
            run_id: self._journals.get(run_id) or _Journal(JournalReader(self._path, run_id), scope)
            for run_id, scope in runs.items()
        }


def _not_refused(requests: Requests) -> Requests:
    wanted: Requests = requests[requests["state"] != BatchState.REJECTED]
    return wanted
