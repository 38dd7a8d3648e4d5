"""Which rows of other parts a part needs, where a record has rows in several."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pangoprep.steps.keys import keys_of
from pangoprep.steps.strangers import find_strangers, said_by


def handed_over(keys: list[str | None], parts: list[int], cells: list[str | None]) -> set[tuple]:
    said = said_by(
        {
            "orderStatus": pa.array(cells),
            "items.price": pa.array(cells),
            "pangoprep hours": pa.array([False] * len(keys)),
        }
    )
    found = find_strangers(keys_of([pa.array(keys)], len(keys)), np.array(parts), said)
    assert found.rows.tolist() == sorted(found.rows)
    return {*zip(found.rows.tolist(), found.targets.tolist(), strict=True)}


def test_records_that_lie_in_one_part_and_rows_without_a_key_stay() -> None:
    assert handed_over(["a", "a", "b", None, None], [0, 0, 1, 1, 2], ["x"] * 5) == set()


def test_a_later_part_gets_the_first_row_and_the_first_that_says_something() -> None:
    # In part 0 nothing is said, in part 1 it is, twice; part 2 is not the last to need it.
    found = handed_over(["a", "a", "a", "a", "a"], [0, 1, 1, 2, 3], [None, "x", "y", None, "z"])
    home = {(1, 0), (2, 0), (3, 0), (4, 0)}
    assert found == home | {(0, 1), (0, 2), (1, 2), (0, 3), (1, 3)}


def test_a_record_in_very_many_parts_is_not_handed_to_all_of_them() -> None:
    n_rows, n_parts = 3_000, 300
    parts = [row * n_parts // n_rows for row in range(n_rows)]
    found = handed_over(["a"] * n_rows, parts, ["x"] * n_rows)
    assert len(found) == (n_rows - n_rows // n_parts) + (n_parts - 1)
