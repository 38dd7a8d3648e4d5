"""Async work in a thread of its own, so that it can be waited for with or without an event loop."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Generic, TypeVar

from pangoprep.errors import without_frames
from pangoprep.upload.engine.signal_guard import SignalGuard

T = TypeVar("T")

_LOOK_SECONDS = 0.1


class Background(Generic[T]):
    """Runs a coroutine in a new thread with a new event loop.

    Whatever leaves the wait, an exception out of a signal handler too: the work is interrupted, its
    thread waited for, and only then the exception goes on. What the work uses it opens and closes
    itself, in its thread: a database closed under a thread that works with it ends the interpreter.

    Parameters
    ----------
    work
        Makes the coroutine.
    interrupt
        Called inside the loop each time the user interrupts; must bring the work to its end.
    """

    def __init__(
        self, work: Callable[[], Coroutine[Any, Any, T]], interrupt: Callable[[], None]
    ) -> None:
        self._work, self._on_interrupt = work, interrupt
        self._loop = asyncio.new_event_loop()
        self._ended = threading.Event()
        self._on_end: Callable[[], None] = lambda: None
        self._results: list[T] = []
        self._errors: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, name="pangoprep-send", daemon=True)

    def wait(self, look: Callable[[], None]) -> T:
        """Run to the end, calling ``look`` now and then, and once more at the end.

        Ctrl-C interrupts the work and nothing else. What other signal handlers raise interrupts it,
        too, and is raised when it has ended.
        """
        with SignalGuard(self._interrupt) as guard:
            try:
                self._thread.start()
                while not self._ended.wait(_LOOK_SECONDS):
                    look()
                look()
            finally:
                self._end()
        if guard.kept is not None:
            raise guard.kept
        return self._outcome()

    def start(self) -> None:
        """Begin, and come back at once; whoever does this waits for the end before they leave."""
        self._start()

    @property
    def has_ended(self) -> bool:
        """Whether the work is done, or has failed."""
        return self._ended.is_set()

    def interrupt(self) -> None:
        """Ask the work to come to its end."""
        self._interrupt()

    def wait_for_end(self, seconds: float | None = None) -> bool:
        """Wait, at most so long if that is said; say whether the work has ended."""
        ended = self._ended.wait(seconds)
        if ended:
            self._thread.join()
        return ended

    def outcome(self) -> T:
        """Return what came of the work that has ended, or raise what ended it."""
        return self._outcome()

    async def wait_async(self, look: Callable[[], None]) -> T:
        """Do the same without blocking the running event loop; being cancelled interrupts."""
        caller = asyncio.get_running_loop()
        woken = asyncio.Event()
        # The thread must not keep a caller alive that was given up: its end interrupts the work.
        weakly_woken = weakref.ref(woken)

        def tell_caller() -> None:
            event = weakly_woken()
            with suppress(RuntimeError):  # the caller's loop has been closed meanwhile
                if event is not None:
                    caller.call_soon_threadsafe(event.set)

        self._on_end = tell_caller
        left: BaseException | None = None
        try:
            self._start()
            while not self._ended.is_set():
                try:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(woken.wait(), _LOOK_SECONDS)
                    look()
                except KeyboardInterrupt:
                    self._interrupt()
                except GeneratorExit:  # the caller's loop ends: nothing can be awaited any more
                    raise
                except BaseException as error:  # noqa: BLE001 - raised when the work has ended
                    left = left or error
                    self._interrupt()
        finally:
            with SignalGuard(self._interrupt):
                self._end()
        if left is not None:
            raise left
        look()
        return self._outcome()

    def _start(self) -> None:
        with SignalGuard(self._interrupt) as guard:
            self._thread.start()
        if guard.kept is not None:
            raise guard.kept

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                self._results.append(runner.run(self._work()))
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            self._errors.append(without_frames(error))
        except BaseException as error:  # noqa: BLE001 - so is this
            self._errors.append(error)
        finally:
            self._ended.set()
            self._on_end()

    def _interrupt(self) -> None:
        with suppress(RuntimeError):  # the loop has just closed: there is nothing to interrupt
            self._loop.call_soon_threadsafe(self._on_interrupt)

    def _end(self) -> None:
        """Leave no thread behind: interrupt it if it works, and wait for it."""
        if self._thread.ident is None:  # it could not even be started
            self._loop.close()
            return
        if not self._ended.is_set():
            self._interrupt()
        self._thread.join()

    def _outcome(self) -> T:
        if self._errors:
            raise self._errors[0]
        return self._results[0]
