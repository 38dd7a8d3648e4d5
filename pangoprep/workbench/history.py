"""The steps of a workbench and the states between them: undo, redo, and one step taken out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.columns.types import Rows
from pangoprep.errors import PangoprepError, UsageError
from pangoprep.part_plan import PartPlan
from pangoprep.sentence import Sentence
from pangoprep.workbench.action import Action
from pangoprep.workbench.patch import Patch
from pangoprep.workbench.state import BenchState
from pangoprep.workbench.step import Step

Taken = tuple[Step, Action, Patch]


class History:
    """What was done to a first state, in order.

    Of earlier states no more is kept than the cells that steps replaced.

    Parameters
    ----------
    first
        The rows before the first step.
    """

    def __init__(self, first: BenchState) -> None:
        self.first = first
        #: The rows as they are now.
        self.state = first
        self._taken: list[Taken] = []
        #: Steps that can be taken again, the next one last.
        self.undone: list[Taken] = []
        self.next_number = 1

    @property
    def steps(self) -> list[Step]:
        """The steps taken."""
        return [step for step, _, _ in self._taken]

    @property
    def actions(self) -> list[Action]:
        """What they do."""
        return [action for _, action, _ in self._taken]

    def take(
        self, step: Step, action: Action, state: BenchState, touched: Mapping[str, Rows]
    ) -> None:
        """Keep a step; what was undone cannot be taken again after it."""
        self._taken.append((step, action, Patch.between(self.state, state, touched)))
        self.state = state
        self.undone.clear()
        self.next_number += 1

    def undo(self, n: int) -> Step:
        """Go back so many steps; return the first of them."""
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise UsageError("bench.undo takes a number of steps, 1 or more.")
        if n > len(self._taken):
            raise UsageError(_too_few(len(self._taken), n))
        place = len(self._taken) - n
        self.state = self._before(place)
        self.undone += reversed(self._taken[place:])
        del self._taken[place:]
        return self.undone[-1][0]

    def redo(self) -> tuple[Step, Mapping[str, Rows]]:
        """Take the step again that was undone last; return it, and the rows it touches by field."""
        if not self.undone:
            raise UsageError("There is no step to take again.")
        step, action, _ = self.undone.pop()
        state, touched, _ = action.apply(self.state, step.number)
        self._taken.append((step, action, Patch.between(self.state, state, touched)))
        self.state = state
        return step, touched

    def _before(self, place: int) -> BenchState:
        """Return the state before the step at a place."""
        if place == 0:
            return self.first
        columns = set[Any]().union(*(patch.changed for _, _, patch in self._taken[place:]))
        return BenchState(self._frame_before(place, columns), self._taken[place][2].plan)

    def _frame_before(self, place: int, columns: Collection[Any]) -> pd.DataFrame:
        """Return the rows as they are, with some columns as they were before the step at a place.

        Columns that no earlier step changed are those of the first rows, and no copies.
        """
        changed = set[Any]().union(*(patch.changed for _, _, patch in self._taken[:place]))
        frame = self.state.frame.copy(deep=False)
        for _, _, patch in reversed(self._taken[place:]):
            patch.put_back(frame, changed & set(columns))
        for column in set(columns) - changed:
            frame[column] = self.first.frame[column]
        return frame

    def without(self, number: int) -> Step:
        """Take one step out; the later ones are taken again without it."""
        places = [place for place, step in enumerate(self.steps) if step.number == number]
        if not places:
            numbers = ", ".join(str(step.number) for step in self.steps) or "none"
            raise UsageError(Sentence("There is no step {1!r}; there are: {2}.", number, numbers))
        (place,) = places
        gone, action, _ = self._taken[place]
        of_cells = action.is_of_cells and not any(one[2].columns for one in self._taken[place:])
        again = self._again_in_columns if of_cells else self._again
        later, state = again(place)
        self._taken[place:] = later
        self.state = state
        self.undone.clear()
        return gone

    def _again(self, place: int) -> tuple[list[Taken], BenchState]:
        """Take the steps after one again without it."""
        state, later = self._before(place), []
        for step, action, _ in self._taken[place + 1 :]:
            with _needs(self._taken[place], step):
                after, touched, rows = action.apply(state, step.number)
            if not len(rows):
                raise _needed(self._taken[place], step)
            taken = _decided(step, action, after.plan, rows)
            later.append((*taken, Patch.between(state, after, touched)))
            state = after
        return later, state

    def _again_in_columns(self, place: int) -> tuple[list[Taken], BenchState]:
        """Do the same where the step changed cells alone: in their columns, since others stay."""
        columns, later = self._taken[place][2].changed, []
        frame = self._frame_before(place, columns)
        plans = [patch.plan for _, _, patch in self._taken[place + 2 :]] + [self.state.plan]
        for (step, action, patch), plan in zip(self._taken[place + 1 :], plans, strict=False):
            rows, again, sources = None, patch, patch.plan.sources
            if fields := {name for name in action.fields_of_cells if sources.get(name) in columns}:
                before = BenchState(frame, patch.plan)
                with _needs(self._taken[place], step):
                    after, touched, _ = action.only(fields).apply(before, step.number)
                frame = after.frame
                again = patch.with_columns(columns, Patch.between(before, after, touched))
                left_out = np.array([*(action.left_out or {})], dtype=np.int64)
                rows = np.unique(np.concatenate([*again.rows, left_out]))
                if not len(rows):
                    raise _needed(self._taken[place], step)
            later.append((*_decided(step, action, plan, rows), again))
        return later, BenchState(frame, self.state.plan)


def _decided(step: Step, action: Action, plan: PartPlan, rows: Rows | None) -> tuple[Step, Action]:
    """Return a step as what it did; with the number of rows that it touches now, if that is new."""
    decided = action.as_decided()
    n_rows = step.n_rows if rows is None else len(rows)
    shown = decided.shown(plan.facts)
    return replace(step, n_rows=n_rows, code=decided.code, shown=shown), decided


@contextmanager
def _needs(gone: Taken, step: Step) -> Iterator[None]:
    """Say that a step cannot be taken without another one."""
    try:
        yield
    except PangoprepError as error:
        raise _needed(gone, step) from error


def _too_few(n_steps: int, n: int) -> str:
    if not n_steps:
        return "There is no step to undo."
    if n_steps == 1:
        return Sentence("There is 1 step to undo, not {1}.", n)
    return Sentence("There are {1} steps to undo, not {2}.", n_steps, n)


def _needed(gone: Taken, step: Step) -> UsageError:
    return UsageError(
        Sentence(
            "Step {1} cannot be undone alone: step {2} ({3}) needs it. Undo step {2} first.",
            gone[0].number,
            step.number,
            step.what,
        )
    )
