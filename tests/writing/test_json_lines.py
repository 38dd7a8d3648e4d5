"""JSON lines of ready rows: every digit of a decimal, and what pandas wrote before of the rest."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.writing.formats import Writer

LONG = "12345678901234567.125"


def lines_of(frame: pd.DataFrame, path: Path) -> str:
    with Writer(path) as writer:
        writer.add(frame)
    return path.read_text(encoding="utf-8")


def test_decimals_are_written_digit_for_digit(tmp_path: Path) -> None:
    orders = pd.DataFrame(
        {
            "orderId": ["1", "2"],
            "orderStatus": ["Đã giao", 'a"b'],
            "customerId": ["C1", "C2"],
            "customerName": ["An", "Bình"],
            "totalCost": [LONG, None],
            "items": [f'[{{"productSku": "A", "productName": "x/y", "price": "{LONG}"}}]'] * 2,
        }
    )
    ready = pp.validate(orders, "order").ready
    written = lines_of(ready, tmp_path / "a.jsonl")
    rows = [json.loads(line, parse_float=Decimal) for line in written.splitlines()]
    assert [row["totalCost"] for row in rows] == [Decimal(LONG), None]
    assert rows[0]["items"][0]["price"] == Decimal(LONG)
    assert rows[1]["orderStatus"] == 'a"b'
    assert rows[0]["items"][0]["productName"] == "x/y"


@pytest.mark.parametrize("frame", [
    pd.DataFrame({"a": ["x", None], "n": pd.array([1, None], "Int64"), "l": [["a"], None],
                  "b": pd.array([True, None], "boolean")}),
    pd.DataFrame({"f": [1.5, None]}),
], ids=["canonical", "floats"])  # fmt: skip
def test_all_else_is_written_as_pandas_does(frame: pd.DataFrame, tmp_path: Path) -> None:
    usual = frame.to_json(orient="records", lines=True, force_ascii=False)
    written = lines_of(frame, tmp_path / "a.jsonl")
    assert list(map(json.loads, written.splitlines())) == list(
        map(json.loads, str(usual).splitlines())
    )
