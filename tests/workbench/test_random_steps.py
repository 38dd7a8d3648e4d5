"""After any steps, undone or not, the report is that of the fixed frame read from scratch."""

from __future__ import annotations

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given, settings

from tests.workbench.random_steps import ENTITIES, assert_as_from_scratch, messy, play, tables


@pytest.mark.parametrize(
    ("entity", "seed", "n_steps"),
    [("customers", 1, 10), ("customers", 3, 12), ("addresses", 1, 8), ("orders", 1, 12),
     ("items", 1, 8), ("items beside", 1, 6), ("unfolded", 1, 8)],
)  # fmt: skip
def test_every_step_is_as_from_scratch(entity: str, seed: int, n_steps: int) -> None:
    frame, how = tables(entity, 40, seed)
    bench = play(frame, entity, seed, n_steps, **how)
    assert bench._history.next_number > 1  # steps were taken, some of them undone again


def test_what_is_added_is_counted_again() -> None:
    frame = messy(ENTITIES["customers"][1], 40, 5).assign(Nguồn="x")
    play(frame, "customers", 5, 6, values={"systemName": "CRM"})


def test_undoing_all_steps_leads_back_to_the_rows_that_came() -> None:
    frame = messy(ENTITIES["customers"][1], 40, 6)
    before = frame.copy(deep=True)
    bench = play(frame, "customers", 6, 8)
    bench.undo(len(bench.steps))
    pd.testing.assert_frame_equal(bench.frame, before)
    pd.testing.assert_frame_equal(frame, before)
    assert_as_from_scratch(bench)


@pytest.mark.long
@settings(deadline=None)
@given(
    entity=st.sampled_from(sorted(ENTITIES)),
    dtype=st.sampled_from(["str", "object", "category"]),
    seed=st.integers(0, 10**6),
    n_rows=st.integers(3, 80),
    n_steps=st.integers(1, 12),
)
def test_any_steps_are_as_from_scratch(
    entity: str, dtype: str, seed: int, n_rows: int, n_steps: int
) -> None:
    frame, how = tables(entity, n_rows, seed)
    how = {name: table.astype(dtype) for name, table in how.items()}
    play(frame.astype(dtype), entity, seed, n_steps, **how)


@pytest.mark.long
@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 10**6))
def test_steps_on_columns_of_many_values_are_as_from_scratch(seed: int) -> None:
    # From 20,000 rows on, columns whose cells all differ are not kept as dictionaries.
    frame = messy(ENTITIES["customers"][1], 20_000, seed)
    numbers = pd.Series(range(20_000)).astype(str)
    frame["phone"] = ("0912" + numbers.str.zfill(6)).where(numbers.str[-1] != "7", frame["phone"])
    frame["email"] = (numbers + "@example.com").where(numbers.str[-1] != "5", frame["email"])
    play(frame, "customers", seed, 6)
