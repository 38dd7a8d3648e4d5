"""The different values of one problem, and their groups: what the middle of the studio lists.

Values are told by their places, which mean nothing outside this process: the page can decide about
values that it does not show.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Rows
from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.masking import mask
from pangoprep.findings import BESIDE, CANDIDATES, Block
from pangoprep.steps.examined import Examined
from pangoprep.studio.patterns import address_words, patterns
from pangoprep.workbench.problems import distinct_cells, readings

#: Of a field that is not personal, so many different values are each a group of their own.
MAX_SINGLE = 20


@dataclass(frozen=True, eq=False)
class Group:
    """Values that look alike.

    Parameters
    ----------
    text
        The pattern, or what the only value shows.
    places
        The places of the values in their listing.
    """

    text: str
    places: Rows


@dataclass(frozen=True, eq=False)
class Listing:
    """The different values of a problem, most rows first.

    Parameters
    ----------
    field, rule
        The problem.
    facts
        What is known of the field.
    rows
        The positions of the rows that have the problem, ascending.
    codes
        For each of them, the place of its value.
    values
        What the cells hold, each once; null for empty cells.
    n_rows
        How many rows have each value.
    suggestions, readings
        What is suggested for each value, and how it is read; null where nothing is.
    """

    field: str
    rule: str
    facts: FieldFacts | None
    rows: Rows
    codes: Rows
    values: pa.Array
    n_rows: Rows
    suggestions: pa.Array
    readings: pa.Array

    def __len__(self) -> int:
        return len(self.values)

    @property
    def is_personal(self) -> bool:
        """Whether the values are masked unless somebody asks."""
        return self.facts is not None and self.facts.personal

    def shown(self, values: pa.Array, *, revealed: bool) -> list[str | None]:
        """Return values as they are shown."""
        texts: list[str | None] = (values if revealed else mask(values, self.facts)).to_pylist()
        return texts

    def groups(self, *, revealed: bool) -> list[Group]:
        """Return the groups, most rows first; empty cells are one of their own."""
        if not self.is_personal and len(self) <= MAX_SINGLE:
            texts = self.shown(self.values, revealed=True)
            return [Group(text or "", np.array([place])) for place, text in enumerate(texts)]
        known = None if revealed or not self.is_personal else self._open_words
        found = patterns(self.values, known).dictionary_encode(null_encoding="encode")
        codes = found.indices.to_numpy(zero_copy_only=False)
        n_rows = np.bincount(codes, self.n_rows, len(found.dictionary))
        order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes, minlength=len(found.dictionary)))
        members = np.split(order, ends[:-1]) if len(ends) else []
        texts = found.dictionary.to_pylist()
        groups = []
        for code in np.argsort(-n_rows, kind="stable").tolist():
            places = members[code]
            text = texts[code]
            if len(places) == 1 and text is not None:
                text = self.shown(self.values.take(pa.array(places)), revealed=revealed)[0]
            groups.append(Group(text or "", places))
        return groups

    @cached_property
    def _open_words(self) -> frozenset[str]:
        is_email = self.facts is not None and self.facts.normalizer == "email"
        return address_words() if is_email else frozenset()

    def texts(self, places: Iterable[int]) -> list[str | None]:
        """Return the values at some places, as they are."""
        found: list[str | None] = self.values.take(pa.array(list(places), pa.int64())).to_pylist()
        return found

    def cells_of(self, rows: Rows) -> list[str | None]:
        """Return what the cells of some of the rows hold."""
        return self.texts(self.codes[np.searchsorted(self.rows, rows)].tolist())

    def rows_at(self, places: Rows) -> Rows:
        """Return the positions of the rows that have the values at some places."""
        return self.rows[np.isin(self.codes, places)]


def listing_of(examined: Examined, block: Block) -> Listing:
    """List the values of a problem.

    Parameters
    ----------
    examined
        The rows.
    block
        The findings of one rule in one field.
    """
    rows = block.rows
    cells = examined.cells(block.field, rows).cast(TEXT)
    values, n_rows, first = distinct_cells(cells)
    found = cells.dictionary_encode(null_encoding="encode").indices.to_numpy(zero_copy_only=False)
    place = np.empty(len(values), np.int64)
    place[found[first]] = np.arange(len(values))
    suggestions = block.suggestions
    if suggestions is None or block.rule in (*CANDIDATES, *BESIDE):
        suggestions = pa.nulls(len(rows), TEXT)
    return Listing(
        field=block.field,
        rule=block.rule,
        facts=examined.facts.get(block.field),
        rows=rows,
        codes=place[found],
        values=values,
        n_rows=n_rows,
        suggestions=suggestions.take(pa.array(first)).cast(TEXT),
        readings=readings(examined, block.field, rows[first]),
    )
