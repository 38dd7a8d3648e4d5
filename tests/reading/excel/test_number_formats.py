"""Whole numbers as their format shows them: ids and phones keep what people see."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import openpyxl
import pytest

from pangoprep.reading import read
from pangoprep.reading.excel.number_formats import shown_as

MEANT = [
    ("00000", 1, "00001"),
    ("000000000000", 79188001234, "079188001234"),
    ("00", 3, "03"),
    ("00000", 1234567, "1234567"),
    ("0000 000 000", 912345678, "0912 345 678"),
    (r"0000\ 000\ 000", 912345678, "0912 345 678"),
    ('0000"."000"."000', 912345678, "0912.345.678"),
    ("0000-000-000", 912345678, "0912-345-678"),
    ("#### ### ###", 912345678, "912 345 678"),
    ("(000) 000-0000", 912345678, "(091) 234-5678"),
    ('"KH"0000', 12, "KH0012"),
    ('"KH"0', 12, "KH12"),
    ('"0"#########', 912345678, "0912345678"),
    ('"+84"0', 912345678, "+84912345678"),
    (r"\+\8\4\ 000\ 000\ 000", 912345678, "+84 912 345 678"),
    ('0"-HN"', 5, "5-HN"),
    ("[$-42A]00000", 12, "00012"),
    ("[Red]00000", 12, "00012"),
    ("00000;-00000", 12, "00012"),
    ("00000_)", 12, "00012"),
    (r"[<=9999999]###\-####;\(###\)\ ###\-####", 5551234, "555-1234"),
    (r"[<=9999999]###\-####;\(###\)\ ###\-####", 9123456789, "(912) 345-6789"),
    ("000-0000", 12, "000-0012"),
]


@pytest.mark.parametrize(("code", "number", "text"), MEANT)
def test_what_a_format_adds_is_kept(code: str, number: int, text: str) -> None:
    show = shown_as(code)
    assert show is not None
    assert show(number) == text


@pytest.mark.parametrize(
    "code",
    [
        "General", "0", "#", "#,##0", r"\+84", "#,##0.00", "0.00", "0.0", "0%", "0.00E+00", "# ?/?",
        "@", "", "dd/mm/yyyy", "mm-dd-yy", "yyyy", "[h]:mm", "h:mm AM/PM", "# ##0", "# ### ##0",
        "##########", '0" điểm"', '0 "kg"', r"0\ đ", '"$"0', "[$₫-42A] #,##0", "[$VND] 000",
        '#,##0" đ"', "0;[Red]0", '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "0_)", "0" * 300,
        ";;;", "00,000", "0.000",
    ],
)  # fmt: skip
def test_formats_that_add_nothing_meant_are_left_aside(code: str) -> None:
    assert shown_as(code) is None


@pytest.mark.parametrize("number", [-5, 10**15, 10**20])
def test_negative_and_rounded_numbers_stay(number: int) -> None:
    show = shown_as("00000")
    assert show is not None
    assert show(number) == str(number)


def test_a_spreadsheet_shows_the_same(tmp_path: Path, libreoffice: str) -> None:
    book = openpyxl.Workbook()
    for place, (code, number, _) in enumerate(MEANT, 1):
        cell = book.active.cell(place, 1, number)
        cell.number_format = code
    book.save(tmp_path / "a.xlsx")
    subprocess.run(
        [libreoffice, f"-env:UserInstallation={(tmp_path / 'lo').as_uri()}", "--headless",
         "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true",
         "--outdir", str(tmp_path), str(tmp_path / "a.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    lines = (tmp_path / "a.csv").read_text("utf-8").splitlines()
    seen = [row[0].strip() for row in csv.reader(lines)]
    assert seen == [text for _, _, text in MEANT]


@pytest.mark.parametrize("name", ["formatted.xls", "formatted.xlsx"])
def test_both_kinds_of_workbook_are_read_as_shown(tmp_path: Path, name: str) -> None:
    path = Path(__file__).parent / "data" / "formatted.xls"
    if name.endswith("x"):
        path = tmp_path / name
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "KH"
        sheet.append(["Mã KH", "SĐT", "CCCD", "Điểm", "Nhóm"])
        for row in ([1, 912345678, 79188001234, 1234567, 12.5], [2, 987654321, 1234567890, 5, 3],
                    [3, 987654322, 1234567891, 6, 4]):  # fmt: skip
            sheet.append(row)
            for letter, code in zip(
                "ABCD", ("00000", "0000 000 000", "0" * 12, "#,##0"), strict=True
            ):
                sheet[f"{letter}{sheet.max_row}"].number_format = code
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True
        book.save(path)
    frame = read(path)
    assert frame.to_numpy().tolist() == [
        ["00001", "0912 345 678", "079188001234", "1234567", "12.5"],
        ["00002", "0987 654 321", "001234567890", "5", "3"],
        ["00003", "0987 654 322", "001234567891", "6", "4"],
    ]
    assert frame.attrs["pangoprep.source"]["notes"] == [
        "Hidden rows: 1 (row 3). They are read like the others; delete in the file what is not "
        "meant.",
        "Hidden columns, read like the others: 1 ('CCCD').",
    ]
