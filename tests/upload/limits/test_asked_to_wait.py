"""PangoCDP asks to wait: how long that is believed, and who says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pangoprep.sandbox.answers import Answer
from pangoprep.upload import runs, send, status
from pangoprep.upload.engine.run import Run, open_budget
from pangoprep.upload.http.answers import RETRY_AFTER

DAY = 86_400


def keywords(world: Any, **client: Any) -> dict[str, Any]:
    return {"client": world.client(**client), "source": "CRM", "ledger": world.ledger}


def ask_to_wait(world: Any, header: str, times: int) -> None:
    """Refuse the first ingest requests with a header of any kind."""
    answer, left = world.platform.answer, [times]

    async def refuse(request: Any) -> Answer:
        if request.path.endswith("/ingest") and left[0]:
            left[0] -= 1
            world.asked_at.append(world.clock.steady)
            return Answer(429, b"{}", ((RETRY_AFTER, header),))
        world.asked_at.append(world.clock.steady)
        return await answer(request)

    world.asked_at = []
    world.platform.answer = refuse


@pytest.mark.parametrize("header", ["0", "-5", "Wed, 21 Oct 2026 07:28:00 GMT", "soon", "", "nan"])
def test_nonsense_is_waited_for_as_after_a_failure(make_world, report, header: str) -> None:
    world = make_world(limits={1: 50})
    ask_to_wait(world, header, times=8)
    assert send(report(30), **keywords(world)).ok
    waits = [b - a for a, b in zip(world.asked_at[1:9], world.asked_at[2:10], strict=True)]
    assert waits[0] >= 0.25
    for number, wait in enumerate(waits):
        assert min(0.5 * 2**number, 30) / 2 <= wait <= min(0.5 * 2**number, 30) * 1.1 + 0.1


@pytest.mark.parametrize(
    ("limits", "longest"),
    [({1: 50, 60: 1_000}, 60), ({1: 50, 86_400: 400_000}, DAY), (None, DAY)],
)
@pytest.mark.parametrize("header", ["1000000000", "inf", "1e300"])
def test_no_wait_is_believed_that_is_longer_than_the_longest_window(
    make_world, report, limits, longest: int, header: str
) -> None:
    world = make_world(limits=limits)
    ask_to_wait(world, header, times=1)
    started = world.clock.steady
    assert send(report(30), **keywords(world)).ok
    assert longest <= world.clock.steady - started < longest * 1.01 + 5


def test_an_honest_wait_is_kept(make_world, report) -> None:
    world = make_world(limits={1: 50, 60: 1_000})
    ask_to_wait(world, "7", times=1)
    started = world.clock.steady
    assert send(report(30), **keywords(world)).ok
    assert 7 <= world.clock.steady - started < 8


def test_everybody_says_until_when(make_world, report, monkeypatch) -> None:
    world = make_world(limits={1: 50, 60: 1_000})
    ask_to_wait(world, "50", times=1)
    seen: list[Any] = []
    real = world.clock.sleep

    async def sleep(seconds: float) -> None:
        if seconds > 40:
            [run_id] = runs(world.ledger)["run_id"]
            found = status(run_id, world.ledger)
            seen.append((found, runs(world.ledger), run_views[-1].view()))
            seen.append(send(report(60), **keywords(world), dry_run=True))
        await real(seconds)

    run_views: list[Run] = []
    made = Run.__init__
    monkeypatch.setattr(
        Run, "__init__", lambda self, *given: (made(self, *given), run_views.append(self))[0]
    )
    world.clock.sleep = sleep
    until = world.clock.reading().wall + 50
    result = send(report(60), **keywords(world))
    assert result.ok
    (found, table, view), plan = seen
    for waits_until in (found.waits_until, table["waits_until"][0], plan.waits_until):
        assert abs(waits_until.timestamp() - until) < 2
    assert abs(view.waits_until - until) < 2
    assert 45 < view.seconds_left < 60
    assert 45 < plan.finish_seconds < 60
    shown = pd.Timestamp(view.waits_until, unit="s", tz="UTC")
    assert f"{shown:%M:%S}"[:2] in view.in_words()
    for words in (view.in_words(), repr(plan), repr(found)):
        assert "PangoCDP asked to wait until 20" in words
    after = status(result.run_id, world.ledger)
    assert (after.state, after.waits_until) == ("finished", None)
    assert runs(world.ledger)["waits_until"].isna().all()
    assert run_views[-1].view().waits_until is None


HOLD = """
import sys, time
from pangoprep.upload.engine.run import open_budget
from pangoprep.upload import Client
client = Client(token="t", api_key="k", ingest_url="http://localhost:1/x", limits={3_600: 3})
budget = open_budget(client)
print([budget.take().lease for _ in range(3)], flush=True)
time.sleep(600)
"""


def test_a_killed_process_gives_its_requests_back(tmp_path: Path) -> None:
    from pangoprep.upload import Client

    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    client = Client(token="t", api_key="k", ingest_url="http://localhost:1/x", limits={3_600: 3})
    with (
        subprocess.Popen(
            [sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True, env=environment
        ) as process,
        closing(open_budget(client)) as budget,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "[1, 2, 3]\n"
        assert budget.take().wait_seconds == float("inf")  # its answers may come at any moment
        budget._looked_at -= 10  # as if time had passed
        assert budget.take().wait_seconds == float("inf")
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        budget._looked_at -= 10
        turn = budget.take()
        assert (turn.lease, turn.window) == (None, 3_600)
        assert 3_590 < turn.wait_seconds < 3_601  # from now on their hour runs


def test_practice_runs_are_marked_and_kept_apart(make_world, report) -> None:
    world = make_world()
    there = {"client": world.client(), "source": "CRM"}
    send(report(3), **there)  # in the user's own ledger
    send(report(3), **there | {"client": world.client(ingest_url="https://example.vn/x")})
    assert runs()["is_practice"].tolist() == [False]
    assert runs(practice=True)["is_practice"].tolist() == [False, True]
    assert runs(practice=False)["is_practice"].tolist() == [False]
    send(report(3), **there, ledger=world.ledger)
    assert runs(world.ledger)["is_practice"].tolist() == [True]
    assert runs(world.ledger, practice=False).empty
    assert repr(status(runs(practice=True)["run_id"][1])).startswith("<Practice run")
