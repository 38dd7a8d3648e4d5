from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from pangoprep.sandbox import Sandbox
from pangoprep.upload import send


@pytest.mark.parametrize(("there", "back"), [(0.0, 0.0), (0.05, 0.01), (0.3, 0.3)])
def test_never_a_429_and_hardly_a_second_lost(make_world, report, there, back) -> None:
    world = make_world(limits={1: 10, 20: 40})
    world.way.seconds_there, world.way.seconds_back = there, back
    n_requests = 400
    started = world.clock.steady
    result = send(report(50 * n_requests), client=world.client(), source="CRM", ledger=world.ledger)
    assert result.ok
    assert set(world.statuses()) == {200}
    ideal = (n_requests / 40 - 1) * 20  # the first 40 need not wait, the last take a few seconds
    assert world.clock.steady - started <= ideal / 0.97 + 8


def test_the_budget_outlives_the_run(make_world, report) -> None:
    world = make_world(limits={100: 3})
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger}
    assert send(report(150), **keywords).ok
    started = world.clock.steady
    assert send(report(150), **keywords, resend=True).ok
    assert world.clock.steady - started >= 100
    assert set(world.statuses()) == {200}


SENDER = """
import json, sys
import pandas as pd
from pangoprep.upload import Client, Limits, send
from pangoprep.upload.rows.prepared import Parts

settings, name, n_rows, ledger = json.loads(sys.argv[1]), *sys.argv[2:4], sys.argv[4]
n_rows = int(n_rows)
settings["limits"] = {float(s): n for s, n in settings["limits"].items()}
ready = pd.DataFrame({"customerId": [f"{name}{i}" for i in range(n_rows)]})
ready["fullName"], ready["phone"] = "An", "0312345678"
rows = pd.DataFrame({"row": range(n_rows), "index": range(n_rows), "key": "x", "state": "ready",
                     "reason": ""})
report = Parts(entity="customer-identity", n_ready=n_rows, n_held=0, n_superseded=0,
               ready=lambda: [ready], rows=lambda: [rows])
result = send(report, client=Client(**settings), source="CRM", ledger=ledger)
print(json.dumps(result.counts))
"""


def test_two_processes_at_once_keep_the_windows(tmp_path) -> None:
    limits = {0.2: 5, 1.0: 16}
    with Sandbox(limits=limits) as cdp:
        settings = json.dumps(cdp.client_settings)
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", SENDER, settings, name, "700", str(tmp_path / "ledger")],
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in "AB"
        ]
        counts: list[Any] = [
            json.loads(process.communicate(timeout=60)[0]) for process in processes
        ]
        assert [count["accepted"] for count in counts] == [700, 700]
        ingest = cdp.requests[cdp.requests["path"].str.contains("ingest")]
        assert set(ingest["status"]) == {200}
        assert len(ingest) == 28
        assert len(cdp.records("customer-identity")) == 1_400
