"""Files made to hurt, or broken: one clear error, bounded memory, nothing executed."""

from __future__ import annotations

import gzip
import os
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from pangoprep.errors import ReadError
from pangoprep.reading import read, scan
from tests import forking

HEADER = "Mã KH,Tên\n".encode()
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

# Runs in a process of its own, so that its memory can be bounded for real.
_BOUNDED = """
import resource, sys
import pangoprep
from pangoprep.reading import read, scan
used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30), -1))
try:
    for frame in scan(sys.argv[1]):
        pass
    print("read")
except pangoprep.PangoprepError as error:
    print(error)
"""


def in_bounds(path: Path) -> str:
    done = forking.run([sys.executable, "-c", _BOUNDED, path])
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    block = gzip.compress(b"1,2\n" * (1 << 20))
    path.write_bytes(gzip.compress(b"Ma KH,Ten\n") + block * 75)
    assert "zip bomb" in in_bounds(path)


def test_a_workbook_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("A").write("A1", "x")
    content = bytearray(path.read_bytes())
    place = content.find(b"PK\x01\x02")
    while place >= 0:  # every member says that it unpacks to nearly 4 GiB
        content[place + 24 : place + 28] = b"\xfe\xff\xff\xff"
        place = content.find(b"PK\x01\x02", place + 1)
    path.write_bytes(content)
    with pytest.raises(ReadError, match="zip bomb"):
        read(path)


def test_a_sheet_with_a_cell_in_the_last_corner_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("A")
        sheet.write("A1", "Mã KH")
        sheet.write("XFD1048576", "far")
    assert "reaches to row 1,048,576 and column 16,384" in in_bounds(path)


@pytest.mark.parametrize(
    ("rows", "relation"),
    [
        ('<x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>', "sheet1.xml"),
        ("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>", "sheet1.xml"),
        ('<row r="1048576">' + "<c><v>1</v></c>" * 16_384 + "</row>", "sheet1.xml"),
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "../worksheets/SHEET1.xml"),
    ],
)
def test_a_far_cell_is_found_however_it_is_written(
    tmp_path: Path, rows: str, relation: str
) -> None:
    made, path = tmp_path / "made.xlsx", tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("A").write("A1", "Mã KH")
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(path, "w") as archive:
        for name in before.namelist():
            content = before.read(name).decode()
            content = content.replace("</sheetData>", f"{rows}</sheetData>")
            content = content.replace("<worksheet ", f'<worksheet xmlns:x="{_SPREADSHEET}" ')
            content = content.replace("worksheets/sheet1.xml", f"worksheets/{relation}")
            archive.writestr(name, content)
    said = in_bounds(path)
    assert "which no table does" in said or "is no xlsx" in said


def test_too_many_texts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        with archive.open("xl/sharedStrings.xml", "w") as texts:
            for _ in range(600):
                texts.write(b"<si><t>x</t></si>" * (1 << 16))
    assert "zip bomb" in in_bounds(path)


