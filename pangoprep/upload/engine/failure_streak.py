"""When failures follow each other, they are no longer about single rows."""

from __future__ import annotations

#: Refusals in a row that stop a run: four batches in which not one row is taken ...
MAX_REFUSALS_AT_FIRST = 200
#: ... or far more, once PangoCDP has taken something in this run.
MAX_REFUSALS_LATER = 1_000

#: Answers lost in a row that stop a run whose requests are not repeated.
MAX_LOST = 6


class FailureStreak:
    """Counts failures in a row.

    Examples
    --------
    >>> failure_streak = FailureStreak()
    >>> [failure_streak.lost() for _ in range(6)]
    [False, False, False, False, False, True]
    """

    def __init__(self) -> None:
        self.n_refused = 0
        self.n_lost = 0
        self._has_accepted = False

    def accepted(self) -> None:
        """Count a request that went well."""
        self.n_refused = self.n_lost = 0
        self._has_accepted = True

    def refused(self) -> bool:
        """Count a request that was refused; say whether that is too many."""
        self.n_refused += 1
        most = MAX_REFUSALS_LATER if self._has_accepted else MAX_REFUSALS_AT_FIRST
        return self.n_refused >= most

    def lost(self) -> bool:
        """Count an answer that was lost; say whether that is too many."""
        self.n_lost += 1
        return self.n_lost >= MAX_LOST
