"""Where batches come from: rows encoded, compared with the ledger's memory, cut into requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b

from pangoprep.upload.ledger.history import History
from pangoprep.upload.outcome.row_states import RowStates
from pangoprep.upload.outcome.states import State
from pangoprep.upload.rows.batches import Batch
from pangoprep.upload.rows.fingerprints import SIZE, RowMarks
from pangoprep.upload.rows.payload import Encoder

# Encoding so many rows takes a few hundredths of a second, during which nothing else happens.
_ROWS_AT_ONCE = 2_000

_WHY_UNKNOWN = (
    "sent before, and no answer came: an event may have fired for it; "
    "to send it again all the same: resolve_unknown='resend'"
)


class BatchSource:
    """Makes batches as they are asked for, so that memory stays flat.

    Rows that need not or must not be sent get their state here.

    Parameters
    ----------
    encoder, marks
        How rows become entries, and how the ledger knows them.
    memory
        What is known of them; None: nothing.
    tally
        Where states go.
    most_rows
        Rows in a request.
    sample
        Rows in the first request, if fewer.
    on_known
        Called with the numbers of rows found unchanged and unknown.
    """

    def __init__(
        self,
        encoder: Encoder,
        marks: RowMarks,
        memory: History | None,
        row_states: RowStates,
        *,
        most_rows: int,
        sample: int | None = None,
        on_known: Callable[[int, int], None] | None = None,
    ) -> None:
        self._encoder, self._marks, self._memory, self._row_states = (
            encoder,
            marks,
            memory,
            row_states,
        )
        self._most_rows, self._first = most_rows, min(sample or most_rows, most_rows)
        self._on_known = on_known
        self._all_content = blake2b(digest_size=SIZE)
        self.is_exhausted = False

    @property
    def frame_fingerprint(self) -> bytes | None:
        """Keyed hash of all rows in their order; None until the last has been read."""
        return self._all_content.digest() if self.is_exhausted else None

    def __iter__(self) -> Iterator[Batch]:
        size = self._first
        positions: list[int] = []
        entries: list[bytes] = []
        marks: list[bytes] = []
        for chunk in self._encoder.chunks(_ROWS_AT_ONCE):
            chunk_marks = self._marks.mark(chunk.keys, chunk.entries)
            for mark in chunk_marks:
                self._all_content.update(mark)
            to_send = self._to_send(chunk.start, chunk_marks)
            positions += [chunk.start + place for place in to_send]
            entries += [chunk.entries[place] for place in to_send]
            marks += [chunk_marks[place] for place in to_send]
            start = 0
            while len(positions) - start >= size:
                stop = start + size
                yield Batch(positions[start:stop], entries[start:stop], marks[start:stop])
                start, size = stop, self._most_rows
            positions, entries, marks = positions[start:], entries[start:], marks[start:]
        self.is_exhausted = True
        if positions:
            yield Batch(positions, entries, marks)

    def _to_send(self, start: int, marks: list[bytes]) -> list[int]:
        if self._memory is None or self._memory.is_empty:
            return list(range(len(marks)))
        states = self._memory.states(marks)
        unchanged = [start + i for i, s in enumerate(states) if s is State.UNCHANGED]
        unknown = [start + i for i, s in enumerate(states) if s is State.UNKNOWN]
        self._row_states.mark(unchanged, State.UNCHANGED)
        self._row_states.mark(unknown, State.UNKNOWN, _WHY_UNKNOWN)
        if self._on_known is not None and (unchanged or unknown):
            self._on_known(len(unchanged), len(unknown))
        return [place for place, state in enumerate(states) if state is None]