def test_a_far_cell_on_one_of_several_sheets_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("A").write("A1", "Mã KH")
        book.add_worksheet("B").write("XFD1048576", "far")
    assert "Sheet 'B' of a.xlsx reaches to row 1,048,576" in in_bounds(path)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"mimetype": "", "content.xml": "<office:document-content/>"}, "OpenDocument file"),
        ({"[Content_Types].xml": "", "xl/workbook.bin": ""}, "binary Excel workbook"),
    ],
)
def test_kinds_of_workbook_that_cannot_be_checked_are_refused(
    tmp_path: Path, members: dict[str, str], words: str
) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(ReadError, match=words) as caught:
        read(path)
    assert "save it as xlsx" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "begin", "endless", "words"),
    [
        ("wide.csv", b"", b",", "cells; 16,384 is the most"),
        ("long.csv", b"a,b\n", b"x", "more than 8,388,608 bytes"),
        ("first.csv", b"", b"x", "begins with a row of more than 262,144 bytes"),
        ("quote.csv", b'a,b\n1,2\n"', b"x", "more than 8,388,608 bytes"),
        ("zero.csv", b"", b"\0", "is not text"),
        ("line.jsonl", b'{"a": "', b"x", "longer than"),
    ],
)
def test_endless_rows_are_refused_within_bounds(
    tmp_path: Path, name: str, begin: bytes, endless: bytes, words: str
) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(begin)
        for _ in range(300):
            file.write(endless * 1_000_000)
    assert words in in_bounds(path)
    path.unlink()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"  \n ,\n", "is empty"),
        ("a.csv", b"Ma KH,Ten\nC1,A\0n\n", "zero bytes"),
        ("a.json", b'{\n"data": [\n{"a": 1}]}', "Write one object per line"),
        ("a.csv.gz", gzip.compress(b"PK\x05\x06" + bytes(18), mtime=0), "zip archive"),
        ("a.xlsx", b"PK\x03\x04 not a zip", "damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "no xls workbook"),
        ("a.xls", b"<html><body>x</body></html>", "web page without a table"),
        ("a.xls", b"<?xml version='1.0'?><data/>", "XML of a kind that holds no table"),
        ("a.parquet", b"PAR1" + bytes(100), "no Parquet"),
        ("a.csv.gz", b"\x1f\x8b" + bytes(100), "cannot be read"),
        ("a.csv", b"\xff\xfe\x00", "is empty"),
        ("a.csv", HEADER + b"C1,\xff\n" * 3, "encoding"),
        ("a.csv", HEADER + (b"C1,An\n" * 9 + b"C1,\xff\n" * 9) * 9_999, "name its encoding"),
        ("a.csv", HEADER + "C1,Đỗ Đức\n".encode() + b"C1,\xff\n" * 3, "not UTF-8 throughout"),
        ("a.csv", b"Ma KH,T\xffn\n" + "C1,Đỗ Đức\n".encode() * 9, "not UTF-8 throughout"),
    ],
)
def test_broken_files_give_one_clear_error(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / f"Bảng kê {name}"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=words) as caught:
        read(path)
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.__cause__ is None


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="There is no file"):
        read(tmp_path / "absent.csv")
    with pytest.raises(ReadError, match="no file to read"):
        read(tmp_path)
    with pytest.raises(ReadError, match="no file to read"):
        read(tmp_path / "*.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ReadError, match="neither a file nor a folder"):
        read(tmp_path / "pipe.csv")


def test_a_file_with_a_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "Mã KH,Tên\n")
    content = bytearray(path.read_bytes())
    for place in (content.find(b"PK\x03\x04") + 6, content.find(b"PK\x01\x02") + 8):
        content[place] |= 1
    path.write_bytes(content)
    with pytest.raises(ReadError, match="password"):
        read(path)


def test_macros_and_links_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsm"
    (tmp_path / "vba.bin").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with xlsxwriter.Workbook(path) as book:
        book.add_vba_project(str(tmp_path / "vba.bin"))
        sheet = book.add_worksheet("A")
        sheet.write_row("A1", ["Mã KH", "Tên"])
        sheet.write_formula("A2", "='[http://127.0.0.1:9/x.xlsx]S'!A1", value="C1")
        sheet.write_formula("B2", '=HYPERLINK("file:///etc/passwd")', value="An")
    frame = read(path)
    assert frame.to_numpy().tolist() == [["C1", "An"]]
    assert frame.attrs["pangoprep.source"]["notes"] == [
        "The workbook has macros; they are left alone."
    ]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Mã KH,Tên\n" + "C1,An\n" * 10, encoding="utf-8")
    frames = scan(path, rows=4)
    assert len(next(frames)) == 4
    with path.open("a") as file:
        file.write("C2,An\n")
    with pytest.raises(ReadError, match="was changed while it was read"):
        list(frames)
    frames = scan(path, rows=4)
    next(frames)
    other = tmp_path / "b.csv"
    other.write_bytes(path.read_bytes())
    other.replace(path)
    with pytest.raises(ReadError, match="was changed while it was read"):
        list(frames)


def test_a_zip_within_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("b.zip", b"PK\x03\x04")
    with pytest.raises(ReadError, match="holds an archive"):
        read(path)
