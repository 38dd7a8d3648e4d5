"""The ledger: which runs there are, and whose rows they send.

``migrations.py`` has the tables, ``journal.py`` what is written while a run goes on, ``writes.py``
and ``blocks.py`` what is remembered of rows, ``row_history.py`` what follows from it, ``runs.py``
the reading.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pangoprep.errors import UsageError
from pangoprep.sentence import Sentence
from pangoprep.upload.http.account import Account
from pangoprep.upload.ledger.accounts import account_digest, scope_number
from pangoprep.upload.ledger.backups import backup_now_and_then
from pangoprep.upload.ledger.database import database_errors, open_database, transaction
from pangoprep.upload.ledger.home import check_key, ledger_exists, take_key
from pangoprep.upload.ledger.journal import RunJournal
from pangoprep.upload.ledger.journal_file import JournalWriter, delete_journal
from pangoprep.upload.ledger.journal_folding import fold
from pangoprep.upload.ledger.migrations import MIGRATIONS
from pangoprep.upload.ledger.request_order import RequestOrder
from pangoprep.upload.ledger.scopes import Scope
from pangoprep.upload.machine.run_lock import RunLock, bury, end_of, is_running, live_folder
from pangoprep.upload.rows.fingerprints import fingerprint


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What the ledger is told of a run before it starts.

    Parameters
    ----------
    run_id
        Its name.
    account
        Whose data it is; it only ever leaves this object as a hash.
    entity
        Object type.
    journey
        The journey keys, empty without.
    n_rows, n_held, n_superseded
        Counts of the report.
    options
        What `send` was called with, for `audit` and `resume`.
    is_practice
        Whether the rows went to this machine, and to no real PangoCDP.
    reading
        How the rows were read, if that is known; fixes are kept as a hash.
    """

    run_id: str
    account: Account
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
    is_practice: bool = False
    reading: Mapping[str, Any] | None = None


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
        is_new = not ledger_exists(path)
        self.key = take_key(path, is_new=is_new)
        self.db = open_database(path, MIGRATIONS, is_new=is_new)
        try:
            check_key(self.db, path, self.key, is_new=is_new)
        except BaseException:
            self.db.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def scope(self, account: Account, entity: str, journey: Sequence[str] = ()) -> Scope:
        """Return where an account's rows of an entity are remembered."""
        with database_errors(self.path):
            rows = scope_number(self.db, self.key, "rows", account, entity)
            if not any(journey):
                return Scope(rows)
            events = scope_number(self.db, self.key, "events", account, entity, *journey)
            return Scope(rows, events)

    def start(self, facts: RunRecord) -> RunJournal:
        """Open a run, after everything dead runs left has been put away.

        Raises
        ------
        UsageError
            If a live run fires the same events: the two would not see each other's rows.
        """
        self.recover()
        backup_now_and_then(self.db, self.path)
        scope = self.scope(facts.account, facts.entity, facts.journey)
        lock = RunLock(self.path, facts.run_id)
        file: JournalWriter | None = None
        try:
            with database_errors(self.path):
                # Before the run is known: a run without its journal is one that lost it.
                is_durable = scope.events is not None
                file = JournalWriter(self.path, facts.run_id, is_durable=is_durable)
            with database_errors(self.path), transaction(self.db):
                if facts.resumes is not None:
                    self._refuse_other_account(facts, scope)
                if scope.events is not None:
                    self._refuse_company(scope.events)
                number = self._insert(facts, scope)
                self._describe(number, facts)
            # An event must not fire twice even if the power fails: wait for the disk.
            self.db.execute(f"PRAGMA synchronous = {'FULL' if scope.events else 'NORMAL'}")
        except BaseException:
            if file is not None:
                file.delete()
            lock.close()
            raise
        return RunJournal(self.db, self.path, number, scope, lock, file)

    def _insert(self, facts: RunRecord, scope: Scope) -> int:
        number = self.db.execute(
            "INSERT INTO runs (id, resumes, first, scope, event_scope,"
            " entity, started, state,"
            " user, file, options, n_rows, held, superseded, since)"
            " VALUES (:id, :resumes,"
            " (SELECT coalesce(first, number) FROM runs WHERE id = :resumes), :scope,"
            " :event_scope, :entity, :started, 'running', :user, :file, :options, :n_rows, :held,"
            " :superseded, :last + 1)",
            {
                "id": facts.run_id,
                "resumes": facts.resumes,
                "scope": scope.rows,
                "event_scope": scope.events,
                "entity": facts.entity,
                "started": facts.started,
                "user": facts.user,
                "file": facts.file,
                "options": json.dumps(dict(facts.options)),
                "n_rows": facts.n_rows,
                "held": facts.n_held,
                "superseded": facts.n_superseded,
                "last": RequestOrder(self.db, self.path).last(),
            },
        ).lastrowid
        return int(number or 0)

    def _describe(self, number: int, facts: RunRecord) -> None:
        self.db.execute(
            "UPDATE runs SET account = ?, address = ?, is_practice = ?, reading = ?"
            " WHERE number = ?",
            [
                account_digest(self.db, self.key, facts.account),
                facts.account.address,
                facts.is_practice,
                facts.reading and json.dumps(kept_reading(self.key, facts.reading)),
                number,
            ],
        )

    def _refuse_other_account(self, facts: RunRecord, scope: Scope) -> None:
        find = "SELECT scope, account, address FROM runs WHERE id = ?"
        [was, account, address] = self.db.execute(find, [facts.resumes]).fetchone()
        if was != scope.rows:
            now = account_digest(self.db, self.key, facts.account)
            raise UsageError(
                Sentence(
                    "Run {1} was sent by {2}; these credentials are {3}. Resume with the "
                    "credentials the run had, or send the rows to this account as a new run.",
                    facts.resumes,
                    _account_name(account, address),
                    _account_name(now, facts.account.address),
                )
            )

    def _refuse_company(self, events: int) -> None:
        running = "SELECT id FROM runs WHERE state = 'running' AND event_scope = ?"
        for (run_id,) in self.db.execute(running, [events]).fetchall():
            if is_running(self.path, run_id):
                raise UsageError(
                    Sentence(
                        "Run {1} is sending rows with the same journey keys right now; a second "
                        "one could fire their events twice. Wait until it has ended.",
                        run_id,
                    )
                )

    def recover(self) -> None:
        """Put away what runs left whose process died."""
        with database_errors(self.path):
            running = "SELECT number, id FROM runs WHERE state = 'running'"
            for number, run_id in self.db.execute(running).fetchall():
                if not is_running(self.path, run_id):
                    state, reason = end_of(self.path, run_id)
                    fold(self.db, self.path, number, state=state, reason=reason)
                    bury(self.path, run_id)
            self._delete_journals()

    def _delete_journals(self) -> None:
        """Delete journals that were put away."""
        for file in live_folder(self.path).glob("*.journal"):
            # A run has its lock before its journal, and its journal before it is known.
            if not is_running(self.path, file.stem):
                find = "SELECT 1 FROM runs WHERE id = ? AND state = 'running'"
                if self.db.execute(find, [file.stem]).fetchone() is None:
                    delete_journal(file)


def kept_reading(key: bytes, reading: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reading as it may be kept: fixes hold values of cells, so their hash stands."""
    fixes = reading["fixes"]
    text = json.dumps(fixes, sort_keys=True)
    secret = {
        name: fingerprint(key, "value", json.dumps(how, sort_keys=True)).hex()
        for name, how in (reading.get("secret_values") or {}).items()
    }
    hashed = fingerprint(key, "fixes", text).hex() if fixes else ""
    return {**reading, "fixes": hashed, "secret_values": secret}


def _account_name(digest: bytes | None, address: str | None) -> str:
    """Name an account by what is no secret: the start of a keyed hash, and where it sends."""
    return (
        Sentence("account {1} at {2}", digest.hex()[:6], address) if digest else "another account"
    )
