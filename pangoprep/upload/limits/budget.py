"""The requests an account has left, shared by every process on this machine.

One row per request that has ended, numbered without gaps, with ends that never decrease; and one
*lease* per request in flight. "The k-th latest request" is then one look-up, however long the
window. A process that dies leaves leases behind: they count as ended when somebody who needs them
finds it dead, or at their deadline.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pangoprep.upload.ledger.database import database_errors, open_database, transaction
from pangoprep.upload.limits.lease_holder import LeaseHolder
from pangoprep.upload.limits.limits import Limits, Seconds
from pangoprep.upload.machine.clock import Clock, ClockReading

MIGRATIONS = (
    """
    CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), boot TEXT, zero REAL, latest REAL);
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY, digest BLOB UNIQUE NOT NULL,
        n_ended INTEGER NOT NULL DEFAULT 0, last_end REAL NOT NULL DEFAULT 0,
        paused_until REAL NOT NULL DEFAULT 0
    );
    CREATE TABLE ended (
        account INTEGER NOT NULL, number INTEGER NOT NULL, at REAL NOT NULL,
        PRIMARY KEY (account, number)
    ) WITHOUT ROWID;
    CREATE TABLE leases (
        id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, deadline REAL NOT NULL
    )
    """,
    """
    CREATE TABLE names (digest BLOB PRIMARY KEY, account INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO names SELECT digest, id FROM accounts;
    ALTER TABLE accounts ADD COLUMN joined INTEGER
    """,
    "ALTER TABLE leases ADD COLUMN holder TEXT",
)

#: When a lease whose process says nothing more counts as ended. A request for a token and one
#: with rows time out before that, 60 s each.
LEASE_SECONDS = 180.0

# Where the boot cannot be told, a wall clock further off than this means another boot.
_JUMP_SECONDS = 30.0

# So often, at most, the processes that hold leases are looked at.
_LOOK_SECONDS = 1.0

# Requests are forgotten this many at a time, so that no single request pays for many.
_PRUNE = 256


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a request may start.

    Parameters
    ----------
    lease
        Number of the lease, to be ended; None if the request has to wait.
    wait_seconds
        How long, at least; infinite until another request ends.
    window
        The window that makes it wait, in seconds; None if PangoCDP asked for a pause.
    """

    lease: int | None
    wait_seconds: float = 0.0
    window: float | None = None


class Budget:
    """Hands out turns to make requests.

    Parameters
    ----------
    path
        The database.
    names
        Keyed hashes of what the account is known by. Names that come together are one account: an
        API key and the organization it belongs to.
    limits
        The windows to keep.
    clock
        Where time comes from.
    """

    def __init__(self, path: Path, names: Sequence[bytes], limits: Limits, clock: Clock) -> None:
        self._path, self._limits, self._clock = path, limits, clock
        self._holder = LeaseHolder(path)
        self._looked_at = -math.inf
        self._db = open_database(path, MIGRATIONS)
        try:
            with database_errors(path), transaction(self._db):
                self._account = self._known_by(names)
        except BaseException:
            self._db.close()
            raise

    def _known_by(self, names: Sequence[bytes]) -> int:
        find = "SELECT account FROM names WHERE digest = ?"
        found = {row[0] for name in names for row in self._db.execute(find, [name])}
        if not found:
            create = "INSERT INTO accounts (digest) VALUES (?)"
            found = {self._db.execute(create, [names[0]]).lastrowid}
        account, *others = sorted(found)
        if others:
            self._join(account, others)
        for name in names:
            self._db.execute("INSERT OR REPLACE INTO names VALUES (?, ?)", [name, account])
        return int(account)

    def _join(self, account: int, others: list[int]) -> None:
        """Make accounts one that have been counted apart: their requests count together."""
        every = [account, *others]
        marks = ",".join("?" * len(every))
        ends = self._db.execute(
            f"SELECT at FROM ended WHERE account IN ({marks}) ORDER BY at",  # noqa: S608 - marks
            every,
        ).fetchall()
        self._db.execute(f"DELETE FROM ended WHERE account IN ({marks})", every)  # noqa: S608
        self._db.executemany(
            "INSERT INTO ended VALUES (?, ?, ?)",
            ((account, number, at) for number, (at,) in enumerate(ends, 1)),
        )
        self._db.execute(
            "UPDATE accounts SET n_ended = ?, (last_end, paused_until) ="  # noqa: S608
            f" (SELECT max(last_end), max(paused_until) FROM accounts WHERE id IN ({marks}))"
            " WHERE id = ?",
            [len(ends), *every, account],
        )
        for other in others:
            for table in ("leases", "names"):
                self._db.execute(
                    f"UPDATE {table} SET account = ? WHERE account = ?",  # noqa: S608 - two names
                    [account, other],
                )
            # Processes that run know it by its number.
            self._db.execute("UPDATE accounts SET joined = ? WHERE id = ?", [account, other])

    def _begin(self) -> float:
        """Begin a look or a change; return the time."""
        joined = "SELECT joined FROM accounts WHERE id = ? AND joined NOT NULL"
        while (found := self._db.execute(joined, [self._account]).fetchone()) is not None:
            self._account = int(found[0])
        return self._now()

    def close(self) -> None:
        """Let go of the file."""
        self._holder.close()
        self._db.close()

    def take(self) -> Turn:
        """Ask for a turn now."""
        with database_errors(self._path), transaction(self._db):
            now = self._begin()
            n_in_flight = self._expire(now)
            n_ended, paused_until = self._db.execute(
                "SELECT n_ended, paused_until FROM accounts WHERE id = ?", [self._account]
            ).fetchone()
            if paused_until > now:
                return Turn(None, paused_until - now)

            def ended(k: int) -> float | None:
                found = self._db.execute(
                    "SELECT at FROM ended WHERE account = ? AND number = ?",
                    [self._account, n_ended - k + 1],
                ).fetchone()
                return None if found is None else float(found[0])

            wait, window = self._limits.wait(now, n_in_flight, ended)
            if wait > 0 and self._give_back(now):
                n_in_flight = self._expire(now)
                [n_ended] = self._db.execute(
                    "SELECT n_ended FROM accounts WHERE id = ?", [self._account]
                ).fetchone()
                wait, window = self._limits.wait(now, n_in_flight, ended)
            if wait > 0:
                return Turn(None, wait, window)
            lease = self._db.execute(
                "INSERT INTO leases (account, deadline, holder) VALUES (?, ?, ?)",
                [self._account, now + LEASE_SECONDS, self._holder.hold()],
            ).lastrowid
            return Turn(lease)

    def _give_back(self, now: float) -> bool:
        """Count requests as ended now whose process has died; tell whether there were any."""
        if now - self._looked_at < _LOOK_SECONDS:
            return False
        self._looked_at = now
        held = "SELECT DISTINCT holder FROM leases WHERE account = ? AND holder IS NOT ?"
        holders = self._db.execute(held, [self._account, self._holder.name]).fetchall()
        dead = self._holder.dead(name for (name,) in holders)
        # A dead process sends nothing more, so its requests are not later than this.
        late = "UPDATE leases SET deadline = min(deadline, ?) WHERE holder = ?"
        self._db.executemany(late, [(now, name) for name in dead])
        return bool(dead)

    def end(self, lease: int) -> None:
        """Say that the request of a turn has ended, one way or another."""
        with database_errors(self._path), transaction(self._db):
            now = self._begin()
            if self._db.execute("DELETE FROM leases WHERE id = ?", [lease]).rowcount:
                self._count(now)

    def pause(self, seconds: float) -> None:
        """Make every process wait: PangoCDP said so."""
        with database_errors(self._path), transaction(self._db):
            self._db.execute(
                "UPDATE accounts SET paused_until = max(paused_until, ?) WHERE id = ?",
                [self._begin() + seconds, self._account],
            )

    def pause_seconds(self) -> float:
        """Return how much longer PangoCDP has asked the account to wait; 0 if it has not."""
        with database_errors(self._path), transaction(self._db):
            now = self._begin()
            paused = "SELECT paused_until FROM accounts WHERE id = ?"
            [until] = self._db.execute(paused, [self._account]).fetchone()
        return max(float(until) - now, 0.0)

    def used(self) -> Seconds:
        """Return when earlier requests ended, in seconds before now (negative), oldest first."""
        with database_errors(self._path), transaction(self._db):
            now = self._begin()
            n_in_flight = self._expire(now)
            rows = self._db.execute(
                "SELECT at FROM ended WHERE account = ? AND at > ? ORDER BY number",
                [self._account, now - self._limits.longest_seconds],
            )
            ended = np.fromiter((row[0] for row in rows), dtype=np.float64) - now
        return np.concatenate([ended, np.zeros(n_in_flight)])

    def _expire(self, now: float) -> int:
        """Count leases as ended that nobody will end; return how many are left."""
        late = "account = ? AND deadline <= ?"
        for (deadline,) in self._db.execute(
            f"SELECT deadline FROM leases WHERE {late} ORDER BY deadline",  # noqa: S608 - constant
            [self._account, now],
        ).fetchall():
            self._count(deadline)
        self._db.execute(f"DELETE FROM leases WHERE {late}", [self._account, now])  # noqa: S608
        left = self._db.execute("SELECT count(*) FROM leases WHERE account = ?", [self._account])
        return int(left.fetchone()[0])

    def _count(self, at: float) -> None:
        n_ended, last_end = self._db.execute(
            "UPDATE accounts SET n_ended = n_ended + 1, last_end = max(last_end, ?) WHERE id = ?"
            " RETURNING n_ended, last_end",
            [at, self._account],
        ).fetchone()
        self._db.execute("INSERT INTO ended VALUES (?, ?, ?)", [self._account, n_ended, last_end])
        if n_ended % _PRUNE == 0:
            # Another process may keep longer windows than this one: a day is kept for all.
            keep = max(self._limits.longest_seconds, 86_400.0) * 1.01
            oldest = self._db.execute(
                "SELECT min(number) FROM ended WHERE account = ?", [self._account]
            ).fetchone()[0]
            self._db.execute(
                "DELETE FROM ended WHERE account = ? AND number < ? AND at < ?",
                [self._account, oldest + 2 * _PRUNE, last_end - keep],
            )

    def _now(self) -> float:
        """Seconds on a scale all processes share, that never goes back, across boots too."""
        reading = self._clock.reading()
        found = self._db.execute("SELECT boot, zero, latest FROM clock").fetchone()
        if found is None:
            zero, latest = reading.wall - reading.steady, -math.inf
        else:
            zero, latest = self._zero(reading, *found), found[2]
        now = max(reading.steady + zero, latest)
        self._db.execute(
            "INSERT OR REPLACE INTO clock VALUES (1, ?, ?, ?)", [reading.boot, zero, now]
        )
        return now

    def _zero(self, reading: ClockReading, boot: str, zero: float, latest: float) -> float:
        wall_zero = reading.wall - reading.steady
        same_boot = reading.boot == boot and (bool(boot) or abs(wall_zero - zero) < _JUMP_SECONDS)
        # A new boot counts from elsewhere; only the wall clock can tell how long it was away, and
        # if that was set back meanwhile, no time has passed.
        return zero if same_boot else max(wall_zero, latest - reading.steady)
