"""What a send takes of memory, beside the rows it is given."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pangoprep.sandbox import Sandbox

ROOT = Path(__file__).parents[3]

SENDER = """
import json, sys
from pathlib import Path

import pandas as pd
from pangoprep.upload import Client, send
from pangoprep.upload.rows.prepared import Parts

def memory(what):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) / 1024

def report(n):
    ready = pd.DataFrame({"customerId": [f"C{i}" for i in range(n)]}, dtype="str")
    more = ("fullName", "firstName", "lastName", "city", "ward", "address")
    ready = ready.assign(phone="09" + ready["customerId"].str[1:].str.zfill(8), yob=1988)
    ready = ready.assign(**dict.fromkeys(more, "Nguyễn " + ready["customerId"]))
    rows = pd.DataFrame({"row": range(n), "index": range(n)})
    rows = rows.assign(key="x", state="ready", reason="")
    return Parts(entity="customer-identity", n_ready=n, n_held=0, n_superseded=0,
                 ready=lambda: [ready], rows=lambda: [rows])

settings, n_rows, ledger = json.loads(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
client = Client(**settings)
send(report(100), client=client, source="CRM", ledger=ledger)  # loads what is loaded on first use
rows = report(n_rows)
before = memory("VmRSS")
Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here on
result = send(rows, client=client, source="CRM", ledger=ledger)
print(json.dumps([result.counts["accepted"], memory("VmHWM") - before]))
"""


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_stays_flat_over_a_million_rows(tmp_path) -> None:
    """The journal of half a million rows is put away at once; more rows take no more than that."""
    grown = {}
    with Sandbox(limits=None) as cdp:
        for n_rows in (500_000, 1_000_000):
            command = [sys.executable, "-c", SENDER, json.dumps(cdp.client_settings)]
            command += [str(n_rows), str(tmp_path / f"ledger-{n_rows}")]
            done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
            n_accepted, grown[n_rows] = json.loads(done.stdout)
            assert n_accepted >= n_rows - 100
    print("MB beside the rows:", grown)
    assert grown[1_000_000] <= grown[500_000] + 50
    assert grown[1_000_000] <= 250
