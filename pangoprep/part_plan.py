"""The plan as a value: which column becomes which field of which entity, and how cells are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pangoprep.entities import Entity
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, under_policy
from pangoprep.fixes.file import FixesFile
from pangoprep.matching.fixes import Fixes
from pangoprep.matching.mapping import ColumnMap
from pangoprep.matching.not_sent import NotSent
from pangoprep.matching.values import Values
from pangoprep.options import Options


@dataclass(frozen=True)
class PartPlan:
    """Which column becomes which field of which entity, and how cells are read.

    Decided once, from the head of the data; every part of it follows the same plan. ``not_sent``
    are columns that reports tell of: their names are nearly those of custom fields, or the recipe
    does not name them; ``left_out`` are
    rows of a frame that somebody took out in a workbench, by position, each with the reason.
    ``item_list`` is the list whose objects rows are; ``item_tables`` are the tables all of whose
    rows are, where records and items came in two; ``item_keys`` are the columns of items that the
    caller gave to fields of the key, and ``item_key_columns`` those of all fields of it.
    ``lacking`` are fields that every record needs and nothing stands for, ``undecided`` those that
    several columns have the same right to: a workbench opens such rows, all held, so that somebody
    says where the fields come from.
    """

    entity: type[Entity]
    sources: Mapping[str, Any]
    facts: Mapping[str, FieldFacts]
    column_map: ColumnMap
    options: Options
    fixes: Fixes
    not_sent: tuple[NotSent, ...] = ()
    values: Values = field(default_factory=Values)
    item_list: str = ""
    item_tables: frozenset[str] = frozenset()
    item_keys: Mapping[str, str] = field(default_factory=dict)
    item_key_columns: Mapping[str, str] = field(default_factory=dict)
    fixes_file: FixesFile | None = None
    left_out: Mapping[int, str] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()

    def under_policy(self, blocks: Iterable[Block]) -> list[Block]:
        """Give findings the severity that the caller wants, and drop what is ignored."""
        return under_policy(blocks, self.options.severity or {}, self.options.ignore)
