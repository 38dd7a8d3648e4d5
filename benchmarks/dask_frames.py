"""A Dask frame against one frame in memory: processor time, two workers, memory of the driver."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measure import table
from benchmarks.sample import customers

_PART = 100_000
_TABLES = ("ready", "held", "findings", "rows")


def run(n_rows: int, n_rounds: int) -> str:
    """Validate the same rows both ways; the tables of the report are written as Parquet."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "customers.parquet"
        customers(n_rows).astype("string[pyarrow]").to_parquet(source, row_group_size=_PART)
        ways = ("one frame", "Dask, synchronous", "Dask, two workers")
        found: dict[str, list[list[float]]] = {way: [] for way in ways}
        for _ in range(n_rounds):
            for way in ways:
                command = [sys.executable, "-m", "benchmarks.dask_frames", way, str(source)]
                told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                found[way].append([float(number) for number in told.split()[-4:]])
    whole = [one[0] for one in found["one frame"]]
    rows = []
    for way, rounds in found.items():
        ratio = median(one[0] / first for one, first in zip(rounds, whole, strict=True))
        numbers = [median(one[place] for one in rounds) for place in range(4)]
        seconds, clock, before, peak = numbers
        rows.append(
            (way, f"{seconds:.1f}", f"{ratio:.2f}", f"{clock:.1f}", f"{before:.0f}", f"{peak:.0f}")
        )
    heads = (
        f"validate {n_rows:,} rows, tables as Parquet",
        "processor s", "x one frame", "clock s", "MB before", "peak MB of this process",
    )  # fmt: skip
    return table(heads, rows)


def one_frame(source: Path, folder: Path) -> None:
    """Check all rows at once, and write what a folder has."""
    import pandas as pd

    report = pd.read_parquet(source).pango.validate()
    assert report.facts.n_rows
    for name in _TABLES:
        frame: Any = getattr(report, name)
        frame.to_parquet(folder / f"{name}.parquet")


def dask_frame(source: Path, folder: Path) -> None:
    """Check the rows by row groups."""
    import dask.dataframe as dd

    frame = dd.read_parquet(source, split_row_groups=True, aggregate_files=False)
    assert frame.pango.validate(folder=folder / "report").n_rows


def _measured(way: str, source: Path) -> str:
    """Do it one way; return processor and clock seconds, and megabytes before and at most."""
    import dask
    import pandas as pd

    import pangoprep  # noqa: F401 - registers df.pango

    with tempfile.TemporaryDirectory() as folder:
        client: Any = None
        if way == "Dask, two workers":
            import distributed

            cluster = distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, dashboard_address=None
            )
            client = distributed.Client(cluster)
        dask.config.set(scheduler=client or "synchronous")
        pd.read_parquet(source).iloc[:1000].pango.validate() if client is None else None
        started = sum(client.run(_used).values()) if client is not None else 0.0
        before = _peak()
        times, clock = os.times(), time.perf_counter()
        (one_frame if way == "one frame" else dask_frame)(source, Path(folder))
        now, clock = os.times(), time.perf_counter() - clock
        own = (now.user + now.system) - (times.user + times.system)
        peak = _peak()
        if client is not None:
            own += sum(client.run(_used).values()) - started
            client.close()
            cluster.close()
    return f"{own} {clock} {before} {peak}"


def _used() -> float:
    times = os.times()
    return times.user + times.system


def _peak() -> float:
    """Return the most megabytes this process held; of what it was started from nothing."""
    told = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) for line in told.splitlines() if "VmHWM" in line) / 1000


if __name__ == "__main__":
    print(_measured(sys.argv[1], Path(sys.argv[2])))
