"""The queue: which of the received records are stored, and what is called back of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pangoprep.sandbox.callbacks import Callbacks, outcomes_of
from pangoprep.sandbox.catalog import DOCUMENTED, Catalog
from pangoprep.sandbox.ingestion import judge, without_ref_id


@dataclass
class Queue:
    """What happens to records after the answer.

    Parameters
    ----------
    callbacks
        Tells what became of them; None: nobody is told.
    finds_missing_fields
        Whether records that lack a required field are found here, and not refused at once.
    failing
        Records that cannot be stored, by a value of their key: what PangoCDP says of them.
    catalog
        The object types there are.
    """

    callbacks: Callbacks | None = None
    finds_missing_fields: bool = False
    failing: dict[str, str] = field(default_factory=dict)
    catalog: Catalog = DOCUMENTED

    def take(
        self, object_type: str, entries: list[dict[str, Any]]
    ) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
        """Return the records to store, and what is to be called back of all of them."""
        problems: dict[int, str] = {}
        for position, entry in enumerate(entries):
            said = [
                self.failing.get(str(entry.get(name))) for name in self.catalog.keys[object_type]
            ]
            if words := next(filter(None, said), None):
                problems[position] = words
            elif self.finds_missing_fields and (problem := judge(self.catalog, object_type, entry)):
                problems[position] = f"Missing {problem[0]}"
        stored = [
            without_ref_id(self.catalog, object_type, entry)
            for position, entry in enumerate(entries)
            if position not in problems
        ]
        return stored, outcomes_of(entries, problems)
