"""Addresses in one cell: what they name is checked and offered, what is only likely is not said."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.report import Report
from pangoprep.tables import read_mapping, read_table
from tests.steps.test_every_address import short

CASES = Path(__file__).parents[1] / "cases" / "address_lines.csv"
RULES = ("district.", "ward.", "address.", "province.")


def cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [row | {"address": row["address"].replace(r"\n", "\n")} for row in rows]


def report_on(addresses: pd.DataFrame, addresses_by: str = "suggest") -> Report:
    frame = addresses.reset_index(drop=True)
    frame = frame.assign(customerId=[f"C{n}" for n in frame.index], fullName="An")
    frame["email"] = "an@congty.vn"
    return pp.validate(frame, "customer-identity", addresses=addresses_by)  # type: ignore[arg-type]


def told(report: Report) -> list[tuple[int, str, str]]:
    found = report.reveal()
    found = found[found["rule"].str.startswith(RULES) & (found["field"] == "address")]
    offered = found["suggestion"].fillna("")
    return sorted(zip(found["row"], found["rule"], offered, strict=True))


def given(rows: list[dict[str, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)[["address", "city", "district"]]
    return frame.replace("", None)


def test_addresses_are_read_together_as_each_alone() -> None:
    rows = cases()
    wanted = [(n, row["rule"], row["suggestion"]) for n, row in enumerate(rows) if row["rule"]]
    report = report_on(given(rows))
    assert told(report) == wanted
    assert report.ready["address"].tolist() == [row["address"].replace("\n", " ") for row in rows]


@pytest.mark.parametrize("number", [0, 9, 23, 36])
def test_an_address_is_read_alone(number: int) -> None:
    row = cases()[number]
    wanted = [(0, row["rule"], row["suggestion"])] if row["rule"] else []
    assert told(report_on(given([row]))) == wanted


def test_addresses_that_repeat_are_read_as_those_that_do_not() -> None:
    rows = cases()
    lines = given(rows)
    streets = pd.DataFrame({"address": [f"{n} Lê Lợi" for n in range(20_000)]})
    few = pd.concat([lines, streets.assign(address="1 Lê Lợi")])
    wanted = [(n, row["rule"], row["suggestion"]) for n, row in enumerate(rows) if row["rule"]]
    assert told(report_on(pd.concat([lines, streets]))) == wanted
    assert told(report_on(few)) == wanted


def test_every_ward_of_before_is_known_and_offered_that_of_today() -> None:
    table = pd.DataFrame(read_table("wards").to_pylist())
    table = table[(table["ward"] != "") & (table["merged_into"] != "")].reset_index(drop=True)
    today = table["province"].map(read_mapping("provinces", "name", "merged_into"))
    levels = table[["ward", "district", "province"]]
    shortened = levels.assign(ward=short(levels["ward"]), district=short(levels["district"]))
    is_one = ~table["merged_into"].str.contains("; ") & (table["merged_into"] != table["ward"])
    wanted = ("12 Lê Lợi, " + table["merged_into"] + ", " + today)[is_one]
    for names, between in ((levels, ", "), (shortened, ", "), (levels, " ")):
        cells = between.join(["12 Lê Lợi", "{0}", "{1}", "{2}"])
        lines = [cells.format(*row) for row in names.itertuples(index=False)]
        found = pd.DataFrame(
            told(report_on(pd.DataFrame({"address": lines}))), columns=["row", "rule", "new"]
        )
        assert set(found["rule"]) <= {"ward.merged", "ward.divided", "province.merged"}
        merged = found[found["rule"] == "ward.merged"].set_index("row")["new"]
        if between == ", ":
            assert merged.to_dict() == wanted.to_dict()
        else:  # no comma says where a level ends, so some are left alone; what is said is right
            assert len(merged) > 0.98 * len(wanted)
            assert merged.to_dict().items() <= wanted.to_dict().items()


def test_every_ward_of_today_is_left_alone() -> None:
    successors = read_mapping("provinces", "name", "merged_into")
    table = pd.DataFrame(read_table("wards").to_pylist()).query("merged_into != ''")
    pairs = table.assign(
        city=table["province"].map(successors), ward=table["merged_into"].str.split("; ")
    )
    pairs = pairs.explode("ward")[["ward", "city"]].drop_duplicates()
    for names in (pairs, pairs.assign(ward=short(pairs["ward"]))):
        lines = "12 Lê Lợi, " + names["ward"] + ", " + names["city"]
        assert told(report_on(lines.to_frame("address"))) == []


def test_addresses_are_written_by_the_map_of_today_where_that_is_asked() -> None:
    rows = cases()
    report = report_on(given(rows), "2025")
    becomes = [
        row["suggestion"] if row["rule"] in ("ward.merged", "province.merged") else row["address"]
        for row in rows
    ]
    assert report.ready["address"].tolist() == becomes
    assert {n for n, rule, _ in told(report) if rule == "address.renewed"} == {
        n for n, row in enumerate(rows) if row["rule"] in ("ward.merged", "province.merged")
    }
    assert report.facts.columns  # counted by rows, since what a cell becomes depends on its row


def test_an_address_abroad_is_left_alone() -> None:
    frame = pd.DataFrame({"address": ["12 Lê Lợi, P. Bến Nghé, Quận 1, TP.HCM"], "country": "Lào"})
    assert told(report_on(frame)) == []


def test_the_suggestion_is_taken_row_by_row_and_masked() -> None:
    same = {"address": "12 Lê Lợi, Phường 1", "district": None}
    frame = pd.DataFrame([same | {"city": "Lâm Đồng", "district": "Đà Lạt"}, same])
    report = report_on(frame)
    assert "Lê Lợi" not in report.findings.to_string() + report.to_markdown()
    bench = report.workbench()
    bench.accept("ward.merged", "address")
    taken = bench.report.ready["address"].tolist()
    assert taken == ["12 Lê Lợi, Phường Xuân Hương - Đà Lạt", "12 Lê Lợi, Phường 1"]


def test_words_without_marks_are_read_where_they_mean_one_place() -> None:
    lines = ["12 Le Loi, P. Ben Nghe, Q. 1, TP. Ho Chi Minh", "5 A, Hoa Loc, Hau Loc, Thanh Hoa"]
    found = told(report_on(pd.DataFrame({"address": lines})))
    assert found == [(0, "ward.merged", "12 Le Loi, Phường Sài Gòn, Hồ Chí Minh")]
