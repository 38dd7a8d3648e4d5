"""All sheets of a workbook, taken as one: ``--every-sheet``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import pangoprep as pp


def workbook(path: Path, **sheets: pd.DataFrame) -> Path:
    with pd.ExcelWriter(path) as book:
        for name, sheet in sheets.items():
            sheet.to_excel(book, sheet_name=name, index=False)
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    people = pd.DataFrame(
        {"customerId": ["1", "2"], "fullName": ["An", "Chi"], "phone": ["0912345678", "12"]}
    )
    photos = pd.DataFrame(
        {"customerId": ["1", "2"], "source": "web", "imageUrl": ["http://a.vn/1", "http://a.vn/2"]}
    )
    return workbook(tmp_path / "b.xlsx", Ảnh=photos, Khách=people)


def test_sheets_are_checked_against_each_other(run_json: Any, book: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.json"
    code, told = run_json("validate", book, "--every-sheet", "--out", out)
    assert code == 1
    assert {name: (one["n_rows"], one["n_held"]) for name, one in told.items()} == {
        "customer-identity": (2, 1), "customer-identity-photo": (2, 1),
    }  # fmt: skip
    (finding,) = told["customer-identity-photo"]["findings"]
    assert finding["rule"] == "reference.customer_held"
    assert json.loads(out.read_text("utf-8"))["format"] == "pangoprep.bundle/1"


def test_thresholds_count_over_all_sheets(run: Any, book: Path) -> None:
    every = ("validate", book, "--every-sheet")
    assert run(*every, "--max-held", "50%", "--fail-on", "email.typo").returncode == 0
    stopped = run(*every, "--max-held", "49%", "--fail-on", "phone.unreadable")
    assert stopped.returncode == 1
    assert (
        "Error: 2 of 4 rows are held, more than the 49.00% allowed; "
        "customer-identity: phone.unreadable was found in 1 row.\n"
    ) in stopped.stderr


def test_the_workbook_to_fix_comes_back_for_all_sheets(
    run: Any, book: Path, tmp_path: Path
) -> None:
    fix = tmp_path / "fix.xlsx"
    done = run("validate", book, "--every-sheet", "--lang", "vi", "--out", fix)
    assert "2 trong số 4 dòng" in done.stdout
    frames = {
        "customer-identity": pp.read(book, sheet="Khách"),
        "customer-identity-photo": pp.read(book, sheet="Ảnh"),
    }
    assert [len(frame) for frame in pp.read_fixed(fix, frames).values()] == [2, 2]


def test_what_cannot_be_used_is_said_of_the_sheet(run: Any, book: Path, tmp_path: Path) -> None:
    notes = pd.DataFrame({"Hướng dẫn": ["Điền tên vào cột A", "Không sửa cột B"]})
    people = pp.read(book, sheet="Khách")
    strange = workbook(tmp_path / "s.xlsx", Khách=people, Đọc=notes)
    refused = run("validate", strange, "--every-sheet")
    assert refused.returncode == 2
    assert "The sheet 'Đọc': The columns fit no entity." in refused.stderr
    assert "--entity 'Đọc=NAME', or leave it out: --entity 'Đọc='" in refused.stderr
    kept = run("validate", book, "--every-sheet", "--save-recipe", tmp_path / "r.toml")
    assert kept.returncode == 2
    assert "A recipe is of one entity." in kept.stderr


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A workbook whose sheets do not tell by their columns what they are."""
    visits = pd.DataFrame({"visitId": ["V1", "V2"], "customerId": ["1", "2"]})
    people = pd.DataFrame(
        {"customerId": ["1", "2"], "fullName": ["An", "Chi"], "phone": ["0912345678", "12"]}
    )
    notes = pd.DataFrame({"Hướng dẫn": ["Điền tên vào cột A", "Không sửa cột B"]})
    products = pd.DataFrame({"productId": ["A", "B"], "sku": ["a1", "b1"]})
    (tmp_path / "visit.toml").write_text(
        'version = 1\nobject_type = "visit"\nkey = ["visitId"]\n'
        '[fields]\nvisitId = { kind = "identifier", required = true }\n'
        'customerId = { kind = "identifier", required = true }\n',
        encoding="utf-8",
    )
    sheets = {"Lượt=ghé": visits, "Khách": people, "Đọc": notes, "product": products}
    return workbook(tmp_path / "shop.xlsx", **sheets)


