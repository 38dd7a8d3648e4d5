"""The notebook of orders, run by a real kernel as Jupyter runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

import pangoprep as pp

pytestmark = pytest.mark.notebook

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "05_orders.ipynb"

FACTS = """
import json
print(json.dumps({
    "rows": [len(orders), len(lines)],
    "freed": fixed.n_ready - report.n_ready,
    "held": fixed.n_held,
    "counts": {state: n for state, n in result.counts.items() if n},
    "failed": result.rows.query("state == 'failed'")["index"].str[0].tolist(),
    "stored": [len(stored), int(stored["items"].str.len().sum())],
    "own": own_result.rows["state"].tolist(),
    "own_stored": own_stored["stars"].tolist(),
}))
"""


def test_no_cell_fails_or_warns(
    executed: nbformat.NotebookNode, assert_calm: Callable[[nbformat.NotebookNode], None]
) -> None:
    assert_calm(executed)


def test_every_row_of_both_sheets_has_its_end(facts: dict[str, Any]) -> None:
    counts = facts["counts"]
    assert set(counts) == {"held", "stored", "failed"}
    assert sum(counts.values()) == sum(facts["rows"])
    assert counts["held"] == facts["held"]
    assert facts["freed"] == 1
    # One order failed in the queue, with all its lines.
    assert facts["failed"].count("Đơn hàng") == 1
    assert len(facts["failed"]) == counts["failed"] > 1
    # What is stored are orders, and their lines inside.
    assert sum(facts["stored"]) == counts["stored"]


def test_an_entity_of_ones_own_goes_the_same_way(facts: dict[str, Any]) -> None:
    assert facts["own"] == ["stored", "stored", "failed", "held"]
    assert facts["own_stored"] == [5, 4]


def test_the_entity_is_declared_in_ten_lines(executed: nbformat.NotebookNode) -> None:
    [cell] = [cell for cell in executed.cells if cell.id == "declare"]
    assert len([line for line in cell.source.splitlines() if line.strip()]) <= 10


def test_no_cell_shows_a_customer(
    executed: nbformat.NotebookNode, readable: Callable[[nbformat.NotebookNode], str]
) -> None:
    orders = pp.sample("orders")
    headers = ["Tên khách hàng", "SĐT khách hàng", "Email khách hàng"]
    values = {value for header in headers for value in orders[header].dropna()}
    assert len(values) > 50
    shown = {cell.id: {v for v in values if v in readable(cell)} for cell in executed.cells}
    assert {name: found for name, found in shown.items() if found} == {}
