"""Async work in a thread of its own, so that it can be waited for with or without an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_LOOK_SECONDS = 0.1


class Background(Generic[T]):
    """Runs a coroutine in a new thread with a new event loop.

    The thread is always waited for, so it never outlives the call that started it.

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
        self._work, self._interrupt = work, interrupt
        self._loop = asyncio.new_event_loop()
        self._go, self._ended = threading.Event(), threading.Event()
        self._is_called_off = False
        self._on_end: Callable[[], None] = lambda: None
        self._results: list[T] = []
        self._errors: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, name="pangoprep-send", daemon=True)

    def wait(self, look: Callable[[], None]) -> T:
        """Run to the end, calling ``look`` now and then; Ctrl-C interrupts the work only."""
        self._start()
        while True:
            try:
                self._go.set()
                while not self._ended.wait(_LOOK_SECONDS):
                    look()
                self._thread.join()
                break
            except KeyboardInterrupt:
                self._call(self._interrupt)
        return self._outcome()

    async def wait_async(self, look: Callable[[], None]) -> T:
        """Do the same without blocking the running event loop; being cancelled interrupts."""
        caller = asyncio.get_running_loop()
        ended = caller.create_future()

        def tell_caller() -> None:
            caller.call_soon_threadsafe(ended.set_result, None)

        self._on_end = tell_caller
        self._start()
        self._go.set()
        cancelled: asyncio.CancelledError | None = None
        while not ended.done():
            try:
                await asyncio.wait([ended], timeout=_LOOK_SECONDS)
                look()
            except asyncio.CancelledError as error:
                cancelled = error
                self._call(self._interrupt)
        self._thread.join()
        if cancelled is not None:
            raise cancelled
        return self._outcome()

    def _start(self) -> None:
        # The work waits for `_go`: if Ctrl-C comes while the thread starts, nothing was done.
        try:
            self._thread.start()
        except BaseException:
            self._is_called_off = True
            self._go.set()
            raise

    def _run(self) -> None:
        self._go.wait()
        if self._is_called_off:
            self._loop.close()
            return
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                self._results.append(runner.run(self._work()))
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._errors.append(error)
        finally:
            self._ended.set()
            self._on_end()

    def _call(self, function: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has just closed: there is nothing to interrupt
            self._loop.call_soon_threadsafe(function)

    def _outcome(self) -> T:
        if self._errors:
            raise self._errors[0]
        return self._results[0]
