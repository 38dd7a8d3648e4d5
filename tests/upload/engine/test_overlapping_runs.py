"""Two or three sends on one ledger at once, step by step, with kills and lost answers between."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pangoprep.errors import UsageError
from pangoprep.upload import runs, send, status
from pangoprep.upload.arguments import SendOptions
from pangoprep.upload.engine.run import open_run
from pangoprep.upload.ledger.row_history import RowHistory
from pangoprep.upload.limits.waiting import Stop
from pangoprep.upload.outcome.states import State
from pangoprep.upload.rows import batches
from pangoprep.upload.rows.fingerprints import RowMarks

N_ROWS = 5
ANSWER, LOSE = "answer", "lose"


@dataclass
class Waiting:
    """A request on its way there, or its answer on the way back."""

    has_arrived: bool
    request: httpx.Request
    fate: asyncio.Future[str]


class Gate(httpx.AsyncBaseTransport):
    """The way of one run to PangoCDP: each request waits to be let there, and back."""

    def __init__(self, way: Any) -> None:
        self.way = way
        self.waiting: list[Waiting] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "ingest" not in request.url.path:
            return await self.way.handle_async_request(request)
        await request.aread()
        await self.pass_through(request, has_arrived=False)
        response = await self.way.handle_async_request(request)
        await self.pass_through(request, has_arrived=True)
        return response

    async def pass_through(self, request: httpx.Request, *, has_arrived: bool) -> None:
        one = Waiting(has_arrived, request, asyncio.get_running_loop().create_future())
        self.waiting.append(one)
        try:
            if await one.fate == LOSE:
                raise httpx.ReadError("cut")
        finally:
            self.waiting.remove(one)


@dataclass
class Live:
    """A run that goes on."""

    gate: Gate
    stop: Stop
    job: Any
    task: asyncio.Task[Any]
    stack: ExitStack


def make_machine(world_class: Any, made: Any) -> type[RuleBasedStateMachine]:
    """Make the machine; what it needs comes from fixtures."""

    class Overlaps(RuleBasedStateMachine):
        """Colleagues who send versions of the same rows at the same time."""

        def __init__(self) -> None:
            super().__init__()
            logging.disable(logging.WARNING)
            self.folder = Path(tempfile.mkdtemp(prefix="pangoprep-overlaps-"))
            self.world = world_class(self.folder)
            self.loop = asyncio.new_event_loop()
            self.live: list[Live] = []
            #: Requests of killed processes that the network still has.
            self.late: list[httpx.Request] = []
            #: What PangoCDP holds, and whether an event has fired since it does.
            self.there: dict[str, tuple[str, bool]] = {}
            self.fired_twice: list[str] = []
            self.not_unchanged: list[str] = []
            self.n_unchanged = self.n_started = 0
            self.stack = ExitStack()
            self.watch_the_store()
            self.watch_the_claims()

        def watch_the_store(self) -> None:
            upsert = self.world.store.upsert

            def watched(entity: str, entries: list[dict[str, Any]], **options: Any) -> None:
                upsert(entity, entries, **options)
                for entry in entries:
                    key, name = entry["customerId"], entry["fullName"]
                    before, has_fired = self.there.get(key, ("", False))
                    has_fired = has_fired and before == name
                    fires = options["events"] is not None
                    if fires and has_fired:
                        self.fired_twice.append(key)
                    self.there[key] = (name, fires or has_fired)

            self.world.store.upsert = watched

        def watch_the_claims(self) -> None:
            """Whoever says "unchanged" must be right at that moment."""
            patch = self.stack.enter_context(pytest.MonkeyPatch.context())
            patch.setattr(batches, "MAX_ROWS", 2)
            make_marks, states = RowMarks.mark, RowHistory.states
            said: dict[bytes, dict[str, Any]] = {}

            def mark(marks: RowMarks, keys: Any, entries: Any) -> list[bytes]:
                made_now = make_marks(marks, keys, entries)
                said.update(zip(made_now, map(json.loads, entries), strict=True))
                return made_now

            def checked(memory: RowHistory, marks: list[bytes]) -> list[State | None]:
                found = states(memory, marks)
                for one, state in zip(marks, found, strict=True):
                    if state is State.UNCHANGED:
                        key, name = said[one]["customerId"], said[one]["fullName"]
                        self.n_unchanged += 1
                        if self.there.get(key, ("", False))[0] != name:
                            self.not_unchanged.append(key)
                return found

            patch.setattr(RowMarks, "mark", mark)
            patch.setattr(RowHistory, "states", checked)

        def teardown(self) -> None:
            for live in [*self.live]:
                self.end(live)
            left = asyncio.all_tasks(self.loop)
            for task in left:
                task.cancel()
            if left:
                self.loop.run_until_complete(asyncio.wait(left))
            self.loop.close()
            self.stack.close()
            self.world.close()
            shutil.rmtree(self.folder)
            logging.disable(logging.NOTSET)

        def settle(self) -> None:
            """Let everybody do what can be done without a request being let through."""

            async def idle() -> None:
                for _ in range(150):
                    await asyncio.sleep(0)

            self.loop.run_until_complete(idle())
            for live in [*self.live]:
                if live.task.done():
                    self.live.remove(live)
                    with live.stack:
                        result = live.task.result()
                    assert sum(result.counts.values()) == N_ROWS
                    assert status(result.run_id, self.world.ledger).counts == result.counts

        @precondition(lambda self: len(self.live) < 3)
        @rule(
            version=st.integers(0, 2),
            has_events=st.booleans(),
            rotation=st.integers(0, N_ROWS - 1),
            resend=st.sampled_from([False, False, True]),
        )
        def start(self, version: int, has_events: bool, rotation: int, resend: bool) -> None:
            for request in self.late:
                self.loop.run_until_complete(self.world.way.handle_async_request(request))
            self.late.clear()
            order = [(rotation + n) % N_ROWS for n in range(N_ROWS)]
            frame = pd.DataFrame(
                {
                    "customerId": [f"C{n}" for n in order],
                    "fullName": [f"An {version}" for _ in order],
                    "phone": ["0312345678"] * N_ROWS,
                }
            ).astype("str")
            gate, stack, stop = Gate(self.world.way), ExitStack(), Stop()
            options = SendOptions(
                source="CRM",
                resend=resend and not has_events,
                je_event_key="CJE-1" if has_events else None,
            )
            client = self.world.client(in_flight=2, transport=gate)
            opened = open_run(
                made(frame), client, options, stop=stop, ledger=self.world.ledger, again=send
            )
            try:
                job = stack.enter_context(opened)
            except UsageError:  # another run fires the same events
                assert has_events
                return
            self.n_started += 1
            self.live.append(Live(gate, stop, job, self.loop.create_task(job.run()), stack))
            self.settle()

        @precondition(lambda self: self.live)
        @rule(which=st.integers(0, 20), fate=st.sampled_from([ANSWER, ANSWER, ANSWER, LOSE]))
        def let_one_through(self, which: int, fate: str) -> None:
            waiting = [one for live in self.live for one in live.gate.waiting]
            if waiting:
                waiting[which % len(waiting)].fate.set_result(fate)
            self.settle()

        @precondition(lambda self: self.live)
        @rule(which=st.integers(0, 2), is_late=st.booleans())
        def kill(self, which: int, is_late: bool) -> None:
            """The process dies. What is on its way arrives all the same, or does not."""
            live = self.live.pop(which % len(self.live))
            if is_late:
                self.late += [one.request for one in live.gate.waiting if not one.has_arrived]
            live.job._run._db.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
            for _ in range(2):
                live.stop.interrupt()
            live.task.cancel()
            self.loop.run_until_complete(asyncio.wait([live.task]))
            with live.stack, suppress(asyncio.CancelledError):
                live.task.result()
            self.settle()

        @precondition(lambda self: self.late)
        @rule()
        def arrive_late(self) -> None:
            request = self.late.pop(0)
            self.loop.run_until_complete(self.world.way.handle_async_request(request))

        @precondition(lambda self: self.live)
        @rule(which=st.integers(0, 2))
        def let_all_through(self, which: int) -> None:
            self.end(self.live[which % len(self.live)])

        def end(self, live: Live) -> None:
            for _ in range(200):
                self.settle()
                if live not in self.live:
                    return
                for one in [*live.gate.waiting]:
                    one.fate.set_result(ANSWER)
            raise AssertionError("the run does not end")

        @precondition(lambda self: not self.live)
        @rule(version=st.integers(0, 2))
        def complete(self, version: int) -> None:
            """With nobody else around, one send brings all in, and the next changes nothing."""
            for _ in range(2):
                self.start(version, has_events=False, rotation=0, resend=False)
                for live in [*self.live]:
                    self.end(live)
                assert {name for name, _ in self.there.values()} == {f"An {version}"}
            assert runs(self.world.ledger)["unchanged"].iloc[0] == N_ROWS

        @invariant()
        def unchanged_is_true(self) -> None:
            assert not self.not_unchanged

        @invariant()
        def no_event_fires_twice(self) -> None:
            assert not self.fired_twice

        @invariant()
        def living_runs_are_called_living(self) -> None:
            table = runs(self.world.ledger)
            assert (table["state"] == "running").sum() == len(self.live)
            assert not (table[["unknown", "unsent", "accepted"]] < 0).any(axis=None)

    return Overlaps


@pytest.fixture
def overlaps(world_class, prepared) -> Iterator[Any]:
    """The machine, to be driven by hand."""
    machine = make_machine(world_class, prepared)()
    yield machine
    machine.unchanged_is_true()
    machine.no_event_fires_twice()
    machine.living_runs_are_called_living()
    machine.teardown()


def counts(machine: Any) -> dict[str, int]:
    last = runs(machine.world.ledger).iloc[0]
    return {
        state: int(last[state]) for state in ("unchanged", "accepted", "unknown") if last[state]
    }


def send_all(machine: Any, version: int, *, has_events: bool = False) -> dict[str, int]:
    before = [*machine.live]
    machine.start(version, has_events=has_events, rotation=0, resend=False)
    for live in [live for live in machine.live if live not in before]:
        machine.end(live)
    return counts(machine)


@pytest.mark.parametrize("is_killed", [False, True])
@pytest.mark.parametrize("has_events", [False, True])
def test_a_run_that_ends_last_but_was_answered_first(overlaps, has_events, is_killed) -> None:
    """A colleague's quick fix during a long send is what PangoCDP holds in the end."""
    overlaps.start(1, has_events=False, rotation=0, resend=False)
    for _ in range(4):  # two rows are there and answered, three are there
        overlaps.let_one_through(0, ANSWER)
    older = overlaps.live[0]
    assert send_all(overlaps, 2, has_events=has_events) == {"accepted": N_ROWS}
    if is_killed:
        overlaps.kill(0, is_late=False)
    else:
        overlaps.end(older)
    assert set(overlaps.there.values()) == {("An 2", has_events)}
    again = send_all(overlaps, 2, has_events=has_events)
    assert again == {"unchanged": 2, "unknown" if has_events else "accepted": 3}
    if not has_events:
        assert send_all(overlaps, 2) == {"unchanged": 5}


