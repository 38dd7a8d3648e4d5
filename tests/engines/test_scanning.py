"""``pp.scan_dask`` gives the rows of ``pp.read``, with their numbers, however a file is cut."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import OptionError, ReadError
from pangoprep.reading.text import delimited

DATA = Path(__file__).parents[2] / "data"
ROWS = [
    'C1,"Số 1\nLê Lợi",0912345678',
    'C2,"a ""b"", c",0912345679',
    "C3,,",
    "",
    "C4,Nguyễn Huệ,0912345680",
    'C5,"\r\nhai dòng\r\n",1',
    'C6,5" ống,2',
    'C7, "An, Bình" ,3',
    "C8,x,4,thừa",
]

# Windows-1258 writes tones as letters of their own.
TONES = {
    "ã": "a\u0303", "ị": "i\u0323", "ỉ": "i\u0309", "ố": "ô\u0301", "ợ": "ơ\u0323",
    "ễ": "ê\u0303", "ệ": "ê\u0323", "Ố": "Ô\u0301", "ừ": "ư\u0300", "ì": "i\u0300",
    "ò": "o\u0300",
}  # fmt: skip


def assert_same(frame: Any, path: Path, **how: Any) -> None:
    whole = pp.read(path, **how)
    found = frame.compute()
    pd.testing.assert_frame_equal(found, whole, check_index_type=False)
    told = [part.compute().attrs["pangoprep.source"] for part in frame.partitions]
    noted = [one for part in told for one in part.get("row_notes", [])]
    rules = {note[1] for note in whole.attrs["pangoprep.source"].get("row_notes", [])}
    assert {note[1] for note in noted} == rules


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1258", "utf-16"])
@pytest.mark.parametrize("blocksize", [1, 50, 300, 1 << 20])
def test_rows_are_cut_where_they_end(
    tmp_path: Path, end: str, encoding: str, blocksize: int
) -> None:
    path = tmp_path / "a.csv"
    text = end.join(["Mã KH,Địa chỉ,SĐT", *ROWS * 9]) + end
    how = {}
    if encoding == "cp1258":
        text, how = "".join(TONES.get(letter, letter) for letter in text), {"encoding": encoding}
    path.write_bytes(text.encode(encoding))
    assert_same(pp.scan_dask(path, blocksize=blocksize, **how), path, **how)


@pytest.mark.parametrize("blocksize", [1, 300, 1 << 20])
def test_as_many_partitions_as_the_size_says(tmp_path: Path, blocksize: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["Mã KH,Địa chỉ,SĐT", *ROWS[:5] * 9]), "utf-8")
    least = {1: 45, 300: 3, 1 << 20: 1}[blocksize]
    assert least <= pp.scan_dask(path, blocksize=blocksize).npartitions <= least + 1


@pytest.mark.parametrize("block_size", [200, 64])
def test_small_blocks_are_cut_alike(
    tmp_path: Path, block_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["Mã KH,Địa chỉ,SĐT", *[*ROWS[:6], ROWS[7]] * 9]), "utf-8")
    whole = pp.read(path)
    monkeypatch.setattr(delimited, "_BLOCK_SIZE", block_size)
    for blocksize in (1, 100, 10_000):
        found = pp.scan_dask(path, blocksize=blocksize).compute()
        pd.testing.assert_frame_equal(found, whole, check_index_type=False)


def test_the_sample_gives_the_report_of_one_frame(tmp_path: Path) -> None:
    path = DATA / "customers_messy.csv"
    frame = pp.scan_dask(path, blocksize=20_000)
    assert frame.npartitions > 5
    assert_same(frame, path)
    report = frame.pango.validate(folder=tmp_path / "report")
    whole = pp.read(path).pango.validate()
    assert report.facts == whole.facts
    pd.testing.assert_frame_equal(report.rows.compute(), whole.rows)
    assert len(report.held.compute()) == whole.n_held


def test_broken_rows_are_held_as_they_are_in_one_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["Mã KH,Họ tên,SĐT", *ROWS * 9]), "utf-8")
    report = pp.scan_dask(path, blocksize=100).pango.validate(folder=tmp_path / "report")
    whole = pp.read(path).pango.validate()
    assert "row.surplus_cells" in whole.summary()["rule"].to_list()
    assert report.facts == whole.facts


def test_parquet_is_taken_by_row_groups(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame = pd.DataFrame({"Mã KH": range(100), "Ngày": pd.Timestamp("2024-02-03")})
    frame.to_parquet(path, row_group_size=30)
    scanned = pp.scan_dask(path, blocksize=1)
    assert scanned.npartitions == 4
    assert_same(scanned, path)
    assert pp.scan_dask(path).npartitions == 1


def test_what_is_packed_is_one_partition_and_a_folder_many(tmp_path: Path) -> None:
    folder = tmp_path / "xuất"
    folder.mkdir()
    text = "Mã KH,Họ tên,SĐT\n" + "C1,An,0912345678\n" * 20
    (folder / "a.csv").write_text(text, "utf-8")
    (folder / "b.csv.gz").write_bytes(gzip.compress(text.encode()))
    scanned = pp.scan_dask(folder, blocksize=100)
    assert scanned.npartitions > 2
    found, whole = scanned.compute(), pp.read(folder)
    assert found.to_numpy().tolist() == whole.to_numpy().tolist()
    assert found.index.to_list() == whole.index.to_list()
    report = scanned.pango.validate(folder=tmp_path / "report")
    assert report.facts == whole.pango.validate().facts


def test_a_workbook_is_one_partition() -> None:
    books = sorted(DATA.glob("*.xlsx"))
    assert books
    frame = pp.scan_dask(books[0], sheet=0)
    assert frame.npartitions == 1
    assert_same(frame, books[0], sheet=0)


def test_a_file_that_changes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Mã KH,SĐT\nC1,0912345678\n", "utf-8")
    frame = pp.scan_dask(path)
    path.write_text("Mã KH,SĐT\nC1,0912345678\nC2,0912345679\n", "utf-8")
    with pytest.raises(ReadError, match="changed since it was cut"):
        frame.compute()


@pytest.mark.parametrize("blocksize", [0, -1, 2.5, True, "64MB"])
def test_what_is_no_size_is_said(tmp_path: Path, blocksize: Any) -> None:
    with pytest.raises(OptionError, match="blocksize"):
        pp.scan_dask(tmp_path, blocksize=blocksize)
