"""What all tasks of a report know, and how they end.

A task may run twice, or be killed and run again elsewhere: it writes the same bytes to the same
file, and what is read is named by what a task returned. Errors come back as values, since an
engine logs what a task that raises was given.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pangoprep.engines.carrying import marks_of, put_marks
from pangoprep.engines.folder import Folder, FolderStage
from pangoprep.engines.parts import Labels
from pangoprep.errors import PangoprepError, without_frames
from pangoprep.findings import SEVERITIES, Block
from pangoprep.part_plan import PartPlan
from pangoprep.steps.references import Records

Made = TypeVar("Made")


@dataclass(frozen=True)
class Failed:
    """What went wrong in a task, without traceback: its frames hold rows."""

    error: PangoprepError


@dataclass(frozen=True, eq=False)
class Job:
    """What all tasks of a report know.

    Parameters
    ----------
    folder
        Where everything lies.
    plan
        What the rows become.
    n_buckets
        Into how many buckets keys are laid.
    records
        Those that rows may name.
    indexes
        The row labels of frames that findings point to, by name.
    """

    folder: Folder
    plan: PartPlan
    n_buckets: int
    records: Records | None = None
    indexes: Mapping[str, Labels] | None = None

    @property
    def stage(self) -> FolderStage:
        """Where parts lie."""
        return FolderStage(self.folder)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "marks": marks_of(self.plan.entity)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        put_marks(state.pop("marks"))
        self.__dict__.update(state)


def task(function: Callable[..., Made]) -> Callable[..., Made | Failed]:
    """Let a function return what went wrong."""

    @functools.wraps(function)
    def told(*arguments: Any) -> Made | Failed:
        try:
            return function(*arguments)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not be logged
            return Failed(without_frames(error))

    return told


def head_of(block: Block) -> Block:
    """Return a finding without its rows."""
    nowhere = block.take(slice(0, 0))
    return replace(nowhere, suggestions=None)


def name_of(block: Block) -> tuple[str, str, str, str]:
    """What tells one kind of finding from others."""
    return block.rule, block.field, block.severity, block.detail


def order_of(heads: Sequence[tuple[Block, int]]) -> list[tuple[str, str, str, str]]:
    """Put kinds of findings in the order that a report of all has: worst first, most first."""
    n_found: dict[tuple[str, str, str, str], int] = {}
    for block, n_rows in heads:
        if n_rows:
            n_found[name_of(block)] = n_found.get(name_of(block), 0) + n_rows
    kinds = [(SEVERITIES.index(name[2]), -n, name[0], name[1], name) for name, n in n_found.items()]
    return [name for *_, name in sorted(kinds)]
