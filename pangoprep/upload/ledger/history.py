"""What the ledger remembers of rows from earlier runs, and what follows for a row now."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pangoprep.upload.ledger.database import database_errors
from pangoprep.upload.outcome.states import State
from pangoprep.upload.rows.fingerprints import SIZE

# SQLite takes some 32,000 parameters; this many keep each statement small.
_KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a run's rows are remembered.

    Parameters
    ----------
    rows
        The account's entity: what PangoCDP holds of each row.
    events
        The same with the journey keys: for what content an event has fired. None without them.
    """

    rows: int
    events: int | None = None

    @property
    def all(self) -> list[int]:
        """Both, or the one there is."""
        return [self.rows] if self.events is None else [self.rows, self.events]


def remember(
    db: sqlite3.Connection,
    scope: Scope,
    run: int,
    *,
    accepted: list[bytes],
    unanswered: list[bytes],
) -> None:
    """Write what became of rows, given their marks.

    Every content that was never answered is kept until PangoCDP has accepted one after it: each of
    them may be what it holds, and may have fired its event. Rejected rows change nothing.
    """
    for number in scope.all:
        db.executemany(
            "INSERT INTO rows (scope, key, accepted, run) VALUES (?1, ?2, ?3, ?4)"
            " ON CONFLICT DO UPDATE SET accepted = ?3, run = ?4, open = NULL",
            ((number, mark[:SIZE], mark[SIZE:], run) for mark in _in_order(accepted)),
        )
        db.executemany(
            "INSERT INTO rows (scope, key, open) VALUES (?1, ?2, ?3)"
            " ON CONFLICT DO UPDATE SET open ="
            " CASE WHEN instr(open, ?3) THEN open ELSE cast(ifnull(open, x'') || ?3 AS BLOB) END",
            ((number, mark[:SIZE], mark[SIZE:]) for mark in _in_order(unanswered)),
        )


def _in_order(marks: list[bytes]) -> list[bytes]:
    # In the order of the tree, so that each of its pages is written once.
    return sorted(marks)


def _parts(contents: bytes | None) -> tuple[bytes, ...]:
    contents = contents or b""
    return tuple(contents[start : start + SIZE] for start in range(0, len(contents), SIZE))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the memory has of one row in one scope."""

    accepted: bytes | None = None
    run: int | None = None
    unanswered: tuple[bytes, ...] = ()


_NOTHING = _Known()


class History:
    """Tells what is known of rows.

    Parameters
    ----------
    db, path
        The ledger's connection and file.
    scope
        Where to look.
    resend_before
        Send rows although they are unchanged, if a run before this number sent them.
    resend_unknown
        Send rows although an event may have fired for them already.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        path: Path,
        scope: Scope,
        *,
        resend_before: int = 0,
        resend_unknown: bool = False,
    ) -> None:
        self._db, self._path, self._scope = db, path, scope
        self._resend_before, self._resend_unknown = resend_before, resend_unknown
        with database_errors(path):
            some = "SELECT 1 FROM rows WHERE scope IN (?, ?) LIMIT 1"
            self.is_empty = db.execute(some, [scope.rows, scope.events]).fetchone() is None

    def states(self, marks: Sequence[bytes]) -> list[State | None]:
        """Tell each row's end state, or None if it is to be sent."""
        with database_errors(self._path):
            return self._states(marks)

    def were_accepted(self, marks: Sequence[bytes]) -> list[bool]:
        """Tell of which rows PangoCDP has accepted any content."""
        keys = [mark[:SIZE] for mark in marks]
        with database_errors(self._path):
            rows = self._look_up(self._scope.rows, keys)
        return [rows.get(key, _NOTHING).accepted is not None for key in keys]

    def _states(self, marks: Sequence[bytes]) -> list[State | None]:
        keys = [mark[:SIZE] for mark in marks]
        rows = self._look_up(self._scope.rows, keys)
        if self._scope.events is None:
            return [self._row_state(rows, mark) for mark in marks]
        events = self._look_up(self._scope.events, keys)
        return [self._event_state(rows, events, mark) for mark in marks]

    def _look_up(self, scope: int, keys: list[bytes]) -> dict[bytes, _Known]:
        known = {}
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            some = keys[start : start + _KEYS_AT_ONCE]
            places = ",".join("?" * len(some))
            found = self._db.execute(
                f"SELECT key, accepted, run, open FROM rows WHERE scope = ? AND key IN ({places})",  # noqa: S608 - only question marks
                [scope, *some],
            )
            known.update(
                {key: _Known(accepted, run, _parts(open_)) for key, accepted, run, open_ in found}
            )
        return known

    def _row_state(self, rows: dict[bytes, _Known], mark: bytes) -> State | None:
        known = rows.get(mark[:SIZE], _NOTHING)
        is_there = known.accepted == mark[SIZE:] and not known.unanswered
        is_old = known.run is not None and known.run < self._resend_before
        return State.UNCHANGED if is_there and not is_old else None

    def _event_state(
        self, rows: dict[bytes, _Known], events: dict[bytes, _Known], mark: bytes
    ) -> State | None:
        key, content = mark[:SIZE], mark[SIZE:]
        event, row = events.get(key, _NOTHING), rows.get(key, _NOTHING)
        # With an unanswered request in between nobody knows what PangoCDP holds now, and so
        # whether sending this content is a change, or its event a second time.
        is_unsure = bool(event.unanswered or row.unanswered)
        if content in event.unanswered or (event.accepted == content and is_unsure):
            return None if self._resend_unknown else State.UNKNOWN
        if event.accepted == content and row.accepted == content:
            return self._row_state(events, mark)
        return None
