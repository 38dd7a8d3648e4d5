"""One JupyterLab and one kernel for each file; a sandbox, a frame and a studio for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.notebooks.jupyterlab_server import IS_OPEN, SETTINGS, START_SECONDS, running_lab
from tests.notebooks.studio.driving import LOOK_SECONDS, NOTEBOOK, Open, kernel, show

ROOT = Path(__file__).parents[3]
VIEWPORT = {"width": 1500, "height": 1600}
# What is saved when somebody has this on must still hold no customer.
KEEPING = SETTINGS | {"@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True}}
#: Run before the notebook's one cell, which shows what `shown` has.
SETUP = """
import pandas as pd
import pangoprep as pp

if "cdp" in globals():
    cdp.stop()
cdp = pp.Sandbox(limits={limits}).start()
frame = pp.read("customers_messy.csv")
{more}
studio = frame.pango.studio({entity}client=cdp.client(limits={limits}), source="CRM"{options})
shown = [studio]

def stored(customer=None, field=None):
    records = cdp.records("customer-identity").set_index("customerId")
    return len(records) if customer is None else records.loc[customer, field]

def customer_of(column, cell):
    ready = studio.report.rows["state"].eq("ready").to_numpy()
    return studio.report.cleaned["customerId"][frame[column].eq(cell).to_numpy() & ready].iloc[0]
"""
CELL = "from IPython.display import display\ndisplay(*shown)"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("jupyterlab")
    pytest.importorskip("anywidget")
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(ROOT / "data" / "customers_messy.csv", folder)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=[new_code_cell(CELL)], metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / NOTEBOOK)
    return folder


@pytest.fixture(scope="module")
def lab_page(home: Path, jupyter_environment: dict[str, str], browser: Any) -> Iterator[Any]:
    """A JupyterLab with the notebook open, its kernel idle."""
    with running_lab(home, jupyter_environment, KEEPING) as (url, token):
        page = browser.new_page(viewport=VIEWPORT)
        page.set_default_timeout(START_SECONDS * 1000)
        page.goto(f"{url}/lab/tree/{NOTEBOOK}?token={token}&reset")
        page.wait_for_function(IS_OPEN)
        yield page
        page.close()


@pytest.fixture
def open_studio(lab_page: Any) -> Open:
    """Show a studio of the sample file, or of a frame that ``more`` makes, in place of the last."""

    def opened(
        more: str = "", *, limits: Any = None, entity: str = "", options: str = "", n: int = 1
    ) -> Any:
        page = lab_page
        page.set_default_timeout(START_SECONDS * 1000)
        entity = f"{entity!r}, " if entity else ""
        setup = SETUP.format(limits=limits, entity=entity, options=options, more=more)
        assert kernel(page, setup) == ""
        show(page, n)
        page.set_default_timeout(LOOK_SECONDS * 1000)
        return page

    return opened


@pytest.fixture
def page(open_studio: Open) -> Any:
    return open_studio()
