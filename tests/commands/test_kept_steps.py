"""What ``pangoprep studio`` keeps of the steps, however it ends: real processes, real signals."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds, on a machine that does much beside
ROWS = "Mã KH,Họ và tên,SĐT\n1,An,123\n2,Bình,456\n3,Chi,0912345678\n"
COMMAND = [sys.executable, "-m", "pangoprep", "studio", "khách.csv", "--no-browser"]


class Studio:
    """A studio that runs, and what a page asks of it."""

    def __init__(self, folder: Path) -> None:
        env = {**os.environ, "PANGO_DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            COMMAND, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
        )
        assert self.process.stdout is not None
        found = re.search(r"(http://\S+/)\?token=(\S+)", self.process.stdout.readline())
        assert found is not None
        self._base, token = found.groups()
        self._cookie = f"pangoprep_studio_{self._base.split(':')[2].strip('/')}={token}"

    def ask(self, kind: str, **content: Any) -> dict[str, Any]:
        """Ask as a page does."""
        body = json.dumps({"type": kind, "id": "1", **content}).encode()
        headers = {"Content-Type": "application/json", "Cookie": self._cookie}
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(f"{self._base}ask", body, headers)
        with opener.open(request, timeout=PATIENCE) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def empty_phones(self) -> None:
        """Take one step."""
        problem = "phone|phone.unreadable"
        done = self.ask("act", action="blank", problem=problem, all=True)
        assert done["state"]["n_steps"] == 1

    def end(self, how: signal.Signals) -> str:
        """End the process; return what it said beside its address."""
        self.process.send_signal(how)
        return self.process.communicate(timeout=PATIENCE)[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "khách.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def kept(folder: Path) -> int:
    """Count the steps in the file."""
    path = folder / "khách.pango"
    return len(json.loads(path.read_text(encoding="utf-8"))["steps"]) if path.exists() else 0


def wait_for(folder: Path, n_steps: int) -> None:
    until = time.monotonic() + PATIENCE
    while kept(folder) != n_steps:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_studio_that_is_killed_has_written_its_steps(folder: Path) -> None:
    studio = Studio(folder)
    studio.empty_phones()
    wait_for(folder, 1)
    studio.end(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    again = Studio(folder)
    try:
        assert again.ask("open")["state"]["n_steps"] == 1
        again.ask("undo")
        wait_for(folder, 0)
    finally:
        again.end(signal.SIGTERM)
    assert (folder / "khách.pango").stat().st_mode & 0o077 == 0 or os.name == "nt"


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="terminals are closed otherwise here")
def test_a_studio_whose_terminal_is_closed_keeps_its_steps(folder: Path) -> None:
    studio = Studio(folder)
    studio.empty_phones()
    told = studio.end(signal.SIGHUP)
    assert studio.process.returncode == 0
    assert kept(folder) == 1
    assert "1 step is kept in khách.pango" in told


def test_a_studio_that_ends_while_it_sends_says_what_became_of_the_rows(folder: Path) -> None:
    rows = [f"C{n},Lê An,09{n:08d}" for n in range(40_000)]
    (folder / "khách.csv").write_text("\n".join([ROWS.splitlines()[0], *rows]), encoding="utf-8")
    studio = Studio(folder)
    begun = studio.ask("begin", target="practice", source="CRM")
    assert begun["sending"]["running"]
    told = studio.end(signal.SIGTERM)
    assert studio.process.returncode == 0
    assert "The send that was going on was stopped: " in told
    assert "unsent" in told


def test_two_studios_do_not_write_over_each_other(folder: Path) -> None:
    studio = Studio(folder)
    try:
        second = subprocess.run(
            COMMAND, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert second.returncode == 2
        assert "Another studio keeps its steps in 'khách.pango'" in second.stderr
    finally:
        studio.end(signal.SIGTERM)
    other = Studio(folder)
    other.end(signal.SIGTERM)
