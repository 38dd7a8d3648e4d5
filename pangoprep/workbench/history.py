"""The steps of a workbench and the states between them: undo, redo, and one step taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pangoprep.columns.types import Rows
from pangoprep.errors import PangoprepError, UsageError
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
        for _ in range(n):
            self.undone.append(self._taken.pop())
            self.state = self._before(self.undone[-1], self.state)
        return self.undone[-1][0]

    def redo(self) -> Step:
        """Take the step again that was undone last."""
        if not self.undone:
            raise UsageError("There is no step to take again.")
        step, action, _ = self.undone.pop()
        state, touched, _ = action.apply(self.state, step.number)
        self._taken.append((step, action, Patch.between(self.state, state, touched)))
        self.state = state
        return step

    def _before(self, taken: Taken, state: BenchState) -> BenchState:
        """Return the state before a step that is not among those taken any more."""
        return taken[2].undo(state) if self._taken else self.first

    def without(self, number: int) -> Step:
        """Take one step out; the later ones are taken again without it."""
        places = [place for place, step in enumerate(self.steps) if step.number == number]
        if not places:
            numbers = ", ".join(str(step.number) for step in self.steps) or "none"
            raise UsageError(Sentence("There is no step {1!r}; there are: {2}.", number, numbers))
        (place,) = places
        state = self.state
        for _, _, patch in reversed(self._taken[place:]):
            state = patch.undo(state)
        state = state if place else self.first
        later: list[Taken] = []
        for step, action, _ in self._taken[place + 1 :]:
            try:
                after, touched, rows = action.apply(state, step.number)
            except PangoprepError as error:
                raise _needed(number, step) from error
            if not len(rows):
                raise _needed(number, step)
            decided = action.as_decided()
            code, shown = decided.code, decided.shown(after.plan.facts)
            step = replace(step, n_rows=len(rows), code=code, shown=shown)
            later.append((step, decided, Patch.between(state, after, touched)))
            state = after
        gone = self._taken[place][0]
        self._taken[place:] = later
        self.state = state
        self.undone.clear()
        return gone


def _too_few(n_steps: int, n: int) -> str:
    if not n_steps:
        return "There is no step to undo."
    if n_steps == 1:
        return Sentence("There is 1 step to undo, not {1}.", n)
    return Sentence("There are {1} steps to undo, not {2}.", n_steps, n)


def _needed(number: int, step: Step) -> UsageError:
    return UsageError(
        Sentence(
            "Step {1} cannot be undone alone: step {2} ({3}) needs it. Undo step {2} first.",
            number,
            step.number,
            step.what,
        )
    )
