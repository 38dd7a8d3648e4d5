"""A workbook of records and items that came in two tables, fixed and taken back into both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from tests.test_item_tables import shop_lines, shop_orders

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

ORDERS = shop_orders(
    **{
        "Mã đơn hàng": [1, 2, 3],
        "Email khách hàng": ["an.le@gmail.com", "xx", "chi@yahoo.com"],
    }
)
LINES = shop_lines(**{"Mã đơn": ["2", "1", "3", "1"], "Số lượng": [1, 0.5, 2, 2]})


def fixed_workbook(path: Path, cells: dict[tuple[str, str], Any]) -> Path:
    """Write the workbook, and the cells by row and heading."""
    ORDERS.pango.validate("order", items=LINES).to_excel(path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=2)}
    for (row, head), value in cells.items():
        sheet.cell(rows[row], heads[head]).value = value
    book.save(path)
    return path


def test_cells_of_both_tables_come_back(tmp_path: Path) -> None:
    mended = {("order 1", "Email khách hàng"): "b.vo@gmail.com", ("items 1", "Số lượng"): 5}
    note = {("items 1", "items: Ghi chú"): "xanh"}
    path = fixed_workbook(tmp_path / "fix.xlsx", {**mended, **note})
    before = ORDERS.copy(), LINES.copy()
    (orders, lines), changes = pp.read_fixed(path, ORDERS, items=LINES, return_changes=True)
    expected = ORDERS.assign(
        **{"Email khách hàng": ["an.le@gmail.com", "b.vo@gmail.com", "chi@yahoo.com"]}
    )
    pd.testing.assert_frame_equal(orders, expected)
    assert lines["Số lượng"].tolist() == [1, 5, 2, 2]
    assert lines["Ghi chú"].fillna("").tolist() == ["", "xanh", "", ""]
    others = ["Mã đơn", "Mã sản phẩm", "Đơn giá"]
    pd.testing.assert_frame_equal(lines[others], LINES[others])
    assert changes.table[["index", "column"]].values.tolist() == [
        [("order", 1), "Email khách hàng"], [("items", 1), "Số lượng"],
        [("items", 1), "items: Ghi chú"],
    ]  # fmt: skip
    assert orders.pango.validate("order", items=lines).n_held == 0
    pd.testing.assert_frame_equal(ORDERS, before[0])
    pd.testing.assert_frame_equal(LINES, before[1])


def test_rows_are_left_out_of_their_table(tmp_path: Path) -> None:
    marked = {("items 1", "Leave out (x)"): "x", ("order 1", "Leave out (x)"): "x"}
    orders, lines = pp.read_fixed(fixed_workbook(tmp_path / "f.xlsx", marked), ORDERS, items=LINES)
    assert orders.index.tolist() == [0, 2]
    assert lines.index.tolist() == [0, 2, 3]


def test_a_cell_that_its_table_does_not_have_is_left_out(tmp_path: Path) -> None:
    foreign = {("items 1", "Trạng thái đơn hàng"): "Hủy", ("order 1", "Số lượng"): 3}
    path = fixed_workbook(tmp_path / "fix.xlsx", foreign)
    with pytest.warns(UserWarning, match="left out: cells in columns that only the other table"):
        (orders, lines), changes = pp.read_fixed(path, ORDERS, items=LINES, return_changes=True)
    assert len(changes) == 0
    pd.testing.assert_frame_equal(orders, ORDERS)
    pd.testing.assert_frame_equal(lines, LINES)


def test_what_was_fixed_is_remembered(tmp_path: Path) -> None:
    mended = {("order 1", "Email khách hàng"): "b.vo@gmail.com", ("items 1", "Số lượng"): 5}
    path, fixes = fixed_workbook(tmp_path / "fix.xlsx", mended), tmp_path / "kv.fixes"
    pp.read_fixed(path, ORDERS, items=LINES, fixes=fixes)
    again = ORDERS.pango.validate("order", items=LINES, fixes=fixes)
    assert again.n_held == 0
    assert again.ready["items"].iloc[0][0]["quantity"] == 5


def test_both_tables_are_asked_for(tmp_path: Path) -> None:
    path = fixed_workbook(tmp_path / "fix.xlsx", {})
    with pytest.raises(pp.UsageError, match=r"rows of two tables, order and items\. Give both"):
        pp.read_fixed(path, ORDERS)
    with pytest.raises(pp.UsageError, match="one of these has no column for orderId"):
        pp.read_fixed(path, ORDERS, items=LINES.drop(columns="Mã đơn"))
    with pytest.raises(pp.UsageError, match="belong to another frame"):
        pp.read_fixed(path, ORDERS, items=LINES[:3])
    with pytest.raises(pp.UsageError, match="items are of one frame"):
        pp.read_fixed(path, {"order": ORDERS}, items=LINES)
    people = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["12"]})
    people.pango.validate("customer-identity").to_excel(tmp_path / "people.xlsx")
    with pytest.raises(pp.UsageError, match="was made from one table, so no items belong to it"):
        pp.read_fixed(tmp_path / "people.xlsx", people, items=LINES)
