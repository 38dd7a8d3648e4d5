"""Progress while sending: a widget in a notebook, a line in a terminal, on stderr."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from pangoprep.progress import Bar
from pangoprep.upload.limits.limits import window_name

_FORMAT = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} rows [{elapsed}{postfix}]"


@dataclass(frozen=True, slots=True)
class View:
    """One look at a run.

    Parameters
    ----------
    n_done, counts
        Rows with an end state, and how many are in each.
    rows_per_second
        Since the run started.
    seconds_left
        Under the limits and at the speed seen so far.
    window
        The window that requests are waiting for, as (seconds, requests); None if they are not.
    waits_until
        Until when PangoCDP asked to wait, in seconds since 1970; None if it did not.
    """

    n_done: int
    counts: Mapping[str, int]
    rows_per_second: float
    seconds_left: float
    window: tuple[float, int] | None
    waits_until: float | None = None

    @property
    def words(self) -> str:
        """What stands behind the bar; a narrow terminal cuts off the end.

        Examples
        --------
        >>> View(60, {"accepted": 50, "rejected": 1, "unsent": 9}, 25.0, 80.0, (60.0, 1000)).words
        '1:20 left; 50 accepted, 1 rejected; 25 rows/s; limit 1,000/60s'
        """
        states = [f"{n:,} {word}" for word, n in self.counts.items() if n and word != "unsent"]
        parts = [f"{duration(self.seconds_left)} left", ", ".join(states)]
        if self.waits_until is not None:
            parts.insert(1, f"PangoCDP asked to wait until {local_time(self.waits_until)}")
        parts.append(f"{self.rows_per_second:,.0f} rows/s")
        if self.window is not None:
            parts.append(f"limit {window_name(*self.window)}")
        return "; ".join(filter(None, parts))


class Progress:
    """A progress bar of a run, or nothing; see `Bar`.

    Parameters
    ----------
    n_rows
        How many rows are ready.
    entity
        Stands before the bar.
    show
        None: in a notebook or a terminal only.
    """

    def __init__(self, n_rows: int, entity: str, show: bool | None) -> None:
        self._bar = Bar(entity, n_rows, show=show, bar_format=_FORMAT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.__exit__(*error)

    def update(self, look: Callable[[], View]) -> None:
        """Show how things are, if anybody sees it."""

        def told() -> tuple[int, str]:
            view = look()
            return view.n_done, view.words

        self._bar.show(told)


def local_time(seconds: float) -> str:
    """Write a moment, in seconds since 1970, as the clock of this machine's user shows it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def duration(seconds: float, day: str = "day", days: str = "days") -> str:
    """Write a number of seconds as people read it; the word for a day in their language.

    Examples
    --------
    >>> duration(59.2), duration(3_725), duration(90_000)
    ('1:00', '1:02:05', '1 day 1:00:00')
    """
    minutes, second = divmod(int(-(-seconds // 1)), 60)
    hours, minute = divmod(minutes, 60)
    if not hours:
        return f"{minute}:{second:02}"
    n_days, hour = divmod(hours, 24)
    clock = f"{hour}:{minute:02}:{second:02}"
    return f"{n_days} {days if n_days > 1 else day} {clock}" if n_days else clock
