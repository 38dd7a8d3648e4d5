"""Columns of codes for genders: 0 and 1 alone leave it open what 0 means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.report import Report


def report_on(cells: list[object], **options: object) -> Report:
    frame = pd.DataFrame({"customerId": [f"C{n}" for n in range(len(cells))], "gender": cells})
    frame = frame.assign(fullName="An", email="an@congty.vn")
    report: Report = frame.pango.validate("customer-identity", **options)
    return report


def rows_told(report: Report) -> list[int]:
    found = report.findings
    return found.loc[found["rule"] == "gender.zero", "row"].to_list()


@pytest.mark.parametrize(
    ("cells", "rows"),
    [
        (["0", "1", "0", None], [0, 2]),
        ([0, 1, 1, 0], [0, 3]),
        ([0.0, 1.0, None], [0]),
        (["0", "1", "2"], []),  # ISO 5218: 0 is not known
        (["0", "1", "9"], []),
        (["0", "1", "Nữ"], []),
        (["0", "0"], []),
        (["1", "1"], []),
        (["0", "1", "x"], []),
    ],
)
def test_a_zero_beside_ones_alone_may_be_a_gender(cells: list[object], rows: list[int]) -> None:
    report = report_on(cells)
    assert rows_told(report) == rows
    assert report.cleaned["gender"].iloc[0] in ("undefined", "male")
    assert report.n_held == 0


def test_codes_that_are_said_are_no_question() -> None:
    report = report_on(["0", "1"], gender_codes={"1": "male", "0": "female"})
    assert rows_told(report) == []
    assert report.cleaned["gender"].to_list() == ["female", "male"]


def test_parts_are_told_what_the_whole_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [f"C{n},An,an@congty.vn,{code}" for n, code in enumerate("0110")]
    path.write_text("customerId,fullName,email,gender\n" + "\n".join(rows) + "\n", "utf-8")
    for n_rows in (1, 2, 3):
        parts = pp.scan(path, rows=n_rows)
        assert rows_told(parts.pango.validate("customer-identity")) == [0, 3]
    path.write_text(path.read_text("utf-8") + "C9,An,an@congty.vn,Nữ\n", "utf-8")
    assert rows_told(pp.scan(path, rows=1).pango.validate("customer-identity")) == []
