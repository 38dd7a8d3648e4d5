"""The workbook for fixing: what is in it, and what comes back from it."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.report.fixing import held_sheet
from pangoprep.report.fixing.identity import HEADING

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

OURS = ["Row in your data", "Why this row is held", "Suggested values", "Leave out (x)"]
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Mã KH": ["001", "002", "003", "004"],
            "Họ và tên": [FORMULA, "+Bo", "@Chi", "-Du"],
            "SĐT": ["912345678", "12", "13", "0912345678"],
            "Ngày sinh": ["15/06/1988", None, "31/02/1990", None],
            "Ghi chú": ["https://a.vn", FORMULA, None, "x"],
        },
        index=[10, 20, 30, 40],
    )


def edited(path: Path, edit: Callable[[Any], None]) -> Path:
    """Open a workbook as somebody does, change it, save it."""
    book = openpyxl.load_workbook(path)
    edit(book.worksheets[0])
    book.save(path)
    return path


def column_of(sheet: Any, head: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == head)


def write(frame: pd.DataFrame, path: Path, **options: Any) -> Path:
    return frame.pango.validate("customer-identity", **options).to_excel(path / "fix.xlsx")


def test_it_has_the_held_rows_as_they_came(frame: pd.DataFrame, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write(frame, tmp_path)).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads == [*OURS, *frame.columns, HEADING]
    assert sheet.column_dimensions[sheet.cell(1, len(heads)).column_letter].hidden
    rows = [[cell.value for cell in row[4:-1]] for row in sheet.iter_rows(min_row=2)]
    held = frame.loc[[20, 30]].astype(object)
    assert rows == held.where(held.notna(), None).to_numpy().tolist()
    reasons = [row[1].value for row in sheet.iter_rows(min_row=2)]
    assert reasons[0] == "SĐT: not a valid phone number"
    assert "Ngày sinh: there is no such day or time" in reasons[1]


def test_bad_cells_are_coloured_and_say_why(frame: pd.DataFrame, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write(frame, tmp_path)).worksheets[0]
    bad, good = sheet.cell(2, 7), sheet.cell(2, 6)
    assert (bad.value, bad.fill.fgColor.rgb) == ("12", "FFFBC9C4")
    assert bad.comment.text == "✖ Not a valid phone number. Correct it in the source."
    assert (good.fill.fill_type, good.comment) == (None, None)


def test_no_cell_is_a_formula_and_phones_and_ids_are_text(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    frame["SĐT"] = [912345678, 12, 13, 912345678]
    book = openpyxl.load_workbook(write(frame, tmp_path))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert any(cell.value == FORMULA for cell in cells)
    risky = [cell for cell in cells if str(cell.value).startswith(("=", "+", "-", "@"))]
    assert all(cell.number_format == "@" and cell.quotePrefix for cell in risky)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet["G"][1:]] == ["12", "13"]
    assert {cell.number_format for cell in [*sheet["E"][1:], *sheet["G"][1:]]} == {"@"}


def test_rows_are_numbered_as_in_the_source(frame: pd.DataFrame, tmp_path: Path) -> None:
    def numbers(frame: pd.DataFrame) -> list[str]:
        sheet = openpyxl.load_workbook(write(frame, tmp_path)).worksheets[0]
        return [cell.value for cell in sheet["A"][1:]]

    assert numbers(frame.reset_index(drop=True)) == ["3", "4"]  # below one row of headings
    assert numbers(frame) == ["20", "30"]  # the caller's own labels
    frame.reset_index(drop=True).to_csv(tmp_path / "in.csv", index=False)
    assert numbers(pp.read(tmp_path / "in.csv")) == ["3", "4"]


def test_the_other_sheets_have_all_findings_and_their_rules(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    report = frame.pango.validate("customer-identity")
    book = openpyxl.load_workbook(report.to_excel(tmp_path / "fix.xlsx"))
    assert book.sheetnames == ["Fix here", "Findings", "Rules", "pangoprep fields"]
    found = [[cell.value for cell in row] for row in book["Findings"].iter_rows(min_row=2)]
    told = report.reveal()
    assert [row[5] for row in found] == told["rule"].to_list()
    assert [row[6] for row in found] == told["value"].astype(object).to_list()
    rules = [[cell.value for cell in row] for row in book["Rules"].iter_rows(min_row=2)]
    told = report.summary()[["rule", "field", "rows"]].itertuples(index=False, name=None)
    heads = {"phone": "SĐT (phone)", "dob": "Ngày sinh (dob)"}
    assert [(row[0], row[2], row[3]) for row in rules] == [
        (rule, heads[field], n_rows) for rule, field, n_rows in told
    ]


def test_it_speaks_vietnamese(frame: pd.DataFrame, tmp_path: Path) -> None:
    path = frame.pango.validate("customer-identity").to_excel(tmp_path / "fix.xlsx", lang="vi")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Sửa ở đây", "Phát hiện", "Quy tắc", "pangoprep fields"]
    assert book.worksheets[0].cell(2, 2).value == "SĐT: không phải số điện thoại hợp lệ"
    assert pp.read_fixed(path, frame).equals(frame)


def test_only_what_was_changed_comes_back(
    frame: pd.DataFrame, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fix(sheet: Any) -> None:
        phone, born = column_of(sheet, "SĐT"), column_of(sheet, "Ngày sinh")
        sheet.cell(2, phone).value = "0987654321"
        sheet.cell(3, phone).value = 987654322  # somebody types a number
        sheet.cell(3, born).value = dt.datetime(1990, 2, 28)

    before = frame.copy()
    path = edited(write(frame, tmp_path), fix)
    with caplog.at_level(logging.INFO, "pangoprep.report"):
        fixed = pp.read_fixed(path, frame)
    expected = frame.copy()
    expected.loc[20, "SĐT"] = "0987654321"
    expected.loc[30, ["SĐT", "Ngày sinh"]] = ["987654322", "1990-02-28"]
    pd.testing.assert_frame_equal(fixed, expected)
    pd.testing.assert_frame_equal(frame, before)
    assert fixed.pango.validate("customer-identity").ok
    assert "3 cells in 2 rows were changed" in caplog.text
    assert "987654321" not in caplog.text


def test_rows_may_be_sorted_and_deleted_and_columns_moved(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    def rearrange(sheet: Any) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        rows = [[row[-1], *row[4:-1][::-1]] for row in rows]
        sheet.delete_rows(1, sheet.max_row)
        sheet.append(rows[0])
        rows[2][rows[0].index("SĐT")] = "0987654322"
        sheet.append([None] * len(rows[0]))
        sheet.append(rows[2])

    fixed = pp.read_fixed(edited(write(frame, tmp_path), rearrange), frame)
    expected = frame.copy()
    expected.loc[30, "SĐT"] = "0987654322"
    pd.testing.assert_frame_equal(fixed, expected)


def test_a_cell_that_is_emptied_becomes_missing(frame: pd.DataFrame, tmp_path: Path) -> None:
    def empty(sheet: Any) -> None:
        sheet.cell(2, column_of(sheet, "Ghi chú")).value = None

    fixed = pp.read_fixed(edited(write(frame, tmp_path), empty), frame)
    assert pd.isna(fixed.loc[20, "Ghi chú"])
    assert fixed["Ghi chú"].dtype == frame["Ghi chú"].dtype


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.assign(SĐT=["912345678", "12", "14", "0912345678"]),
        lambda frame: frame.iloc[::-1],
        lambda frame: frame.iloc[:3],
        lambda frame: frame.rename(columns={"Ghi chú": "Note"}),
        lambda frame: frame[frame.columns[::-1]],
    ],
    ids=["value", "order", "rows", "name", "columns"],
)
def test_another_frame_is_refused(
    frame: pd.DataFrame, tmp_path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    path = write(frame, tmp_path)
    with pytest.raises(pp.UsageError, match=r"fix\.xlsx"):
        pp.read_fixed(path, change(frame))


def test_the_same_cells_read_again_are_the_same_frame(frame: pd.DataFrame, tmp_path: Path) -> None:
    path = write(frame, tmp_path)
    again = frame.astype(object).reset_index(drop=True)
    assert pp.read_fixed(path, again).equals(again)


def test_rows_added_by_hand_are_refused(frame: pd.DataFrame, tmp_path: Path) -> None:
    path = edited(write(frame, tmp_path), lambda sheet: sheet.append(["", "", "", "", "005", "Em"]))
    with pytest.raises(pp.UsageError, match=r"added by hand \(row 4\)"):
        pp.read_fixed(path, frame)


def test_a_row_that_is_there_twice_is_refused(frame: pd.DataFrame, tmp_path: Path) -> None:
    def double(sheet: Any) -> None:
        sheet.append([cell.value for cell in sheet[2]])

    with pytest.raises(pp.UsageError, match=r"more than once \(rows 2, 4\)"):
        pp.read_fixed(edited(write(frame, tmp_path), double), frame)


def test_a_renamed_column_is_refused(frame: pd.DataFrame, tmp_path: Path) -> None:
    def rename(sheet: Any) -> None:
        sheet.cell(1, 7).value = "Phone"

    with pytest.raises(pp.UsageError, match=r"'Phone'; and lacks .*'SĐT'"):
        pp.read_fixed(edited(write(frame, tmp_path), rename), frame)


def test_a_file_that_is_none_of_ours_is_refused(frame: pd.DataFrame, tmp_path: Path) -> None:
    frame.to_excel(tmp_path / "other.xlsx")
    (tmp_path / "broken.xlsx").write_bytes(b"no zip")
    for name in ("other.xlsx", "broken.xlsx", "absent.xlsx"):
        with pytest.raises(pp.UsageError, match=name):
            pp.read_fixed(tmp_path / name, frame)


def test_values_of_any_type_come_back_as_they_were(tmp_path: Path) -> None:
    frame = pd.DataFrame({"customerId": ["1", "2", "3"], "fullName": "An", "phone": "12"})
    moments = pd.to_datetime(["2020-01-02 03:04:05", None, "1890-01-01 00:00:00"])
    frame = frame.assign(
        whole=pd.array([1, None, 2**60], dtype="Int64"),
        number=[0.1, np.nan, np.inf],
        flag=pd.array([True, False, None], dtype="boolean"),
        moment=moments,
        zoned=moments.tz_localize("Asia/Ho_Chi_Minh"),
        kind=pd.Categorical(["a", None, "b"]),
        listed=pd.Series([["a", "b"], None, ["=1+1"]], dtype=object),
        mixed=pd.Series([1, "1", 1.5], dtype=object),
        odd=["a\x01b\r\nc", "_x0041_", "x" * 40_000],
    )
    path = write(frame, tmp_path)
    pd.testing.assert_frame_equal(pp.read_fixed(path, frame), frame)


def test_a_column_that_cannot_hold_the_fix_becomes_one_that_can(tmp_path: Path) -> None:
    frame = pd.DataFrame({"customerId": ["1", "2"], "fullName": "An", "phone": [12, 912345678]})

    def fix(sheet: Any) -> None:
        sheet.cell(2, column_of(sheet, "phone")).value = "0987654321"

    fixed = pp.read_fixed(edited(write(frame, tmp_path), fix), frame)
    assert fixed["phone"].to_list() == ["0987654321", 912345678]
    assert frame["phone"].dtype == "int64"


def test_columns_with_one_heading_are_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"customerId": ["1"], "fullName": "An", "phone": "12", 1: "a", "1": "b"})
    with pytest.raises(pp.UsageError, match="heading '1'"):
        write(frame, tmp_path)


def test_no_row_held_makes_an_empty_sheet(tmp_path: Path) -> None:
    frame = pd.DataFrame({"customerId": ["1"], "fullName": "An", "phone": "0912345678"})
    path = write(frame, tmp_path)
    assert pp.read_fixed(path, frame).equals(frame)


def test_of_more_rows_than_a_sheet_has_the_first_are_written_and_the_others_told(
    frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = pd.concat([frame] * 4).reset_index(drop=True)
    n_held = many.pango.validate("customer-identity").n_held
    monkeypatch.setattr(held_sheet, "MAX_ROWS", n_held)
    assert openpyxl.load_workbook(write(many, tmp_path)).worksheets[0].max_row == n_held + 1
    monkeypatch.setattr(held_sheet, "MAX_ROWS", n_held - 1)
    path = write(many, tmp_path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.max_row == n_held
    last = [cell.value for cell in sheet[n_held]]
    assert [value for value in last if value] == [last[1]]
    assert last[1].startswith("2 more rows are held.")
    pd.testing.assert_frame_equal(pp.read_fixed(path, many), many)
