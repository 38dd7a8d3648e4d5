"""Bytes of many texts: slices, nulls and empty texts are what they are."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.columns.text_bytes import bytes_of, without_bytes

TEXT = pa.large_string()


@given(st.lists(st.one_of(st.none(), st.text(alphabet="a-đ", max_size=4)), max_size=6), st.data())
def test_without_bytes_is_replace(texts: list[str | None], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(texts)))
    some = pa.array(texts, TEXT).slice(start)
    letters, places = bytes_of(some)
    assert letters.tobytes() == "".join(text or "" for text in texts[start:]).encode()
    assert len(places) == len(some) + 1
    result = without_bytes(some, letters == ord("-"))
    result.validate(full=True)
    assert result.to_pylist() == [text and text.replace("-", "") for text in texts[start:]]


@pytest.mark.parametrize("texts", [[], [None], [""]])
def test_without_any_bytes(texts: list[str | None]) -> None:
    array = pa.array(texts, TEXT)
    letters, _ = bytes_of(array)
    assert without_bytes(array, letters == 0).to_pylist() == texts
