"""The seven end states of a row."""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """What became of a row. Every row that came in ends in exactly one of these.

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

    @property
    def label(self) -> str:
        """The word people see."""
        return self.name.lower()


#: The words, in the order of the codes.
STATES = tuple(state.label for state in State)
