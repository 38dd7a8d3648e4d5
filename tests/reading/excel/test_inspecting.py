"""What a workbook holds beside values: formulas nobody calculated, hidden rows, wrong extents."""

from __future__ import annotations

import datetime as dt
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from pangoprep.errors import ReadError
from pangoprep.reading import read
from pangoprep.reading.pieces import SOURCE

DATA = Path(__file__).parent / "data"
HEADER = ["Mã KH", "Ngày sinh", "SĐT"]


def cells(frame: Any) -> list[list[str]]:
    return frame.fillna("").values.tolist()


def made(tmp_path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def changed(path: Path, change: Callable[[str], str], part: str = "sheet1.xml") -> Path:
    """Change one part of a workbook as another program could have written it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if name.endswith(part):
                after = change(content.decode("utf-8"))
                assert after != content.decode("utf-8")
                archive.writestr(name, after)
            else:
                archive.writestr(name, content)
    return path


def test_formulas_of_openpyxl_are_not_calculated(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        ["C1", "=DATE(1988,6,15)", '="0"&912345678'],
        ["C2", dt.date(1988, 6, 15), "=TenKhach"],
        ["C3", '=VLOOKUP(A4,Sheet2!A:B,2,0)&"<>"', None],
    )
    frame = read(path)
    assert cells(frame) == [
        ["C1", "=DATE(1988,6,15)", '="0"&912345678'],
        ["C2", "1988-06-15", "=(TenKhach)"],
        ["C3", '=VLOOKUP(A4,Sheet2!A:B,2,0)&"<>"', ""],
    ]
    frame.insert(1, "Họ tên", "An")
    report = frame.pango.validate("customer-identity")
    found = report.findings
    assert (found["rule"] == "cell.formula_not_calculated").sum() == 4
    assert report.n_held == 3


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B2"><f>A1</f></c>', "=A1"),
        ('<c r="B2"><f>A1</f><v/></c>', "=A1"),
        ('<c r="B2" s="0"><f>A1</f><v></v></c>', "=A1"),
        ('<c r="B2" t="n"><f>A1&amp;"&lt;"</f><v></v></c>', '=A1&"<"'),
        ('<c r="B2"><f t="shared" si="0"/></c>', "=(shared formula)"),
        ('<c r="B2"><f t="array" ref="B2">SUM(A1:A9)</f> <v/> </c>', "=SUM(A1:A9)"),
        ('<c r="B2" t="str"><f>A1</f></c>', "=A1"),
        ('<c r="B2" t="str"><f>A1</f><v></v></c>', ""),
        ('<c r="B2" t="str"><f>A1</f><v/></c>', ""),
        ('<c r="B2" t="str"><f>A1</f><v xml:space="preserve"></v></c>', ""),
        ('<c r="B2" t="str"><f>A1</f><v>An</v></c>', "An"),
        ('<c r="B2"><f>A1</f><v>0</v></c>', "=A1"),  # openpyxl asks to calculate when opened
        ('<c r="B2"><f>A1</f><v>7</v></c>', "7"),
        ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="B2" t="b"><f>TRUE()</f><v>1</v></c>', "TRUE"),
        ('<c r="B2"/>', ""),
    ],
)
def test_a_formula_without_a_value_is_no_empty_cell(tmp_path: Path, cell: str, text: str) -> None:
    path = made(tmp_path, ["C1", "here", "09"])
    changed(path, lambda xml: re.sub(r'<c r="B2".*?</c>', lambda _: cell, xml))
    assert cells(read(path)) == [["C1", text, "09"]]


def test_nought_is_a_result_where_the_file_was_calculated(tmp_path: Path) -> None:
    path = made(tmp_path, ["C1", "here", "09"])
    changed(path, lambda xml: re.sub(r'<c r="B2".*?</c>', '<c r="B2"><f>A1</f><v>0</v></c>', xml))
    changed(path, lambda xml: xml.replace('fullCalcOnLoad="1"', ""), "workbook.xml")
    assert cells(read(path)) == [["C1", "0", "09"]]


def test_a_formula_beyond_all_values_is_found(tmp_path: Path) -> None:
    path = made(tmp_path, ["C1"], ["C2", None, None], [None, None, "=A1"])
    book = openpyxl.load_workbook(path)
    book.active["E6"] = "=A2"
    book.active["E1"] = "Ghi chú"
    book.save(path)
    frame = read(path)
    assert frame.loc[[4, 6], ["SĐT", "Ghi chú"]].fillna("").values.tolist() == [
        ["=A1", ""],
        ["", "=A2"],
    ]


def test_rows_and_columns_that_are_hidden_are_told(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["DANH SÁCH"])
        sheet.write_row(2, 0, HEADER)
        for n in range(3, 12):
            sheet.write_row(n, 0, [f"C{n}", "1988", "09"])
        sheet.autofilter("A3:C12")
        sheet.filter_column("A", "x == C3")
        for n in (1, 4, 5, 6, 7, 8, 10, 20):
            sheet.set_row(n, options={"hidden": True})
        sheet.set_column("C:D", None, None, {"hidden": True})
    frame = read(tmp_path / "a.xlsx")
    assert len(frame) == 9
    assert frame.attrs[SOURCE]["notes"] == [
        "Rows hidden by a filter: 6 (row 5, 6, 7, 8, 9 …). They are read like the others; delete "
        "in the file what is not meant.",
        "Hidden columns, read like the others: 1 ('SĐT').",
    ]


@pytest.mark.parametrize(
    "dimension",
    ['<dimension ref="1:3"/>', '<dimension ref="A:E"/>', '<dimension ref=""/>', "<dimension/>",
     '<dimension ref="A1:B1"/>', '<dimension ref="A1:XFD1048576"/>',
     '<dimension ref="1:3"></dimension>'],
)  # fmt: skip
def test_a_wrong_extent_is_passed_over(tmp_path: Path, dimension: str) -> None:
    path = made(tmp_path, ["C1", None, "0912345678"])
    changed(path, lambda xml: re.sub("<dimension[^>]*>", dimension, xml))
    assert cells(read(path)) == [["C1", "", "0912345678"]]


def test_a_wrong_extent_of_another_sheet_does_not_matter(tmp_path: Path) -> None:
    path = made(tmp_path, ["C1", None, "0912345678"])
    book = openpyxl.load_workbook(path)
    book.create_sheet("B").append(["x"])
    book.save(path)
    changed(
        path, lambda xml: re.sub("<dimension[^>]*>", '<dimension ref="1:1"/>', xml), "sheet2.xml"
    )
    assert len(read(path, sheet=0)) == 1
    with pytest.raises(ReadError, match="2 sheets that hold something"):
        read(path)


@pytest.mark.parametrize(
    "row", ['<row r="{}"><c r="A{}"><v>1</v></c></row>', "<row><c><v>1</v></c></row>"]
)
def test_no_sheet_has_more_rows_than_excel_knows(tmp_path: Path, row: str) -> None:
    path = made(tmp_path)
    rows = "".join(row.format(n, n) for n in range(2, 2_200_000, 2))
    changed(path, lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>"))
    with pytest.raises(ReadError, match="more than 1,048,576 rows"):
        read(path)


def test_a_password_is_said() -> None:
    with pytest.raises(ReadError, match=r"locked\.xlsx needs a password\. Open it in Excel, save"):
        read(DATA / "locked.xlsx")


def test_a_password_of_an_xls_is_said(tmp_path: Path) -> None:
    content = bytearray((DATA / "formatted.xls").read_bytes())
    place = content.find(b"\x09\x08\x10\x00")  # the record that begins the workbook, 16 bytes
    after = place + 20
    length = int.from_bytes(content[after + 2 : after + 4], "little")
    content[after : after + 2] = b"\x2f\x00"
    assert length >= 2
    (tmp_path / "a.xls").write_bytes(content)
    with pytest.raises(ReadError, match="needs a password"):
        read(tmp_path / "a.xls")


def test_a_protected_sheet_needs_no_password(tmp_path: Path) -> None:
    path = made(tmp_path, ["C1", None, "0912345678"])
    book = openpyxl.load_workbook(path)
    book.active.protection.set_password("abc")
    book.security.workbookPassword = "abc"
    book.security.lockStructure = True
    book.save(path)
    assert cells(read(path)) == [["C1", "", "0912345678"]]


@pytest.mark.parametrize("seed", range(10))
def test_openpyxl_reads_the_same_cells(tmp_path: Path, seed: int) -> None:
    some = random.Random(seed)
    kinds: list[Callable[[], Any]] = [
        lambda: None, lambda: some.randint(0, 10**12), lambda: some.random() * 1000,
        lambda: some.choice(["An", "Bình & Con", " x "]), lambda: some.random() < 0.5,
        lambda: "=A1&B1",
        lambda: dt.datetime(1988, 1, 1) + dt.timedelta(days=some.randint(0, 9999)),
    ]  # fmt: skip
    path = made(tmp_path, *([some.choice(kinds)() for _ in HEADER] for _ in range(60)))
    sheet = openpyxl.load_workbook(path).active
    frame = read(path)
    shown = dict(zip(frame.index, cells(frame), strict=True))
    for row in sheet.iter_rows(min_row=2):
        expected = [as_seen(cell.value) for cell in row]
        assert shown.get(row[0].row, [""] * 3) == expected


def as_seen(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)
