"""Files with one row per item: rows of one key become one record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import pangoprep as pp


def export(**columns: list[Any]) -> pd.DataFrame:
    """Return three orders of a shop: two items whose order stands once, one, and two repeated."""
    return pd.DataFrame(
        {
            "Mã đơn hàng": ["DH1", "DH1", "DH2", "DH3", "DH3"],
            "Trạng thái đơn hàng": ["Xong", None, "Xong", "Xong", "Xong"],
            "Mã khách hàng": ["K1", None, "K2", "K3", "K3"],
            "Tên khách hàng": ["Lê An", None, "Võ Bình", "Hồ Chi", "Hồ Chi"],
            "Email khách hàng": ["an.le@gmail.com", "", "b.vo@gmail.com", "chi@yahoo.com", None],
            "Tổng tiền hàng": ["30000.5", None, "10000", "5000", "5000"],
            "Mã sản phẩm": ["A", "B", "A", "C", "D"],
            "Tên sản phẩm": ["Áo", "Bút", "Áo", "Chè", "Đèn"],
            "Số lượng": ["1", "2", "1", "1", "1"],
            "Đơn giá": ["10000.5", "10000", "10000", "2500", "2500"],
        }
        | columns
    )


def found(report: pp.Report, rule: str) -> list[list[Any]]:
    findings = report.findings
    return findings.loc[findings["rule"] == rule, ["row", "field", "suggestion"]].values.tolist()


def test_rows_of_one_order_become_its_items() -> None:
    report = export().pango.validate()
    assert report.entity == "order"
    assert (report.n_rows, report.n_ready, report.n_held, report.n_joined) == (5, 3, 0, 2)
    assert report.ready["orderId"].tolist() == ["DH1", "DH2", "DH3"]
    assert report.ready["customerEmail"].tolist()[2] == "chi@yahoo.com"
    names = [[item["productName"] for item in items] for items in report.ready["items"]]
    assert names == [["Áo", "Bút"], ["Áo"], ["Chè", "Đèn"]]
    assert [*report.ready] == [name for name in report.ready if "." not in name]
    assert found(report, "items.joined") == [
        [1, "orderId", "in the record of row 0"], [4, "orderId", "in the record of row 3"],
    ]  # fmt: skip
    assert not found(report, "items.total")
    assert report.rows["state"].tolist() == ["ready", "joined", "ready", "ready", "joined"]
    assert report.rows["record"].tolist() == [0, 0, 2, 3, 3]
    assert "2 are sent in the records of other rows" in report.headline


def test_rows_of_one_order_need_not_lie_together() -> None:
    shuffled = export().iloc[[1, 3, 2, 0, 4]]
    report = shuffled.pango.validate("order")
    assert report.ready["orderId"].tolist() == ["DH1", "DH3", "DH2"]
    assert report.ready["customerId"].tolist() == ["K1", "K3", "K2"]  # filled from a later row
    assert [item["productName"] for item in report.ready["items"].iloc[0]] == ["Bút", "Áo"]
    assert report.ready.index.tolist() == [1, 3, 2]


def test_what_rows_of_an_order_say_otherwise_holds_it() -> None:
    frame = export(**{"Trạng thái đơn hàng": ["Xong", "Hủy", "Xong", "Xong", " xong"]})
    report = frame.pango.validate("order")
    assert found(report, "items.contradiction") == [
        [1, "orderStatus", "otherwise in row 0"], [4, "orderStatus", "otherwise in row 3"],
    ]  # fmt: skip
    assert found(report, "items.held_together") == [
        [0, "orderId", "row 1 is held"], [3, "orderId", "row 4 is held"],
    ]  # fmt: skip
    assert report.rows["state"].tolist() == ["held", "held", "ready", "held", "held"]
    lenient = frame.pango.validate("order", severity={"items.contradiction": "warning"})
    assert lenient.ready["orderStatus"].tolist() == ["Xong"] * 3


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("Mã khách hàng", ["K1 ", "K1", "K2", "K3", "K3"]),
        ("Tổng tiền hàng", ["30000.50", "30000.5", "10000", "5000", "5000.0"]),
        ("Email khách hàng", ["A.le@gmail.com", "a.le@gmail.com", None, "N/A", "n/a"]),
    ],
)
def test_what_is_written_otherwise_and_says_the_same_is_no_contradiction(
    column: str, cells: list[str]
) -> None:
    report = export(**{column: cells}).pango.validate("order")
    assert found(report, "items.contradiction") == []
    assert report.n_held == 0


def test_an_item_that_cannot_be_sent_holds_its_order_and_no_other() -> None:
    report = export(**{"Mã sản phẩm": ["A", None, "A", "C", "D"]}).pango.validate("order")
    rows = report.findings.query("rule == 'required.missing'")
    assert rows[["row", "field"]].values.tolist() == [[1, "items.productSku"]]
    assert report.rows["state"].tolist() == ["held", "held", "ready", "ready", "joined"]
    assert (report.n_ready, report.n_held, report.n_joined) == (2, 2, 1)


def test_no_rule_that_is_ignored_lets_half_an_order_go() -> None:
    frame = export(**{"Mã sản phẩm": ["A", None, "A", "C", "D"]})
    report = frame.pango.validate("order", ignore=["items.joined", "items.held_together"])
    assert report.rows["state"].tolist() == ["held", "held", "ready", "ready", "joined"]


def test_a_total_is_compared_with_the_items_of_all_its_rows() -> None:
    totals = ["30001", None, "10000", "5000", "5000"]
    report = export(**{"Tổng tiền hàng": totals}).pango.validate("order")
    assert [row for row, *_ in found(report, "items.total")] == [0]
    assert report.n_held == 0


def test_a_row_without_a_key_is_held_alone() -> None:
    report = export(**{"Mã đơn hàng": ["DH1", None, "DH2", "DH3", "DH3"]}).pango.validate("order")
    assert report.rows["state"].tolist() == ["ready", "held", "ready", "ready", "joined"]


def test_an_order_without_an_item_is_held() -> None:
    nothing = dict.fromkeys(("Mã sản phẩm", "Tên sản phẩm", "Số lượng", "Đơn giá"), None)
    frame = export()
    for name in nothing:
        frame.loc[2, name] = None
    report = frame.pango.validate("order")
    missing = report.findings.query("rule == 'required.missing'")
    assert missing[["row", "field"]].values.tolist() == [[2, "items"]]


def test_cleaned_rows_are_taken_again() -> None:
    cleaned = export().pango.clean()
    assert cleaned["items.quantity"].tolist() == [1, 2, 1, 1, 1]
    assert "items" not in cleaned
    again = cleaned.pango.validate("order")
    pd.testing.assert_frame_equal(again.ready, export().pango.validate().ready)


def test_a_recipe_keeps_what_the_columns_of_items_are() -> None:
    frame = export().rename(columns={"Đơn giá": "Cột 7", "Số lượng": "Cột 8"})
    mapping = {"Cột 7": "items.price", "Cột 8": "items.quantity"}
    report = frame.pango.validate("order", mapping=mapping)
    again = frame.pango.validate(recipe=report.recipe("shop"))
    assert [item["quantity"] for item in again.ready["items"].iloc[0]] == [1, 2]
    with pytest.raises(pp.PangoprepError, match=r"Did you mean 'items\.price'"):
        frame.pango.validate("order", mapping={"Cột 7": "items.prise"})


def test_columns_of_items_and_a_column_of_lists_are_refused_together() -> None:
    frame = export().assign(items="[]")
    report = frame.pango.validate("order", mapping={"Mã sản phẩm": ""})
    assert report.examined.item_list == ""  # a column of lists is what the record is read from
    with pytest.raises(pp.PangoprepError, match="one kind out"):
        frame.pango.validate("order", mapping={"Mã sản phẩm": "items.productSku"})


def test_columns_that_items_must_have_are_asked_for() -> None:
    frame = export().drop(columns="Mã sản phẩm")
    with pytest.raises(pp.PangoprepError, match=r"needs items\.productSku"):
        frame.pango.validate("order", mapping={"Tên sản phẩm": "items.productName"})


def test_customers_with_headers_of_items_stay_customers() -> None:
    frame = pd.DataFrame({"Mã KH": ["1"], "Họ tên": ["An"], "SĐT": ["0912345678"], "SL": ["1"]})
    assert frame.pango.validate().entity == "customer-identity"


class Line(pp.Item):
    sku: str = pp.field.identifier("SKU", required=True, personal=False)
    bought: int = pp.field.timestamp("Bought")


class Basket(pp.Entity, object_type="basket", key=("shop", "number")):
    shop: str = pp.field.text("Shop", required=True)
    number: str = pp.field.identifier("Number", required=True)
    tags: list = pp.field.list("Tags")
    lines: list = pp.field.items(Line, "Lines")


def test_an_entity_of_ones_own_has_items_row_by_row() -> None:
    frame = pd.DataFrame(
        {
            "shop": ["HN", "HN", "SG", "SG"],
            "number": ["1", "1", "1", "2"],
            "tags": ["a;b", "a; b", "c", None],
            "sku": ["X", "Y", "Z", "W"],
            "bought": ["13/02/2024", "14/02/2024", "02/03/2024", "15/02/2024"],
        }
    )
    report = frame.pango.validate(Basket)
    assert (report.n_ready, report.n_joined) == (3, 1)
    assert [[one["sku"] for one in lines] for lines in report.ready["lines"]] == [
        ["X", "Y"], ["Z"], ["W"],
    ]  # fmt: skip
    # One column's evidence reads all items: the second of March.
    assert report.ready["lines"].iloc[1][0]["bought"] == 1_709_312_400_000


def test_an_order_that_goes_on_in_another_part_of_the_file_is_one(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    export().iloc[[1, 3, 2, 0, 4]].to_csv(path, index=False)
    report = pp.scan(path, rows=2).pango.validate()
    assert report.ready["customerId"].tolist() == ["K1", "K3", "K2"]
    assert report.rows["record"].tolist() == [0, 1, 2, 0, 1]
    pp.scan(path, rows=2).pango.clean(out=tmp_path / "ready.jsonl")
    lines = (tmp_path / "ready.jsonl").read_text("utf-8").splitlines()
    items = [[item["productSku"] for item in json.loads(line)["items"]] for line in lines]
    assert items == [["B", "A"], ["C", "D"], ["A"]]


def test_the_fixing_workbook_shows_all_rows_of_an_order_and_takes_them_back(
    tmp_path: Path,
) -> None:
    frame = export(**{"Số lượng": ["1", "hai cái", "1", "1", "1"]})
    report = frame.pango.validate("order")
    book = openpyxl.load_workbook(report.to_excel(tmp_path / "fix.xlsx"))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    place = heads.index("Số lượng") + 1
    assert [sheet.cell(row, place).value for row in (2, 3)] == ["1", "hai cái"]
    assert sheet.max_row == 3
    sheet.cell(3, place).value = "2"
    book.save(tmp_path / "fix.xlsx")
    fixed = pp.read_fixed(tmp_path / "fix.xlsx", frame)
    assert fixed.pango.validate("order").n_ready == 3


def test_every_row_of_the_file_has_the_state_of_its_order(tmp_path: Path) -> None:
    frame = export(**{"Số lượng": ["1", "2", "x", "1", "1"]})
    with pp.Sandbox() as cdp:
        how: dict[str, Any] = {
            "source": "shop", "client": cdp.client(), "ledger": tmp_path / "a.db",
        }  # fmt: skip
        result = frame.pango.send("order", **how)
        assert result.rows["state"].tolist() == [
            "accepted", "accepted", "held", "accepted", "accepted",
        ]  # fmt: skip
        assert result.counts["accepted"] == 4
        assert sum(result.counts.values()) == 5
        assert [*result.rows] == ["row", "index", "key", "state", "reason"]
        assert frame.pango.send("order", **how).counts["unchanged"] == 4
        assert [len(items) for items in cdp.records("order")["items"]] == [2, 2]


def test_a_workbench_keeps_items_in_their_records() -> None:
    frame = export(**{"Số lượng": ["1", "hai cái", "1", "1", "1"]})
    for bench in (frame.pango.workbench("order"), frame.pango.validate("order").workbench()):
        assert bench.fix("items.quantity", {"hai cái": "2"}).n_freed == 2
        assert (bench.report.n_ready, bench.report.n_joined) == (3, 2)
        bench.undo()
        assert (bench.report.n_ready, bench.report.n_held) == (2, 2)


def test_an_item_that_was_left_out_is_not_sent_in_its_order() -> None:
    bench = export().pango.workbench("order")
    bench.leave_out([1], reason="trả lại")
    assert bench.report.rows["state"].tolist() == ["ready", "left out", "ready", "ready", "joined"]
    assert [item["productSku"] for item in bench.report.ready["items"].iloc[0]] == ["A"]
    bench.undo()
    bench.leave_out([0], reason="trả lại")  # the row that says whose order it is
    assert bench.report.rows["state"].tolist() == ["left out", "held", "ready", "ready", "joined"]
    assert "customerId" in bench.report.rows["reason"].iloc[1]


def test_a_total_within_an_order_is_no_item_of_it() -> None:
    orders = export(**{"Mã đơn hàng": ["1", "1", "2", "3", "3"]})
    orders.insert(0, "STT", ["1", "2", "3", "4", "5"])
    total = pd.DataFrame([{"STT": "Tổng cộng", "Mã đơn hàng": "1", "Số lượng": "3"}])
    frame = pd.concat([orders.iloc[:2], total, orders.iloc[2:]], ignore_index=True)
    report = frame.pango.validate("order")
    assert report.rows["state"].tolist() == [
        "ready", "joined", "no record", "ready", "ready", "joined",
    ]  # fmt: skip
    assert [item["productSku"] for item in report.ready["items"].iloc[0]] == ["A", "B"]


def test_a_part_of_the_key_may_be_said_once_for_all_rows() -> None:
    frame = pd.DataFrame({"number": ["1", "1", None], "sku": ["X", "Y", "Z"], "bought": None})
    report = frame.pango.validate(Basket, values={"shop": "HN"})
    assert report.rows["state"].tolist() == ["ready", "joined", "held"]
    assert [one["sku"] for one in report.ready["lines"].iloc[0]] == ["X", "Y"]
    assert report.examined.given == {"shop": 3}
    with pytest.raises(pp.PangoprepError, match="put together by the key"):
        frame[["sku", "bought"]].pango.validate(Basket, values={"shop": "HN", "number": "7"})


@pytest.mark.parametrize(("n_orders", "n_found"), [(2, 0), (3, 6)])
@pytest.mark.parametrize("rows", [1, 2, 4, 100])
def test_a_number_that_is_easy_to_type_counts_once_for_an_order(
    n_orders: int, n_found: int, rows: int, tmp_path: Path
) -> None:
    file = tmp_path / "lines.csv"
    heads = "orderId,orderStatus,customerId,customerName,customerPhone,productSku,productName\n"
    lines = [f"D{n},Xong,K{n},An,0999999999" for n in range(n_orders)]
    text = "".join(f"{line},S{item},Áo\n" for item in "AB" for line in lines)
    file.write_text(heads + text, encoding="utf-8")
    for report in (pp.read(file).pango.validate("order"),
                   pp.scan(file, rows=rows).pango.validate("order")):  # fmt: skip
        found = report.findings.query("rule == 'phone.shared_filler'")
        assert report.n_ready == n_orders
        assert found["field"].to_list() == ["customerPhone"] * n_found
