"""The rows of a merged file can be found in the file they came from."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import pangoprep as pp
from pangoprep.cli import app

PEOPLE = ["KH1,An,0912345678", "KH2,Bình,12", "KH3,Chi,13", "KH4,Dung,0912345679"]


def merge(folder: Path, source: str) -> pd.DataFrame:
    """Write a file, fix one row of it in a workbook, leave another out, merge, and read it all."""
    file, out = folder / "khach.csv", folder / "merged.csv"
    file.write_text(source, encoding="utf-8")
    fix = pp.read(file).pango.validate("customer-identity").to_excel(folder / "fix.xlsx")
    book = openpyxl.load_workbook(fix)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index("SĐT") + 1).value = "0987654321"
    if sheet.max_row > 2:
        sheet.cell(3, heads.index("Leave out (x)") + 1).value = "x"
    book.save(fix)
    done = CliRunner().invoke(app, ["merge", str(fix), str(file), "--out", str(out)])
    assert done.exit_code == 0, done.output
    return pp.read(out)


@pytest.mark.parametrize(
    ("above", "numbers"), [("", ["2", "3", "5"]), ("DANH SÁCH,,\n,,\n", ["4", "5", "7"])]
)
def test_rows_that_moved_say_where_they_were(
    tmp_path: Path, above: str, numbers: list[str]
) -> None:
    merged = merge(tmp_path, "\n".join([above + "Mã KH,Họ tên,SĐT", *PEOPLE]))
    assert list(merged["Row in your data"]) == numbers
    # The column is of ours: with a recipe that does not name it nothing is said of it, nor sent.
    recipe = pp.read(tmp_path / "khach.csv").pango.validate("customer-identity").recipe()
    report = merged.pango.validate(recipe=recipe)
    assert (report.n_ready, len(report.findings)) == (3, 0)
    assert "Row in your data" in report.unused_columns


def test_a_merged_file_is_fixed_once_more(tmp_path: Path) -> None:
    people = [*PEOPLE[:2], "KH4,Dung,14"]
    merge(tmp_path, "\n".join(["DANH SÁCH,,", "Mã KH,Họ tên,SĐT", *people, "KH5,Em,15"]))
    again = tmp_path / "again"
    again.mkdir()
    source = (tmp_path / "merged.csv").read_text(encoding="utf-8-sig")
    merged = merge(again, source)
    assert list(merged["Row in your data"]) == ["3", "4", "6"]
    sheet = openpyxl.load_workbook(again / "fix.xlsx").worksheets[0]
    assert (sheet["A1"].value, sheet["A2"].value) == ("Row in this file", "4")
    assert list(merged["SĐT"]) == ["0912345678", "0987654321", "0987654321"]


def test_rows_that_stayed_need_no_number(tmp_path: Path) -> None:
    merged = merge(tmp_path, "\n".join(["Mã KH,Họ tên,SĐT", *PEOPLE[:2]]))
    assert list(merged.columns) == ["Mã KH", "Họ tên", "SĐT"]
