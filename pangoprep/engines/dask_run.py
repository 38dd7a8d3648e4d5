"""START HERE: the stages over the partitions of a Dask frame.

The plan is made here, from the first rows; tasks clean the partitions, compare keys by buckets and
write the tables of the report; what adds up is added here. Of a row nothing but its state comes
here, so that memory is needed where the partitions are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd

from pangoprep.columns.types import Rows
from pangoprep.engines.cleaning import Known, clean_part, spell_part
from pangoprep.engines.dask_tasks import compute, head_of_frame, lazily, once, sum_of
from pangoprep.engines.files import STAGED, TABLES, TOLD
from pangoprep.engines.finishing import FinishedPart, Whole, finish_part
from pangoprep.engines.folder import Folder, FolderStage, new_folder, publish, write_manifest
from pangoprep.engines.handing_over import (
    Given,
    Going,
    Others,
    by_source,
    by_target,
    find_going,
    hand_over,
)
from pangoprep.engines.job import Job, order_of
from pangoprep.engines.keys import n_buckets, share_keys
from pangoprep.engines.parts import (
    CleanPart,
    ExaminedWhole,
    Labels,
    Shared,
    blocks_of_all,
    firsts_of_all,
    schema_of,
    tally_of,
)
from pangoprep.engines.report import FolderReport
from pangoprep.errors import OptionError, ReadError
from pangoprep.part_plan import PartPlan
from pangoprep.pipeline import clean, decide, known_of
from pangoprep.reading.joining import join_sources
from pangoprep.reading.pieces import SOURCE
from pangoprep.sentence import Sentence
from pangoprep.steps.check import refuse_checks_across_rows
from pangoprep.steps.references import Records
from pangoprep.steps.spellings import usual_of_these, usual_spellings


def examine_dask(
    frame: Any,
    plan_of: Callable[[pd.DataFrame], PartPlan],
    address: str | os.PathLike[str] | None,
) -> FolderReport:
    """Run all stages on a Dask frame, and leave the report in a folder.

    Parameters
    ----------
    frame
        A Dask frame; its partitions must be the same each time they are computed.
    plan_of
        Says what the rows become, from the first of them.
    address
        The folder, which all workers must reach.

    Raises
    ------
    UsageError
        If the columns, an option or the folder cannot be used, or the entity has a check that only
        all rows together can answer.
    """
    folder, unfinished = new_folder(address)
    try:
        run = DaskExamination(frame, plan_of, folder, unfinished)
        run.work()
        publish(unfinished, folder, run.manifest())
    except BaseException:
        unfinished.remove()
        raise
    return run.report()


class DaskExamination:
    """One report in the making.

    Parameters
    ----------
    frame, plan_of
        As for `examine_dask`.
    folder, unfinished
        Where the report goes, and where it is written.
    records, indexes
        Those that rows may name, and the labels of their rows.
    """

    def __init__(
        self,
        frame: Any,
        plan_of: Callable[[pd.DataFrame], PartPlan],
        folder: Folder,
        unfinished: Folder,
        records: Records | None = None,
        indexes: Mapping[str, Labels] | None = None,
    ) -> None:
        self._parts = frame.to_delayed()
        self._folder = folder
        head, self._n_in_head = head_of_frame(self._parts)
        self.plan = plan_of(head)
        refuse_checks_across_rows(self.plan.entity)
        # What the head proves saves cleaning twice most parts whose dates prove nothing.
        self._hint: Known = dict(clean(head, self.plan).evidence)
        self._job = Job(unfinished, self.plan, n_buckets(len(self._parts)), records, indexes)
        self._id = uuid4().hex

    def work(self) -> None:
        """Go through all stages."""
        self._job.folder.make(*TABLES, STAGED, TOLD)
        numbers = range(len(self._parts))
        hints = [None if number < self._n_in_head else self._hint for number in numbers]
        self._cleaned: list[CleanPart] = self._clean(numbers, hints)
        self._evidence = sum_of(part.evidence for part in self._cleaned)
        self._n_read_again = self._clean_again()
        starts = np.cumsum([0, *(part.n_rows for part in self._cleaned)])
        if self.plan.item_list:
            self._n_read_again += self._hand_over(starts)
        self._spell()
        self._shared = self._share()
        heads = [head for part in self._cleaned for head in part.heads]
        heads += [head for one in self._shared for head in one.heads]
        stage = self._job.stage
        self._whole = Whole(
            self._shared,
            order_of(heads),
            Labels(stage, starts, [part.labels for part in self._cleaned]),
            schema_of(self._cleaned),
            self._source(),
        )
        job, whole = once(self._job), once(self._whole)
        self._finished: list[FinishedPart] = compute(
            [lazily(finish_part, job, whole, once(part)) for part in self._cleaned]
        )

    def _clean(
        self,
        numbers: Sequence[int],
        hints: Sequence[Known | None],
        others: Mapping[int, Others] | None = None,
    ) -> list[CleanPart]:
        job = once(self._job)
        asked = zip(numbers, hints, strict=True)
        cleaned: list[CleanPart] = compute(
            [
                lazily(clean_part, job, n, once(hint), (others or {}).get(n), self._parts[n])
                for n, hint in asked
            ]
        )
        for part in cleaned:
            if not self._job.folder.has(part.staged.canonical.file):
                raise OptionError(Sentence(
                    "What a worker wrote to {1!r} is not there: the folder is not the same for "
                    "all. Name one that all workers reach.", self._folder.address,
                ))  # fmt: skip
        return cleaned

    def _clean_again(self) -> int:
        """Clean the parts anew that the whole reads otherwise than they were read."""
        whole = decide(self._evidence, self.plan)
        again = [
            part.number
            for part in self._cleaned
            if any(decision != whole[name] for name, decision in part.decisions.items())
        ]
        self._replace(again)
        return len(again)

    def _replace(self, again: Sequence[int], others: Mapping[int, Others] | None = None) -> None:
        """Clean some parts anew, with what all the others prove, and the rows of them they need."""
        hints = [
            sum_of(part.evidence for part in self._cleaned if part.number != number)
            for number in again
        ]
        for part in self._clean(again, hints, others):
            if part.n_rows != self._cleaned[part.number].n_rows:
                raise ReadError(
                    "The partitions were not the same when they were computed again. Write the "
                    "frame to Parquet and read it from there, or persist() it."
                )
            self._cleaned[part.number] = part

    def _hand_over(self, starts: Rows) -> int:
        """Clean the parts anew that have rows of records which lie in several; return how many."""
        job, parts = once(self._job), once(self._cleaned)
        buckets = range(self._job.n_buckets)
        found: list[Going] = compute([lazily(find_going, job, bucket, parts) for bucket in buckets])
        going = sorted(by_source(found).items())
        cleaned = self._cleaned
        given: list[Given] = compute(
            [lazily(hand_over, job, once(cleaned[n]), slots, starts) for n, slots in going]
        )
        others = by_target({n: one for (n, _), one in zip(going, given, strict=True)})
        self._replace(sorted(others), others)
        return len(others)

    def _spell(self) -> None:
        """Add the findings about words that the whole usually writes otherwise."""
        words = sum_of(part.words for part in self._cleaned)
        usual = usual_spellings(words)
        job = once(self._job)
        here = [(part, usual_of_these(usual, part.words)) for part in self._cleaned]
        spelled = [
            lazily(spell_part, job, once(part), once(pairs)) for part, pairs in here if pairs
        ]
        for part in compute(spelled):
            self._cleaned[part.number] = part

    def _share(self) -> list[Shared]:
        if any(part.keys is None for part in self._cleaned):
            return []
        job, parts = once(self._job), once(self._cleaned)
        shared: list[Shared] = compute(
            [lazily(share_keys, job, bucket, parts) for bucket in range(self._job.n_buckets)]
        )
        return shared

    def _source(self) -> Mapping[str, Any]:
        sources = [part.source for part in self._cleaned if part.source]
        return join_sources(sources, sources[0].get("folder", "")) if sources else {}

    def manifest(self) -> dict[str, Any]:
        """Say what is in the folder, without any value."""
        examined = self._examined(self._job.stage)
        return {
            "run": self._id,
            "entity": self.plan.entity.object_type,
            "n_rows": examined.n_rows,
            "n_held": int(examined.is_held.sum()),
            "n_superseded": int(examined.is_superseded.sum()),
            "n_not_records": int(examined.no_record.sum()),
            "n_joined": examined.n_joined,
            "n_findings": sum(part.n_findings for part in self._finished),
            "parts": [part.n_rows for part in self._cleaned],
        }

    @property
    def cleaned(self) -> Sequence[CleanPart]:
        """What tasks said of the parts."""
        return self._cleaned

    @property
    def finished(self) -> Sequence[FinishedPart]:
        """The states of their rows."""
        return self._finished

    @property
    def stage(self) -> FolderStage:
        """Where the parts lie as long as the report is not published."""
        return self._job.stage

    def labels_for_now(self) -> Labels:
        """Return where the row labels are as long as the report is not published."""
        return self._whole.labels

    def write_manifest(self) -> None:
        """Write what is in the folder, before it is published as a part of another."""
        write_manifest(self._job.folder, self.manifest())

    def report(self, indexes: Mapping[str, Labels] | None = None) -> FolderReport:
        """Return the report, where the folder is now; the same of the labels of other frames."""
        n_findings = [part.n_findings for part in self._finished]
        examined = self._examined(FolderStage(self._folder, self._id), indexes)
        schema = self._whole.schema
        return FolderReport(examined, self._folder, self._id, n_findings, schema)

    def labels(self) -> Labels:
        """Return where the row labels are, where the folder is now."""
        known = self._whole.labels
        return Labels(FolderStage(self._folder, self._id), known.starts, known.labels)

    def _examined(
        self, stage: FolderStage, indexes: Mapping[str, Labels] | None = None
    ) -> ExaminedWhole:
        parts, shared, cleaned = self._parts, self._shared, self._cleaned
        starts = self._whole.labels.starts
        labels = Labels(stage, starts, self._whole.labels.labels)

        def counted() -> Any:
            return tally_of(stage, cleaned)

        firsts = firsts_of_all(stage, cleaned, starts)
        load: Any = {"index": labels.all, "counted": counted, "first": firsts}

        def read_again() -> Iterator[pd.DataFrame]:
            for part in parts:
                (frame,) = compute([part])
                yield frame

        masks = {
            name: np.concatenate([part.mask(name) for part in self._finished])
            for name in ("is_held", "is_superseded", "is_no_record", "is_joined")
        }
        examined = ExaminedWhole(
            **known_of(self.plan),
            evidence=self._evidence,
            blocks=blocks_of_all(stage, cleaned, starts, shared),
            is_held=masks["is_held"],
            is_superseded=masks["is_superseded"],
            is_joined=masks["is_joined"] if self.plan.item_list else None,
            given=sum_of(part.given for part in cleaned),
            n_shared_keys=sum(one.n_keys for one in shared),
            columns=cleaned[0].columns,
            attrs={SOURCE: self._whole.source} if self._whole.source else {},
            stage=stage,
            parts=[
                part.starting_at(int(start)) for part, start in zip(cleaned, starts, strict=False)
            ],
            read_again=read_again,
            n_read_again=self._n_read_again,
            **load,
        ).with_labels({"": labels, **(indexes or {})})
        object.__setattr__(examined, "no_record", masks["is_no_record"])
        return examined
