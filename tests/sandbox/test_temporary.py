"""What a sandbox leaves when its process is killed: nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pangoprep.sandbox import Sandbox
from pangoprep.sandbox.store import Store
from pangoprep.sandbox.temporary import PREFIX, sweep

CANARY = "Canary Thị Hoàng"

FILLED = f"""
import sys
from pangoprep.sandbox import Sandbox
import pandas as pd, pangoprep
cdp = Sandbox(limits=None).start()
frame = pd.DataFrame({{"customerId": [str(n) for n in range(500)]}})
frame = frame.assign(fullName={CANARY!r}, phone="0912345678")
frame.pango.send("customer-identity", source="CRM", client=cdp.client(), progress=False)
print(len(cdp.records("customer-identity")), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setenv("PANGO_DATA_DIR", str(tmp_path / "home"))
    return folder


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the names of open files")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_sandbox_leaves_no_customer(temporary, number) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", FILLED], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout.readline() == b"500\n"
        assert list(temporary.iterdir()) == []
    finally:
        process.send_signal(number)
        process.communicate()
    assert process.returncode == -number
    left = b"".join(path.read_bytes() for path in temporary.rglob("*") if path.is_file())
    assert CANARY.encode() not in left
    assert json.dumps(CANARY).encode() not in left


def new_store(folder: Path) -> Store:
    """A store whose files keep their names."""
    folder.mkdir(mode=0o700)
    return Store(folder / "sandbox.sqlite")


def test_what_dead_ones_left_is_swept_and_what_is_in_use_is_not(temporary) -> None:
    living = new_store(temporary / f"{PREFIX}living")
    reading = new_store(temporary / f"{PREFIX}reading")
    reading.close()
    program = "import sys, pathlib; from pangoprep.sandbox.store import Store; "
    program += "store = Store(pathlib.Path(sys.argv[1])); print(flush=True); sys.stdin.read()"
    path = temporary / f"{PREFIX}reading" / "sandbox.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-c", program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    process.stdout.readline()
    new_store(temporary / f"{PREFIX}dead").close()
    (temporary / f"{PREFIX}empty").mkdir()
    for name in ("living", "reading", "dead", "empty"):
        os.utime(temporary / f"{PREFIX}{name}", (0, 0))
    new_store(temporary / f"{PREFIX}starting").close()
    (temporary / "somebody-elses").mkdir()
    if os.name == "posix":
        (temporary / f"{PREFIX}link").symlink_to(temporary / "somebody-elses")
    try:
        with Sandbox() as cdp:
            assert len(cdp.records("customer-identity")) == 0
        names = {path.name.removeprefix(PREFIX) for path in temporary.iterdir()}
        assert names - {"link"} == {"living", "reading", "starting", "somebody-elses"}
    finally:
        living.close()
        process.communicate(b"")
    for name in ("living", "reading"):
        os.utime(temporary / f"{PREFIX}{name}", (0, 0))
    sweep()
    names = {path.name.removeprefix(PREFIX) for path in temporary.iterdir()}
    assert names - {"link"} == {"starting", "somebody-elses"}


def test_a_store_without_a_name_is_read_from_any_thread_while_it_grows(start, people) -> None:
    from concurrent.futures import ThreadPoolExecutor

    cdp, sender = start(limits=None)
    with ThreadPoolExecutor(4) as threads:
        reads = [
            threads.submit(lambda: len(cdp.records("customer-identity")))
            for number in range(20)
            if sender.send(people(*range(number * 50, number * 50 + 50))).status_code == 200
        ]
    counts = [read.result() for read in reads]
    assert len(counts) == 20
    assert all(count % 50 == 0 for count in counts)
    assert len(cdp.records("customer-identity")) == 1_000
