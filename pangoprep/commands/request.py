"""What a command was asked: which file, how to read it, how it becomes an entity."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pangoprep.errors import OptionError, UsageError
from pangoprep.files import scan
from pangoprep.files.opening import find_parts
from pangoprep.files.recipes import Recipe, load_recipe
from pangoprep.options import make_options
from pangoprep.pipeline import Plan, examine, plan_columns
from pangoprep.report import Report

#: A file of more rows is taken in parts, so that it need not fit into memory.
ROWS_AT_ONCE = 100_000


@dataclass(kw_only=True)
class Request:
    """A file and how it becomes an entity.

    Parameters
    ----------
    path
        File, folder or glob.
    entity
        Object type; without it the recipe's, or told from the columns.
    recipe
        Path of a recipe.
    mapping
        Column -> field, from the command line.
    options
        Options given on the command line; they win over the recipe's.
    reading
        How to read the file: sheet, header, encoding, delimiter; these win over the recipe's.
    rows_at_once
        Rows of a part.
    """

    path: str
    entity: str | None = None
    recipe: str | os.PathLike[str] | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)
    rows_at_once: int = ROWS_AT_ONCE

    def __post_init__(self) -> None:
        """Read the recipe at once, so that a mistake in it is the first thing said."""
        self.known: Recipe | None = load_recipe(self.recipe) if self.recipe is not None else None
        if self.known is not None:
            self.entity = self.entity or self.known.entity
            self.options = {**self.known.options, **self.options}
            self.reading = {**self.known.reading, **self.reading}
        self._plan: Plan | None = None

    @property
    def source(self) -> str | None:
        """The name of the system the data comes from, if the recipe says it."""
        return (self.known.source or None) if self.known else None

    def frames(self) -> Iterator[pd.DataFrame]:
        """Give the file in parts."""
        return scan(self.path, rows=self.rows_at_once, **self.reading)

    def plan(self, frame: pd.DataFrame) -> Plan:
        """Match the columns; the first part of a file decides for all of it."""
        if self._plan is None:
            given = self.known.mapping_for(frame) if self.known else {}
            self._plan = plan_columns(frame, self.entity, {**given, **self.mapping})
        return self._plan

    def report(self, frame: pd.DataFrame) -> Report:
        """Check a part."""
        plan = self.plan(frame)
        options = make_options(self.options) if self.options else plan.entity.options
        return examine(frame, plan, options, self.known.fixes if self.known else None)

    def of_sheet(self, sheet: str) -> Request:
        """Ask the same of a sheet of the workbook."""
        return Request(
            path=self.path,
            entity=self.entity,
            recipe=self.recipe,
            mapping=self.mapping,
            options=self.options,
            reading={**self.reading, "sheet": sheet},
            rows_at_once=self.rows_at_once,
        )


def sheets_of(path: str) -> list[str]:
    """List the visible sheets of a workbook that hold something."""
    from pangoprep.files.workbook import sheet_names

    parts = find_parts(path)
    if len(parts) != 1 or not parts[0].plain_name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise UsageError(f"{Path(path).name!r} is not one workbook; it has no sheets.")
    with parts[0].open() as file:
        return sheet_names(file, parts[0].name)


def pairs(given: Sequence[str], what: str) -> dict[str, str]:
    """Read ``COLUMN=FIELD`` as often as it was given.

    Examples
    --------
    >>> pairs(["SĐT=phone", "a=b=email"], "--map")
    {'SĐT': 'phone', 'a=b': 'email'}
    """
    split = [text.rpartition("=") for text in given]
    if wrong := [text for text, (_, mark, _) in zip(given, split, strict=True) if not mark]:
        raise OptionError(f"{what} {wrong[0]!r} cannot be used; write it as COLUMN=FIELD.")
    return {left: right for left, _, right in split}
