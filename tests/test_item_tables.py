"""Records in one table, their items in another: joined by the key, each row with an end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import polars
import pytest

import pangoprep as pp


def shop_orders(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Mã đơn hàng": ["DH1", "DH2", "DH3"],
            "Trạng thái đơn hàng": ["Xong", "Xong", "Hủy"],
            "Mã khách hàng": ["K1", "K2", "K3"],
            "Tên khách hàng": ["Lê An", "Võ Bình", "Hồ Chi"],
            "Email khách hàng": ["an.le@gmail.com", "b.vo@gmail.com", "chi@yahoo.com"],
            "Tổng tiền hàng": ["30000.5", "10000", "5000"],
            "Ghi chú": ["giao nhanh", None, None],
            "Giảm giá": ["1000", "2000", "3000"],
        }
        | columns
    )


def shop_lines(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Mã đơn": ["DH2", "DH1", "DH3", "DH1"],
            "Mã sản phẩm": ["A", "A", "C", "B"],
            "Tên sản phẩm": ["Áo", "Áo", "Chè", "Bút"],
            "Số lượng": [1, 1, 2, 2],
            "Đơn giá": ["10000", "10000.5", "2500", "10000"],
            "Ghi chú": [None, "màu đỏ", None, None],
        }
        | columns
    )


def found(report: pp.Report, rule: str) -> list[list[Any]]:
    findings = report.findings
    return findings.loc[findings["rule"] == rule, ["index", "field", "key"]].values.tolist()


def test_lines_become_the_items_of_their_orders() -> None:
    orders, lines = shop_orders(), shop_lines()
    before = orders.copy(), lines.copy()
    report = orders.pango.validate(items=lines)
    assert report.entity == "order"
    assert (report.n_rows, report.n_ready, report.n_held, report.n_joined) == (7, 3, 0, 4)
    assert report.ready["orderId"].tolist() == ["DH1", "DH2", "DH3"]
    items = [
        [(item["productName"], item["quantity"], float(item["price"])) for item in some]
        for some in report.ready["items"]
    ]
    assert items == [[("Áo", 1, 10000.5), ("Bút", 2, 10000)], [("Áo", 1, 10000)],
                     [("Chè", 2, 2500)]]  # fmt: skip
    assert not found(report, "items.total")
    assert report.rows["index"].tolist()[:4] == [*zip(["order"] * 3, range(3), strict=True),
                                                 ("items", 0)]  # fmt: skip
    assert report.rows["record"].tolist() == [0, 1, 2, 1, 0, 2, 0]
    pd.testing.assert_frame_equal(orders, before[0])
    pd.testing.assert_frame_equal(lines, before[1])


def test_what_one_file_with_both_becomes_two_tables_become() -> None:
    both = shop_lines().merge(
        shop_orders().drop(columns=["Ghi chú", "Giảm giá"]),
        left_on="Mã đơn", right_on="Mã đơn hàng",
    )  # fmt: skip
    one = both.drop(columns=["Mã đơn"]).pango.validate("order")
    two = pp.validate(shop_orders(), "order", items=shop_lines())
    by_key = [report.ready.set_index("orderId").sort_index() for report in (one, two)]
    pd.testing.assert_frame_equal(*by_key, check_like=True)


def test_a_line_without_its_order_is_held_and_says_so_and_nothing_else() -> None:
    report = shop_orders().pango.validate(
        items=shop_lines(**{"Mã đơn": ["DH2", "DH9", None, "DH1"]})
    )
    assert found(report, "items.without_record") == [[("items", 1), "orderId", "DH9"]]
    missing = report.findings.query("rule == 'required.missing' and row > 2")
    assert missing[["index", "field"]].values.tolist() == [[("items", 2), "orderId"]]
    assert report.rows["state"].tolist() == [
        "ready", "ready", "held", "joined", "held", "held", "joined",
    ]  # fmt: skip
    vi = shop_orders().pango.validate(items=shop_lines(**{"Mã đơn": ["X"] * 4}), lang="vi")
    assert "Không có bản ghi nào mang khóa" in vi.reveal()["message"].str.cat()


def test_an_order_without_lines_says_so() -> None:
    report = shop_orders().pango.validate(
        items=shop_lines(**{"Mã đơn": ["DH2", "DH1", "DH1", "DH1"]})
    )
    assert found(report, "items.none") == [[("order", 2), "items", "DH3"]]
    assert report.rows["state"].tolist()[:3] == ["ready", "ready", "held"]


def test_a_line_that_cannot_be_sent_holds_its_order() -> None:
    report = shop_orders().pango.validate(
        items=shop_lines(**{"Số lượng": ["1", "hai cái", "2", "2"]})
    )
    (finding,) = report.findings.query("field == 'items.quantity'").to_dict("records")
    assert finding["index"] == ("items", 1)
    assert report.rows["state"].tolist() == [
        "held", "ready", "ready", "joined", "held", "joined", "held",
    ]  # fmt: skip
    assert "(row items 1 is held)" in report.rows["reason"][0]


def test_keys_are_compared_as_what_they_mean() -> None:
    orders = shop_orders(**{"Mã đơn hàng": [1, 2, 3]})
    lines = shop_lines(**{"Mã đơn": ["2", " 1 ", "3", "1"]})
    assert orders.pango.validate(items=lines).n_ready == 3


def test_whole_numbers_of_one_table_stay_whole_beside_the_other() -> None:
    lines = shop_lines(**{"Mã sản phẩm": [2**60 + 1, 2, 3, 4]})
    report = shop_orders().pango.validate(items=lines)
    assert report.ready["items"].iloc[1][0]["productSku"] == str(2**60 + 1)


def test_headers_of_both_tables() -> None:
    told = shop_orders().pango.map(items=shop_lines())
    assert told.fields["Số lượng"] == "items.quantity"
    # No field of an order, and that of an item only in the table of items.
    assert told.unclaimed == ["Ghi chú", "Giảm giá", "items: Ghi chú"]
    mapping = {"Ghi chú": "items.unit"}
    report = shop_orders().pango.validate(items=shop_lines(), mapping=mapping)
    assert report.ready["items"].iloc[0][0]["unit"] == "màu đỏ"
    of_orders = {"Ghi chú": "customFieldTexts.customField01"}
    report = shop_orders().pango.validate(items=shop_lines(), mapping=of_orders)
    assert report.ready["customFieldTexts.customField01"].dropna().tolist() == ["giao nhanh"]
    by_name = {"items: Ghi chú": "items.unit", "Ghi chú": ""}
    report = shop_orders().pango.validate(items=shop_lines(), mapping=by_name)
    assert report.ready["items"].iloc[0][0]["unit"] == "màu đỏ"


def test_the_lines_can_hold_what_orders_lack() -> None:
    orders = shop_orders().drop(columns="Trạng thái đơn hàng")
    lines = shop_lines().assign(**{"Trạng thái đơn hàng": ["Xong", "Xong", "Xong", None]})
    report = orders.pango.validate("order", items=lines)
    assert report.ready["orderStatus"].tolist() == ["Xong"] * 3
    # What the orders say themselves counts; the column of the lines is listed as not sent.
    both = shop_orders().pango.validate("order", items=lines)
    assert both.ready["orderStatus"].tolist() == ["Xong", "Xong", "Hủy"]
    assert "items: Trạng thái đơn hàng" in both.unused_columns


def test_a_key_that_is_called_otherwise_is_said() -> None:
    lines = shop_lines().rename(columns={"Mã đơn": "Cột 1"})
    with pytest.raises(pp.PangoprepError, match="The items have no column for orderId"):
        shop_orders().pango.validate("order", items=lines)
    mapping = {"Cột 1": "orderId"}
    assert shop_orders().pango.validate("order", items=lines, mapping=mapping).n_ready == 3
    same = shop_orders().rename(columns={"Mã đơn hàng": "Cột 1"})
    assert same.pango.validate("order", items=lines, mapping=mapping).n_ready == 3


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"object_type": "customer-identity"}, "has no list of objects"),
        ({"items": "lines.csv"}, "A frame is needed"),
        ({"items": shop_lines()[["Mã đơn", "Ghi chú"]]}, "No column of the items is a field"),
        ({"items": shop_lines().drop(columns="Mã sản phẩm")}, r"needs items\.productSku"),
        ({"mapping": {"Cột 9": "items.price"}}, "neither table has: 'Cột 9'"),
        ({"mapping": {"Giảm giá": "items.discount"}}, "in the table of the records"),
        ({"mapping": {"Ghi chú": "items.unti"}}, "unti"),
    ],
)
def test_what_cannot_be_joined_is_refused(how: dict[str, Any], message: str) -> None:
    given = {"object_type": "order", "items": shop_lines(), **how}
    with pytest.raises(pp.PangoprepError, match=message):
        shop_orders().pango.validate(**given)


def test_a_recipe_keeps_the_columns_of_both(tmp_path: Path) -> None:
    lines = shop_lines().rename(columns={"Số lượng": "Cột 8"})
    mapping = {"Cột 8": "items.quantity", "Ghi chú": "items.unit"}
    report = shop_orders().pango.validate(items=lines, mapping=mapping)
    path = report.recipe("shop").save(tmp_path / "shop.toml")
    again = shop_orders().pango.validate(items=lines, recipe=path)
    pd.testing.assert_frame_equal(again.ready, report.ready)
    assert 'items: Ghi chú" = "items.unit' in path.read_text(encoding="utf-8")


def test_a_recipe_and_a_run_keep_what_the_lines_call_the_key(tmp_path: Path) -> None:
    lines = shop_lines(**{"Số lượng": ["1", "1", "x", "2"]}).rename(columns={"Mã đơn": "Số CT"})
    report = shop_orders().pango.validate(items=lines, mapping={"Số CT": "orderId"})
    path = report.recipe("shop").save(tmp_path / "shop.toml")
    assert '"items: Số CT" = "orderId"' in path.read_text(encoding="utf-8")
    again = shop_orders().pango.validate(items=lines, recipe=path)
    pd.testing.assert_frame_equal(again.ready, report.ready)
    assert again.recipe("shop") == report.recipe("shop")
    with pp.Sandbox() as cdp:
        how: dict[str, Any] = {"client": cdp.client(), "ledger": tmp_path / "a.db", "items": lines}
        result = shop_orders().pango.send("order", recipe=path, **how)
        resumed = shop_orders().pango.resume(result.run_id, **how)
    assert result.counts["accepted"] == 5
    assert sum(resumed.counts.values()) == 7


def test_a_recipe_keeps_fixes_of_items() -> None:
    lines = shop_lines(**{"Số lượng": ["1", "hai", "2", "2"]})
    report = shop_orders().pango.validate(items=lines, fixes={"items.quantity": {"hai": "2"}})
    assert report.n_held == 0
    text = report.recipe("shop").to_toml()
    assert 'hai = "2"' in text
    assert "personal" not in text


def test_cleaned_rows_are_taken_again() -> None:
    cleaned = shop_orders().pango.clean(items=shop_lines())
    assert len(cleaned) == 7
    again = cleaned.reset_index(drop=True).pango.validate("order")
    assert again.n_ready == 3


def test_other_frames_speak_arrow() -> None:
    lines = polars.from_pandas(shop_lines())
    assert pp.validate(polars.from_pandas(shop_orders()), "order", items=lines).n_ready == 3


class Line(pp.Item):
    sku: str = pp.field.identifier("SKU", required=True, personal=False)
    bought: int = pp.field.timestamp("Bought")


class Basket(pp.Entity, object_type="basket", key=("shop", "number")):
    shop: str = pp.field.text("Shop", required=True)
    number: str = pp.field.identifier("Number", required=True)
    lines: list = pp.field.items(Line, "Lines")


def test_an_entity_of_ones_own_with_a_key_of_two_fields() -> None:
    baskets = pd.DataFrame({"shop": ["HN", "SG"], "number": [1, 1]})
    lines = pd.DataFrame({"shop": ["HN", "HN", "HN"], "number": [1, 1, 2], "sku": ["X", "Y", "Z"]})
    report = baskets.pango.validate(Basket, items=lines)
    assert [[one["sku"] for one in some] for some in report.ready["lines"].dropna()] == [["X", "Y"]]
    assert found(report, "items.without_record") == [[("lines", 2), "shop", "HN + •"]]
    # Nothing demands a line of a basket: it is said, and sent.
    assert found(report, "items.none") == [[("basket", 1), "lines", "SG + •"]]
    assert report.n_ready == 2


def test_every_row_of_both_tables_has_its_state_in_the_result(tmp_path: Path) -> None:
    lines = shop_lines(**{"Số lượng": ["1", "1", "x", "2"]})
    with pp.Sandbox() as cdp:
        how: dict[str, Any] = {
            "source": "shop", "client": cdp.client(), "ledger": tmp_path / "a.db", "items": lines,
        }  # fmt: skip
        plan = shop_orders().pango.plan("order", **how)
        assert plan.n_rows == sum(plan.counts.values()) == 7
        result = shop_orders().pango.send("order", **how)
        assert result.rows["state"].tolist() == [
            "accepted", "accepted", "held", "accepted", "accepted", "held", "accepted",
        ]  # fmt: skip
        assert (result.counts["accepted"], result.counts["held"]) == (5, 2)
        assert [len(items) for items in cdp.records("order")["items"]] == [2, 1]
        again = shop_orders().pango.resume(
            result.run_id, **{k: how[k] for k in how if k != "source"}
        )
        assert sum(again.counts.values()) == 7


def two_sheets(path: Path, lines: pd.DataFrame) -> Path:
    with pd.ExcelWriter(path) as book:
        shop_orders().to_excel(book, sheet_name="Đơn hàng", index=False)
        lines.to_excel(book, sheet_name="Chi tiết", index=False)
    return path


def test_two_sheets_of_a_workbook(tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "shop.xlsx", shop_lines(**{"Số lượng": ["1", "x", "2", "2"]}))
    orders, lines = pp.read(path, sheet="Đơn hàng"), pp.read(path, sheet="Chi tiết")
    report = orders.pango.validate(items=lines)
    (finding,) = report.findings.query("field == 'items.quantity'").to_dict("records")
    assert finding["index"] == ("Chi tiết", 3)  # as the sheet counts
    assert "(row Chi tiết 3 is held)" in report.rows["reason"][0]
    recipe = report.recipe("shop")
    assert recipe.reading == {"sheet": "Đơn hàng", "items_sheet": "Chi tiết"}


def test_the_workbench_and_its_workbook_have_the_rows_of_both(tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "shop.xlsx", shop_lines(**{"Số lượng": ["1", "x", "2", "2"]}))
    orders, lines = pp.read(path, sheet="Đơn hàng"), pp.read(path, sheet="Chi tiết")
    bench = orders.pango.workbench(items=lines)
    assert bench.report.n_held == 3
    book = openpyxl.load_workbook(bench.report.to_excel(tmp_path / "fix.xlsx"))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    place = heads.index("Số lượng") + 1
    shown = [sheet.cell(row, place).value for row in range(2, sheet.max_row + 1)]
    assert shown == [None, "x", "2"]
    sheet.cell(3, place).value = "1"
    book.save(tmp_path / "fix.xlsx")
    bench.read_fixed(tmp_path / "fix.xlsx")
    assert (bench.report.n_ready, bench.report.n_held) == (3, 0)
    bench.undo()
    assert bench.fix("items.quantity", {"x": "1"}).n_freed == 3
    assert f"items = pp.read({str(path)!r}, sheet='Chi tiết')" in bench.code()
    assert ", items=items)" in bench.code()
    of_report = orders.pango.validate(items=lines).workbench()
    of_report.fix("items.quantity", {"x": "1"})
    assert of_report.report.n_ready == 3
