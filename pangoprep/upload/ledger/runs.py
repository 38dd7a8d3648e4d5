"""Reading the ledger: which runs there were, and what became of their rows."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from pangoprep import call_words as how
from pangoprep.argument_checks import choice_of, flag_of, text_of
from pangoprep.errors import UsageError
from pangoprep.language import Language, language
from pangoprep.options import LANGUAGES
from pangoprep.sentence import Sentence, unpacked
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.confirmations import (
    CONFIRMED,
    Confirmed,
    confirmed_counts,
    with_confirmed,
)
from pangoprep.upload.ledger.database import database_errors, open_database, snapshot
from pangoprep.upload.ledger.home import ledger_exists
from pangoprep.upload.ledger.journal_counts import journal_counts
from pangoprep.upload.ledger.journal_folding import journal_gone
from pangoprep.upload.ledger.migrations import MIGRATIONS
from pangoprep.upload.machine.data_directory import ledger_path
from pangoprep.upload.machine.run_lock import end_of, is_running
from pangoprep.upload.outcome.progress import local_time
from pangoprep.upload.outcome.states import STATES

_COLUMNS = [
    "run_id", "started", "ended", "state", "entity", "n_rows", *STATES, *CONFIRMED, "n_requests",
    "reason", "user", "file", "fingerprint", "resumes", "is_practice", "waits_until",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Status:
    """What the ledger knows of one run, while it runs or after.

    Parameters
    ----------
    run_id, entity, started, ended
        Which run; times in UTC, ``ended`` None while it runs or if it was killed.
    state
        ``running``, ``finished``, ``stopped`` or ``crashed``.
    reason
        Why it stopped.
    n_rows, counts
        Rows that came in, and how many of them are in each state. They add up. While it runs,
        rows in flight count as unsent; if it was killed, they are unknown. ``accepted`` means
        received; once PangoCDP has called back, rows are *stored* or *failed* instead.
    n_requests
        Requests made; None while it runs, or if it was killed: they are counted at its end.
    user, file, fingerprint
        Who sent what: the names given to ``send``, and a keyed hash of all rows, None if the run
        did not come to the last of them.
    options
        What ``send`` was called with.
    resumes
        The run that this one goes on with.
    is_practice
        Whether it sent to a sandbox: to this machine, and to no real PangoCDP.
    reading
        How the rows were read: model, mapping (field -> column), options, and a hash of the fixes.
    waits_until
        Until when PangoCDP has asked a run to wait that is running, in UTC; else None.
    lang
        The language it shows itself in; no fact of the run.
    """

    run_id: str
    entity: str
    started: pd.Timestamp
    ended: pd.Timestamp | None
    state: str
    reason: str
    n_rows: int
    counts: Mapping[str, int]
    n_requests: int | None
    user: str | None
    file: str | None
    fingerprint: str | None
    options: Mapping[str, Any]
    resumes: str | None
    is_practice: bool = False
    reading: Mapping[str, Any] | None = None
    waits_until: pd.Timestamp | None = None
    lang: str = field(default="en", repr=False, compare=False)

    @property
    def audit(self) -> dict[str, Any]:
        """Who sent what, when and how, as plain values that JSON can hold."""
        kept = {**vars(self), "counts": dict(self.counts), "options": dict(self.options)}
        return {
            name: value.isoformat() if isinstance(value, pd.Timestamp) else value
            for name, value in kept.items()
            if name != "lang"
        }

    @property
    def headline(self) -> str:
        """How the run stands, in one sentence."""
        words = language(self.lang)
        state = words(f"status.{self.state}")
        if self.waits_until is not None:
            state += words("plan.waits", until=local_time(self.waits_until.timestamp()))
        return f"{self._title(words, state)}: {words.states(self.counts)}"

    def __repr__(self) -> str:
        from pangoprep.plain_text import printable

        return printable(f"<{self.headline}>")

    def _title(self, words: Language, state: str) -> str:
        key = "status.practice" if self.is_practice else "status.title"
        return words(key, run=self.run_id, entity=self.entity, state=state, rows=self.n_rows)

    def _repr_html_(self) -> str:
        from pangoprep.markup.card import CardTable, render_card

        words = language(self.lang)
        known = {
            "state": words(f"status.{self.state}"),
            "n_rows": words.count(self.n_rows),
            "n_requests": "" if self.n_requests is None else words.count(self.n_requests),
            "is_practice": words("status.yes" if self.is_practice else "status.no"),
            "counts": words.states(self.counts),
            "reason": words.told(self.reason),
        }
        rows = [
            (words(f"status.{name}"), known.get(name, _in_words(value)))
            for name, value in self.audit.items()
        ]
        title = self._title(words, str(known["state"]))
        return render_card(title, tables=[CardTable(rows)], lang=self.lang)


def runs(
    ledger: str | os.PathLike[str] | None = None, *, practice: bool | None = None
) -> pd.DataFrame:
    """List the runs of a ledger, the latest first.

    Parameters
    ----------
    ledger
        Path of the ledger; default: the one in the user's data directory.
    practice
        Whether runs that sent to a sandbox are among them. Default: not among those of the user's
        own ledger; a ledger that is named is listed whole.

    Returns
    -------
    DataFrame
        One row per run; see `Status` for the columns, each state's count among them.
    """
    if practice is not None:
        flag_of("practice", practice)
    found = _read(ledger_path(ledger), "ORDER BY number DESC", [])
    if not (ledger is not None if practice is None else practice):
        found = [status for status in found if not status.is_practice]
    lines = [{**vars(status), **status.counts} for status in found]
    table = pd.DataFrame(lines, columns=_COLUMNS)
    times = dict.fromkeys(["started", "ended", "waits_until"], "datetime64[ms, UTC]")
    counts = dict.fromkeys(["n_rows", *STATES, *CONFIRMED], "int64")
    table[[*CONFIRMED]] = table[[*CONFIRMED]].fillna(0)
    return table.astype(times | counts | {"n_requests": "Int64", "is_practice": "bool"})


def status(
    run_id: str,
    ledger: str | os.PathLike[str] | None = None,
    *,
    lang: Literal["en", "vi"] = "en",
) -> Status:
    """Tell what became of one run, also while another process still sends for it.

    Parameters
    ----------
    run_id
        The run, as ``result.run_id`` and `runs` name it.
    ledger
        Path of the ledger; default: the one in the user's data directory.
    lang
        The language in which it shows itself in a notebook.

    Raises
    ------
    UsageError
        If the ledger has no such run.
    """
    text_of("run_id", run_id)
    choice_of("lang", lang, LANGUAGES)
    path = ledger_path(ledger)
    found = _read(path, "WHERE id = ?", [run_id])
    if not found:
        raise UsageError(
            Sentence(
                "The ledger {1!r} has no run {2!r}. {3} lists those it has; if it was "
                "sent with {4}, give the same path.",
                path.name,
                str(run_id),
                how.either("pp.runs()", "pangoprep runs"),
                how.file_option("ledger"),
            )
        )
    return replace(found[0], lang=lang)


def _read(path: Path, which: str, parameters: list[str]) -> list[Status]:
    if not ledger_exists(path):
        return []
    with closing(open_database(path, MIGRATIONS, is_new=False)) as db, database_errors(path):
        db.row_factory = sqlite3.Row
        gone = ""
        while True:
            # One moment for all tables, and journals of that moment or later.
            with snapshot(db):
                rows = db.execute(f"SELECT * FROM runs {which}", parameters).fetchall()  # noqa: S608
                confirmed = confirmed_counts(db)
                try:
                    journals = [
                        journal_counts(path, row["id"]) if row["state"] == "running" else {}
                        for row in rows
                    ]
                except FileNotFoundError as error:
                    name = Path(error.filename).stem
                else:
                    break
            if name == gone:
                raise journal_gone(path, name)
            gone = name  # put away just now; or nobody knows what was in it
        return [
            _status(path, row, journal, confirmed.get(row["number"], {}))
            for row, journal in zip(rows, journals, strict=True)
        ]


def _status(
    path: Path,
    row: sqlite3.Row,
    journal: dict[int, int],
    confirmed: Mapping[tuple[Confirmed, bool], int],
) -> Status:
    state = row["state"]
    reason: str = unpacked(row["reason"])
    if state == "running" and not is_running(path, row["id"]):
        state, reason = end_of(path, row["id"])
    waits = state == "running" and row["waits_until"] is not None
    n_unknown = row["unknown"] + journal.get(BatchState.UNKNOWN, 0)
    if state != "running":
        n_unknown += journal.get(BatchState.PENDING, 0)
    counts = {
        "held": row["held"],
        "superseded": row["superseded"],
        "unchanged": row["unchanged"],
        "accepted": row["accepted"] + journal.get(BatchState.ACCEPTED, 0),
        "rejected": row["rejected"]
        + journal.get(BatchState.REJECTED, 0)
        + journal.get(BatchState.REJECTED_IN_DOUBT, 0),
        "unknown": n_unknown,
    }
    counts["unsent"] = row["n_rows"] - sum(counts.values())
    return Status(
        run_id=row["id"],
        entity=row["entity"],
        started=_time(row["started"]),
        ended=None if row["ended"] is None else _time(row["ended"]),
        state=state,
        reason=reason,
        n_rows=row["n_rows"],
        counts=with_confirmed(counts, confirmed),
        n_requests=None if row["ended"] is None else row["n_requests"],
        user=row["user"],
        file=row["file"],
        fingerprint=None if row["fingerprint"] is None else row["fingerprint"].hex(),
        options=json.loads(row["options"]),
        resumes=row["resumes"],
        is_practice=bool(row["is_practice"]),
        reading=None if row["reading"] is None else json.loads(row["reading"]),
        waits_until=_time(row["waits_until"]) if waits else None,
    )


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={part!r}" for name, part in value.items() if part)
    return "" if value is None else str(value)


def _time(seconds: float) -> pd.Timestamp:
    return pd.Timestamp(seconds, unit="s", tz="UTC").floor("ms")
