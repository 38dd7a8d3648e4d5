"""What pangoprep makes of the sample data is what the data was made from.

The generator knows which value it damaged and how; it shares no code with the normalizers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from generate import customers_and_truth
from synthetic.customers import Truth
from synthetic.shapes import Column

import pangoprep as pp  # registers df.pango
from pangoprep.report import Report

FIELDS = ["customerId", "fullName", "phone", "email", "gender", "dob", "createdAt"]

# What the report says of the cells of a shape. Shapes that are not here are read without a word.
RULES = {
    ("customerId", "float"): "id.float",
    ("customerId", "scientific, rounded"): "id.excel_rounded",
    ("customerId", "blank"): "required.missing",
    ("fullName", "mojibake"): "text.mojibake",
    ("phone", "lost zero"): "phone.lost_zero",
    ("phone", "lost zero, float"): "phone.lost_zero",
    ("phone", "scientific, full"): "phone.lost_zero",
    ("phone", "scientific, rounded"): "phone.excel_rounded",
    ("phone", "old mobile prefix"): "phone.legacy_prefix",
    ("phone", "old mobile prefix, +84"): "phone.legacy_prefix",
    ("phone", "old area code"): "phone.legacy_area",
    ("phone", "two numbers"): "phone.multiple",
    ("phone", "extension"): "phone.extension",
    ("phone", "placeholder"): "phone.placeholder",
    ("phone", "too short"): "phone.unreadable",
    ("phone", "too long"): "phone.unreadable",
    ("phone", "letter O"): "phone.unreadable",
    ("phone", "words"): "phone.unreadable",
    ("email", "inner space"): "email.repaired",
    ("email", "punctuation"): "email.repaired",
    ("email", "mistyped domain"): "email.typo",
    ("email", "two addresses"): "email.multiple",
    ("email", "no @"): "email.unreadable",
    ("email", "no top-level domain"): "email.unreadable",
    ("email", "two @"): "email.unreadable",
    ("email", "two dots"): "email.unreadable",
    ("email", "placeholder"): "email.placeholder",
    ("dob", "Excel serial"): "date.excel_serial",
    ("dob", "Excel serial, float"): "date.excel_serial",
    ("dob", "two-digit year"): "date.two_digit_year",
    ("dob", "year only"): "date.year_only",
    ("dob", "month and year"): "date.year_only",
    ("dob", "placeholder"): "date.placeholder",
    ("dob", "impossible"): "date.impossible",
    ("dob", "unreadable"): "date.unreadable",
    ("gender", "unknown"): "gender.unknown",
    ("maritalStatus", "unknown"): "choice.unknown",
    ("createdAt", "Excel serial"): "date.excel_serial",
    ("createdAt", "impossible"): "date.impossible",
}
# What holds rows of the workbook's other sheets.
WRONG = {
    "customer-relationship": {
        "required.missing", "required.any_of", "phone.unreadable", "date.impossible"
    },
    "customer-membership": {"required.missing", "integer.unreadable"},
    "customer-identity-address": {"required.missing", "choice.unknown", "order.reversed"},
    "customer-identity-email": {"email.unreadable", "boolean.unreadable"},
    "customer-identity-photo": {"required.missing", "url.unreadable"},
}  # fmt: skip
# Some of these cells have a finding and some have none, by what exactly they hold.
EITHER = {("phone", "note"), ("dob", "future")}


@pytest.fixture(scope="module", params=[(2_000, 2026), (20_000, 11)], ids=["committed", "large"])
def read(request: pytest.FixtureRequest) -> tuple[Truth, Report]:
    frame, truth = customers_and_truth(*request.param)
    return truth, frame.pango.validate()


def shapes_of(column: Column) -> np.ndarray:
    return np.array([shape.name for shape in column.shapes])[column.kinds]


@pytest.mark.parametrize("field", FIELDS)
def test_every_cell_becomes_what_it_was_meant_to_be(read: tuple[Truth, Report], field: str) -> None:
    truth, report = read
    meant, cleaned = truth.meant[field], report.cleaned[field]
    same = (meant == cleaned).fillna(False).to_numpy(bool) | (meant.isna() & cleaned.isna())
    wrong = pd.Series(shapes_of(truth.columns[field]))[~same]
    assert wrong.value_counts().to_dict() == {}


def test_the_rows_that_cannot_be_sent_are_held_and_no_others(read: tuple[Truth, Report]) -> None:
    truth, report = read
    held = report.rows["state"] == "held"
    assert np.flatnonzero(held != truth.held).tolist() == []


def test_of_rows_with_one_id_the_last_that_can_be_sent_is_ready(read: tuple[Truth, Report]) -> None:
    truth, report = read
    sendable = truth.meant["customerId"][~truth.held]
    superseded = sendable.index[sendable.duplicated(keep="last")]
    assert report.rows.index[report.rows["state"] == "superseded"].tolist() == list(superseded)
    assert len(superseded) > 0


def test_85_to_92_percent_of_the_rows_are_ready(read: tuple[Truth, Report]) -> None:
    _, report = read
    assert report.n_ready + report.n_held + report.n_superseded == report.n_rows
    assert 0.85 < report.n_ready / report.n_rows < 0.92


@pytest.mark.parametrize("field", [*FIELDS, "maritalStatus"])
def test_the_findings_say_what_was_done_to_each_cell(
    read: tuple[Truth, Report], field: str
) -> None:
    truth, report = read
    names = shapes_of(truth.columns[field])
    findings = report.findings
    findings = findings[
        (findings["field"] == field) & ~findings["rule"].str.startswith("duplicate")
    ]
    said = findings.groupby("row")["rule"].agg(set)
    for shape in truth.columns[field].shapes:
        if (field, shape.name) in EITHER:
            continue
        rows = np.flatnonzero(names == shape.name)
        rules = said.reindex(rows).dropna()
        expected = RULES.get((field, shape.name))
        if expected:
            assert len(rules) == len(rows), shape.name
            assert rules.map(lambda found, rule=expected: rule in found).all(), shape.name
        else:
            # Without a phone and an email, or a name, the row is held for what it lacks.
            assert set().union(*rules) <= {"required.any_of"}, shape.name


def test_the_workbooks_of_all_entities_are_mostly_ready() -> None:
    from synthetic.workbook import sheets

    for object_type, (header, rows) in sheets(2026).items():
        frame = pd.DataFrame(rows, columns=header)
        report = frame.pango.validate()
        assert report.entity == object_type
        if object_type != "customer-identity":
            assert set(report.findings.query("severity == 'error'")["rule"]) == WRONG[object_type]
        assert 0.8 < report.n_ready / report.n_rows < 1
        assert pp.ENTITIES[object_type].object_type == object_type
