"""A company's network on loopback: a proxy that also resolves names, and servers with its CA."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme

from tests.upload.http.test_tls import Yes


class _Tunnel(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_CONNECT(self) -> None:
        asked = self.server
        asked.asked.append(self.path)
        given = self.headers.get("Proxy-Authorization", "")
        if asked.login and given != f"Basic {b64encode(asked.login.encode()).decode()}":
            return self._refuse(407)
        if self.path not in asked.places:
            return self._refuse(asked.refusal)
        with socket.create_connection(asked.places[self.path]) as there:
            self.send_response(200)
            self.end_headers()
            self._pass_on(there)
        self.close_connection = True
        return None

    def _refuse(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.close_connection = True

    def _pass_on(self, there: socket.socket) -> None:
        ends = {self.connection: there, there: self.connection}
        while True:
            for one in select.select(list(ends), [], [])[0]:
                try:
                    content = one.recv(65_536)
                except OSError:
                    return
                if not content:
                    return
                self.server.carried += content
                ends[one].sendall(content)

    def do_POST(self) -> None:
        """A request in clear text, which is never to come."""
        self.server.asked.append(f"POST {self.path}")
        self.server.carried += self.rfile.read(int(self.headers["Content-Length"]))
        self._refuse(502)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        pass


class Proxy(ThreadingHTTPServer):
    """Takes CONNECT requests to the places it knows.

    ``asked`` is where it was asked to go, ``carried`` every byte that went through.
    """

    daemon_threads = True

    def __init__(self, places: dict[str, tuple[str, int]], login: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.places, self.login, self.refusal = places, login, 403
        self.asked: list[str] = []
        self.carried = b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        pass


class Pango(ThreadingHTTPServer):
    """A PangoCDP with a certificate of a private authority; ``asked`` is what it was sent."""

    def __init__(self, authority: trustme.CA | None, *names: str) -> None:
        super().__init__(("127.0.0.1", 0), Yes)
        self.asked: list[dict[str, object]] = []
        if authority is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(*names).configure_cert(context)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def serving(server: Any) -> Iterator[Any]:
    """Serve in a thread until the block ends."""
    with server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()
