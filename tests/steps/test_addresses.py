"""Districts and wards beside their province: one spelling, what fits, what became of it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.report import Report

CASES = Path(__file__).parents[1] / "cases" / "addresses.csv"
RULES = ("district.", "ward.")


def cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def report_on(rows: list[dict[str, Any]], **options: Any) -> Report:
    given = {"customerId": [f"C{n}" for n in range(len(rows))]}
    frame = pd.DataFrame(given).assign(fullName="An Bình", email="an@congty.vn")
    return pp.validate(frame.join(pd.DataFrame(rows)), "customer-identity", **options)


def told(report: Report) -> pd.DataFrame:
    found = report.reveal()
    return found[found["rule"].str.startswith(RULES)]


def text(value: object) -> str:
    return "" if pd.isna(value) else str(value)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["why"] or case["ward"])
def test_an_address_is_read(case: dict[str, str]) -> None:
    report = report_on([{name: case[name] or None for name in ("city", "district", "ward")}])
    row = report.ready.iloc[0]
    becomes = [text(row.get(name)) for name in ("district", "ward")]
    assert becomes == [case["becomes_district"], case["becomes_ward"]]
    found = [(one.rule, text(one.suggestion)) for one in told(report).itertuples()]
    assert found == ([(case["rule"], case["suggestion"])] if case["rule"] else [])


def test_all_addresses_in_one_frame_are_read_as_each_alone() -> None:
    rows = [{name: case[name] or None for name in ("city", "district", "ward")} for case in cases()]
    report = report_on(rows * 3)
    becomes = [case["becomes_ward"] for case in cases()] * 3
    assert [text(ward) for ward in report.ready["ward"]] == becomes
    wanted = [(n, case["rule"]) for n, case in enumerate(cases() * 3) if case["rule"]]
    found = told(report)
    assert sorted(zip(found["row"], found["rule"], strict=True)) == wanted


def test_a_row_of_another_country_is_left_alone() -> None:
    rows = [
        {"country": "Lào", "city": "Hà Nội", "district": "Q.1", "ward": "P.99"},
        {"country": "Việt Nam", "city": "Hà Nội", "district": "Q.1", "ward": "P.99"},
    ]
    report = report_on(rows)
    assert list(report.ready["district"]) == ["Q.1", "Q.1"]
    assert list(told(report)["row"]) == [1]


def test_the_district_of_a_store_is_read_in_its_own_city() -> None:
    rows = [{"city": "Hà Nội", "storeCity": "TP.HCM", "storeDistrict": "Q.5"}]
    assert report_on(rows).ready["storeDistrict"].tolist() == ["Quận 5"]


def test_districts_without_a_column_of_cities_are_written_one_way_and_not_judged() -> None:
    report = report_on([{"district": "Q. Hoàn Kiếm"}, {"district": "Somewhere"}])
    assert report.ready["district"].tolist() == ["Quận Hoàn Kiếm", "Somewhere"]
    assert told(report).empty


def test_the_caller_can_hold_what_does_not_fit() -> None:
    rows = [{"city": "HCM", "district": "Quận 1", "ward": "Phường Thảo Điền"}]
    assert report_on(rows, severity={"ward.elsewhere": "error"}).n_held == 1
    assert told(report_on(rows, ignore=["ward.elsewhere"])).empty


def test_cells_are_not_shown_in_a_report() -> None:
    report = report_on([{"city": "HCM", "district": "Quận 1", "ward": "Phường Bén Nghé"}])
    assert "Bén" not in report.to_markdown() + report.findings.to_string()
