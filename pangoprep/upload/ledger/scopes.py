"""Where rows are remembered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a run's rows are remembered.

    Parameters
    ----------
    rows
        The account's entity: what PangoCDP holds of each row.
    events
        The same with the journey keys: for what content an event has fired. None without them.
    """

    rows: int
    events: int | None = None

    @property
    def all(self) -> list[int]:
        """Both, or the one there is."""
        return [self.rows] if self.events is None else [self.rows, self.events]
