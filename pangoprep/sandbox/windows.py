"""Rate limits over sliding windows."""

from __future__ import annotations

import math
import time
from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping
from types import MappingProxyType

from pangoprep.argument_checks import instance_of
from pangoprep.errors import OptionError
from pangoprep.sentence import Sentence

#: Requests allowed in any span of so many seconds, as PangoCDP documents them.
DOCUMENTED_LIMITS: Mapping[float, int] = MappingProxyType(
    {1: 50, 60: 1_000, 300: 5_000, 3_600: 50_000, 86_400: 400_000}
)


class SlidingWindows:
    """Any number of limits of the form "n requests in any w seconds".

    Remembers the moments of the requests let through, oldest first. A request passes a window of
    n requests exactly when the n-th latest of them is at least w seconds old, so each window costs
    one look-up, however large it is. Requests turned away are not counted.

    Parameters
    ----------
    limits
        Seconds -> number of requests. Empty: everything passes.

    Examples
    --------
    >>> windows = SlidingWindows({10: 2})
    >>> [windows.admit(at) for at in (0.0, 4.0, 5.0, 10.0)]
    [0.0, 0.0, 5.0, 0.0]
    """

    def __init__(self, limits: Mapping[float, int]) -> None:
        instance_of("limits", limits, Mapping, "a mapping of seconds to requests, or None")
        for seconds, n_requests in limits.items():
            is_right = all(
                isinstance(number, kind) and not isinstance(number, bool) and number > 0
                for number, kind in ((seconds, int | float), (n_requests, int))
            )
            if not is_right:
                raise OptionError(
                    Sentence(
                        "limits must map seconds (above 0) to a number of requests (1 or more); "
                        "got {1!r}: {2!r}. None lifts all limits.",
                        seconds,
                        n_requests,
                    )
                )
        self.limits = dict(sorted(limits.items()))
        self._n_kept = max(self.limits.values(), default=0)
        self._passed = array("d")

    def admit(self, at: float) -> float:
        """Let a request through at second ``at``, or say how many seconds it has to wait."""
        passed = self._passed
        free_at = at
        for seconds, n_requests in self.limits.items():
            if len(passed) >= n_requests:
                free_at = max(free_at, passed[-n_requests] + seconds)
        if free_at > at:
            return free_at - at
        if self._n_kept:
            passed.append(at)
            if len(passed) > 2 * self._n_kept:  # seldom, so the cost per request stays constant
                del passed[: -self._n_kept]
        return 0.0

    def usage(self, at: float) -> list[tuple[float, int, int]]:
        """Each window's seconds, limit and requests inside it at second ``at``."""
        passed = self._passed
        return [
            (seconds, n_requests, len(passed) - bisect_right(passed, at - seconds))
            for seconds, n_requests in self.limits.items()
        ]

    def clear(self) -> None:
        """Forget every request."""
        del self._passed[:]


def whole_seconds(wait_seconds: float) -> int:
    """Round a wait up to what the header carries.

    >>> whole_seconds(0.2), whole_seconds(1.0), whole_seconds(1.5)
    (1, 1, 2)
    """
    return math.ceil(wait_seconds)


def span_in_words(seconds: float) -> str:
    """Write a span of time as people do.

    >>> [span_in_words(s) for s in (0.5, 1, 90, 300, 3600, 86400)]
    ['0.5 s', '1 s', '1 min 30 s', '5 min', '1 h', '24 h']
    """
    if seconds < 60:
        return f"{seconds:g} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest if not hours else 0, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def steady_clock() -> Callable[[], float]:
    """Tell the time of day, but go on steadily when somebody sets the machine's clock."""
    offset = time.time() - time.monotonic()
    return lambda: time.monotonic() + offset
