"""The Vietnamese quickstart notebook, run by a real kernel: what it shows is in Vietnamese."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

pytestmark = pytest.mark.notebook

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01_quickstart.vi.ipynb"

FACTS = """
import json
print(json.dumps({
    "n_rows": len(df), "n_states": len(result.rows), "n_stored": len(stored),
    "accepted": result.counts["accepted"], "again": again.counts["unchanged"],
    "reprs": [repr(report), repr(result)],
}))
"""


def test_it_runs_and_everything_adds_up(
    executed: nbformat.NotebookNode,
    assert_calm: Callable[[nbformat.NotebookNode], None],
    facts: dict[str, Any],
) -> None:
    assert_calm(executed)
    assert facts["n_rows"] == facts["n_states"] == 2000
    assert facts["n_stored"] == facts["accepted"] == facts["again"] > 0


def test_what_it_shows_is_in_vietnamese(
    executed: nbformat.NotebookNode,
    readable: Callable[[nbformat.NotebookNode], str],
    facts: dict[str, Any],
) -> None:
    report, result = facts["reprs"]
    assert "sẵn sàng" in report
    assert "đã nhận" in result
    shown = "\n".join(readable(cell) for cell in executed.cells[:-1])
    assert "Không phải số điện thoại hợp lệ" in shown
    assert "Not a valid phone number" not in shown
    assert "rows are ready" not in shown
