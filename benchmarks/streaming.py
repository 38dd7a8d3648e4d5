"""A file taken in parts against the same file as one frame: processor time, and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.measure import table
from benchmarks.sample import customers_file

_DEVNULL = subprocess.DEVNULL


def run(n_rows: int, n_rounds: int) -> str:
    """Clean a file on the command line both ways, each in processes of its own."""
    ways = {
        "as one frame": ["--rows-at-once", str(n_rows)],
        "in parts of 131,072 rows": ["--rows-at-once", "131072"],
    }
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        path = customers_file(n_rows, Path(folder))
        for _ in range(n_rounds):
            for name, more in ways.items():
                out = path.with_name("clean.csv")
                found[name].append(measure(["clean", str(path), "--out", str(out), *more]))
    whole = [seconds for seconds, _ in found["as one frame"]]
    rows = []
    for name, rounds in found.items():
        seconds = [one for one, _ in rounds]
        ratio = median(a / b for a, b in zip(seconds, whole, strict=True))
        peak = max(peak for _, peak in rounds) / 1e6
        rows.append((name, f"{median(seconds):.1f}", f"{ratio:.2f}", f"{peak:,.0f}"))
    heads = (f"clean {n_rows:,} rows on the command line", "processor s", "x one frame", "peak MB")
    return table(heads, rows)


def measure(arguments: list[str]) -> tuple[float, int]:
    """Run a command; return the processor's seconds, and the most bytes it held at once."""
    command = [sys.executable, "-m", "pangoprep", *arguments]
    process = subprocess.Popen(command, stdout=_DEVNULL, stderr=_DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        raise RuntimeError(f"The command ended with {code}: {command}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
