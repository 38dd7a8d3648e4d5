"""Rows of an entity that has a ``refId`` of its own, such as ``custom-model``, found by it again.

A callback names a row by its ``refId`` alone, and that is only part of the row's key: two models
may have records with the same one. So the ledger keeps what else the keys of a scope say, such as
the codes of its models, sealed with its key. With these a ``refId`` becomes key hashes, and the
memory knows the rest.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pandas as pd

from pangoprep.upload.ledger.database import database_errors
from pangoprep.upload.ledger.journal_file import JournalReader
from pangoprep.upload.ledger.row_history import RowHistory
from pangoprep.upload.ledger.scopes import Scope
from pangoprep.upload.rows.batches import Envelope
from pangoprep.upload.rows.fingerprints import SIZE, RowMarks, fingerprint
from pangoprep.upload.rows.payload import Encoder
from pangoprep.upload.rows.ref_ids import REF_ID, RefId

CREATE = """
    CREATE TABLE own_ref_ids (
        scope INTEGER NOT NULL, proof BLOB NOT NULL, sealed BLOB NOT NULL,
        PRIMARY KEY (scope, proof)
    ) WITHOUT ROWID;
    ALTER TABLE runs ADD COLUMN until INTEGER
"""

# A scope with more kinds of keys than that names its rows by more than their ``refId``.
_MAX_KINDS = 100


@dataclass(frozen=True, slots=True)
class _Found:
    """A row that a ``refId`` may name."""

    scope: int
    ref_id: RefId
    is_practice: bool


class OwnRefIds:
    """Keeps what the keys of rows say besides their ``refId``, and finds rows by that.

    Parameters
    ----------
    db, path, key
        The ledger's connection, file and key.
    """

    def __init__(self, db: sqlite3.Connection, path: Path, key: bytes) -> None:
        self._db, self._path, self._key = db, path, key
        self._journals: dict[str, JournalReader] = {}

    def remember(self, scope: int, key_fields: Sequence[str], part: pd.DataFrame) -> None:
        """Keep the kinds of keys of a part's rows, canonical."""
        others = [name for name in key_fields if name != REF_ID]
        kinds = (
            part[others].drop_duplicates().head(_MAX_KINDS + 1) if others else pd.DataFrame([{}])
        )
        with database_errors(self._path):
            for kind in kinds.to_dict("records"):
                text = json.dumps([list(key_fields), kind], ensure_ascii=False, default=str)
                proof = fingerprint(self._key, "own refId", text)
                content = _sealed(self._key, proof, text.encode())
                add = "INSERT OR IGNORE INTO own_ref_ids VALUES (?, ?, ?)"
                self._db.execute(add, [scope, proof, content])

    def find(self, ref_ids: Sequence[str]) -> tuple[dict[str, RefId], set[str]]:
        """Find the latest request of the rows with some ``refId``.

        Where rows of a practice account have it too, the account that was sent to last counts.

        Returns
        -------
        found, ambiguous
            What the ledger knows of each, and those that several rows have.
        """
        candidates: dict[str, list[_Found]] = {}
        for scope, kinds in self._kinds().items():
            for key_fields, others in kinds:
                self._look(scope, key_fields, others, ref_ids, candidates)
        found: dict[str, RefId] = {}
        ambiguous: set[str] = set()
        for name, every in candidates.items():
            last = max(every, key=lambda one: one.ref_id.request)
            same = [one for one in every if one.is_practice == last.is_practice]
            if len(same) > 1 or not last.ref_id.run:
                ambiguous.add(name)
            else:
                found[name] = last.ref_id
        return found, ambiguous

    def _kinds(self) -> dict[int, list[tuple[list[str], dict[str, Any]]]]:
        kinds: dict[int, list[tuple[list[str], dict[str, Any]]]] = {}
        with database_errors(self._path):
            rows = self._db.execute("SELECT scope, proof, sealed FROM own_ref_ids").fetchall()
        for scope, proof, sealed in rows:
            key_fields, others = json.loads(_sealed(self._key, proof, sealed))
            kinds.setdefault(scope, []).append((key_fields, others))
        return {scope: some for scope, some in kinds.items() if len(some) <= _MAX_KINDS}

    def _look(
        self,
        scope: int,
        key_fields: Sequence[str],
        others: Mapping[str, Any],
        ref_ids: Sequence[str],
        candidates: dict[str, list[_Found]],
    ) -> None:
        marks = self._marks(key_fields, others, ref_ids)
        latest = RowHistory(self._db, self._path, Scope(scope)).latest(marks)
        for name, mark, last in zip(ref_ids, marks, latest, strict=True):
            if last is not None:
                request, content = last
                run, is_practice = self._run_of(scope, request)
                ref_id = RefId(run, request, mark[:SIZE], content)
                candidates.setdefault(name, []).append(_Found(scope, ref_id, is_practice))

    def _marks(
        self, key_fields: Sequence[str], others: Mapping[str, Any], ref_ids: Sequence[str]
    ) -> list[bytes]:
        columns = {
            name: pd.Series(list(ref_ids), dtype="str")
            if name == REF_ID
            else pd.Series([others[name]] * len(ref_ids))
            for name in key_fields
        }
        encoder = Encoder(pd.DataFrame(columns), key_fields, key_fields)
        row_marks = RowMarks(self._key, Envelope("", ""))  # only the key's half counts here
        return [
            mark
            for chunk in encoder.chunks(10_000)
            for mark in row_marks.mark(chunk.keys, chunk.entries)
        ]

    def _run_of(self, scope: int, request: int) -> tuple[int, bool]:
        """Return the run that made a request, 0 if several may have; and whether it practiced."""
        span = (
            "SELECT number, is_practice, id, state FROM runs WHERE scope = ? AND since <= ?"
            " AND (until >= ? OR state = 'running')"
        )
        with database_errors(self._path):
            runs = self._db.execute(span, [scope, request, request]).fetchall()
            if len(runs) > 1:
                runs = [run for run in runs if self._may_be_of(request, *run[2:])]
        is_practice = bool(runs and runs[0][1])
        return (runs[0][0], is_practice) if len(runs) == 1 else (0, is_practice)

    def _may_be_of(self, request: int, run_id: str, state: str) -> bool:
        if state != "running":
            return True
        try:
            if run_id not in self._journals:
                self._journals[run_id] = JournalReader(self._path, run_id)
                self._journals[run_id].read()
        except FileNotFoundError:  # it was put away just now
            return True
        return self._journals[run_id].state_of(request) is not None


def _sealed(key: bytes, proof: bytes, content: bytes) -> bytes:
    """Hide a text, or show a hidden one: no value stands in the ledger as it is."""
    n_blocks = -(-len(content) // 64)
    pad = b"".join(
        blake2b(proof + nth.to_bytes(4, "big"), key=key[:64], person=b"own refId").digest()
        for nth in range(n_blocks)
    )
    return bytes(one ^ other for one, other in zip(content, pad, strict=False))
