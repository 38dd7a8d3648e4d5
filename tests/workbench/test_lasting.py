"""A workbook is one step of the bench, and what was fixed is there next month."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import pangoprep as pp


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Mã KH": ["1", "2", "3", "4", "5"],
            "Họ tên": ["An", "Bình", "Chi", "Du", "Em"],
            "SĐT": ["09x", "12", "0912345678", "09x", None],
            "Email": [None, None, "c@gmial.com", None, "e@@congty.vn"],
            "Giới tính": ["x", "nam", "nữ", "x", "nam"],
            "Ghi chú": ["a", "b", "c", "d", "e"],
        }
    )


def write(path: Path, cells: dict[tuple[int, str], object]) -> Path:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    for (row, head), value in cells.items():
        sheet.cell(row, heads.index(head) + 1).value = value
    book.save(path)
    return path


def test_a_workbook_is_one_step_with_a_table(frame: pd.DataFrame, tmp_path: Path) -> None:
    bench = frame.pango.workbench()
    bench.fix("gender", {"x": "male"})
    path = bench.report.to_excel(tmp_path / "fix.xlsx")
    write(path, {(2, "SĐT"): "0912345671", (3, "Leave out (x)"): "x", (4, "SĐT"): "hỏi lại"})
    step = bench.read_fixed(path)
    assert (step.what, step.n_rows, step.n_freed) == ("take over fix.xlsx", 3, 2)
    assert step.changes is not None
    assert step.changes.table["what"].tolist() == ["changed", "left out", "changed"]
    assert "0912345671" not in repr(step) + step.changes.table.to_csv()
    found = bench.report.findings
    assert found.query("rule == 'row.left_out'")["row"].tolist() == [1]
    assert (bench.report.n_held, bench.report.n_left_out) == (4 - 2, 1)
    assert bench.undo().what == "take over fix.xlsx"
    assert bench.report.n_held == 4
    bench.redo()
    saved = bench.save(tmp_path / "a.pango")
    path.unlink()
    again = frame.pango.workbench().open(saved)
    pd.testing.assert_frame_equal(again.report.cleaned, bench.report.cleaned)


def test_one_made_before_the_first_step_is_taken_too(frame: pd.DataFrame, tmp_path: Path) -> None:
    path = frame.pango.validate().to_excel(tmp_path / "fix.xlsx")
    write(path, {(2, "SĐT"): "0912345671"})
    bench = frame.pango.workbench()
    bench.fix("gender", {"x": "male"})
    assert bench.read_fixed(path).n_freed == 1
    other = frame.iloc[::-1].pango.workbench()
    with pytest.raises(pp.UsageError, match="another frame"):
        other.read_fixed(path)


def test_what_is_no_field_is_told_and_nothing_is_no_step(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    bench = frame.pango.workbench()
    path = bench.report.to_excel(tmp_path / "fix.xlsx")
    with pytest.raises(pp.UsageError, match="Nothing was changed"):
        bench.read_fixed(path)
    write(path, {(2, "Ghi chú"): "z", (2, "SĐT"): "0912345671"})
    with pytest.warns(UserWarning, match="no field here are not taken: Ghi chú"):
        bench.read_fixed(path)
    assert bench.frame["Ghi chú"].tolist() == frame["Ghi chú"].tolist()


def test_the_script_takes_the_workbook_too(frame: pd.DataFrame, tmp_path: Path) -> None:
    bench = frame.pango.workbench()
    path = write(bench.report.to_excel(tmp_path / "fix.xlsx"), {(2, "SĐT"): "0912345671"})
    bench.read_fixed(path)
    assert f"bench.read_fixed({str(path)!r})" in bench.code()


def test_fixes_of_a_bench_last(frame: pd.DataFrame, tmp_path: Path) -> None:
    bench = frame.pango.workbench()
    bench.fix("gender", {"x": "male"})
    bench.fix("phone", {"09x": "0912345671"})  # wherever it stands
    bench.fix_rows({1: {"phone": "0912345672"}, 4: {"phone": "0912345675"}, 0: {"gender": "nữ"}})
    bench.replace("email", "@@", "@")
    bench.fix("email", {"e@congty.vn": "em@congty.vn"})  # over what a step before has made
    recipe = bench.recipe().save(tmp_path / "kv.toml")
    assert bench.save_fixes(tmp_path / "kv.fixes") == 5
    counts = pp.FixesFile(tmp_path / "kv.fixes").counts()
    assert counts[["field", "kind", "fixes"]].to_numpy().tolist() == [
        ["email", "value", 1], ["gender", "cell", 1], ["phone", "cell", 2], ["phone", "value", 1],
    ]  # fmt: skip
    for secret in ("0912345671", "em@congty.vn"):
        assert secret not in recipe.read_text("utf-8")
    later = frame.pango.validate(recipe=recipe, fixes=tmp_path / "kv.fixes")
    pd.testing.assert_frame_equal(later.cleaned, bench.report.cleaned)


def test_what_was_undone_does_not_last(frame: pd.DataFrame, tmp_path: Path) -> None:
    bench = frame.pango.workbench()
    bench.fix("phone", {"09x": "0912345671"})
    bench.undo()
    assert bench.save_fixes(tmp_path / "kv.fixes") == 0
    assert not (tmp_path / "kv.fixes").exists()


def test_what_was_undone_after_it_was_kept_does_not_last_either(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "kv.fixes"
    earlier = pp.FixesFile(path)
    earlier.add("customer-identity", {"phone": {"09x": "0912345670"}, "email": {"z": "z@x.vn"}})
    bench = frame.pango.workbench()
    bench.fix("phone", {"09x": "0912345671"})  # over what the file says
    bench.fix_rows({1: {"phone": "0912345672"}})
    assert bench.save_fixes(path) == 2
    assert bench.save_fixes(path) == 2  # nothing is doubled
    assert len(pp.FixesFile(path)) == 3
    pp.FixesFile(path).add("customer-identity", {"email": {"y": "y@x.vn"}})  # somebody else
    bench.undo(2)
    assert bench.save_fixes(path) == 0
    fixes = pp.FixesFile(path)
    assert fixes.counts()[["field", "kind", "fixes"]].to_numpy().tolist() == [
        ["email", "value", 2], ["phone", "value", 1],
    ]  # fmt: skip
    mended = frame.pango.validate(fixes=fixes).cleaned["phone"].tolist()
    assert "0912345670" in mended
    assert not {"0912345671", "0912345672"} & set(mended)
