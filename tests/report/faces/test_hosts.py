"""What shows itself in a cell can be read in every host: light or dark, whatever the system is."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbconvert import HTMLExporter

import pangoprep as pp
from pangoprep.entities import ENTITIES
from pangoprep.samples import SAMPLES
from tests.contrast import LOWEST_CONTRAST, READABLE

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
PICTURES_VARIABLE = "PANGOPREP_PICTURES"


def plain(paper: str, ink: str, more: str = "") -> Callable[[str], str]:
    """A page of a host that says nothing of its theme but its colours."""
    return lambda html: (
        f"<!doctype html><html><body style='background:{paper};color:{ink}' {more}>"
        f"<div class='output'>{html}</div></body></html>"
    )


def converted(**how: Any) -> Callable[[str], str]:
    """A notebook as nbconvert writes it."""

    def page(html: str) -> str:
        output = nbformat.v4.new_output("display_data", {"text/html": html})
        cell = nbformat.v4.new_code_cell("report", outputs=[output])
        book = nbformat.v4.new_notebook(cells=[cell])
        text: str = HTMLExporter(**how).from_notebook_node(book)[0]
        return text

    return page


HOSTS: dict[str, Callable[[str], str]] = {
    "white": plain("#ffffff", "#000000"),
    "gray ink on white": plain("#ffffff", "#31333f"),
    "paper": plain("#fdf6e3", "#3b4a50"),
    "black": plain("#000000", "#ffffff"),
    "dark gray": plain("#1e1e1e", "#d4d4d4"),
    "marimo, dark": plain("#181c1a", "#eceeed", "class='dark'"),
    "streamlit, dark": plain("#0e1117", "#fafafa"),
    "JupyterLab, light": plain("#ffffff", "rgba(0,0,0,.87)", "data-jp-theme-light='true'"),
    "JupyterLab, dark": plain("#111111", "rgba(255,255,255,.87)", "data-jp-theme-light='false'"),
    "Voilà, light": plain(
        "#ffffff", "rgba(0,0,0,.87)", "class='jp-Notebook theme-light' data-jp-theme-light='true'"
    ),
    "Voilà, dark": plain(
        "#111111", "#ffffff", "class='jp-Notebook theme-dark' data-jp-theme-light='false'"
    ),
    "nbconvert, lab": converted(template_name="lab", theme="light"),
    "nbconvert, lab dark": converted(template_name="lab", theme="dark"),
    "nbconvert, classic": converted(template_name="classic"),
    "nbconvert, basic": converted(template_name="basic"),
}


@pytest.fixture(scope="module")
def shown(report: pp.Report) -> dict[str, str]:
    """Everything that shows itself in a cell."""
    sheets = {name: pp.sample(name).head(40) for name in SAMPLES if name in ENTITIES}
    frame = pd.DataFrame(
        {"customerId": ["1", "2"], "fullName": ["An", "Bo"], "SĐT": ["0912345678", "1"]}
    )
    with pp.Sandbox() as cdp:
        result = frame.pango.send(source="CRM", client=cdp.client())
    return {
        "report": report._repr_html_(),
        "bundle": pp.validate_all(sheets)._repr_html_(),
        "map": frame.pango.map()._repr_html_(),
        "plan": frame.pango.plan(source="CRM")._repr_html_(),
        "result": result._repr_html_(),
    }


def opened(browser: Any, html: str, scheme: str) -> Any:
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1100, "height": 1400})
    page.route("**/*", lambda route: route.abort())  # what a host would load from elsewhere
    page.set_content(html, wait_until="domcontentloaded")
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    return page


@pytest.mark.parametrize("host", HOSTS)
def test_all_text_can_be_read(
    browser: Any, shown: dict[str, str], host: str, tmp_path: Path
) -> None:
    folder = Path(os.environ.get(PICTURES_VARIABLE, tmp_path))
    page = opened(browser, HOSTS[host]("".join(shown.values())), "light")
    sections = page.locator("section.pangoprep").all()
    assert len(sections) >= len(shown)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = {place: one.evaluate(LOWEST_CONTRAST) for place, one in enumerate(sections)}
        if PICTURES_VARIABLE in os.environ:
            page.screenshot(path=folder / f"{host.replace(', ', '-')}-{scheme}.png")
        assert {place: n for place, n in found.items() if n < READABLE} == {}, scheme
    page.close()


@pytest.mark.parametrize("paper", ["white", "black", "dark gray"])
def test_stripped_of_styles_and_classes_all_text_is_the_pages_ink(
    browser: Any, shown: dict[str, str], paper: str
) -> None:
    bare = re.sub(r"<style>.*?</style>", "", "".join(shown.values()), flags=re.S)
    bare = re.sub(r' (?:style|class)=(?:"[^"]*"|\'[^\']*\')', "", bare)
    assert "class=" not in bare
    page = opened(browser, HOSTS[paper](bare), "light")
    inks = page.eval_on_selector_all(
        "section, section *:not(button):not(input)",
        "all => [...new Set(all.map(one => getComputedStyle(one).color))]",
    )
    assert inks == [page.evaluate("getComputedStyle(document.body).color")]
    page.close()


@pytest.mark.parametrize("paper", ["white", "black"])
def test_where_colours_cannot_be_mixed_all_is_ink(
    browser: Any, shown: dict[str, str], paper: str
) -> None:
    old = re.sub(r"@supports \(color:color-mix.*?\}\}", "", "".join(shown.values()))
    assert "color-mix" not in old
    page = opened(browser, HOSTS[paper](old), "light")
    assert page.locator("body").evaluate(LOWEST_CONTRAST) >= 20
    page.close()


def test_nothing_asks_the_system_for_its_colours(shown: dict[str, str]) -> None:
    for html in shown.values():
        assert "prefers-color-scheme" not in html
        assert "currentColor" in html


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_of_its_own_follows_the_system(
    browser: Any, report: pp.Report, scheme: str, tmp_path: Path
) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.goto(report.to_html(tmp_path / "page.html").as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    assert page.locator("main").evaluate(LOWEST_CONTRAST) >= READABLE
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(13, 17, 23)")
    page.close()


@pytest.mark.parametrize("name", ["report", "bundle", "map", "plan", "result"])
def test_without_styles_every_column_stays_a_column(
    browser: Any, shown: dict[str, str], name: str
) -> None:
    bare = re.sub(r"<style>.*?</style>", "", shown[name], flags=re.S)
    page = opened(browser, HOSTS["white"](bare), "light")
    rows = page.eval_on_selector_all(
        "tbody tr",
        """rows => rows.slice(0, 20).map(row => [...row.querySelectorAll('td,th')]
          .map(cell => cell.getBoundingClientRect()).filter(box => box.width)
          .map(box => [box.left, box.right]))""",
    )
    assert any(len(row) > 1 for row in rows)
    for row in rows:
        for (_, end), (start, _) in pairwise(row):
            assert end <= start + 1
    page.close()
