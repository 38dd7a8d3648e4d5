"""Rows grouped into requests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: The API takes 1 to 50 records in a request.
MAX_ROWS = 50

#: And fires at most so many journey events in a request.
MAX_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one request.

    Parameters
    ----------
    positions
        Where each row is in the ready frame.
    entries
        Each row as JSON.
    marks
        Each row's key hash and content hash, 32 bytes.
    """

    positions: Sequence[int]
    entries: Sequence[bytes]
    marks: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, some: slice) -> Batch:
        return Batch(self.positions[some], self.entries[some], self.marks[some])

    def halves(self) -> tuple[Batch, Batch]:
        """Divide; the first half has the odd row."""
        middle = (len(self) + 1) // 2
        return self[:middle], self[middle:]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every request of a run says besides its rows.

    Examples
    --------
    >>> Envelope("customer-identity", "CRM").body([b'{"customerId":"C1"}'])
    b'{"objectType":"customer-identity","source":"CRM","entries":[{"customerId":"C1"}]}'
    """

    object_type: str
    source: str
    je_config_id: str | None = None
    je_event_key: str | None = None
    ignored_update_cfs: tuple[str, ...] = ()
    init_data: bool = False

    @property
    def has_events(self) -> bool:
        """Whether PangoCDP fires journey events for these rows."""
        return bool(self.je_config_id or self.je_event_key)

    @property
    def max_rows(self) -> int:
        """How many rows a request may carry."""
        n_events_per_row = bool(self.je_config_id) + bool(self.je_event_key)
        return min(MAX_ROWS, MAX_EVENTS // n_events_per_row) if n_events_per_row else MAX_ROWS

    def frame(self) -> tuple[bytes, bytes]:
        """Return what comes before and after the entries."""
        before = _json({"objectType": self.object_type, "source": self.source})[:-1]
        more: dict[str, Any] = {}
        if self.je_config_id:
            more["jeConfigId"] = self.je_config_id
        if self.je_event_key:
            more["jeEventKey"] = self.je_event_key
        if self.ignored_update_cfs:
            more["ignoredUpdateCfs"] = list(self.ignored_update_cfs)
        after = b"," + _json(more)[1:] if more else b"}"
        return before + b',"entries":[', b"]" + after

    def body(self, entries: Sequence[bytes]) -> bytes:
        """Return the request body for these rows."""
        before, after = self.frame()
        return before + b",".join(entries) + after


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
