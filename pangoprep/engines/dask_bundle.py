"""``validate_all`` over Dask frames: references and duplicates across all partitions."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any
from uuid import uuid4

import pandas as pd

from pangoprep.columns.types import Mask
from pangoprep.engines.dask_run import DaskExamination
from pangoprep.engines.dask_tasks import head_of_frame
from pangoprep.engines.finishing import FinishedPart
from pangoprep.engines.folder import FolderStage, new_folder, publish
from pangoprep.engines.parts import Labels
from pangoprep.entities import Entity
from pangoprep.entities.entity_references import (
    Reference,
    in_order_of_references,
    refer_to_each_other,
)
from pangoprep.errors import UsageError
from pangoprep.findings import OtherRows
from pangoprep.large.examined_parts import as_frame
from pangoprep.large.staging import Slot
from pangoprep.planning import PartPlan
from pangoprep.report.bundle import Bundle
from pangoprep.sentence import Sentence, all_of
from pangoprep.steps.keys import Keys
from pangoprep.steps.references import IsKnown, Records

# What a process knows of records, by their run and how many parts have them: it is asked for every
# part.
_KNOWN: dict[tuple[str, int], Records] = {}
_NO_INDEX = pd.RangeIndex(0)


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
    run
        What tells these records from others.
    parts
        Where they lie.
    """

    run: str = ""
    parts: list[_RecordsPart] = field(default_factory=list)

    def add_run(self, label: str, run: DaskExamination) -> None:
        """Add the records of a frame that was validated."""
        starts, object_type = run.labels().starts, run.plan.entity.object_type
        found = zip(run.cleaned, run.finished, starts.tolist(), strict=False)
        self.parts += [
            _RecordsPart(label, object_type, part.staged.canonical, finished, start, run.stage)
            for part, finished, start in found
        ]

    @property
    def _loaded(self) -> Records:
        these = self.run, len(self.parts)
        if these not in _KNOWN:
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
            _KNOWN[these] = records
        return _KNOWN[these]

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
    order = _in_order(entities)
    folder, unfinished = new_folder(address)
    run_id = uuid4().hex
    records = FolderRecords.of(entities.values(), is_known)
    records.run = run_id
    indexes: dict[str, Labels] = {}
    runs: dict[str, DaskExamination] = {}
    try:
        for label in order:
            plan, place = plans[label], _place(label, len(runs))
            within = folder.within(place), unfinished.within(place)
            # Tasks go out as they are now; what is added later is for the frames after this.
            known = replace(records, parts=[*records.parts])
            run = DaskExamination(frames[label], partial(_planned, plan), *within, known, indexes)
            run.work()
            run.write_manifest()
            runs[label] = run
            if records.asked_of(plan.entity.object_type):
                records.add_run(label, run)
                indexes = {**indexes, label: run.labels_for_now()}
        told = {label: _place(label, number) for number, label in enumerate(runs)}
        publish(unfinished, folder, {"run": run_id, "frames": told})
    except BaseException:
        unfinished.remove()
        raise
    final = {label: runs[label].labels() for label in indexes}
    return FolderBundle({label: runs[label].report(final) for label in frames}, frames)


def _in_order(entities: Mapping[str, type[Entity]]) -> list[str]:
    """Put the frames that are named first."""
    groups = in_order_of_references(entities)
    for group in groups:
        if refer_to_each_other(group, entities):
            raise UsageError(
                Sentence(
                    "Rows of {1} name each other, or rows of the same frame. That is not "
                    "checked over Dask frames: check them as frames in memory, or take that "
                    "field out of the entity's references.",
                    all_of(group),
                )
            )
    return [label for group in groups for label in group]


def _planned(plan: PartPlan, _: pd.DataFrame) -> PartPlan:
    return plan


def _place(label: str, number: int) -> str:
    """Name the folder of a frame."""
    return label if re.fullmatch(r"[\w-]{1,80}", label) else f"frame-{number}"
