"""The studio in marimo: from the click to the stored record."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.notebooks.jupyterlab_server import START_SECONDS, free_port

pytest.importorskip("marimo")
pytest.importorskip("anywidget")

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
APP = """import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import pangoprep as pp

    cdp = pp.Sandbox(limits=None).start()
    frame = pp.read("customers_messy.csv")
    mo.ui.anywidget(frame.pango.studio(client=cdp.client(limits=None), source="CRM"))
    return cdp, frame, mo


@app.cell
def _(mo):
    again = mo.ui.button(label="Count")
    again
    return (again,)


@app.cell
def _(again, cdp, frame):
    again.value
    stored = cdp.records("customer-identity").set_index("customerId")["phone"]
    mistyped = frame["Mã KH"][frame["SĐT"].str.startswith("O", na=False)]
    mended = stored.reindex(mistyped).str.fullmatch("0[0-9]{9}", na=False).sum()
    f"{len(stored)} stored, {mended} mended"
    return
"""


@pytest.fixture
def app_url(tmp_path: Path) -> Iterator[str]:
    """A marimo of its own that shows the app, behind a token."""
    (tmp_path / "app.py").write_text(APP, "utf-8")
    shutil.copy(ROOT / "data" / "customers_messy.csv", tmp_path)
    port, token = free_port(), secrets.token_hex(16)
    (tmp_path / "token").write_text(token)
    command = [
        sys.executable, "-m", "marimo", "run", "app.py", "--headless", "--no-check",
        "--port", str(port), "--token", "--token-password-file", str(tmp_path / "token"),
    ]  # fmt: skip
    places = {name: str(tmp_path / "home") for name in ("XDG_CONFIG_HOME", "PANGO_DATA_DIR")}
    environment = {**os.environ, **places, "PYTHONPATH": str(ROOT)}
    with (tmp_path / "marimo.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            end = time.monotonic() + START_SECONDS
            while True:
                assert server.poll() is None, "marimo ended"
                assert time.monotonic() < end, "marimo did not answer"
                try:
                    with opener.open(f"http://127.0.0.1:{port}/health", timeout=5):
                        break
                except OSError:
                    time.sleep(0.2)  # a server of another process: there is no clock to inject
            yield f"http://127.0.0.1:{port}/?access_token={token}"
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def test_a_click_reaches_the_stored_record(app_url: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1300})
    page.set_default_timeout(START_SECONDS * 1000)
    page.goto(app_url)
    page.locator(".pps-title", has_text="173 are held").wait_for()
    page.get_by_role("button", name="Accept all 6 suggestions").click()
    page.locator(".pps-title", has_text="167 are held").wait_for()
    page.get_by_role("tab", name="Send").click()
    page.get_by_role("button", name=re.compile("^Send [0-9,]+ rows$")).click()
    page.get_by_role("heading", name="Result: Practice").wait_for()  # told without being asked
    page.get_by_role("button", name="Count").click()
    page.get_by_text("1797 stored, 6 mended").wait_for()
    page.close()
