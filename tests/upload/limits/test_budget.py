from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pangoprep.errors import LedgerError
from pangoprep.sandbox.windows import SlidingWindows
from pangoprep.upload.limits.budget import LEASE_SECONDS, Budget
from pangoprep.upload.limits.limits import Limits


@pytest.fixture
def budgets(tmp_path: Path, clock: Any) -> Any:
    """Open budgets on one file, as several processes would."""
    opened = []

    def make(limits: dict[float, int], account: bytes = b"a") -> Budget:
        opened.append(Budget(tmp_path / "budget.sqlite", [account], Limits(limits), clock))
        return opened[-1]

    yield make
    for budget in opened:
        budget.close()


def test_two_processes_share_one_budget(budgets: Any, clock: Any) -> None:
    one, other = budgets({10: 3}), budgets({10: 3})
    leases = [one.take().lease, other.take().lease, one.take().lease]
    assert None not in leases
    assert other.take().wait_seconds == math.inf
    for lease in leases:
        other.end(lease)
    turn = other.take()
    assert turn.lease is None
    assert turn.window == 10
    assert 10 <= turn.wait_seconds < 10.1
    clock.steady += turn.wait_seconds
    assert one.take().lease is not None


def test_accounts_do_not_share(budgets: Any) -> None:
    assert budgets({10: 1}, b"a").take().lease is not None
    assert budgets({10: 1}, b"b").take().lease is not None


def test_a_restart_changes_nothing(budgets: Any) -> None:
    first = budgets({3600: 2})
    for _ in range(2):
        first.end(first.take().lease)
    first.close()
    assert budgets({3600: 2}).take().wait_seconds > 3_599
    assert budgets({3600: 2}).used().tolist() == [0.0, 0.0]


def test_a_dead_process_gives_its_turns_back_in_time(budgets: Any, clock: Any) -> None:
    dead = budgets({5: 1})
    assert dead.take().lease is not None
    alive = budgets({5: 1})
    assert alive.take().lease is None
    clock.steady += LEASE_SECONDS
    assert 0 < alive.take().wait_seconds <= 5.1  # it counts as ended at its deadline
    clock.steady += 5.1
    assert alive.take().lease is not None


def test_a_pause_holds_for_everybody(budgets: Any, clock: Any) -> None:
    one, other = budgets({1: 50}), budgets({1: 50})
    one.pause(30)
    one.pause(10)
    assert other.take().wait_seconds == 30
    clock.steady += 30
    assert other.take().lease is not None


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_the_wall_clock_may_jump(budgets: Any, clock: Any, jump: float) -> None:
    budget = budgets({60: 1})
    budget.end(budget.take().lease)
    clock.wall_zero += jump
    assert 60 <= budget.take().wait_seconds < 60.1
    assert 60 <= budgets({60: 1}).take().wait_seconds < 60.1


def test_after_a_boot_the_wall_clock_tells_how_long_it_was(budgets: Any, clock: Any) -> None:
    budget = budgets({60: 1})
    budget.end(budget.take().lease)
    clock.boot, clock.steady = "boot-2", 1.0
    clock.wall_zero += 1_000 + 20 - 1  # 20 s later by the wall
    assert 39 < budget.take().wait_seconds < 41
    clock.boot = "boot-3"
    clock.wall_zero -= 5_000  # and if that went back, no time has passed
    assert 39 < budget.take().wait_seconds < 41
    clock.steady += 41
    assert budget.take().lease is not None


def test_what_is_too_old_to_matter_is_forgotten(tmp_path: Path, clock: Any) -> None:
    path = tmp_path / "budget.sqlite"
    with closing(Budget(path, [b"a"], Limits({1: 50}), clock)) as budget:
        for _ in range(3_000):
            clock.steady += 100.0
            budget.end(budget.take().lease)
        with closing(sqlite3.connect(path)) as db:
            (n_kept,) = db.execute("SELECT count(*) FROM ended").fetchone()
        assert 864 <= n_kept <= 864 * 1.01 + 2 * 256
        assert budget.take().lease is not None


def test_a_file_that_is_no_database(tmp_path: Path, clock: Any) -> None:
    path = tmp_path / "budget.sqlite"
    path.write_bytes(b"not a database, but long enough to be read as one" * 50)
    with pytest.raises(LedgerError, match=r"budget\.sqlite"):
        Budget(path, [b"a"], Limits(), clock)


steps = st.lists(
    st.tuples(
        st.sampled_from(["take", "take", "take", "end", "restart", "die", "boot"]),
        st.integers(0, 1),
        st.floats(0, 4),
    ),
    max_size=80,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.integers(1, 20), st.integers(1, 6), min_size=1, max_size=2), steps)
def test_no_history_lets_too_many_through(
    tmp_path_factory: Any,
    make_clock: Any,
    limits: dict[int, int],
    steps: list[tuple[str, int, float]],
) -> None:
    """Two processes take turns, end them late, restart, die, and the machine boots."""
    clock = make_clock()
    path = tmp_path_factory.mktemp("budget") / "budget.sqlite"
    server = SlidingWindows(dict(limits))
    processes = [Budget(path, [b"a"], Limits(limits), clock) for _ in range(2)]
    leases: list[tuple[int, int]] = []
    try:
        for what, who, seconds in steps:
            clock.steady += seconds
            if what == "take":
                lease = processes[who].take().lease
                if lease is not None:
                    assert server.admit(clock.reading().wall) == 0
                    leases.append((who, lease))
            elif what == "end" and leases:
                owner, lease = leases.pop(0)
                processes[owner].end(lease)
            elif what in ("restart", "die"):
                leases = [pair for pair in leases if what == "restart" or pair[0] != who]
                processes[who].close()
                processes[who] = Budget(path, [b"a"], Limits(limits), clock)
            elif what == "boot":
                clock.boot += "+"
                clock.wall_zero += clock.steady - 1.0
                clock.steady = 1.0
    finally:
        for process in processes:
            process.close()
