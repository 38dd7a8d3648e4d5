"""Severity is the caller's: what is held, what is reported, and Pandera's agreement."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest

import pangoprep as pp
from pangoprep.report.faces.document import document

NAME = "customer-identity"


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customerId": ["C1", "C2", "C3", "C4", "C5"],
            "fullName": ["An", "Bo", "Chi", "Du", "Em"],
            "email": ["an@gmial.com", "b@gmail.com", "c@gmail.com", None, "e@gmail.com"],
            "phone": ["0912345678", "12", "0912345679", "13", "0912345670"],
            "dob": [None, None, "1990-01-02", None, "2999-01-01"],
            "yob": [None, None, "1991", None, None],
        }
    )


def states(report: pp.Report) -> str:
    return "".join(state[0] for state in report.rows["state"])


def test_without_a_policy_errors_hold_and_warnings_do_not(frame: pd.DataFrame) -> None:
    assert states(frame.pango.validate(NAME)) == "rhhhh"


def test_a_warning_made_an_error_holds_its_rows(frame: pd.DataFrame) -> None:
    report = frame.pango.validate(NAME, severity={"email.typo": "error"})
    assert states(report) == "hhhhh"
    assert report.rows["reason"][0] == "email: the domain looks mistyped"


def test_an_error_made_a_warning_sends_the_row_without_the_cell(frame: pd.DataFrame) -> None:
    report = frame.pango.validate(NAME, severity={"phone.unreadable": "warning"})
    # Row 3 has no email either: then nobody could be reached.
    assert states(report) == "rrhhh"
    assert pd.isna(report.ready["phone"].iloc[1])
    assert "required.any_of" in set(report.findings.query("row == 3")["rule"])


def test_what_is_ignored_is_not_reported_but_the_cell_is_still_counted(frame: pd.DataFrame) -> None:
    report = frame.pango.validate(NAME, ignore=["phone.unreadable"])
    assert states(report) == "rrhhh"
    assert "phone.unreadable" not in set(report.findings["rule"])
    phone = next(column for column in report.facts.columns if column.field == "phone")
    assert phone.n_emptied + phone.n_unreadable == 2


def test_a_required_field_holds_whatever_is_made_of_its_cells(frame: pd.DataFrame) -> None:
    frame["customerId"] = ["1.23E+15", *frame["customerId"][1:]]
    report = frame.pango.validate(NAME, ignore=["id.excel_rounded"])
    assert report.rows["state"][0] == "held"
    assert "required.missing" in set(report.findings["rule"])


def test_a_superseded_row_can_be_held_instead(frame: pd.DataFrame) -> None:
    twice = pd.concat([frame.iloc[[0]], frame.iloc[[0]]])
    assert states(twice.pango.validate(NAME)) == "sr"
    held = twice.pango.validate(NAME, severity={"duplicate.superseded": "error"})
    assert states(held) == "hr"
    assert (held.n_ready, held.n_held, held.n_superseded) == (1, 1, 0)


def test_the_caller_says_how_many_may_be_held(frame: pd.DataFrame) -> None:
    report = frame.pango.validate(NAME)
    report.raise_if_held(max_held=0.8)
    with pytest.raises(pp.HeldError, match=r"4 of 5 rows .* more than the 79.00% allowed"):
        report.raise_if_held(max_held=0.79)
    with pytest.raises(pp.HeldError, match="4 of 5"):
        report.raise_if_held()


def test_a_job_stops_at_what_its_owner_names(frame: pd.DataFrame) -> None:
    report = frame.pango.validate(NAME)
    summary = report.summary()
    rule = summary["rule"].iloc[0]
    report.raise_if(max_held="80%")
    report.raise_if(max_held=0.8, fail_on=["phone.extension"])
    with pytest.raises(pp.HeldError, match=rf"{NAME}: {rule} was found in \d row"):
        report.raise_if(fail_on=[rule])
    with pytest.raises(pp.HeldError, match=r"4 of 5 rows are held, more than the 79\.00% allowed"):
        report.raise_if(max_held="79 %")
    with pytest.raises(pp.HeldError, match=r"4 of 5 rows are held; error was found in 4 rows"):
        report.raise_if(max_held=0, fail_on=["error"])


def test_thresholds_that_cannot_be_meant_are_refused(frame: pd.DataFrame) -> None:
    report = frame.pango.validate(NAME)
    with pytest.raises(pp.UsageError, match=r"Did you mean 'phone\.unreadable'"):
        report.raise_if(fail_on=["phone_unreadable"])
    with pytest.raises(pp.UsageError, match="Say at what to stop"):
        report.raise_if()
    with pytest.raises(pp.UsageError, match="fail_on must be a list"):
        report.raise_if(fail_on="phone.unreadable")


@pytest.mark.parametrize("share", [-0.1, 1.1, "101%", "-1%", "1 percent", None, True, float("nan")])
def test_a_threshold_that_is_no_share_is_refused(frame: pd.DataFrame, share: Any) -> None:
    with pytest.raises(pp.UsageError, match="max_held"):
        frame.pango.validate(NAME).raise_if_held(share)


POLICIES: list[dict[str, Any]] = [
    {"severity": {"email.typo": "error"}},
    {"severity": {"phone.unreadable": "warning"}},
    {"severity": {"yob.disagrees": "warning", "date.future": "info"}},
    {"ignore": ["yob.disagrees", "date.future", "phone.unreadable"]},
    {"severity": {"check.failed": "info"}},
    {"ignore": ["check.failed"]},
]


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_pandera_agrees(frame: pd.DataFrame, policy: dict[str, Any]) -> None:
    class Mine(pp.CustomerIdentity, options=pp.Options(**policy)):
        fullName: str = pa.Field(isin=["An", "Bo", "Chi"])

        @pa.dataframe_check
        def not_bo(cls, df: pd.DataFrame) -> pd.Series:  # noqa: N805 - as Pandera has it
            return df["fullName"] != "Bo"

    report = frame.pango.validate(Mine)
    for place, state in enumerate(report.rows["state"]):
        one = frame.iloc[[place]]
        if state == "ready":
            checked = Mine.validate(one, lazy=True)
            assert checked["customerId"].to_list() == one["customerId"].to_list()
        else:
            with pytest.raises(pp.HeldError):
                Mine.validate(one, lazy=True)


def test_lines_that_are_no_records_are_in_no_share(tmp_path: Path) -> None:
    """Two customers, one held, and three lines that are none: half of the rows are held."""
    lines = ["1,An,0912345678", "2,Bình,123", "Tổng cộng,,", "Người lập biểu,,", "Giám đốc,,"]
    frame = pd.DataFrame([x.split(",") for x in lines], columns=["Mã KH", "Họ tên", "SĐT"])
    report = frame.pango.validate("customer-identity")
    assert (report.n_rows, report.n_judged, report.n_held) == (5, 2, 1)
    assert repr(report) == f"<Report {NAME}: 1 of 2 rows ready, 1 held, 3 no records>"
    shares = report.summary().set_index("rule")["share"].to_dict()
    assert shares == {"phone.unreadable": 0.5, "row.not_a_record": 0.6}
    assert {fact["rule"]: fact["share"] for fact in document(report.facts)["rules"]} == shares
    assert report.diff(report).query("rule == 'held'")["share"].to_list() == [0.5]
    page = report.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    assert "ready · 50.0 %" in page
    assert "Of 2 rows: 1 ready, 1 held, 0 superseded" in page
    bundle = pp.validate_all({"customer-identity": frame})
    told = bundle.to_html(tmp_path / "pages.html").read_text(encoding="utf-8")
    assert "1 of 2 rows is ready for 1 table; 1 is held; 3 lines are no records." in told
    for one in (report, bundle):
        one.raise_if_held(max_held="50%")
        one.raise_if(max_held="50%")
        with pytest.raises(pp.HeldError, match="1 of 2 rows is held"):
            one.raise_if_held(max_held="49%")
        with pytest.raises(pp.HeldError, match=r"is held, more than the 49\.00% allowed"):
            one.raise_if(max_held="49%")


def test_letters_that_an_export_lost_are_told_on_top(tmp_path: Path) -> None:
    """They hold no row, so a sentence says what would be sent."""
    names = ["Nguy?n Th? H?ng", "Tr?n V?n An", "Lê Chi"]
    people = {"Mã KH": ["1", "2", "3"], "Họ tên": names, "SĐT": ["0912345678"] * 3}
    frame = pd.DataFrame(people)
    report = frame.pango.validate(lang="en")
    told = "an export has lost letters of 2 cells."
    assert report.headline == f"3 of 3 rows are ready for {NAME}; {told}"
    assert report.headline == document(report.facts)["headline"]
    assert told in " ".join(str(report).split())
    bundle = pp.validate_all({NAME: frame})
    assert bundle.to_markdown().startswith(f"# 3 of 3 rows are ready for 1 table; {told}")
    assert told in bundle.to_html(tmp_path / "all.html").read_text(encoding="utf-8")
