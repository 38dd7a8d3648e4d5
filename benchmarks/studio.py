"""How long the studio takes in a browser, from the click to the new counts; on the local page."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
import pandas as pd

import pangoprep as pp
from benchmarks.measure import table
from benchmarks.sample import customers_file
from pangoprep.studio.local_page import LocalPage
from pangoprep.studio.session import Session

_MAX_ROUNDS = 20
_N_OPENINGS = 3
_PHONES, _EMAILS = "phone|phone.unreadable", "email|email.unreadable"
_MANY_VALUES = "phone|phone.lost_zero"
_LOST_SHARE = 0.45  # of the rows
#: Presses an element, or scrolls one; tells the milliseconds until another element is another.
_TIMED = """([key, watched]) => new Promise(resolve => {
  const said = () => document.querySelector(watched)?.outerHTML;
  const before = said(), start = performance.now();
  const seen = new MutationObserver(() => {
    const now = said();
    if (now === undefined || now === before) return;
    seen.disconnect();
    resolve(performance.now() - start);
  });
  seen.observe(document.querySelector('.pps'), {childList: true, subtree: true});
  const pressed = document.querySelector(`[data-key="${key}"]`);
  if (pressed) pressed.click();
  else document.querySelector(`[data-scroll="${key}"]`).scrollTop += 100_000;
})"""
Seconds = dict[str, list[tuple[float, float]]]
_COUNTS, _LIST, _ROWS = ".pps-top", ".pps-middle", ".pps-rows"
_LINES = ".pps-middle tbody"


def run(n_rows: int, n_rounds: int) -> str:
    """Drive the page through rounds of a few actions each, and undo them.

    The page is served by this process: processor time is what Python took, not the browser.
    """
    from playwright.sync_api import sync_playwright

    n_rounds = max(min(n_rounds * 4, _MAX_ROUNDS), 3)
    seconds: Seconds = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        bench = _customers(n_rows, Path(folder)).pango.workbench("customer-identity")
        served = LocalPage(Session(bench))
        served.start()
        with sync_playwright() as browsers:
            browser = browsers.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            page.set_default_timeout(300_000)
            browser_keeps = page.context.new_cdp_session(page)
            browser_keeps.send("Performance.enable")
            for number in range(_N_OPENINGS):
                processor, wall = time.process_time(), time.perf_counter()
                page.goto(served.url)
                page.wait_for_selector(".pps-middle .pps-table")
                wall, processor = time.perf_counter() - wall, time.process_time() - processor
                name = "the page loaded again" if number else "the page opened, the first time"
                seconds[name].append((wall, processor))
            found = bench.problems().set_index(["field", "rule"])["values"]
            n_values = found[tuple(_MANY_VALUES.split("|"))]
            for _ in range(n_rounds):
                _round(page, seconds, n_values)
            kept = {
                one["name"]: int(one["value"])
                for one in browser_keeps.send("Performance.getMetrics")["metrics"]
            }
            browser.close()
        served.stop()
    lines = []
    for name, found in seconds.items():
        wall, processor = ([one[place] for one in found] for place in (0, 1))
        last = quantiles(wall, n=20)[-1] if len(wall) > 1 else wall[0]
        lines.append((name, f"{median(wall):.2f}", f"{last:.2f}", f"{median(processor):.2f}"))
    head = (f"{n_rows:,} rows, {n_rounds} rounds", "median, seconds", "95th percentile", "Python")
    return (
        f"{table(head, lines)}\n\nWhat the page keeps after these: "
        f"{kept['JSHeapUsedSize'] / 1e6:.1f} MB of objects, {kept['Nodes']:,} nodes."
    )


def _customers(n_rows: int, folder: Path) -> pd.DataFrame:
    """Return customers of whom many have a phone number without its zero, as Excel leaves it."""
    frame = pp.read(customers_file(n_rows, folder))
    phones = frame["SĐT"]
    lost = phones.str.fullmatch(r"0\d{9}") & (np.arange(n_rows) < n_rows * _LOST_SHARE)
    return frame.assign(SĐT=phones.mask(lost, phones.str[1:]))


def _round(page: Any, seconds: Seconds, n_values: int) -> None:
    def timed(name: str, key: str, watched: str) -> None:
        processor = time.process_time()
        wall = page.evaluate(_TIMED, [key, watched]) / 1_000
        seconds[name].append((wall, time.process_time() - processor))
        page.wait_for_function("() => !document.querySelector('.pps[aria-busy]')")

    def by_pattern() -> None:
        page.locator("[data-key='mode.groups']").click()
        page.locator("[data-key='mode.groups'][aria-pressed=true]").wait_for()
        page.wait_for_function("() => !document.querySelector('.pps[aria-busy]')")

    page.locator(f'[data-key="problem-{_PHONES}"]').click()  # so that the next one is another
    page.locator(_LIST, has_text="phone").wait_for()
    by_pattern()
    timed("a problem chosen: its patterns", f"problem-{_EMAILS}", _LIST)
    timed("every value: the first of them", "mode.values", _LIST)
    timed("the rows behind a value", "rows-0", _ROWS)
    page.locator("[data-key=close]").click()
    page.locator("[data-key=item-0]").check()
    page.locator("[data-key=new]").fill("an@congty.vn")
    timed("one value fixed: the new counts", "fix", _COUNTS)
    timed("undo: the counts", "undo", _COUNTS)
    by_pattern()
    timed("a problem chosen: its patterns", f"problem-{_PHONES}", _LIST)
    timed("all suggestions accepted: the new counts", "accept.all", _COUNTS)
    timed("undo: the counts", "undo", _COUNTS)
    many = f"of {n_values:,} values"
    timed(f"the problem {many} chosen: its patterns", f"problem-{_MANY_VALUES}", _LIST)
    timed(f"the first {many}", "mode.values", _LIST)
    for _ in range(3):
        timed(f"far on in a list {many}", "list", _LINES)
    timed("the tab of columns", "tab-columns", ".pps-panel-columns table")
    timed("the tab of duplicates", "tab-duplicates", ".pps-panel-duplicates table")
    page.locator("[data-key=tab-fix]").click()
    page.wait_for_selector(".pps-middle .pps-table")
