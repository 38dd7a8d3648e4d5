"""What a step of the workbench costs until its new counts are known, and a look at its values."""

from __future__ import annotations

import datetime as dt
import gc
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import pandas as pd

import pangoprep  # noqa: F401 - registers df.pango
from benchmarks.measure import table
from benchmarks.sample import customers_file

if TYPE_CHECKING:
    from pangoprep.workbench import Workbench

_ENTITY = "customer-identity"
_MAX_ROUNDS = 3
_STEP, _LOOK = 0.3, 0.1  # seconds that are wanted at 1,000,000 rows

Seconds = dict[tuple[str, float], list[tuple[float, float]]]


def run(n_rows: int, n_rounds: int) -> str:
    """Time steps and looks, round by round, each round on a new workbench; and weigh one."""
    seconds: Seconds = defaultdict(list)
    with tempfile.TemporaryDirectory() as temporary:
        path = customers_file(n_rows, Path(temporary))
        frame = pd.read_csv(path, dtype=str)
        report = frame.pango.validate(_ENTITY)
        for _ in range(min(n_rounds, _MAX_ROUNDS)):
            round_of(report.workbench(), seconds)
        alone, fixed, every = (_peak(path, what) for what in ("report", "fixes", "every step"))
    lines = [
        (
            name,
            f"{median(wall for wall, _ in found):.2f}",
            f"{median(c for _, c in found):.2f}",
            bar,
        )
        for (name, bar), found in seconds.items()
    ]
    n = min(n_rounds, _MAX_ROUNDS)
    head = (f"{n_rows:,} rows, median of {n} rounds", "seconds", "of the processor", "wanted")
    ratios = [f"{peak[0]:,} MB ({peak[0] / alone[0]:.2f} x)" for peak in (fixed, every)]
    return (
        f"{table(head, lines)}\n\nPeak memory: the report alone {alone[0]:,} MB; with a workbench "
        f"and {_N_FIXES} fixes {ratios[0]}, 1.2 x wanted; with steps of every kind {ratios[1]}, of "
        f"which {every[1]:,} MB are held after the last and {every[2]:,} MB once all are undone."
    )


def round_of(bench: Workbench, seconds: Seconds) -> None:
    """Take steps of every kind, and look at what they leave."""

    def timed(name: str, bar: float, call: Callable[[], Any]) -> Any:
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        result = call()
        seconds[name, bar].append((time.perf_counter() - wall, time.process_time() - cpu))
        return result

    timed("problems(), the first time", _LOOK, bench.problems)
    page = "values('phone', 'phone.unreadable', limit=100)"
    timed(page, _LOOK, lambda: bench.values("phone", "phone.unreadable", limit=100))
    timed(
        "values('phone', limit=100), the first time",
        _LOOK,
        lambda: bench.values("phone", limit=100),
    )
    timed("the next page", _LOOK, lambda: bench.values("phone", limit=100, offset=100))
    fixes = fixes_of(bench)
    timed("fix ten phones, the first step", _STEP, lambda: bench.fix("phone", next(fixes)))
    timed("problems() after it", _LOOK, bench.problems)
    timed("fix ten phones", _STEP, lambda: bench.fix("phone", next(fixes)))
    timed("problems() after that", _LOOK, bench.problems)
    timed("undo()", _STEP, lambda: _undo(bench))
    dates = bench.values("dob", "date.impossible", limit=10, reveal=True)["value"].tolist()
    timed("fix ten dates", _STEP, lambda: bench.fix("dob", dict.fromkeys(dates, "25/12/1990")))
    timed("accept all of email.typo", _STEP, lambda: bench.accept("email.typo", "email"))
    timed("undo() of that", _STEP, lambda: _undo(bench))
    timed("redo()", _STEP, lambda: _redo(bench))
    timed("leave out all of phone.excel_rounded", _STEP, lambda: _leave_out(bench))
    timed("fix one row", _STEP, lambda: bench.fix_rows({5: {"phone": "0912345678"}}))
    timed("set(duplicates='first')", _STEP, lambda: bench.set(duplicates="first"))
    column = bench.report.examined.sources["customerGroup"]
    timed("map(column, '')", _STEP, lambda: bench.map(column, ""))
    timed("constants(systemName=...)", _STEP, lambda: bench.constants(systemName="CRM"))
    timed("would_replace() in 350,000 names", _LOOK, lambda: bench.would_replace(*_NAMES))
    timed("replace() in 350,000 names", _STEP, lambda: bench.replace(*_NAMES))
    timed("undo() of replace()", _STEP, lambda: _undo(bench))
    timed("map(column, a custom field)", _STEP, lambda: bench.map(column, _CUSTOM))
    timed("undo() of map()", _STEP, lambda: _undo(bench))
    words = bench.values("maritalStatus", "choice.unknown", reveal=True)["value"].tolist()
    timed("blank 4,000 cells", _STEP, lambda: bench.blank("maritalStatus", words))
    timed(f"undo(step={_FIXED})", _STEP, lambda: _undo(bench, step=_FIXED))
    for options in _READ_OTHERWISE:
        told = ", ".join(f"{name}={value!r}" for name, value in options.items())
        timed(f"set({told})", _STEP, lambda given=options: bench.set(**given))
        timed(f"undo() of set({told})", _STEP, lambda: _undo(bench))


