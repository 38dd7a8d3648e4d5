"""Validating and cleaning a file, against reading it."""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.csv as pa_csv

import pangoprep  # noqa: F401 - registers df.pango
from benchmarks import per_cell
from benchmarks.measure import Timing, ratio, table
from benchmarks.sample import customers_file

_PER_CELL_ROWS = 20_000
_ENTITY = "customer-identity"


def run(n_rows: int, n_rounds: int) -> str:
    """Compare, in one process, validate + clean with reading the same file.

    Every round reads the file anew: what was made of a column is recalled while its frame lives.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = customers_file(n_rows, Path(folder))
        part = pd.read_csv(path, dtype=str, nrows=_PER_CELL_ROWS)
        part.pango.validate(_ENTITY)  # loads what is loaded on first use
        seconds: dict[str, list[float]] = defaultdict(list)
        for _ in range(n_rounds):
            _round(path, part, seconds)
        resident, deep = _peak(path)
    scale = n_rows / len(part)
    seconds[_USUAL] = [second * scale for second in seconds[_USUAL]]
    timings = [Timing(name, tuple(found)) for name, found in seconds.items()]
    rows = [
        (timing.name, f"{timing.median:.2f}", f"{ratio(timing, timings[0]):.2f}")
        for timing in timings
    ]
    title = f"{n_rows:,} rows x {part.shape[1]} columns, median of {n_rounds} rounds"
    head = table((title, "seconds", "x read_csv"), rows)
    return (
        f"{head}\n\nPeak memory, the frame and both results included: {resident:.1f} x what the "
        f"process took to read the frame, {deep:.1f} x frame.memory_usage(deep=True)."
    )


_USUAL = f"one Python call per cell (from {_PER_CELL_ROWS:,} rows)"


def _round(path: Path, part: pd.DataFrame, seconds: dict[str, list[float]]) -> None:
    """Run every contender once and add its seconds."""

    def timed(name: str, run: Callable[[], Any]) -> Any:
        gc.collect()
        start = time.perf_counter()
        result = run()
        seconds[name].append(time.perf_counter() - start)
        return result

    frame = timed("pandas.read_csv(path, dtype=str)", lambda: pd.read_csv(path, dtype=str))
    timed("pyarrow.csv.read_csv(path)", lambda: pa_csv.read_csv(path))
    report = timed("df.pango.validate()", lambda: frame.pango.validate(_ENTITY))
    cleaned = timed("df.pango.clean() after it", lambda: frame.pango.clean(_ENTITY))
    both = seconds["df.pango.validate()"][-1] + seconds["df.pango.clean() after it"][-1]
    seconds["**validate + clean**"].append(both)
    del report, cleaned
    other = pd.read_csv(path, dtype=str)
    timed("df.pango.clean() alone", lambda: other.pango.clean(_ENTITY))
    timed(_USUAL, lambda: per_cell.clean(part))


_PEAK = """
import sys
import pandas as pd, pangoprep

def memory(what):
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith(what)).split()[1]) * 1024

pd.read_csv(sys.argv[1], dtype=str, nrows=1000).pango.validate("customer-identity")
before = memory("VmRSS")
frame = pd.read_csv(sys.argv[1], dtype=str)
grown = memory("VmRSS") - before
with open("/proc/self/clear_refs", "w") as refs:
    refs.write("5")  # the peak counts from here on
report = frame.pango.validate("customer-identity")
clean = frame.pango.clean("customer-identity")
peak = memory("VmHWM") - before
print(peak / grown, peak / frame.memory_usage(deep=True).sum())
"""


def _peak(path: Path) -> tuple[float, float]:
    """Measure in a process of its own the peak memory, the frame and both results included.

    As a multiple of what the process took for the frame, and of the frame's own bytes.
    """
    command = [sys.executable, "-c", _PEAK, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    resident, deep = map(float, done.stdout.split())
    return resident, deep
