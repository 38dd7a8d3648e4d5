"""The call that reads a frame again, as long as it holds what was read and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pangoprep.columns.cache import keep_in_mind, recalled

_JOB = "read"


@dataclass(frozen=True, eq=False)
class _WasRead:
    """What was read in one call: the columns and rows it gave, and what it was told."""

    columns: tuple[str, ...]
    index: pd.Index
    call: Mapping[str, Any]


def remember_call(frame: pd.DataFrame, call: Mapping[str, Any]) -> None:
    """Keep in mind how a frame was read: ``path`` and the options of `pangoprep.read`.

    It is known by the memory of its cells: a column of which one cell changes is another one.
    """
    was_read = _WasRead(tuple(frame.columns), frame.index, call)
    for place, name in enumerate(frame.columns):
        keep_in_mind(frame.iloc[:, place], _JOB, (), (was_read, name))


def call_of(frame: pd.DataFrame) -> Mapping[str, Any] | None:
    """Return how a frame was read, if it holds the same cells in the same order; else None."""
    known = [recalled(frame.iloc[:, place], _JOB, ()) for place in range(frame.shape[1])]
    if not known or None in known:
        return None
    was_read: _WasRead = known[0][0]
    names = [name for one, name in known if one is was_read]
    is_same = names == [*was_read.columns] == [*frame.columns]
    return was_read.call if is_same and frame.index.equals(was_read.index) else None
