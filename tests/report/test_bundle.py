"""Several frames as one: who waits for whom, and the forms of their report."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.entities import CUSTOMERS
from pangoprep.report.faces.html import MAX_BYTES
from tests.report.reader import Reader

ROOT = Path(__file__).parents[2]
WORKBOOK = ROOT / "data" / "customers.xlsx"


@pytest.fixture
def frames() -> dict[str, pd.DataFrame]:
    return {
        "customer-identity-photo": pd.DataFrame(
            {"customerId": ["C1", "C2", "C9", None, "C3"], "source": "web"}
        ).assign(imageUrl=[f"http://a.vn/{n}" for n in range(5)]),
        "customer-identity": pd.DataFrame(
            {
                "customerId": ["C1", "C2", "C3", "C3"],
                "fullName": "An",
                "phone": ["0912345678", "12", "0912345679", "13"],
                "email": [None, None, "c3@gmail.com", "old@gmail.com"],
            }
        ),
        "customer-membership": pd.DataFrame(
            {
                "membershipId": ["M1", "M2", "M3", "M4"],
                "membershipIssuedAt": "2020-01-02",
                "customerId": ["C1", None, None, None],
                "customerPhone": [None, "+84 912 345 679", None, "0999999999"],
                "customerEmail": [None, None, "old@gmail.com", None],
            }
        ),
    }


def rules_by_row(report: pp.Report) -> dict[int, list[str]]:
    found = report.findings[report.findings["rule"].str.startswith("reference.")]
    return {row: list(rules) for row, rules in found.groupby("row")["rule"]}


def test_rows_of_held_customers_wait_and_strangers_are_told(
    frames: dict[str, pd.DataFrame],
) -> None:
    bundle = pp.validate_all(frames)
    photos = bundle["customer-identity-photo"]
    # Row 3 names nobody, which is held for that; C3 is ready in one row and held in another.
    assert rules_by_row(photos) == {
        1: ["reference.customer_held"], 2: ["reference.unknown_customer"]
    }  # fmt: skip
    assert photos.rows["state"].to_list() == ["ready", "held", "ready", "held", "ready"]
    assert photos.rows["reason"][1].endswith("(customer-identity row 1 is held)")


def test_a_membership_may_name_its_customer_by_phone_or_email(
    frames: dict[str, pd.DataFrame],
) -> None:
    cards = pp.validate_all(frames)["customer-membership"]
    assert rules_by_row(cards) == {
        2: ["reference.customer_held"], 3: ["reference.unknown_customer"]
    }  # fmt: skip


def test_the_order_of_the_frames_does_not_matter(frames: dict[str, pd.DataFrame]) -> None:
    forth = pp.validate_all(frames)
    back = pp.validate_all(dict(reversed(frames.items())))
    assert list(forth) == list(frames)
    for name in frames:
        pd.testing.assert_frame_equal(forth[name].rows, back[name].rows)


def test_customers_that_are_told_are_known(frames: dict[str, pd.DataFrame]) -> None:
    photos = pp.validate_all(frames, customers=["C9", "C2"])["customer-identity-photo"]
    # C2 is known, but the row in this bundle is held: its photo waits.
    assert rules_by_row(photos) == {1: ["reference.customer_held"]}


def test_customers_sent_before_are_known(frames: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    people = frames["customer-identity"].assign(
        customerId=["C9", "C8", 'C"7', "C6"], phone="0912345678"
    )
    with pp.Sandbox(limits=None) as cdp:
        client, ledger = cdp.client(), tmp_path / "runs.db"
        before = pp.validate_all(frames, client=client, ledger=ledger)
        assert 2 in rules_by_row(before["customer-identity-photo"])
        people.pango.send("customer-identity", source="x", client=client, ledger=ledger)
        after = pp.validate_all(frames, client=client, ledger=ledger)
        assert 2 not in rules_by_row(after["customer-identity-photo"])
        elsewhere = pp.validate_all(frames, client=client, ledger=tmp_path / "other.db")
        assert 2 in rules_by_row(elsewhere["customer-identity-photo"])


def test_the_severity_of_strangers_is_the_callers(frames: dict[str, pd.DataFrame]) -> None:
    strict = {"reference.unknown_customer": "error"}
    photos = pp.validate_all(frames, severity=strict)["customer-identity-photo"]
    assert photos.rows["state"][2] == "held"


def test_without_customers_in_the_bundle_nobody_is_known(frames: dict[str, pd.DataFrame]) -> None:
    del frames["customer-identity"]
    photos = pp.validate_all(frames)["customer-identity-photo"]
    assert list(rules_by_row(photos).values()) == [["reference.unknown_customer"]] * 4


def test_counts_are_those_of_the_parts(frames: dict[str, pd.DataFrame]) -> None:
    bundle = pp.validate_all(frames)
    assert bundle.n_rows == bundle.n_ready + bundle.n_held + bundle.n_superseded == 13
    assert len(bundle.findings) == sum(len(report.findings) for report in bundle.values())
    assert set(bundle.summary()["frame"]) == set(frames)
    assert repr(bundle) == "<Bundle of 3 tables: 8 of 13 rows ready, 5 held>"
    with pytest.raises(pp.HeldError, match=r"5 of 13 rows are held: .*customer-identity \(2\)"):
        bundle.raise_if_held()
    bundle.raise_if_held(max_held=0.5)


def test_a_workbook_is_a_bundle() -> None:
    bundle = pp.validate_all(WORKBOOK)
    assert set(bundle) == set(CUSTOMERS)
    assert [bundle[name].entity for name in bundle] == list(bundle)


def test_frames_of_other_names_are_told_by_their_columns(frames: dict[str, pd.DataFrame]) -> None:
    frames["khách"] = frames.pop("customer-identity")
    photos = pp.validate_all(frames)["customer-identity-photo"]
    assert photos.rows["reason"][1].endswith("(khách row 1 is held)")


def test_a_bundle_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(pp.UsageError, match="no frame"):
        pp.validate_all({})
    with pytest.raises(pp.UsageError, match="no workbook"):
        pp.validate_all(tmp_path / "absent.xlsx")
    with pytest.raises(pp.UsageError, match="list of ids"):
        pp.validate_all({"x": pd.DataFrame()}, customers="C1")


@pytest.fixture(scope="module")
def bundle() -> pp.Bundle:
    return pp.validate_all(WORKBOOK)


def test_a_notebook_shows_all_frames_in_little(bundle: pp.Bundle) -> None:
    html = bundle._repr_html_()
    assert len(html.encode()) <= MAX_BYTES
    text = Reader(html).text
    assert all(report.headline in text for report in bundle.values())
    assert html.count("<style>") == 1


def test_many_frames_are_small_too(bundle: pp.Bundle) -> None:
    many = pp.Bundle({f"{name} {n}": bundle[name] for n in range(5) for name in bundle})
    assert len(many._repr_html_().encode()) <= MAX_BYTES


def test_the_page_lists_the_findings_of_all_frames(bundle: pp.Bundle, tmp_path: Path) -> None:
    page = bundle.to_html(tmp_path / "all.html", lang="vi").read_text(encoding="utf-8")
    reader = Reader(page)
    frames = {attrs["data-frame"] for _, attrs in reader.tags if "data-frame" in attrs}
    assert frames == set(bundle)
    assert "bị giữ lại (" not in page or "row" not in page.split("bị giữ lại (")[0][-20:]


def test_text_markdown_and_json_hold_every_frame(bundle: pp.Bundle) -> None:
    told = json.loads(bundle.to_json())
    assert told["format"] == "pangoprep.bundle/1"
    assert {n: r["n_held"] for n, r in told["reports"].items()} == {
        name: report.n_held for name, report in bundle.items()
    }
    for text in (str(bundle), bundle.to_markdown()):
        told = " ".join(text.split())  # lines are as long as a terminal's
        assert all(report.headline in told for report in bundle.values())


def test_the_workbook_for_fixing_comes_back_to_every_frame(
    frames: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = pp.validate_all(frames).to_excel(tmp_path / "fix.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [*frames, "Findings", "Rules", "pangoprep fields"]
    sheet = book["customer-identity"]
    phone = next(cell.column for cell in sheet[1] if cell.value == "phone")
    sheet.cell(2, phone).value = "0987654321"
    book.save(path)

    fixed = pp.read_fixed(path, frames)
    assert list(fixed) == list(frames)
    assert fixed["customer-identity"]["phone"].to_list()[1] == "0987654321"
    assert fixed["customer-membership"].equals(frames["customer-membership"])
    assert pp.validate_all(fixed)["customer-identity-photo"].rows["state"][1] == "ready"

    with pytest.raises(pp.UsageError, match="several frames"):
        pp.read_fixed(path, frames["customer-identity"])
    with pytest.raises(pp.UsageError, match="customer-membership"):
        pp.read_fixed(path, {n: f for n, f in frames.items() if n != "customer-membership"})


def test_what_waits_for_a_customer_is_not_sent(
    frames: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    bundle = pp.validate_all(frames)
    assert all(bundle.frames[name] is frames[name] for name in frames)
    with pp.Sandbox(limits=None) as cdp:
        results = bundle.send(source="CRM", client=cdp.client(), ledger=tmp_path / "runs.db")
        stored = {name: len(cdp.records(name)) for name in frames}
        sent = [one for one in cdp.requests["path"] if "ingest" in one]
    assert list(results) == list(frames)
    assert stored == {name: report.n_ready for name, report in bundle.items()}
    assert len(sent) == 3
    assert results["customer-identity-photo"].counts["held"] == 2


def test_of_several_customer_frames_the_right_one_is_named(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    openpyxl = pytest.importorskip("openpyxl")
    people = {"fullName": "An", "phone": "12"}
    frames = {
        "old": pd.DataFrame({"customerId": ["C1"], **people}),
        "new": pd.DataFrame({"customerId": ["C2"], **people}, index=[70]),
        "customer-identity-photo": pd.DataFrame(
            {"customerId": ["C1", "C2"], "source": "web", "imageUrl": "http://a.vn/1"}
        ),
    }
    bundle = pp.validate_all(frames)
    told = bundle["customer-identity-photo"].findings["suggestion"]
    assert told.to_list() == ["old row 0 is held", "new row 0 is held"]
    # In the workbook rows have the numbers that people see.
    sheet = openpyxl.load_workbook(bundle.to_excel(tmp_path / "a.xlsx"))["customer-identity-photo"]
    reasons = [row[1].value for row in sheet.iter_rows(min_row=2)]
    assert [reason.partition("(")[2] for reason in reasons] == [
        "old row 2 is held)",
        "new row 70 is held)",
    ]


def test_the_row_sent_instead_is_named_as_people_see_it(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    openpyxl = pytest.importorskip("openpyxl")
    frame = pd.DataFrame({"customerId": ["C1", "C1"], "fullName": "An", "phone": "0912345678"})
    report = frame.pango.validate("customer-identity")
    assert report.findings["suggestion"].to_list() == ["row 1 is sent"]
    book = openpyxl.load_workbook(report.to_excel(tmp_path / "a.xlsx", lang="vi"))
    found = [[cell.value for cell in row] for row in book["Phát hiện"].iter_rows(min_row=2)]
    assert (found[0][1], found[0][-1]) == ("2", "dòng 3 được gửi")
