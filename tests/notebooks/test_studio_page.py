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
    page.locator("[data-key='send.all']").click()
    page.get_by_role("alert").filter(has_text="Type the name of the system").wait_for()
    page.keyboard.type("CRM")  # into the box, which has the focus
    page.get_by_label("Let it refuse three rows").check()
    page.get_by_role("button", name="Send 1,797 rows").click()
    page.get_by_role("heading", name="Result: Practice").wait_for()
    assert "1,794" in page.locator(".pps-counts").inner_text()
    page.get_by_role("button", name="Show the 3 rows that came back").click()
    page.get_by_role("heading", name="3 rows that PangoCDP refused").wait_for()
    back = page.locator("[data-scroll=rows]")
    assert back.bounding_box()["y"] < page.locator(".pps-problems").bounding_box()["y"] < 1200
    assert back.get_by_text("INVALID_DATA").count() == 3
    page.locator(".pps-rows").get_by_role("button", name="Go on to sending").click()
    page.get_by_role("button", name="Send 3 rows").click()
    page.get_by_role("button", name="Everything is sent: nothing to send").wait_for()
    page.get_by_text("1,797 rows were received as they are now").wait_for()
    page.close()
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    other.get_by_role("alert").get_by_text("The studio has ended").wait_for()  # nothing was asked
    other.close()
    steps = home / "customers_messy.pango"
    assert steps.stat().st_mode & 0o077 == 0
    again, url = opened(home)
    try:
        page = browser.new_page()
        page.goto(url)
        page.locator(".pps-title", has_text="167 are held").wait_for()
        page.get_by_text("1 step that was taken before is taken again.").wait_for()
        page.close()
    finally:
        again.kill()
        again.wait()
        again.stdout.close()  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The address of the page, served by this process."""
    frame = pp.read(ROOT / "data" / "customers_messy.csv")
    bench = frame.pango.workbench(fixes={"gender": {"x": "male"}})
    page = LocalPage(Session(bench, source="CRM"))
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
    page.get_by_role("button", name="Show gender (10)").click()  # what was mended before it opened
    page.get_by_role("heading", name="gender: A fix of yours was applied").wait_for()
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
    page.set_viewport_size({"width": 1300, "height": 640})
    fix, new = (
        page.get_by_role("button", name="Fix", exact=True),
        page.get_by_label("New value for"),
    )
    assert fix.is_disabled()
    assert fix.get_attribute("title") == "Type the new value first."
    new.fill("*@gmail.com")
    page.locator(".pps-preview", has_text="values become:").wait_for()
    place = page.locator(".pps-preview").bounding_box()
    assert place["y"] + place["height"] <= 640  # what comes of it is seen, too
    page.set_viewport_size({"width": 1300, "height": 1200})
    new.fill("*")
    fix.click()
    page.get_by_role("alert").get_by_text("need one * each").wait_for()
    new.press_sequentially("@")
    assert page.get_by_role("alert").count() == 0
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


#: What is drawn of a long list: how many lines, the first and the last one that is seen whole, and
#: what has the focus.
DRAWN = """() => {
  const box = document.querySelector('[data-scroll=list]'), around = box.getBoundingClientRect();
  const head = box.querySelector('thead').offsetHeight;
  const rows = [...box.querySelectorAll('tbody tr[aria-rowindex]')];
  const seen = rows.filter(row => {
    const {top, bottom} = row.getBoundingClientRect();
    return top >= around.top + head - 1 && bottom <= around.bottom + 1;
  }).map(row => Number(row.getAttribute('aria-rowindex')));
  return [rows.length, seen[0], seen.at(-1), document.activeElement.dataset.key];
}"""


TOP_HEIGHT = "() => document.querySelector('.pps-top').offsetHeight"


def test_a_long_list_scrolls_and_holds_what_is_near_and_what_was_begun(
    served: str, browser: Any
) -> None:
    page = browser.new_page(viewport={"width": 1300, "height": 1200})
    page.goto(served)
    page.locator(".pps-problem", has_text="leading zero was restored").click()
    page.get_by_role("button", name="Every value").click()
    lines = page.locator("[data-scroll=list]")

    def drawn() -> tuple[int, int, int, str]:
        page.wait_for_function("() => !document.querySelector('.pps[aria-busy]')")
        n_drawn, *others = page.evaluate(DRAWN)
        assert n_drawn < 60
        return (n_drawn, *others)

    lines.get_by_role("columnheader", name="Value").wait_for()
    n_lines = int(lines.locator("table").get_attribute("aria-rowcount"))
    assert n_lines == 321  # 320 values, and the head
    assert drawn()[1] == 2
    page.get_by_label("New value for").fill("0912")
    lines.get_by_role("checkbox").nth(3).check()
    lines.evaluate("box => { box.scrollTop = box.scrollHeight; }")
    lines.locator(f"tr[aria-rowindex='{n_lines}']").wait_for()
    assert drawn()[2] == n_lines
    assert lines.locator("tr[aria-rowindex='30']").count() == 0
    for key, first in (("Home", 2), ("PageDown", None), ("End", None), ("Home", 2)):
        lines.locator("tbody input[tabindex='0']").press(key)
        lines.locator("tr:focus-within").wait_for()
        seen = drawn()
        assert first in (None, seen[1])
        assert seen[3].startswith("item-")
        assert seen[2] == n_lines if key == "End" else seen[2] < 60
    page.keyboard.press("ArrowDown")
    assert drawn()[3] == "item-1"
    page.get_by_text("1 chosen, 1 row:").wait_for()  # the tick, although it was far away meanwhile
    assert page.get_by_label("New value for").input_value() == "0912"
    page.keyboard.press("*")
    page.get_by_text("320 chosen, 320 rows:").wait_for()
    page.keyboard.press("Space")
    page.get_by_text("319 chosen, 319 rows:").wait_for()
    page.get_by_role("tab", name="Columns").click()
    page.wait_for_selector(".pps-panel-columns table")
    page.get_by_role("tab", name="Fix").click()
    page.get_by_text("319 chosen, 319 rows:").wait_for()
    page.get_by_label("New value for").press("Enter")  # of different people one phone
    sure = page.get_by_role("group", name="One value for all of them?")
    assert "319 different values in 319 rows become 0912." in sure.inner_text()
    page.keyboard.press("Escape")
    assert sure.count() == 0
    assert "173 are held" in page.locator(".pps-title").inner_text()
    page.locator(".pps-problem", has_text="area code from before").click()
    page.locator(".pps-middle h3", has_text="area code").wait_for()
    is_every = page.get_by_role("button", name="Every value").get_attribute("aria-pressed")
    assert is_every == "true"  # as it was chosen for the last problem
    page.locator(".pps-problem", has_text="leading zero was restored").click()
    page.locator(".pps-middle h3", has_text="leading zero").wait_for()
    page.get_by_role("button", name="Show rows").click()
    rows = page.locator("[data-scroll=rows]")
    cell = rows.locator(".pps-cell[data-key^='cell-2-']").nth(1)
    key = cell.get_attribute("data-key")
    cell.click()
    page.keyboard.type("Nguy")
    rows.evaluate("box => { box.scrollTop = box.scrollHeight; }")
    rows.locator("tr[aria-rowindex='321']").wait_for()
    assert rows.locator("tr[aria-rowindex='100']").count() == 0
    page.keyboard.type("ễn")  # into the cell that is out of sight: one is brought back to it
    typed = rows.locator(f"[data-key='{key}']")
    assert typed.input_value() == "Nguyễn"
    page.wait_for_function("() => document.querySelector('[data-scroll=rows]').scrollTop < 500")
    typed.press("Escape")
    assert typed.get_attribute("class") == "pps-cell"  # nothing was changed
    page.keyboard.type("u5")  # on a cell these are no keys of the studio
    assert typed.input_value() == "u5"
    page.keyboard.press("Escape")
    page.keyboard.press("Delete")
    assert page.locator(".pps-told-good").count() == 0
    page.close()


def test_the_order_of_problems_stays_while_one_works_and_rows_left_out_are_taken_back(
    served: str, browser: Any
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(served)
    page.wait_for_selector(".pps-middle .pps-table")
    names = page.locator(".pps-problem .pps-name")
    again = page.get_by_role("button", name="Sort again")
    before = names.all_text_contents()
    height = page.evaluate(TOP_HEIGHT)
    assert again.is_disabled()
    page.get_by_label("Choose ########", exact=True).check()
    page.get_by_role("button", name="Leave the rows out").click()
    page.get_by_role("button", name="20 left out").wait_for()
    assert page.evaluate(TOP_HEIGHT) == height  # nothing jumps
    assert names.all_text_contents() == before
    again.click()
    assert names.all_text_contents() != before
    assert names.first.text_content() == before[1]  # what frees most rows now
    page.get_by_role("tab", name="Send").click()
    page.get_by_role("button", name="20 left out").click()
    page.get_by_role("heading", name="The rows that are left out").wait_for()
    rows = page.locator("[data-scroll=rows] tbody tr")
    assert "left out in the studio" in rows.first.inner_text()
    rows.first.get_by_role("button", name=re.compile("^Take back row")).click()
    page.get_by_role("button", name="19 left out").wait_for()
    page.get_by_role("button", name="Take all back").click()
    page.locator(".pps-title", has_text="173 are held").wait_for()
    page.get_by_role("heading", name="The rows that are left out").wait_for(state="detached")
    for _ in range(3):
        page.get_by_role("button", name="Undo", exact=True).click()
        page.locator(".pps-told-good", has_text="Undone").wait_for()
    page.locator(".pps-title", has_text="173 are held").wait_for()
    page.close()


def test_what_was_shown_is_hidden_again_wherever_it_stood(served: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(served)
    page.get_by_role("button", name="Show rows").click()
    page.get_by_text("The rows behind").wait_for()
    masked = page.locator(".pps-rows").inner_text()
    page.get_by_role("button", name="Show values").click()
    page.get_by_role("button", name="Hide values").wait_for()
    page.get_by_label("New value for").fill("0911222333")
    cell = page.locator(".pps-rows .pps-cell[aria-label*='Họ và tên']").first
    page.wait_for_function("() => !document.querySelector('.pps-rows').innerText.includes('•')")
    name = cell.inner_text()
    cell.click()
    page.keyboard.type(f"{name} A")
    page.keyboard.press("Enter")
    page.get_by_text("1 row changed").wait_for()
    page.get_by_role("button", name="Copy code").click()
    page.locator(".pps-foot pre", has_text=f"{name} A").wait_for()
    page.get_by_role("tab", name="Columns").click()
    page.wait_for_selector(".pps-panel-columns table")
    page.get_by_role("button", name="Hide values").click()
    page.get_by_role("button", name="Show values").wait_for()
    page.wait_for_function("() => !document.querySelector('.pps[aria-busy]')")
    assert name not in page.locator(".pps").inner_text()
    page.get_by_role("tab", name="Fix").click()
    page.locator(".pps-middle .pps-table").wait_for()
    assert name not in page.locator(".pps").inner_text()
    assert page.get_by_label("New value for").input_value() == ""
    page.get_by_role("button", name="Show rows").click()
    page.get_by_text("The rows behind").wait_for()
    page.get_by_role("button", name="Undo", exact=True).click()
    page.locator(".pps-told-good", has_text="Undone").wait_for()
    page.wait_for_function("() => !document.querySelector('.pps[aria-busy]')")
    assert page.locator(".pps-rows").inner_text() == masked
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
    assert status("ask", ask, Content_Type=json, Cookie=cookie + "é") == 403
    assert status("ask", ask, Content_Type=json, Cookie=cookie, Host="evil.example") == 400
    assert status("ask", ask, Content_Type=json, Cookie=cookie, Origin="http://evil.example") == 403
    assert status("ask", ask, Content_Type="text/plain", Cookie=cookie) == 415
    assert status("ask", b"[]", Content_Type=json, Cookie=cookie) == 400
    assert status("") == status("told") == status("studio.js") == 403
    assert status("studio.js", Cookie=cookie) == 200
    assert status("words.py", Cookie=cookie) == 404
