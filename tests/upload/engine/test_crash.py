from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pangoprep.sandbox import Sandbox
from pangoprep.upload import runs, status

SCRIPT = Path(__file__).with_name("sending_process.py")

POINTS = [
    "before begin",
    "after begin",
    "in flight",
    "before answer",
    "after answer",
    "before fold",
    "after fold",
    "after close",
    "in sqlite",
]

N_ROWS = 330


@pytest.fixture
def process() -> Iterator[Callable[[dict[str, Any]], dict[str, Any]]]:
    """Carry out commands in forks that may die."""
    root = str(SCRIPT.parents[3])
    running = subprocess.Popen(
        [sys.executable, str(SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(root),
    )
    assert running.stdin is not None
    assert running.stdout is not None

    def carry_out(command: dict[str, Any]) -> dict[str, Any]:
        running.stdin.write(json.dumps(command) + "\n")
        running.stdin.flush()
        answer: dict[str, Any] = json.loads(running.stdout.readline())
        return answer

    yield carry_out
    running.stdin.close()
    running.wait(30)
    running.stdout.close()


def _environment(root: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": root}


def people(version: int) -> dict[str, list[str]]:
    return {
        "customerId": [f"C{n}" for n in range(N_ROWS)],
        "fullName": [f"An {version}" for n in range(N_ROWS)],
        "phone": [f"03{n:08d}" for n in range(N_ROWS)],
    }


def crash_and_go_on(
    process: Callable[[dict[str, Any]], dict[str, Any]],
    tmp_path: Path,
    *,
    n_kills: int,
    has_events: bool,
    seed: int,
) -> None:
    """Kill a send at random points, over and over, and compare what arrived with the frame."""
    chance = random.Random(seed)
    points = itertools.cycle(chance.sample(POINTS, len(POINTS)))
    n_killed = version = 0
    with Sandbox(limits=None) as cdp:
        while n_killed < n_kills:
            version += 1
            options = {"ledger": str(tmp_path / "ledger")}
            if has_events:  # each frame fires its own event once
                options["je_event_key"] = f"CJE-{version}"
            command = {
                "settings": cdp.client_settings | {"in_flight": 3},
                "frame": people(version),
                "options": options,
            }
            was_killed = True
            for _ in range(chance.randint(1, 6)):
                if was_killed and n_killed < n_kills:
                    death = {
                        "point": next(points),
                        "count": chance.randint(1, 8),
                        "seconds": chance.random() * 0.01,
                    }
                    was_killed = process(command | death) == {"killed": True}
                    n_killed += was_killed
            result = process(command)
            counts, states = result["counts"], result["states"]
            assert sum(counts.values()) == N_ROWS
            assert counts["accepted"] + counts["unchanged"] + counts["unknown"] == N_ROWS
            unknown = {f"C{n}" for n, state in enumerate(states) if state == "unknown"}
            stored = cdp.records("customer-identity").set_index("customerId")["fullName"]
            arrived = set(stored.index[stored == f"An {version}"])
            missing = {f"C{n}" for n in range(N_ROWS)} - arrived
            if has_events:
                events = cdp.events("customer-identity")
                fired = events.loc[events["jeEventKey"] == f"CJE-{version}", "customerId"]
                assert not fired.duplicated().any(), "an event fired twice"
                assert missing <= unknown, "a row is missing and nobody says so"
                assert set(fired) == arrived
            else:
                assert not unknown
                assert not missing
            assert status(result["run_id"], tmp_path / "ledger").state == "finished"
    table = runs(tmp_path / "ledger")
    counted = table[
        ["held", "superseded", "unchanged", "accepted", "rejected", "unknown", "unsent"]
    ]
    assert (counted.sum(axis=1) == N_ROWS).all()
    assert (table["state"] == "crashed").sum() <= n_killed
    assert set(table["state"]) <= {"crashed", "finished"}
    assert (table["n_requests"].isna() == (table["state"] == "crashed")).all()


@pytest.mark.parametrize(("has_events", "n_kills"), [(False, 4), (True, len(POINTS))])
def test_killed_at_any_point(process, tmp_path, has_events, n_kills) -> None:
    crash_and_go_on(process, tmp_path, n_kills=n_kills, has_events=has_events, seed=5)


@pytest.mark.long
@pytest.mark.parametrize("has_events", [False, True])
def test_killed_dozens_of_times(process, tmp_path, has_events) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    crash_and_go_on(process, tmp_path, n_kills=75, has_events=has_events, seed=seed)
