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
def test_a_million_rows_take_little_memory(tmp_path) -> None:
    """Most of it is their journal, when it is put away."""
    with Sandbox(limits=None) as cdp:
        command = [sys.executable, "-c", SENDER, json.dumps(cdp.client_settings)]
        command += ["1000000", str(tmp_path / "ledger")]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    n_accepted, grown = json.loads(done.stdout)
    print("MB beside the rows:", grown)
    assert n_accepted >= 1_000_000 - 100
    assert grown <= 200


FOLDER = """
import json, sys
from contextlib import closing
from pathlib import Path
from benchmarks.ledger import journal, start
from pangoprep.upload.ledger.ledger import Ledger

def memory(what):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) / 1024

n_rows, peaks = int(sys.argv[1]), []
with closing(Ledger(Path(sys.argv[2]))) as ledger:
    for name in ("first", "second"):  # into an empty memory, and into one as large
        run = start(ledger, name)
        journal(run, n_rows, seed=len(peaks))
        before = memory("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here on
        run.finish(reason="", ended=0.0, n_requests=0, frame_fingerprint=None)
        run.close()
        peaks.append(memory("VmHWM") - before)
print(json.dumps(max(peaks)))
"""


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_stays_flat_beyond_a_million_rows(tmp_path) -> None:
    """A million rows are put away at a time; more take no more than that."""
    grown = {}
    for n_rows in (1_000_000, 2_500_000):
        command = [sys.executable, "-c", FOLDER, str(n_rows), str(tmp_path / f"{n_rows}")]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
        grown[n_rows] = json.loads(done.stdout)
    print("MB to put rows away:", grown)
    assert grown[2_500_000] <= grown[1_000_000] + 50
    assert grown[1_000_000] <= 200


PLANNER = """
import json, sys
from pathlib import Path
import numpy as np
import pandas as pd
from pangoprep.upload import send
from pangoprep.upload.rows.prepared import Parts

def memory(what):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) * 1024

def parts(n):
    for start in range(0, n, 20_000):
        ids = pd.Series(np.arange(start, start + 20_000)).astype("str")
        yield pd.DataFrame({"customerId": "C" + ids, "phone": "0912345678", "fullName": "An"})

def plan(n):
    prepared = Parts(entity="customer-identity", n_ready=n, n_held=0, n_superseded=0,
                     ready=lambda: parts(n), rows=list)
    assert send(prepared, dry_run=True).n_to_send == n
    return memory("VmHWM")

plan(20_000)  # loads what is loaded on first use
print(json.dumps([plan(400_000), plan(1_600_000)]))
"""


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_rows_in_parts_take_few_bytes_each() -> None:
    """A byte for the state of each row and four for the reason; the rows come and go."""
    command = [sys.executable, "-c", PLANNER]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    few, many = json.loads(done.stdout)
    print("bytes a row:", (many - few) / 1_200_000)
    assert many - few <= 10 * 1_200_000
