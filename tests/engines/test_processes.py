"""Two worker processes give what one frame gives, also when one of them is killed in the middle."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask.dataframe as dd
import distributed
import numpy as np
import pandas as pd
import pytest

import pangoprep  # noqa: F401 - registers ddf.pango
from tests.engines.test_equality import FRAMES, OPTIONS, assert_same, cut, entity_of

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # of processes that end
    pytest.mark.skipif(sys.platform == "win32", reason="signals"),
]


@pytest.fixture
def cluster(_in_this_process: None) -> Iterator[Any]:
    import dask

    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
        dask.config.set(scheduler=client),
    ):
        yield cluster


class Deadly:
    """Gives partitions; the first time one of them is asked for, its worker is killed."""

    def __init__(self, parts: list[pd.DataFrame], number: int, mark: Path) -> None:
        self._parts, self._number, self._mark = parts, number, mark

    def __call__(self, number: int) -> pd.DataFrame:
        if number == self._number and not self._mark.exists():
            self._mark.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return self._parts[number]


def partitions(seed: int, name: str = "customers") -> list[pd.DataFrame]:
    random = np.random.default_rng(seed)
    frame = FRAMES[name](random).convert_dtypes(dtype_backend="pyarrow").astype("string")
    return [frame.iloc[at : at + 40] for at in range(0, len(frame), 40)]


def test_a_killed_worker_changes_nothing(tmp_path: Path, cluster: Any) -> None:
    parts, mark = partitions(1), tmp_path / "killed"
    frame = dd.from_map(Deadly(parts, 5, mark), range(len(parts)), meta=parts[0].iloc[:0])
    report = frame.pango.validate(folder=tmp_path / "report")
    assert int(mark.read_text()) != os.getpid()
    assert_same(report, pd.concat(parts).pango.validate())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["killed", "report"]


@pytest.mark.long
@pytest.mark.parametrize("options", OPTIONS, ids=range(len(OPTIONS)))
@pytest.mark.parametrize("name", FRAMES)
def test_two_processes_say_the_same(
    tmp_path: Path, cluster: Any, name: str, options: dict[str, Any]
) -> None:
    random = np.random.default_rng([len(name), OPTIONS.index(options)])
    frame = dd.from_map(
        lambda part: part, cut(FRAMES[name](random), random), meta=FRAMES[name](random).iloc[:0]
    )
    whole = pd.concat([part.compute() for part in frame.partitions])
    report = frame.pango.validate(entity_of(name), folder=tmp_path / "report", **options)
    assert_same(report, whole.pango.validate(entity_of(name), **options))
