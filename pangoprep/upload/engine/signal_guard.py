"""Ctrl-C and other signals while a run goes on: what their handlers raise waits until it has ended.

A signal handler of Python runs between any two steps of the main thread, and what it raises leaves
whatever that thread is doing: a wait, a clean-up, the very handler of the exception before. No
``try`` is safe against two of them. So nothing is raised there: while a guard is up every handler
runs inside a wrapper that keeps its exception.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

# A key that is held down repeats about 30 times a second. Presses closer together than this are
# one: the guard stays up until the key is let go, so that the result gets to its variable.
_RELEASE_SECONDS = 0.15
_MAX_RELEASE_SECONDS = 3.0

Handler = Callable[[int, FrameType | None], Any]


class SignalGuard:
    """Keeps what signal handlers raise; the handlers themselves run as they always do.

    Parameters
    ----------
    on_raise
        Called each time a handler has raised something. Must not raise itself.

    Examples
    --------
    >>> with SignalGuard(lambda: print("interrupted")) as guard:
    ...     signal.raise_signal(signal.SIGINT)
    interrupted
    >>> guard.kept  # Ctrl-C means stop, and there is nothing more to say about it
    """

    def __init__(self, on_raise: Callable[[], None]) -> None:
        self._on_raise = on_raise
        self._handlers: dict[int, tuple[Any, Handler]] = {}
        self._is_up = True
        self._pressed_at: float | None = None
        #: The first exception that a handler raised, unless it was a KeyboardInterrupt.
        self.kept: BaseException | None = None

    def __enter__(self) -> Self:
        # Handlers run in the main thread only; work elsewhere needs no guard.
        if threading.current_thread() is threading.main_thread():
            for number in signal.valid_signals():
                handler = signal.getsignal(number)
                if callable(handler):
                    wrapped = self._wrap(handler)
                    self._handlers[number] = handler, wrapped
                    try:
                        signal.signal(number, wrapped)
                    except ValueError:  # the main thread of a subinterpreter: no handler runs here
                        return self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._until_released()
        # From here on a wrapper that is still in its place lets everything through.
        self._is_up = False
        for number, (handler, wrapped) in self._handlers.items():
            if signal.getsignal(number) is wrapped:
                signal.signal(number, handler)

    def _wrap(self, handler: Handler) -> Handler:
        def guarded(number: int, frame: FrameType | None) -> None:
            if not self._is_up:
                handler(number, frame)
                return
            try:
                handler(number, frame)
            except KeyboardInterrupt:
                self._pressed_at = time.monotonic()
                self._on_raise()
            except BaseException as error:  # noqa: BLE001 - raised where the guard ends
                self.kept = self.kept or error
                self._on_raise()

        return guarded

    def _until_released(self) -> None:
        if self._pressed_at is None:
            return
        latest = time.monotonic() + _MAX_RELEASE_SECONDS
        while time.monotonic() < min(self._pressed_at + _RELEASE_SECONDS, latest):
            time.sleep(_RELEASE_SECONDS / 10)
