"""Workbooks of Excel 97, as they are and with records that claim too much."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from pangoprep.errors import ReadError
from pangoprep.reading import read
from pangoprep.reading.excel.xls_cells import check_xls

XLS = Path(__file__).parent / "data" / "excel_97.xls"
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF


def test_an_xls_is_read() -> None:
    frame = read(XLS)
    assert frame.columns.tolist() == ["Mã KH", "Họ và tên", "SĐT", "Ngày sinh"]
    assert frame.to_numpy().tolist() == [["C1", "Nguyễn Văn An", "912345678", "1988-06-15"]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # The date in row 1, column 3: its record's kind, length, row and column.
        (struct.pack("<HHHH", 0x027E, 10, 1, 3), struct.pack("<HHHH", 0x027E, 10, 1, 256)),
        # The sheet's dimensions.
        (
            struct.pack("<HHIIHH", 0x0200, 14, 0, 2, 0, 4),
            struct.pack("<HHIIHH", 0x0200, 14, 0, 1 << 30, 0, 4),
        ),
    ],
)
def test_a_cell_where_there_can_be_none_is_refused(
    tmp_path: Path, before: bytes, after: bytes
) -> None:
    content = XLS.read_bytes()
    assert content.count(before) == 1
    path = tmp_path / "far.xls"
    path.write_bytes(content.replace(before, after))
    with pytest.raises(ReadError, match="65,536 rows and 256 columns"):
        read(path)


def small_compound(stream: bytes) -> bytes:
    """Make a compound file whose workbook is so small that it stands in the mini stream."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHH", header, 28, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 44, 1, 1)  # one sector of the table; the directory's sector
    struct.pack_into("<IIIII", header, 56, 4096, 2, 1, _END, 0)
    struct.pack_into("<109I", header, 76, 0, *[_FREE] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, _END, _END, _END, *[_FREE] * 124)
    directory = bytearray(512)
    for place, (label, start, length) in enumerate(
        [("Root Entry", 3, 512), ("Workbook", 1, len(stream))]
    ):
        name = (label + "\0").encode("utf-16-le")
        directory[place * 128 : place * 128 + len(name)] = name
        struct.pack_into("<H", directory, place * 128 + 64, len(name))
        struct.pack_into("<II", directory, place * 128 + 116, start, length)
    n_minis = -(-len(stream) // 64)
    minis = [_FREE, *range(2, n_minis + 1), _END]
    mini_table = struct.pack("<128I", *minis, *[_FREE] * (128 - len(minis)))
    return bytes(header + table + directory + mini_table + bytes(64) + stream.ljust(448, b"\0"))


def test_a_small_workbook_is_looked_into_too() -> None:
    several = struct.pack("<HH", 0x00BD, 18) + struct.pack("<HH12xH", 3, 250, 251)
    check_xls(small_compound(several), "a")
    wide = struct.pack("<HH", 0x00BD, 18) + struct.pack("<HH12xH", 3, 250, 300)
    with pytest.raises(ReadError, match="256 columns"):
        check_xls(small_compound(several * 3 + wide), "a")


def test_damage_and_loops_end() -> None:
    content = XLS.read_bytes()
    for length in (0, 40, 600, 1500):
        with pytest.raises(ReadError, match="damaged"):
            check_xls(content[:length], "a")
    looped = bytearray(small_compound(b"x" * 400))
    struct.pack_into("<I", looped, 512 + 4, 1)  # the directory follows itself
    check_xls(bytes(looped), "a")
