"""What a saved notebook holds, colors and screen readers, and every width."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.contrast import LOWEST_CONTRAST, READABLE
from tests.notebooks.jupyterlab_server import (
    CHANGE_THEME,
    SAVE,
)
from tests.notebooks.studio.driving import (
    LOOK_SECONDS,
    NOTEBOOK,
    Open,
    problem,
    send_all,
    tab,
)

pytestmark = pytest.mark.browser


def test_a_saved_notebook_holds_no_customer(
    page: Any, home: Path, personal_values: set[str]
) -> None:
    page.get_by_role("button", name="Show values").click()
    page.get_by_role("button", name="Hide values").wait_for()
    problem(page, "Not an email address")
    page.get_by_role("button", name="Every value").click()
    page.get_by_role("button", name="Show rows").click()
    page.get_by_text("The rows behind").wait_for()
    seen = page.locator(".pps").inner_text()
    assert sum(value in seen for value in personal_values) > 20  # they are there to be leaked
    for name in ("Columns", "Duplicates"):
        tab(page, name)
    send_all(page)
    page.evaluate(SAVE)
    saved = (home / NOTEBOOK).read_text("utf-8")
    state = json.loads(saved)["metadata"]["widgets"]
    assert "StudioWidget" in json.dumps(state)
    assert [value for value in personal_values if value in saved] == []


def test_the_keys_of_jupyterlab_with_ctrl_work_in_the_studio_and_its_letters_do_not(
    page: Any, home: Path
) -> None:
    problem(page, "Not an email address")
    page.locator("[data-key=reveal]").focus()
    for key in ("b", "Control+c", "Control+Enter"):  # a cell below; the text chosen; the cell again
        page.keyboard.press(key)
    assert page.locator(".jp-CodeCell").count() == 1
    page.locator("[data-key=new]").fill("x")
    before = (home / NOTEBOOK).stat().st_mtime_ns
    page.keyboard.press("Control+s")
    end = time.monotonic() + LOOK_SECONDS
    while (home / NOTEBOOK).stat().st_mtime_ns == before:
        assert time.monotonic() < end, "it is not saved"
        page.wait_for_timeout(100)
    assert page.locator("[data-key=new]").input_value() == "x"  # the studio is the same
    page.locator("[data-key=reveal]").focus()
    page.keyboard.press("Control+Shift+c")
    page.locator(".lm-CommandPalette-input").wait_for()
    page.keyboard.press("Escape")


TABS = ("Fix", "Columns", "Options", "Duplicates", "Send")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_it_can_be_read_and_used_by_everybody(open_studio: Open, theme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = open_studio()
    page.evaluate(CHANGE_THEME, theme)
    is_light = "true" if theme.endswith("Light") else "false"
    page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{is_light}'")
    page.get_by_role("button", name="Show rows").click()
    page.get_by_text("The rows behind").wait_for()
    for name in TABS:
        tab(page, name)
        if name == "Send":
            page.get_by_text("More options").click()
        root = page.locator(".pps")
        found = axe.Axe().run(page, context=".pps").response["violations"]
        told = [(one["id"], one["nodes"][0]["html"][:200]) for one in found]
        assert told == [], name
        assert root.evaluate(LOWEST_CONTRAST) >= READABLE, name


def test_it_fits_phones_and_wide_screens(page: Any) -> None:
    page.get_by_role("button", name="Show rows").click()
    page.get_by_text("The rows behind").wait_for()
    for name in (*TABS[1:], "Fix"):
        tab(page, name)
        for width in (360, 700, 1200, 2000):
            page.locator(".pps").evaluate(
                "(root, width) => { root.parentElement.style.width = `${width}px`; }", width
            )
            wide = page.locator(".pps").evaluate("root => root.scrollWidth - root.clientWidth")
            assert wide <= 0, (width, name)
