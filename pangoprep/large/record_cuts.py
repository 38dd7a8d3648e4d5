"""Cutting a file in parts between records where it has one row per item.

What is not cut so is put together all the same, but such parts are read twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.columns.few_rows import rows_of
from pangoprep.part_plan import PartPlan
from pangoprep.reading.joining import join_indexes
from pangoprep.reading.pieces import ROW_NOTES, SOURCE


class RecordCuts:
    """The parts of a file, every time the same; where rows are items, cut between records.

    Parameters
    ----------
    frames
        Gives the parts as they come.
    plan_of
        Says what the rows become; the first part decides.
    """

    def __init__(
        self,
        frames: Callable[[], Iterator[pd.DataFrame]],
        plan_of: Callable[[pd.DataFrame], PartPlan],
    ) -> None:
        self._frames, self._plan_of = frames, plan_of
        self._plan: PartPlan | None = None

    @property
    def plan(self) -> PartPlan:
        """What the rows become; known once the first part was given."""
        assert self._plan is not None  # noqa: S101 - nobody asks before
        return self._plan

    def __call__(self) -> Iterator[pd.DataFrame]:
        """Give the parts in their order."""
        parts = self._frames()
        first = next(parts)
        if self._plan is None:
            self._plan = self._plan_of(first)
        every = chain(iter([first]), parts)  # a list would be kept for as long as the chain
        del first  # or it would lie beside all the others
        yield from _cut_between_records(every, self._plan) if self._plan.item_list else every


def _cut_between_records(frames: Iterator[pd.DataFrame], plan: PartPlan) -> Iterator[pd.DataFrame]:
    """Move the last rows of each frame to the next, if those continue their record there.

    A record that fills a frame stays where it is, and nothing goes from one file to another.
    """
    columns = [plan.sources[name] for name in plan.entity.key if name in plan.sources]
    waiting = next(frames)
    for frame in frames:
        n_open = _n_open(waiting, frame, columns)
        if n_open:
            stop = len(waiting) - n_open
            frame = _joined(rows_of(waiting, np.arange(stop, len(waiting))), frame)
            rest = waiting.iloc[:stop]
            rest.attrs = waiting.attrs
            waiting = rest
        yield waiting
        waiting = frame
        del frame
    yield waiting


def _n_open(frame: pd.DataFrame, following: pd.DataFrame, columns: list[Any]) -> int:
    """Return how many of the last rows have the key that the following frame begins with."""
    told = [one.attrs.get(SOURCE) or {} for one in (frame, following)]
    if not columns or not len(following) or told[0].get("file") != told[1].get("file"):
        return 0
    if any(ROW_NOTES in source for source in told):  # they stay with the rows of their frame
        return 0
    same = np.ones(len(frame), dtype=bool)
    for column in columns:
        first = following[column].iloc[0]
        if pd.isna(first):
            return 0
        same &= (frame[column] == first).to_numpy(dtype=bool, na_value=False)
    n_open = len(frame) if same.all() else int(np.argmin(same[::-1]))
    return n_open if n_open < len(frame) else 0


def _joined(rows: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    index = join_indexes([rows.index, frame.index])
    attrs = frame.attrs
    rows.attrs = {}
    joined = pd.concat([rows.reset_index(drop=True), frame.reset_index(drop=True)])
    joined.index = index
    joined.attrs = attrs
    return joined
