"""What every test runs under, and the browser that some look through."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# `make test` tries the same examples on every machine; `make fuzz` and the long run try others each
# time, the last failures first. Machines differ in speed, so no example has a deadline.
settings.register_profile("usual", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None, print_blob=True)
settings.load_profile("random" if os.environ.get("PANGOPREP_LONG") else "usual")

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
