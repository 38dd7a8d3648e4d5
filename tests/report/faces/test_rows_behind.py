"""A count in the notebook's report opens the first rows behind it, masked."""

from __future__ import annotations

import re

import pandas as pd

import pangoprep as pp
from pangoprep.report.faces.html import MAX_BYTES


def frame(n_bad: int) -> pd.DataFrame:
    bad = [f"09x234{row:04}" for row in range(n_bad)]
    return pd.DataFrame(
        {
            "customerId": [f"KH{row:06}" for row in range(n_bad + 2)],
            "fullName": "An",
            "phone": [*bad, "0912345678", "0912345679"],
        }
    )


def behind(html: str) -> list[list[str]]:
    found = re.findall(r'<details class="pp-behind">(.*?)</details>', html, re.DOTALL)
    lines = [re.findall(r"<li.*?>(.*?)</li>", one, re.DOTALL) for one in found]
    return [[re.sub(r"<.*?>", "", line) for line in one] for one in lines]


def test_a_count_opens_its_first_rows() -> None:
    (rows,) = behind(frame(8).pango.validate()._repr_html_())
    assert len(rows) == 5 + 1
    assert rows[0].startswith("Row 0 · K")
    assert rows[-1] == "… 3 more, see report.findings"


def test_they_are_masked_and_speak_the_reports_language() -> None:
    data = frame(2)
    html = data.pango.validate(lang="vi")._repr_html_()
    assert "Dòng 0 · K" in re.sub("<.*?>", "", html)
    for value in ("09x2340000", "KH000000", "KH000001"):
        assert value not in html
    (rows,) = behind(html)
    assert len(rows) == 2


def test_rows_are_called_as_the_file_counts_them(tmp_path: object) -> None:
    path = f"{tmp_path}/a.csv"
    frame(1).to_csv(path, index=False)
    (rows,) = behind(pp.read(path).pango.validate()._repr_html_())
    assert rows[0].startswith("Row 2 · ")
    (parts,) = behind(pp.scan(path, rows=1).pango.validate()._repr_html_())
    assert parts == rows


def test_a_report_stays_small() -> None:
    report = pp.sample("customers").pango.validate()
    html = report._repr_html_()
    assert len(html.encode()) <= MAX_BYTES
    assert min(map(len, behind(html))) >= 1
    for fact in report.facts.rules:  # no line went for them
        assert fact.meaning in html
    wide = pd.DataFrame({f"x{n}": ["31/02/1988"] * 3_000 for n in range(300)})
    many = pd.concat([frame(3_000), wide], axis="columns")
    assert len(many.pango.validate()._repr_html_().encode()) <= MAX_BYTES
