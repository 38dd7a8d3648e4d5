"""What the sandbox keeps: records and journey events, in one SQLite file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from json.encoder import encode_basestring
from pathlib import Path
from threading import Lock
from typing import Any

from pangoprep.errors import SandboxError
from pangoprep.private_files import make_private
from pangoprep.sandbox.accounts import PracticeAccount
from pangoprep.sandbox.catalog import DOCUMENTED, Catalog
from pangoprep.sandbox.rules import KEYS, custom_field_group
from pangoprep.sandbox.temporary import remove, temporary_store
from pangoprep.sandbox.written_numbers import encode
from pangoprep.sentence import Sentence

_APPLICATION_ID = 0x50414E47  # "PANG": whose file this is
_VERSION = 1

# `record` is the record as JSON without nulls. `position` counts records in the order they first
# came and is never reused, so the highest one tells how many there are.
_SCHEMA = f"""
CREATE TABLE records (
    position    INTEGER PRIMARY KEY,
    object_type TEXT NOT NULL,
    key         TEXT NOT NULL,
    record      TEXT NOT NULL,
    UNIQUE (object_type, key)
);
CREATE TABLE events (
    position      INTEGER PRIMARY KEY,
    object_type   TEXT NOT NULL,
    key           TEXT NOT NULL,
    je_config_id  TEXT,
    je_event_key  TEXT
);
CREATE TABLE account (username TEXT NOT NULL, api_key TEXT NOT NULL, cdp_gkey TEXT NOT NULL);
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_VERSION};
"""

_PLACE = "CREATE TABLE IF NOT EXISTS place (port INTEGER NOT NULL)"

# json_patch (RFC 7396) is the upsert: fields that are absent keep the stored value, null clears.
_UPSERT = """
INSERT INTO records (object_type, key, record) VALUES (?, ?, ?)
ON CONFLICT (object_type, key) DO UPDATE SET record = json_patch(record, ?)
"""
_ADD_EVENT = """
INSERT INTO events (object_type, key, je_config_id, je_event_key) VALUES (?, ?, ?, ?)
"""


def key_of(
    object_type: str, entry: dict[str, Any], keys: Mapping[str, tuple[str, ...]] = KEYS
) -> str:
    """Write the key of a record as one text: a JSON list, so no two keys run together.

    >>> key_of("customer-identity-address", {"customerId": "C1", "addressType": "Work"})
    '["C1","Work"]'
    """
    names = keys[object_type]
    if not names:  # nothing tells one record from another but all it says
        return encode(entry)
    return f"[{','.join([_encoded_key(entry[name]) for name in names])}]"


def _encoded_key(value: Any) -> str:
    # An id is a text; some send it as a number.
    return encode_basestring(str(value)) if type(value) in (str, int) else encode(value)


class Store:
    """Records and events in a SQLite file; made if it is not there. One thread at a time writes.

    Parameters
    ----------
    path
        The file, its owner's alone. Its folder must exist. None: a file that ends with the process.
    catalog
        The object types there are.
    """

    def __init__(self, path: Path | None, catalog: Catalog = DOCUMENTED) -> None:
        self.catalog = catalog
        self._is_temporary = path is None
        self.path = temporary_store() if path is None else path
        self._reader: sqlite3.Connection | None = None
        self._reading_one_by_one = Lock()
        if not self.path.exists():
            make_private(self.path)
        try:
            self._connection = self._open()
        except sqlite3.Error as error:
            raise SandboxError(
                Sentence("The sandbox cannot use {1} as its store: {2}.", self.path, error)
            ) from None
        if self._is_temporary:
            self._lose_name()
        self.credentials = PracticeAccount(
            *self._connection.execute("SELECT username, api_key, cdp_gkey FROM account").fetchone()
        )
        self._count()

    @property
    def port(self) -> int:
        """The port of its first start, by which senders know it again; 0: it had none yet."""
        (found,) = self._connection.execute("SELECT coalesce(min(port), 0) FROM place").fetchone()
        return int(found)

    def keep_port(self, port: int) -> None:
        """Remember the port of the first start."""
        self._connection.execute(
            "INSERT INTO place SELECT ? WHERE NOT EXISTS (SELECT 1 FROM place)", [port]
        )

    def _open(self) -> sqlite3.Connection:
        # Made in the caller's thread, used in the server's; never in both at once.
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        try:
            self._set_up(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _lose_name(self) -> None:
        # Whoever wants to read must have the file open by now.
        self._reader = sqlite3.connect(self.path, check_same_thread=False)
        self._reader.execute("SELECT count(*) FROM records").fetchone()
        if os.name == "posix":
            remove(self.path)

    def _set_up(self, connection: sqlite3.Connection) -> None:
        found = connection.execute("PRAGMA application_id").fetchone()[0]
        is_new = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if not is_new and (found, version) != (_APPLICATION_ID, _VERSION):
            raise SandboxError(
                Sentence(
                    "{1} is not a store of this version's sandbox; it was not touched. "
                    "Give the path of a new file.",
                    self.path,
                )
            )
        make_private(self.path)  # so are the files that SQLite makes beside it
        # What is committed survives the end of this process, though not a power cut: for practice
        # that is enough, and a third faster.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        if is_new:
            connection.executescript(_SCHEMA)
            account = PracticeAccount.invented()
            connection.execute(
                "INSERT INTO account VALUES (?, ?, ?)",
                (account.username, account.api_key, account.cdp_gkey),
            )
        connection.execute(_PLACE)  # stores of version 0.2.0 have none

    def _count(self) -> None:
        by_type = dict(
            self._connection.execute("SELECT object_type, count(*) FROM records GROUP BY 1")
        )
        # A file may hold types that another sandbox was told of.
        self.n_records = {**dict.fromkeys(self.catalog.keys, 0), **by_type}
        self.n_events: int
        (self.n_events,) = self._connection.execute("SELECT count(*) FROM events").fetchone()

    def upsert(
        self,
        object_type: str,
        entries: Sequence[dict[str, Any]],
        *,
        not_updated: Sequence[str] = (),
        events: tuple[str | None, str | None, int] | None = None,
    ) -> None:
        """Store the records of one request, all or none.

        Parameters
        ----------
        object_type, entries
            Records that passed the rules.
        not_updated
            Custom fields (inner names) that keep their stored value on records already there.
        events
            Journey configuration id, journey event key and how many records may fire an event.
        """
        rows = []
        for entry in entries:
            insert = update = encode(entry)
            if "null" in insert:  # perhaps only inside a text; then this changes nothing
                insert = encode(_without_nulls(entry))
            if not_updated:
                update = encode(_without(entry, not_updated))
            rows.append(
                (object_type, key_of(object_type, entry, self.catalog.keys), insert, update)
            )
        with self._transaction() as cursor:
            cursor.executemany(_UPSERT, rows)
            (last,) = cursor.execute("SELECT max(position) FROM records").fetchone()
            n_fired = 0
            if events is not None:
                config_id, event_key, most = events
                n_fired = min(len(rows), most)
                cursor.executemany(
                    _ADD_EVENT, [(*row[:2], config_id, event_key) for row in rows[:n_fired]]
                )
        self.n_records[object_type] += last - sum(self.n_records.values())
        self.n_events += n_fired

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        with closing(self._connection.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    cursor.execute("ROLLBACK")
                raise

    def clear(self) -> None:
        """Forget every record and event; the account stays."""
        with self._transaction() as cursor:
            cursor.execute("DELETE FROM records")
            cursor.execute("DELETE FROM events")
        self._count()

    def close(self) -> None:
        """Close the file; a temporary one is gone then."""
        self._connection.close()
        if self._reader is not None:
            with self._reading_one_by_one:
                self._reader.close()
                self._reader = None
        if self._is_temporary:
            remove(self.path)

    def records(self, object_type: str) -> list[str]:
        """Read an entity's records as JSON texts, in the order they first came; in any thread."""
        query = "SELECT record FROM records WHERE object_type = ? ORDER BY position"
        with self._reading() as connection:
            return [record for (record,) in connection.execute(query, (object_type,))]

    def events(self, object_type: str) -> list[tuple[str, str | None, str | None]]:
        """Read key, configuration id and event key of an entity's journey events, oldest first."""
        query = (
            "SELECT key, je_config_id, je_event_key FROM events"
            " WHERE object_type = ? ORDER BY position"
        )
        with self._reading() as connection:
            return connection.execute(query, (object_type,)).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._reading_one_by_one:
            if self._reader is not None:
                yield self._reader
                return
        if not self.path.exists():
            raise SandboxError(
                "The sandbox was stopped and its store went with it. "
                "Read the records before it stops, or keep them with Sandbox(path=...)."
            )
        with closing(sqlite3.connect(self.path)) as connection:
            yield connection


def _without_nulls(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_nulls(value) if type(value) is dict else value
        for name, value in entry.items()
        if value is not None
    }


def _without(entry: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Leave custom fields out of a record by their inner names."""
    kept = dict(entry)
    for name in names:
        group = custom_field_group(name)
        if group is not None and type(kept.get(group)) is dict:
            kept[group] = {inner: value for inner, value in kept[group].items() if inner != name}
    return kept
