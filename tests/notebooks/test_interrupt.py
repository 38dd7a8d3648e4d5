"""The stop button: a real kernel is interrupted while it sends to a slow PangoCDP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

pytestmark = pytest.mark.notebook

N_ROWS = 4_000

BEGIN = f"""
import json, threading
import pandas as pd, pangoprep as pp

frame = pd.DataFrame({{"customerId": [f"C{{n}}" for n in range({N_ROWS})]}})
frame = frame.assign(fullName="An", phone="0912345678")
cdp = pp.Sandbox(limits=None, faults=[pp.Fault("slow", seconds=0.2)]).start()
where = {{"client": cdp.client(in_flight=2), "ledger": "practice.sqlite"}}
n_threads = threading.active_count()
"""

SEND = "result = frame.pango.send(source='CRM', **where)"

FACTS = """
status = pp.status(result.run_id, where["ledger"])
print(json.dumps({
    "counts": dict(result.counts), "kept": dict(status.counts), "reason": result.reason,
    "state": status.state, "n_stored": len(cdp.records("customer-identity")),
    "n_threads": threading.active_count() - n_threads,
}))
"""

RESUME = """
cdp.faults.clear()
result = frame.pango.resume(result.run_id, **where)
"""


@pytest.fixture
def kernel(
    tmp_path: Path, jupyter_environment: dict[str, str]
) -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    manager, client = start_new_kernel(cwd=str(tmp_path), env=jupyter_environment)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client: BlockingKernelClient, code: str) -> str:
    """Run a cell to its end and return what it prints."""
    printed: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        content = message["content"]
        assert message["msg_type"] != "error", content["traceback"]
        if message["msg_type"] == "stream":
            printed.append(content["text"])

    client.execute_interactive(code, timeout=120, output_hook=hear)
    return "".join(printed)


def rows_shown(message: dict[str, Any]) -> int:
    """How many rows the progress bar says are done, if the message is about that."""
    state = message["content"].get("data", {}).get("state", {})
    value = state.get("value")
    return int(value) if message["msg_type"] == "comm_msg" and type(value) in (int, float) else 0


def test_the_stop_button_returns_the_result_and_resume_finishes(
    kernel: tuple[KernelManager, BlockingKernelClient],
) -> None:
    manager, client = kernel
    run(client, BEGIN)
    client.execute(SEND)
    while rows_shown(client.get_iopub_msg(timeout=60)) < 200:
        pass
    manager.interrupt_kernel()
    assert client.get_shell_msg(timeout=60)["content"]["status"] == "ok"

    stopped = json.loads(run(client, FACTS))
    counts = stopped["counts"]
    assert stopped["reason"] == "interrupted"
    assert sum(counts.values()) == N_ROWS
    assert 200 <= counts["accepted"] == stopped["n_stored"] < N_ROWS
    assert counts["unsent"] == N_ROWS - counts["accepted"]
    assert (stopped["state"], stopped["kept"]) == ("stopped", counts)
    assert stopped["n_threads"] == 0

    run(client, RESUME)
    resumed = json.loads(run(client, FACTS))
    assert resumed["counts"]["unchanged"] == counts["accepted"]
    assert resumed["counts"]["accepted"] == counts["unsent"]
    assert resumed["n_stored"] == N_ROWS
    assert resumed["reason"] == ""


def test_two_stops_at_once_leave_the_kernel_and_its_frames_alive(
    kernel: tuple[KernelManager, BlockingKernelClient],
) -> None:
    manager, client = kernel
    run(client, BEGIN)
    client.execute(SEND)
    while rows_shown(client.get_iopub_msg(timeout=60)) < 200:
        pass
    manager.interrupt_kernel()
    manager.interrupt_kernel()
    assert client.get_shell_msg(timeout=60)["content"]["status"] == "ok"

    stopped = json.loads(run(client, FACTS))  # the variables of earlier cells are there
    assert (stopped["reason"], stopped["state"]) == ("interrupted", "stopped")
    assert stopped["kept"] == stopped["counts"]
    assert sum(stopped["counts"].values()) == N_ROWS
    assert stopped["n_threads"] == 0
