"""Jupyter as a newcomer's machine has it: no settings, no past, a free port."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

import pangoprep  # noqa: F401  # registers df.pango
from pangoprep.entities import CustomerIdentity
from pangoprep.letters import fold
from pangoprep.matching import match_headers
from pangoprep.tables import read_table

ROOT = Path(__file__).parents[2]
# Shorter values are found in any text.
SHORTEST_VALUE = 6


@pytest.fixture(scope="module")
def jupyter_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment for a kernel or server that reads and leaves nothing on this machine."""
    home = tmp_path_factory.mktemp("jupyter")
    places = {
        name: str(home / name.lower())
        for name in (
            "IPYTHONDIR",
            "JUPYTER_CONFIG_DIR",
            "JUPYTER_DATA_DIR",
            "JUPYTER_RUNTIME_DIR",
            "JUPYTERLAB_SETTINGS_DIR",
            "JUPYTERLAB_WORKSPACES_DIR",
            "PANGO_DATA_DIR",
        )
    }
    ours = {name for name in os.environ if name.startswith(("PANGO_", "JUPYTER", "JPY_"))}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    # The package need not be installed, and a kernel starts in the notebook's folder.
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return inherited | places | {"PYTHONPATH": os.pathsep.join(paths)}


@pytest.fixture(scope="module")
def execute(
    tmp_path_factory: pytest.TempPathFactory, jupyter_environment: dict[str, str]
) -> Callable[[Path, str], nbformat.NotebookNode]:
    """Run a notebook with a real kernel, and one more cell that prints what a test asks about."""

    def run(path: Path, facts: str) -> nbformat.NotebookNode:
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(new_code_cell(facts, id="facts"))
        client = NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.parent)}},
        )
        with pytest.MonkeyPatch.context() as patch:
            # Jupyter may be started anywhere; only the kernel's folder is the notebook's.
            patch.chdir(tmp_path_factory.mktemp("elsewhere"))
            client.execute(env=jupyter_environment)
        return client.nb

    return run


@pytest.fixture(scope="module")
def executed(
    request: pytest.FixtureRequest, execute: Callable[[Path, str], nbformat.NotebookNode]
) -> nbformat.NotebookNode:
    """The notebook that a test module names, with its facts cell, run once."""
    return execute(request.module.NOTEBOOK, request.module.FACTS)


@pytest.fixture(scope="module")
def facts(executed: nbformat.NotebookNode) -> dict[str, Any]:
    """What the facts cell printed."""
    return json.loads(executed.cells[-1].outputs[0].text)


@pytest.fixture(scope="session")
def readable() -> Callable[[nbformat.NotebookNode], str]:
    """What the outputs of a cell hold that somebody could read."""

    def text_of(cell: nbformat.NotebookNode) -> str:
        parts = []
        for output in cell.get("outputs", []):
            parts += [output.get("text", ""), *output.get("traceback", [])]
            parts += [data for data in output.get("data", {}).values() if isinstance(data, str)]
        return html.unescape("\n".join(parts))

    return text_of


@pytest.fixture(scope="session")
def assert_calm() -> Callable[[nbformat.NotebookNode], None]:
    """Check that no cell of an executed notebook fails or warns."""

    def check(executed: nbformat.NotebookNode) -> None:
        outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
        assert [o.ename for o in outputs if o.output_type == "error"] == []
        assert [o.text for o in outputs if o.get("name") == "stderr"] == []

    return check


@pytest.fixture(scope="session")
def personal_values() -> set[str]:
    """What the sample file has in personal fields, as written there and as cleaned."""
    frame = pd.read_csv(ROOT / "data" / "customers_messy.csv", dtype=str)
    cleaned = frame.pango.clean()
    fields = {name for name, known in CustomerIdentity.fields().items() if known.personal}
    columns = [
        frame[header] for header, field in match_headers(frame.columns, CustomerIdentity).items()
        if field in fields
    ] + [cleaned[field].astype("str") for field in fields & set(cleaned.columns)]  # fmt: skip
    values = {value.strip() for column in columns for value in column.dropna()}
    nothing = {fold(word) for word in read_table("null_words")["word"].to_pylist()}  # is nobody's
    values = {v for v in values if len(v) >= SHORTEST_VALUE and fold(v) not in nothing}
    assert len(values) > 10_000
    return values
