"""Orders in one sheet or file, their lines in another, on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

ORDERS = pd.DataFrame(
    {
        "Mã đơn hàng": ["DH1", "DH2"],
        "Trạng thái đơn hàng": ["Xong", "Xong"],
        "Mã khách hàng": ["K1", "K2"],
        "Tên khách hàng": ["Lê An", "Võ Bình"],
        "Email khách hàng": ["an.le@gmail.com", "b.vo@gmail.com"],
    }
)
LINES = pd.DataFrame(
    {
        "Mã đơn hàng": ["DH1", "DH1", "DH2", "DH7"],
        "Mã sản phẩm": ["A", "B", "A", "C"],
        "Tên sản phẩm": ["Áo", "Bút", "Áo", "Chè"],
        "Cột 4": ["1", "2", "1", "1"],
    }
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "shop.xlsx"
    with pd.ExcelWriter(path) as sheets:
        ORDERS.to_excel(sheets, sheet_name="Đơn hàng", index=False)
        LINES.to_excel(sheets, sheet_name="Chi tiết", index=False)
    return path


def test_two_sheets_from_the_map_to_the_sandbox(run: Any, book: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "shop.toml"
    sheets = ("--sheet", "Đơn hàng", "--items-sheet", "Chi tiết")
    mapped = run("map", book, *sheets, "--map", "Cột 4=items.quantity", "--out", recipe)
    assert mapped.returncode == 0, mapped.stderr
    assert "items.quantity" in mapped.stdout
    text = recipe.read_text(encoding="utf-8")
    assert 'items_sheet = "Chi tiết"' in text
    assert '"Cột 4" = "items.quantity"' in text
    done = run("send", book, "--recipe", recipe, "--source", "shop", "--sandbox")
    assert done.returncode == 1, done.stderr  # the line without an order is held
    assert "5 accepted" in done.stdout
    assert "no record has the key of this item" in done.stdout


def test_a_map_keeps_what_the_lines_call_the_key_and_asks_on(run: Any, tmp_path: Path) -> None:
    recipe, files = tmp_path / "shop.toml", (tmp_path / "orders.csv", tmp_path / "lines.csv")
    ORDERS.to_csv(files[0], index=False)
    LINES.rename(columns={"Mã đơn hàng": "Số CT"}).to_csv(files[1], index=False)
    how = ("map", files[0], "--items", files[1], "--out", recipe)
    mapped = run(*how, "--entity", "order", "--map", "Số CT=orderId")
    assert mapped.returncode == 0, mapped.stderr
    text = recipe.read_text(encoding="utf-8")
    assert '"items: Số CT" = "orderId"' in text
    named = '"Tên sản phẩm" = "items.productName"'
    assert named in text
    recipe.write_text(text.replace(named, '"Tên sản phẩm" = "?"'), encoding="utf-8")
    again = run(*how, "--recipe", recipe, "--map", "Cột 4=items.quantity")
    assert again.returncode == 0, again.stderr
    assert named in recipe.read_text(encoding="utf-8")
    done = run("validate", files[0], "--items", files[1], "--recipe", recipe)
    assert "2 of 6 rows are ready" in done.stdout, done.stderr


def test_two_files(run_json: Any, tmp_path: Path) -> None:
    ORDERS.to_csv(tmp_path / "orders.csv", index=False)
    LINES.to_csv(tmp_path / "lines.csv", index=False)
    files = (tmp_path / "orders.csv", "--items", tmp_path / "lines.csv")
    code, told = run_json("validate", *files, "--entity", "order")
    assert code == 1
    assert (told["n_rows"], told["n_ready"], told["n_held"]) == (6, 2, 1)
    code, told = run_json("send", *files, "--source", "shop", "--dry-run")
    assert sum(told["counts"].values()) == 6


def test_what_cannot_be_is_said(run: Any, book: Path, tmp_path: Path) -> None:
    same = run("validate", book, "--sheet", "Chi tiết", "--items-sheet", "Chi tiết")
    assert same.returncode == 2
    assert "is that of the items" in same.stderr
    every = run("send", book, "--every-sheet", "--items-sheet", "Chi tiết", "--source", "shop")
    assert every.returncode == 2
    assert "Leave out --every-sheet" in every.stderr
    ORDERS.to_csv(tmp_path / "orders.csv", index=False)
    parts = run(
        "validate", tmp_path / "orders.csv", "--items", tmp_path / "orders.csv",
        "--rows-at-once", "1",
    )  # fmt: skip
    assert parts.returncode == 2
    assert "taken in parts" in parts.stderr


def test_a_fixed_workbook_goes_back_into_both_tables(run: Any, book: Path, tmp_path: Path) -> None:
    recipe, fix, ready = (tmp_path / name for name in ("r.toml", "fix.xlsx", "ready.jsonl"))
    sheets = ("--sheet", "Đơn hàng", "--items-sheet", "Chi tiết")
    named = ("--map", "Cột 4=items.quantity", "--map", "Mã đơn hàng=orderId")
    assert run("map", book, *sheets, *named, "--out", recipe).returncode == 0
    run("clean", book, "--recipe", recipe, "--out", ready, "--held", fix)
    opened = openpyxl.load_workbook(fix)
    sheet = opened.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, heads["Leave out (x)"]).value = "x"  # the line without an order
    opened.save(fix)
    outs = tmp_path / "orders.xlsx", tmp_path / "lines.xlsx"
    how = ("merge", fix, book, "--recipe", recipe, "--out", outs[0])
    refused = run(*how)
    assert (refused.returncode, "say where to write them: --items-out" in refused.stderr) == (
        2,
        True,
    )
    done = run(*how, "--items-out", outs[1])
    assert "1 row left out" in done.stdout, done.stderr
    again = run("validate", outs[0], "--items", outs[1], "--recipe", recipe)
    assert again.returncode == 0, again.stderr
    assert "2 of 5 rows are ready for order; 3 are sent in the records of other" in again.stdout
