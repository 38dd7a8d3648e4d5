"""The rate limits: sliding windows, as pure arithmetic.

A request is *in flight* from the moment it may start until its answer is in. PangoCDP counts it at
some moment in between that we cannot see, so a window of w seconds counts a request from its start
until w seconds after its **end**: whatever the network does, the server never sees more than the
window allows. The price is one answer time per window, which the long windows do not notice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from pangoprep.errors import OptionError
from pangoprep.sentence import Sentence

#: Source: PangoCDP's help centre. Seconds -> requests.
DOCUMENTED: Mapping[float, int] = MappingProxyType(
    {1.0: 50, 60.0: 1_000, 300.0: 5_000, 3_600.0: 50_000, 86_400.0: 400_000}
)

# Two machines' clocks run apart by a few seconds a day.
_DRIFT = 1e-4

# More blocks than this would make an estimate slower than it is worth.
_MAX_BLOCKS = 20_000

Seconds = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests may be made in any span of so many seconds.

    Parameters
    ----------
    windows
        Seconds -> requests. Default: the five windows PangoCDP documents.

    Raises
    ------
    OptionError
        If a window is not a positive number of seconds with at least one request.

    Examples
    --------
    >>> Limits({1: 50, 60: 1000})
    Limits(50/1s, 1,000/60s)
    """

    windows: Mapping[float, int] = field(default_factory=lambda: DOCUMENTED)

    def __post_init__(self) -> None:
        """Check and sort the windows, shortest first."""
        if not isinstance(self.windows, Mapping):
            raise OptionError(
                Sentence(
                    "limits={1!r} cannot be used; give seconds and requests, such as {{1: "
                    "50, 60: 1000}}, or None for no limits.",
                    self.windows,
                )
            )
        for seconds, n_requests in self.windows.items():
            if not (_is_time(seconds) and _is_count(n_requests)):
                raise OptionError(
                    Sentence(
                        "limits cannot hold {1!r}: {2!r}; give seconds and requests, such as "
                        "{{1: 50, 60: 1000}}, or None for no limits.",
                        seconds,
                        n_requests,
                    )
                )
        ordered = {float(seconds): n for seconds, n in sorted(self.windows.items())}
        object.__setattr__(self, "windows", MappingProxyType(ordered))

    def __repr__(self) -> str:
        return self.named()

    def named(self, n_shown: int | None = None) -> str:
        """Name the windows, or so many of them and that there are more."""
        names = [window_name(seconds, n) for seconds, n in self.windows.items()]
        more = ["..."] * (n_shown is not None and n_shown < len(names))
        return f"Limits({', '.join([*names[:n_shown], *more])})"

    @property
    def longest_seconds(self) -> float:
        """How long a request counts at most."""
        return max(self.windows, default=0.0)

    def wait(
        self, now: float, n_in_flight: int, ended: Callable[[int], float | None]
    ) -> tuple[float, float | None]:
        """Tell how long the next request has to wait, and which window makes it.

        Parameters
        ----------
        now
            Seconds on any steady scale.
        n_in_flight
            Requests that have started and not ended.
        ended
            ``ended(k)`` is when the k-th latest ended request ended, or None if there were fewer.

        Returns
        -------
        tuple
            Seconds (0: go; infinite: until one in flight ends) and the window in seconds.
        """
        longest, binding = 0.0, None
        for seconds, n_requests in self.windows.items():
            k = n_requests - n_in_flight
            if k <= 0:
                return math.inf, seconds
            end = ended(k)
            if end is None:
                continue
            wait = end + seconds * (1 + _DRIFT) - now
            if wait > longest:
                longest, binding = wait, seconds
        return longest, binding

    def schedule(self, n_requests: int, ended: Seconds | None = None) -> Seconds:
        """Tell when each of the next requests may start, if answers took no time.

        Parameters
        ----------
        n_requests
            How many requests are to be made.
        ended
            When earlier requests ended, in seconds before now (negative), oldest first.

        Returns
        -------
        numpy array
            Seconds from now, ascending.

        Examples
        --------
        >>> round(Limits().schedule(2_000)[-1])  # 100,000 rows
        79
        """
        past = np.zeros(0) if ended is None else np.minimum(ended, 0.0)
        if not self.windows or not n_requests:
            return np.zeros(n_requests)
        block = min(self.windows.values())
        if n_requests / block > _MAX_BLOCKS:
            return self._rough_schedule(n_requests)
        times = np.concatenate([past, np.zeros(n_requests)])
        for start in range(len(past), len(times), block):
            stop = min(start + block, len(times))
            for seconds, n in self.windows.items():
                first = max(n - start, 0)  # the n-th request before those did not exist
                if start + first < stop:
                    earlier = times[start + first - n : stop - n] + seconds
                    np.maximum(
                        times[start + first : stop], earlier, out=times[start + first : stop]
                    )
        return np.maximum.accumulate(times[len(past) :])

    def _rough_schedule(self, n_requests: int) -> Seconds:
        # From a fresh start the longest window fills first, then what is left of the next.
        left, times = np.arange(n_requests), np.zeros(n_requests)
        for seconds, n in reversed(list(self.windows.items())):
            times += left // n * seconds
            left %= n
        return times

    def binding(self, n_requests: int) -> float | None:
        """Tell which window makes a run of so many requests last as long as it does."""
        waits = {s: (n_requests - 1) // n * s for s, n in self.windows.items()}
        slowest = max(waits, key=lambda seconds: waits[seconds], default=None)
        return slowest if slowest is not None and waits[slowest] > 0 else None


def _is_time(seconds: object) -> bool:
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return is_number and math.isfinite(seconds) and seconds > 0  # type: ignore[arg-type, operator]


def _is_count(n_requests: object) -> bool:
    is_whole = isinstance(n_requests, int) and not isinstance(n_requests, bool)
    return is_whole and n_requests > 0  # type: ignore[operator]


def window_name(seconds: float, n_requests: int) -> str:
    """Name a window.

    Examples
    --------
    >>> window_name(60.0, 1_000)
    '1,000/60s'
    """
    return f"{n_requests:,}/{seconds:g}s"
