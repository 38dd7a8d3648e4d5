"""The steps of a workbench and the states between them: undo, redo, and one step taken out."""

from __future__ import annotations

from pangoprep.errors import PangoprepError, UsageError
from pangoprep.workbench.action import Action
from pangoprep.workbench.state import State
from pangoprep.workbench.step import Step

Taken = tuple[Step, Action, State]


class History:
    """What was done to a first state, in order.

    States share the columns that a step leaves alone.

    Parameters
    ----------
    first
        The rows before the first step.
    """

    def __init__(self, first: State) -> None:
        self.first = first
        self._taken: list[Taken] = []
        #: Steps that can be taken again, the next one last.
        self.undone: list[Taken] = []
        self.next_number = 1

    @property
    def state(self) -> State:
        """The rows as they are now."""
        return self._taken[-1][2] if self._taken else self.first

    @property
    def steps(self) -> list[Step]:
        """The steps taken."""
        return [step for step, _, _ in self._taken]

    @property
    def actions(self) -> list[Action]:
        """What they do."""
        return [action for _, action, _ in self._taken]

    def take(self, step: Step, action: Action, state: State) -> None:
        """Keep a step; what was undone cannot be taken again after it."""
        self._taken.append((step, action, state))
        self.undone.clear()
        self.next_number += 1

    def undo(self, n: int) -> Step:
        """Go back so many steps; return the first of them."""
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise UsageError("bench.undo takes a number of steps, 1 or more.")
        if n > len(self._taken):
            raise UsageError(f"There are {len(self._taken)} steps to undo, not {n}.")
        for _ in range(n):
            self.undone.append(self._taken.pop())
        return self.undone[-1][0]

    def redo(self) -> Step:
        """Take the step again that was undone last."""
        if not self.undone:
            raise UsageError("There is no step to take again.")
        self._taken.append(self.undone.pop())
        return self._taken[-1][0]

    def without(self, number: int) -> Step:
        """Take one step out; the later ones are taken again without it."""
        places = [place for place, step in enumerate(self.steps) if step.number == number]
        if not places:
            numbers = ", ".join(str(step.number) for step in self.steps) or "none"
            raise UsageError(f"There is no step {number!r}; there are: {numbers}.")
        (place,) = places
        state = self._taken[place - 1][2] if place else self.first
        later: list[Taken] = []
        for step, action, _ in self._taken[place + 1 :]:
            try:
                state, _, rows = action.apply(state)
            except PangoprepError as error:
                raise _needed(number, step) from error
            if not len(rows):
                raise _needed(number, step)
            later.append((step, action, state))
        gone = self._taken[place][0]
        self._taken[place:] = later
        self.undone.clear()
        return gone


def _needed(number: int, step: Step) -> UsageError:
    return UsageError(
        f"Step {number} cannot be undone alone: step {step.number} ({step.what}) needs it. "
        f"Undo that one first: bench.undo(step={step.number})."
    )
