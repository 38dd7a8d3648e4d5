"""What stands in several rows is what counting every value says."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from pangoprep.columns.repeats import distinct_rows

LENGTHS = (0, 1, 2, 7, 8, 9, 16, 41, 60)


def counted(values: list[str | None]) -> list[tuple[str | None, int]]:
    """Count each value, most rows first; a Counter keeps the order in which they came."""
    return Counter(values).most_common()


@pytest.mark.parametrize("seed", range(8))
def test_repeated_cells_are_those_that_counting_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    letters = list("ab\0 é")
    values = [
        None if random.random() < 0.1 else "".join(random.choice(letters, random.choice(LENGTHS)))
        for _ in range(60)
    ]
    whole = pa.array(values, pa.large_string())
    pieces = pa.chunked_array([whole[:17], whole[17:17], whole[17:50], whole[50:]])
    for cells, held in (
        (whole, values), (pieces, values), (whole[5:], values[5:]), (pieces.slice(20), values[20:]),
    ):  # fmt: skip
        first, n_rows = distinct_rows(cells)
        found = [(held[row], n) for row, n in zip(first.tolist(), n_rows.tolist(), strict=True)]
        assert found == counted(held)


def test_texts_that_begin_alike_are_told_apart() -> None:
    same = "x" * 64
    first, n_rows = distinct_rows(pa.array([same + "a", same + "b", same + "a"]))
    assert (first.tolist(), n_rows.tolist()) == ([0, 1], [2, 1])


def test_no_cells_and_empty_cells() -> None:
    for cells, found in (([], []), ([None, None], [2]), (["", None, ""], [2, 1])):
        assert distinct_rows(pa.array(cells, pa.string()))[1].tolist() == found
