from __future__ import annotations

import json
import logging
import shutil
import signal
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pangoprep.errors import PangoprepError
from pangoprep.sandbox import Fault
from pangoprep.upload import runs, send, status
from pangoprep.upload.machine.run_lock import live_folder

FAULTS = [
    "rate_limited",
    "server_error",
    "cut_before",
    "cut_after",
    "success_false",
    "malformed_json",
    "token_expired",
    "redirect",
]


@dataclass(frozen=True)
class Circumstances:
    """Under which a frame is sent."""

    has_events: bool
    n_edits: int
    is_old_content: bool
    in_flight: int
    seconds: float
    is_mended: bool


circumstances = st.builds(
    Circumstances,
    has_events=st.booleans(),
    n_edits=st.sampled_from([400, 130, 10, 0]),
    is_old_content=st.booleans(),
    in_flight=st.sampled_from([16, 3, 1]),
    seconds=st.sampled_from([0.2, 0.0]),
    is_mended=st.booleans(),
)
moments = st.integers(0, 60)  # taken modulo the requests to be expected


class Life:
    """One process: it can be interrupted, or die and leave the ledger as it was at that moment."""

    def __init__(self, world: Any, end_at: int | None, *, is_killed: bool) -> None:
        self.world, self.end_at, self.is_killed = world, end_at, is_killed
        self.is_dead = False
        self.arrived: list[bytes] = []
        world.way.before = self.step
        self.n_requests = 0

    def step(self, request: httpx.Request) -> None:
        self.n_requests += 1
        if self.n_requests - 1 == self.end_at:
            if self.is_killed:
                self.die()
            else:
                signal.raise_signal(signal.SIGINT)
        if self.is_dead:
            raise httpx.ConnectError("nobody is there to send it")
        self.arrived.append(self.world.way.bodies[-1])

    def die(self) -> None:
        self.is_dead = True
        with (
            closing(sqlite3.connect(self.world.ledger)) as ledger,
            closing(sqlite3.connect(self.world.folder / "kept")) as kept,
        ):
            ledger.backup(kept)
        for file in self.journals():
            shutil.copyfile(file, self.world.folder / f"kept-{file.name}")

    def journals(self) -> list[Path]:
        return list(live_folder(self.world.ledger).glob("*.journal"))

    def bury(self) -> None:
        """Take back what the ledger was told after the death."""
        self.world.way.before = lambda request: None
        if self.is_dead:
            for ending in ("-wal", "-shm"):
                self.world.ledger.with_name(self.world.ledger.name + ending).unlink(missing_ok=True)
            (self.world.folder / "kept").replace(self.world.ledger)
            for file in self.journals():
                file.unlink()
            for file in self.world.folder.glob("kept-*.journal"):
                name = file.name.removeprefix("kept-")
                file.replace(live_folder(self.world.ledger) / name)


