"""The ledger: a batch is recorded before it is sent, and its answer after.

See ``migrations.py`` for the tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from pangoprep.errors import LedgerError, UsageError
from pangoprep.upload.alive import LifeSign, bury, is_alive
from pangoprep.upload.database import database_errors, open_database, transaction
from pangoprep.upload.fingerprints import SIZE, fingerprint
from pangoprep.upload.memory import Memory, Scope, remember
from pangoprep.upload.migrations import MIGRATIONS
from pangoprep.upload.places import hash_key, key_path

MARK_BYTES = 2 * SIZE

# Folding so many batches takes about a second.
_BATCHES_AT_ONCE = 10_000


class Journal(IntEnum):
    """What is known of one request."""

    PENDING = 0
    ACCEPTED = 1
    REJECTED = 2
    UNKNOWN = 3
    #: Refused, but an earlier answer was lost: nobody knows what PangoCDP holds of the row now.
    REJECTED_IN_DOUBT = 4


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the ledger is told of a run before it starts.

    Parameters
    ----------
    run_id
        Its name.
    account
        Whose data it is: texts that only ever leave this object as a hash.
    entity
        Object type.
    journey
        The journey keys, empty without.
    n_rows, n_held, n_superseded
        Counts of the report.
    options
        What `send` was called with, for `audit` and `resume`.
    """

    run_id: str
    account: tuple[str, ...]
    entity: str
    journey: tuple[str, ...]
    n_rows: int
    n_held: int
    n_superseded: int
    started: float
    options: Mapping[str, Any] = field(default_factory=dict)
    user: str | None = None
    file: str | None = None
    resumes: str | None = None


class Ledger:
    """An open ledger.

    Parameters
    ----------
    path
        The file; made on first use, with its key beside it.

    Raises
    ------
    LedgerError
        If it cannot be used, or its key is not the one it was made with.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        is_new = not path.exists()
        if not is_new and not key_path(path).exists():
            raise LedgerError(
                f"The ledger {path.name!r} is there, but its key file {key_path(path).name!r} "
                "is not. Put it back, or give another ledger=path; without it no row would be "
                "recognized, and events could fire twice."
            )
        self.key = hash_key(path)
        self.db = open_database(path, MIGRATIONS)
        try:
            self._check_key()
        except BaseException:
            self.db.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def _check_key(self) -> None:
        proof = fingerprint(self.key, "this is the key")
        with database_errors(self.path):
            self.db.execute("INSERT OR IGNORE INTO meta VALUES ('proof', ?)", [proof])
            found = self.db.execute("SELECT content FROM meta WHERE name = 'proof'").fetchone()
        if found[0] != proof:
            raise LedgerError(
                f"{key_path(self.path).name!r} is not the key the ledger {self.path.name!r} was "
                "made with. Put the right one back, or give another ledger=path."
            )

    def scope(self, account: Sequence[str], entity: str, journey: Sequence[str] = ()) -> Scope:
        """Return where an account's rows of an entity are remembered."""
        rows = self._scope_number(fingerprint(self.key, "rows", *account, entity))
        if not any(journey):
            return Scope(rows)
        events = fingerprint(self.key, "events", *account, entity, *journey)
        return Scope(rows, self._scope_number(events))

    def _scope_number(self, digest: bytes) -> int:
        with database_errors(self.path):
            self.db.execute("INSERT OR IGNORE INTO scopes (digest) VALUES (?)", [digest])
            found = self.db.execute("SELECT id FROM scopes WHERE digest = ?", [digest])
            return int(found.fetchone()[0])

    def start(self, facts: RunFacts) -> Run:
        """Open a run, after everything dead runs left has been put away.

        Raises
        ------
        UsageError
            If a live run fires the same events: the two would not see each other's rows.
        """
        self.recover()
        scope = self.scope(facts.account, facts.entity, facts.journey)
        sign = LifeSign(self.path, facts.run_id)
        try:
            with database_errors(self.path), transaction(self.db):
                if scope.events is not None:
                    self._refuse_company(scope.events)
                number = self._insert(facts, scope)
            # An event must not fire twice even if the power fails: wait for the disk.
            self.db.execute(f"PRAGMA synchronous = {'FULL' if scope.events else 'NORMAL'}")
        except BaseException:
            sign.close()
            raise
        return Run(self, number, scope, sign)

    def _insert(self, facts: RunFacts, scope: Scope) -> int:
        number = self.db.execute(
            "INSERT INTO runs (id, resumes, first, scope, event_scope, entity, started, state,"
            " user, file, options, n_rows, held, superseded)"
            " VALUES (?1, ?2, (SELECT coalesce(first, number) FROM runs WHERE id = ?2),"
            " ?3, ?4, ?5, ?6, 'running', ?7, ?8, ?9, ?10, ?11, ?12)",
            [
                facts.run_id,
                facts.resumes,
                scope.rows,
                scope.events,
                facts.entity,
                facts.started,
                facts.user,
                facts.file,
                json.dumps(dict(facts.options)),
                facts.n_rows,
                facts.n_held,
                facts.n_superseded,
            ],
        ).lastrowid
        return int(number or 0)

    def _refuse_company(self, events: int) -> None:
        running = "SELECT id FROM runs WHERE state = 'running' AND event_scope = ?"
        for (run_id,) in self.db.execute(running, [events]).fetchall():
            if is_alive(self.path, run_id):
                raise UsageError(
                    f"Run {run_id} is sending rows with the same journey keys right now; a second "
                    "one could fire their events twice. Wait until it has ended."
                )

    def recover(self) -> None:
        """Put away what runs left whose process died."""
        with database_errors(self.path):
            running = "SELECT number, id, scope, event_scope FROM runs WHERE state = 'running'"
            for number, run_id, rows, events in self.db.execute(running).fetchall():
                if not is_alive(self.path, run_id):
                    self.fold(number, Scope(rows, events))
                    self.db.execute(
                        "UPDATE runs SET state = 'crashed', reason = 'its process ended'"
                        " WHERE number = ? AND state = 'running'",
                        [number],
                    )
                    bury(self.path, run_id)

    def fold(self, run: int, scope: Scope) -> None:
        """Move a run's journal into the memory, in pieces; safe to stop and do again."""
        n_left = 1
        while n_left:
            with database_errors(self.path), transaction(self.db):
                n_left = self._fold_some(run, scope)

    def _fold_some(self, run: int, scope: Scope) -> int:
        batches = self.db.execute(
            "SELECT number, state, marks FROM batches WHERE run = ? ORDER BY number LIMIT ?",
            [run, _BATCHES_AT_ONCE],
        ).fetchall()
        if not batches:
            return 0
        marks: dict[int, list[bytes]] = {state: [] for state in Journal}
        for _, state, packed in batches:
            marks[state] += [
                packed[start : start + MARK_BYTES] for start in range(0, len(packed), MARK_BYTES)
            ]
        unknown = marks[Journal.PENDING] + marks[Journal.UNKNOWN]
        accepted, rejected = marks[Journal.ACCEPTED], marks[Journal.REJECTED]
        in_doubt = marks[Journal.REJECTED_IN_DOUBT]
        remember(
            self.db, scope, run,
            accepted=accepted, rejected=rejected, unanswered=unknown + in_doubt,
        )  # fmt: skip
        self.db.execute(
            "UPDATE runs SET accepted = accepted + ?, rejected = rejected + ?,"
            " unknown = unknown + ? WHERE number = ?",
            [len(accepted), len(rejected) + len(in_doubt), len(unknown), run],
        )
        last = batches[-1][0]
        self.db.execute("DELETE FROM batches WHERE run = ? AND number <= ?", [run, last])
        return len(batches)


