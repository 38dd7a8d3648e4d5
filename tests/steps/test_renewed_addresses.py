"""``addresses="2025"``: the map of today, where it is certain what an address is there."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import UsageError
from pangoprep.report import Report
from tests.steps.test_addresses import report_on, text

CASES = Path(__file__).parents[1] / "cases" / "addresses_2025.csv"
LEVELS = ("city", "district", "ward")
RULES = ("province.", "district.", "ward.")


def cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def rows_of(some: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [{name: case[name] or None for name in LEVELS} for case in some]


def rules_of(report: Report, row: int) -> list[str]:
    found = report.findings
    rules = found.loc[found["row"] == row, "rule"]
    return sorted(rule for rule in rules if rule.startswith(RULES))


def check(report: Report, row: int, case: dict[str, str]) -> None:
    becomes = [text(report.ready.iloc[row].get(name)) for name in LEVELS]
    assert becomes == [case[f"becomes_{name}"] for name in LEVELS], case["why"]
    assert rules_of(report, row) == sorted(case["rules"].split()), case["why"]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["why"])
def test_an_address_is_written_by_the_map_of_today(case: dict[str, str]) -> None:
    check(report_on(rows_of([case]), addresses="2025"), 0, case)


def test_all_addresses_in_one_frame_are_written_as_each_alone() -> None:
    report = report_on(rows_of(cases() * 2), addresses="2025")
    for row, case in enumerate(cases() * 2):
        check(report, row, case)


def test_what_was_written_is_written_so_again() -> None:
    once = report_on(rows_of(cases()), addresses="2025").ready
    again = pp.clean(once, "customer-identity", addresses="2025")
    pd.testing.assert_frame_equal(again[list(LEVELS)], once[list(LEVELS)])


def test_nothing_is_written_unless_it_is_asked_for() -> None:
    report = report_on(rows_of(cases()))
    found = set(report.findings["rule"])
    assert not {"province.renewed", "district.ended", "ward.renewed"} & found
    assert report.ready["city"].tolist()[1] == "Bình Dương"


def test_other_columns_come_to_the_same_alone() -> None:
    alone = report_on(
        [{"city": "Bình Dương"}, {"city": "HN"}, {"city": "Boston"}], addresses="2025"
    )
    assert alone.ready["city"].tolist() == ["Hồ Chí Minh", "Hà Nội", "Boston"]
    abroad = [{"country": "Lào", "city": "Bình Dương"}, {"country": "VN", "city": "Bình Dương"}]
    report = report_on(abroad, addresses="2025")
    assert report.ready["city"].tolist() == ["Bình Dương", "Hồ Chí Minh"]
    store = report_on([{"storeCity": "Bình Dương", "storeDistrict": "Dĩ An"}], addresses="2025")
    assert store.ready["storeCity"].tolist() == ["Hồ Chí Minh"]
    assert store.ready["storeDistrict"].tolist() == ["Thành phố Dĩ An"]


def test_a_district_that_must_be_given_stays() -> None:
    home = {
        "customerId": ["C1"], "addressType": ["Live"], "address": ["5 Lê Lợi"],
        "city": ["TP.HCM"], "district": ["Q.1"], "ward": ["Bến Nghé"],
    }  # fmt: skip
    report = pp.validate(pd.DataFrame(home), "customer-identity-address", addresses="2025")
    assert report.n_held == 0
    (row,) = report.ready[list(LEVELS)].itertuples(index=False)
    assert tuple(row) == ("Hồ Chí Minh", "Quận 1", "Phường Sài Gòn")
    assert rules_of(report, 0) == ["ward.renewed"]


def test_the_old_names_are_kept_where_the_caller_says() -> None:
    field = "customFieldTexts.customField01"
    rows = [{"city": "Bình Dương", "district": "TP Thủ Dầu Một", "ward": "Phú Hoà"}, {"city": "HN"}]
    report = report_on(rows, addresses="2025", values={field: "{ward}, {district}, {city}"})
    assert report.ready[field].tolist() == ["Phú Hoà, TP Thủ Dầu Một, Bình Dương", "HN"]
    assert report.ready["ward"].tolist()[0] == "Phường Phú Lợi"


def test_what_was_written_is_counted_as_changed() -> None:
    divided = {"city": "Bình Dương", "district": "Bến Cát", "ward": "Mỹ Phước"}
    rows = [*rows_of(cases()[:2]), divided]
    columns = {one.field: one for one in report_on(rows, addresses="2025").facts.columns}
    city, district = columns["city"], columns["district"]
    # TP.HCM and one of two cells of Bình Dương; two districts left out, one in its one spelling
    assert (city.n_changed, city.n_same) == (2, 1)
    assert (district.n_emptied, district.n_changed) == (2, 1)


def test_a_finding_of_the_caller_stays_where_nothing_was_written() -> None:
    rows = rows_of([case for case in cases() if case["city"] == "Bình Dương"])
    report = report_on(rows, addresses="2025", severity={"province.merged": "error"})
    assert report.n_held == sum(
        "province.merged" in case["rules"] for case in cases() if case["city"] == "Bình Dương"
    )


def test_a_recipe_and_a_file_say_it_too(tmp_path: Path) -> None:
    rows = pd.DataFrame(rows_of(cases()[:2])).assign(customerId=["1", "2"], fullName="An")
    rows["email"] = "an@congty.vn"
    report = pp.validate(rows, "customer-identity", addresses="2025")
    recipe = report.recipe()
    assert recipe.options["addresses"] == "2025"
    path = recipe.save(tmp_path / "a.toml")
    assert 'addresses = "2025"' in Path(path).read_text(encoding="utf-8")
    again = pp.validate(rows, recipe=path)
    pd.testing.assert_frame_equal(again.ready, report.ready)


def test_suggestions_are_taken_over_row_by_row() -> None:
    # The wards of one number became different ones, and a third was divided.
    rows = [
        {"city": "HCM", "district": "Q3", "ward": "P.12"},
        {"city": "HCM", "district": "Q10", "ward": "P.12"},
        {"city": "HCM", "district": "Q3", "ward": "Phường 4"},
    ]
    frame = pd.DataFrame(rows).assign(customerId=["1", "2", "3"], fullName="An", email="a@b.vn")
    bench = frame.pango.workbench("customer-identity")
    bench.accept("ward.merged", "ward")
    assert bench.report.ready["ward"].tolist() == [
        "Phường Nhiêu Lộc", "Phường Hòa Hưng", "Phường 4",
    ]  # fmt: skip
    with pytest.raises(UsageError, match=r"candidates.*bench.fix\('ward'"):
        bench.accept("ward.divided", "ward")
    bench.undo()
    assert bench.report.ready["ward"].tolist() == ["Phường 12", "Phường 12", "Phường 4"]
