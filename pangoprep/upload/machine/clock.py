"""Time, as a seam: the engine and the limiter ask a clock, and tests bring their own."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

#: A machine that slept wakes with its timers behind; no timer is trusted for longer than this.
LONGEST_NAP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One look at the clock.

    Parameters
    ----------
    boot
        Names the boot of the machine that ``steady`` counts from; empty where unknown.
    steady
        Seconds that pass evenly, also while the machine sleeps, whatever the wall clock does.
    wall
        Seconds since 1970-01-01 UTC, as far as the machine knows.
    """

    boot: str
    steady: float
    wall: float


class Clock(Protocol):
    """Tells the time and waits."""

    def reading(self) -> ClockReading:
        """Look at the clock."""

    async def sleep(self, seconds: float) -> None:
        """Come back after so many steady seconds."""


class SystemClock:
    """The clock of this machine.

    Examples
    --------
    >>> SystemClock().reading().steady > 0
    True
    """

    def reading(self) -> ClockReading:
        """Look at the clock."""
        return ClockReading(_boot(), _steady(), time.time())

    async def sleep(self, seconds: float) -> None:
        """Come back after so many steady seconds, even if the machine slept in between."""
        until = _steady() + seconds
        while (left := until - _steady()) > 0:
            await asyncio.sleep(min(left, LONGEST_NAP_SECONDS))


def _steady() -> float:
    # Linux: the only clock that also runs while the machine is suspended.
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


@cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
