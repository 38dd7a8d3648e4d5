"""A real server with a certificate that nobody has signed."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pangoprep.errors import TerminalError
from pangoprep.upload import Client, send

# Made for these tests, and good for nothing else.
CERTIFICATE = Path(__file__).with_name("localhost.pem")


class Yes(BaseHTTPRequestHandler):
    """Gives out tokens and takes every row."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        body = json.dumps({"success": True, "token": "t", "expiredAfter": 1_800}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Speaks TLS, and says nothing about those who hang up on it."""

    def __init__(self) -> None:
        super().__init__(("localhost", 0), Yes)
        self.asked: list[dict[str, object]] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def client_of(server: Server) -> Client:
    url = f"https://localhost:{server.server_address[1]}"
    return Client(
        username="u", api_key="k", cdp_gkey="g", auth_url=f"{url}/token", ingest_url=f"{url}/rows"
    )


def test_a_certificate_of_nobody_stops_the_run_before_anything_is_said(
    server, report, tmp_path
) -> None:
    result = send(report(3), client=client_of(server), source="CRM", ledger=tmp_path / "ledger")
    assert isinstance(result.error, TerminalError)
    assert "certificate" in result.reason
    assert "SSL_CERT_FILE" in result.reason
    assert result.counts["unsent"] == 3
    assert server.asked == []


def test_a_certificate_the_machine_trusts_is_fine(server, report, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    result = send(report(3), client=client_of(server), source="CRM", ledger=tmp_path / "ledger")
    assert result.ok
    assert [len(asked.get("entries", [])) for asked in server.asked] == [0, 3]
