"""The notebook of Dask frames, run by a real kernel on two worker processes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

pytestmark = pytest.mark.notebook

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "06_large.ipynb"

FACTS = """
import json

print(json.dumps({
    "n_rows": report.n_rows, "n_ready": report.n_ready, "n_parts": ddf.npartitions,
    "same": report.facts == whole.facts, "counts": dict(result.counts), "stored": stored,
}))
"""


def test_no_cell_fails_or_warns(
    executed: nbformat.NotebookNode, assert_calm: Callable[[nbformat.NotebookNode], None]
) -> None:
    assert_calm(executed)


def test_the_cluster_says_and_sends_what_one_frame_would(facts: dict[str, Any]) -> None:
    assert facts["same"]
    assert facts["n_rows"] == 2000
    assert facts["n_parts"] > 2
    assert facts["counts"]["accepted"] == facts["n_ready"] == facts["stored"]
    assert sum(facts["counts"].values()) == 2000


def test_the_most_frequent_findings_are_those_of_all_partitions(
    executed: nbformat.NotebookNode, readable: Callable[[nbformat.NotebookNode], str]
) -> None:
    (told,) = (readable(cell) for cell in executed.cells if "value_counts" in cell.source)
    assert told.index("phone.lost_zero") < told.index("date.excel_serial")


def test_no_personal_value_is_shown(
    executed: nbformat.NotebookNode,
    personal_values: set[str],
    readable: Callable[[nbformat.NotebookNode], str],
) -> None:
    text = "".join(map(readable, executed.cells))
    assert {value for value in personal_values if value in text} == set()
