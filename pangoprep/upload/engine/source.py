"""Where batches come from: rows encoded, compared with the ledger's memory, cut into requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b

import pandas as pd

from pangoprep.call_words import option
from pangoprep.errors import UsageError
from pangoprep.sentence import Sentence
from pangoprep.upload.ledger.row_history import RowHistory
from pangoprep.upload.outcome.row_states import RowStates
from pangoprep.upload.outcome.states import State
from pangoprep.upload.rows.batches import Batch
from pangoprep.upload.rows.fingerprints import SIZE, RowMarks
from pangoprep.upload.rows.payload import Chunk, Encoder

# Encoding so many rows takes a few hundredths of a second, during which nothing else happens.
_ROWS_AT_ONCE = 2_000

# The ledger is asked about more and more rows at once: the more, the less each costs. They wait
# in memory meanwhile, some 5 MB.
_MAX_ROWS_ASKED = 10_000


class BatchSource:
    """Makes batches as they are asked for, one part after another, so that memory stays flat.

    Rows that need not or must not be sent get their state here. Where parts are cut changes no
    batch.

    Parameters
    ----------
    parts
        The rows to send, in order.
    encoder_of
        How a part's rows become entries.
    marks
        How the ledger knows them.
    memory
        What is known of them; None: nothing.
    row_states
        Where states go, and how many rows there are.
    max_rows
        Rows in a request.
    sample
        Rows in the first request, if fewer.
    on_known
        Called with the numbers of rows found unchanged and unknown.
    """

    def __init__(
        self,
        parts: Iterable[pd.DataFrame],
        encoder_of: Callable[[pd.DataFrame], Encoder],
        marks: RowMarks,
        memory: RowHistory | None,
        row_states: RowStates,
        *,
        max_rows: int,
        sample: int | None = None,
        on_known: Callable[[int, int], None] | None = None,
    ) -> None:
        self._parts, self._encoder_of = parts, encoder_of
        self._marks, self._memory, self._row_states = marks, memory, row_states
        self._max_rows, self._first = max_rows, min(sample or max_rows, max_rows)
        self._on_known = on_known
        self._all_content = blake2b(digest_size=SIZE)
        self.is_exhausted = False

    @property
    def frame_fingerprint(self) -> bytes | None:
        """Keyed hash of all rows in their order; None until the last has been read."""
        return self._all_content.digest() if self.is_exhausted else None

    def __iter__(self) -> Iterator[Batch]:
        """Give the batches; an empty one now and then, where all rows are known already.

        Raises
        ------
        UsageError
            If there are not as many rows as there were when they were counted.
        """
        size, n_asked = self._first, _ROWS_AT_ONCE
        new, to_send = Batch([], [], []), Batch([], [], [])
        for start, chunk in self._chunks():
            marks = self._marks.mark(chunk.keys, chunk.entries)
            for mark in marks:
                self._all_content.update(mark)
            new = _joined(new, Batch(range(start, start + len(marks)), chunk.entries, marks))
            if len(new) >= n_asked or self._knows_nothing:
                to_send, new = _joined(to_send, self._to_send(new)), Batch([], [], [])
                n_asked = min(2 * n_asked, _MAX_ROWS_ASKED)
            cut = 0
            while len(to_send) - cut >= size:
                yield to_send[cut : cut + size]
                cut, size = cut + size, self._max_rows
            to_send = to_send[cut:]
            yield Batch([], [], [])
        to_send = _joined(to_send, self._to_send(new))
        self.is_exhausted = True
        while len(to_send):
            yield to_send[:size]
            to_send, size = to_send[size:], self._max_rows

    def _chunks(self) -> Iterator[tuple[int, Chunk]]:
        """Encode some rows after the other; tell where they start among all rows."""
        n_rows, n_counted = 0, len(self._row_states.states)
        for part in self._parts:
            for chunk in self._encoder_of(part).chunks(_ROWS_AT_ONCE):
                start, n_rows = n_rows, n_rows + len(chunk.entries)
                if n_rows > n_counted:
                    raise _changed(n_counted, "more")
                yield start, chunk
        if n_rows != n_counted:
            raise _changed(n_counted, Sentence("{1:,}", n_rows))

    @property
    def _knows_nothing(self) -> bool:
        return self._memory is None or self._memory.is_empty

    def _to_send(self, rows: Batch) -> Batch:
        """Give rows that are known already their state, and return the others."""
        if self._memory is None or self._knows_nothing:
            return rows
        states = self._memory.states(rows.marks)
        unchanged = [
            at for at, s in zip(rows.positions, states, strict=True) if s is State.UNCHANGED
        ]
        unknown = [at for at, s in zip(rows.positions, states, strict=True) if s is State.UNKNOWN]
        self._row_states.mark(unchanged, State.UNCHANGED)
        self._row_states.mark(unknown, State.UNKNOWN, _why_unknown())
        if self._on_known is not None and (unchanged or unknown):
            self._on_known(len(unchanged), len(unknown))
        left = [place for place, state in enumerate(states) if state is None]
        return Batch(
            [rows.positions[place] for place in left],
            [rows.entries[place] for place in left],
            [rows.marks[place] for place in left],
        )


def _joined(one: Batch, other: Batch) -> Batch:
    return Batch(
        [*one.positions, *other.positions],
        [*one.entries, *other.entries],
        [*one.marks, *other.marks],
    )


def _changed(n_counted: int, now: str) -> UsageError:
    return UsageError(
        Sentence(
            "{1:,} rows were ready when they were counted, and now there are {2}: the data changed "
            "meanwhile. Validate it again and send the new report.",
            n_counted,
            now,
        )
    )


def _why_unknown() -> str:
    return Sentence(
        "sent before, and no answer came: an event may have fired for it; "
        "to send it again all the same: {1}",
        option("resolve_unknown", "resend"),
    )
