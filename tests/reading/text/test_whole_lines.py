"""Tables whose lines were quoted as a whole, and tables that only look so."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pangoprep.reading import read, scan
from pangoprep.reading.pieces import SOURCE

PLAIN = 'Mã KH,Họ tên,SĐT\nC1,"Nguyễn, An",0912345678\nC2,"Trần ""Tí"" Bình",0912345679\nC3,Chi,\n'


def quoted(text: str, end: str = "\n") -> str:
    lines = ['"' + line.replace('"', '""') + '"' for line in text.splitlines()]
    return end.join(lines) + end


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("before", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_quotes_around_whole_lines_are_taken_off(
    tmp_path: Path, end: str, before: str, delimiter: str
) -> None:
    plain = PLAIN.replace(",", delimiter)
    (tmp_path / "a.csv").write_bytes(plain.encode())
    (tmp_path / "b.csv").write_bytes((before + quoted(plain, end)).encode())
    expected, found = read(tmp_path / "a.csv"), read(tmp_path / "b.csv")
    assert found.equals(expected)
    assert found.index.tolist() == [2, 3, 4]
    assert "Each line stood in quotes" in found.attrs[SOURCE]["notes"][0]
    assert "notes" not in expected.attrs[SOURCE]


def test_a_large_packed_file_is_read_in_parts(tmp_path: Path) -> None:
    lines = ["Mã KH,Họ tên,SĐT", *(f'C{n},"Nguyễn, An",09{n:08}' for n in range(30_000))]
    text = "\n".join(lines)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(quoted(text).encode()))
    frames = list(scan(tmp_path / "a.csv.gz", rows=7_000))
    assert sum(map(len, frames)) == 30_000
    assert frames[-1].iloc[-1].tolist() == ["C29999", "Nguyễn, An", "0900029999"]
    assert frames[-1].index[-1] == 30_001


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('"Địa chỉ"\n"12 Lê Lợi, Quận 1"\n"5 Lê Lai, Quận 3"\n', [["12 Lê Lợi, Quận 1"]]),
        ('"Mã KH","Tên"\n"C1","An"\n"C2","Bình"\n', [["C1", "An"]]),
        ('"Mã KH","Tên, họ"\n"C1","An"\n', [["C1", "An"]]),
    ],
)
def test_what_only_looks_so_stays(tmp_path: Path, text: str, rows: list[list[str]]) -> None:
    (tmp_path / "a.csv").write_text(text, "utf-8")
    assert read(tmp_path / "a.csv").to_numpy().tolist()[:1] == rows


def test_one_line_that_is_not_quoted_stays_as_it_is(tmp_path: Path) -> None:
    text = quoted(PLAIN + "C4,Dung,0912345670\n" * 20) + "C5,Em,0912345671\n"
    (tmp_path / "a.csv").write_text(text, "utf-8")
    frame = read(tmp_path / "a.csv")
    assert len(frame) == 24
    assert frame.iloc[-1].tolist() == ["C5", "Em", "0912345671"]
