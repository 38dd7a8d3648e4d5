"""A file taken in one pass against the same file as one frame: processor time, and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.measure import table

_DEVNULL = subprocess.DEVNULL

# Both read the file, check it, write the ready rows and work out the report.
_START = """
import sys
from pathlib import Path
import pangoprep as pp
from pangoprep.large.outputs import write_ready
from pangoprep.memory import use_system_memory
use_system_memory()  # as on the command line
path, out = map(Path, sys.argv[1:])
"""
_MAKE = """
import sys
from pathlib import Path
from benchmarks.sample import customers_file
customers_file(int(sys.argv[1]), Path(sys.argv[2]))
"""
_WAYS = {
    "as one frame": "report = pp.read(path).pango.validate(); write_ready(report, out)",
    "in one pass": "report = pp.scan(path).pango.clean(out=out)",
}


def run(n_rows: int, n_rounds: int) -> str:
    """Clean a file both ways, each in processes of its own."""
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in _WAYS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        # In a process of its own: a child's peak begins with what its parent held when it began.
        subprocess.run([sys.executable, "-c", _MAKE, str(n_rows), folder], check=True)
        for _ in range(n_rounds):
            for name, way in _WAYS.items():
                script = f"{_START}{way}; report.facts"
                out = str(path.with_name("clean.csv"))
                found[name].append(measure(["-c", script, str(path), out]))
    whole = [seconds for seconds, _ in found["as one frame"]]
    rows = []
    for name, rounds in found.items():
        seconds = [one for one, _ in rounds]
        ratio = median(a / b for a, b in zip(seconds, whole, strict=True))
        peak = max(peak for _, peak in rounds) / 1e6
        rows.append((name, f"{median(seconds):.1f}", f"{ratio:.2f}", f"{peak:,.0f}"))
    heads = (f"read, clean and report {n_rows:,} rows", "processor s", "x one frame", "peak MB")
    return table(heads, rows)


def measure(arguments: list[str]) -> tuple[float, int]:
    """Run Python; return the processor's seconds, and the most bytes it held at once."""
    command = [sys.executable, *arguments]
    process = subprocess.Popen(command, stdout=_DEVNULL, stderr=_DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = code = os.waitstatus_to_exitcode(status)
    if code:
        raise RuntimeError(f"Python ended with {code}: {command}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
