"""What is written: never over what is read, decided or worked on, nor two things at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.writing.targets import check_targets, check_workbook

ROWS = "Mã KH,Họ tên,SĐT\n1,An,0912345670\n2,Bình,12\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "s.csv"
    path.write_text(ROWS, encoding="utf-8")
    (tmp_path / "r.toml").write_text('version = 1\nentity = "customer-identity"\n', "utf-8")
    return path


@pytest.mark.parametrize(
    "said",
    [
        ("clean", "s.csv", "--out", "s.csv"),
        ("clean", "*.csv", "--out", "o.csv", "--held", "./s.csv"),
        ("read", "s.csv", "--out", "s.csv"),
        ("send", "s.csv", "--source", "X", "--sandbox", "--out", "s.csv"),
        ("unfold", "s.csv", "--entity", "customer-identity-email", "--out", "s.csv"),
    ],
    ids=" ".join,
)
def test_no_file_is_written_over_what_is_read(
    run: Any, file: Path, said: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    done = run(*said)
    assert (done.returncode, file.read_text(encoding="utf-8")) == (2, ROWS)
    assert "Error: 's.csv' is what is read; give what is written another name." in done.stderr
    assert not (file.parent / "o.csv").exists()


def test_a_scan_is_not_written_over_its_file(file: Path) -> None:
    with pytest.raises(pp.UsageError, match=r"'s\.csv' is what is read"):
        pp.scan(file).pango.clean(out=file)
    assert file.read_text(encoding="utf-8") == ROWS


def test_files_are_told_apart_as_the_system_does(file: Path) -> None:
    link = file.with_name("link.csv")
    os.link(file, link)
    with pytest.raises(pp.UsageError, match=r"'link\.csv' is what is read"):
        check_targets([link], [file])
    ways = [file.with_name("o.csv"), file.parent / "x" / ".." / "o.csv"]
    with pytest.raises(pp.UsageError, match=r"Two things would be written into 'o\.csv'"):
        check_targets(ways)
    check_targets([None, *ways[:1], file.with_name("o.xlsx")], [file, None, pd.DataFrame()])


def test_a_recipe_is_written_over_only_where_it_is_given(run: Any, file: Path) -> None:
    recipe = file.with_name("r.toml")
    before = recipe.read_text(encoding="utf-8")
    other = run("validate", file, "--save-recipe", recipe)
    assert (other.returncode, recipe.read_text(encoding="utf-8")) == (2, before)
    assert "'r.toml' is there already. It may hold answers" in other.stderr
    assert run("validate", file, "--recipe", recipe, "--save-recipe", recipe).returncode == 1
    assert "customerId" in recipe.read_text(encoding="utf-8")


def test_a_workbook_that_somebody_has_saved_is_not_written_over(file: Path) -> None:
    report = pp.validate(pp.read(file))
    path = report.to_excel(file.with_name("fix.xlsx"))
    report.to_excel(path)  # nobody has touched it
    book = openpyxl.load_workbook(path)
    assert book.properties.created is not None
    # It sets the time of saving, in whole seconds: a person takes longer than that.
    book.properties.created = book.properties.created.replace(year=2025)
    book.save(path)
    saved = path.read_bytes()
    with pytest.raises(pp.UsageError, match=r"'fix\.xlsx' is there already, and somebody has"):
        report.to_excel(path)
    assert path.read_bytes() == saved
    check_workbook(file.with_name("absent.xlsx"))
    with pytest.raises(pp.UsageError, match=r"'s\.csv' cannot be written; end it in \.xlsx"):
        report.to_excel(file)
    assert file.read_text(encoding="utf-8") == ROWS


def test_where_no_file_can_be_is_found_before_anything_is_read(tmp_path: Path) -> None:
    absent, out = tmp_path / "absent.csv", tmp_path / "o.csv"
    with pytest.raises(pp.UsageError, match=r"h\.csv cannot be written: there is no such folder"):
        check_targets([out, tmp_path / "none" / "h.csv"], [absent])
    check_targets([out, Path(os.devnull)], [absent])
    check_targets([tmp_path / "new" / "k.fixes"], own_folder=tmp_path / "new" / "k.fixes")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that takes no files")
def test_a_folder_that_takes_no_files_is_not_said_to_be_missing() -> None:
    with pytest.raises(pp.UsageError, match=r"x\.csv cannot be written: no file can be made there"):
        check_targets([Path("/proc/x.csv")])
