"""Rows that come in parts: the same requests, the same states, whatever the cut."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from pangoprep.errors import UsageError
from pangoprep.sandbox import Fault
from pangoprep.upload import send
from pangoprep.upload.rows.prepared import Parts

N_ROWS = 330


def keywords(world: Any, **changed: Any) -> dict[str, Any]:
    return {"client": world.client(in_flight=1), "source": "CRM", "ledger": world.ledger} | changed


def cut(frame: pd.DataFrame, at: Iterable[int]) -> list[pd.DataFrame]:
    bounds = [0, *at, len(frame)]
    return [frame.iloc[a:b] for a, b in pairwise(bounds)]


def in_parts(whole: Parts, at: Iterable[int], rows_at: Iterable[int]) -> Parts:
    """Take rows that are one part as several, and as new ones each time they are asked for."""
    [ready], [rows] = whole.ready_parts(), whole.rows_parts()
    return Parts(
        entity=whole.entity,
        n_ready=whole.n_ready,
        n_held=whole.n_held,
        n_superseded=whole.n_superseded,
        ready=lambda: iter(cut(ready, at)),
        rows=lambda: iter(cut(rows, rows_at)),
    )


def without_request_ids(rows: pd.DataFrame) -> pd.DataFrame:
    """Every request has another one; one that may be a number is masked."""
    return rows.assign(reason=rows["reason"].str.replace(r" \(requestId [^)]+\)", "", regex=True))


@pytest.mark.parametrize(
    ("at", "rows_at"),
    [
        ([100, 200], [100, 200]),
        ([50, 100, 150], []),
        ([1, 2, 3, 3, 3, 325], [0, 7, 330]),
        ([0, 0, 0, 49, 51], [329]),
        (range(1, 325), range(1, 330)),
        ([325, 325], [330, 330]),
    ],
)
@pytest.mark.parametrize("sample", [None, 7])
def test_where_parts_are_cut_changes_nothing(
    make_world, prepared, people, at, rows_at, sample
) -> None:
    told = []
    whole = prepared(people(N_ROWS), held=[3, 4, 200], superseded=[0, 329])
    for report in (whole, in_parts(whole, at, rows_at)):
        world = make_world(faults=[Fault("poison", key="C77")])
        plan = send(report, **keywords(world), sample=sample, dry_run=True)
        result = send(report, **keywords(world), sample=sample)
        again = send(report, **keywords(world), sample=sample)
        told.append((plan, world.way.bodies, result, again))
    (plan, bodies, result, again), (other_plan, other_bodies, other_result, other_again) = told
    assert plan == other_plan
    assert len(bodies) == len(other_bodies) > 7
    assert [body for body in bodies if b"entries" in body] == [
        body for body in other_bodies if b"entries" in body
    ]
    for one, other in ((result, other_result), (again, other_again)):
        assert one.counts == other.counts
        pd.testing.assert_frame_equal(
            without_request_ids(one.rows), without_request_ids(other.rows)
        )
        assert one.reason_counts() == other.reason_counts()


@pytest.mark.parametrize("n_missing", [1, -1, 300])
def test_parts_that_are_not_what_was_counted_stop_the_run(world, report, n_missing) -> None:
    """A file of a partition that was written again, or is gone."""
    whole = report(N_ROWS)
    [ready] = whole.ready_parts()
    frame = ready.head(N_ROWS - n_missing)
    if n_missing < 0:
        frame = pd.concat([ready, ready.tail(1)])
    parts = in_parts(whole, [], [])
    changed = Parts(**{**vars(parts), "ready": lambda: cut(frame, [17])})
    result = send(changed, **keywords(world))
    assert isinstance(result.error, UsageError)
    assert "330 rows were ready when they were counted" in result.reason
    assert sum(result.counts.values()) == N_ROWS
    assert result.counts["accepted"] == len(world.records())
    assert send(whole, **keywords(world)).ok


def test_a_part_that_cannot_be_read_costs_no_result(world, report) -> None:
    whole = report(N_ROWS)
    [ready] = whole.ready_parts()

    def broken() -> Iterator[pd.DataFrame]:
        yield ready.head(120)
        raise OSError("0912345678")  # what it says may be a value

    result = send(Parts(**{**vars(whole), "ready": broken}), **keywords(world))
    assert "OSError" in result.reason
    assert "0912345678" not in result.reason
    assert result.error.__traceback__ is None
    assert (result.counts["accepted"], result.counts["unsent"]) == (100, 230)


def test_no_parts_are_no_rows(world, tmp_path) -> None:
    none = Parts(
        entity="customer-identity", n_ready=0, n_held=0, n_superseded=0,
        ready=list, rows=list,
    )  # fmt: skip
    result = send(none, **keywords(world))
    assert result.ok
    assert result.rows.columns.tolist() == ["row", "index", "key", "state", "reason"]
    assert pd.read_parquet(result.write_rows(tmp_path / "rows.parquet")).empty


def test_a_run_of_unchanged_rows_can_be_interrupted(world, report) -> None:
    """While nothing is sent nothing is waited for, and yet somebody may want to stop."""
    whole = report(10_000)
    [ready] = whole.ready_parts()
    send(whole, **keywords(world))
    n_given = 0

    def parts() -> Iterator[pd.DataFrame]:
        nonlocal n_given
        for part in cut(ready, range(500, 10_000, 500)):
            n_given += 1
            if n_given == 3:
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            if n_given >= 3:  # the main thread hands it on at its own time
                threading.Event().wait(0.5)
            yield part

    result = send(Parts(**{**vars(whole), "ready": parts}), **keywords(world))
    assert result.reason == "interrupted"
    assert n_given < 20
    assert result.counts["unchanged"] + result.counts["unsent"] == 10_000
