"""What is known of rows from earlier runs and other ones, and what follows for a row now."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeAlias, TypeVar

import numpy as np

from pangoprep.upload.ledger.blocks import Blocks
from pangoprep.upload.ledger.confirmations import Failures
from pangoprep.upload.ledger.database import database_errors
from pangoprep.upload.ledger.journal_folding import journal_gone
from pangoprep.upload.ledger.other_runs import OtherRuns
from pangoprep.upload.ledger.request_order import RequestOrder
from pangoprep.upload.ledger.scopes import Scope
from pangoprep.upload.ledger.writes import Numbers, Writes, as_numbers, by_key, find, unsettled
from pangoprep.upload.outcome.states import State

_Told = TypeVar("_Told")
_Counts: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]


class RowHistory:
    """Tells what is known of rows.

    Parameters
    ----------
    db, path
        The ledger's connection and file.
    scope
        Where to look.
    run
        The run that asks, whose own requests are no news; 0: none.
    resend_before
        Send rows although they are unchanged, if they were sent before this number in the order of
        requests.
    resend_unknown
        Send rows although an event may have fired for them already.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        path: Path,
        scope: Scope,
        *,
        run: int = 0,
        resend_before: int = 0,
        resend_unknown: bool = False,
    ) -> None:
        self._db, self._path, self._scope = db, path, scope
        self._order = RequestOrder(db, path)
        self._rows = _Memory(db, path, scope.rows, run)
        self._events = None if scope.events is None else _Memory(db, path, scope.events, run)
        self._resend_before, self._resend_unknown = resend_before, resend_unknown
        self._failures: Failures | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of any row at this moment."""
        memories = [self._rows] if self._events is None else [self._rows, self._events]
        return self._at_one_moment(lambda _: all(memory.is_empty for memory in memories))

    def states(self, marks: Sequence[bytes]) -> list[State | None]:
        """Tell each row's end state, or None if it is to be sent."""
        numbers = as_numbers(b"".join(marks))

        def look(until: int) -> tuple[_Known, _Known | None]:
            rows = _Known.of(numbers, self._rows, until)
            if self._events is None:
                return rows, None
            return rows, _Known.of(numbers, self._events, until)

        rows, events = self._at_one_moment(look)
        if self._failures is None:
            with database_errors(self._path):
                self._failures = Failures(self._db, self._scope.rows)
        # What PangoCDP received and could not store it does not have.
        has_failed = self._failures.among(numbers, rows.last)
        is_unchanged = rows.is_there
        is_unknown = np.zeros(len(numbers), dtype=bool)
        last = rows.last
        if events is not None:
            # Where PangoCDP may hold this content or another one, nobody knows whether sending it
            # is a change, or its event a second time.
            is_unsure = (events.n_unanswered > 0) | ((rows.n_same > 0) & ~rows.is_there)
            has_fired = events.n_same_accepted > 0
            is_unknown = (events.n_same > events.n_same_accepted) | (has_fired & is_unsure)
            is_unchanged = rows.is_there & events.is_there & ~is_unknown
            last = events.last
        is_unchanged &= (last >= self._resend_before) & ~has_failed
        is_unknown &= not self._resend_unknown
        states: list[State | None] = [None] * len(numbers)
        for is_it, state in ((is_unchanged, State.UNCHANGED), (is_unknown, State.UNKNOWN)):
            for place in np.flatnonzero(is_it).tolist():
                states[place] = state
        return states

    def were_accepted(self, marks: Sequence[bytes]) -> list[bool]:
        """Tell of which rows PangoCDP has accepted any content."""
        numbers = as_numbers(b"".join(marks))
        known = self._at_one_moment(lambda until: _Known.of(numbers, self._rows, until))
        return [bool(was) for was in known.n_writes > known.n_unanswered]

    def latest(self, marks: Sequence[bytes]) -> list[tuple[int, bytes] | None]:
        """Return of each row the last request with it, and the first half of its content hash."""
        numbers = as_numbers(b"".join(marks))
        asked, writes = self._at_one_moment(lambda until: self._rows.look_up(numbers, until))
        found: list[tuple[int, bytes] | None] = [None] * len(numbers)
        for place in np.argsort(writes["begun"], kind="stable").tolist():
            write = writes[place]
            content = int(write["content"]).to_bytes(8, "little")
            found[int(asked[place])] = (int(write["begun"]), content)
        return found

    def _at_one_moment(self, look: Callable[[int], _Told]) -> _Told:
        """Look at the memory and at what other runs write meanwhile, as both are at one moment."""
        gone = ""
        with database_errors(self._path):
            for memory in (self._rows, self._events):
                if memory is not None:
                    memory.keep_small()
            while True:
                with self._order.snapshot() as until:
                    try:
                        return look(until)
                    except FileNotFoundError as error:
                        # Put away after this moment; or nobody knows what was in it.
                        name = Path(error.filename).stem
                if name == gone:
                    raise journal_gone(self._path, name)
                gone = name


class _Memory:
    """One scope: what was put away, and what other runs have in their journals."""

    def __init__(self, db: sqlite3.Connection, path: Path, scope: int, run: int) -> None:
        self._blocks, self._others = Blocks(db, scope), OtherRuns(db, path, scope, run)

    @property
    def is_empty(self) -> bool:
        return self._blocks.is_empty and not self._others.runs()

    def keep_small(self) -> None:
        self._others.keep_small()

    def look_up(self, numbers: Numbers, until: int) -> tuple[_Counts, Writes]:
        asked, found = self._blocks.look_up(numbers)
        others = [find(some, numbers)[1] for some in self._others.writes(until)]
        if any(map(len, others)):
            # Several places know of a row: only together they tell what is settled.
            return find(unsettled(by_key(np.concatenate([found, *others]))), numbers)
        return asked, found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of each row: numbers of its writes, and when it was last accepted so."""

    n_writes: _Counts
    n_unanswered: _Counts
    n_same: _Counts
    n_same_accepted: _Counts
    last: _Counts

    @classmethod
    def of(cls, numbers: Numbers, memory: _Memory, until: int) -> Self:
        asked, writes = memory.look_up(numbers, until)
        is_same = writes["content"] == numbers[asked, 2]
        is_same &= writes["content_end"] == numbers[asked, 3]
        is_accepted = writes["accepted"].astype(bool)
        last = np.zeros(len(numbers), dtype=np.int64)
        np.maximum.at(last, asked[is_same & is_accepted], writes["begun"][is_same & is_accepted])
        every = np.ones(len(asked), dtype=bool)
        n_writes, n_unanswered, n_same, n_same_accepted = (
            np.bincount(asked[which], minlength=len(numbers))
            for which in (every, ~is_accepted, is_same, is_same & is_accepted)
        )
        return cls(n_writes, n_unanswered, n_same, n_same_accepted, last)

    @property
    def is_there(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether PangoCDP holds this content for certain."""
        is_there: np.ndarray[Any, np.dtype[np.bool_]] = self.n_same == self.n_writes
        return is_there & (self.n_same_accepted > 0)
