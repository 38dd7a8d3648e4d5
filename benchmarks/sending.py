"""Sending prepared rows, against a bare httpx loop that posts the same bodies; and the limits."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx

import pangoprep as pp
from benchmarks.measure import compete, ratio, table
from benchmarks.sample import customers
from pangoprep.entities import entity_for
from pangoprep.report import Report
from pangoprep.upload import Client, send
from pangoprep.upload.http.client import IN_FLIGHT
from pangoprep.upload.rows.batches import Envelope
from pangoprep.upload.rows.payload import Encoder

_ENTITY, _SOURCE = "customer-identity", "CRM"

# What is ready of so many rows takes about 80 seconds under the limits.
_PACED_ROWS = 111_000

_SANDBOX = """
import json, sys
from pangoprep.sandbox import Sandbox
with Sandbox(**json.loads(sys.argv[1])) as cdp:
    limits = cdp.limits and {str(seconds): n for seconds, n in cdp.limits.items()}
    print(json.dumps(cdp.client_settings | {"limits": limits}), flush=True)
    for _ in sys.stdin:
        print(json.dumps(cdp.requests["status"].astype(str).value_counts().to_dict()), flush=True)
"""


def run(n_rows: int, n_rounds: int) -> str:
    """Compare speeds on a tenth of the rows, then send for a minute under the real limits."""
    frame = customers(n_rows // 10)
    report = frame.pango.validate(_ENTITY)
    del frame
    return f"{_speeds(report, n_rounds)}\n\n{_pace()}"


def _speeds(report: Report, n_rounds: int) -> str:
    bodies = list(_bodies(report))
    with tempfile.TemporaryDirectory() as folder, _sandbox(folder, limits=None) as cdp:
        numbers = count()

        def ours() -> None:
            # Every round has a ledger of its own, or nothing would be left to send.
            result = send(
                report,
                client=Client(**cdp.settings),
                source=_SOURCE,
                ledger=Path(folder) / f"ledger-{next(numbers)}",
            )
            assert result.counts["accepted"] == report.n_ready
            assert result.n_requests == len(bodies)

        def bare() -> None:
            asyncio.run(_post_all(cdp.settings, bodies))

        bare()  # from here on every record is there already
        before = _memory("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak counts from here
        ours()
        grown = (_memory("VmHWM") - before) / 1024
        found = compete({"bare httpx": bare, "**send**": ours}, n_rounds)
        assert set(cdp.statuses()) == {"200"}
    rows = [
        (name, f"{timing.median:.2f}", f"{report.n_ready / timing.median:,.0f}", "")
        for name, timing in found.items()
    ]
    share = f"{ratio(found['bare httpx'], found['**send**']):.2f}"
    rows[-1] = (*rows[-1][:3], share)
    title = (
        f"{report.n_ready:,} rows in {len(bodies):,} requests, {IN_FLIGHT} in flight, "
        f"median of {n_rounds} rounds"
    )
    head = table((title, "seconds", "rows/s", "x bare httpx"), rows)
    return f"{head}\n\nMemory that sending takes at its peak: {grown:.0f} MB."


def _pace() -> str:
    """Send under the documented limits, which the sandbox enforces."""
    report = customers(_PACED_ROWS).pango.validate(_ENTITY)
    with tempfile.TemporaryDirectory() as folder, _sandbox(folder) as cdp:
        client = Client(**cdp.settings)
        result = send(report, client=client, source=_SOURCE, ledger=Path(folder) / "ledger")
        statuses = cdp.statuses()
    assert result.counts["accepted"] == report.n_ready
    allowed = float(client.limits.schedule(result.n_requests)[-1])
    row = (
        f"{report.n_ready:,} rows in {result.n_requests:,} requests",
        f"{allowed:.1f}",
        f"{result.seconds:.1f}",
        f"{allowed / result.seconds:.1%}",
        statuses.get("429", 0),
    )
    title = f"under the documented limits, {pp.Limits()!r}"
    return table(
        (title, "seconds at best", "seconds", "of the rate allowed", "refused (429)"), [row]
    )


def _bodies(report: Report) -> Iterator[bytes]:
    """The request bodies, byte for byte as `send` makes them."""
    entity, envelope = entity_for(_ENTITY), Envelope(_ENTITY, _SOURCE)
    encoder = Encoder(report.ready, list(entity.fields()), entity.key)
    return (envelope.body(chunk.entries) for chunk in encoder.chunks(envelope.max_rows))


async def _post_all(settings: Mapping[str, Any], bodies: list[bytes]) -> None:
    """Post bodies as fast as plain httpx does, as many at once as we do."""
    limits = httpx.Limits(max_connections=IN_FLIGHT)
    async with httpx.AsyncClient(limits=limits, trust_env=False) as http:
        login = {"username": "username", "apiKey": "api_key", "cdpGKey": "cdp_gkey"}
        login = {name: settings[given] for name, given in login.items()}
        token = (await http.post(settings["auth_url"], json=login)).json()["token"]
        headers = {"TOKEN": token, "API_KEY": settings["api_key"]}
        headers["Content-Type"] = "application/json"
        left = iter(bodies)

        async def post() -> None:
            for body in left:
                answer = await http.post(settings["ingest_url"], content=body, headers=headers)
                assert answer.json()["success"]

        await asyncio.gather(*(post() for _ in range(IN_FLIGHT)))


class _Sandbox:
    """A sandbox in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.settings = self._answer()
        limits = self.settings["limits"]
        self.settings["limits"] = limits and {float(s): n for s, n in limits.items()}

    def statuses(self) -> dict[str, int]:
        """How often it gave which status."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


@contextmanager
def _sandbox(folder: str, **options: Any) -> Iterator[_Sandbox]:
    """Start a sandbox; what this machine remembers of requests made is kept out of it."""
    command = [sys.executable, "-c", _SANDBOX, json.dumps(options)]
    with (
        patch.dict(os.environ, PANGO_DATA_DIR=folder),
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        yield _Sandbox(process)


def _memory(what: str) -> int:
    """Read this process's memory, in kB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1])
