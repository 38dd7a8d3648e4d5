"""The ledger's tables. Add a step at the end to change them; never edit one.

- ``scopes``: what is remembered together: an account's entity, and the same with journey keys.
  ``version`` counts changes of its blocks.
- ``blocks``: the memory, see `blocks`. ``first`` is the first key in it, moved into signed numbers.
- ``runs``: one per send. Counts hold what its journal no longer does. ``first`` is the number of
  the run that this one resumes, directly or through others; ``since`` its place in the order;
  ``until`` the last number when it ended; ``account`` and ``address`` who sent and where to;
  ``reading`` how cells were read, without values; ``waits_until`` until when PangoCDP
  asked to wait.
- ``confirmations``: what PangoCDP's callbacks said of rows, with its words as far as they hold no
  value; ``was_unknown``: the row's answer had been lost.
- ``own_ref_ids``: what keys say besides a ``refId`` of the entity's own, see there.
- ``sequence``: the order's last number that was noted here, see `order`.

The journals are files of their own, see `journal_file`.

All of them hold keyed hashes of rows, never values.
"""

from __future__ import annotations

from pangoprep.upload.ledger.confirmations import CREATE as CREATE_CONFIRMATIONS
from pangoprep.upload.ledger.own_ref_ids import CREATE as CREATE_OWN_REF_IDS
from pangoprep.upload.ledger.repacking import move_journals, repack

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
    # Version 0.1.0 could read it until here.
    """
    ALTER TABLE runs ADD COLUMN account BLOB;
    ALTER TABLE runs ADD COLUMN address TEXT;
    ALTER TABLE runs ADD COLUMN is_practice INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN reading TEXT;
    ALTER TABLE runs ADD COLUMN waits_until REAL
    """,
    """
    ALTER TABLE batches RENAME TO old_batches;
    CREATE TABLE batches (
        number INTEGER PRIMARY KEY, run INTEGER NOT NULL, begun INTEGER, ended INTEGER,
        state INTEGER NOT NULL, marks BLOB NOT NULL
    );
    CREATE TABLE sequence (last INTEGER NOT NULL);
    CREATE TABLE blocks (
        id INTEGER PRIMARY KEY, scope INTEGER NOT NULL, first INTEGER NOT NULL,
        entries BLOB NOT NULL
    );
    CREATE INDEX blocks_in_order ON blocks (scope, first);
    ALTER TABLE scopes ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX running ON runs (number) WHERE state = 'running'
    """,
    repack,
    "DROP TABLE rows; DROP TABLE old_batches",
    CREATE_CONFIRMATIONS,
    CREATE_OWN_REF_IDS,
    move_journals,
)
