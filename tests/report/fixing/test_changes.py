"""What people changed: told, remembered, and done by LibreOffice as well as by Excel."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.report.fixing.identity import HEADING
from tests import forking

LEAVE_OUT, SUGGESTED = "Leave out (x)", "Suggested values"


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Mã KH": ["001", "002", "003", "004", "005"],
            "Họ tên": ["An", "Bo", "Chi", "Du", "Em"],
            "SĐT": ["0912345678", "12", "O912345679", "0912345670", "x"],
            "Email": [None, "b@congty.vn", None, "d@gmial.com", None],
            "Hạng KH": ["Vàng", "Vàng", "vang", "Vàng", "Vàng"],
        }
    )


def edited(path: Path, edit: Callable[[Callable[[int, str], Any]], None]) -> Path:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    edit(lambda row, head: sheet.cell(row, heads.index(head) + 1))
    book.save(path)
    return path


def table_of(path: Path) -> pd.DataFrame:
    return pd.read_excel(path, dtype=str, keep_default_na=False, engine="openpyxl")


def fix(at: Callable[[int, str], Any]) -> None:
    at(2, "SĐT").value = "0987654321"
    at(2, "Email").value = None
    at(3, LEAVE_OUT).value = "x"
    at(3, "SĐT").value = "0900000000"
    at(4, LEAVE_OUT).value = "không"


def test_suggestions_stand_in_a_column_and_in_the_comment(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    path = frame.pango.validate().to_excel(tmp_path / "fix.xlsx")
    assert table_of(path)[SUGGESTED].tolist() == ["", "SĐT: 0912345679; Hạng KH: Vàng", ""]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    comment = sheet.cell(3, heads.index("SĐT") + 1).comment.text
    assert comment.endswith("\nSuggested: 0912345679")
    assert "Suggested" not in sheet.cell(2, heads.index("SĐT") + 1).comment.text
    frame.loc[1, "Email"] = "b@congty.vn; e@congty.vn"
    frame.loc[4, ["SĐT", "Email"]] = ["0912345671 / 0912345672", "e@"]
    both = frame.pango.validate().to_excel(tmp_path / "both.xlsx")
    # A second number is for a field of its own, not in place of the first.
    assert table_of(both)[SUGGESTED].tolist() == ["", "SĐT: 0912345679; Hạng KH: Vàng", ""]
    told = frame.pango.validate(lang="vi").to_excel(tmp_path / "vi.xlsx")
    assert [*table_of(told)][2:4] == ["Giá trị gợi ý", "Bỏ qua (x)"]


def test_rows_with_warnings_only_come_when_asked(frame: pd.DataFrame, tmp_path: Path) -> None:
    report = frame.pango.validate()
    assert table_of(report.to_excel(tmp_path / "a.xlsx"))["Mã KH"].tolist() == ["002", "003", "005"]
    table = table_of(report.to_excel(tmp_path / "b.xlsx", warnings=True))
    assert table["Mã KH"].tolist() == ["002", "003", "004", "005"]
    why = table["Why this row is held"].tolist()
    assert why[2].startswith("▲ Email: ")
    assert not any(one.startswith("▲") for one in (why[0], why[1], why[3]))
    assert table[SUGGESTED].tolist()[2] == "Email: d@gmail.com"
    bundle = pp.validate_all({"customer-identity": frame})
    assert len(table_of(bundle.to_excel(tmp_path / "c.xlsx", warnings=True))) == 4


def test_a_row_that_another_supersedes_is_nothing_to_fix(tmp_path: Path) -> None:
    frame = pd.DataFrame({"customerId": ["1", "1"], "fullName": "An", "phone": "0912345678"})
    path = frame.pango.validate().to_excel(tmp_path / "a.xlsx", warnings=True)
    assert len(table_of(path)) == 0


def test_what_was_changed_is_told(frame: pd.DataFrame, tmp_path: Path) -> None:
    path = edited(frame.pango.validate().to_excel(tmp_path / "fix.xlsx"), fix)
    fixed, changes = pp.read_fixed(path, frame, return_changes=True)
    expected = frame.drop(index=2)
    expected.loc[1, ["SĐT", "Email"]] = ["0987654321", None]
    pd.testing.assert_frame_equal(fixed, expected)
    assert repr(changes) == "<Changes: 2 cells in 1 row, 1 row left out>"
    assert (changes.n_cells, changes.n_emptied, changes.n_left_out, len(changes)) == (2, 1, 1, 3)
    rows = changes.reveal().astype(object).where(lambda table: table.notna(), None)
    assert rows.to_numpy().tolist() == [
        [1, 1, "SĐT", "changed", "12", "0987654321"],
        [1, 1, "Email", "emptied", "b@congty.vn", None],
        [2, 2, "", "left out", None, None],
    ]
    shown = changes.table.to_csv() + changes._repr_html_()
    assert not [value for value in ("0987654321", "b@congty") if value in shown]
    pd.testing.assert_frame_equal(pp.read_fixed(path, frame), fixed)


def test_columns_that_are_not_personal_are_shown(frame: pd.DataFrame, tmp_path: Path) -> None:
    path = frame.pango.validate().to_excel(tmp_path / "fix.xlsx")
    edited(path, lambda at: setattr(at(3, "Hạng KH"), "value", "Vàng"))
    _, changes = pp.read_fixed(path, frame, return_changes=True)
    assert changes.table[["before", "after"]].to_numpy().tolist() == [["vang", "Vàng"]]


def test_changes_are_remembered_and_next_month_done(frame: pd.DataFrame, tmp_path: Path) -> None:
    path = edited(frame.pango.validate().to_excel(tmp_path / "fix.xlsx"), fix)
    fixed = pp.read_fixed(path, frame, fixes=tmp_path / "kv.fixes")
    report = frame.pango.validate(fixes=tmp_path / "kv.fixes")
    found = report.findings.query("rule == 'cell.fixed_before'")
    assert set(zip(found["row"], found["field"], strict=True)) == {(1, "phone"), (1, "email")}
    again = fixed.pango.validate().cleaned
    pd.testing.assert_series_equal(
        report.cleaned.loc[1].astype(object), again.loc[1].astype(object)
    )
    # A bundle's workbook too, and a frame of several types.
    frames = {"customer-identity": frame.astype({"Hạng KH": "category"})}
    path = pp.validate_all(frames).to_excel(tmp_path / "all.xlsx")
    edited(path, lambda at: setattr(at(2, "SĐT"), "value", 987654321))
    merged, changes = pp.read_fixed(path, frames, fixes=tmp_path / "b.fixes", return_changes=True)
    assert merged["customer-identity"].loc[1, "SĐT"] == "987654321"
    assert changes["customer-identity"].n_cells == 1
    assert pp.validate_all(frames, fixes=tmp_path / "b.fixes")["customer-identity"].cleaned.loc[
        1, "phone"
    ] == "0987654321"  # fmt: skip


def test_without_the_hidden_sheet_nothing_can_be_remembered(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    path = edited(frame.pango.validate().to_excel(tmp_path / "fix.xlsx"), fix)
    book = openpyxl.load_workbook(path)
    assert book["pangoprep fields"].sheet_state == "hidden"
    del book["pangoprep fields"]
    book.save(path)
    with pytest.raises(pp.UsageError, match="its hidden sheet is gone"):
        pp.read_fixed(path, frame, fixes=tmp_path / "kv.fixes")
    assert not (tmp_path / "kv.fixes").exists()
    assert len(pp.read_fixed(path, frame)) == 4


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return forking.run([sys.executable, "-m", "pangoprep", *arguments])


def test_merge_on_the_command_line(frame: pd.DataFrame, tmp_path: Path) -> None:
    data, book, out = tmp_path / "a.csv", tmp_path / "fix.xlsx", tmp_path / "merged.csv"
    fixes = tmp_path / "kv.fixes"
    frame.to_csv(data, index=False)
    assert run("clean", str(data), "--out", str(tmp_path / "r.csv"), "--held", str(book)).returncode
    edited(book, fix)
    done = run("merge", str(book), str(data), "--out", str(out), "--fixes", str(fixes))
    assert done.returncode == 0, done.stderr
    assert "2 cells in 1 row, 1 row left out" in done.stdout
    assert "Rows left out are not remembered" in done.stderr
    assert "0987654321" not in done.stdout + done.stderr
    assert pd.read_csv(out, dtype=str)["SĐT"].tolist()[1] == "0987654321"
    assert len(pd.read_csv(out)) == 4
    told = json.loads(run("merge", str(book), str(data), "--out", str(out), "--json").stdout)
    assert (told["n_cells"], told["n_left_out"], told["n_rows"]) == (2, 1, 4)
    found = json.loads(run("validate", str(data), "--fixes", str(fixes), "--json").stdout)
    assert "cell.fixed_before" in {one["rule"] for one in found["findings"]}
    itself = run("merge", str(book), str(data), "--out", str(data))
    assert (itself.returncode, "'a.csv' is what is read" in itself.stderr) == (2, True)
    other = tmp_path / "other.csv"
    frame.iloc[::-1].to_csv(other, index=False)
    refused = run("merge", str(book), str(other), "--out", str(out))
    assert (refused.returncode, "belong to another file" in refused.stderr) == (2, True)


# LibreOffice


def convert(libreoffice: str, path: Path, kind: str, folder: Path) -> Path:
    subprocess.run(
        [libreoffice, f"-env:UserInstallation={(folder / 'lo').as_uri()}", "--headless",
         "--convert-to", kind, "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / f"{path.stem}.{kind.partition(':')[0]}"


def test_what_libreoffice_saved_comes_back(
    frame: pd.DataFrame, tmp_path: Path, libreoffice: str
) -> None:
    path = edited(frame.pango.validate().to_excel(tmp_path / "fix.xlsx"), fix)
    folder = tmp_path / "saved"
    folder.mkdir()
    saved = convert(libreoffice, path, "xlsx", folder)
    fixed, changes = pp.read_fixed(saved, frame, fixes=tmp_path / "kv.fixes", return_changes=True)
    pd.testing.assert_frame_equal(fixed, pp.read_fixed(path, frame))
    assert (changes.n_cells, changes.n_left_out) == (2, 1)
    assert len(pp.FixesFile(tmp_path / "kv.fixes")) == 2
    sheet = openpyxl.load_workbook(saved).worksheets[0]
    hidden = next(cell for cell in sheet[1] if cell.value == HEADING)
    assert sheet.column_dimensions[hidden.column_letter].hidden


def test_on_paper_it_can_be_read(frame: pd.DataFrame, tmp_path: Path, libreoffice: str) -> None:
    many = pd.concat([frame] * 40, ignore_index=True)
    many["Mã KH"] = [f"K{row}" for row in range(len(many))]
    path = many.pango.validate(lang="vi").to_excel(tmp_path / "fix.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    pdf = convert(libreoffice, path, "pdf", tmp_path).read_bytes()
    boxes = {
        tuple(map(float, box)) for box in re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    }
    assert boxes
    assert all(width > height for width, height in boxes)  # A4 across
    # 120 rows to fix on five pages, the rules on one, and of 320 findings the headings.
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) <= 7


def test_rows_are_as_high_as_their_reasons_in_libreoffice(tmp_path: Path, libreoffice: str) -> None:
    frame = pd.DataFrame(
        {"Mã KH": ["1", "2"], "Họ tên": ["An", "Bo"], "SĐT": ["x", "12"],
         "Ngày sinh": ["31/02/1988", None], "Email": ["@", None]}
    )  # fmt: skip
    path = frame.pango.validate().to_excel(tmp_path / "fix.xlsx")
    folder = tmp_path / "saved"
    folder.mkdir()
    sheet = openpyxl.load_workbook(convert(libreoffice, path, "xlsx", folder)).worksheets[0]
    assert sheet.row_dimensions[2].height >= 2 * 15  # three reasons in one cell
    assert (sheet.row_dimensions[3].height or 15) < 2 * 15
    widths = [sheet.column_dimensions[letter].width for letter in "ABCD"]
    assert [round(width) for width in widths] == pytest.approx([9, 44, 20, 9], abs=2)


def test_changes_are_told_in_the_language_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changes = pp.Changes(
        [(3, 3, "SĐT", "changed", "09x", "0912345678"), (4, 4, "", "left out", "", "")]
    )
    monkeypatch.setenv("PANGOPREP_LANG", "vi")
    assert repr(changes) == "<Các thay đổi: 1 ô trong 1 dòng, bỏ 1 dòng>"
    monkeypatch.setenv("PANGOPREP_LANG", "en")
    assert repr(changes) == "<Changes: 1 cell in 1 row, 1 row left out>"