class Run:
    """One run's part of the ledger."""

    def __init__(self, ledger: Ledger, number: int, scope: Scope, sign: LifeSign) -> None:
        self._ledger, self._number, self._sign = ledger, number, sign
        self.scope = scope
        self._n_batches = 0

    def memory(self, *, resend: bool, resend_unknown: bool) -> Memory:
        """Return what is known of the rows.

        With ``resend``, rows count as new unless this run has sent them, or one that it resumes.
        """
        db, path = self._ledger.db, self._ledger.path
        with database_errors(path):
            number = "SELECT coalesce(first, number) FROM runs WHERE number = ?"
            first = int(db.execute(number, [self._number]).fetchone()[0])
        return Memory(
            db, path, self.scope, resend_before=first * resend, resend_unknown=resend_unknown
        )

    def begin(self, marks: Sequence[bytes]) -> int:
        """Record a batch that is about to be sent; return its number."""
        self._n_batches += 1
        row = [self._number, self._n_batches, len(marks), Journal.PENDING, b"".join(marks)]
        self._do("INSERT INTO batches VALUES (?, ?, ?, ?, ?)", row)
        return self._n_batches

    def divide(self, batch: int, parts: Sequence[Sequence[bytes]]) -> list[int]:
        """Replace a batch that may have been stored by its parts, at once."""
        with database_errors(self._ledger.path), transaction(self._ledger.db):
            self.withdraw(batch)
            return [self.begin(part) for part in parts]

    def answer(self, batch: int, state: Journal) -> None:
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
        self._ledger.fold(self._number, self.scope)
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
        with database_errors(self._ledger.path):
            self._ledger.db.execute(statement, parameters)
