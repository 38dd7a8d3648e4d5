from __future__ import annotations

import asyncio
import signal
import threading
from typing import Any

import httpx
import pytest

from pangoprep.upload import asend, send, status


def interrupt_at(world: Any, *numbers: int) -> None:
    """Press Ctrl-C when so many ingest requests have been made."""

    def press(request: httpx.Request) -> None:
        if sum(b"entries" in body for body in world.way.bodies) in numbers:
            signal.raise_signal(signal.SIGINT)

    world.way.before = press


def test_interrupt_returns_the_result_so_far(world, report) -> None:
    interrupt_at(world, 4)
    world.way.seconds_back = 0.5
    n_threads = threading.active_count()
    keywords = {"client": world.client(in_flight=2), "source": "CRM", "ledger": world.ledger}
    result = send(report(200_000), **keywords)
    assert result.reason == "interrupted"
    assert "stopped early: interrupted" in repr(result)
    assert result.counts["unknown"] == 0  # what was in flight has been waited for
    assert result.counts["accepted"] >= 200
    assert result.counts["unsent"] > 0
    assert sum(result.counts.values()) == 200_000
    assert len(world.records()) == result.counts["accepted"]
    assert threading.active_count() == n_threads
    kept = status(result.run_id, world.ledger)
    assert (kept.state, kept.reason) == ("stopped", "interrupted")
    assert kept.counts == result.counts


def test_what_does_not_end_in_time_is_marked(world, report) -> None:
    interrupt_at(world, 4)
    real = world.way.handle_async_request

    async def never_answer(request: httpx.Request) -> httpx.Response:
        response = await real(request)
        if len(world.way.bodies) > 3:
            await asyncio.Event().wait()
        return response

    world.way.handle_async_request = never_answer
    keywords = {"client": world.client(in_flight=3), "source": "CRM", "ledger": world.ledger}
    started = world.clock.steady
    result = send(report(5_000), **keywords)
    assert 10 <= world.clock.steady - started < 11
    assert result.reason == "interrupted"
    assert (result.counts["accepted"], result.counts["unknown"]) == (100, 150)
    assert sum(result.counts.values()) == 5_000
    assert len(world.records()) == 250
    assert status(result.run_id, world.ledger).counts == result.counts


def test_a_second_interrupt_waits_for_nothing(world, report) -> None:
    async def never_answer(request: httpx.Request) -> httpx.Response:
        if "ingest" in request.url.path:
            signal.raise_signal(signal.SIGINT)
            await asyncio.Event().wait()
        return await real(request)

    async def sleep(seconds: float) -> None:
        assert seconds == 10  # the patience after the first interrupt
        signal.raise_signal(signal.SIGINT)
        await asyncio.Event().wait()

    real, world.way.handle_async_request = world.way.handle_async_request, never_answer
    world.clock.sleep = sleep
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger}
    result = send(report(200), **keywords)
    assert (result.counts["unknown"], result.counts["unsent"]) == (50, 150)


def test_interrupt_while_waiting_for_a_window(make_world, report) -> None:
    """An hour's wait does not keep anybody from stopping."""
    world = make_world(limits={3_600: 2})
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger}
    waits = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        signal.raise_signal(signal.SIGINT)
        await asyncio.Event().wait()

    world.clock.sleep = sleep
    result = send(report(1_000), **keywords)
    assert waits[0] > 3_500
    assert (result.counts["accepted"], result.counts["unsent"]) == (100, 900)


def test_being_cancelled_interrupts(world, report) -> None:
    keywords = {"client": world.client(in_flight=1), "source": "CRM", "ledger": world.ledger}

    async def cell() -> None:
        task = asyncio.create_task(asend(report(20_000), **keywords))
        caller = asyncio.get_running_loop()

        def cancel(request: httpx.Request) -> None:
            if len(world.way.bodies) == 5:
                caller.call_soon_threadsafe(task.cancel)

        world.way.before = cancel
        with pytest.raises(asyncio.CancelledError):
            await task

    n_threads = threading.active_count()
    asyncio.run(cell())
    assert threading.active_count() == n_threads
    world.way.before = lambda request: None
    n_sent = len(world.records())
    assert 0 < n_sent < 20_000
    result = send(report(20_000), **keywords)
    assert result.counts["unchanged"] == n_sent
    assert result.ok
