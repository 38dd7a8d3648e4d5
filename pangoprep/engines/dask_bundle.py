"""``validate_all`` over Dask frames: references and duplicates across all partitions."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any
from uuid import uuid4

import pandas as pd
import pyarrow as pa

from pangoprep.columns.types import Mask
from pangoprep.engines.dask_run import Run, head_of_frame
from pangoprep.engines.finishing import FinishedPart
from pangoprep.engines.folder import FolderStage, new_folder, publish
from pangoprep.engines.parts import Labels
from pangoprep.findings import OtherRows
from pangoprep.large.examined_parts import as_frame
from pangoprep.large.staging import Slot
from pangoprep.planning import PartPlan
from pangoprep.report.bundle import Bundle
from pangoprep.report.report import Report
from pangoprep.steps.keys import Keys
from pangoprep.steps.references import CUSTOMER, NAMED_BY, Customers

# What a process knows of customers, by the run they are of: it is asked for every part.
_KNOWN: dict[str, Customers] = {}
_NO_INDEX = pd.RangeIndex(0)


@dataclass(frozen=True, eq=False)
class _Part:
    """Where the customers of a part lie, which of them are held, and how many are before them."""

    label: str
    canonical: Slot
    finished: FinishedPart
    start: int
    stage: FolderStage


@dataclass(eq=False)
class FolderCustomers(Customers):
    """Customers that lie in a folder; a process that is asked loads the hashes of their keys.

    Parameters
    ----------
    run
        What tells these customers from others.
    parts
        Where they lie.
    """

    run: str = ""
    parts: list[_Part] = field(default_factory=list)

    def add_run(self, label: str, run: Run) -> None:
        """Add the customers of a frame that was validated."""
        starts = run.labels().starts
        found = zip(run.cleaned, run.finished, starts.tolist(), strict=False)
        self.parts += [
            _Part(label, part.staged.canonical, finished, start, run.stage)
            for part, finished, start in found
        ]

    @property
    def _loaded(self) -> Customers:
        if self.run not in _KNOWN:
            customers = Customers(self.is_known)
            for part in self.parts:
                canonical = as_frame(part.stage.get(part.canonical, list(NAMED_BY.values())))
                is_held = part.finished.mask("is_held")
                customers.add(part.label, canonical, is_held, _NO_INDEX, part.start)
            _KNOWN.clear()
            _KNOWN[self.run] = customers
        return _KNOWN[self.run]

    def are_ready(self, name: str, asked: Keys) -> Mask:
        """Mark the values of a field that a row that is sent has."""
        return self._loaded.are_ready(name, asked)

    def find_held(self, name: str, asked: Keys) -> tuple[Mask, OtherRows]:
        """Mark the values of a field that a row that is held has; with the first row of each."""
        return self._loaded.find_held(name, asked)


class FolderBundle(Bundle):
    """The reports of Dask frames; `findings` is a Dask frame."""

    def __init__(self, reports: Mapping[str, Report], frames: Mapping[str, Any]) -> None:
        super().__init__(reports)
        self._given = dict(frames)

    @property
    def frames(self) -> dict[str, Any]:
        """The Dask frames that were validated."""
        return dict(self._given)

    @cached_property
    def findings(self) -> Any:
        """The findings of all frames, with the frame's name in front; values are masked."""
        import dask.dataframe as dd

        tables = [report.findings.assign(frame=name) for name, report in self.items()]
        columns = ["frame", *(name for name in tables[0].columns if name != "frame")]
        return dd.concat([table[columns] for table in tables])


def validate_dask(
    frames: Mapping[str, Any],
    plan_of: Callable[[str, pd.DataFrame], PartPlan],
    is_known: Callable[[pa.Array], Mask],
    address: str | os.PathLike[str] | None,
) -> FolderBundle:
    """Check Dask frames against each other.

    Parameters
    ----------
    frames
        Dask frames by name.
    plan_of
        Says what the rows of a frame become, by its name and its first rows.
    is_known
        Marks the ids of customers that are known already.
    address
        The folder, in which every frame gets one.
    """
    folder, unfinished = new_folder(address)
    plans = {}
    for label, frame in frames.items():
        head, _ = head_of_frame(frame.to_delayed())
        plans[label] = plan_of(label, head)
    people = [label for label in frames if plans[label].entity.object_type == CUSTOMER]
    run_id = uuid4().hex
    customers = FolderCustomers(is_known, run=run_id)
    indexes: dict[str, Labels] = {}
    runs: dict[str, Run] = {}
    try:
        for label in sorted(frames, key=lambda label: label not in people):
            plan, place = plans[label], _place(label, len(runs))
            within = folder.within(place), unfinished.within(place)
            known = None if label in people else customers
            run = Run(frames[label], partial(_planned, plan), *within, known, indexes)
            run.work()
            run.write_manifest()
            runs[label] = run
            if label in people:
                customers.add_run(label, run)
                indexes = {**indexes, label: run.labels_for_now()}
        told = {label: _place(label, number) for number, label in enumerate(runs)}
        publish(unfinished, folder, {"run": run_id, "frames": told})
    except BaseException:
        unfinished.remove()
        raise
    final = {label: runs[label].labels() for label in people}
    return FolderBundle({label: runs[label].report(final) for label in frames}, frames)


def _planned(plan: PartPlan, _: pd.DataFrame) -> PartPlan:
    return plan


def _place(label: str, number: int) -> str:
    """Name the folder of a frame."""
    return label if re.fullmatch(r"[\w-]{1,80}", label) else f"frame-{number}"
