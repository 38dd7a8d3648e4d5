"""How fast rows go out, beside a bare httpx loop that posts the same bodies; and how much memory.

Run from the project's root: ``python tests/upload/bench_send.py [n_rows]``. The sandbox runs in a
process of its own, without limits.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
import pandas as pd

N_IN_FLIGHT = 16

SANDBOX = """
import json, sys
from pangoprep.sandbox import Sandbox
with Sandbox(limits=None) as cdp:
    print(json.dumps(cdp.client_settings | {"limits": None}), flush=True)
    sys.stdin.readline()
"""


def frame_of(n_rows: int) -> pd.DataFrame:
    names = [f"Nguyễn {n % 1000}" for n in range(n_rows)]
    texts = {
        "customerId": [f"C{n}" for n in range(n_rows)],
        "phone": [f"09{n:08d}" for n in range(n_rows)],
        "email": [f"u{n}@example.vn" for n in range(n_rows)],
    }
    more = ("fullName", "firstName", "lastName", "city", "district", "ward", "address")
    frame = pd.DataFrame(texts | dict.fromkeys(more, names)).astype("str")
    return frame.assign(
        dob=pd.array(np.arange(n_rows), dtype="Int64"),
        yob=pd.array(np.full(n_rows, 1988), dtype="Int64"),
    )


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(settings: dict[str, object], frame: pd.DataFrame) -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    from sending_process import made

    from pangoprep.upload import Client, send

    with tempfile.TemporaryDirectory() as folder:
        os.environ["PANGO_DATA_DIR"] = folder
        send(made(frame.head(100)), client=Client(**settings), source="CRM")
        before, started = megabytes(), time.perf_counter()
        result = send(made(frame), client=Client(**settings), source="CRM", resend=True)
        seconds = time.perf_counter() - started
    assert result.ok
    rate = len(frame) / seconds
    print(f"send        {rate:>9,.0f} rows/s   {before:,.0f} -> {megabytes():,.0f} MB")


def bare(settings: dict[str, object], frame: pd.DataFrame) -> None:
    from pangoprep.entities import entity_for
    from pangoprep.upload.batches import Envelope
    from pangoprep.upload.payload import Encoder

    entity = entity_for("customer-identity")
    encoder = Encoder(frame, list(entity.fields()), entity.key)
    envelope = Envelope("customer-identity", "CRM")
    bodies = [envelope.body(chunk.entries) for chunk in encoder.chunks(50)]

    async def post_all() -> None:
        limits = httpx.Limits(max_connections=N_IN_FLIGHT)
        async with httpx.AsyncClient(limits=limits, trust_env=False) as http:
            login = {"apiKey": "api_key", "username": "username", "cdpGKey": "cdp_gkey"}
            login = {name: settings[given] for name, given in login.items()}
            answer = await http.post(str(settings["auth_url"]), json=login)
            headers = {"TOKEN": answer.json()["token"], "API_KEY": str(settings["api_key"])}
            headers["Content-Type"] = "application/json"
            left = iter(bodies)

            async def post() -> None:
                for body in left:
                    answer = await http.post(
                        str(settings["ingest_url"]), content=body, headers=headers
                    )
                    assert answer.json()["success"]

            await asyncio.gather(*(post() for _ in range(N_IN_FLIGHT)))

    started = time.perf_counter()
    asyncio.run(post_all())
    rate = len(frame) / (time.perf_counter() - started)
    print(f"bare httpx  {rate:>9,.0f} rows/s")


def main() -> None:
    n_rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    frame = frame_of(n_rows)
    for way in (bare, ours):
        cdp = subprocess.Popen(
            [sys.executable, "-c", SANDBOX],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )
        assert cdp.stdout is not None
        way(json.loads(cdp.stdout.readline()), frame)
        cdp.communicate("\n")


if __name__ == "__main__":
    main()
