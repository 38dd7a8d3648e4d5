"""The sandbox answers to this machine's own names only: a website's name may point here, too."""

from __future__ import annotations

import socket

import httpx
import pytest

from pangoprep.sandbox.requests import INGEST_PATH, TOKEN_PATH

PATHS = ["/", "/status", "/nothing", TOKEN_PATH, INGEST_PATH]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "localhost.evil.example:{port}",
        "127.0.0.1.evil.example",
        "evil.example:127.0.0.1",
        "127.0.0.1@evil.example",
        "localhost@evil.example:80",
        "[::2]:{port}",
        "0.0.0.0:{port}",
        "192.168.1.4",
        "2130706433",
        "",
        ":{port}",
    ],
)
def test_no_other_name_is_answered(cdp, sender, path, host) -> None:
    name = host.format(port=httpx.URL(cdp.url).port)
    n_requests = len(cdp.requests)
    answer = sender.http.get(path, headers={"Host": name})
    assert answer.status_code == 403
    assert "sandbox" in answer.json()["message"]
    assert len(cdp.requests) == n_requests


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:{port}", "127.0.0.1:{port}", "127.8.9.1", "[::1]:{port}", "[::1]"],
)
def test_loopback_names_are_answered(cdp, sender, host) -> None:
    name = host.format(port=httpx.URL(cdp.url).port)
    assert sender.http.get("/", headers={"Host": name}).status_code == 200
    assert sender.http.get(TOKEN_PATH, headers={"Host": name}).status_code == 405


@pytest.mark.parametrize("hosts", [b"", b"Host: localhost\r\nHost: evil.example\r\n"])
def test_no_host_or_two_are_refused(cdp, hosts) -> None:
    with socket.create_connection(("127.0.0.1", httpx.URL(cdp.url).port)) as line:
        line.sendall(b"GET / HTTP/1.0\r\n" + hosts + b"\r\n")
        answer = line.makefile("rb").readline()
    assert answer.split()[1] in (b"400", b"403")
