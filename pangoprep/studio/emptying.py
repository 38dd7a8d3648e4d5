"""What it comes to if cells that cannot be read are emptied in all columns at once."""

from __future__ import annotations

import numpy as np

from pangoprep.columns.types import Rows
from pangoprep.report import Report
from pangoprep.studio.messages import Answer
from pangoprep.studio.problems import field_label
from pangoprep.studio.words import StudioWords
from pangoprep.workbench import Workbench


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
