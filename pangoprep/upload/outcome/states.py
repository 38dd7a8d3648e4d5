"""The seven states a run leaves a row in, and the two that PangoCDP's callback turns some into."""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """What became of a row. Every row that came in ends in exactly one of these.

    A run leaves it in one of the first seven. ``ACCEPTED`` means that PangoCDP received it; what it
    stored is known when it has called back: ``STORED`` or ``FAILED``.

    Examples
    --------
    >>> State.ACCEPTED.label
    'accepted'
    """

    HELD = 0
    SUPERSEDED = 1
    UNCHANGED = 2
    ACCEPTED = 3
    REJECTED = 4
    UNKNOWN = 5
    UNSENT = 6
    STORED = 7
    FAILED = 8

    @property
    def label(self) -> str:
        """The word people see."""
        return self.name.lower()


#: The words of all states, in the order of the codes.
WORDS = tuple(state.label for state in State)
#: Those a run leaves rows in.
STATES = WORDS[: State.STORED]
