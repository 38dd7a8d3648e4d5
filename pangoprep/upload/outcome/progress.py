"""Progress while sending: a widget in a notebook, a line in a terminal, on stderr."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from pangoprep.language import language
from pangoprep.progress import Bar

_FORMAT = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} {unit} [{elapsed}{postfix}]"


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

    def in_words(self, lang: str = "en") -> str:
        """Return what stands behind the bar; a narrow terminal cuts off the end.

        Examples
        --------
        >>> view = View(60, {"accepted": 50, "rejected": 1, "unsent": 9}, 25.0, 80.0, (60.0, 1000))
        >>> view.in_words()
        '1:20 left; 50 accepted, 1 rejected; 25 rows/s; limit 1,000/60s'
        >>> view.in_words("vi")
        'còn 1:20; 50 đã nhận, 1 bị từ chối; 25 dòng/giây; giới hạn 1.000/60 giây'
        """
        words = language(lang)
        left = duration(self.seconds_left, words("unit.day"), words("unit.days"))
        ended = {state: n_rows for state, n_rows in self.counts.items() if state != "unsent"}
        parts = [words("progress.left", time=left), words.states(ended)]
        if self.waits_until is not None:
            parts.insert(1, words("progress.waits", until=local_time(self.waits_until)))
        parts.append(words("progress.speed", n=round(self.rows_per_second)))
        if self.window is not None:
            seconds, n_requests = self.window
            parts.append(words("progress.limit", n=n_requests, seconds=f"{seconds:g}"))
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
    lang
        The language of its words.
    """

    def __init__(self, n_rows: int, entity: str, show: bool | None, lang: str = "en") -> None:
        self._lang = lang
        unit = language(lang)("progress.unit")
        self._bar = Bar(entity, n_rows, show=show, bar_format=_FORMAT, unit=unit)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.__exit__(*error)

    def update(self, look: Callable[[], View]) -> None:
        """Show how things are, if anybody sees it."""

        def told() -> tuple[int, str]:
            view = look()
            return view.n_done, view.in_words(self._lang)

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
