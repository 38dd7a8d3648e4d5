"""The quickstart notebook, run by a real kernel as Jupyter runs it."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

import pangoprep  # noqa: F401  # registers df.pango
from pangoprep.entities import CustomerIdentity
from pangoprep.files import match_headers

pytestmark = pytest.mark.notebook

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "01_quickstart.ipynb"
# Shorter values are found in any text.
SHORTEST_VALUE = 6

FACTS = """
import json
ready = report.ready.set_index("customerId")
print(json.dumps({
    "n_rows": len(df), "n_ready": report.n_ready, "n_held": report.n_held,
    "n_superseded": report.n_superseded, "n_fixed": len(suggested),
    "counts": dict(result.counts), "again": dict(again.counts), "ok": result.ok,
    "n_states": len(result.rows), "n_stored": len(stored), "same": bool(stored.equals(ready)),
    "statuses": sorted(set(requests["status"].tolist())), "n_requests": result.n_requests,
    "n_requests_again": again.n_requests,
}))
"""


@pytest.fixture(scope="module")
def executed(
    tmp_path_factory: pytest.TempPathFactory, jupyter_environment: dict[str, str]
) -> nbformat.NotebookNode:
    """The notebook after running, with one more cell that prints what we ask about."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.append(new_code_cell(FACTS, id="facts"))
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    )
    with pytest.MonkeyPatch.context() as patch:
        # Jupyter may be started anywhere; only the kernel's folder is the notebook's.
        patch.chdir(tmp_path_factory.mktemp("elsewhere"))
        client.execute(env=jupyter_environment)
    return client.nb


@pytest.fixture(scope="module")
def facts(executed: nbformat.NotebookNode) -> dict[str, Any]:
    return json.loads(executed.cells[-1].outputs[0].text)


def texts_of(output: nbformat.NotebookNode) -> list[str]:
    """Everything an output holds that somebody could read."""
    parts = [output.get("text", ""), *output.get("traceback", [])]
    parts += [data for data in output.get("data", {}).values() if isinstance(data, str)]
    return [html.unescape(part) for part in parts]


def test_the_notebook_is_committed_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []
    assert notebook.metadata.kernelspec.name == "python3"


def test_no_cell_fails_or_warns(executed: nbformat.NotebookNode) -> None:
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    assert [o.ename for o in outputs if o.output_type == "error"] == []
    assert [o.text for o in outputs if o.get("name") == "stderr"] == []


def test_the_states_add_up_to_the_rows_of_the_file(facts: dict[str, Any]) -> None:
    assert facts["n_rows"] == facts["n_states"] == 2000
    assert sum(facts["counts"].values()) == 2000
    assert facts["counts"]["held"] == facts["n_held"]
    assert facts["counts"]["superseded"] == facts["n_superseded"]
    assert facts["counts"]["accepted"] == facts["n_ready"]
    assert facts["n_ready"] + facts["n_held"] + facts["n_superseded"] == 2000
    assert facts["ok"] is False  # rows are held


def test_what_is_stored_is_what_was_ready(facts: dict[str, Any]) -> None:
    assert facts["same"]
    assert facts["n_stored"] == facts["n_ready"]
    assert facts["statuses"] == [200]
    assert facts["n_requests"] == -(-facts["n_ready"] // 50)


def test_sending_again_sends_nothing(facts: dict[str, Any]) -> None:
    assert facts["again"]["unchanged"] == facts["n_ready"]
    assert facts["again"]["accepted"] == 0
    assert facts["n_requests_again"] == 0


def test_taking_the_suggestions_frees_rows(facts: dict[str, Any]) -> None:
    before = pd.read_csv(ROOT / "data" / "customers_messy.csv", dtype=str).pango.validate()
    assert facts["n_fixed"] > 0
    assert facts["n_held"] < before.n_held
    assert facts["n_ready"] > before.n_ready


def test_personal_values_are_only_where_the_notebook_says_so(
    executed: nbformat.NotebookNode,
) -> None:
    frame = pd.read_csv(ROOT / "data" / "customers_messy.csv", dtype=str)
    cleaned = frame.pango.clean()
    fields = {name for name, known in CustomerIdentity.fields().items() if known.personal}
    columns = [
        frame[header] for header, field in match_headers(frame.columns, CustomerIdentity).items()
        if field in fields
    ] + [cleaned[field].astype("str") for field in fields & set(cleaned.columns)]  # fmt: skip
    values = {
        value.strip()
        for column in columns
        for value in column.dropna()
        if len(value.strip()) >= SHORTEST_VALUE
    }
    assert len(values) > 10_000

    shown: dict[str, set[str]] = {}
    for cell in executed.cells:
        text = "\n".join(part for o in cell.get("outputs", []) for part in texts_of(o))
        shown[cell.id] = {value for value in values if value in text}
    meant = {cell.id for cell in executed.cells if "shows-values" in cell.metadata.get("tags", [])}
    assert {name: len(found) for name, found in shown.items() if found and name not in meant} == {}
    assert meant == {"held", "clean"}
    assert all(len(shown[name]) >= 5 for name in meant)


def test_the_outputs_show_the_report_and_the_result(executed: nbformat.NotebookNode) -> None:
    cells = {cell.id: cell for cell in executed.cells}
    report = cells["validate"].outputs[0].data
    assert "of 2,000 rows" in report["text/plain"]
    assert "of 2,000 rows" in report["text/html"]
    assert len(report["text/html"]) < 60_000
    result = cells["send"].outputs[-1].data
    assert "accepted" in result["text/html"]
