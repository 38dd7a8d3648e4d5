"""A recipe remembers a sheet: another month's file may call its only one otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

ROWS = pd.DataFrame({"Mã KH": ["1"], "Họ tên": ["Nguyễn An"], "SĐT": ["0912345678"]})


@pytest.fixture
def recipe(run: Any, tmp_path: Path) -> Path:
    """A recipe of the sheet "Tháng 1"."""
    book = workbook(tmp_path / "january.xlsx", "Tháng 1")
    made = tmp_path / "crm.toml"
    assert run("validate", book, "--sheet", "Tháng 1", "--save-recipe", made).returncode == 0
    assert 'sheet = "Tháng 1"' in made.read_text(encoding="utf-8")
    return made


def workbook(path: Path, *sheets: str) -> Path:
    with pd.ExcelWriter(path) as book:
        for sheet in sheets:
            ROWS.to_excel(book, sheet_name=sheet, index=False)
    return path


def test_the_only_sheet_is_read_whatever_its_name(run: Any, recipe: Path, tmp_path: Path) -> None:
    done = run("validate", workbook(tmp_path / "february.xlsx", "Tháng 2"), "--recipe", recipe)
    assert done.returncode == 0
    assert "The recipe is of sheet 'Tháng 1'. february.xlsx has no such sheet; 'Tháng 2'" in (
        done.stderr
    )


@pytest.mark.parametrize("name", ["february.csv", "february.html"])
def test_a_file_without_sheets_is_read(run: Any, recipe: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith(".csv"):
        ROWS.to_csv(path, index=False)
    else:
        ROWS.to_html(path, index=False)
    done = run("validate", path, "--recipe", recipe)
    assert done.returncode == 0
    assert f"{name} is no workbook; it was read." in done.stderr


def test_the_sheet_of_that_name_is_still_meant(run: Any, recipe: Path, tmp_path: Path) -> None:
    book = workbook(tmp_path / "both.xlsx", "Khác", "Tháng 1")
    done = run("validate", book, "--recipe", recipe)
    assert (done.returncode, "Note:" in done.stderr) == (0, False)


def test_among_several_others_none_is_guessed(run: Any, recipe: Path, tmp_path: Path) -> None:
    book = workbook(tmp_path / "several.xlsx", "A", "B")
    done = run("validate", book, "--recipe", recipe)
    assert done.returncode == 2
    assert "has 2 sheets that hold something: 'A', 'B'" in done.stderr


def test_a_sheet_that_the_caller_names_must_be_there(
    run: Any, recipe: Path, tmp_path: Path
) -> None:
    book = workbook(tmp_path / "february.xlsx", "Tháng 2")
    done = run("validate", book, "--recipe", recipe, "--sheet", "Tháng 3")
    assert done.returncode == 2
    assert "has no sheet 'Tháng 3'" in done.stderr
