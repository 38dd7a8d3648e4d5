"""Runs that overlap: whatever the order of their steps, the memory is what PangoCDP may hold."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from pangoprep.upload.http.account import Account
from pangoprep.upload.http.tokens import Secret
from pangoprep.upload.ledger import other_runs
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.ledger import Ledger, RunRecord
from pangoprep.upload.ledger.row_history import RowHistory
from pangoprep.upload.outcome.states import State

OK, NO, LOST = BatchState.ACCEPTED, BatchState.REJECTED, BatchState.UNKNOWN
DOUBT = BatchState.REJECTED_IN_DOUBT
KEY = bytes(range(16))
FORGET = "forget"  # the run is killed between begin and answer

numbers = itertools.count(1)


@dataclass
class Sent:
    """A request as PangoCDP sees it: it was taken, if at all, at one moment from begin to end."""

    content: str
    begun: int
    ended: int | None = None
    answer: Any = None

    def came_after(self, other: Sent) -> bool:
        return other.ended is not None and self.begun > other.ended


@dataclass
class Model:
    """What PangoCDP may hold of the one row, found out from every order that is possible."""

    sent: list[Sent] = field(default_factory=list)

    def may_hold(self) -> set[str | None]:
        taken = [one for one in self.sent if one.answer == OK]
        perhaps = [one for one in self.sent if one.answer in (None, LOST, DOUBT, FORGET)]
        found: set[str | None] = set()
        for n_more in range(len(perhaps) + 1):
            for more in itertools.combinations(perhaps, n_more):
                orders = itertools.permutations([*taken, *more])
                found |= {
                    order[-1].content if order else None for order in orders if possible(order)
                }
        return found


def possible(order: Sequence[Sent]) -> bool:
    return not any(one.came_after(other) for one, other in itertools.combinations(order, 2))


def mark(content: str) -> bytes:
    return KEY + content.encode() * 16


def live_through(
    ledgers: Sequence[Ledger], plan: Sequence[tuple[str, Any]], order: Sequence[int]
) -> None:
    """Let runs take their steps (begin, answer, end) in an order, and look after each."""
    account = Account("url", Secret(os.urandom(8).hex()), Secret(""))
    runs: list[Any] = [None] * len(plan)
    batches = [0] * len(plan)
    steps = [0] * len(plan)
    model, clock = Model(), itertools.count()
    requests: dict[int, Sent] = {}
    watching = ledgers[-1]
    scope = watching.scope(account, "customer-identity")
    always = RowHistory(watching.db, watching.path, scope)
    for which in order:
        content, answer = plan[which]
        steps[which] += 1
        if steps[which] == 1 or (steps[which] == 3 and answer == FORGET):
            # What dead runs left is put away: they send nothing from then on.
            for dead in (one for one in model.sent if one.answer == FORGET and one.ended is None):
                dead.ended = next(clock)
        if steps[which] == 1:
            ledger = ledgers[which % len(ledgers)]
            facts = RunRecord(
                f"run-{next(numbers)}", account, "customer-identity", (), 1, 0, 0, 0.0
            )
            runs[which] = ledger.start(facts)
            batches[which] = runs[which].begin([mark(content)])
            requests[which] = Sent(content, next(clock))
            model.sent.append(requests[which])
        elif steps[which] == 2:
            if answer == FORGET:
                runs[which].close()
                requests[which].answer = FORGET
            else:
                runs[which].answer(batches[which], answer)
                requests[which].ended, requests[which].answer = next(clock), answer
        elif answer == FORGET:
            ledgers[which % len(ledgers)].recover()
        else:
            runs[which].finish(reason="", ended=1.0, n_requests=1, frame_fingerprint=None)
            runs[which].close()
        held = model.may_hold()
        expected = [State.UNCHANGED if held == {version} else None for version in "123"]
        for memory in (always, RowHistory(watching.db, watching.path, scope)):
            assert memory.states([mark(version) for version in "123"]) == expected, (plan, order)


def orders(n_runs: int) -> Iterator[tuple[int, ...]]:
    yield from sorted(set(itertools.permutations([*range(n_runs)] * 3)))


@pytest.fixture
def ledgers(tmp_path) -> Iterator[list[Ledger]]:
    with closing(Ledger(tmp_path / "ledger")) as one, closing(Ledger(tmp_path / "ledger")) as other:
        yield [one, other]


@pytest.mark.parametrize("answers", [*itertools.product([OK, LOST, FORGET, NO], repeat=2)])
def test_every_order_of_two_runs(ledgers, answers) -> None:
    for order in orders(2):
        live_through(ledgers, list(zip("12", answers, strict=True)), order)


def test_orders_of_three_runs(ledgers) -> None:
    some(ledgers, random.Random(3), n_lives=60)


@pytest.mark.long
def test_thousands_of_orders_of_three_and_four_runs(ledgers) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    some(ledgers, random.Random(seed), n_lives=2_000)


def some(ledgers: Sequence[Ledger], chance: random.Random, n_lives: int) -> None:
    for _ in range(n_lives):
        n_runs = chance.choice([3, 3, 4])
        plan = [
            (chance.choice("123"), chance.choice([OK, OK, OK, LOST, DOUBT, FORGET, NO]))
            for _ in range(n_runs)
        ]
        order = [*range(n_runs)] * 3
        chance.shuffle(order)
        live_through(ledgers, plan, order)


def test_a_long_journal_of_another_run_is_put_away_by_who_reads_it(ledgers, monkeypatch) -> None:
    monkeypatch.setattr(other_runs, "_MAX_ROWS", 0)
    for order in orders(2):
        live_through(ledgers, [("1", OK), ("2", OK)], order)
    some(ledgers, random.Random(5), n_lives=20)
