"""The studio of a million rows in a real JupyterLab."""

from __future__ import annotations

import re

import pytest

from tests.notebooks.jupyterlab_server import (
    START_SECONDS,
)
from tests.notebooks.studio.driving import (
    Open,
    headline,
    kernel,
    problem,
    tab,
)

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_a_million_rows(open_studio: Open) -> None:
    """The page holds what it shows and no more; the stop leaves the states adding up."""
    more = "from benchmarks.sample import customers\nframe = customers(1_000_000)"
    page = open_studio(more)
    page.set_default_timeout(START_SECONDS * 1000)
    before = int(kernel(page, "print(studio.report.n_held)"))
    problem(page, "Not a valid phone number")
    page.get_by_role("button", name=re.compile("^Accept all [0-9,]+ suggestions")).click()
    page.get_by_text("fewer held").wait_for()
    after = int(kernel(page, "print(studio.report.n_held)"))
    assert after < before
    headline(page, f"{after:,} are held")
    page.get_by_role("button", name="Every value").click()
    values = page.locator("[data-scroll=list]")
    n_lines = int(values.locator("table").get_attribute("aria-rowcount"))
    values.evaluate("box => { box.scrollTop = box.scrollHeight; }")
    values.locator(f"tr[aria-rowindex='{n_lines}']").wait_for()
    page.get_by_role("button", name="Show rows").click()
    page.get_by_text("The rows behind").wait_for()
    assert page.locator(".pps tr").count() < 100
    page.get_by_role("button", name="Undo").click()
    headline(page, f"{before:,} are held")
    tab(page, "Send")
    page.get_by_role("button", name="Send 50 first").click()
    page.get_by_text(re.compile("[0-9,]{4,} accepted")).wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("heading", name="Result: Practice").wait_for()
    counted = kernel(page, "print(len(cdp.records('customer-identity')))")
    told = page.locator(".pps-counts tr", has_text="PangoCDP received it").inner_text()
    assert re.search(rf"\b{int(counted):,}\b", told)
