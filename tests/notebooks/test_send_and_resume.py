"""The notebook of faults, interrupts and resuming, run by a real kernel as Jupyter runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

pytestmark = pytest.mark.notebook

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "03_send_and_resume.ipynb"

FACTS = """
import json

results = {"sample": sample, "stopped": result, "resumed": resumed, "mended": mended}
results |= {"after": after}
print(json.dumps({
    "n_ready": report.n_ready,
    "plan": [plan.n_to_send, plan.n_requests],
    "counts": {name: dict(one.counts) for name, one in results.items()},
    "reasons": {name: one.reason for name, one in results.items()},
    "crashed": [crashed.state, dict(crashed.counts)],
    "answers": {name: int(n) for name, n in answers.items()},
    "n_fired": len(fired), "is_unique": bool(fired.is_unique), "is_named": without <= unknown,
    "n_unknown": len(unknown), "watched": watched["state"],
    "states": pp.runs(ledger)["state"].tolist(), "wrote": (out / "result.xlsx").stat().st_size,
    "secrets": list(cdp.credentials.values()),
}))
"""


def test_no_cell_fails_or_warns(
    executed: nbformat.NotebookNode, assert_calm: Callable[[nbformat.NotebookNode], None]
) -> None:
    assert_calm(executed)


def test_the_states_of_every_run_add_up(facts: dict[str, Any]) -> None:
    assert {sum(counts.values()) for counts in facts["counts"].values()} == {2_000}
    assert sum(facts["crashed"][1].values()) == 2_000


def test_the_plan_and_the_sample_come_before_the_rest(facts: dict[str, Any]) -> None:
    n_ready = facts["n_ready"]
    assert facts["plan"] == [n_ready, -(-n_ready // 50)]
    sample = facts["counts"]["sample"]
    assert (sample["accepted"], sample["rejected"], sample["unsent"]) == (4, 1, n_ready - 5)
    assert "first 5 rows" in facts["reasons"]["sample"]


def test_stopping_leaves_nothing_open_and_resuming_finishes(facts: dict[str, Any]) -> None:
    counts, n_ready = facts["counts"], facts["n_ready"]
    stopped, resumed, mended = counts["stopped"], counts["resumed"], counts["mended"]
    assert facts["reasons"]["stopped"] == "interrupted"
    assert stopped["unsent"] > 0
    assert stopped["unknown"] == 0
    assert resumed["unchanged"] == stopped["accepted"] + stopped["unchanged"]
    assert (resumed["unchanged"] + resumed["accepted"], resumed["rejected"]) == (n_ready - 1, 1)
    assert (mended["unchanged"], mended["accepted"]) == (n_ready - 1, 1)


def test_all_faults_have_struck(facts: dict[str, Any]) -> None:
    answers = facts["answers"]
    assert (answers["no answer"], answers["401"], answers["500"]) == (2, 1, 1)
    assert "429" not in answers


def test_a_killed_send_fires_no_event_twice(facts: dict[str, Any]) -> None:
    state, crashed = facts["crashed"]
    after = facts["counts"]["after"]
    assert (facts["watched"], state) == ("running", "crashed")
    assert crashed["unknown"] >= 50
    assert after["unknown"] == crashed["unknown"] == facts["n_unknown"]
    assert after["accepted"] + after["unchanged"] + after["unknown"] == facts["n_ready"]
    assert facts["is_unique"]
    assert facts["is_named"]
    assert facts["n_fired"] >= after["accepted"] + after["unchanged"]
    assert facts["states"][:3] == ["finished", "crashed", "finished"]


def test_progress_and_results_are_shown(executed: nbformat.NotebookNode) -> None:
    cells = {cell.id: cell for cell in executed.cells}
    for name in ("send", "resume", "go-on"):
        bar, result = (output.data for output in cells[name].outputs)
        assert "application/vnd.jupyter.widget-view+json" in bar
        assert "accepted" in result["text/html"]
    widgets = executed.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    words = [widget["state"].get("value") for widget in widgets.values()]
    assert any("rows/s" in word and "left" in word for word in words if isinstance(word, str))
    assert "INVALID_DATA" in cells["rejected"].outputs[0].data["text/html"]


def test_no_output_holds_a_personal_value_or_a_secret(
    executed: nbformat.NotebookNode,
    facts: dict[str, Any],
    personal_values: set[str],
    readable: Callable[[nbformat.NotebookNode], str],
) -> None:
    known = personal_values | set(facts["secrets"])
    *cells, _ = executed.cells  # the last is ours
    shown = {cell.id: [value for value in known if value in readable(cell)] for cell in cells}
    assert {name: len(found) for name, found in shown.items() if found} == {}
    widgets = json.dumps(executed.metadata.widgets, ensure_ascii=False)
    assert [value for value in known if value in widgets] == []
