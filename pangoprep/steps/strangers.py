"""Rows of other parts that a part needs where rows are items, since a record may lie in several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pangoprep.columns.types import Rows, Values
from pangoprep.steps.item_rows import PLACE, own_fields, says
from pangoprep.steps.keys import Keys

#: Which fields of its record each row says something of, eight to a byte.
Said = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True, eq=False)
class Handover:
    """Rows that go to parts in which others of their records are.

    Parameters
    ----------
    rows
        Places of the rows among those that were looked at, ascending.
    targets
        The number of the part that each goes to.
    """

    rows: Rows
    targets: Rows

    def of_rows(self, span: slice) -> dict[int, Rows]:
        """Return which of some rows go where, counted from the first of them, by target."""
        first, last = np.searchsorted(self.rows, [span.start, span.stop])
        rows, targets = self.rows[first:last] - span.start, self.targets[first:last]
        order = np.argsort(targets, kind="stable")
        numbers, starts = np.unique(targets[order], return_index=True)
        return dict(zip(numbers.tolist(), np.split(rows[order], starts[1:]), strict=False))


def said_by(alone: Mapping[str, Values]) -> Said:
    """Return which fields of its record each row says something of."""
    marks = [says(alone, name) for name in own_fields(alone)]
    return np.packbits(np.column_stack(marks), axis=1)


def find_strangers(keys: Keys, parts: Rows, said: Said) -> Handover:
    """Find which rows other parts need.

    The part in which a record begins needs all its rows. The others need its first row, and of
    each field the first row that says something: a record of any size goes through many parts.

    Parameters
    ----------
    keys
        The keys of rows of all parts, in their order.
    parts
        The number of each row's part.
    said
        What each says of its record.

    Examples
    --------
    >>> from pangoprep.steps.keys import keys_of
    >>> keys = keys_of([pa.array(["a", "b", "a", "a"])], 4)
    >>> found = find_strangers(keys, np.array([0, 0, 1, 2]), np.full((4, 1), 128, np.uint8))
    >>> [*zip(found.rows.tolist(), found.targets.tolist(), strict=True)]
    [(0, 1), (0, 2), (2, 0), (3, 0)]
    """
    rows = np.flatnonzero(keys.complete)
    rows = rows[np.lexsort((rows, keys.second[rows], keys.first[rows]))]
    begins = _changes(keys.first[rows]) | _changes(keys.second[rows])
    rows, begins = _in_several_parts(rows, begins, parts)
    record, part = np.cumsum(begins) - 1, parts[rows]
    home = part[begins]
    to_home = part != home[record]
    # The rows that tell of their record, and the further parts that each record has rows in.
    tells = np.flatnonzero(begins | _is_first_to_say(record, said[rows]))
    further = np.flatnonzero((_changes(record) | _changes(part)) & to_home)
    n_tell = np.bincount(record[tells], minlength=len(home))
    start = np.cumsum(n_tell) - n_tell
    each = n_tell[record[further]]
    within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
    told = tells[np.repeat(start[record[further]], each) + within]
    targets = np.repeat(part[further], each)
    is_other = part[told] != targets
    going = np.concatenate([rows[to_home], rows[told[is_other]]])
    order = np.argsort(going, kind="stable")
    targets = np.concatenate([home[record[to_home]], targets[is_other]])
    return Handover(going[order], targets[order])


def _changes(values: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Mark the first of every run of equal values."""
    marked = np.ones(len(values), dtype=bool)
    marked[1:] = values[1:] != values[:-1]
    return marked


def _in_several_parts(
    rows: Rows, begins: np.ndarray[Any, np.dtype[np.bool_]], parts: Rows
) -> tuple[Rows, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Keep the rows of records that have rows in several parts."""
    if not len(rows):
        return rows, begins
    starts = np.flatnonzero(begins)
    lowest = np.minimum.reduceat(parts[rows], starts)
    highest = np.maximum.reduceat(parts[rows], starts)
    several = np.repeat(lowest != highest, np.diff(np.append(starts, len(rows))))
    return rows[several], begins[several]


def _is_first_to_say(record: Rows, said: Said) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Mark the rows that are the first of their record to say something of some field."""
    marked = np.zeros(len(record), dtype=bool)
    for bit in range(said.shape[1] * 8):
        says_it = np.flatnonzero(said[:, bit // 8] & (128 >> bit % 8))
        marked[says_it[_changes(record[says_it])]] = True
    return marked


def placed(alone: pa.Table, rows: Rows, start: int) -> pa.Table:
    """Return some rows of a part as another part takes them.

    Parameters
    ----------
    alone
        What the rows of the part say by themselves.
    rows
        Which of them.
    start
        How many rows the part begins after the other.
    """
    return alone.take(pa.array(rows)).append_column(PLACE, pa.array(rows + start))
