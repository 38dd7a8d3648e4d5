"""The notebook of all entities, run by a real kernel as Jupyter runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

import pangoprep as pp
from pangoprep.entities import CUSTOMERS

pytestmark = pytest.mark.notebook

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "02_all_entities.ipynb"
# Shorter values are found in any text.
SHORTEST_VALUE = 6

FACTS = """
import json
print(json.dumps({
    "changed": changed.sum()[lambda count: count > 0].to_dict(),
    "before": {name: [r.n_ready, r.n_held, r.n_superseded] for name, r in bundle.items()},
    "now": {name: [r.n_ready, r.n_held, r.n_superseded] for name, r in checked.items()},
    "counts": {name: dict(result.counts) for name, result in results.items()},
    "stored": stored,
}))
"""


def test_no_cell_fails_or_warns(
    executed: nbformat.NotebookNode, assert_calm: Callable[[nbformat.NotebookNode], None]
) -> None:
    assert_calm(executed)


def test_only_what_the_team_changed_comes_back(facts: dict[str, Any]) -> None:
    assert facts["changed"] == {"SĐT": 2, "Ngày sinh": 1, "Ngày tạo": 1}


def test_fixing_a_customer_frees_those_who_wait(facts: dict[str, Any]) -> None:
    before, now = facts["before"], facts["now"]
    assert set(before) == set(CUSTOMERS)
    assert before["customer-identity"][1] - now["customer-identity"][1] == 3
    waited = [name for name in before if name != "customer-identity"]
    assert all(now[name][1] <= before[name][1] for name in waited)
    assert sum(now[name][1] for name in waited) < sum(before[name][1] for name in waited)


def test_every_row_of_every_sheet_has_its_end(facts: dict[str, Any]) -> None:
    for name, (n_ready, n_held, n_superseded) in facts["now"].items():
        counts = facts["counts"][name]
        assert counts["accepted"] == n_ready == facts["stored"][name]
        assert (counts["held"], counts["superseded"]) == (n_held, n_superseded)
        assert sum(counts.values()) == n_ready + n_held + n_superseded


def test_personal_values_are_only_where_the_notebook_says_so(
    executed: nbformat.NotebookNode, readable: Callable[[nbformat.NotebookNode], str]
) -> None:
    bundle = pp.validate_all(ROOT / "data" / "customers.xlsx")
    values = {
        str(value).strip()
        for report in bundle.values()
        for name, facts in pp.ENTITIES[report.entity].fields().items()
        if facts.personal and name in report.examined.sources
        for value in report.examined.frame[report.examined.sources[name]].dropna()
    }
    values = {value for value in values if len(value) >= SHORTEST_VALUE}
    assert len(values) > 1_000
    shown = {cell.id: {v for v in values if v in readable(cell)} for cell in executed.cells}
    meant = {cell.id for cell in executed.cells if "shows-values" in cell.metadata.get("tags", [])}
    assert {name: len(found) for name, found in shown.items() if found and name not in meant} == {}
    assert len(shown["open"]) >= 3


def test_the_report_of_the_bundle_is_shown(executed: nbformat.NotebookNode) -> None:
    shown = next(cell for cell in executed.cells if cell.id == "validate").outputs[0].data
    assert "Bundle of 6 tables" in shown["text/plain"]
    assert all(name in shown["text/html"] for name in CUSTOMERS)
    assert len(shown["text/html"].encode()) <= 80_000
