"""Whatever leaves a send: the work is stopped and waited for, and the interpreter lives."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import forking

SCRIPT = Path(__file__).with_name("interrupted_process.py")

Outcome = dict[str, Any]


def carry_out(
    folder: Path, moment: str, meanwhile: Callable[[forking.Process], None] | None = None
) -> Outcome:
    """Run a moment in a process; it must end well and complain about nothing."""
    streams = [Path(os.devnull), folder / "out", folder / "err"]
    command = [sys.executable, "-W", "default", SCRIPT, moment]
    with forking.Process(command, streams, cwd=folder) as process:
        if meanwhile is not None:
            end = time.monotonic() + 60
            while not streams[1].exists() or "\n" not in (said := streams[1].read_text()):
                assert time.monotonic() < end, "it does not begin"
                time.sleep(0.01)  # a file of another process: there is no clock to inject
            assert json.loads(said) == {"sending": True}
            meanwhile(process)
        code = process.wait(120)
    assert (code, streams[2].read_text()) == (0, "")
    printed = streams[1].read_text()
    found: Outcome = json.loads(printed.splitlines()[-1])
    assert not found["is_working"]
    counts = found["kept"]
    assert sum(counts.values()) == 5_000
    assert counts["accepted"] <= found["n_stored"] <= counts["accepted"] + counts["unknown"]
    return found


@pytest.mark.parametrize(
    ("moment", "raised"),
    [
        ("an_alarm", "TimeoutError"),
        ("alarm_after_alarm", "TimeoutError"),
        ("a_container_ends", "SystemExit"),
        ("another_thread", "TimeoutError"),
        ("awaited", "KeyboardInterrupt"),
    ],
)
def test_what_leaves_the_wait_is_raised_when_the_work_has_ended(
    tmp_path: Path, moment: str, raised: str
) -> None:
    found = carry_out(tmp_path, moment)
    assert found["raised"] == raised
    assert (found["state"], found["kept"]["unsent"] > 0) == ("stopped", True)
    if raised != "KeyboardInterrupt":  # that one is asyncio's own
        assert "df.pango.resume(" in found["notes"][0]


def test_an_abandoned_coroutine_leaves_no_thread(tmp_path: Path) -> None:
    assert carry_out(tmp_path, "abandoned")["state"] == "stopped"


def test_two_interrupts_at_once_return_the_result(tmp_path: Path) -> None:
    found = carry_out(tmp_path, "two_interrupts")
    assert found["reason"] == "interrupted"
    assert found["counts"] == found["kept"]
    assert found["counts"]["unsent"] > 0


def test_a_key_held_down_returns_the_result(tmp_path: Path) -> None:
    def hold(process: forking.Process) -> None:
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            process.send_signal(signal.SIGINT)
            time.sleep(0.033)

    found = carry_out(tmp_path, "held_key", hold)
    assert found["reason"] == "interrupted"
    assert found["counts"] == found["kept"]
    assert found["counts"]["unsent"] > 0


def test_a_bar_that_cannot_be_shown_ends_nothing(tmp_path: Path) -> None:
    found = carry_out(tmp_path, "a_broken_pipe")
    assert (found["reason"], found["state"]) == ("", "finished")
    assert found["counts"]["accepted"] == found["n_stored"] == 5_000
