"""What every test runs under, and the browser that some look through."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# `make test` tries the same examples on every machine; `make fuzz` and the long run try others each
# time, the last failures first. Machines differ in speed, so no example has a deadline.
settings.register_profile("usual", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None, print_blob=True)
settings.load_profile("random" if os.environ.get("PANGOPREP_LONG") else "usual")

os.environ.pop("PANGOPREP_LANG", None)  # tests say which language they speak

# A shell starts what runs in the background without Ctrl-C, which tests wait for, theirs and that
# of processes they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real browser; its pages are Playwright's."""
    playwright = pytest.importorskip("playwright.sync_api")
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        # A missing browser must not make the project's own check green.
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine")
    with playwright.sync_playwright() as browsers:
        opened = browsers.chromium.launch(executable_path=chromium, args=_SWITCHES)
        try:
            yield opened
        finally:
            opened.close()


@pytest.fixture(scope="session")
def libreoffice() -> str:
    """A real LibreOffice, which some of what we read is compared with."""
    found = shutil.which("soffice")
    if found is None:
        pytest.skip("no LibreOffice on this machine")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: run last, one file would keep one worker alone."""
    names = ("browser", "notebook")
    slow = {item.path for item in items if any(map(item.get_closest_marker, names))}
    items.sort(key=lambda item: item.path not in slow)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say last, where everybody sees it, what this machine has not tested and what that takes."""
    lacking: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if found := _LACKING.search(reason):
            name = next(filter(None, found.groups()))
            lacking[name] = lacking.get(name, 0) + 1
    for name, n_tests in lacking.items():
        how = _HOW_TO_GET.get(name, "a package of the group dev")
        text = f"NOT TESTED HERE: {n_tests} tests or files of tests that need {name} ({how})"
        terminalreporter.write_line(text, yellow=True, bold=True)


_LACKING = re.compile(
    r"no (\w+) on this machine|([\w-]+) is not installed|could not import '([\w.]+)'"
)
_HOW_TO_GET = {
    "Chromium": "make programs",
    "LibreOffice": "make programs",
}
