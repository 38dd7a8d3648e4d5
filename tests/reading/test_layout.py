"""Where the headers are, and that a record is none."""

from __future__ import annotations

import re

import pytest

from pangoprep.errors import ReadError
from pangoprep.reading.layout import find_header


def rows(text: str) -> dict[int, list[str]]:
    return {n: line.split(",") for n, line in enumerate(text.splitlines(), 1) if line}


@pytest.mark.parametrize(
    "text",
    [
        "NV01,,A,A,Nam\nNV02,,B,A,Nữ\nNV03,,C,B,Nam",
        "NV01,,A,A,,\nNV02,,B,A,,\nNV03,,B,C,,",
        "C1,Nguyễn An,Hà Nội\nC2,Trần Bình,Huế\nC3,Lê Chi,Đà Nẵng",
        "NV01,,A,A\nNV02,,B,A",
        "Nguyễn An,Nam\nTrần Bình,Nữ\nLê Chi,Nam",
        "An,KH-001\nBình,KH-002",
        "Lô 7,An\nLô 8,Bình",
        "Nguyễn Kín,0912 345 678\nLê Mật,098x\nTrần A,1234",
        "Lê Mật,098x\nTrần A,0912345678\nVõ B,không có\nHồ C,+84 912 345 678 (mẹ)",
    ],
)
def test_a_record_is_no_header(text: str) -> None:
    with pytest.raises(
        ReadError, match=r"has no row of headers: row 1 is a record like .*header=0"
    ):
        find_header(rows(text), "a.csv")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Mã KH,Tên,SĐT\nC1,An,09", 1),
        ("Cột A,Cột B\nx,y\nz,w", 1),
        ("Kích cỡ,Màu\nM,đỏ\nL,xanh", 1),
        ("Q1,Q2,Q3\n12,13,14\n15,16,17", 1),
        ("DANH SÁCH,,\n,,\nSize,Màu,Kho\nM,đỏ,K1\nL,xanh,K2", 3),
        ("Báo cáo 06/2026,,\nSize,Màu,Kho\nM,đỏ,K1", 2),
        ("Khách,Khách,Thân,Thân\nMã,Tên,Mã,Tên\nC1,An,C2,Bình\nC3,Chi,C4,Dũng", 2),
        ("Loại,12 tháng\nx,120\ny,130", 1),
        ("Tháng 6,\nNăm 2026,\nSize,Màu\nM,đỏ\nL,xanh", 3),
    ],
)
def test_words_over_other_values_are_headers(text: str, number: int) -> None:
    assert find_header(rows(text), "a.csv") == number


def test_no_row_of_words_is_said() -> None:
    with pytest.raises(ReadError, match=re.escape("no row of headers among its first 40 rows")):
        find_header(rows("C1,0912345678\nC2,0912345679"), "a.csv")
