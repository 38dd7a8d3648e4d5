"""What there is to do: problems, how many rows each frees, and the rows behind them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from tests.workbench.frames import assert_same, bench_of, frame_of


def test_problems_say_how_many_rows_each_frees() -> None:
    bench = bench_of(phone=["123", "123", "0912345678", "9"], email=["x", None, "y", "a@b.vn"])
    found = bench.problems().set_index(["field", "rule"])
    # The first row has two problems: to solve one of them frees nothing.
    assert found["frees"].to_dict() == {
        ("phone", "phone.unreadable"): 2,
        ("email", "email.unreadable"): 1,
    }
    assert found.loc[("phone", "phone.unreadable"), ["rows", "values"]].tolist() == [3, 2]


@pytest.mark.parametrize("policy", ["last", "first", "hold"])
def test_frees_counts_no_row_that_gives_way_to_another_one(policy: Any) -> None:
    ids = ["A", "B", "B", "C", "A", "D", "E", "F", "F", "F"]
    phones = ["1", "2", "3", "0912345603", "0912345604", "4", "5", "6", "0912345608", "7"]
    emails = ["a@x.vn"] * 6 + ["@"] + ["a@x.vn"] * 3
    frame = frame_of(phone=phones, email=emails).assign(customerId=ids)
    bench = frame.pango.workbench("customer-identity", duplicates=policy)
    ready = set(bench.report.ready.index)
    frees = bench.problems().set_index("rule")["frees"]
    bad = [row for row, phone in enumerate(phones) if len(phone) == 1]
    bench.fix_rows({row: {"phone": f"09888777{row:02}"} for row in bad})
    assert frees["phone.unreadable"] == len(set(bench.report.ready.index) - ready)
    assert frees["email.unreadable"] == 0


def test_frees_counts_the_rows_of_a_record_that_is_held_together() -> None:
    cells = {"orderStatus": "x", "orderDate": "2021-05-06", "customerId": "C", "totalCost": "9"}
    items = {"items.productSku": list("abcd"), "items.productName": "x", "items.price": "1"}
    frame = pd.DataFrame({"orderId": ["T1", "T1", "T2", "T2"], **items}).assign(**cells)
    bench = frame.assign(customerName="An", **{"items.quantity": ["1", "x", "x", "1"]})
    bench = bench.pango.workbench("order")
    frees = bench.problems().set_index("rule")["frees"].to_dict()
    assert frees == {"integer.unreadable": 4, "items.held_together": 0}
    assert bench.fix("items.quantity", {"x": "2"}).n_freed == 4


def test_frees_is_what_solving_it_frees(messy: pd.DataFrame) -> None:
    for problem in messy.pango.workbench().problems().head(4).itertuples():
        bench = messy.pango.workbench()
        rows = bench.report.findings.query("rule == @problem.rule and field == @problem.field")
        values = bench.values(problem.field, problem.rule, reveal=True)["value"].dropna()
        if problem.rule.startswith("required") or len(values) == 0:
            continue
        step = bench.blank(problem.field, values.tolist())
        gone = bench.report.findings.query("rule == @problem.rule and field == @problem.field")
        assert len(rows) > 0
        assert len(gone) == 0
        assert step.n_freed <= problem.frees  # an emptied cell may be one that was needed


def test_values_are_masked_until_they_are_asked_for() -> None:
    bench = bench_of(phone=["123456789012", "123456789012", "0912345678"])
    assert bench.values("phone", "phone.unreadable").to_numpy().tolist() == [
        ["1•••••••••12", 2, np.nan, np.nan]
    ]
    shown = bench.values("phone", reveal=True)
    assert shown["value"].tolist() == ["123456789012", "0912345678"]
    assert shown["reading"].tolist()[1] == "0912345678"


def test_values_come_a_page_at_a_time() -> None:
    bench = bench_of(phone=["1", "2", "2", "0912345678", "3", "3", "3"])
    for rule in (None, "phone.unreadable"):
        whole = bench.values("phone", rule, reveal=True)
        pages = [bench.values("phone", rule, limit=2, offset=n, reveal=True) for n in (0, 2, 4)]
        pd.testing.assert_frame_equal(pd.concat(pages), whole, check_index_type=False)
    assert bench.values("phone", limit=1, reveal=True).to_numpy().tolist()[0][:2] == ["3", 3]
    assert bench.values("phone", offset=9).empty
    bench.fix("phone", {"3": "0912345679"})
    assert bench.values("phone", limit=1, reveal=True)["value"].tolist() == ["0912345679"]
    for wrong in ({"limit": -1}, {"offset": 1.5}, {"limit": True}, {"offset": None}):
        with pytest.raises(pp.UsageError, match=r"(limit|offset) is a number of values"):
            bench.values("phone", **wrong)


def test_a_year_in_a_column_of_dates_is_taken_out_of_the_column_of_years() -> None:
    bench = bench_of(dob=["1988", "1990", "25/12/1991"])
    assert bench.report.ready["yob"].tolist() == [1988, 1990, pd.NA]
    bench.fix("dob", {"1988": "25/12/1988"})
    assert bench.report.ready["yob"].tolist() == [pd.NA, 1990, pd.NA]
    bench.fix("dob", {"1990": "25/12/1990"})
    assert "yob" not in bench.report.ready
    assert_same(bench.report, bench.frame.pango.validate("customer-identity"))


def test_rows_around_a_value() -> None:
    bench = bench_of(phone=["1", "1", "0912345678"])
    assert bench.rows("phone", "1").index.tolist() == [0, 1]
    assert bench.rows("phone", rule="phone.unreadable").index.tolist() == [0, 1]
    with pytest.raises(pp.UsageError, match="a value, a rule"):
        bench.rows("phone")


def test_a_date_reads_as_people_write_it() -> None:
    bench = bench_of(dob=["31/12/1990", "01/02/1990"])
    assert bench.values("dob", reveal=True)["reading"].tolist() == ["1990-12-31", "1990-02-01"]
