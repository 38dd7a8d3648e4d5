"""A send in a process of its own, for signals that must not reach the tests: ``script MOMENT``.

Prints one JSON line when it has begun to send, and one when it is through.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pandas as pd

import pangoprep as pp

N_ROWS = 5_000

cdp = pp.Sandbox(limits=None, faults=[pp.Fault("slow", seconds=0.05)]).start()
frame = pd.DataFrame({"customerId": [f"C{n}" for n in range(N_ROWS)]})
report = frame.assign(fullName="An", phone="0912345678").pango.validate()
arguments: dict[str, Any] = {"client": cdp.client(in_flight=3), "source": "CRM"}
arguments |= {"ledger": "ledger.sqlite", "progress": False}


def tell(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


def when_sending(act: Callable[[], None]) -> None:
    """Do something as soon as rows arrive."""

    def watch() -> None:
        while len(cdp.records("customer-identity")) < 100:
            time.sleep(0.01)
        tell(sending=True)
        act()

    threading.Thread(target=watch, daemon=True).start()


def press(*signals: int) -> Callable[[], None]:
    def act() -> None:
        for number in signals:
            os.kill(os.getpid(), number)

    return act


def outcome(act: Callable[[], Any]) -> dict[str, Any]:
    try:
        result = act()
    except BaseException as error:  # noqa: BLE001 - that is the question
        return {"raised": type(error).__name__, "notes": getattr(error, "__notes__", [])}
    return {"counts": dict(result.counts), "reason": result.reason}


def send() -> Any:
    return pp.upload.send(report, **arguments)


def an_alarm() -> dict[str, Any]:
    """As task runners limit the time of a task."""

    def late(*_: object) -> None:
        raise TimeoutError("the task took too long")

    signal.signal(signal.SIGALRM, late)
    when_sending(press(signal.SIGALRM))
    found = outcome(send)
    assert signal.getsignal(signal.SIGALRM) is late
    return found


def alarm_after_alarm() -> dict[str, Any]:
    """As long as the thread works; after that they would hit this script."""

    def late(*_: object) -> None:
        if all(thread.name != "pangoprep-send" for thread in threading.enumerate()):
            signal.setitimer(signal.ITIMER_REAL, 0)
            return
        raise TimeoutError("the task took too long")

    signal.signal(signal.SIGALRM, late)

    def start() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)

    when_sending(start)
    try:
        found = outcome(send)
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
    return found


def a_container_ends() -> dict[str, Any]:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
    when_sending(press(signal.SIGTERM))
    return outcome(send)


def two_interrupts() -> dict[str, Any]:
    when_sending(press(signal.SIGINT, signal.SIGINT))
    return outcome(send)


def held_key() -> dict[str, Any]:
    """The test holds it, longer than the send takes to stop."""
    when_sending(lambda: None)
    try:
        return outcome(send)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def awaited() -> dict[str, Any]:
    when_sending(press(signal.SIGINT, signal.SIGINT))
    return outcome(lambda: asyncio.run(pp.upload.asend(report, **arguments)))


def abandoned() -> dict[str, Any]:
    """The caller's loop is given up while the rows are sent."""

    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)  # asyncio's own complaint is deserved
    task = loop.create_task(pp.upload.asend(report, **arguments))

    async def wait() -> None:
        while len(cdp.records("customer-identity")) < 100:
            await asyncio.sleep(0.01)

    loop.run_until_complete(wait())
    loop.close()
    del task
    gc.collect()
    return {"raised": "nothing"}


def another_thread() -> dict[str, Any]:
    """As libraries stop a thread: an exception from outside, at any point."""
    found: list[dict[str, Any]] = []
    thread = threading.Thread(target=lambda: found.append(outcome(send)))

    def throw() -> None:
        kind = ctypes.py_object(TimeoutError)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), kind)

    when_sending(throw)
    thread.start()
    thread.join()
    return found[0]


def a_broken_pipe() -> dict[str, Any]:
    """Whoever read the progress has gone."""
    reading, writing = os.pipe()
    kept, sys.stderr = sys.stderr, os.fdopen(writing, "w")
    when_sending(lambda: os.close(reading))
    arguments["progress"] = True
    try:
        return outcome(send)
    finally:
        broken, sys.stderr = sys.stderr, kept
        with contextlib.suppress(BrokenPipeError):
            broken.close()


if __name__ == "__main__":
    n_threads = threading.active_count()
    facts = globals()[sys.argv[1]]()
    names = [thread.name for thread in threading.enumerate()]
    run = pp.status(pp.runs("ledger.sqlite")["run_id"].iloc[0], "ledger.sqlite")
    tell(
        **facts, kept=dict(run.counts), state=run.state,
        is_working="pangoprep-send" in names, n_stored=len(cdp.records("customer-identity")),
    )  # fmt: skip
    cdp.stop()
