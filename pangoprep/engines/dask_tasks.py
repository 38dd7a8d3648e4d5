"""Tasks of Dask: made, computed where the caller's Dask does, what they say added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from pangoprep.engines.job import Failed

#: Rows that tell how columns are matched: so many are looked at of any frame.
N_HEAD = 2_000


def head_of_frame(parts: Sequence[Any]) -> tuple[pd.DataFrame, int]:
    """Return the first rows, and from how many partitions they are."""
    heads: list[pd.DataFrame] = []
    n_rows = 0
    for part in parts:
        (head,) = compute([lazily(_first_rows, part)])
        heads.append(head)
        n_rows += len(head)
        if n_rows >= N_HEAD:
            break
    filled = [head for head in heads if len(head)] or heads[:1]
    frame = filled[0] if len(filled) == 1 else pd.concat(filled)
    frame.attrs = filled[0].attrs
    return frame, len(heads)


def compute(tasks: Sequence[Any]) -> list[Any]:
    """Compute tasks where the caller's Dask does; raise the first error that one returned."""
    import dask

    results = list(dask.compute(*tasks)) if tasks else []
    for result in results:
        if isinstance(result, Failed):
            raise result.error
    return results


def lazily(function: Callable[..., Any], *arguments: Any) -> Any:
    """Make a task of a call."""
    import dask

    return dask.delayed(function, pure=False, traverse=False)(*arguments)


def once(one: object) -> Any:
    """Hand over a value as it is, and once however many tasks take it."""
    import dask

    return None if one is None else dask.delayed(one, pure=False, traverse=False)


def _first_rows(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:N_HEAD]


def sum_of(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Add up, by field, what parts say."""
    whole: dict[str, Any] = {}
    for part in parts:
        for name, own in part.items():
            whole[name] = whole[name] + own if name in whole else own
    return whole
