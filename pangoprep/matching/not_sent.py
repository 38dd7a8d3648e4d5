"""Columns that are not sent though somebody may think so: misnamed ones, and new ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pandas as pd

from pangoprep.entities import Entity
from pangoprep.entities.custom_fields import is_like_custom_field
from pangoprep.matching.column_map import ColumnMap
from pangoprep.matching.mapping import map_columns
from pangoprep.matching.values import Values
from pangoprep.sentence import any_of
from pangoprep.tables import read_table

#: The rules that tell of them.
LIKE_CUSTOM, NEW, NEW_FIELD = "column.custom_field", "column.new", "column.new_field"


@cache
def row_headings() -> frozenset[str]:
    """Return what we write over the numbers of rows in their source; such a column is no news."""
    (words,) = [row for row in read_table("report_words").to_pylist() if row["key"] == "excel.row"]
    return frozenset((words["en"], words["vi"]))


@dataclass(frozen=True)
class NotSent:
    """A column that is not sent, and the rule that tells of it; ``detail`` is its words."""

    column: Any
    rule: str
    detail: str = ""

    @property
    def is_new(self) -> bool:
        """Whether the recipe does not name it."""
        return self.rule in (NEW, NEW_FIELD)


def ask_about(
    new_columns: Collection[Any],
    found: ColumnMap,
    frame: pd.DataFrame,
    entity: type[Entity],
    mapping: Mapping[Any, str] | None,
    values: Values,
) -> ColumnMap:
    """Return the map with what new columns could be, were they not left out.

    Parameters
    ----------
    new_columns
        Those that the recipe does not name.
    found
        The map without them.
    frame, entity, mapping, values
        What it was made of.
    """
    if not new_columns:
        return found
    known = {name: field for name, field in (mapping or {}).items() if name not in new_columns}
    free = {match.column: match for match in map_columns(frame, entity, known, values).matches}
    matches = (
        replace(match, claims=free[match.column].claims)
        if match.column in new_columns and match.column in free
        else match
        for match in found.matches
    )
    return replace(found, matches=tuple(matches))


def not_sent(
    columns: Collection[Any], spoken_of: Collection[Any], new_columns: Collection[Any],
    found: ColumnMap,
) -> Iterator[NotSent]:  # fmt: skip
    """Tell of the columns that are not sent, and of which nobody said so.

    Parameters
    ----------
    columns
        All of them.
    spoken_of
        Those that are used, or that the caller or the recipe named.
    new_columns
        Those that the recipe does not name.
    found
        How they were matched.
    """
    could_be = found.uncertain
    for name in columns:
        if name in row_headings():
            continue
        if name in new_columns and name in could_be:
            yield NotSent(name, NEW_FIELD, any_of(could_be[name]))
        elif (name in new_columns or name not in spoken_of) and is_like_custom_field(name):
            yield NotSent(name, LIKE_CUSTOM)
        elif name in new_columns and not found.is_used(name):
            yield NotSent(name, NEW)
