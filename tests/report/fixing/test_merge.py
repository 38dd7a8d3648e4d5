"""What business users, Excel and pandas do to a workbook before it comes back."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.report.fixing.identity import HEADING

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Mã KH": ["001", "002", "003"],
            "Họ tên": ["An", "Bo", "Chi"],
            "SĐT": ["0912345678", "12", "013"],
            "Điểm": [1, 2, 3],
            "VIP": [True, False, True],
            "Tạo": pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-03"]),
        }
    )


def returned(frame: pd.DataFrame, path: Path, edit: Callable[[Any], None]) -> pd.DataFrame:
    """Send out the held rows, open and change the workbook, save it, merge it back."""
    frame.pango.validate("customer-identity").to_excel(path)
    book = openpyxl.load_workbook(path)
    edit(book.worksheets[0])
    book.save(path)
    fixed: pd.DataFrame = pp.read_fixed(path, frame)
    return fixed


def at(sheet: Any, row: int, head: str) -> Any:
    heads = next(r for r in sheet.iter_rows() if any(cell.value == HEADING for cell in r))
    return sheet.cell(row, next(cell.column for cell in heads if cell.value == head))


def test_texts_that_became_numbers_were_not_corrected(frame: pd.DataFrame, tmp_path: Path) -> None:
    def convert(sheet: Any) -> None:
        for row in (2, 3):
            for head in ("Mã KH", "SĐT"):
                at(sheet, row, head).value = int(at(sheet, row, head).value)
            at(sheet, row, "Điểm").value = str(at(sheet, row, "Điểm").value)
            at(sheet, row, "VIP").value = str(at(sheet, row, "VIP").value).upper()

    fixed = returned(frame, tmp_path / "fix.xlsx", convert)
    pd.testing.assert_frame_equal(fixed, frame)


@pytest.mark.parametrize("dtype", [None, str, object])
def test_what_pandas_reads_and_writes_is_merged(
    frame: pd.DataFrame, tmp_path: Path, dtype: Any
) -> None:
    path = frame.pango.validate("customer-identity").to_excel(tmp_path / "fix.xlsx")
    table = pd.read_excel(path, dtype=dtype, engine="openpyxl").astype({"SĐT": object})
    table.loc[0, "SĐT"] = "0987654321"
    table.iloc[::-1].to_excel(path, index=False, engine="openpyxl")
    expected = frame.copy()
    expected.loc[1, "SĐT"] = "0987654321"
    pd.testing.assert_frame_equal(pp.read_fixed(path, frame), expected)


def test_a_filter_sorts_the_identities_too(frame: pd.DataFrame, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(
        frame.pango.validate("customer-identity").to_excel(tmp_path / "fix.xlsx")
    ).worksheets[0]
    filtered = sheet[sheet.auto_filter.ref]
    assert [cell.value for cell in filtered[0]][-1] == HEADING


def test_rows_sorted_without_their_identities_are_refused(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    def sort_all_but_the_hidden_column(sheet: Any) -> None:
        for cells in sheet.iter_cols(max_col=sheet.max_column - 1):
            cells[1].value, cells[2].value = cells[2].value, cells[1].value

    with pytest.raises(pp.UsageError, match=r"2 rows .*\(rows 2, 3\).* sorted without the others"):
        returned(frame, tmp_path / "fix.xlsx", sort_all_but_the_hidden_column)


def test_an_own_column_is_left_out_and_that_is_said(frame: pd.DataFrame, tmp_path: Path) -> None:
    def note(sheet: Any) -> None:
        sheet.insert_cols(3)
        sheet.cell(1, 3).value = "Đã gọi"
        sheet.cell(2, 3).value = "rồi"
        at(sheet, 2, "SĐT").value = "0987654321"

    with pytest.warns(UserWarning, match=r"does not have \(1\): 'Đã gọi'"):
        fixed = returned(frame, tmp_path / "fix.xlsx", note)
    assert fixed["SĐT"].to_list() == ["0912345678", "0987654321", "013"]
    assert list(fixed) == list(frame)


def test_a_column_that_was_taken_out_stays_and_that_is_said(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    with pytest.warns(UserWarning, match=r"taken out \(1\): 'Điểm'"):
        fixed = returned(
            frame,
            tmp_path / "fix.xlsx",
            lambda sheet: sheet.delete_cols(at(sheet, 1, "Điểm").column),
        )
    pd.testing.assert_frame_equal(fixed, frame)


def test_an_error_of_excels_empties_no_cell(frame: pd.DataFrame, tmp_path: Path) -> None:
    def break_it(sheet: Any) -> None:
        cell = at(sheet, 2, "SĐT")
        cell.value, cell.data_type = "#N/A", "e"

    with pytest.warns(UserWarning, match="cells with an error"):
        fixed = returned(frame, tmp_path / "fix.xlsx", break_it)
    pd.testing.assert_frame_equal(fixed, frame)


def test_lines_may_stand_above_the_headings(frame: pd.DataFrame, tmp_path: Path) -> None:
    def write_above(sheet: Any) -> None:
        at(sheet, 2, "SĐT").value = "0987654321"
        sheet.insert_rows(1, 2)
        sheet.cell(1, 1).value = "Gửi phòng kinh doanh"

    fixed = returned(frame, tmp_path / "fix.xlsx", write_above)
    assert fixed["SĐT"].to_list() == ["0912345678", "0987654321", "013"]


def test_a_second_column_of_one_heading_is_refused(frame: pd.DataFrame, tmp_path: Path) -> None:
    def copy_it(sheet: Any) -> None:
        sheet.insert_cols(3)
        sheet.cell(1, 3).value = "SĐT"

    with pytest.raises(pp.UsageError, match=r"columns with one heading \(1\): 'SĐT'"):
        returned(frame, tmp_path / "fix.xlsx", copy_it)


def test_other_sheets_may_come_and_go(frame: pd.DataFrame, tmp_path: Path) -> None:
    path = frame.pango.validate("customer-identity").to_excel(tmp_path / "fix.xlsx")
    book = openpyxl.load_workbook(path)
    del book["Findings"]
    book.worksheets[0].title = "Trang 1"
    book.create_sheet("Ghi chú").append(["x"])
    book.save(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pd.testing.assert_frame_equal(pp.read_fixed(path, frame), frame)


def test_a_sheet_that_would_fill_the_memory_is_refused(frame: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(pp.UsageError, match="reaches to row"):
        returned(
            frame, tmp_path / "fix.xlsx", lambda sheet: sheet.cell(1_048_576, 16_384, "far away")
        )
