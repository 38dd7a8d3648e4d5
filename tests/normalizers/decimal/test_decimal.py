"""Decimals: exact, and read as the column as a whole is written."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import pangoprep as pp
from pangoprep.columns.decimals import decimal_texts
from pangoprep.large.parts import examine_parts
from pangoprep.pipeline import prepare
from pangoprep.planning import plan_columns
from pangoprep.report import Report


class Sale(pp.Entity, object_type="sale", key=("saleId",)):
    saleId: str = pp.field.identifier("Sale", required=True)
    price: float | None = pp.field.decimal("Price")
    share: float | None = pp.field.percent("Share")


def frame_of(cells: Any, field: str = "price") -> pd.DataFrame:
    cells = cells if isinstance(cells, pd.Series) else pd.Series(cells)
    return pd.DataFrame({"saleId": [f"S{n}" for n in range(len(cells))], field: cells})


def read(
    cells: Any, field: str = "price", **options: Any
) -> tuple[list[Any], list[tuple[int, str]]]:
    report = prepare(frame_of(cells, field), Sale, pp.Options(**options))
    values = report.cleaned[field]
    found = report.findings[report.findings["field"] == field]
    told = list(zip(found["row"], found["rule"].str.removeprefix("decimal."), strict=True))
    return [None if pd.isna(value) else str(value.normalize() + 0) for value in values], told


def written(value: str) -> str:
    return str(Decimal(value).normalize() + 0)


# Each column: its cells, what they are read as (None: refused), and what is said of them.
COLUMNS: list[tuple[list[Any], list[str | None], list[tuple[int, str]]]] = [
    (["1.250.000", "1.250", "12,5"], ["1250000", "1250", "12.5"], []),
    (["1,250,000.50", "1,250", "1.250"], ["1250000.5", "1250", "1.25"], []),
    (["0.250", "1.250"], ["0.25", "1.25"], []),
    (["0,250", "1,250"], ["0.25", "1.25"], []),
    (["1 250 000", "1 250,5", "1.250"], ["1250000", "1250.5", "1250"], []),
    (["35.000", "120.000", "5"], ["35000", "120000", "5"], [(0, "ambiguous"), (1, "ambiguous")]),
    (["35,000", "5"], ["35000", "5"], [(0, "ambiguous")]),
    (["35.000đ", "35.000"], ["35000", "35000"], [(0, "with_unit")]),
    (["35.000", "120,000"], [None, None], [(0, "conflict"), (1, "conflict")]),
    (["1,5", "1.5", "1.250"], ["1.5", "1.5", None], [(2, "conflict")]),
    (["1.250.000đ", "VND 5", "₫7", "8 VNĐ", "9 đồng"], ["1250000", "5", "7", "8", "9"],
     [(row, "with_unit") for row in range(5)]),
    (["$5", "1,250.50 USD"], ["5", "1250.5"], [(0, "with_unit"), (1, "with_unit")]),
    (["5đ", "$5"], ["5", None], [(0, "with_unit"), (1, "mixed_money")]),
    (["(1.250.000,50)", "-5", "5-", "−7", "- 8đ", "+3"],
     ["-1250000.5", "-5", "-5", "-7", "-8", "3"], [(4, "with_unit")]),
    (["1tr250", "500k", "1,5 tỷ", "2 triệu"], [None] * 4,
     [(row, "short_form") for row in range(4)]),
    (["10%", "1.25E+06", "abc", "1,25,000", "1.2.3", "--5", "(5", "1/2"], [None] * 8,
     [(row, "unreadable") for row in range(8)]),
    (["9" * 20, "9" * 21, "0." + "1" * 18, "0." + "1" * 19],
     ["9" * 20, None, "0." + "1" * 18, None], [(1, "too_long"), (3, "too_long")]),
    (["00.50", "-0", ".5", "007", "N/A", ""], ["0.5", "0", "0.5", "7", None, None], []),
    ([35000.0, 0.1, 1.25, 1e-7, 0.1 + 0.2, 1.234, -2.5],
     ["35000", "0.1", "1.25", "0.0000001", "0.30000000000000004", "1.234", "-2.5"], []),
    ([1, 2, None], ["1", "2", None], []),
    ([Decimal("1.250"), Decimal("12345678901234567.89")], ["1.25", "12345678901234567.89"], []),
    # Numbers that a program wrote prove nothing of what people wrote.
    ([35000.5, "1.250.000", "1.250"], ["35000.5", "1250000", "1250"], []),
    ([35000.5, "1,250"], ["35000.5", "1250"], []),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "values", "told"), COLUMNS)
def test_a_column_is_read_as_it_is_written(
    cells: list[Any], values: list[str | None], told: list[tuple[int, str]]
) -> None:
    found, findings = read(pd.Series(cells, dtype=object))
    assert found == [None if value is None else written(value) for value in values]
    assert sorted(findings) == told


@pytest.mark.parametrize(("mark", "value"), [(",", "35000"), (".", "35"), (None, "35000")])
def test_the_option_decides_where_the_column_does_not(mark: str | None, value: str) -> None:
    found, told = read(["35.000"], decimal_mark=mark)
    assert found == [written(value)]
    assert told == ([(0, "ambiguous")] if mark is None else [])


def test_the_option_settles_a_conflict() -> None:
    assert read(["35.000", "120,000"], decimal_mark=",")[0] == [written("35000"), written("120")]


@pytest.mark.parametrize("mark", ["x", "", 1, True])
def test_another_mark_is_refused(mark: Any) -> None:
    with pytest.raises(pp.UsageError, match="decimal_mark"):
        pp.Options(decimal_mark=mark)


def test_what_is_not_taken_is_offered() -> None:
    report = prepare(frame_of(["1tr250", "2tr5", "500k", "1,2 tỷ"]), Sale)
    assert report.findings["suggestion"].to_list() == [
        "1250000", "2500000", "500000", "1200000000",
    ]  # fmt: skip
    assert prepare(frame_of(["35.000"]), Sale).findings["suggestion"].to_list() == ["35"]


def test_a_percentage_may_carry_its_sign() -> None:
    found, told = read(["8.2%", "8,2 %", "10"], "share")
    assert found == [written("8.2"), written("8.2"), "10"]
    assert told == []


@pytest.mark.parametrize(
    "text",
    ["0.1", "0.30000000000000004", "1250000.5", "123456789012345678.123456789012345678", "-0.07",
     "35000", "0", "0.0000001"],
)  # fmt: skip
def test_what_is_written_is_what_is_sent_digit_for_digit(text: str) -> None:
    plan = frame_of([text, "1"]).pango.send(Sale, source="POS", dry_run=True)
    sent = json.loads(plan.payloads[0], parse_float=str, parse_int=str)["entries"]
    assert sent[0]["price"] == text
    assert sent[1]["price"] == "1"


CUTS = [["1.250", "35.000"], ["1.250.000", "7"], ["12,5", None], [None, None], ["3,75", "1tr250"]]


def test_parts_are_read_as_one_frame() -> None:
    cells = [cell for part in CUTS for cell in part]
    whole = frame_of(cells)
    parts = [whole.iloc[start : start + 2] for start in range(0, len(whole), 2)]
    cut = Report(examine_parts(lambda: iter(parts), lambda part: plan_columns(part, Sale)))
    one = prepare(whole, Sale)
    pd.testing.assert_frame_equal(cut.ready, one.ready)
    pd.testing.assert_frame_equal(cut.findings, one.findings)
    assert str(cut) == str(one)
    assert cut.to_json() == one.to_json()


def test_texts_of_decimals_say_no_more_than_there_is() -> None:
    values = pa.array([Decimal("0"), Decimal("100"), Decimal("1e-9"), None], pa.decimal128(38, 9))
    assert decimal_texts(values).to_pylist() == ["0", "100", "0.000000001", None]


def test_random_amounts_come_back_in_both_ways_of_writing() -> None:
    cents = np.random.default_rng(7).integers(-(10**12), 10**12, 300)
    for group, mark in ((",", "."), (".", ",")):
        texts = [
            f"{cent / 100:,.2f}".translate(str.maketrans(",.", group + mark)) for cent in cents
        ]
        report = prepare(frame_of(texts), Sale)
        assert report.ok
        assert [value * 100 for value in report.cleaned["price"]] == cents.tolist()
