"""``pangoprep studio``: a real process and a real browser, without a notebook."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pangoprep as pp
from pangoprep.studio.local_page import LocalPage
from pangoprep.studio.session import Session
from tests.contrast import LOWEST_CONTRAST, READABLE

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.browser


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "data" / "customers_messy.csv", tmp_path)
    return tmp_path


def opened(home: Path) -> tuple[subprocess.Popen[str], str]:
    """Start the command; return its process and the address it shows."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pangoprep", "studio", "customers_messy.csv", "--no-browser"],
        cwd=home, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PANGO_DATA_DIR": str(home / "data"), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    told = process.stdout.readline()
    return process, re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", told)[0]  # type: ignore[index]


@pytest.fixture
def started(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process, url = opened(home)
    yield process, url
    process.kill()
    process.wait()
    process.stdout.close()  # type: ignore[union-attr]


def test_a_file_is_fixed_and_sent_without_a_notebook_and_the_steps_are_kept(
    started: tuple[subprocess.Popen[str], str], home: Path, browser: Any
) -> None:
    process, url = started
    page = browser.new_page(viewport={"width": 1300, "height": 1200})
    page.goto(url)
    assert "token" not in page.url
    page.locator(".pps-title", has_text="173 are held").wait_for()
    page.get_by_role("button", name="Accept all 6 suggestions").click()
    page.locator(".pps-title", has_text="167 are held").wait_for()
    end = time.monotonic() + 60
    while not (home / "customers_messy.pango").exists():  # before anything ends it
        assert time.monotonic() < end, "the step is not kept"
        time.sleep(0.1)  # a file of another process: there is no clock to inject
    page.reload()
    page.locator(".pps-title", has_text="167 are held").wait_for()
    other = browser.new_page()
    other.goto(url)
    other.get_by_role("button", name="Undo").click()
    page.locator(".pps-title", has_text="173 are held").wait_for()  # told without being asked
    page.get_by_role("button", name="Redo").click()
    page.locator(".pps-title", has_text="167 are held").wait_for()
    page.get_by_role("tab", name="Send").click()
    page.locator("[data-key=source]").fill("CRM")
    page.get_by_role("button", name=re.compile("^Send [0-9,]+ rows$")).click()
    page.get_by_role("heading", name="Result: Practice").wait_for()
    assert "1,797" in page.locator(".pps-counts").inner_text()
    page.close()
    other.close()
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    steps = home / "customers_messy.pango"
    assert steps.stat().st_mode & 0o077 == 0
    again, url = opened(home)
    try:
        page = browser.new_page()
        page.goto(url)
        page.locator(".pps-title", has_text="167 are held").wait_for()
        page.close()
    finally:
        again.kill()
        again.wait()
        again.stdout.close()  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The address of the page, served by this process."""
    frame = pp.read(ROOT / "data" / "customers_messy.csv")
    page = LocalPage(Session(frame.pango.workbench(), source="CRM"))
    page.start()
    yield page.url
    page.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_can_be_read_and_used_by_everybody_at_every_width(
    served: str, browser: Any, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = browser.new_page(color_scheme=scheme)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: said.type == "error" and errors.append(said.text))
    page.goto(served)
    page.get_by_role("button", name="Show rows").click()
    page.get_by_text("The rows behind").wait_for()
    for tab in ("Columns", "Options", "Duplicates", "Send", "Fix"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_function("() => !document.querySelector('.pps[aria-busy]')")
        for width in (360, 1000, 2000):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("() => document.body.scrollWidth - innerWidth")
            assert wide <= 0, (tab, width)
        found = axe.Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == [], tab
        assert page.locator("main").evaluate(LOWEST_CONTRAST) >= READABLE, tab
    page.close()
    assert errors == []


def test_what_is_typed_is_for_one_problem_and_letters_take_nothing_away(
    served: str, browser: Any
) -> None:
    page = browser.new_page(viewport={"width": 1300, "height": 1200})
    page.goto(served)
    page.wait_for_selector(".pps-table")
    page.keyboard.press("j")  # keys work although nothing was clicked
    page.locator(".pps-problem[aria-current]", has_text="Not an email address").wait_for()
    page.get_by_label("Only what holds rows").check()
    assert page.locator(".pps-problem").count() == page.locator(".pps-is-error").count() > 5
    page.get_by_label("Only what holds rows").uncheck()
    page.get_by_label("Severity").select_option("warning")
    assert page.locator(".pps-problem").count() == page.locator(".pps-is-warning").count() > 5
    page.get_by_label("Severity").select_option("")
    page.set_viewport_size({"width": 400, "height": 800})
    page.get_by_label("Choose *gmail.com").scroll_into_view_if_needed()
    scrolled = page.evaluate("() => scrollY")
    page.get_by_label("Choose *gmail.com").check()
    assert page.evaluate("() => scrollY") == scrolled > 100  # what is drawn anew stays in place
    page.set_viewport_size({"width": 1300, "height": 1200})
    page.get_by_label("New value for").fill("*")
    page.get_by_role("button", name="Fix", exact=True).click()
    page.get_by_role("alert").get_by_text("need one * each").wait_for()
    page.locator(".pps-problem", has_text="Not a valid phone number").click()
    page.locator(".pps-middle h3", has_text="phone").wait_for()
    assert page.get_by_label("New value for").input_value() == ""
    assert page.get_by_role("alert").count() == 0
    page.locator(".pps").evaluate("root => root.focus()")
    page.keyboard.press("l")
    assert page.evaluate("() => document.activeElement.dataset.key") == "item-0"
    page.keyboard.press("Space")
    page.get_by_text("1 chosen, ").wait_for()
    page.keyboard.type("bxB")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    page.keyboard.press("Escape")
    assert "173 are held" in page.locator(".pps-title").inner_text()
    page.keyboard.press("l")
    page.keyboard.press("Delete")
    page.locator(".pps-told-good").wait_for()
    page.get_by_role("button", name="Undo", exact=True).click()
    page.locator(".pps-title", has_text="173 are held").wait_for()
    page.close()


def test_only_this_machine_is_served_and_only_who_knows_the_token(
    started: tuple[subprocess.Popen[str], str],
) -> None:
    _, url = started
    base, token = url.split("?token=")
    cookie = f"pangoprep_studio_{base.split(':')[2].strip('/')}={token}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def status(path: str, body: bytes | None = None, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            with opener.open(urllib.request.Request(base + path, body, named), timeout=30) as got:
                return got.status
        except urllib.error.HTTPError as error:
            return error.code

    ask, json = b'{"type": "open", "id": "1"}', "application/json"
    assert status("ask", ask, Content_Type=json, Cookie=cookie) == 200
    assert status("ask", ask, Content_Type=json) == 403
    assert status("ask", ask, Content_Type=json, Cookie=cookie[:-1]) == 403
    assert status("ask", ask, Content_Type=json, Cookie=cookie, Host="evil.example") == 400
    assert status("ask", ask, Content_Type=json, Cookie=cookie, Origin="http://evil.example") == 403
    assert status("ask", ask, Content_Type="text/plain", Cookie=cookie) == 415
    assert status("ask", b"[]", Content_Type=json, Cookie=cookie) == 400
    assert status("") == status("told") == status("studio.js") == 403
    assert status("studio.js", Cookie=cookie) == 200
    assert status("words.py", Cookie=cookie) == 404
