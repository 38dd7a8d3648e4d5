"""``validate_all`` over Dask frames: references and duplicates across all partitions."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Self
from uuid import uuid4

import pandas as pd

from pangoprep.columns.types import Mask
from pangoprep.engines.dask_run import DaskExamination
from pangoprep.engines.dask_tasks import head_of_frame
from pangoprep.engines.finishing import FinishedPart
from pangoprep.engines.folder import Folder, FolderStage, new_folder, publish
from pangoprep.engines.parts import Labels
from pangoprep.engines.report import FolderReport
from pangoprep.entities.entity_references import (
    Reference,
    in_order_of_references,
    refer_to_each_other,
)
from pangoprep.findings import OtherRows
from pangoprep.large.examined_parts import as_frame
from pangoprep.large.staging import Slot
from pangoprep.part_plan import PartPlan
from pangoprep.report.bundle import Bundle
from pangoprep.steps.keys import Keys
from pangoprep.steps.references import IsKnown, Records

# What a process knows of records, by what tells these from others: it is asked for every part.
_KNOWN: dict[str, Records] = {}
_NO_INDEX = pd.RangeIndex(0)
# What the folder of frames that name each other is called at first.
_FIRST = ".first"


@dataclass(frozen=True, eq=False)
class _RecordsPart:
    """Where the records of a part lie, which of them are held, and how many are before them."""

    label: str
    object_type: str
    canonical: Slot
    finished: FinishedPart
    start: int
    stage: FolderStage


@dataclass(eq=False)
class FolderRecords(Records):
    """Records that lie in a folder; a process that is asked loads the hashes of their keys.

    Parameters
    ----------
    token
        What tells these records from others.
    parts
        Where they lie.
    """

    token: str = ""
    parts: list[_RecordsPart] = field(default_factory=list)

    def with_run(self, label: str, run: DaskExamination, states: DaskExamination) -> Self:
        """Return these and the records of a frame, in the states that they have in a run."""
        starts, object_type = run.labels().starts, run.plan.entity.object_type
        found = zip(run.cleaned, states.finished, starts.tolist(), strict=False)
        more = [
            _RecordsPart(label, object_type, part.staged.canonical, finished, start, run.stage)
            for part, finished, start in found
        ]
        return replace(self, token=uuid4().hex, parts=[*self.parts, *more])

    @property
    def _loaded(self) -> Records:
        if self.token not in _KNOWN:
            records = Records(self.references)
            for part in self.parts:
                names = [*dict.fromkeys(n for f in self.asked_of(part.object_type) for n in f)]
                if names:
                    canonical = as_frame(part.stage.get(part.canonical, names))
                    is_held = part.finished.mask("is_held")
                    records.add(
                        part.label, part.object_type, canonical, is_held, _NO_INDEX, part.start
                    )
            _KNOWN.clear()
            _KNOWN[self.token] = records
        return _KNOWN[self.token]

    def are_ready(self, reference: Reference, asked: Keys) -> Mask:
        """Mark the records of which a row is sent."""
        return self._loaded.are_ready(reference, asked)

    def find_held(self, reference: Reference, asked: Keys) -> tuple[Mask, OtherRows]:
        """Mark the records of which a row is held; with the first row of each."""
        return self._loaded.find_held(reference, asked)


class FolderBundle(Bundle):
    """The reports of Dask frames; `findings` is a Dask frame."""

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
    is_known: IsKnown,
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
        Marks the records that are known already.
    address
        The folder, in which every frame gets one.
    """
    plans = {}
    for label, frame in frames.items():
        head, _ = head_of_frame(frame.to_delayed())
        plans[label] = plan_of(label, head)
    entities = {label: plan.entity for label, plan in plans.items()}
    folder, unfinished = new_folder(address)
    checked = _Checked(
        frames, plans, folder, unfinished, FolderRecords.of(entities.values(), is_known)
    )
    try:
        for labels in in_order_of_references(entities):
            if refer_to_each_other(labels, entities):
                checked.add_circle(labels)
            else:
                checked.add({label: checked.examine(label) for label in labels})
        publish(unfinished, folder, {"run": uuid4().hex, "frames": checked.places})
    except BaseException:
        unfinished.remove()
        raise
    return FolderBundle(checked.reports(), frames)


@dataclass(eq=False)
class _Checked:
    """The frames that are checked already, and what others may name of them.

    Parameters
    ----------
    frames, plans
        Of all frames, by name.
    folder, unfinished
        Where the reports go, and where they are written.
    records
        Those of the frames that are checked.
    indexes
        The labels of their rows.
    runs, places
        The frames themselves, and the names of their folders.
    """

    frames: Mapping[str, Any]
    plans: Mapping[str, PartPlan]
    folder: Folder
    unfinished: Folder
    records: FolderRecords
    indexes: dict[str, Labels] = field(default_factory=dict)
    runs: dict[str, DaskExamination] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def examine(
        self,
        label: str,
        records: FolderRecords | None = None,
        indexes: Mapping[str, Labels] | None = None,
        ending: str = "",
    ) -> DaskExamination:
        """Go through all stages of a frame."""
        place = self.places.setdefault(label, _place(label, len(self.places))) + ending
        run = DaskExamination(
            self.frames[label],
            partial(_planned, self.plans[label]),
            self.folder.within(place),
            self.unfinished.within(place),
            records or self.records,
            self.indexes if indexes is None else indexes,
        )
        run.work()
        return run

    def add_circle(self, labels: Sequence[str]) -> None:
        """Check frames that name each other, until no more rows wait for one that is held."""
        # At first all that is wrong with rows themselves; then who waits for those, and so on. What
        # rows hold stays where it was written first: other tasks read it while these write.
        types = frozenset(self.plans[label].entity.object_type for label in labels)
        alone = replace(self.records, unchecked=types)
        first = {label: self.examine(label, alone, ending=_FIRST) for label in labels}
        indexes = self.indexes | {label: run.labels_for_now() for label, run in first.items()}
        runs, n_held = first, -1
        while n_held != (now := _n_held(runs)):
            n_held, known = now, self.records
            for label, run in runs.items():
                known = known.with_run(label, first[label], run)
            runs = {label: self.examine(label, known, indexes) for label in labels}
        for label in labels:
            self.unfinished.within(self.places[label] + _FIRST).remove()
        self.add(runs)

    def add(self, runs: Mapping[str, DaskExamination]) -> None:
        """Add frames, which others may name from now on."""
        for label, run in runs.items():
            run.write_manifest()
            self.runs[label] = run
            if self.records.asked_of(run.plan.entity.object_type):
                self.records = self.records.with_run(label, run, run)
                self.indexes = {**self.indexes, label: run.labels_for_now()}

    def reports(self) -> dict[str, FolderReport]:
        """Return the reports, once they are published."""
        indexes = {label: self.runs[label].labels() for label in self.indexes}
        return {label: self.runs[label].report(indexes) for label in self.frames}


def _n_held(runs: Mapping[str, DaskExamination]) -> int:
    parts = (part for run in runs.values() for part in run.finished)
    return sum(int(part.mask("is_held").sum()) for part in parts)


def _planned(plan: PartPlan, _: pd.DataFrame) -> PartPlan:
    return plan


def _place(label: str, number: int) -> str:
    """Name the folder of a frame."""
    return label if re.fullmatch(r"[\w-]{1,80}", label) else f"frame-{number}"
