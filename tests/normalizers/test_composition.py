"""Letters are composed whatever Arrow is installed: before version 26 its NFC took them apart."""

from __future__ import annotations

import unicodedata
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers import words

NAMES = ["Nguyễn Văn An", "Đặng Thị Hoà", "Ｔｒầｎ", "ﬁ½²", "an", "", None, "e\u0302", "한국어"]
VIETNAMESE = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ "
)


@pytest.mark.parametrize("compose", [words.compose, words.compose_slowly])
@pytest.mark.parametrize("form", ["NFC", "NFKC"])
@pytest.mark.parametrize("written", ["NFC", "NFD"])
def test_texts_come_out_in_the_form(compose: Any, form: str, written: str) -> None:
    texts = [name and unicodedata.normalize(written, name) for name in NAMES]
    composed = compose(pa.array(texts, type=TEXT), form)
    assert composed.type == TEXT
    assert composed.to_pylist() == [name and unicodedata.normalize(form, name) for name in NAMES]


@given(st.lists(st.text(alphabet=VIETNAMESE) | st.none(), max_size=5))
def test_both_ways_agree(texts: list[str | None]) -> None:
    values = pa.array([text and unicodedata.normalize("NFD", text) for text in texts], type=TEXT)
    assert words.compose(values, "NFC").equals(words.compose_slowly(values, "NFC"))
