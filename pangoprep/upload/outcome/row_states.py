"""What has become of the rows so far: one small number per row, so a million cost little."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.columns.types import Rows
from pangoprep.upload.http.request_names import without_request
from pangoprep.upload.outcome.states import WORDS, State

_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)

# So many columns has the drawing of a run's speed.
_SLOTS = 64

_BARS = "▁▂▃▄▅▆▇█"


# The states of rows that PangoCDP may say more of.
_CONFIRMABLE = (State.ACCEPTED, State.UNKNOWN, State.STORED, State.FAILED)


class RowStates:
    """The states of the ready rows. Every row starts as unsent, so the counts always add up.

    Parameters
    ----------
    n_rows
        How many ready rows there are.
    n_joined
        How many rows of the file are sent in the record of each; None for none of any.
    """

    def __init__(self, n_rows: int, n_joined: Rows | None = None) -> None:
        self._n_joined = n_joined
        self.states: np.ndarray[Any, np.dtype[np.uint8]] = np.full(
            n_rows, State.UNSENT, dtype=np.uint8
        )
        self.reason_codes: np.ndarray[Any, np.dtype[np.int32]] = np.zeros(n_rows, dtype=np.int32)
        self.reasons: dict[str, int] = {"": 0}
        self.counts = dict.fromkeys(State, 0) | {State.UNSENT: n_rows}
        self.n_requests = 0
        self.request_seconds = 0.0
        self.speed = Speed()

    @property
    def counts_of_rows(self) -> dict[State, int]:
        """Count the rows of the file in each state: those sent in a record have its state."""
        counts = dict(self.counts)
        if self._n_joined is not None:
            for state in State:
                counts[state] += int(self._n_joined[self.states == state].sum())
        return counts

    def mark(self, positions: Sequence[int], state: State, reason: str = "") -> None:
        """Set the state of some rows that are unsent so far."""
        code = self.reasons.setdefault(reason, len(self.reasons))
        where = np.asarray(positions, dtype=np.int64)
        self.states[where] = state
        self.reason_codes[where] = code
        self.counts[state] += len(where)
        self.counts[State.UNSENT] -= len(where)

    def confirm(self, position: int, state: State, words: str) -> None:
        """Turn a row that was sent into what PangoCDP says became of it."""
        was = State(int(self.states[position]))
        if was not in _CONFIRMABLE:
            return
        self.counts[was] -= 1
        self.counts[state] += 1
        self.states[position] = state
        self.reason_codes[position] = self.reasons.setdefault(words, len(self.reasons))

    def explain_unsent(self, reason: str) -> None:
        """Give the rows that were not sent a reason."""
        code = self.reasons.setdefault(reason, len(self.reasons))
        self.reason_codes[self.states == State.UNSENT] = code

    def reason_counts(self, states: Sequence[State]) -> list[tuple[State, str, int]]:
        """Count the rows in some states by state and reason, the most frequent first."""
        texts = [without_request(text) for text in self.reasons]
        counted: dict[tuple[State, str], int] = {}
        for state in states:
            n_rows = np.bincount(self.reason_codes[self.states == state], minlength=len(texts))
            for code in np.flatnonzero(n_rows):
                one = (state, texts[code])
                counted[one] = counted.get(one, 0) + int(n_rows[code])
        return sorted(((*one, n) for one, n in counted.items()), key=lambda one: -one[2])

    def into(
        self, rows: pd.DataFrame, start: int, say: Callable[[str], str] = str
    ) -> tuple[pd.DataFrame, int]:
        """Put states into a part of a report's table of rows.

        Parameters
        ----------
        rows
            One line per row that came in: row, index, key, state, reason.
        start
            How many ready rows the parts before it have.
        say
            Says a reason in the reader's language.

        Returns
        -------
        table, stop
            The part with the states of its ready rows, and where the next part starts.
        """
        ready = np.flatnonzero((rows["state"] == "ready").to_numpy(dtype=bool))
        stop = start + len(ready)
        texts = np.array([say(reason) for reason in self.reasons], dtype=object)
        state = rows["state"].to_numpy(dtype=object, copy=True)
        reason = rows["reason"].to_numpy(dtype=object, copy=True)
        state[ready] = np.array(WORDS, dtype=object)[self.states[start:stop]]
        reason[ready] = texts[self.reason_codes[start:stop]]
        if "record" in rows:
            joined = np.flatnonzero((rows["state"] == "joined").to_numpy(dtype=bool))
            # A record's first row is the one that was sent; rows come in their order.
            sent = np.searchsorted(rows["row"], rows["record"].iloc[joined])
            state[joined] = state[sent]
            reason[joined] = reason[sent]
        table = rows[["row", "index", "key"]].copy()
        typed = {"state": pd.array(state, dtype=_TEXT), "reason": pd.array(reason, dtype=_TEXT)}
        return table.assign(**typed), stop

    @property
    def n_done(self) -> int:
        """How many rows have an end state."""
        return len(self.states) - self.counts[State.UNSENT]


class Speed:
    """Accepted rows over time, in a fixed number of slots that grow wider as time passes."""

    def __init__(self) -> None:
        self.slot_seconds = 1.0
        self.slots = [0] * _SLOTS

    def add(self, at: float, n_rows: int) -> None:
        """Count rows at a second of the run."""
        while at >= self.slot_seconds * _SLOTS:
            pairs = zip(self.slots[::2], self.slots[1::2], strict=True)
            self.slots = [a + b for a, b in pairs] + [0] * (_SLOTS // 2)
            self.slot_seconds *= 2
        self.slots[int(max(at, 0.0) / self.slot_seconds)] += n_rows

    def sparkline(self) -> str:
        """Draw the speed as a line of bars.

        Examples
        --------
        >>> speed = Speed()
        >>> for second in range(4):
        ...     speed.add(second, 50 * second)
        >>> speed.sparkline()
        '▁▃▅█'
        """
        last = max((i for i, n in enumerate(self.slots) if n), default=-1)
        most = max(self.slots)
        return "".join(_BARS[n * (len(_BARS) - 1) // most] for n in self.slots[: last + 1])


def counts_by_word(counts: Mapping[State, int]) -> dict[str, int]:
    """Return counts under the words people see, in their usual order.

    What only a callback tells is left out as long as none has.
    """
    shown = [s for s in State if s < State.STORED or any(counts.get(one) for one in _LATER)]
    return {state.label: int(counts.get(state, 0)) for state in shown}


_LATER = (State.STORED, State.FAILED)
