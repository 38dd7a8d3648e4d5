"""Workbooks: what Excel holds, and no more."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from pangoprep.errors import ReadError
from pangoprep.reading import read, scan
from pangoprep.reading.pieces import ROW_NOTES, SOURCE

WORKBOOK = Path(__file__).parents[3] / "data" / "customers.xlsx"


class Book:
    """A workbook being written; cells by their address."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.path = path
        self.book = xlsxwriter.Workbook(path, options)

    def sheet(self, cells: dict[str, Any], name: str | None = None, merged: Any = ()) -> Any:
        sheet = self.book.add_worksheet(name)
        for area, value in merged:
            sheet.merge_range(area, value)
        for address, value in cells.items():
            if isinstance(value, (dt.date, dt.time)):
                sheet.write_datetime(
                    address, value, self.book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
                )
            else:
                sheet.write(address, value)
        return sheet

    def done(self) -> Path:
        self.book.close()
        return self.path


def cells(frame: Any) -> list[list[str]]:
    return frame.fillna("").values.tolist()


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "khách hàng.xlsx")


@pytest.mark.parametrize("date_1904", [False, True])
def test_numbers_and_dates_are_what_excel_holds(tmp_path: Path, date_1904: bool) -> None:
    book = Book(tmp_path / "a.xlsx", date_1904=date_1904)
    values = {
        "SĐT": 912345678, "CCCD": 12345678901234, "lost": 1.234567890123456e18, "half": 12.5,
        "dob": dt.datetime(1988, 6, 15), "at": dt.datetime(2020, 6, 15, 13, 45, 30),
        "time": dt.time(13, 45), "yes": True, "text": "0912", "neg": -3,
    }  # fmt: skip
    letters = "ABCDEFGHIJ"
    book.sheet(
        {f"{a}1": name for a, name in zip(letters, values, strict=True)}
        | {f"{a}2": value for a, value in zip(letters, values.values(), strict=True)}
    )
    assert cells(read(book.done())) == [
        ["912345678", "12345678901234", "1.23456789012346E+18", "12.5", "1988-06-15",
         "2020-06-15 13:45:30", "13:45:00", "TRUE", "0912", "-3"],
    ]  # fmt: skip


def test_formulas_give_their_value_and_errors_stay(book: Book) -> None:
    sheet = book.sheet({"A1": "Mã KH", "B1": "SĐT", "C1": "Tên"})
    sheet.write_formula("A2", '="C"&1', value="C1")
    sheet.write_formula("B2", "=1/0", value="#DIV/0!")
    sheet.write_formula("C2", "=NA()", value="#N/A")
    sheet.write_row("A3", ["C2", "0912345678", "An"])
    assert cells(read(book.done())) == [
        ["C1", "#DIV/0!", "#N/A"],
        ["C2", "0912345678", "An"],
    ]


def test_the_header_is_found_below_titles_and_rows_keep_their_numbers(book: Book) -> None:
    book.sheet(
        {"B3": "Ngày in:", "C3": dt.datetime(2026, 6, 1), "B5": "Mã KH", "C5": " Họ và\ntên ",
         "D5": "SĐT", "B6": "C1", "C6": "An", "D6": "0912", "B8": "C2", "C8": "Chi", "D8": "0913"},
        merged=[("B1:D1", "DANH SÁCH KHÁCH HÀNG")],
    )  # fmt: skip
    frame = read(book.done())
    assert list(frame.columns) == ["Mã KH", "Họ và tên", "SĐT"]
    assert frame.index.tolist() == [6, 8]
    assert frame.attrs[SOURCE]["header_row"] == 5


def test_merged_cells_hold_their_value_in_every_row(book: Book) -> None:
    book.sheet(
        {"B2": "Tên", "C2": "SĐT", "D2": "Tên", "E2": "SĐT", "B3": "An", "C3": "0912", "D3": "Bố",
         "E3": "0913", "B4": "An", "C4": "0912", "D4": "Mẹ", "E4": "0914"},
        merged=[("A1:A2", "Mã KH"), ("B1:C1", "Khách hàng"), ("D1:E1", "Người thân"),
                ("A3:A4", "C1")],
    )  # fmt: skip
    frame = read(book.done())
    assert list(frame.columns) == [
        "Mã KH", "Khách hàng Tên", "Khách hàng SĐT", "Người thân Tên", "Người thân SĐT",
    ]  # fmt: skip
    assert frame["Mã KH"].tolist() == ["C1", "C1"]
    assert "Merged" in frame.attrs[SOURCE]["notes"][0]


