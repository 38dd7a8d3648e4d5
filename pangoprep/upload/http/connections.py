"""Connections that carry one request at a time, and are used again only if nothing is left on them.

An answer says which request it belongs to by its place alone. A server or a proxy that answers once
too often would have its surplus read as the answer to the next request, and rows accepted that
nobody has stored. So a connection with a single byte left on it is closed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import httpx

# A surplus that comes late finds the connection at rest. One that comes while the next request is
# out cannot be told from its answer, so each connection rests before it is used again.
_REST_SECONDS = 0.1

_LOOP_TURNS = 5


class HttpConnection:
    """One connection, opened when it is first used.

    Parameters
    ----------
    client
        An httpx client with room for one connection.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self._stream: Any = None
        self._is_clean = True
        self._used_at = 0.0

    @property
    def has_rested(self) -> bool:
        """Whether a late surplus would have arrived by now."""
        return monotonic() - self._used_at >= _REST_SECONDS

    async def is_quiet(self) -> bool:
        """Whether nothing has arrived since the last answer, the connection's end included."""
        if not self._is_clean:
            return False
        if self._stream is None:
            return True
        # What is in the system's hands can be asked for; what has been read from there and waits to
        # be decrypted or taken comes at once if it is read, within a few turns of the event loop.
        try:
            if self._stream.get_extra_info("is_readable"):
                return False
        except Exception:  # noqa: BLE001 - closed, reset, broken: it is not used again
            return False
        reading = asyncio.ensure_future(self._stream.read(1))
        try:
            for _ in range(_LOOP_TURNS):
                await asyncio.sleep(0)
            return not reading.done()
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def answered(self, response: httpx.Response) -> None:
        """Look at what an answer has left, when its body has been read."""
        self._stream = response.extensions.get("network_stream")
        # A transport that brings its own answers has no connection that could be mixed up.
        self._is_clean = self._stream is None or not _has_surplus(response)
        self._used_at = monotonic()


class Connections:
    """The connections of a session.

    Parameters
    ----------
    new_client
        Makes an httpx client with room for one connection.
    max_lines
        So many are opened before one that has not rested is used.
    """

    def __init__(self, new_client: Callable[[], httpx.AsyncClient], max_lines: int) -> None:
        self._new_client, self._max_lines = new_client, max_lines
        self._every: set[HttpConnection] = set()
        self._idle: deque[HttpConnection] = deque()

    @asynccontextmanager
    async def take(self) -> AsyncIterator[HttpConnection]:
        """Lend a line for one request."""
        line = await self._free_line()
        try:
            yield line
        finally:
            self._idle.append(line)

    async def _free_line(self) -> HttpConnection:
        # The one that has rested longest comes first.
        while self._idle and (self._idle[0].has_rested or len(self._every) >= self._max_lines):
            line = self._idle.popleft()
            if await line.is_quiet():
                return line
            self._every.discard(line)
            await line.client.aclose()
        line = HttpConnection(self._new_client())
        self._every.add(line)
        return line

    async def aclose(self) -> None:
        """Close all of them."""
        for line in self._every:
            await line.client.aclose()


def _has_surplus(response: httpx.Response) -> bool:
    """Tell whether more has been read than the answer; also if that cannot be told."""
    # httpx has no public way to its parser. Where another version keeps it elsewhere, no connection
    # is used twice.
    found: Any = response.stream
    for name in ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state"):
        found = getattr(found, name, None)
    trailing = getattr(found, "trailing_data", None)
    return trailing is None or bool(trailing[0])
