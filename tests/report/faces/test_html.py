"""The report as HTML: small, plain where styles are stripped, and deaf to what cells say."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.report.faces.html import MAX_BYTES, N_LISTED
from tests.report.reader import Reader

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}"


@pytest.fixture(scope="module")
def hostile() -> pp.Report:
    """A frame whose column names and cells are markup wherever they can be."""
    return pd.DataFrame(
        {
            "customerId": [HOSTILE, "2", HOSTILE],
            "fullName": [HOSTILE, "An", "Chi"],
            "phone": [HOSTILE, "0912345678", "0912345678"],
            "maritalStatus": [HOSTILE, "Single", "Độc thân"],
            "customerGroup": [HOSTILE, HOSTILE + " ", None],
            HOSTILE: ["x", "y", "z"],
        }
    ).pango.validate("customer-identity")


def test_html_in_cells_stays_text(hostile: pp.Report, tmp_path: Path) -> None:
    page = hostile.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    for html in (hostile._repr_html_(), page):
        reader = Reader(html)
        assert "<script>alert" in reader.text  # it is there, as text
        assert [tag for tag, _ in reader.tags if tag in ("img", "iframe", "object")] == []
        assert [name for _, attrs in reader.tags for name in attrs if name.startswith("on")] == []
    assert sum(tag == "script" for tag, _ in Reader(page).tags) == 1
    assert "<script" not in hostile._repr_html_()


def test_nothing_is_loaded_from_elsewhere(report: pp.Report, tmp_path: Path) -> None:
    page = report.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    assert (
        re.findall(r'(?:src|href(?!="#pp-list"|="data:text/csv)|url\(|@import|https?:)', page) == []
    )


def test_a_notebook_cell_can_be_read_without_styles_and_scripts(report: pp.Report) -> None:
    text = Reader(report._repr_html_()).text
    assert report.headline in text
    for fact in report.facts.rules:
        assert fact.meaning in text
        assert fact.rule in text
    # The severity is a word and a sign; colour only repeats it.
    assert text.count("✖ error") == sum(fact.severity == "error" for fact in report.facts.rules)


def test_every_table_says_what_its_columns_are(report: pp.Report, tmp_path: Path) -> None:
    tags = Reader(report.to_html(tmp_path / "page.html").read_text(encoding="utf-8")).tags
    heads = [attrs for tag, attrs in tags if tag == "th"]
    assert heads
    assert {attrs.get("scope") for attrs in heads} == {"col", "row"}
    charts = [attrs for tag, attrs in tags if tag == "svg" and attrs.get("role") == "img"]
    assert charts
    assert all(attrs.get("aria-label") for attrs in charts)


def test_the_cell_is_small_whatever_the_frame() -> None:
    many = {f"customFieldTexts.customField{n}": ["x" * 500, None] for n in range(120)}
    unused = {f"column {n} " + "ư" * 300: [1, 2] for n in range(120)}
    frame = pd.DataFrame({"customerId": ["1", "2"], "fullName": ["An", "Bo"], "phone": ["1", "2"]})
    frame = pd.concat([frame, pd.DataFrame(many), pd.DataFrame(unused)], axis="columns")
    report = frame.pango.validate("customer-identity")
    html = report._repr_html_()
    assert len(html.encode()) <= MAX_BYTES
    assert "more columns are in report.to_json()" in Reader(html).text


def test_the_sample_report_is_shown_whole(report: pp.Report) -> None:
    html = report._repr_html_()
    assert len(html.encode()) <= MAX_BYTES
    assert "more kinds" not in html


def folds(html: str) -> int:
    return html.count('<details class="pp-fold"')


def test_many_kinds_of_findings_are_folded_by_field(report: pp.Report, tmp_path: Path) -> None:
    rules = report.facts.rules
    assert len(rules) > 12
    places = {(fact.severity, fact.field) for fact in rules if fact.severity != "error"}
    page = report.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    for html in (report._repr_html_(), page):
        assert folds(html) == len(places)
        # Errors are never folded away: each is a line of the first table.
        first = html[html.index("<tbody>") : html.index("</tbody>")]
        assert first.count("✖") == sum(fact.severity == "error" for fact in rules)


def test_few_kinds_of_findings_are_not_folded(hostile: pp.Report) -> None:
    few = hostile.facts.rules
    assert 0 < len(few) <= 12
    assert folds(hostile._repr_html_()) == 0


def test_examples_of_personal_fields_are_shapes_with_their_rows() -> None:
    frame = pd.DataFrame(
        {
            "customerId": [str(n) for n in range(6)],
            "fullName": "An",
            "phone": ["8.49123E+10", "8.49777E+10", "8.49E+10", "123", "0912345678", "0912345679"],
            "gender": ["x", "x", "nam", "nam", "nam", "nam"],
        }
    )
    report = frame.pango.validate("customer-identity")
    examples = {
        fact.rule: dict(zip(fact.examples, fact.example_rows, strict=True))
        for fact in report.facts.rules
    }
    assert examples["phone.excel_rounded"] == {"8.#####E+10": 2, "8.##E+10": 1}
    assert examples["gender.unknown"] == {"x": 2}  # not personal: the value itself
    assert "<code>8.#####E+10</code> (2 rows)" in report._repr_html_()
    assert "`8.#####E+10` (2 rows) · `8.##E+10` (1 row)" in report.to_markdown()
    assert "49123" not in report._repr_html_() + report.to_markdown() + report.to_json()


def test_of_very_many_findings_examples_are_not_counted() -> None:
    frame = pd.DataFrame({"customerId": [f"C{n}" for n in range(10_001)], "fullName": "An"})
    frame["phone"] = "912345678"
    report = frame.pango.validate("customer-identity")
    (fact,) = [fact for fact in report.facts.rules if fact.rule == "phone.lost_zero"]
    assert (fact.examples, fact.example_rows) == (("9########",), (None,))


def test_the_page_lists_findings_of_every_kind_and_says_where_it_stops(tmp_path: Path) -> None:
    n_rows = N_LISTED + 500
    frame = pd.DataFrame({"customerId": [f"C{n}" for n in range(n_rows)], "fullName": "An"})
    frame["phone"] = [f"9{n:08d}" for n in range(n_rows)]
    frame["gender"] = ["x" if n == n_rows - 1 else "male" for n in range(n_rows)]
    report = frame.pango.validate("customer-identity")
    reader = Reader(report.to_html(tmp_path / "page.html").read_text(encoding="utf-8"))
    listed = [attrs["data-rule"] for tag, attrs in reader.tags if "data-severity" in attrs]
    assert len(listed) == N_LISTED
    assert listed.count("gender.unknown") == 1
    assert f"{len(report.findings):,} findings" in reader.text
    assert f"{N_LISTED:,} of them are listed" in reader.text


def test_the_page_speaks_vietnamese(report: pp.Report, tmp_path: Path) -> None:
    reader = Reader(report.to_html(tmp_path / "p.html", lang="vi").read_text(encoding="utf-8"))
    assert "1.791 trong số 2.000 dòng đã sẵn sàng gửi vào customer-identity" in reader.text
    assert "Không phải số điện thoại hợp lệ" in reader.text
    assert "Not a valid phone number" not in reader.text
    assert "phone Số điện thoại" in reader.text
    assert ("html", {"lang": "vi"}) in reader.tags


def test_the_language_of_the_options_is_the_default(tmp_path: Path) -> None:
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["12"]})
    report = frame.pango.validate("customer-identity", lang="vi")
    said = "Không phải số điện thoại hợp lệ"
    page = report.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    for text in (report._repr_html_(), page, report.to_markdown(), report.to_json()):
        assert said in text
    assert said in report.findings["message"][0]
    assert said.lower() in report.rows["reason"][0]
    assert "Sửa trong tệp nguồn" in str(report)
    assert said not in report.to_markdown(lang="en")
    bundle = pp.validate_all({"customer-identity": frame}, lang="vi")
    assert all(said in text for text in (bundle._repr_html_(), bundle.to_json()))
    assert report.recipe().options == {"lang": "vi"}


def test_the_page_says_when_from_what_and_how_it_was_made(tmp_path: Path) -> None:
    (tmp_path / "crm <b>.csv").write_text("customerId,fullName,phone\n1,An,12\n", encoding="utf-8")
    report = pp.read(tmp_path / "crm <b>.csv").pango.validate(unreadable="blank")
    text = Reader(report.to_html(tmp_path / "a.html").read_text(encoding="utf-8")).text
    assert f"with pangoprep {pp.__version__} from crm <b>.csv. Options: unreadable='blank'." in text


def test_a_clean_frame_says_so() -> None:
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["0912345678"]})
    assert "every cell is valid" in frame.pango.validate()._repr_html_()


def test_an_empty_frame_has_a_report(tmp_path: Path) -> None:
    frame = pd.DataFrame({"customerId": [], "fullName": [], "phone": []}, dtype=str)
    report = frame.pango.validate("customer-identity")
    Reader(report._repr_html_())
    Reader(report.to_html(tmp_path / "page.html").read_text(encoding="utf-8"))


def test_an_unknown_language_is_refused(report: pp.Report, tmp_path: Path) -> None:
    with pytest.raises(pp.UsageError, match="lang='fr'"):
        report.to_html(tmp_path / "page.html", lang="fr")
