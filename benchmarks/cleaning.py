"""Validating and cleaning a file, against reading it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow.csv as pa_csv

import pangoprep  # noqa: F401 - registers df.pango
from benchmarks import per_cell
from benchmarks.measure import compete, ratio, table
from benchmarks.sample import customers_file

_PER_CELL_ROWS = 20_000
_ENTITY = "customer-identity"


def run(n_rows: int, n_rounds: int) -> str:
    """Compare, in one process, validate + clean with reading the same file."""
    with tempfile.TemporaryDirectory() as folder:
        path = customers_file(n_rows, Path(folder))
        frame = pd.read_csv(path, dtype=str)
        part = frame.head(min(n_rows, _PER_CELL_ROWS))
        part.pango.validate(_ENTITY)  # loads what is loaded on first use
        found = compete(
            {
                "pandas.read_csv(path, dtype=str)": lambda: pd.read_csv(path, dtype=str),
                "pyarrow.csv.read_csv(path)": lambda: pa_csv.read_csv(path),
                "df.pango.validate()": lambda: frame.pango.validate(_ENTITY),
                "df.pango.clean()": lambda: frame.pango.clean(_ENTITY),
                "one Python call per cell": lambda: per_cell.clean(part),
            },
            n_rounds,
        )
        memory = _peak(path)
    read, arrow, validate, clean, usual = found.values()
    both = ratio(validate, read) + ratio(clean, read)
    scale = n_rows / len(part)
    rows = [
        (read.name, f"{read.median:.2f}", "1.00"),
        (arrow.name, f"{arrow.median:.2f}", f"{ratio(arrow, read):.2f}"),
        (validate.name, f"{validate.median:.2f}", f"{ratio(validate, read):.2f}"),
        (clean.name, f"{clean.median:.2f}", f"{ratio(clean, read):.2f}"),
        ("**validate + clean**", f"{validate.median + clean.median:.2f}", f"**{both:.2f}**"),
        (
            f"{usual.name} (measured on {len(part):,} rows)",
            f"{usual.median * scale:.1f}",
            f"{ratio(usual, read) * scale:.1f}",
        ),
    ]
    title = f"{n_rows:,} rows x {frame.shape[1]} columns, median of {n_rounds} rounds"
    head = table((title, "seconds", "x read_csv"), rows)
    return f"{head}\n\nPeak memory, the frame and both results included: {memory:.1f} x the frame."


_PEAK = """
import sys
import pandas as pd, pangoprep

def memory(what):
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith(what)).split()[1]) * 1024

pd.read_csv(sys.argv[1], dtype=str, nrows=1000).pango.validate("customer-identity")
before = memory("VmRSS")
frame = pd.read_csv(sys.argv[1], dtype=str)
with open("/proc/self/clear_refs", "w") as refs:
    refs.write("5")  # the peak counts from here on
report = frame.pango.validate("customer-identity")
clean = frame.pango.clean("customer-identity")
print((memory("VmHWM") - before) / frame.memory_usage(deep=True).sum())
"""


def _peak(path: Path) -> float:
    """Measure in a process of its own the peak memory, frame and results included, in frames."""
    command = [sys.executable, "-c", _PEAK, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)
