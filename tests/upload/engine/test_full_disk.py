"""A real file system without room: nothing here is told to fail, the system says ENOSPC."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("full_disk_process.py")
N_ROWS = 600

# A file system of one's own, gone with the process; as root or as anybody.
_OWN_MOUNTS = ["unshare", "--mount"] if getattr(os, "geteuid", lambda: 1)() == 0 else None
_OWN_MOUNTS = _OWN_MOUNTS or ["unshare", "--user", "--map-root-user", "--mount"]


def can_mount(folder: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    mount = [*_OWN_MOUNTS, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    return subprocess.run(mount, capture_output=True).returncode == 0


def carry_out(folder: Path, cases: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    if not can_mount(folder):
        pytest.skip("no file system can be mounted here")
    ended = subprocess.run(
        [*_OWN_MOUNTS, sys.executable, "-W", "error", str(SCRIPT), str(folder), json.dumps(cases)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SCRIPT.parents[3])},
    )
    assert not ended.returncode, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def check(told: dict[str, Any]) -> None:
    """What happened is said in one sentence, no row is lost, and the next send finds the way."""
    if "raised" in told:
        assert told["raised"]["is_ours"]
        assert "the disk is full" in told["raised"]["words"], told
        assert not told["n_stored"], "something was sent before it was refused"
    else:
        first = told["first"]
        assert sum(first.values()) == N_ROWS
        assert told["n_stored"] == first["accepted"] + first["unchanged"]
        assert first["accepted"] + first["unchanged"] + first["unsent"] == N_ROWS
        if first["unsent"]:
            assert told["error"]["is_ours"]
            assert "the disk is full" in told["reason"], told
            assert told["reason"].count("disk") < 3, "one sentence, and what to do"
        assert told["state"] == ("stopped" if told["reason"] else "finished")
    second = told["second"]
    assert not told["second_reason"]
    assert sum(second.values()) == N_ROWS
    if told["has_events"]:
        assert told["n_events"] == told["n_finally"], "an event fired twice"
        assert told["n_finally"] >= N_ROWS - second["unknown"], "a row is missing, unsaid"
    else:
        assert second["accepted"] + second["unchanged"] == N_ROWS == told["n_finally"]
    assert set(told["states"]) <= {"finished", "stopped"}
    assert set(told["sums"]) <= {N_ROWS, 60}


def test_a_disk_without_room(tmp_path) -> None:
    cases = [
        {"n_free": n_free, "is_new": is_new, "has_events": has_events}
        for n_free, is_new, has_events in [
            (0, True, False),
            (16_000, True, False),
            (48_000, False, False),
            (225_000, True, False),
            (300_000, True, True),
            (150_000, False, True),
            (230_000, False, False),
            (700_000, True, True),
        ]
    ]
    *sent, none, little = carry_out(tmp_path, cases)
    for told in sent:
        check(told)
    assert "raised" in sent[0]
    assert any(0 < told.get("first", {}).get("accepted", 0) < N_ROWS for told in sent)
    assert sent[-1]["first"]["accepted"] == N_ROWS, "with room enough all is as ever"
    for told in (none, little):
        assert told["raised"]["is_ours"]
        assert "the disk is full" in told["raised"]["words"]


@pytest.mark.long
@pytest.mark.parametrize("has_events", [False, True])
@pytest.mark.parametrize("is_new", [False, True])
def test_a_disk_with_any_room(tmp_path, is_new, has_events) -> None:
    free = range(0, 800_000, 4_096)
    cases = [{"n_free": n, "is_new": is_new, "has_events": has_events} for n in free]
    for told in carry_out(tmp_path, cases)[: len(cases)]:
        check(told)
