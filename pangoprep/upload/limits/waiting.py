"""Turns to make requests, taken one by one and waited for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol

from pangoprep.errors import LedgerError, PangoprepError, without_frames
from pangoprep.sentence import Sentence, sentence_of
from pangoprep.upload.limits.budget import Turn
from pangoprep.upload.limits.limits import DOCUMENTED, Limits
from pangoprep.upload.machine.clock import Clock

logger = logging.getLogger("pangoprep.upload")

# What ends in another process cannot be waited for, only looked for.
_LOOK_AGAIN_SECONDS = 0.02


class Limiter(Protocol):
    """Hands out turns: the shared budget, or no limits at all."""

    def take(self) -> Turn:
        """Ask for a turn now."""

    def end(self, lease: int) -> None:
        """Say that the request of a turn has ended."""

    def pause(self, seconds: float) -> None:
        """Make everybody wait."""


class Unlimited:
    """Turns for an account without limits; a pause asked for is kept all the same.

    Parameters
    ----------
    clock
        Where time comes from.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._paused_until = float("-inf")

    def take(self) -> Turn:
        """Ask for a turn now."""
        wait = self._paused_until - self._clock.reading().steady
        return Turn(None, wait) if wait > 0 else Turn(0)

    def end(self, lease: int) -> None:
        """Take note of nothing: nothing is counted."""

    def pause(self, seconds: float) -> None:
        """Make this run wait."""
        self._paused_until = max(self._paused_until, self._clock.reading().steady + seconds)


class RunStoppedError(Exception):
    """The run was stopped while a request waited. Never leaves the engine."""


@dataclass
class Stop:
    """Whether a run has been told to stop, and why.

    Parameters
    ----------
    event
        Set: nothing new is sent.
    hurry
        Set: what is in flight is not waited for.
    """

    event: asyncio.Event = field(default_factory=asyncio.Event)
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    reason: str = ""
    error: PangoprepError | None = None

    def __call__(self, reason: str, error: Exception | None = None) -> None:
        """Stop; the first reason counts. The error goes into a result, so it loses its frames."""
        if not self.event.is_set():
            self.reason = reason
            self.error = None if error is None else without_frames(error)
            self.event.set()
            logger.warning("The run stops (%s)", type(error).__name__ if error else reason)

    def interrupt(self) -> None:
        """Stop because the user says so; the second time, at once."""
        if self.event.is_set():
            self.hurry.set()
        self(Sentence("interrupted"))


class LimitQueue:
    """Where requests wait for their turn.

    Parameters
    ----------
    limiter
        Hands out the turns.
    limits
        What the limiter keeps: no wait is believed that is longer than the longest window.
    clock, stop
        How to wait, and what ends it.
    on_wait
        Called when PangoCDP's wish to wait is met, with the time by the wall clock until when; and
        with None when it is over.
    """

    def __init__(
        self,
        limiter: Limiter,
        limits: Limits,
        clock: Clock,
        stop: Stop,
        on_wait: Callable[[float | None], object] | None = None,
    ) -> None:
        self._limiter, self._clock, self._stop = limiter, clock, stop
        self._max_wait_seconds = limits.longest_seconds or max(DOCUMENTED)
        self._on_wait = on_wait
        self._gate = asyncio.Lock()
        #: The window that requests wait for; None while they do not have to.
        self.window: float | None = None
        #: Until when PangoCDP asked to wait, by the wall clock; None if it did not.
        self.waits_until: float | None = None

    async def turn(self) -> int:
        """Wait for a turn; return its lease.

        Raises
        ------
        RunStoppedError
            If the run is stopped first.
        """
        async with self._gate:  # one asks, the others stand behind
            waited_for: float | None = None
            while True:
                if self._stop.event.is_set():
                    raise RunStoppedError
                turn = self._limiter.take()
                self._note(turn)
                if turn.lease is not None:
                    self.window = waited_for
                    return turn.lease
                self.window = waited_for = turn.window
                wait = turn.wait_seconds
                await self.sleep(wait if wait != float("inf") else _LOOK_AGAIN_SECONDS)

    def end(self, lease: int) -> None:
        """Say that the request of a turn has ended."""
        try:
            self._limiter.end(lease)
        except LedgerError as error:
            self._stop(sentence_of(error), error)

    def pause(self, seconds: float, at_least: float) -> None:
        """Make everybody wait: PangoCDP said so.

        Parameters
        ----------
        seconds
            How long it said.
        at_least
            How long to wait in any case: what it says may be nothing, or nonsense.
        """
        self._limiter.pause(max(min(seconds, self._max_wait_seconds), at_least))

    def _note(self, turn: Turn) -> None:
        until = None
        if turn.lease is None and turn.window is None:
            until = self._clock.reading().wall + turn.wait_seconds
        before, self.waits_until = self.waits_until, until
        # Each look gives the same moment, but for the time the look takes.
        is_new = (until is None) != (before is None) or abs((until or 0) - (before or 0)) > 1
        if is_new and self._on_wait is not None:
            self._on_wait(until)

    async def sleep(self, seconds: float) -> None:
        """Sleep, but not longer than the run goes on."""
        await first_of(self._clock.sleep(seconds), self._stop.event.wait())


async def first_of(*waits: Coroutine[Any, Any, Any]) -> None:
    """Wait until one of several things has happened; leave none of them running."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
