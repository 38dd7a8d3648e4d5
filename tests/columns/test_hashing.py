"""Equal texts have equal hashes, different ones have not, in whatever form the column comes."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pangoprep.columns.hashing import hash128

Arrow = pa.Array | pa.ChunkedArray
# Texts that differ in little: zero bytes, lengths around those of words, the same word elsewhere.
ALIKE = ["", "\0", "\0\0", "\x03", "a", "a\0", "\0a", "x" * 7, "x" * 8, "x" * 9, "x" * 64, "x" * 65]
TEXTS = st.lists(st.none() | st.text(max_size=20) | st.text("ab\0", max_size=140))

FORMS: dict[str, Callable[[pa.Array], Arrow]] = {
    "string": lambda texts: texts,
    "large_string": lambda texts: texts.cast(pa.large_string()),
    "string_view": lambda texts: texts.cast(pa.string_view()),
    "dictionary": lambda texts: texts.dictionary_encode(),
    "large dictionary": lambda texts: texts.cast(pa.large_string()).dictionary_encode(),
    "a slice": lambda texts: pa.concat_arrays([pa.array(["odd", None]), texts, texts]).slice(
        2, len(texts)
    ),
    "a dictionary's slice": lambda texts: (
        pa.concat_arrays([pa.array(["odd"]), texts]).dictionary_encode().slice(1)
    ),
    "pieces": lambda texts: pa.chunked_array([texts.slice(0, 3), texts.slice(3)]),
    "single cells": lambda texts: pa.chunked_array(
        [texts.slice(place, 1) for place in range(len(texts))], pa.string()
    ),
    "pieces with dictionaries of their own": lambda texts: pa.chunked_array(
        [texts.slice(3).dictionary_encode(), texts.slice(0, 3).dictionary_encode()]
    ),
}


def pairs(column: Arrow) -> list[tuple[int, int]]:
    first, second = hash128(column)
    assert first.dtype == second.dtype == np.uint64
    assert len(first) == len(second) == len(column)
    return list(zip(first.tolist(), second.tolist(), strict=True))


@given(TEXTS)
def test_pairs_are_equal_where_texts_are_and_nowhere_else(texts: list[str | None]) -> None:
    texts = [*texts, *ALIKE, None]
    hashes = pairs(pa.array(texts))
    assert len(set(hashes)) == len(set(texts))
    assert len(set(zip(texts, hashes, strict=True))) == len(set(texts))


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=15)
@given(TEXTS)
def test_the_form_of_a_column_does_not_count(form: str, texts: list[str | None]) -> None:
    texts = [*texts, *ALIKE, None]
    alone = {text: pairs(pa.array([text], pa.string()))[0] for text in set(texts)}
    column = FORMS[form](pa.array(texts))
    assert pairs(column) == [alone[text] for text in column.to_pylist()]


@pytest.mark.parametrize("kind", [pa.string(), pa.dictionary(pa.int32(), pa.string())])
@pytest.mark.parametrize("cells", [[], [None], [None, None]])
def test_nothing_hashes_to_zeros(kind: pa.DataType, cells: list[None]) -> None:
    column = pa.array(cells, kind)
    assert pairs(column) == [(0, 0)] * len(cells)
    assert pairs(pa.chunked_array([column], kind)) == [(0, 0)] * len(cells)
    assert pairs(pa.chunked_array([], kind)) == []


def test_each_half_tells_texts_apart_by_itself() -> None:
    words = ["".join(letters) for letters in itertools.product("ab0\0", repeat=8)]
    keys = [f"KH{number:06}" for number in range(100_000)]
    twins = [f"{left}{' ' * 8}{right}" for left in words[:300] for right in words[:300]]
    texts = pa.array([*words, *keys, *twins])
    for half in hash128(texts):
        assert len(np.unique(half)) == len(texts)


def test_every_bit_of_a_half_depends_on_every_letter() -> None:
    text = "Nguyễn Thị Minh Khai, Quận 1, Thành phố Hồ Chí Minh, Việt Nam, 70000"
    changed = [text[:place] + "~" + text[place + 1 :] for place in range(len(text))]
    for half in hash128(pa.array([text, *changed])):
        flipped = [int(other ^ half[0]).bit_count() for other in half[1:]]
        assert min(flipped) > 10
        assert int(np.bitwise_or.reduce(half[1:] ^ half[0])).bit_count() == 64


def test_halves_have_nothing_to_do_with_each_other() -> None:
    first, second = hash128(pa.array([f"09{number:08}" for number in range(50_000)]))
    shares = np.unpackbits((first ^ second).view(np.uint8).reshape(-1, 8), axis=1).mean(axis=0)
    assert shares == pytest.approx(0.5, abs=0.02)


def test_a_very_long_text_among_short_ones() -> None:
    long = "Đường " * 200_000
    texts = [long, "a", None, long + "!", "!" + long, long, *map(str, range(40_000))]
    assert len(set(pairs(pa.array(texts)))) == len(set(texts))


def test_the_hashes_are_the_same_in_every_process() -> None:
    texts = ["KH001", "Nguyễn Văn An", "", "x" * 100]
    code = f"import pyarrow as pa; from pangoprep.columns.hashing import hash128 as h; \
print([half.tolist() for half in h(pa.array({texts!r}))])"
    printed = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert printed.strip() == str([half.tolist() for half in hash128(pa.array(texts))])


@pytest.mark.parametrize(
    "column", [pa.array([1]), pa.array([b"a"]), pa.array([1]).dictionary_encode()]
)
def test_only_texts_are_hashed(column: pa.Array) -> None:
    with pytest.raises(TypeError, match="only texts can be hashed, not"):
        hash128(column)
