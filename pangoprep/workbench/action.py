"""The actions of a workbench: each turns one state into the next, the same way every time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Rows
from pangoprep.entities.fields import FieldFacts
from pangoprep.workbench.state import BenchState, mask_of
from pangoprep.workbench.step import HIDDEN, line

Cells = Mapping[int, Mapping[str, str | None]]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing done to rows, without regard to what was done before.

    Parameters
    ----------
    method, arguments, keywords
        The call of the workbench that does it.
    what
        What it does, in words and without values.
    fixes
        Field -> what a cell holds -> what it is to hold; None empties it.
    cells
        Row -> field -> what the cell is to hold.
    left_out
        Row -> reason, for rows that are left out; None for rows that are taken back.
    options, mapping, values
        How cells are read from now on, as for `validate`.
    """

    method: str
    what: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] | None = None
    fixes: Mapping[str, Mapping[str, str | None]] | None = None
    cells: Cells | None = None
    left_out: Mapping[int, str | None] | None = None
    options: Mapping[str, Any] | None = None
    mapping: Mapping[Any, str] | None = None
    values: Mapping[str, Any] | None = None

    def apply(self, state: BenchState, number: int = 0) -> tuple[BenchState, dict[str, Rows], Rows]:
        """Return the next state, the rows it touches by field, and all of them.

        ``number`` is that of the step.
        """
        touched: dict[str, Rows] = {}
        for field, pairs in (self.fixes or {}).items():
            rows, which = state.rows_with(field, pairs)
            if len(rows):
                new = pa.array(list(pairs.values()), TEXT)
                state = state.with_cells(field, rows, new.take(pa.array(which)))
            touched[field] = rows
        for field, cells in _by_field(self.cells or {}).items():
            rows = np.array(sorted(cells), dtype=np.int64)
            mask_of(rows, len(state.frame))
            new = pa.array([cells[row] for row in rows.tolist()], TEXT)
            state = state.with_cells(field, rows, new)
            touched[field] = np.union1d(touched.get(field, rows), rows)
        if self.left_out:
            mask_of(np.array(list(self.left_out)), len(state.frame))
            state = state.without(self.left_out)
        if self.options or self.mapping or self.values:
            state = state.read_by(
                options=self.options, mapping=self.mapping, values=self.values, step=number
            )
            return state, touched, np.arange(len(state.frame))
        every = [*touched.values(), np.array(list(self.left_out or {}), dtype=np.int64)]
        every = [rows for rows in every if len(rows)] or every[:1]
        return state, touched, every[0] if len(every) == 1 else np.unique(np.concatenate(every))

    @property
    def code(self) -> str:
        """The line of Python that does it."""
        return line(self.method, *self.arguments, **(self.keywords or {}))

    def shown(self, facts: Mapping[str, FieldFacts]) -> str:
        """Return the line; of fields that are personal its values are hidden."""
        if not any(name in facts and facts[name].personal for name in self.fields):
            return self.code
        hidden = [_hidden(one) for one in self.arguments]
        keywords = dict.fromkeys(self.keywords or {}, HIDDEN)
        return line(self.method, *hidden, **keywords)

    def as_decided(self) -> Action:
        """Return the same change as a call that names its values or rows.

        What a rule or a text finds may be more once an earlier step was taken back.
        """
        if self.method in ("accept", "replace") and self.cells:
            return replace(self, method="fix_rows", arguments=(self.cells,), keywords=None)
        if self.method in ("accept", "replace") and self.fixes:
            ((field, pairs),) = self.fixes.items()
            return replace(self, method="fix", arguments=(field, pairs), keywords=None)
        if self.method == "leave_out" and self.left_out:
            keywords = {
                name: one for name, one in (self.keywords or {}).items() if name == "reason"
            }
            return replace(self, arguments=([*self.left_out],), keywords=keywords)
        return self

    @property
    def is_of_cells(self) -> bool:
        """Whether it changes cells and nothing else."""
        return not (self.left_out or self.options or self.mapping or self.values)

    @property
    def fields_of_cells(self) -> list[str]:
        """The fields whose cells it changes."""
        return [*(self.fixes or {}), *_by_field(self.cells or {})]

    def only(self, fields: Collection[str]) -> Action:
        """Return what it does to cells of some fields."""
        return replace(
            self,
            fixes={name: pairs for name, pairs in (self.fixes or {}).items() if name in fields},
            cells={
                row: {name: new for name, new in changes.items() if name in fields}
                for row, changes in (self.cells or {}).items()
            },
            left_out=None,
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What it is about: fields, columns or options, by their names."""
        return (*self.fields, *map(str, self.mapping or {}), *(self.options or {}))

    @property
    def fields(self) -> list[str]:
        """The fields that it is about."""
        return [*self.fields_of_cells, *(self.values or {})]


def _by_field(cells: Cells) -> dict[str, dict[int, str | None]]:
    found: dict[str, dict[int, str | None]] = {}
    for row, changes in cells.items():
        for field, value in changes.items():
            found.setdefault(field, {})[row] = value
    return found


def _hidden(argument: Any) -> Any:
    """Hide values, keep names of fields, rows, and how many there are of either."""
    if isinstance(argument, Mapping):
        if all(isinstance(inner, Mapping) for inner in argument.values()) and argument:
            return {row: dict.fromkeys(inner, HIDDEN) for row, inner in argument.items()}
        return {HIDDEN: HIDDEN}
    return [HIDDEN] if isinstance(argument, list) else argument
