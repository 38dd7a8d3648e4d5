"""The ledger alone, at the size of a long run: bytes on disk, bytes written, and time."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from benchmarks.measure import table
from pangoprep.upload.http.account import Account
from pangoprep.upload.http.tokens import Secret
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.journal import RunJournal
from pangoprep.upload.ledger.ledger import Ledger, RunRecord
from pangoprep.upload.machine.run_lock import live_folder
from pangoprep.upload.outcome.states import State

_ROWS_A_BATCH, _ROWS_A_LOOK = 50, 10_000

# A process that sends so many rows and is killed before it can put them away.
_KILLED = """
import os, signal, sys
from pathlib import Path
from benchmarks.ledger import start, journal
from pangoprep.upload.ledger.ledger import Ledger
run = start(Ledger(Path(sys.argv[1])), "killed")
journal(run, int(sys.argv[2]), seed=2)
os.kill(os.getpid(), signal.SIGKILL)
"""


def run(n_rows: int, n_rounds: int) -> str:  # noqa: ARG001 - one round says it
    """Send twice as many rows as asked for, in two runs, the second of which is killed."""
    with tempfile.TemporaryDirectory() as folder:
        return _run(Path(folder) / "ledger", n_rows)


def start(ledger: Ledger, name: str) -> RunJournal:
    """Open a run of an account."""
    facts = RunRecord(
        name,
        Account("url", Secret("account"), Secret("")),
        "customer-identity",
        (),
        0,
        0,
        0,
        time.time(),
    )
    return ledger.start(facts)


def journal(run: RunJournal, n_rows: int, seed: int) -> None:
    """Have rows sent and accepted, sixteen requests at once."""
    waiting: list[int] = []
    for marks in _batches(n_rows, seed):
        waiting.append(run.begin(marks))
        if len(waiting) == 16:
            run.answer(waiting.pop(0), BatchState.ACCEPTED)
    for number in waiting:
        run.answer(number, BatchState.ACCEPTED)


def _batches(n_rows: int, seed: int) -> Iterator[list[bytes]]:
    chance = np.random.default_rng(seed)
    for _ in range(n_rows // _ROWS_A_BATCH):
        raw = chance.bytes(32 * _ROWS_A_BATCH)
        yield [raw[at : at + 32] for at in range(0, len(raw), 32)]


def _run(path: Path, n_rows: int) -> str:
    lines = []
    with closing(Ledger(path)) as ledger:
        first = start(ledger, "first")
        took, written = _measured(lambda: journal(first, n_rows, seed=1))
        n_bytes = _size(ledger)
        lines.append(("journal", took, written, f"{n_bytes / n_rows:.0f} B a row"))

        def finish() -> None:
            first.finish(reason="", ended=0.0, n_requests=0, frame_fingerprint=None)

        took, written = _measured(finish)
        first.close()
        n_bytes = _size(ledger)
        lines.append(("into the memory", took, written, f"{n_bytes / n_rows:.0f} B a row"))
        lines.append(_look_up(ledger, n_rows, 400 * _ROWS_A_LOOK, "10,000 at a time"))
        lines.append(_look_up(ledger, n_rows, n_rows, "all at once", at_once=n_rows))
    command = [sys.executable, "-c", _KILLED, str(path), str(n_rows)]
    subprocess.run(command, check=False)
    with closing(Ledger(path)) as ledger:
        took, written = _measured(ledger.recover)
        n_bytes = _size(ledger)
        as_many = f"{n_bytes / n_rows / 2:.0f} B a row"
        lines.append(("after a kill, as many more rows", took, written, as_many))
    head = (f"{n_rows:,} rows", "seconds", "of the processor", "GB written", "")
    rows = [
        (name, f"{seconds:.1f}", f"{cpu:.1f}", f"{written / 1e9:.2f}", more)
        for name, (seconds, cpu), written, more in lines
    ]
    return table(head, rows)


def _look_up(
    ledger: Ledger, n_rows: int, n_asked: int, how: str, at_once: int = _ROWS_A_LOOK
) -> tuple[str, tuple[float, float], int, str]:
    every = np.frombuffer(b"".join(b"".join(one) for one in _batches(n_rows, 1)), dtype="S32")
    order = np.random.default_rng(5).permutation(n_rows)[: min(n_asked, n_rows)]
    groups = [every[order[at : at + at_once]].tolist() for at in range(0, len(order), at_once)]
    groups = [[mark.ljust(32, b"\0") for mark in group] for group in groups]
    with closing(start(ledger, how)) as run:
        memory = run.memory(resend=False, resend_unknown=False)
        memory.states(groups[0][:1])  # finds its way

        def ask() -> None:
            for group in groups:
                states = memory.states(group)
                assert states.count(State.UNCHANGED) == len(group)

        took, written = _measured(ask)
        run.finish(reason="", ended=0.0, n_requests=0, frame_fingerprint=None)
    each = f"{took[1] / len(order) * 1e6:.1f} µs a row"
    return f"look-up, {how}", took, written, each


def _measured(work: Callable[[], object]) -> tuple[tuple[float, float], int]:
    """Return the seconds something takes, on the clock and of processors, and bytes written."""
    before, cpu, clock = _written(), time.process_time(), time.perf_counter()
    work()
    took = (time.perf_counter() - clock, time.process_time() - cpu)
    return took, _written() - before


def _written() -> int:
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("wchar")).split()[1])


def _size(ledger: Ledger) -> int:
    """What is in use of the file, and the journals beside it."""
    [(n_pages, n_free, size)] = ledger.db.execute(
        "SELECT page_count, freelist_count, page_size"
        " FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
    )
    journals = sum(file.stat().st_size for file in live_folder(ledger.path).glob("*.journal"))
    return int((n_pages - n_free) * size) + journals
