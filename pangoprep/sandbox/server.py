"""A uvicorn server in a thread of its own, with an event loop of its own."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Self

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from pangoprep.errors import SandboxError
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of

_START_SECONDS = 30.0
_GRACE_SECONDS = 0.2


class ServerThread:
    """Serves one ASGI application on a loopback port until stopped.

    Parameters
    ----------
    port
        0 takes a free one; it is bound here and now, so nobody can take it in between.
    """

    def __init__(self, port: int) -> None:
        # Naming TCP makes asyncio send at once (TCP_NODELAY): else every answer waits 40 ms.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind(("127.0.0.1", port))
        except OSError as error:
            self._socket.close()
            told = Sentence("Port {1} cannot be used: {2}.", port, reason_of(error))
            raise SandboxError(told) from None
        self.port: int = self._socket.getsockname()[1]
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    @classmethod
    def on_first_free(cls, ports: Sequence[int]) -> Self:
        """Serve on the first of some ports that can be used.

        Raises
        ------
        SandboxError
            If none can.
        """
        for port in ports[:-1]:
            with suppress(SandboxError):
                return cls(port)
        return cls(ports[-1])

    def start(self, app: ASGIApp, on_stop: Callable[[], None]) -> None:
        """Begin to serve; returns when requests can come.

        Parameters
        ----------
        app
            What answers.
        on_stop
            Called in the server's loop when it is about to stop.
        """
        config = uvicorn.Config(
            app,
            http=self._connection_class(),
            ws="none",
            lifespan="off",
            log_config=None,  # logging is the host application's
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
        )
        self._server = _Server(config, on_stop)
        self._thread = threading.Thread(target=self._run, name="pangoprep-sandbox", daemon=True)
        self._thread.start()
        if not self._server.ready.wait(_START_SECONDS) or not self._server.started:
            raise SandboxError("The sandbox's server did not start.")

    def _run(self) -> None:
        try:
            asyncio.run(self._server.serve(sockets=[self._socket]))
        finally:
            self._server.ready.set()

    def call(self, function: Callable[[], None]) -> None:
        """Run a function in the server's thread, between two requests, and wait for it."""

        async def run() -> None:
            function()

        asyncio.run_coroutine_threadsafe(run(), self._server.loop).result()

    def stop(self) -> None:
        """Stop serving; returns when thread, loop and connections are gone."""
        self._server.loop.call_soon_threadsafe(self._server.stop.set)
        self._thread.join()

    def close(self) -> None:
        """Let the port go."""
        self._socket.close()

    def cut(self, scope: Scope) -> None:
        """Cut the connection a request came over, the hard way: a TCP reset, no closing words."""
        transport = self._transports.get(tuple(scope["client"]))
        if transport is not None:
            linger_not = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
            transport.abort()

    def _connection_class(self) -> type[asyncio.Protocol]:
        transports = self._transports

        class Connection(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
            """A uvicorn connection that can be found again by its client's address."""

            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                self.access_log = False

            def connection_made(self, transport: asyncio.Transport) -> None:
                self._peer = transport.get_extra_info("peername")
                transports[self._peer] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                transports.pop(self._peer, None)
                super().connection_lost(exc)

        return Connection


class _Server(uvicorn.Server):
    """uvicorn's server, told to stop by an event instead of looking every 0.1 s."""

    def __init__(self, config: uvicorn.Config, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.stop = asyncio.Event()
        self._on_stop = on_stop

    async def main_loop(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.ready.set()
        await self.stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_stop()
        # asyncio loses a connection that it accepts while its server closes: accept no more, let
        # it finish with those accepted, and only then close.
        for bound in sockets or []:
            with suppress(NotImplementedError):  # Windows has no readers, and not this trouble
                self.loop.remove_reader(bound)
        await _settle()
        for server in self.servers:
            server.close()
        for bound in sockets or []:
            bound.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        # Requests being answered are finished; who is still sending then is cut off.
        if tasks := list(self.server_state.tasks):
            await asyncio.wait(tasks, timeout=_GRACE_SECONDS)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await _settle()
        if tasks := list(self.server_state.tasks):
            await asyncio.wait(tasks, timeout=_GRACE_SECONDS)


async def _settle() -> None:
    """Let the loop finish what it has begun: connections just accepted or lost become known."""
    for _ in range(5):  # it takes asyncio three rounds to make a connection of an accepted socket
        await asyncio.sleep(0)
