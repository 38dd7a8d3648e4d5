"""Sends in processes of its own, which kill themselves where they are told to.

Reads one JSON command a line and answers each with a line. Every command is carried out by a fork,
so that a death costs milliseconds and not an interpreter's start.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

import pandas as pd

from pangoprep.upload import Client, send
from pangoprep.upload.http.client_session import ClientSession
from pangoprep.upload.ledger import journal_folding
from pangoprep.upload.ledger.journal import RunJournal
from pangoprep.upload.ledger.ledger import Ledger
from pangoprep.upload.rows.prepared import Parts


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(owner: Any, name: str, count: int, *, before: bool) -> None:
    """Make the n-th call of a method the last thing this process does."""
    method, calls = getattr(owner, name), iter(range(1, 1_000_000))

    def called(*args: Any, **options: Any) -> Any:
        is_last = next(calls) == count
        if is_last and before:
            die()
        outcome = method(*args, **options)
        if is_last:
            die()
        return outcome

    async def awaited(*args: Any, **options: Any) -> Any:
        is_last = next(calls) == count
        if is_last and before:
            die()
        outcome = await method(*args, **options)
        if is_last:
            die()
        return outcome

    setattr(owner, name, awaited if name == "ingest" else called)


def die_in_flight(count: int, seconds: float) -> None:
    import asyncio

    method, calls = ClientSession.ingest, iter(range(1, 1_000_000))

    async def ingest(*args: Any, **options: Any) -> None:
        if next(calls) == count:
            asyncio.get_running_loop().call_later(seconds, die)
        await method(*args, **options)

    ClientSession.ingest = ingest  # type: ignore[method-assign]


def die_in_sqlite(count: int) -> None:
    """Die in the middle of a statement or transaction of the ledger."""
    start, calls = Ledger.start, iter(range(1, 1_000_000))

    def started(self: Ledger, facts: Any) -> RunJournal:
        self.db.set_progress_handler(lambda: die() if next(calls) == count else 0, 25)
        return start(self, facts)

    Ledger.start = started  # type: ignore[method-assign]


POINTS = {
    "before begin": lambda n, s: die_at(RunJournal, "begin", n, before=True),
    "after begin": lambda n, s: die_at(RunJournal, "begin", n, before=False),
    "in flight": die_in_flight,
    "before answer": lambda n, s: die_at(ClientSession, "ingest", n, before=False),
    "after answer": lambda n, s: die_at(RunJournal, "answer", n, before=False),
    "before fold": lambda n, s: die_at(journal_folding, "remember", 1, before=True),
    "after fold": lambda n, s: die_at(journal_folding, "remember", 1, before=False),
    "after close": lambda n, s: die_at(journal_folding, "_close", 1, before=False),
    "in sqlite": lambda n, s: die_in_sqlite(n * 12),
}


def made(frame: pd.DataFrame) -> Parts:
    rows = pd.DataFrame({"row": range(len(frame)), "index": frame.index})
    rows = rows.assign(key="•••", state="ready", reason="")
    return Parts(
        entity="customer-identity",
        n_ready=len(frame),
        n_held=0,
        n_superseded=0,
        ready=lambda: [frame],
        rows=lambda: [rows],
    )


def carry_out(command: dict[str, Any]) -> dict[str, Any]:
    if command.get("point"):
        POINTS[command["point"]](command["count"], command["seconds"])
    settings = command["settings"]
    limits = {float(seconds): n for seconds, n in (settings["limits"] or {}).items()}
    client = Client(**(settings | {"limits": limits}))
    frame = pd.DataFrame(command["frame"]).convert_dtypes()
    result = send(made(frame), client=client, source="CRM", **command["options"])
    return {
        "counts": dict(result.counts),
        "states": result.rows["state"].tolist(),
        "run_id": result.run_id,
    }


def main() -> None:
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            with os.fdopen(writing, "w") as out:
                json.dump(carry_out(json.loads(line)), out)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            text = answer.read()
        os.waitpid(child, 0)
        print(text or '{"killed": true}', flush=True)


if __name__ == "__main__":
    main()
