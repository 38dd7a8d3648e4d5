"""Counting different texts agrees with pandas, whatever the texts."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Column, read_column
from pangoprep.columns.distinct import n_distinct

TEXTS = st.lists(
    st.none() | st.text(max_size=20) | st.sampled_from(["", "\0", "\0\0", "\x03", "a", "a\0"])
)


@given(TEXTS)
def test_the_count_is_that_of_a_set(texts: list[str | None]) -> None:
    plain = Column(pa.array(texts, TEXT), None)
    assert n_distinct(plain) == len({text for text in texts if text is not None})


@given(TEXTS)
def test_a_column_in_dictionary_form_counts_the_same(texts: list[str | None]) -> None:
    column = read_column(pd.Series(texts, dtype="str"))
    assert n_distinct(column) == len({text for text in texts if text is not None})


@pytest.mark.parametrize("length", [7, 8, 9, 64, 65, 500])
def test_the_last_letter_counts_at_every_length(length: int) -> None:
    texts = ["x" * (length - 1) + letter for letter in "abca"]
    assert n_distinct(Column(pa.array(texts, TEXT), None)) == 3
