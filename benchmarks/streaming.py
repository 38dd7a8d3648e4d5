"""A file taken in parts against the same file as one frame: seconds, and memory at its peak."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import table
from benchmarks.sample import customers_file

_EVERY_SECONDS = 0.05


def run(n_rows: int, n_rounds: int) -> str:
    """Clean a file on the command line both ways, each in processes of its own."""
    ways = {
        "as one frame": ["--rows-at-once", str(n_rows)],
        "in parts of 100,000 rows": ["--rows-at-once", "100000"],
    }
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        path = customers_file(n_rows, Path(folder))
        for _ in range(n_rounds):
            for name, more in ways.items():
                out = path.with_name("clean.csv")
                found[name].append(measure(["clean", str(path), "--out", str(out), *more]))
    rows = [
        (name, f"{min(one for one, _ in all_):.1f}", f"{max(peak for _, peak in all_) / 1e6:,.0f}")
        for name, all_ in found.items()
    ]
    return table((f"clean {n_rows:,} rows on the command line", "seconds", "peak MB"), rows)


def measure(arguments: list[str]) -> tuple[float, int]:
    """Run a command; return its seconds, and the most bytes it and its children held at once."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "pangoprep", *arguments]
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(_EVERY_SECONDS)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"The command ended with {process.returncode}: {command}")
    return time.perf_counter() - start, peak


def _resident(pid: int) -> int:
    """Return the bytes that a process and its children hold in memory; 0 once it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(_resident(int(child)) for child in children)
