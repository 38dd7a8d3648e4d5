"""The quickstart notebook as a newcomer sees it: JupyterLab in a browser, every cell run."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contrast import LOWEST_CONTRAST, READABLE
from tests.notebooks.jupyterlab_server import (
    CHANGE_THEME,
    CODE_CELLS,
    IS_OPEN,
    RUN_ALL,
    START_SECONDS,
    running_lab,
)

pytest.importorskip("jupyterlab")

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
LOOK_SECONDS = 15
# Pictures go to a temporary folder, or where this variable says, to look at them.
PICTURES_VARIABLE = "PANGOPREP_PICTURES"

VIEWPORT = {"width": 1400, "height": 1000}


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
    with running_lab(home, jupyter_environment) as (address, token):
        yield f"{address}/lab/tree/notebooks/01_quickstart.ipynb?token={token}"


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
