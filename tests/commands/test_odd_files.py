"""Every oddly shaped file goes from the file to the sandbox with the command its README gives."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pangoprep.reading import read

DATA = Path(__file__).parents[2] / "data"
ODD = DATA / "odd"
# file, what README adds to the command
LINES = re.findall(
    r"^\| `([^`]+)` \| .+? \| (?:`([^`]*)`)? ?\|$", (ODD / "README.md").read_text("utf-8"), re.M
)
HELD = {"broken_rows.csv": 2}


def test_readme_lists_every_file() -> None:
    there = {path.name for path in ODD.iterdir()} - {"README.md"}
    assert {name for name, _ in LINES} == there
    assert len(there) >= 8


@pytest.mark.parametrize(("name", "more"), LINES)
def test_one_command_sends_it(run_json: Any, name: str, more: str) -> None:
    code, sent = run_json("send", ODD / name, *shlex.split(more), "--sandbox", "--source", "CRM")
    counts = {state: n for state, n in sent["counts"].items() if n}
    n_held = HELD.get(name, 0)
    n_accepted = 38 if name == "broken_rows.csv" else 40
    assert counts == {"accepted": n_accepted} | ({"held": n_held} if n_held else {})
    assert code == (1 if n_held else 0)


def test_one_command_sends_the_six_sheets(run_json: Any) -> None:
    code, sent = run_json(
        "send", DATA / "customers.xlsx", "--every-sheet", "--sandbox", "--source", "CRM"
    )
    assert code == 1  # rows are held on every sheet
    assert [one["entity"] for one in sent["runs"]] == [
        "customer-identity", "customer-relationship", "customer-membership",
        "customer-identity-address", "customer-identity-email", "customer-identity-photo",
    ]  # fmt: skip
    assert set(sent["counts"]) >= {"accepted", "held", "superseded"}
    assert sum(sent["counts"].values()) == 1401
    assert not any(sent["counts"][state] for state in ("rejected", "unknown", "unsent"))


def test_a_row_of_a_held_customer_is_held_with_it(run_json: Any, tmp_path: Path) -> None:
    path = tmp_path / "six sheets.xlsx"
    people = pd.DataFrame(
        {"customerId": ["1", "2"], "fullName": ["An", "Chi"], "phone": ["0912345678", "12"]}
    )
    photos = pd.DataFrame(
        {"customerId": ["1", "2"], "source": "web", "imageUrl": ["http://a.vn/1", "http://a.vn/2"]}
    )
    with pd.ExcelWriter(path) as book:  # children before their parents
        photos.to_excel(book, sheet_name="customer-identity-photo", index=False)
        people.to_excel(book, sheet_name="customer-identity", index=False)
    out = tmp_path / "rows.csv"
    code, sent = run_json(
        "send", path, "--every-sheet", "--sandbox", "--source", "CRM", "--out", out
    )
    assert code == 1
    assert [one["entity"] for one in sent["runs"]] == [
        "customer-identity", "customer-identity-photo",
    ]  # fmt: skip
    assert {state: n for state, n in sent["counts"].items() if n} == {"held": 2, "accepted": 2}
    assert "customer-identity row 3 is held" in out.read_text("utf-8")


def test_headers_without_rows_are_no_success_in_silence(run: Any, tmp_path: Path) -> None:
    file, page = tmp_path / "h.csv", tmp_path / "h.html"
    file.write_text("Mã KH,Họ tên,SĐT\n", encoding="utf-8")
    done = run("validate", file, "--out", page)
    for told in (done.stdout, page.read_text("utf-8")):
        assert "There are headers and no rows: nothing was checked." in told
        assert "every cell is valid" not in told


def test_the_script_makes_the_same_files(tmp_path: Path) -> None:
    command = [sys.executable, str(DATA / "make_odd.py"), "--out", str(tmp_path)]
    subprocess.run(command, check=True, timeout=60)
    for name, _ in LINES:
        if name.endswith((".xlsx", ".gz", ".zip")):  # bytes depend on the writer's version
            assert read(tmp_path / name).equals(read(ODD / name))
        else:
            assert (tmp_path / name).read_bytes() == (ODD / name).read_bytes()


def test_two_columns_of_one_name_are_shown_and_written(
    run: Any, run_json: Any, tmp_path: Path
) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("Họ tên,SĐT,Ghi chú,Ghi chú\nAn,0912345678,a,\n", encoding="utf-8")
    code, told = run_json("read", path)
    shown = [(one["column"], one["filled"]) for one in told["columns"]]
    assert (code, shown[-2:]) == (0, [("Ghi chú (column C)", 1), ("Ghi chú (column D)", 0)])
    for name in ("out.csv", "out.xlsx"):
        assert run("read", path, "--out", tmp_path / name).returncode == 0
        assert read(tmp_path / name).columns.to_list() == read(path).columns.to_list()
