"""What got better or worse since last time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp


def report_on(*phones: str) -> pp.Report:
    frame = pd.DataFrame({"phone": phones})
    ids = [f"C{n}" for n in range(len(phones))]
    return frame.assign(customerId=ids, fullName="An").pango.validate("customer-identity")


def verdicts(table: pd.DataFrame) -> dict[str, str]:
    return dict(zip(table["rule"], table["verdict"], strict=True))


def test_shares_decide_and_not_counts() -> None:
    before = report_on("12", "912345678", "0912345678", "0912345671")
    now = report_on("12", "13", *(f"09123456{n:02}" for n in range(18)))
    assert verdicts(now.diff(before)) == {
        "held": "better",
        "phone.unreadable": "better",
        "phone.lost_zero": "gone",
    }
    back = before.diff(now)
    assert verdicts(back) == {
        "held": "worse", "phone.unreadable": "worse", "phone.lost_zero": "new"
    }  # fmt: skip
    assert back.iloc[0].to_list() == ["held", "", "error", 2, 1, 0.1, 0.25, "worse"]


def test_nothing_changes_against_oneself(report: pp.Report) -> None:
    table = report.diff(report)
    assert set(table["verdict"]) == {"same"}
    assert len(table) == len(report.summary()) + 1
    assert table["rows"].to_list()[0] == report.n_held


def test_last_months_report_can_be_a_file(report: pp.Report, tmp_path: Path) -> None:
    report.to_json(tmp_path / "last.json", lang="vi")
    pd.testing.assert_frame_equal(report.diff(tmp_path / "last.json"), report.diff(report))


def test_another_entity_is_refused(report: pp.Report) -> None:
    frame = pd.DataFrame({"customerId": ["1"], "source": ["web"], "imageUrl": ["http://a.vn/b"]})
    other = frame.pango.validate("customer-identity-photo")
    with pytest.raises(pp.UsageError, match="'customer-identity-photo'"):
        report.diff(other)


@pytest.mark.parametrize("content", ["no json", "[]", '{"format": "pangoprep.report/9"}'])
def test_a_file_that_is_no_report_is_refused(
    report: pp.Report, tmp_path: Path, content: str
) -> None:
    (tmp_path / "last.json").write_text(content)
    with pytest.raises(pp.UsageError, match=r"last\.json"):
        report.diff(tmp_path / "last.json")


@pytest.mark.parametrize("other", [None, 5, pd.DataFrame()], ids=["nothing", "number", "frame"])
def test_what_is_no_report_is_refused(other: Any) -> None:
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["12"]})
    with pytest.raises(pp.UsageError, match=r"takes a report or the path of one, not "):
        frame.pango.validate("customer-identity").diff(other)
