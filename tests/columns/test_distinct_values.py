"""Counting different texts agrees with a set, whatever the texts, and adds up over parts."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.columns import distinct_values as module
from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Column, read_column
from pangoprep.columns.distinct_values import DistinctValues, distinct_values

TEXTS = st.lists(
    st.none() | st.text(max_size=20) | st.sampled_from(["", "\0", "\0\0", "\x03", "a", "a\0"])
)


@given(TEXTS)
def test_the_count_is_that_of_a_set(texts: list[str | None]) -> None:
    plain = Column(pa.array(texts, TEXT), None)
    assert len(distinct_values(plain)) == len({text for text in texts if text is not None})


@given(TEXTS)
def test_a_column_in_dictionary_form_counts_the_same(texts: list[str | None]) -> None:
    column = read_column(pd.Series(texts, dtype="str"))
    assert len(distinct_values(column)) == len({text for text in texts if text is not None})


@pytest.mark.parametrize("length", [7, 8, 9, 64, 65, 500])
def test_the_last_letter_counts_at_every_length(length: int) -> None:
    texts = ["x" * (length - 1) + letter for letter in "abca"]
    assert len(distinct_values(Column(pa.array(texts, TEXT), None))) == 3


def values(numbers: range) -> DistinctValues:
    return distinct_values(Column(pa.array([f"C{n}" for n in numbers], TEXT), None))


@pytest.mark.parametrize("most", [10_000, 500])
def test_parts_add_up_to_the_whole_in_any_order(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(module, "MAX_EXACT", most)
    parts = [values(range(start, start + 700)) for start in range(0, 3_000, 300)]
    whole = values(range(3_400))
    assert whole.is_exact == (most == 10_000)
    for order in (parts, parts[::-1], parts[5:] + parts[:5]):
        total = sum(order, DistinctValues.none())
        assert (len(total), total.is_exact) == (len(whole), whole.is_exact)
    assert len(whole) == 3_400 if whole.is_exact else abs(len(whole) - 3_400) < 3_400 * 0.1


def test_what_was_added_is_as_it_was() -> None:
    first, second = values(range(5)), values(range(3, 9))
    assert len(first + second) == len(second + first) == 9
    assert (len(first), len(second)) == (5, 6)
