"""The quickstart notebook as a newcomer sees it: JupyterLab in a browser, every cell run."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contrast import LOWEST_CONTRAST, READABLE

pytest.importorskip("jupyterlab")

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
START_SECONDS = 120
LOOK_SECONDS = 15
# Pictures go to a temporary folder, or where this variable says, to look at them.
PICTURES_VARIABLE = "PANGOPREP_PICTURES"

# No questions about news, every cell in the page, light until asked otherwise.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "apputils-extension/themes": {"theme": "JupyterLab Light", "adaptive-theme": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
CODE_CELLS = """() => {
  const cells = [...window.jupyterapp.shell.currentWidget.content.model.cells];
  return cells.filter(cell => cell.type === 'code').map(cell => ({
    count: cell.executionCount,
    errors: cell.outputs.toJSON().filter(output => output.output_type === 'error')
      .map(output => `${output.ename}: ${output.evalue}`),
  }));
}"""
CHANGE_THEME = """theme =>
  window.jupyterapp.commands.execute('apputils:change-theme', {theme})"""
VIEWPORT = {"width": 1400, "height": 1000}
IS_OPEN = """() => {
  const widget = window.jupyterapp?.shell?.currentWidget;
  return widget?.context?.isReady && widget?.sessionContext?.isReady
    && widget.sessionContext.session?.kernel?.status === 'idle';
}"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def lab(
    tmp_path_factory: pytest.TempPathFactory, jupyter_environment: dict[str, str]
) -> Iterator[str]:
    """The address of the notebook's copy in a JupyterLab of its own."""
    home = tmp_path_factory.mktemp("lab")
    # A copy, since JupyterLab saves what it runs.
    for part in ("notebooks/01_quickstart.ipynb", "data/customers_messy.csv"):
        (home / part).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / part, home / part)
    for name, values in SETTINGS.items():
        folder, _, plugin = name.partition("/")
        path = Path(jupyter_environment["JUPYTERLAB_SETTINGS_DIR"]) / "@jupyterlab" / folder
        path.mkdir(parents=True, exist_ok=True)
        (path / f"{plugin}.jupyterlab-settings").write_text(json.dumps(values))
    port, token = free_port(), secrets.token_hex(16)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={home}",
        "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=home, env=jupyter_environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_it_answers(f"http://127.0.0.1:{port}/api?token={token}", server)
            yield f"http://127.0.0.1:{port}/lab/tree/notebooks/01_quickstart.ipynb?token={token}"
        finally:
            # Politely: it ends its kernels then.
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_until_it_answers(url: str, server: subprocess.Popen[Any]) -> None:
    # Whatever proxy this machine uses, it does not lead to this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, "JupyterLab ended"
        try:
            with opener.open(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)  # a server of another process: there is no clock to inject
    pytest.fail("JupyterLab did not answer")


@pytest.fixture(scope="module")
def page(lab: str, browser: Any) -> Any:
    """The notebook's page in a browser, every cell run."""
    page = browser.new_page(viewport=VIEWPORT)
    page.set_default_timeout(START_SECONDS * 1000)
    page.goto(lab)
    page.wait_for_function(IS_OPEN)
    page.evaluate(RUN_ALL)  # comes back when the last cell is done, or one failed
    # Without this, every test would wait for what cannot come.
    assert [cell["errors"] for cell in page.evaluate(CODE_CELLS) if cell["errors"]] == []
    page.set_default_timeout(LOOK_SECONDS * 1000)
    return page


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = os.environ.get(PICTURES_VARIABLE)
    folder = Path(given) if given else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_every_cell_has_run(page: Any) -> None:
    cells = page.evaluate(CODE_CELLS)
    assert len(cells) > 10
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_the_report_can_be_seen_and_read(page: Any, pictures: Path, theme: str) -> None:
    page.evaluate(CHANGE_THEME, theme)
    is_light = "true" if theme.endswith("Light") else "false"
    page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{is_light}'")
    report = page.locator(".jp-OutputArea-output section.pangoprep").first
    report.evaluate("report => report.scrollIntoView({block: 'start'})")
    assert report.is_visible()
    assert "of 2,000 rows" in report.inner_text()
    box = report.bounding_box()
    assert box["width"] > 400
    assert box["height"] > 100
    assert report.evaluate(LOWEST_CONTRAST) >= READABLE

    name = theme.rpartition(" ")[2].lower()
    page.screenshot(path=pictures / f"page-{name}.png")
    # The page scrolls inside: what does not fit is not in the picture.
    page.set_viewport_size(VIEWPORT | {"height": int(box["height"]) + 300})
    report.evaluate("report => report.scrollIntoView({block: 'start'})")
    report.screenshot(path=pictures / f"report-{name}.png")
    page.set_viewport_size(VIEWPORT)
    assert (pictures / f"report-{name}.png").stat().st_size > 10_000


def test_the_result_can_be_seen(page: Any, pictures: Path) -> None:
    result = page.get_by_role("heading", name=re.compile("^Run [0-9]{8}-")).first
    result.evaluate("result => result.scrollIntoView({block: 'center'})")
    assert result.is_visible()
    page.screenshot(path=pictures / "result.png")
