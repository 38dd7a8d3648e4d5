"""What people fixed in a workbook of a file that was taken in parts."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import OptionError, ReadError


def people(folder: Path) -> Path:
    """Two files of one shape: a row of each cannot be read."""
    for name, bad in (("a", 3), ("b", 1)):
        phones = [f"091234567{n}" if n != bad else "123" for n in range(5)]
        ids = [f"{name}{n}" for n in range(5)]
        frame = pd.DataFrame({"Mã KH": ids, "Họ tên": ["An"] * 5, "SĐT": phones, "whole": "x"})
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder / "*.csv"


def write_phones(book_path: Path, new: str) -> None:
    book = openpyxl.load_workbook(book_path)
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                if cell.value == "123":
                    cell.value = new
    book.save(book_path)


def test_a_workbook_comes_back_into_a_scan_as_into_its_frame(tmp_path: Path) -> None:
    scan = pp.scan(people(tmp_path), rows=2)
    book = scan.pango.validate("customer-identity").to_excel(tmp_path / "fix.xlsx")
    write_phones(book, "0987654321")
    fixed, changes = pp.read_fixed(book, scan, fixes=tmp_path / "kv.fixes", return_changes=True)
    assert changes.n_cells == 2
    whole = pp.read(people(tmp_path))
    pd.testing.assert_frame_equal(fixed, pp.read_fixed(book, whole))
    assert fixed["SĐT"].eq("0987654321").sum() == 2
    assert pp.validate(fixed).n_held == 0
    assert scan.pango.validate(fixes=tmp_path / "kv.fixes").n_held == 0


def test_scans_of_a_bundle_are_taken_back_by_name(tmp_path: Path) -> None:
    bundle = pp.validate_all({"customer-identity": pp.scan(people(tmp_path), rows=2)})
    book = bundle.to_excel(tmp_path / "fix.xlsx")
    write_phones(book, "0987654321")
    fixed = pp.read_fixed(book, bundle.frames)
    assert fixed["customer-identity"]["SĐT"].eq("0987654321").sum() == 2


def test_a_scan_whose_file_is_gone_says_so(tmp_path: Path) -> None:
    scan = pp.scan(people(tmp_path), rows=2)
    book = scan.pango.validate("customer-identity").to_excel(tmp_path / "fix.xlsx")
    for path in tmp_path.glob("*.csv"):
        path.unlink()
    with pytest.raises(ReadError):
        pp.read_fixed(book, scan)
    with pytest.raises(OptionError, match="a frame"):
        pp.read_fixed(book, object())  # type: ignore[arg-type]
