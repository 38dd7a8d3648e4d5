"""The report in a real browser: accessible, and its list of findings filtered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.entities import CUSTOMERS
from pangoprep.report.faces.html import render_bundle, render_cell

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
# Notebooks say their theme in the page; the report takes its colours from there.
CELL = """<!doctype html><html lang="en"><head><title>A notebook</title></head>
<body data-jp-theme-light="{light}" style="background:{paper};color:{ink}"><main><h1>A notebook</h1>
<h2>A cell</h2>{report}</main></body></html>"""


@pytest.fixture(scope="module")
def bundle() -> pp.Bundle:
    sheets = {name: pp.read(ROOT / "data" / "customers.xlsx", sheet=name) for name in CUSTOMERS}
    return pp.validate_all({name: sheet.head(40) for name, sheet in sheets.items()})


@pytest.fixture(scope="module")
def little(messy: pd.DataFrame) -> pp.Report:
    """Few rows: axe looks at every cell of the list."""
    return messy.head(80).pango.validate("customer-identity")


@pytest.fixture
def strange() -> pp.Report:
    """A report with nothing in it, nearly."""
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["0912345678"]})
    return frame.pango.validate("customer-identity")


def violations(page: Any) -> list[str]:
    found = axe.Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


# Colours know no language: each of both is looked at once.
@pytest.mark.parametrize(("scheme", "lang"), [("light", "en"), ("dark", "vi")])
def test_pages_are_accessible(
    browser: Any, little: pp.Report, bundle: pp.Bundle, strange: pp.Report, tmp_path: Path,
    scheme: str, lang: str,
) -> None:  # fmt: skip
    page = browser.new_page(color_scheme=scheme)
    for number, one in enumerate((little, bundle, strange)):
        page.goto(one.to_html(tmp_path / f"{number}.html", lang=lang).as_uri())
        page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        assert violations(page) == []
    page.close()


@pytest.mark.parametrize(
    ("light", "paper", "ink", "lang"),
    [("true", "#ffffff", "#111111", "vi"), ("false", "#111111", "#ffffff", "en")],
)
def test_cells_are_accessible_in_either_theme(
    browser: Any, report: pp.Report, bundle: pp.Bundle, light: str, paper: str, ink: str, lang: str
) -> None:
    # The theme of the notebook wins over that of the system.
    page = browser.new_page(color_scheme="dark" if light == "true" else "light")
    for html in (render_cell(report.facts, lang), render_bundle(bundle, lang)):
        page.set_content(CELL.format(light=light, paper=paper, ink=ink, report=html))
        page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        assert violations(page) == []
    page.close()


def test_the_list_of_findings_can_be_filtered(
    browser: Any, report: pp.Report, tmp_path: Path
) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(report.to_html(tmp_path / "page.html").as_uri())
    shown = page.locator("#pp-findings tbody tr:visible")
    n_all = len(report.findings)
    assert shown.count() == n_all
    page.get_by_label("Field").select_option("phone")
    assert shown.count() == int((report.findings["field"] == "phone").sum())
    page.get_by_label("Rule").select_option("phone.unreadable")
    n_left = int((report.findings["rule"] == "phone.unreadable").sum())
    assert shown.count() == n_left
    assert page.locator("output").inner_text() == f"{n_left:,} of {n_all:,} shown"
    page.get_by_label("Search").fill("nothing like it")
    assert shown.count() == 0
    page.locator("details.pp-fold:has(a[data-rule='email.typo']) > summary").click()
    page.locator("a[data-rule='email.typo']").click()  # a count leads to its findings
    assert shown.count() == int((report.findings["rule"] == "email.typo").sum())
    assert errors == []
    page.close()


def test_a_box_shows_shapes_in_the_place_of_masks(browser: Any, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "customerId": ["1", "2"],
            "fullName": ["An", "Bo"],
            "phone": ["8.49123E+10", "0912345678"],
            "gender": ["x", "nam"],
        }
    )
    page = browser.new_page()
    written = frame.pango.validate("customer-identity").to_html(tmp_path / "page.html")
    assert "49123" not in written.read_text(encoding="utf-8")
    page.goto(written.as_uri())
    cell = page.locator("#pp-findings tr[data-rule='phone.excel_rounded'] code").nth(2)
    other = page.locator("#pp-findings tr[data-rule='gender.unknown'] code").nth(2)
    among = page.locator("table.pp-context td.pp-error code")
    masked = cell.inner_text()
    assert "•" in masked
    above, below = page.locator("input[name=shapes]").all()  # at the rows, and at the list
    above.check()
    assert (cell.inner_text(), other.inner_text()) == ("8.#####E+10", "x")
    assert among.inner_text() == "8.#####E+10"
    assert below.is_checked()
    below.uncheck()
    assert (cell.inner_text(), among.inner_text()) == (masked, masked)
    above.check()
    page.locator("a[data-rule='phone.excel_rounded']").click()  # it clears the form
    assert cell.inner_text() == masked
    page.close()


def test_paper_has_three_pages_at_most_and_no_list(
    browser: Any, report: pp.Report, tmp_path: Path
) -> None:
    page = browser.new_page()
    page.goto(report.to_html(tmp_path / "page.html").as_uri())
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    pages = re.findall(
        rb"/Type\s*/Pages.*?/Count (\d+)", (tmp_path / "page.pdf").read_bytes(), re.S
    )
    assert 1 <= max(map(int, pages)) <= 3
    page.emulate_media(media="print")
    assert not page.locator("#pp-findings").is_visible()
    assert not page.locator("table.pp-context").is_visible()
    assert page.locator("h1").is_visible()
    page.close()


def test_the_failing_rows_are_downloaded(browser: Any, report: pp.Report, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(report.to_html(tmp_path / "page.html").as_uri())
    with page.expect_download() as waiting:
        page.locator("a[download]").click()
    waiting.value.save_as(tmp_path / "held.csv")
    held = pd.read_csv(tmp_path / "held.csv", dtype=str)
    assert len(held) == report.n_held
    assert "phone" not in held
    page.close()


def test_without_scripts_the_list_is_whole_and_the_form_away(
    browser: Any, report: pp.Report, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.to_html(tmp_path / "page.html").as_uri())
    assert page.locator("#pp-findings tbody tr").count() == len(report.findings)
    assert not page.locator("#pp-filter").is_visible()
    context.close()


def test_nothing_is_wider_than_a_small_screen(
    browser: Any, report: pp.Report, tmp_path: Path
) -> None:
    page = browser.new_page(viewport={"width": 420, "height": 900})
    page.goto(report.to_html(tmp_path / "page.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    page.close()


def test_all_of_a_page_is_reached_with_the_keyboard(
    browser: Any, little: pp.Report, tmp_path: Path
) -> None:
    page = browser.new_page()
    page.goto(little.to_html(tmp_path / "page.html").as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    wanted = page.locator("summary, input, select, a[data-rule]").count()
    reached = set()
    for _ in range(3 * wanted):
        page.keyboard.press("Tab")
        name, place, outline = page.evaluate(
            """() => {
                const one = document.activeElement;
                const all = [...document.querySelectorAll("summary, input, select, a[data-rule]")];
                return [one.tagName, all.indexOf(one), getComputedStyle(one).outlineStyle];
            }"""
        )
        assert outline not in ("none", ""), f"the focus on {name} cannot be seen"
        if place >= 0:
            reached.add(place)
        if len(reached) == wanted:
            break
    assert len(reached) == wanted
    details = page.locator("details").last
    was_open = details.get_attribute("open") is not None
    page.locator("summary").last.focus()
    page.keyboard.press("Enter")
    assert (details.get_attribute("open") is not None) != was_open
    page.close()
