"""What becomes of rows whose cells are emptied or changed: they can be held for something else."""

from __future__ import annotations

from collections import Counter

import numpy as np

from pangoprep.columns.types import Rows
from pangoprep.report import Report
from pangoprep.studio.messages import Answer
from pangoprep.studio.problems import field_label, problem_told
from pangoprep.studio.words import StudioWords
from pangoprep.workbench import Workbench

#: So many problems are named that hold more rows.
MAX_TOLD = 3


def would_empty(bench: Workbench, words: StudioWords) -> Answer:
    """Say what would be emptied, and what becomes of the rows; nothing is changed."""
    now, then = bench.report, bench.would_set(unreadable="blank")
    lines = emptied(now, then, words)
    lines.append(words("empties.held", n=now.n_held, then=then.n_held))
    lines += given_way(now, then, words, "empties.superseded")
    return {"type": "empties", "lines": [*lines, words("empties.not")]}


def emptied(before: Report, after: Report, words: StudioWords) -> list[str]:
    """Say how many cells of each column are sent empty that held their rows, most first."""
    cells: dict[str, list[Rows]] = {}
    held = {(one.field, one.rule): one.rows for one in before.blocks if one.severity == "error"}
    for block in after.blocks:
        if block.severity == "warning" and (block.field, block.rule) in held:
            cells.setdefault(block.field, []).append(block.rows)
    facts = before.examined.facts
    counts = {field: len(np.unique(np.concatenate(rows))) for field, rows in cells.items()}
    return [
        words("empties.cells", field=field_label(facts.get(field), field, words), n=n)
        for field, n in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]


def given_way(before: Report, after: Report, words: StudioWords, key: str) -> list[str]:
    """Say how many more rows are not sent because another row has their key."""
    n_more = after.n_superseded - before.n_superseded
    return [words(key, n=n_more)] if n_more > 0 else []


def held_anew(before: Report, after: Report, words: StudioWords) -> list[str]:
    """Say what holds more rows than before, most first: rows can leave one problem for another."""
    held = [_held_by(report) for report in (before, after)]
    more = {one: n - held[0][one] for one, n in held[1].items() if n > held[0][one]}
    told = sorted(more.items(), key=lambda one: -one[1])[:MAX_TOLD]
    return [
        words("held.anew", n=n, problem=problem_told(after.examined, *one, words))
        for one, n in told
    ]


def _held_by(report: Report) -> Counter[tuple[str, str]]:
    """Count by field and rule the rows that are held for it."""
    rows: dict[tuple[str, str], list[Rows]] = {}
    for block in report.blocks:
        if block.severity == "error":
            rows.setdefault((block.field, block.rule), []).append(block.rows)
    return Counter({one: len(np.unique(np.concatenate(some))) for one, some in rows.items()})