def test_each_sheet_is_the_entity_that_is_said_of_it(
    run: Any, run_json: Any, shop: Path, tmp_path: Path
) -> None:
    said = ("--every-sheet", "--entity", f"Lượt=ghé={tmp_path / 'visit.toml'}", "--entity", "Đọc=")
    code, told = run_json("validate", shop, *said)
    assert code == 1
    assert {name: (one["n_rows"], one["n_held"]) for name, one in told.items()} == {
        "customer-identity": (2, 1), "visit": (2, 1), "product": (2, 0),
    }  # fmt: skip
    assert [one["rule"] for one in told["visit"]["findings"]] == ["reference.customer_held"]
    sent = run("send", shop, *said, "--source", "CRM", "--sandbox")
    assert "Lưu ý: bỏ qua: 'Đọc'." in run("validate", shop, *said, "--lang", "vi").stderr
    assert "The sandbox now stores 4 records" in sent.stderr


def test_one_entity_for_all_sheets_but_those_that_say_otherwise(
    run: Any, run_json: Any, book: Path
) -> None:
    photos = "customer-identity-photo"
    every = ("validate", book, "--every-sheet", "--entity", photos)
    _, told = run_json(*every, "--entity", "Khách=customer-identity")
    assert sorted(told) == ["customer-identity", photos]
    assert run(*every).returncode == 2


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["--every-sheet", "--entity", "Anh=order"], "names the sheet 'Anh', which 'b.xlsx' does"),
        (["--every-sheet", "--entity", "Ảnh=ordr"], "No entity is called 'ordr'"),
        (["--every-sheet", "--entity", "Ảnh=", "--entity", "Khách="], "Every sheet of 'b.xlsx' is"),
        (["--entity", "order", "--entity", "product"], "says two things of one file: 'order' and"),
        (["--entity", "Khách=order", "--sheet", "Khách"], "No entity is called 'Khách=order'"),
    ],
)
def test_what_cannot_be_said_of_sheets_is_refused(
    run: Any, book: Path, said: list[str], why: str
) -> None:
    done = run("validate", book, *said)
    assert done.returncode == 2
    assert why in done.stderr


def test_ready_rows_are_written_for_each_entity(run: Any, book: Path, tmp_path: Path) -> None:
    out, held = tmp_path / "r.csv", tmp_path / "h.csv"
    done = run("clean", book, "--every-sheet", "--out", out, "--held", held)
    assert done.returncode == 1
    names = ["customer-identity", "customer-identity-photo"]
    paths = [tmp_path / f"{stem}-{name}.csv" for stem in "rh" for name in names]
    assert done.stderr == "".join(f"Written: {path}\n" for path in paths)
    written = [list(pd.read_csv(path, dtype=str)["customerId"]) for path in paths]
    assert written == [["1"], ["1"], ["2"], ["2"]]
    assert not out.exists()


def test_a_workbook_has_a_sheet_for_each_entity(run: Any, book: Path, tmp_path: Path) -> None:
    out, held = tmp_path / "r.xlsx", tmp_path / "h.xlsx"
    assert run("clean", book, "--every-sheet", "--out", out, "--held", held).returncode == 1
    ready = pd.read_excel(out, sheet_name=None, dtype=str, engine="calamine")
    assert {name: list(sheet["customerId"]) for name, sheet in ready.items()} == {
        "customer-identity": ["1"], "customer-identity-photo": ["1"],
    }  # fmt: skip
    assert list(ready["customer-identity"]["phone"]) == ["0912345678"]
    frames = {
        name: pp.read(book, sheet=sheet)
        for name, sheet in zip(ready, ("Khách", "Ảnh"), strict=True)
    }
    assert [len(frame) for frame in pp.read_fixed(held, frames).values()] == [2, 2]


