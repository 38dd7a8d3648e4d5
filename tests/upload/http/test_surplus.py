"""A server that answers once too often: no request is judged by what was left of another."""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from pangoprep.upload import Client, send
from pangoprep.upload.http import connections

CERTIFICATE = Path(__file__).with_name("localhost.pem")

YES = json.dumps({"success": True, "token": "t", "expiredAfter": 1_800}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(
    YES
)
ANSWER += YES

Talk = Callable[[Any], None]


def in_one_piece(connection: Any) -> None:
    connection.sendall(ANSWER + ANSWER)


def in_two_pieces(connection: Any) -> None:
    time.sleep(0.1)
    connection.sendall(ANSWER)
    connection.sendall(ANSWER)


def late(connection: Any) -> None:
    time.sleep(0.1)
    connection.sendall(ANSWER)
    time.sleep(0.03)
    connection.sendall(ANSWER)


def a_line_end(connection: Any) -> None:
    """As some servers do; harmless, and nobody could know."""
    connection.sendall(ANSWER + b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    """Takes the first request of every connection, and drops those that follow."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, talk: Talk, *, has_tls: bool) -> None:
        super().__init__(("localhost", 0), Handler)
        self.talk, self.tls = talk, None
        self.stored: list[str] = []
        self.n_dropped = 0
        if has_tls:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(CERTIFICATE)

    def handle_error(self, *_: object) -> None:
        """Say nothing about those who hang up."""


class Handler(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        connection = self.request
        if self.server.tls is not None:
            connection = self.server.tls.wrap_socket(connection, server_side=True)
        with suppress(OSError), connection:
            asked = self.read(connection)
            self.server.stored += [entry["customerId"] for entry in asked.get("entries", [])]
            self.server.talk(connection)
            if self.read(connection):
                self.server.n_dropped += 1
                time.sleep(0.2)  # time for the surplus to be taken for this one's answer

    def read(self, connection: Any) -> dict[str, Any]:
        head, content = b"", b""
        while b"\r\n\r\n" not in head:
            if not (piece := connection.recv(65_536)):
                return {}
            head += piece
        head, content = head.split(b"\r\n\r\n", 1)
        size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(content) < size:
            content += connection.recv(65_536)
        found: dict[str, Any] = json.loads(content)
        return found


@contextmanager
def serving(talk: Talk, *, has_tls: bool) -> Iterator[Server]:
    with Server(talk, has_tls=has_tls) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("has_tls", [False, True])
@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize(
    ("talk", "rest_seconds"),
    [(in_one_piece, 0), (a_line_end, 0), (in_two_pieces, 0.5), (late, 0.5)],
)
def test_a_surplus_answer_is_nobodys(
    tmp_path, monkeypatch, report, talk: Talk, rest_seconds: float, in_flight: int, has_tls: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    # A busy machine may need longer than connections rest.
    monkeypatch.setattr(connections, "_REST_SECONDS", rest_seconds)
    with serving(talk, has_tls=has_tls) as server:
        address = f"{'https' if has_tls else 'http'}://localhost:{server.server_address[1]}"
        client = Client(
            token="t", api_key="k", limits=None, in_flight=in_flight,
            ingest_url=f"{address}/ingest", auth_url=f"{address}/token",
        )  # fmt: skip
        arguments = {"client": client, "source": "CRM", "ledger": tmp_path / "ledger"}
        result = send(report(500), **arguments, je_event_key="CJE-1")  # nothing is sent twice
    assert (result.counts["accepted"], server.n_dropped) == (500, 0)
    assert len(server.stored) == len(set(server.stored)) == 500