@pytest.mark.parametrize("has_events", [False, True])
def test_two_requests_in_flight_at_once_settle_nothing(overlaps, has_events) -> None:
    """The one that began last was taken first: only PangoCDP knows."""
    overlaps.start(1, has_events=False, rotation=0, resend=False)
    older = overlaps.live[0]
    overlaps.start(2, has_events=has_events, rotation=0, resend=False)
    newer = overlaps.live[1]
    for one in (newer, older, older, newer):  # there, there, and the answers
        one.gate.waiting[0].fate.set_result(ANSWER)
        overlaps.settle()
    assert overlaps.there["C0"][0] == "An 1"
    overlaps.end(older)
    overlaps.end(newer)
    again = send_all(overlaps, 2, has_events=has_events)
    assert again["unknown" if has_events else "accepted"] >= 2


def play(world_class: Any, made: Any, *, n_games: int, n_steps: int, is_random: bool) -> None:
    run_state_machine_as_test(
        make_machine(world_class, made),
        settings=settings(
            max_examples=n_games,
            stateful_step_count=n_steps,
            deadline=None,
            derandomize=not is_random,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_overlapping_runs_keep_the_promises(world_class, prepared) -> None:
    play(world_class, prepared, n_games=8, n_steps=30, is_random=False)


@pytest.mark.long
def test_thousands_of_overlapping_steps_keep_the_promises(world_class, prepared) -> None:
    play(world_class, prepared, n_games=250, n_steps=60, is_random=True)
