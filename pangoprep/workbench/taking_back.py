"""A workbook that people fixed, as one step."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pangoprep.argument_checks import path_of
from pangoprep.error_words import warn
from pangoprep.errors import UsageError
from pangoprep.report.fixing.changes import Changes
from pangoprep.report.fixing.merge import changes_in
from pangoprep.sentence import Sentence
from pangoprep.workbench.action import Action
from pangoprep.workbench.state import BenchState


def action_of(
    path: str | os.PathLike[str], state: BenchState, frames: Sequence[pd.DataFrame]
) -> tuple[Action, Changes]:
    """Return the step that takes over what people changed in a workbook, and what that is.

    Parameters
    ----------
    path
        The workbook.
    state
        The rows as they are now.
    frames
        The rows that it may have been made of.

    Raises
    ------
    UsageError
        If it was made of none of them, or nothing was changed.
    """
    source = path_of("path", path)
    changes = _changes(source, frames)
    field_of = {column: field for field, column in state.plan.sources.items()}
    by_row = changes.by_row()
    cells = {
        row: {field_of[column]: new for column, new in changed.items() if column in field_of}
        for row, changed in by_row.items()
    }
    others = {str(c) for changed in by_row.values() for c in changed if c not in field_of}
    if others:
        warn(
            Sentence(
                "{1}: changes of columns that are no field here are not taken: {2}.",
                source.name,
                ", ".join(sorted(others)),
            ),
            stacklevel=3,
        )
    cells = {row: changed for row, changed in cells.items() if changed}
    left_out = dict.fromkeys(changes.rows_left_out(), source.name)
    if not cells and not left_out:
        raise UsageError(Sentence("Nothing was changed in {1!r}.", source.name))
    action = Action(
        method="read_fixed",
        what=Sentence("take over {1}", source.name),
        arguments=(os.fspath(path),),
        cells=cells or None,
        left_out=left_out or None,
    )
    return action, changes


def _changes(path: Path, frames: Sequence[pd.DataFrame]) -> Changes:
    """Merge into the first of some frames that the workbook was made of."""
    for frame in frames[:-1]:
        try:
            return changes_in(path, frame)
        except UsageError:
            continue
    return changes_in(path, frames[-1])