_CUSTOM = "customFieldTexts.customField01"
_FIXED = 1  # the number of a step that later ones do without
_READ_OTHERWISE: list[dict[str, Any]] = [
    {"timezone_gmt": 8},
    {"day_first": False},
    {"unreadable": "blank"},
    {"gender_codes": {"N": "female"}},
    {"phone_format": "e164"},
    {"excel_1904": True},
    {"today": dt.date(2026, 6, 30)},
]
_NAMES = ("fullName", "Nguyễn", "Nguyen")


def _undo(bench: Workbench, step: int | None = None) -> Any:
    """Undo, until the new counts are known."""
    bench.undo(step=step)
    return bench.report


def _redo(bench: Workbench) -> Any:
    bench.redo()
    return bench.report


def _leave_out(bench: Workbench) -> Any:
    return bench.leave_out(rule="phone.excel_rounded", reason="rounded by Excel")


_N_FIXES = 20


def fixes_of(bench: Workbench) -> Any:
    """Give fixes of ten phone values each."""
    listed = bench.values("phone", "phone.unreadable", limit=10 * _N_FIXES, reveal=True)
    values = listed["value"].dropna().tolist()
    for start in range(0, len(values), 10):
        some = values[start : start + 10]
        yield {value: f"0912{start + n:06}" for n, value in enumerate(some)}


_PEAK = """
import sys
from collections import defaultdict
from pathlib import Path
import pandas as pd, pangoprep
from benchmarks.workbench import fixes_of, round_of

def megabytes(what):  # not ru_maxrss, which begins with what the parent had
    told = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(told[what].split()[0]) // 1024

report = pd.read_csv(sys.argv[1], dtype=str).pango.validate("customer-identity")
if sys.argv[2] != "report":
    bench = report.workbench()
    for fixes in fixes_of(bench):
        bench.fix("phone", fixes)
        bench.problems()
    bench.accept("email.typo", "email")
    bench.undo()
after = undone = 0
if sys.argv[2] == "every step":
    round_of(bench, defaultdict(list))
    after = megabytes("VmRSS")
    bench.undo(len(bench.steps))
    undone = bench.report and megabytes("VmRSS")
print(megabytes("VmHWM"), after, undone)
"""


def _peak(path: Path, what: str) -> list[int]:
    """Return the memory of a process of its own, in MB: its peak, and what it has at two times."""
    command = [sys.executable, "-c", _PEAK, str(path), what]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [int(number) for number in told.split()]
