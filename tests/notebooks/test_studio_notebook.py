"""The notebook of the studio, run by a real kernel; what is in its outputs is no customer's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

pytestmark = pytest.mark.notebook

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "04_studio.ipynb"

FACTS = """
import json

print(json.dumps({
    "n_held": studio.report.n_held, "steps": studio.bench.steps["what"].tolist(),
}))
"""


def test_no_cell_fails_or_warns(
    executed: nbformat.NotebookNode, assert_calm: Callable[[nbformat.NotebookNode], None]
) -> None:
    assert_calm(executed)


def test_it_does_what_it_says(facts: dict[str, Any]) -> None:
    assert facts == {"n_held": 167, "steps": ["replace within email", "fix gender"]}


def test_no_output_holds_a_customer(
    executed: nbformat.NotebookNode,
    readable: Callable[[nbformat.NotebookNode], str],
    personal_values: set[str],
) -> None:
    shown = "\n".join(readable(cell) for cell in executed.cells)
    assert [value for value in personal_values if value in shown] == []
