"""Checking a file of any size: what it says of a row is what the whole file in one frame says.

A file that fits is one frame. A larger one is gone through several times, part by part: first to
learn how its columns are read and how many rows it has, then to check every row and compare keys,
and once more by whoever wants the rows themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.columns.types import Mask
from pangoprep.findings import SEVERITIES, Block, rows_with, under_policy
from pangoprep.large.bar import Bar
from pangoprep.large.keys import RULES, Keys, Shared
from pangoprep.large.request import FileRequest
from pangoprep.large.witnesses import Signs, ask, beside, together, without
from pangoprep.reading.pieces import SOURCE
from pangoprep.report import Report


@dataclass
class Totals:
    """What was found in all parts together."""

    entity: str = ""
    n_rows: int = 0
    n_held: int = 0
    n_superseded: int = 0
    findings: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def n_ready(self) -> int:
        """Rows that would be sent."""
        return self.n_rows - self.n_held - self.n_superseded

    def add_notes(self, frame: pd.DataFrame) -> None:
        """Keep what reading a frame had to say."""
        said = frame.attrs.get(SOURCE, {}).get("notes", [])
        self.notes += [text for text in said if text not in self.notes]

    def add(self, blocks: list[Block]) -> None:
        """Count findings."""
        for block in blocks:
            kind = _kind(block)
            self.findings[kind] = self.findings.get(kind, 0) + len(block.rows)

    def order(self, block: Block) -> tuple[Any, ...]:
        """Where a block stands among those of the whole file: worst first, most rows first."""
        n_rows = self.findings[_kind(block)]
        return SEVERITIES.index(block.severity), -n_rows, block.rule, block.field

    def summary(self) -> pd.DataFrame:
        """Count findings by rule and field, as ``report.summary()`` does."""
        rows = sorted(
            self.findings.items(),
            key=lambda one: (SEVERITIES.index(one[0][2]), -one[1], one[0][0], one[0][1]),
        )
        return pd.DataFrame(
            [(rule, severity, name, n, n / max(self.n_rows, 1))
             for (rule, name, severity, _), n in rows],
            columns=["rule", "severity", "field", "rows", "share"],
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "entity": self.entity,
            "n_rows": self.n_rows,
            "n_ready": self.n_ready,
            "n_held": self.n_held,
            "n_superseded": self.n_superseded,
            "notes": self.notes,
            "findings": self.summary().to_dict("records"),
        }


class Checked:
    """A file after checking.

    Parameters
    ----------
    request
        The file.
    totals
        What was found.
    report
        The report, if the file is one frame.
    """

    def __init__(self, request: FileRequest, totals: Totals, report: Report | None = None) -> None:
        self.request, self.totals, self.report = request, totals, report
        self.signs: Signs = {}
        self.shared: Shared | None = None

    def reports(self, doing: str) -> Iterator[Report]:
        """Give the report of the file, or of its parts; ``doing`` is what the bar says.

        What a part's report says of its rows is what a report of the whole file would say.
        """
        if self.report is not None:
            yield self.report
            return
        start = 0
        for report in _read_beside(self.request, self.signs, doing, self.totals.n_rows):
            yield self._as_in_whole(report, start)
            start += report.n_rows

    def _as_in_whole(self, report: Report, start: int) -> Report:
        """Put the findings that other parts have a say in into the report of a part."""
        examined = report.examined
        blocks = [block for block in examined.blocks if block.rule not in RULES]
        if self.shared is not None:
            found = self.shared.block(examined.entity.key, start, start + report.n_rows)
            blocks += _under_policy(found, report) if len(found.rows) else []
        held = rows_with(blocks, "error", report.n_rows)
        superseded = np.zeros(report.n_rows, dtype=bool)
        for block in blocks:
            if block.rule == "duplicate.superseded":
                superseded[block.rows] = True
        blocks.sort(key=self.totals.order)
        return Report(
            replace(examined, blocks=blocks, is_held=held, is_superseded=superseded & ~held)
        )


def check(request: FileRequest) -> Checked:
    """Check a whole file, in one frame if it fits."""
    totals = Totals()
    if (frame := request.whole()) is not None:
        with Bar(request.path, "checking", len(frame)) as bar:
            report = request.report(frame)
            bar.add(len(frame))
        totals.entity, totals.n_rows = report.entity, report.n_rows
        totals.n_held, totals.n_superseded = report.n_held, report.n_superseded
        totals.add_notes(frame)
        totals.add(list(report.blocks))
        return Checked(request, totals, report)
    checked = Checked(request, totals)
    n_rows = _learn(request, checked)
    keys, held_before = None, []
    for report in _read_beside(request, checked.signs, "checking", n_rows):
        examined = report.examined
        blocks = [block for block in report.blocks if block.rule not in RULES]
        held = rows_with(blocks, "error", report.n_rows)
        keys = keys or Keys(examined.entity.key, report.options.duplicates)
        keys.add(examined.canonical, held, totals.n_rows)
        held_before.append(held)
        totals.entity = report.entity
        totals.n_rows += report.n_rows
        totals.add(blocks)
        totals.add_notes(examined.frame)
    assert keys is not None  # noqa: S101 - a file has at least one part
    checked.shared = keys.shared()
    found = _under_policy(checked.shared.whole(examined.entity.key), report)
    totals.add([block for block in found if len(block.rows)])
    _count(totals, np.concatenate(held_before), found)
    return checked


def _count(totals: Totals, held: Mask, found: list[Block]) -> None:
    gives_way = rows_with(found, "warning", len(held)) | rows_with(found, "info", len(held))
    held = held | rows_with(found, "error", len(held))
    totals.n_held = int(held.sum())
    totals.n_superseded = int((gives_way & ~held).sum())


def _learn(request: FileRequest, checked: Checked) -> int:
    """Go through the file once: how its columns are read. Return how many rows it has."""
    n_rows = 0
    with Bar(request.path, "reading") as bar:
        for frame in request.frames():
            plan = request.plan(frame)
            found = ask(frame, plan, request.options_for(plan), request.fixes)
            checked.signs = together(checked.signs, found)
            n_rows += len(frame)
            bar.add(len(frame))
    return n_rows


def _read_beside(request: FileRequest, signs: Signs, doing: str, n_rows: int) -> Iterator[Report]:
    with Bar(request.path, doing, n_rows) as bar:
        for frame in request.frames():
            report = request.report(beside(frame, request.plan(frame), signs))
            yield without(report, frame)
            bar.add(len(frame))


def _under_policy(block: Block, report: Report) -> list[Block]:
    options = report.options
    return under_policy([block], options.severity or {}, options.ignore)


def _kind(block: Block) -> tuple[str, str, str, str]:
    return block.rule, block.field, block.severity, block.detail
