"""What the report costs, against validating the same rows in the same run."""

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

import pangoprep  # noqa: F401 - registers df.pango
from benchmarks.measure import Timing, ratio, table
from benchmarks.sample import customers_file

_ENTITY = "customer-identity"
_N_FINDINGS = 100_000
# Of the sample's rows, six in ten have a finding.
_EXCEL_ROWS = 170_000
_MAX_ROUNDS = 3

Seconds = dict[str, list[tuple[float, float]]]


def run(n_rows: int, n_rounds: int) -> str:
    """Time the facts, the notebook cell, the page and the workbook, round by round.

    Processor time counts for the ratios: it is the same whatever else the machine does.
    """
    n_rounds = min(n_rounds, _MAX_ROUNDS)
    seconds: Seconds = defaultdict(list)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        path = customers_file(n_rows, folder)
        pd.read_csv(path, dtype=str, nrows=1_000).pango.validate(_ENTITY)._repr_html_()
        for _ in range(n_rounds):
            n_findings = _round(path, folder, seconds)
        name = "first _repr_html_() of a kernel: facts and imports too"
        seconds[name] = [_first_cell(path) for _ in range(n_rounds)]
    lines = []
    whole = Timing("", tuple(cpu for _, cpu in seconds["df.pango.validate()"]))
    for name, found in seconds.items():
        wall = Timing(name, tuple(one for one, _ in found))
        cpu = Timing(name, tuple(one for _, one in found))
        share = f"{ratio(cpu, whole):.2f}"
        lines.append((name, f"{wall.median:.2f}", f"{cpu.median:.2f}", share))
    head = (f"{n_rows:,} rows, median of {n_rounds} rounds", "seconds", "of the processor", "ratio")
    return f"{table(head, lines)}\n\nThe workbook has {n_findings:,} findings."


def _round(path: Path, folder: Path, seconds: Seconds) -> int:
    def timed(name: str, run: Callable[[], Any]) -> Any:
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        result = run()
        seconds[name].append((time.perf_counter() - wall, time.process_time() - cpu))
        return result

    frame = pd.read_csv(path, dtype=str)
    report = timed("df.pango.validate()", lambda: frame.pango.validate(_ENTITY))
    timed("report.facts", lambda: report.facts)
    timed("report._repr_html_(), facts known", report._repr_html_)
    timed("report.to_html(path)", lambda: report.to_html(folder / "report.html"))
    some = frame.head(_EXCEL_ROWS).pango.validate(_ENTITY)
    n_findings = sum(len(block.rows) for block in some.blocks)
    name = f"report.to_excel(path), for {_N_FINDINGS:,} findings"
    timed(name, lambda: some.to_excel(folder / "fix.xlsx"))
    scale = _N_FINDINGS / n_findings
    wall, cpu = seconds[name][-1]
    seconds[name][-1] = wall * scale, cpu * scale
    return n_findings


_FIRST = """
import sys, time
import ipykernel.kernelapp  # what a notebook has loaded before its first cell
import pandas as pd, pangoprep
report = pd.read_csv(sys.argv[1], dtype=str).pango.validate("customer-identity")
start, cpu = time.perf_counter(), time.process_time()
report._repr_html_()
print(time.perf_counter() - start, time.process_time() - cpu)
"""


def _first_cell(path: Path) -> tuple[float, float]:
    command = [sys.executable, "-c", _FIRST, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall, cpu = map(float, done.stdout.split())
    return wall, cpu