def test_one_sheet_is_one_file(run: Any, book: Path, tmp_path: Path) -> None:
    alone = workbook(tmp_path / "one.xlsx", Khách=pp.read(book, sheet="Khách"))
    out = tmp_path / "r.csv"
    assert run("clean", alone, "--every-sheet", "--out", out).returncode == 1
    assert out.exists()


def test_sheets_of_one_entity_keep_apart(run: Any, book: Path, tmp_path: Path) -> None:
    people = pp.read(book, sheet="Khách")
    months = {f"Khách hàng tháng {month}": people for month in ("1 <cũ>", "2")}
    twice = workbook(tmp_path / "two.xlsx", **months)
    fix, out = tmp_path / "fix.xlsx", tmp_path / "r.csv"
    assert run("validate", twice, "--every-sheet", "--out", fix).returncode == 1
    frames = {f"customer-identity ({name})": people for name in months}
    assert [len(frame) for frame in pp.read_fixed(fix, frames).values()] == [2, 2]
    assert run("clean", twice, "--every-sheet", "--out", out).returncode == 1
    names = {path.name for path in tmp_path.glob("r-*.csv")}
    assert names == {
        "r-customer-identity (Khách hàng tháng 1 _cũ_).csv",
        "r-customer-identity (Khách hàng tháng 2).csv",
    }


def test_names_that_files_write_alike_are_files_of_their_own(run: Any, tmp_path: Path) -> None:
    phones = {"a<b": "0912345678", "a>b": "0912345679", "a_b": "12"}
    sheets = {
        name: pd.DataFrame({"customerId": [name], "fullName": "An", "phone": [phone]})
        for name, phone in phones.items()
    }
    book = workbook(tmp_path / "b.xlsx", **sheets)
    out, held = tmp_path / "r.csv", tmp_path / "h.csv"
    assert run("clean", book, "--every-sheet", "--out", out, "--held", held).returncode == 1
    stems = [f"customer-identity ({end}" for end in ("a_b)", "a_b)-2", "a_b)-3")]
    for start, ids in (("r", [["a<b"], ["a>b"], []]), ("h", [[], [], ["a_b"]])):
        written = [pd.read_csv(tmp_path / f"{start}-{stem}.csv", dtype=str) for stem in stems]
        assert [list(one["customerId"]) for one in written] == ids


def test_a_workbook_of_all_sheets_is_merged_back(run: Any, book: Path, tmp_path: Path) -> None:
    fix, out = tmp_path / "fix.xlsx", tmp_path / "merged.xlsx"
    assert run("validate", book, "--every-sheet", "--out", fix).returncode == 1
    alone = run("merge", fix, book, "--sheet", "Khách", "--out", out)
    assert "'fix.xlsx' has rows of several sheets. Give --every-sheet." in alone.stderr
    with_phone = openpyxl.load_workbook(fix)
    sheet = with_phone["customer-identity"]
    (phone,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "12"]
    phone.value = "0987654321"
    with_phone.save(fix)
    every = ("merge", fix, book, "--every-sheet", "--out")
    assert "end 'm.csv' in .xlsx" in run(*every, "m.csv").stderr
    done = run(*every, out)
    assert done.returncode == 0
    assert "customer-identity:\nChanges: 1 cell in 1 row, 0 rows left out\n" in done.stdout
    assert "0987654321" not in done.stdout + done.stderr
    assert list(pp.read(out, sheet="Khách")["phone"]) == ["0912345678", "0987654321"]
    assert run("validate", out, "--every-sheet").returncode == 0
