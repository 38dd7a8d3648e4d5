"""Twice the rows, at most little more than twice the time."""

from __future__ import annotations

from itertools import pairwise

import pangoprep  # noqa: F401 - registers df.pango
from benchmarks.measure import compete, ratio, table
from benchmarks.sample import customers


def run(n_rows: int, n_rounds: int) -> str:
    """Validate growing frames in turn; each is a new one, of which nothing is recalled."""
    frame = customers(n_rows)
    sizes = [n_rows // 8, n_rows // 4, n_rows // 2, n_rows]
    found = compete(
        {
            f"{size:,} rows": lambda size=size: frame.head(size).pango.validate("customer-identity")
            for size in sizes
        },
        n_rounds,
    )
    timings = list(found.values())
    rows = [(timings[0].name, f"{timings[0].median:.2f}", "")]
    for half, whole in pairwise(timings):
        rows.append((whole.name, f"{whole.median:.2f}", f"{ratio(whole, half):.2f}"))
    return table(("validate", "seconds", "x half the rows"), rows)
