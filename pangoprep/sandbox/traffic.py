"""The log of requests: when, where to, what came of it, how many entries."""

from __future__ import annotations

import threading
from array import array
from collections import Counter
from typing import NamedTuple

#: Stands in the log for a status when the connection was cut instead of answered.
NO_ANSWER = 0


class LogColumns(NamedTuple):
    """The log as columns; ``at`` in seconds since the start, in the order requests were done."""

    at: array[float]
    path: list[str]
    status: array[int]
    n_entries: array[int]


class Traffic:
    """Every request to the API, in columns of plain numbers: a day's 400,000 take 5 MB.

    Written by the server's thread, read by any.

    Parameters
    ----------
    paths
        The paths there are.
    """

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.paths = paths
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget every request."""
        with self._lock:
            self._at = array("d")
            self._path = array("B")
            self._status = array("H")
            self._n_entries = array("L")
            self.statuses: Counter[int] = Counter()
            self.taken_by_second: Counter[int] = Counter()
            self.other_by_second: Counter[int] = Counter()

    def add(self, at: float, path: str, status: int, n_entries: int) -> None:
        """Log one request; ``at`` in seconds since the start."""
        with self._lock:
            self._at.append(at)
            self._path.append(self.paths.index(path))
            self._status.append(status)
            self._n_entries.append(n_entries)
            self.statuses[status] += 1
            by_second = self.taken_by_second if status == 200 else self.other_by_second
            by_second[int(at)] += 1

    def __len__(self) -> int:
        return len(self._at)

    def columns(self, last: int | None = None) -> LogColumns:
        """Copy out the log, or the end of it."""
        with self._lock:
            start = 0 if last is None else max(0, len(self._at) - last)
            return LogColumns(
                self._at[start:],
                [self.paths[number] for number in self._path[start:]],
                self._status[start:],
                self._n_entries[start:],
            )
