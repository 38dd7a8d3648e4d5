"""The quickstart notebook, run by a real kernel as Jupyter runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

import pangoprep  # noqa: F401  # registers df.pango

pytestmark = pytest.mark.notebook

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "01_quickstart.ipynb"

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


def test_no_cell_fails_or_warns(
    executed: nbformat.NotebookNode, assert_calm: Callable[[nbformat.NotebookNode], None]
) -> None:
    assert_calm(executed)


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
    personal_values: set[str],
    readable: Callable[[nbformat.NotebookNode], str],
) -> None:
    shown: dict[str, set[str]] = {}
    for cell in executed.cells:
        text = readable(cell)
        shown[cell.id] = {value for value in personal_values if value in text}
    meant = {cell.id for cell in executed.cells if "shows-values" in cell.metadata.get("tags", [])}
    assert {name: len(found) for name, found in shown.items() if found and name not in meant} == {}
    assert meant == {"held", "clean"}
    assert all(len(shown[name]) >= 5 for name in meant)


def test_the_outputs_show_the_report_and_the_result(executed: nbformat.NotebookNode) -> None:
    cells = {cell.id: cell for cell in executed.cells}
    report = cells["validate"].outputs[0].data
    assert "of 2,000 rows" in report["text/plain"]
    assert "of 2,000 rows" in report["text/html"]
    assert len(report["text/html"]) < 80_000
    result = cells["send"].outputs[-1].data
    assert "accepted" in result["text/html"]
