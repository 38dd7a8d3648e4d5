"""The cheap ways to read a value give what the full way gives."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pangoprep as pp
from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.base import Context, Normalized
from pangoprep.normalizers.date.fixed import read_fixed
from pangoprep.normalizers.date.forms import read_parts
from pangoprep.normalizers.words import unmarked

sys.path.insert(0, str(Path(__file__).parents[2] / "data"))
from generate import customers

FIELDS = pp.CustomerIdentity.fields()


def context(field: str, length: int, **options: object) -> Context:
    given_options = pp.Options(today=dt.date(2026, 11, 21), **options)
    ones = np.ones(length, dtype=np.int64)
    return Context(given_options, FIELDS[field].parameters, ones, 7 * ones)


def said(result: Normalized) -> list[tuple[object, frozenset[tuple[str, object]]]]:
    """Return the value and the flags, with their suggestions, of every cell."""
    flags: list[set[tuple[str, object]]] = [set() for _ in range(len(result.values))]
    for flag in result.flags:
        suggested = flag.suggestions.to_pylist() if flag.suggestions is not None else None
        for order, place in enumerate(flag.places):
            flags[place].add((flag.rule, suggested[order] if suggested else None))
    return list(zip(result.values.to_pylist(), map(frozenset, flags), strict=True))


def both_ways(field: str, cells: list[str | None], **options: object) -> None:
    values = pa.array(cells, type=TEXT)
    normalizer = NORMALIZERS[FIELDS[field].normalizer]
    given_context = context(field, len(cells), **options)
    assert said(normalizer(values, given_context)) == said(
        normalizer.normalize(values, given_context)
    )


@pytest.mark.parametrize("field", ["customerId", "phone", "email", "fullName", "address"])
def test_the_sample_reads_the_same_both_ways(field):
    place = {"customerId": 0, "fullName": 1, "phone": 2, "email": 3, "address": 7}[field]
    cells = customers(20_000, seed=5).iloc[:, place].drop_duplicates()
    both_ways(field, [cell if isinstance(cell, str) else None for cell in cells])


PHONE_LIKE = st.from_regex(r"\A[+(]?[0-9][0-9 .()+-]{6,16}(\.0)?\Z")
MOBILE_LIKE = st.from_regex(r"\A(\+84|84|0084|0|\+840|)[ .(-]?[1-9][0-9]{1,2}[ .)-]?[0-9]{6,8}\Z")
OLD_MOBILE = st.from_regex(
    r"\A'?0(12[0-9]|16[2-9]|18[0-9]|19[09])[ .]?[0-9]{3}[ .]?[0-9]{4}(\.0)?\Z"
)
FIXED_LINE = st.from_regex(r"\A'?\(?0?2[0-9]{1,2}[)]? ?[0-9]{4} ?[0-9]{3,4}(\.0)?\Z")


@given(cells=st.lists(PHONE_LIKE | MOBILE_LIKE | OLD_MOBILE | FIXED_LINE, min_size=1, max_size=20))
@pytest.mark.parametrize("form", ["national", "e164"])
def test_phones_read_the_same_both_ways(cells, form):
    both_ways("phone", cells, phone_format=form)


ADDRESS_LIKE = st.from_regex(
    r"\A ?[a-zA-Z0-9._-]{1,9}@[a-zA-Z0-9.-]{1,6}\.(com|vn|COM|test|local|c|invalid) ?\Z"
)


@given(cells=st.lists(ADDRESS_LIKE, min_size=1, max_size=20))
def test_addresses_read_the_same_both_ways(cells):
    both_ways("email", cells)


@given(cells=st.lists(st.text(alphabet="aA1 ă.Ã\u00a0@_-", max_size=12), min_size=1, max_size=20))
@pytest.mark.parametrize("field", ["customerId", "email", "fullName"])
def test_texts_read_the_same_both_ways(cells, field):
    both_ways(field, cells)


@pytest.mark.parametrize(
    "word", ["không có", "khong co", "chưa rõ", "thiếu dữ liệu", "N/A", "null"]
)
def test_null_words_are_no_canonical_names(word):
    both_ways("fullName", [word, word.upper(), word.title()])


TWO_DIGITS = st.integers(0, 99)
YEARS = st.integers(0, 9999)
TIMES = st.sampled_from(["", " 13:45:30", "T13:45:30", " 00:00:00", " 24:00:00", " 23:59"])
ENDS = st.sampled_from(["", "Z"])


@st.composite
def fixed(draw: st.DrawFn) -> str:
    a, b, year = draw(TWO_DIGITS), draw(TWO_DIGITS), draw(YEARS)
    sign = draw(st.sampled_from("/-."))
    short = f"{a:02}{sign}{b:02}{sign}{year:04}"
    day = draw(st.sampled_from([short, f"{year:04}{sign}{a:02}{sign}{b:02}"]))
    return day + draw(TIMES) + draw(ENDS)


@given(cells=st.lists(fixed(), min_size=1, max_size=20))
def test_fixed_layouts_are_read_as_the_patterns_read_them(cells):
    values = pa.array(cells, type=TEXT)
    quick = {place: part for part in read_fixed(values) for place in _parts_at(part)}
    full = {place: part for part in read_parts(unmarked(values)) for place in _parts_at(part)}
    read = {key: value for part in read_fixed(values) for key, value in _parts_at(part).items()}
    expected = {
        key: value
        for part in read_parts(unmarked(values))
        for key, value in _parts_at(part).items()
    }
    assert set(quick) <= set(full)
    assert read == {place: expected[place] for place in read}


def _parts_at(parts) -> dict[int, tuple[object, ...]]:
    columns = (parts.year, parts.first, parts.second, parts.time_ms, parts.time_real,
               parts.offset_ms, parts.has_offset, parts.short_year)  # fmt: skip
    return {
        int(place): (parts.undecided, *(column[row].item() for column in columns))
        for row, place in enumerate(np.flatnonzero(parts.where))
    }
