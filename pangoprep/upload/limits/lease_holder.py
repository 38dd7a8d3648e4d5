"""Who holds leases: a process that others can tell is alive."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

from pangoprep.upload.machine.run_lock import RunLock, bury, is_running


class LeaseHolder:
    """One opening of a budget, alive until closed or until its process ends, however it ends.

    Parameters
    ----------
    budget
        Path of the budget.
    """

    def __init__(self, budget: Path) -> None:
        self._budget = budget
        self.name = secrets.token_hex(8)
        self._lock: RunLock | None = None

    def hold(self) -> str:
        """Show that this holder lives; return its name."""
        if self._lock is None:
            self._lock = RunLock(self._budget, self.name)
        return self.name

    def dead(self, names: Iterable[str | None]) -> list[str]:
        """Return which of several holders live no more, and bury them."""
        found = [name for name in names if name and not is_running(self._budget, name)]
        for name in found:
            bury(self._budget, name)
        return found

    def close(self) -> None:
        """It holds nothing any more."""
        if self._lock is not None:
            self._lock.close()
