"""A request that is too large is divided; the size found is kept for the run."""

from __future__ import annotations

import http.server
import json
import threading
from typing import Any

import pytest

import pangoprep as pp
from pangoprep.errors import RequestRefusedError
from pangoprep.upload import send, status
from pangoprep.upload.engine.body_size import is_too_large
from pangoprep.upload.ledger.batch_states import BatchState


def sizes(world: Any) -> list[int]:
    return [len(body) for body in world.way.bodies if b"entries" in body]


def keywords(world: Any, **changed: Any) -> dict[str, Any]:
    return {"client": world.client(), "source": "CRM", "ledger": world.ledger} | changed


@pytest.mark.parametrize("more", [{}, {"ref_ids": True}, {"je_event_key": "E"}])
def test_what_is_too_large_is_divided_and_the_size_remembered(world, report, more) -> None:
    world.platform.max_body_bytes = 2_000
    result = send(report(1_000), **keywords(world, **more))
    assert result.ok
    assert result.counts["accepted"] == 1_000
    assert len(world.records()) == 1_000
    if "je_event_key" in more:
        assert len(world.events()) == len(set(world.events())) == 1_000
    refused = [n for n in sizes(world) if n > 2_000]
    # The first goes alone and is divided twice or three times; then everybody knows.
    assert 1 <= len(refused) <= 4
    assert result.n_requests == len(sizes(world))
    assert status(result.run_id, world.ledger).counts == result.counts


def test_one_row_that_is_too_large_alone_is_rejected_and_no_other(world, people, prepared) -> None:
    frame = people(120)
    frame.loc[70, "fullName"] = "An " * 3_000
    world.platform.max_body_bytes = 6_000
    result = send(prepared(frame), **keywords(world))
    assert (result.counts["accepted"], result.counts["rejected"]) == (119, 1)
    [row] = result.rows[result.rows["state"] == "rejected"].to_dict("records")
    assert row["row"] == 70
    assert row["reason"].startswith("too large for a request (9,")
    assert "At most 6000 bytes" in row["reason"]


def test_many_rows_that_are_too_large_stop_the_run(world, report) -> None:
    world.platform.max_body_bytes = 500
    result = send(report(500, fullName="An " * 200), **keywords(world))
    assert result.counts["rejected"] == 200
    assert result.reason.startswith("PangoCDP refused 200 requests in a row")
    assert sum(result.counts.values()) == 500


def test_each_part_is_in_the_journal_as_a_request_of_its_own(world, report, requests_of) -> None:
    world.platform.max_body_bytes = 1_200
    in_journal: list[int] = []

    def look(request: Any) -> None:
        requests = requests_of(world.ledger)
        n_rows = requests["n_rows"][requests["state"] == BatchState.PENDING].tolist()
        in_journal.extend(n_rows)
        entries = json.loads(request.content).get("entries")
        if entries is not None:
            assert n_rows == [len(entries)]

    world.way.before = look
    assert send(report(50), **keywords(world)).ok
    # The second 25 are known to be too many.
    assert in_journal == [50, 25, 13, 12, 13, 12]


def test_a_size_that_is_accepted_after_all_was_not_the_reason(world, people, prepared) -> None:
    """A gateway that refuses one request for its size must not make all others small."""
    real, n_seen = world.platform.answer, [0]

    async def answer(request: Any) -> Any:
        if b"entries" in (request.body or b""):
            n_seen[0] += 1
            world.platform.max_body_bytes = 100 if n_seen[0] == 1 else 10**6
        return await real(request)

    world.platform.answer = answer
    frame = people(300)
    frame.loc[60, "fullName"] = "An " * 3_000  # a part with it is larger than what was refused
    result = send(prepared(frame), **keywords(world))
    assert result.counts["accepted"] == 300
    assert max(sizes(world)[3:]) > 9_000


@pytest.mark.parametrize(
    ("words", "code", "is_it"),
    [
        ("status 413", 413, True),
        ("PAYLOAD_TOO_LARGE", 400, True),
        ("request entity too large", 400, True),
        ("Request body is too long", 422, True),
        ("success: false: request size exceeded", 200, True),
        ("Maximum upload size exceeded", 400, True),
        ("fullName is too long", 400, False),
        ("entries[3].body is too long", 400, False),
        ("payload is missing", 400, False),
        ("Too many entries", 400, False),
    ],
)
def test_words_that_say_it(words: str, code: int, is_it: bool) -> None:
    assert is_too_large(RequestRefusedError(words, code)) is is_it


def test_a_real_server_with_a_largest_body(tmp_path, people, prepared) -> None:
    frame = people(400)
    with pp.Sandbox(limits={1: 50}, max_body_bytes=1_000) as cdp:
        ledger = tmp_path / "l.sqlite"
        result = send(prepared(frame), source="CRM", client=cdp.client(), ledger=ledger)
        assert result.ok
        assert len(cdp.records("customer-identity")) == 400
        codes = cdp.requests["status"].to_list()
    assert 1 <= codes.count(413) <= 20
    assert 429 not in codes


class Gateway(http.server.BaseHTTPRequestHandler):
    """A web server that answers by the length alone, unread, and hangs up, as gateways do."""

    protocol_version = "HTTP/1.1"
    n_taken = 0

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        if length > 100_000:
            self._answer(413, b"<html>413 Request Entity Too Large</html>", close=True)
            return
        body = json.loads(self.rfile.read(length))
        type(self).n_taken += len(body.get("entries", ()))
        self._answer(200, b'{"success": true, "token": "t", "expiredAfter": 1800}')

    def _answer(self, code: int, body: bytes, *, close: bool = False) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        if close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_a_gateway_that_does_not_read_what_is_too_large(tmp_path, people, prepared) -> None:
    frame = people(100, fullName="An " * 1_500)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        client = pp.Client(
            username="u", api_key="k", cdp_gkey="g", auth_url=f"{address}/auth",
            ingest_url=f"{address}/ingest",
        )  # fmt: skip
        ledger = tmp_path / "l.sqlite"
        result = send(prepared(frame), source="CRM", client=client, ledger=ledger)
        server.shutdown()
    assert result.ok
    assert Gateway.n_taken == 100
