"""Every row of the case tables, through the same call an analyst makes."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from pangoprep.entities import ENTITIES
from pangoprep.report import Report
from tests.normalizers.cells import (
    Case,
    canonical,
    judge,
    outcome_of,
    read_cases,
    read_columns,
    rules_of,
)

TABLES = ["phone", "date", "email", "gender", "other", "neighbors"]
ALL = [case for table in TABLES for case in read_cases(table)]


# Fields in which cells speak for each other: columns of dates, and keys.
TOGETHER = {"dob", "dob2", "createdAt", "customerId"}


@cache
def report_of(name: str, options: str) -> tuple[list[str], Report]:
    """Judge all cells of a field and some options in one frame."""
    cases = [case for case in ALL if case.field == name and str(case.options) == options]
    cells = [case.raw for case in cases]
    return cells, judge(name, cells, **cases[0].options)


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_cell_becomes_what_the_table_says(case: Case) -> None:
    if case.field in TOGETHER:
        row, report = 0, judge(case.field, [case.raw], **case.options)
    else:
        cells, report = report_of(case.field, str(case.options))
        row = cells.index(case.raw)
    assert canonical(report, case.field)[row] == case.expected
    assert rules_of(report, case.field, row) == sorted(case.rules)
    assert outcome_of(report, row) == case.outcome
    assert (row in report.ready_rows) == (case.outcome != "error")


def test_findings_show_no_personal_value() -> None:
    fields = {name: facts for kind in ENTITIES.values() for name, facts in kind.fields().items()}
    # A domain or a scheme is not masked, so neither is a cell that is nothing else.
    cases = [case for case in ALL if fields[case.field].personal and len(case.raw.strip()) > 5]
    # Nor is a word that says there is no value, such as #VALUE!, where any column may hold it.
    nobodys = ("@gmail.com", "https://", "#VALUE!", "#ERROR!")
    cases = [case for case in cases if case.raw not in nobodys]
    cases = [case for case in cases if any(sign.isalnum() for sign in case.raw)]
    for name in {case.field for case in cases}:
        cells = [case.raw for case in cases if case.field == name]
        found = judge(name, cells).findings.drop(columns="index")
        shown = (
            found.astype(object).where(found.notna(), "").astype(str).to_numpy().ravel().tolist()
        )
        assert not [cell for cell in cells for text in shown if cell.strip() in text]


def test_unreadable_cells_can_be_sent_blank() -> None:
    for name in {case.field for case in ALL}:
        cells = [case.raw for case in ALL if case.field == name and not case.options]
        held, blank = judge(name, cells), judge(name, cells, unreadable="blank")
        assert canonical(blank, name) == canonical(held, name)
        rules = set(blank.findings.loc[blank.findings["severity"] == "error", "rule"])
        facts = blank.model.fields()[name]
        if facts.required or facts.normalizer == "id":  # never blanked
            pd.testing.assert_frame_equal(blank.findings, held.findings)
        else:
            assert not rules


@pytest.mark.parametrize(
    ("cells", "expected", "outcomes", "rule"), list(read_columns("date_columns")), ids=str
)
def test_a_column_decides_for_its_cells(
    cells: list[str], expected: list[str], outcomes: list[str], rule: str
) -> None:
    report = judge("dob", cells)
    assert canonical(report, "dob") == expected
    assert [outcome_of(report, row) for row in range(len(cells))] == outcomes
    for row, outcome in enumerate(outcomes):
        assert (rules_of(report, "dob", row) == []) == (outcome == "ok")
    found = set(report.findings.loc[report.findings["field"] == "dob", "rule"])
    assert found == set(filter(None, rule.split(";")))
