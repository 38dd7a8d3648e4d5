"""Make ``shop_orders.xlsx``: a web shop's export, orders on one sheet, their lines on another.

::

    python data/make_shop.py --out data

The orders, people and products are made up. A few cells are as people type them, and wrong.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import xlsxwriter
from make_odd import people
from synthetic.dice import Dice

N_ORDERS = 80
FILE = "shop_orders.xlsx"
_PRODUCTS = [
    ("AO-01", "Áo thun cổ tròn", 129_000),
    ("AO-02", "Áo sơ mi lụa", 345_000),
    ("QU-01", "Quần jean ống đứng", 420_000),
    ("GI-07", "Giày vải trắng", 590_000),
    ("TU-03", "Túi tote vải bố", 99_000),
    ("MU-02", "Mũ lưỡi trai", 75_000),
]
_STATUS = ["Hoàn thành", "Đang giao", "Đã hủy"]
_FIRST_DAY = dt.date(2026, 6, 1)
_MADE = dt.datetime(2026, 6, 30)


def orders(seed: int = 2026) -> tuple[list[list[object]], list[list[object]]]:
    """Draw orders and their lines, headers first; the same seed gives the same ones."""
    dice = Dice(seed, "shop")
    drawn = [dice.below(N_ORDERS, n).tolist() for n in (40, 3, 30, 24 * 60, 3)]
    some = people(seed)
    heads: list[list[object]] = [
        ["Mã đơn hàng", "Ngày đặt", "Trạng thái đơn hàng", "Mã khách hàng", "Tên khách hàng",
         "SĐT khách hàng", "Email khách hàng", "Phí ship", "Tổng tiền hàng", "Ghi chú"],
    ]  # fmt: skip
    lines: list[list[object]] = [
        ["Số đơn hàng", "Mã SKU", "Tên sản phẩm", "SL", "Đơn giá", "Ghi chú"],
    ]
    chosen = dice.below(N_ORDERS * 3, len(_PRODUCTS)).tolist()
    counts = dice.below(N_ORDERS * 3, 3).tolist()
    for place, (who, status, day, minute, extra) in enumerate(zip(*drawn, strict=True)):
        number, person = f"DH{26_0601 + place}", some[who]
        placed = dt.datetime.combine(_FIRST_DAY + dt.timedelta(days=day), dt.time())
        placed += dt.timedelta(minutes=minute)
        total = 0
        for item in range(extra + 1):
            sku, name, price = _PRODUCTS[chosen[place * 3 + item]]
            quantity = counts[place * 3 + item] + 1
            total += price * quantity
            lines.append([number, sku, name, quantity, f"{price:,}đ".replace(",", "."), None])
        heads.append(
            [number, f"{placed:%d/%m/%Y %H:%M}", _STATUS[status], person.code, person.name,
             person.phone, person.email, "30.000đ", f"{total:,}đ".replace(",", "."), None]
        )  # fmt: skip
    _damage(heads, lines)
    return heads, lines


def _damage(heads: list[list[object]], lines: list[list[object]]) -> None:
    """Put in what goes wrong between two sheets."""
    gone = heads[7][0]
    lines[:] = [line for line in lines if line[0] != gone]  # an order whose lines are not there
    lines.append(["DH260999", "AO-01", "Áo thun cổ tròn", 1, "129.000đ", "đơn tháng trước"])
    lines[5][3] = "hai cái"
    lines[9][1] = None
    heads[12][8] = "1.000đ"  # a total that is not the sum of the lines
    heads[20][3] = None
    heads[3][9] = "giao giờ hành chính"


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("data"))
    folder = parser.parse_args().out
    book = xlsxwriter.Workbook(folder / FILE)
    book.set_properties({"created": _MADE})
    for name, rows in zip(("Đơn hàng", "Chi tiết"), orders(), strict=True):
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()


if __name__ == "__main__":
    main()
