"""Keys that differ only in how they are written fold to one text, and no others do."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.steps.folding import fold


def folded(*keys: str | None) -> list[str | None]:
    texts: list[str | None] = fold(pa.array(keys, pa.large_string())).to_pylist()
    return texts


@pytest.mark.parametrize(
    "keys",
    [
        ("KH001", "kh001", "KH-001", "KH 001", "KH_001", "kh.001", "Kh/001", "(KH001)", "KH1"),
        ("00123", "123", "0123"),
        ("KH-001-02", "kh 001 02", "KH001/2", "KH - 001 - 02"),
        ("9704114292621098", "9704 1142 9262 1098", "9704-1142-9262-1098"),
        ("0912345678", "0912 345 678", "0912.34.56.78", "912345678"),
        ("2024-01-15", "20240115", "2024/01/15"),
        ("#1001", "1001", "1001."),
        ("ＫＨ００１", "KH001"),
        ("KHÁCH-01", "khach01", "Khách 1"),
        ("ĐN01", "DN01", "đn-1"),
        ("An.Le@Congty.vn", "an.le@congty.vn"),
        ("0", "000", "00"),
        ("a1-b02-c003", "A1B2C3", "A1 B02 C3"),
        ("550e8400-e29b-41d4", "550E8400-E29B-41D4"),
    ],
)
def test_one_key_written_in_several_ways(keys: tuple[str, ...]) -> None:
    assert len(set(folded(*keys))) == 1, folded(*keys)


@pytest.mark.parametrize(
    "keys",
    [
        ("KH001", "KH010", "KH100", "KH0011", "KH", "KHA001", "HK001"),
        ("1-11", "11-1", "111", "1-1-1"),
        ("123-1", "1231", "12-31"),
        ("HD000123.01", "HD012301", "HD00012301x"),  # a part of a bill, and a bill
        ("1.5", "15", "1.05x"),
        ("A", "A+", "A&", "A%"),
        ("an.le@congty.vn", "anle@congty.vn", "an-le@congty.vn"),
        ("0018Z00002abcDE", "0018Z00002abcDe"),  # Salesforce: capitals count
        ("dQw4w9WgXcQ", "dQw4w9WgXcq"),
        ("https://a.vn/Anh-1", "https://a.vn/anh-1", "https://a.vn/Anh1"),
        ("---", "+", "&"),
        ("", "0"),
        ("ка1", "ka1"),  # Cyrillic
    ],
)
def test_other_keys_stay_apart(keys: tuple[str, ...]) -> None:
    assert len(set(folded(*keys))) == len(keys), folded(*keys)


def test_null_stays_null_and_slices_do_not_count() -> None:
    assert folded(None, "A-1", None) == [None, "A1", None]
    some = pa.array(["x", "KH-001", None, "kh1", "y"], pa.large_string()).slice(1, 3)
    assert fold(some).to_pylist() == ["KH1", None, "KH1"]
    assert fold(pa.chunked_array([some, some])).to_pylist() == ["KH1", None, "KH1"] * 2
    assert fold(pa.array([], pa.string())).to_pylist() == []


@given(st.lists(st.text(alphabet="0019aAB-. +@Đé_", max_size=14), max_size=8))
def test_each_key_is_folded_as_if_it_were_alone(keys: list[str]) -> None:
    assert folded(*keys) == [folded(key)[0] for key in keys]


@given(
    st.from_regex(r"\A[A-Z]{1,4}[1-9][0-9]{0,6}\Z"),
    st.sampled_from(["", "-", " ", "_", ".", "/", " - "]),
    st.integers(0, 6),
)
def test_case_signs_and_zeros_between_letters_and_a_number_do_not_count(
    key: str, sign: str, n_zeros: int
) -> None:
    letters = key.rstrip("0123456789")
    other = f"{letters.lower()}{sign}{'0' * n_zeros}{key[len(letters) :]}"
    assert folded(other) == folded(key)