def test_a_sheet_is_chosen_by_name_position_or_because_it_is_the_only_one(book: Book) -> None:
    book.sheet({"A1": "x", "B1": "y", "A2": "hidden", "B2": "z"}, "Ẩn").hide()
    book.sheet({}, "Trống")
    book.sheet({"A1": "Mã KH", "B1": "Tên", "A2": "C1", "B2": "An"}, "Khách")
    book.book.get_worksheet_by_name("Khách").activate()
    path = book.done()
    assert read(path).attrs[SOURCE]["sheet"] == "Khách"
    assert cells(read(path, sheet="Ẩn")) == [["hidden", "z"]]
    assert cells(read(path, sheet=2)) == [["C1", "An"]]
    with pytest.raises(ReadError, match=r"'Trống'.*is empty"):
        read(path, sheet="Trống")
    with pytest.raises(ReadError, match=r"no sheet 'Khac'\. It has 'Ẩn', 'Trống', 'Khách'"):
        read(path, sheet="Khac")


def test_several_sheets_are_asked_about() -> None:
    with pytest.raises(ReadError, match=r"6 sheets .*sheet='customer-identity'"):
        read(WORKBOOK)
    assert read(WORKBOOK, sheet="customer-membership").shape == (301, 10)
    assert sum(len(frame) for frame in scan(WORKBOOK, sheet=2, rows=100)) == 301


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"A1": "Mã KH", "B1": "SĐT", "A2": "C1", "B2": "09", "A5": "Mã thẻ", "B5": "Hạng thẻ",
          "A6": "T1", "B6": "VIP"}, "one starts in row 1, another in 5"),
        ({"A1": "Mã KH", "B1": "SĐT", "A2": "C1", "B2": "09", "A3": "C2", "B3": "08",
          "D1": "Mã thẻ", "E1": "Hạng thẻ", "D2": "T1", "E2": "VIP"}, "side by side"),
    ],
)  # fmt: skip
def test_several_tables_are_refused(book: Book, cells: dict[str, str], words: str) -> None:
    book.sheet(cells)
    with pytest.raises(ReadError, match=f"holds several tables: .*{words}"):
        read(book.done())


def test_repeated_headers_are_noted_and_empty_columns_left_out(book: Book) -> None:
    book.sheet(
        {"A1": "Mã KH", "C1": "SĐT", "A2": "C1", "C2": "09", "A3": "Mã KH", "C3": "SĐT",
         "A4": "C2", "C4": "08"}
    )  # fmt: skip
    frame = read(book.done())
    assert cells(frame) == [["C1", "09"], ["Mã KH", "SĐT"], ["C2", "08"]]
    assert frame.attrs[SOURCE][ROW_NOTES] == [["khách hàng.xlsx", "row.not_a_record", "3", ""]]


def test_an_empty_workbook_says_so(book: Book) -> None:
    book.sheet({})
    with pytest.raises(ReadError, match="is empty"):
        read(book.done())


def test_names_that_only_a_group_above_tells_apart_are_headers(book: Book) -> None:
    book.sheet(
        {"A2": "Mã", "B2": "Tên", "C2": "Mã", "D2": "Tên",
         "A3": "C1", "B3": "An", "C3": "C2", "D3": "Bình"},
        merged=[("A1:B1", "Khách hàng"), ("C1:D1", "Người thân")],
    )  # fmt: skip
    frame = read(book.done())
    assert frame.columns.tolist() == [
        "Khách hàng Mã", "Khách hàng Tên", "Người thân Mã", "Người thân Tên",
    ]  # fmt: skip
    assert cells(frame) == [["C1", "An", "C2", "Bình"]]


def test_a_second_table_of_which_half_is_known_is_refused(book: Book) -> None:
    book.sheet(
        {"A1": "Mã KH", "B1": "SĐT", "A2": "C1", "B2": "09",
         "A5": "Mã thẻ", "B5": "Bậc", "A6": "T1", "B6": "Vàng"}
    )  # fmt: skip
    with pytest.raises(ReadError, match="one starts in row 1, another in 5"):
        read(book.done())
