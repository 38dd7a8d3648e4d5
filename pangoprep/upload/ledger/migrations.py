"""The ledger's tables. Add a script at the end to change them; never edit one.

- ``scopes``: what is remembered together: an account's entity, and the same with journey keys.
- ``rows``: the memory. Per scope and row key: ``accepted``, the content last accepted, and ``run``,
  by which run; ``open``, the contents that were sent since and never answered, one after another.
- ``runs``: one per send. Counts hold what ``batches`` no longer does. ``first`` is the number of
  the run that this one resumes, directly or through others; ``account`` and ``address`` who sent
  and where to; ``reading`` how cells were read, without values; ``waits_until`` until when PangoCDP
  asked to wait.
- ``batches``: the journal. One per request, written before it is sent, its answer after, and
  folded into ``rows`` when the run ends.

All of them hold keyed hashes of rows, never values.
"""

from __future__ import annotations

MIGRATIONS = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE scopes (id INTEGER PRIMARY KEY, digest BLOB UNIQUE NOT NULL);
    CREATE TABLE rows (
        scope INTEGER NOT NULL, key BLOB NOT NULL, accepted BLOB, run INTEGER, open BLOB,
        PRIMARY KEY (scope, key)
    ) WITHOUT ROWID;
    CREATE TABLE runs (
        number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL,
        resumes TEXT, first INTEGER,
        scope INTEGER NOT NULL, event_scope INTEGER,
        entity TEXT NOT NULL, started REAL NOT NULL, ended REAL,
        state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
        user TEXT, file TEXT, fingerprint BLOB, options TEXT NOT NULL,
        n_rows INTEGER NOT NULL, held INTEGER NOT NULL, superseded INTEGER NOT NULL,
        unchanged INTEGER NOT NULL DEFAULT 0, accepted INTEGER NOT NULL DEFAULT 0,
        rejected INTEGER NOT NULL DEFAULT 0, unknown INTEGER NOT NULL DEFAULT 0,
        n_requests INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE batches (
        run INTEGER NOT NULL, number INTEGER NOT NULL, n_rows INTEGER NOT NULL,
        state INTEGER NOT NULL, marks BLOB NOT NULL,
        PRIMARY KEY (run, number)
    ) WITHOUT ROWID
    """,
    """
    ALTER TABLE runs ADD COLUMN account BLOB;
    ALTER TABLE runs ADD COLUMN address TEXT;
    ALTER TABLE runs ADD COLUMN is_practice INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN reading TEXT;
    ALTER TABLE runs ADD COLUMN waits_until REAL
    """,
)