def make_machine(world_class: Any, made: Any) -> type[RuleBasedStateMachine]:
    """Make the machine; what it needs comes from fixtures."""

    class Sends(RuleBasedStateMachine):
        """A user who sends, edits, interrupts, dies and goes on, with a PangoCDP that fails."""

        def __init__(self) -> None:
            super().__init__()
            logging.disable(logging.WARNING)
            self.folder = Path(tempfile.mkdtemp(prefix="pangoprep-stateful-"))
            self.world = world_class(self.folder)
            self.frame = pd.DataFrame({"customerId": [], "fullName": [], "phone": []}, dtype="str")
            self.n_made = self.n_edits = 0
            self.n_rows_of: dict[str, int] = {}
            #: What we were told is there, by key.
            self.told: dict[str, str] = {}
            #: What is there, and whether an event has fired for it.
            self.there: dict[str, tuple[str, bool]] = {}
            self.fired_twice: list[str] = []
            self.watch_the_store()

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

        def teardown(self) -> None:
            self.world.close()
            shutil.rmtree(self.folder)
            logging.disable(logging.NOTSET)

        @initialize(n_rows=st.sampled_from([400, 200, 60]))
        def begin(self, n_rows: int) -> None:
            self.add(n_rows)

        def add(self, n_rows: int) -> None:
            numbers = range(self.n_made, self.n_made + n_rows)
            self.n_made += n_rows
            new = pd.DataFrame({"customerId": [f"C{n}" for n in numbers]}, dtype="str")
            new = new.assign(fullName="An 0", phone="0312345678").astype("str")
            self.frame = pd.concat([self.frame, new], ignore_index=True)

        @rule(seed=st.integers(0, 99), share=st.floats(0.5, 1.0), n_new=st.integers(0, 60))
        def shuffle_and_cut_and_add(self, seed: int, share: float, n_new: int) -> None:
            self.frame = self.frame.sample(frac=share, random_state=seed)
            self.add(n_new)

        @precondition(lambda self: len(self.world.faults) < 3)
        @rule(
            kind=st.sampled_from([*FAULTS, "poison"]),
            times=st.integers(1, 8),
            skip=st.integers(0, 5),
            number=st.integers(0, 200),
        )
        def break_something(self, kind: str, times: int, skip: int, number: int) -> None:
            if kind == "poison":
                self.world.faults.append(Fault(kind, key=f"C{number}"))
            else:
                self.world.faults.append(Fault(kind, times=times, skip=skip))

        @rule(circumstances=circumstances)
        def send(self, circumstances: Circumstances) -> None:
            self.go(circumstances)

        @rule(circumstances=circumstances)
        def resend(self, circumstances: Circumstances) -> None:
            self.go(replace(circumstances, has_events=False), resend=True)

        @rule(circumstances=circumstances, at=moments)
        def be_interrupted(self, circumstances: Circumstances, at: int) -> None:
            self.go(circumstances, end_at=at)

        @rule(circumstances=circumstances, at=moments, goes_on=st.booleans())
        def die(self, circumstances: Circumstances, at: int, goes_on: bool) -> None:
            self.go(circumstances, end_at=at, is_killed=True)
            if goes_on:
                self.go(replace(circumstances, n_edits=0, is_mended=True))

        def go(
            self,
            circumstances: Circumstances,
            *,
            resend: bool = False,
            end_at: int | None = None,
            is_killed: bool = False,
        ) -> None:
            if circumstances.is_mended:
                self.world.faults.clear()
            self.n_edits += 1
            version = self.n_edits % 2 if circumstances.is_old_content else self.n_edits
            self.frame.iloc[: circumstances.n_edits, 1] = f"Bình {version}"
            has_events = circumstances.has_events
            if end_at is not None:
                end_at %= 3 + min(circumstances.n_edits, len(self.frame)) // 50
            self.world.way.seconds_back = circumstances.seconds
            life = Life(self.world, end_at, is_killed=is_killed)
            result = send(
                made(self.frame),
                client=self.world.client(in_flight=circumstances.in_flight),
                source="CRM",
                ledger=self.world.ledger,
                resend=resend,
                je_event_key="CJE-1" if has_events else None,
            )
            life.bury()
            assert not isinstance(result.error, Exception) or isinstance(
                result.error, PangoprepError
            )
            if life.is_dead:
                self.forget(life)
            else:
                self.believe(result, life)
            self.n_rows_of[result.run_id] = len(self.frame)

        def forget(self, life: Life) -> None:
            for body in life.arrived:
                for entry in json.loads(body).get("entries", ()):
                    self.told.pop(entry["customerId"], None)

        def believe(self, result: Any, life: Life) -> None:
            assert sum(result.counts.values()) == len(self.frame) == result.n_rows
            assert status(result.run_id, self.world.ledger).counts == result.counts
            bodies = [json.loads(body) for body in life.arrived]
            sent = {entry["customerId"] for body in bodies for entry in body.get("entries", ())}
            states = result.rows["state"].to_list()
            names = self.frame["fullName"].to_list()
            for key, name, state in zip(self.frame["customerId"], names, states, strict=True):
                if state in ("accepted", "unchanged"):
                    self.told[key] = name
                elif state in ("unknown", "rejected"):
                    self.told.pop(key, None)
                if state in ("accepted", "rejected"):
                    assert key in sent
                if state == "unchanged":
                    assert key not in sent

        @rule()
        def complete(self) -> None:
            """With nothing in the way any more, one send brings everything in."""
            self.world.faults.clear()
            life = Life(self.world, None, is_killed=False)
            result = send(
                made(self.frame),
                client=self.world.client(),
                source="CRM",
                ledger=self.world.ledger,
            )
            assert result.ok
            self.believe(result, life)
            self.n_rows_of[result.run_id] = len(self.frame)

        @invariant()
        def what_we_were_told_is_there(self) -> None:
            assert {key: self.there[key][0] for key in self.told} == self.told

        @invariant()
        def no_event_fires_twice(self) -> None:
            assert not self.fired_twice

        @invariant()
        def the_runs_add_up(self) -> None:
            table = runs(self.world.ledger)
            found = dict(zip(table["run_id"], table["n_rows"], strict=True))
            assert found == self.n_rows_of
            assert not (table[["unknown", "unsent", "accepted"]] < 0).any(axis=None)
            assert not (table["state"] == "running").any()

    return Sends


def play(world_class: Any, made: Any, *, n_games: int, n_steps: int) -> None:
    run_state_machine_as_test(
        make_machine(world_class, made),
        settings=settings(
            max_examples=n_games,
            stateful_step_count=n_steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_history_keeps_the_promises(world_class, prepared) -> None:
    play(world_class, prepared, n_games=15, n_steps=20)


@pytest.mark.long
def test_thousands_of_steps_keep_the_promises(world_class, prepared) -> None:
    play(world_class, prepared, n_games=70, n_steps=50)
