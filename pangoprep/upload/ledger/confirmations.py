"""What PangoCDP confirmed of rows, in the ledger: stored or failed, by run and row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np

from pangoprep.columns.types import Mask, Rows
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.blocks import Blocks
from pangoprep.upload.ledger.journal_file import JournalReader
from pangoprep.upload.ledger.journal_folding import journal_gone
from pangoprep.upload.ledger.writes import Numbers, as_numbers
from pangoprep.upload.rows.ref_ids import RefId

CREATE = """
    CREATE TABLE confirmations (
        run INTEGER NOT NULL, key BLOB NOT NULL, scope INTEGER NOT NULL, content BLOB NOT NULL,
        request INTEGER NOT NULL, state INTEGER NOT NULL, was_unknown INTEGER NOT NULL,
        status INTEGER NOT NULL, words TEXT NOT NULL, at REAL NOT NULL,
        PRIMARY KEY (run, key)
    ) WITHOUT ROWID;
    CREATE INDEX failures ON confirmations (scope) WHERE state = 2
"""


class Confirmed(IntEnum):
    """What PangoCDP made of a row that it had received."""

    STORED = 1
    FAILED = 2

    @property
    def label(self) -> str:
        """The word people see."""
        return self.name.lower()


CONFIRMED = tuple(one.label for one in Confirmed)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is written down of one row."""

    ref_id: RefId
    state: Confirmed
    status: int
    words: str


def write_confirmations(
    db: sqlite3.Connection, path: Path, confirmations: Iterable[Confirmation], at: float
) -> dict[str, int]:
    """Write down what was confirmed; return how many rows of which run, by its name.

    A row of a run that the ledger does not have is passed over. To be called in a transaction.
    """
    counts: dict[str, int] = {}
    runs: dict[int, _NamedRun | None] = {}
    for one in confirmations:
        ref_id = one.ref_id
        if ref_id.run not in runs:
            runs[ref_id.run] = _run(db, path, ref_id.run)
        run = runs[ref_id.run]
        if run is None:
            continue
        db.execute(
            # What was said of a later request stays: a callback may be late.
            "INSERT INTO confirmations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (run, key) DO UPDATE SET content = excluded.content,"
            " request = excluded.request, state = excluded.state, status = excluded.status,"
            " words = excluded.words, at = excluded.at WHERE excluded.request >= request",
            [
                ref_id.run, ref_id.key, run.scope, ref_id.content, ref_id.request, one.state,
                _was_unknown(db, run, ref_id),
                one.status, one.words, at,
            ],
        )  # fmt: skip
        counts[run.run_id] = counts.get(run.run_id, 0) + 1
    return counts


@dataclass(frozen=True, slots=True)
class _NamedRun:
    """The run of some rows; with its journal, while it has one."""

    run_id: str
    scope: int
    has_unknown: bool
    journal: JournalReader | None


def _run(db: sqlite3.Connection, path: Path, number: int) -> _NamedRun | None:
    find = "SELECT id, scope, unknown > 0, state FROM runs WHERE number = ?"
    if (found := db.execute(find, [number]).fetchone()) is None:
        return None
    run_id, scope, has_unknown, state = found
    # It cannot be put away meanwhile: that takes the write lock, which is ours.
    journal = JournalReader(path, run_id) if state == "running" else None
    if journal is not None:
        try:
            journal.read()
        except FileNotFoundError:
            raise journal_gone(path, run_id) from None
    return _NamedRun(run_id, scope, has_unknown, journal)


def _was_unknown(db: sqlite3.Connection, run: _NamedRun, ref_id: RefId) -> bool:
    """Whether the row's answer was lost, so that it counts as unknown and not as accepted."""
    if run.journal is not None and (state := run.journal.state_of(ref_id.request)) is not None:
        return state == BatchState.UNKNOWN
    if not run.has_unknown:
        return False
    numbers = as_numbers(ref_id.key + bytes(16))
    _, writes = Blocks(db, run.scope).look_up(numbers)
    begun = writes[writes["begun"] <= ref_id.request]
    return bool(len(begun)) and not bool(begun["accepted"].any())


def confirmed_counts(db: sqlite3.Connection) -> dict[int, dict[tuple[Confirmed, bool], int]]:
    """Count the confirmed rows of each run: by what was confirmed, and whether it was unknown."""
    counts: dict[int, dict[tuple[Confirmed, bool], int]] = {}
    query = "SELECT run, state, was_unknown, count(*) FROM confirmations GROUP BY 1, 2, 3"
    for run, state, was_unknown, n_rows in db.execute(query):
        counts.setdefault(run, {})[Confirmed(state), bool(was_unknown)] = n_rows
    return counts


def with_confirmed(
    counts: Mapping[str, int], confirmed: Mapping[tuple[Confirmed, bool], int]
) -> dict[str, int]:
    """Take confirmed rows out of those that were accepted or unknown; they still add up."""
    if not confirmed:
        return dict(counts)
    new = dict(counts) | dict.fromkeys(CONFIRMED, 0)
    for (state, was_unknown), n_rows in confirmed.items():
        new[state.label] += n_rows
        new["unknown" if was_unknown else "accepted"] -= n_rows
    return new


def confirmed_rows(
    db: sqlite3.Connection, run_id: str
) -> Iterator[tuple[bytes, Confirmed, int, str]]:
    """Give what was confirmed of a run's rows: key hash, what, status, words."""
    query = (
        "SELECT key, confirmations.state, status, words FROM confirmations"
        " JOIN runs ON runs.number = run WHERE id = ?"
    )
    for key, state, status, words in db.execute(query, [run_id]):
        yield key, Confirmed(state), status, words


class Failures:
    """Rows of a scope that PangoCDP received and could not store."""

    def __init__(self, db: sqlite3.Connection, scope: int) -> None:
        query = "SELECT key, content, request FROM confirmations WHERE scope = ? AND state = 2"
        self._requests: dict[bytes, int] = {}
        for key, content, request in db.execute(query, [scope]):
            mark = key + content
            self._requests[mark] = max(request, self._requests.get(mark, 0))

    def among(self, numbers: Numbers, last: Rows) -> Mask:
        """Mark the rows whose content failed after it was last accepted.

        Parameters
        ----------
        numbers
            The rows' marks, see `writes.as_numbers`.
        last
            When each was last accepted with this content, in the order of requests.
        """
        failed = np.zeros(len(numbers), dtype=bool)
        if self._requests:
            marks = np.ascontiguousarray(numbers).tobytes()
            for place in range(len(numbers)):
                request = self._requests.get(marks[place * 32 : place * 32 + 24])
                failed[place] = request is not None and request >= last[place]
        return failed
