from __future__ import annotations

import asyncio
import math
from collections import deque
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.errors import OptionError
from pangoprep.sandbox.windows import SlidingWindows
from pangoprep.upload.limits.budget import Turn
from pangoprep.upload.limits.limits import Limits
from pangoprep.upload.limits.waiting import LimitQueue, Stop

windows = st.dictionaries(
    st.floats(0.5, 50.0).map(lambda x: round(x, 1)), st.integers(1, 12), min_size=1, max_size=3
)


class Ends:
    """Requests that ended, as a list."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def __call__(self, k: int) -> float | None:
        return self.times[-k] if k <= len(self.times) else None


@given(windows, st.lists(st.tuples(st.floats(0, 3), st.floats(0, 2), st.floats(0, 1)), max_size=60))
def test_no_server_ever_sees_too_many(
    limits: dict[float, int], steps: list[tuple[float, float, float]]
) -> None:
    """However long requests take, and whenever in between the server counts them."""
    server, ours, ends = SlidingWindows(limits), Limits(limits), Ends()
    now, counted = 0.0, []
    for pause, latency, when in steps:
        now += pause
        wait, _ = ours.wait(now, 0, ends)
        now += wait
        assert ours.wait(now + 1e-6, 0, ends)[0] == 0
        counted.append(now + when * latency)
        now += latency
        ends.times.append(now)
    assert all(server.admit(at) == 0 for at in counted)


@given(windows, st.integers(1, 60), st.lists(st.floats(-60, 0), max_size=30))
def test_the_schedule_is_what_the_limiter_does(
    limits: dict[float, int], n_requests: int, past: list[float]
) -> None:
    ours, ends = Limits(limits), Ends()
    ends.times = sorted(past)
    planned = ours.schedule(n_requests, np.array(sorted(past)))
    now, made = 0.0, []
    for _ in range(n_requests):
        now += ours.wait(now, 0, ends)[0]
        ends.times.append(now)
        made.append(now)
    assert np.all(np.diff(planned) >= 0)
    # The limiter waits a little longer: clocks of two machines drift.
    assert np.allclose(planned, made, rtol=2e-3, atol=2e-2)


@pytest.mark.parametrize(
    ("n_rows", "low", "high"),
    [(50, 0, 0), (100_000, 78, 82), (1_000_000, 19 * 60, 20 * 60), (20_000_000, 25_000, 86_400)],
)
def test_finish_times_of_the_documented_limits(n_rows: int, low: float, high: float) -> None:
    assert low <= Limits().schedule(n_rows // 50)[-1] <= high


def test_the_rough_schedule_agrees_with_the_exact_one() -> None:
    limits = Limits()
    assert np.allclose(limits._rough_schedule(9_000), limits.schedule(9_000))


def test_the_window_that_makes_a_run_long() -> None:
    assert Limits().binding(40) is None
    assert Limits().binding(120) == 1
    assert Limits().binding(5_000) == 60
    assert Limits({}).binding(5_000) is None


def test_requests_in_flight_take_room() -> None:
    limits, ends = Limits({1: 2}), Ends()
    assert limits.wait(5.0, 1, ends) == (0.0, None)
    assert limits.wait(5.0, 2, ends) == (math.inf, 1.0)


@pytest.mark.parametrize("bad", [{0: 5}, {-1: 5}, {1: 0}, {1: 1.5}, {1: True}, {math.inf: 3}])
def test_windows_that_mean_nothing_are_refused(bad: dict[float, int]) -> None:
    with pytest.raises(OptionError, match="limits"):
        Limits(bad)


def start_times(limits: Limits, n_requests: int, latency: float) -> np.ndarray:
    """Run the limiter as fast as it allows, with answers that take ``latency`` seconds."""
    ends, in_flight, now = Ends(), deque[float](), 0.0
    starts = np.empty(n_requests)
    for number in range(n_requests):
        while True:
            while in_flight and in_flight[0] <= now:
                ends.times.append(in_flight.popleft())
            wait, _ = limits.wait(now, len(in_flight), ends)
            if wait == 0:
                break
            now = min(now + wait, in_flight[0] if in_flight else math.inf)
        starts[number] = now
        in_flight.append(now + latency)
    return starts


def test_a_day_of_twenty_million_rows() -> None:
    """400,000 requests and the beginning of the next day, in seconds of real time."""
    n_requests, latency = 401_000, 0.1
    starts = start_times(Limits(), n_requests, latency)
    server = SlidingWindows(dict(Limits().windows))
    assert all(server.admit(at) == 0 for at in (starts + latency / 2).tolist())
    in_first_day = int(np.searchsorted(starts, 86_400.0))
    assert 0.99 * 400_000 <= in_first_day <= 400_000
    assert starts[400_000] < 86_400 * 1.001


@pytest.mark.parametrize("latency", [0.005, 0.1, 0.3])
def test_long_runs_use_what_the_windows_allow(latency: float) -> None:
    limits = {1: 50, 60: 1_000, 300: 5_000}
    starts = start_times(Limits(limits), 20_000, latency)
    assert 20_000 / (starts[-1] + 60) >= 0.97 * 1_000 / 60


def test_the_short_window_alone_is_used_well_on_a_fast_line() -> None:
    starts = start_times(Limits({1: 50}), 5_000, 0.01)
    assert 5_000 / (starts[-1] + 1) >= 0.97 * 50


class Turns:
    """Hands out turns as told."""

    def __init__(self, *limiter: Turn) -> None:
        self.left = list(limiter)

    def take(self) -> Turn:
        return self.left.pop(0)

    def end(self, lease: int) -> None:
        raise AssertionError

    def pause(self, seconds: float) -> None:
        raise AssertionError


def test_the_window_shown_is_the_one_that_is_waited_for(clock: Any) -> None:
    async def take_turns() -> list[float | None]:
        limiter = Turns(Turn(1), Turn(None, 9.0, 60.0), Turn(2), Turn(None, 1.0), Turn(3), Turn(4))
        queue = LimitQueue(limiter, Limits(), clock, Stop())
        shown = []
        for lease in (1, 2, 3, 4):
            assert await queue.turn() == lease
            shown.append(queue.window)
        return shown

    assert asyncio.run(take_turns()) == [None, 60.0, None, None]
