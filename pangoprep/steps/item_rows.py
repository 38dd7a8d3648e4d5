"""Files with one row per item, the columns of its order repeated or filled in the first row only.

Rows with one key are one record. What a row leaves empty is what the first row of the record has
that has it; the items of the rows become the list of the record's first row, which is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import whole
from pangoprep.columns.types import Mask, Rows, Values
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, OtherRows, rules
from pangoprep.normalizers.base import as_mask, filled, pick
from pangoprep.steps.check import check_frame
from pangoprep.steps.clean import TIMEZONE, Cleaned
from pangoprep.steps.keys import Keys, keys_of

#: The rule of rows whose cell contradicts another row of their record.
CONTRADICTION = "items.contradiction"
#: The rule of rows that are sent in the record of another row.
JOINED = "items.joined"
#: The rule of rows that are held with another row of their record.
HELD_TOGETHER = "items.held_together"
#: The rule of items whose record is not there, and that of records without an item.
WITHOUT_RECORD, WITHOUT_ITEMS = "items.without_record", "items.none"
#: Where a row of another part is, counted from the first of a part.
PLACE = "pangoprep place"
# Marks beside the fields of rows, which no field is called: those that say hours from GMT of their
# own, those that are items, and those of a table of items.
_MARKS = _HOURS, _ITEM, _OF_ITEMS = "pangoprep hours", "pangoprep item", "pangoprep of items"


@dataclass(frozen=True, eq=False)
class Strangers:
    """Rows of other parts of the data whose records have rows in a part.

    Parameters
    ----------
    before, after
        Those before the part and those after it, in their order: tables of what `rows_alone`
        gives, with their `PLACE`, counted from the part's first row.
    """

    before: Sequence[pa.Table]
    after: Sequence[pa.Table]


def check_items(
    cleaned: Cleaned, own: FieldFacts, is_item: Mask | None
) -> tuple[Mask, list[Block]]:
    """Check the item of each row; return which rows are items, and what was found.

    A finding names the field of the item, ``items.price``, and the row it stands in.

    Parameters
    ----------
    cleaned
        The rows; fields of items are named such as ``items.price``.
    own
        The field of the list.
    is_item
        Marks the rows that are items whatever they hold; the others are if they hold something.
    """
    n_rows, prefix = cleaned.n_rows, f"{own.name}."
    inner = Cleaned(n_rows)
    has_item = np.zeros(n_rows, dtype=bool) if is_item is None else is_item.copy()
    for name, array in cleaned.arrays.items():
        if name.startswith(prefix):
            inner.arrays[name.removeprefix(prefix)] = array
            has_item |= filled(array)
            if name in cleaned.raw:
                has_item |= cleaned.raw[name].filled
    inner.blocks = [
        replace(block, field=block.field.removeprefix(prefix))
        for block in cleaned.blocks
        if block.field.startswith(prefix)
    ]
    found = []
    for block in check_frame(inner.frame(), inner, own.item):
        rows = np.flatnonzero(has_item[block.rows])
        field = f"{prefix}{block.field}" if block.field else own.name
        found.append(replace(block.take(rows), field=field))
    return has_item, found


def rows_alone(cleaned: Cleaned, has_item: Mask, is_item: Mask | None) -> dict[str, Values]:
    """Return what rows say by themselves of their records and items, by field and mark."""
    has_hours = cleaned.raw[TIMEZONE].filled if TIMEZONE in cleaned.raw else np.zeros_like(has_item)
    marks = {
        _HOURS: has_hours,
        _ITEM: has_item,
        _OF_ITEMS: np.zeros_like(has_item) if is_item is None else is_item,
    }
    return {**cleaned.arrays, **{name: pa.array(mark) for name, mark in marks.items()}}


def put_together(
    cleaned: Cleaned, alone: Mapping[str, Values], own: FieldFacts, key: Sequence[str],
    apart: Mask, strangers: Strangers | None = None, *, in_tables: bool = False,
) -> tuple[Rows, list[Block]]:  # fmt: skip
    """Make records of rows that are items, in place.

    Parameters
    ----------
    cleaned
        The rows; fields of items are named such as ``items.price``.
    alone
        What they say by themselves: `rows_alone`.
    own, key
        The field of the list, and those of the key.
    apart
        Marks the rows that belong to no record.
    strangers
        The rows of other parts that belong to the records.
    in_tables
        Whether records and items come in two tables.

    Returns
    -------
    tuple
        The first row of each row's record, and what was found. Rows are counted from the first of
        these; those of strangers before them are below 0.
    """
    start, places = 0, np.arange(cleaned.n_rows)
    if strangers is not None:
        alone, places = _among_strangers(alone, cleaned.n_rows, strangers)
        start = sum(map(len, strangers.before))
    span = slice(start, start + cleaned.n_rows)
    n_rows = len(places)
    keys = keys_of([alone[name] for name in key], n_rows)
    is_apart = np.zeros(n_rows, dtype=bool)
    is_apart[span] = apart
    keys = keys.without(is_apart)
    first = first_rows(keys)
    changed, blocks = _fill_records(alone, key, first)
    changed[own.name] = _lists(alone, own, np.flatnonzero(as_mask(alone[_ITEM]) & ~is_apart), first)
    if in_tables:
        blocks += _find_unmatched(as_mask(alone[_OF_ITEMS]), own.name, key, first, keys.complete)
    cleaned.arrays |= {name: array[span] for name, array in changed.items()}
    return places[first[span]], [_placed(block.between(span), places) for block in blocks]


def _among_strangers(
    alone: Mapping[str, Values], n_rows: int, strangers: Strangers
) -> tuple[dict[str, Values], Rows]:
    """Return rows with those of other parts before and after them, and the places of all."""
    these = pa.table(dict(alone)).append_column(PLACE, pa.array(np.arange(n_rows)))
    tables = [*strangers.before, these, *strangers.after]
    every = pa.concat_tables(tables, promote_options="permissive")
    places = every[PLACE].to_numpy()
    every = every.drop_columns([PLACE])
    return {name: whole(every[name]) for name in every.column_names}, places


def _placed(block: Block, places: Rows) -> Block:
    """Point to other rows by their places."""
    others = block.others
    return block if others is None else replace(block, others=OtherRows(places[others.rows]))


def first_rows(keys: Keys) -> Rows:
    """Return for each row the first row of its record; a row without a key is one by itself.

    Examples
    --------
    >>> first_rows(keys_of([pa.array(["a", "b", None, "a"])], 4)).tolist()
    [0, 1, 2, 0]
    """
    first = np.arange(len(keys), dtype=np.int64)
    rows = np.flatnonzero(keys.complete)
    if not len(rows):
        return first
    order = rows[np.lexsort((rows, keys.second[rows], keys.first[rows]))]
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = (np.diff(keys.first[order]) != 0) | (np.diff(keys.second[order]) != 0)
    first[order] = order[np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))]
    return first


def _fill_records(
    alone: Mapping[str, Values], key: Sequence[str], first: Rows
) -> tuple[dict[str, Values], list[Block]]:
    """Give all rows of a record the same values; return the columns that change, and findings.

    Empty cells get the value of the first row of the record that has one. Rows that say something
    else get the finding ``items.contradiction``, which holds them and so the record.
    """
    n_rows = len(first)
    shared = np.bincount(first, minlength=n_rows)[first] > 1
    changed: dict[str, Values] = {}
    blocks: list[Block] = []
    if not shared.any():
        return changed, blocks
    for name in own_fields(alone):
        if name in key:
            continue
        values = whole(alone[name])
        has = says(alone, name)
        source = _first_with(has & shared, first)
        known = source >= 0
        taken = values.take(pa.array(np.where(known, source, 0)))
        differs = known & has & shared
        differs[differs] = _differ(pick(values, differs), taken.filter(differs))
        rows = np.flatnonzero(differs)
        severity = rules()[CONTRADICTION].severity
        others = OtherRows(source[rows])
        blocks.append(Block(CONTRADICTION, name, severity, rows, others=others))
        empty = known & ~has
        if empty.any():
            places = np.where(empty, source, np.arange(n_rows))
            changed[name] = values.take(pa.array(places))
    return changed, blocks


def own_fields(alone: Mapping[str, Values]) -> list[str]:
    """Return the fields of the records themselves, without those of their items."""
    return [
        name
        for name in alone
        if name not in _MARKS and ("." not in name or name.startswith("customField"))
    ]


def says(alone: Mapping[str, Values], name: str) -> Mask:
    """Mark the rows that say something of a field."""
    # Its empty cells have the option's hours by now.
    return as_mask(alone[_HOURS]) if name == TIMEZONE else filled(alone[name])


def _first_with(marked: Mask, first: Rows) -> Rows:
    """Return for each row the first marked row of its record, -1 if there is none."""
    n_rows = len(first)
    found = np.full(n_rows, n_rows, dtype=np.int64)
    rows = np.flatnonzero(marked)
    np.minimum.at(found, first[rows], rows)
    found = found[first]
    return np.where(found < n_rows, found, -1)


def _differ(values: pa.Array, others: pa.Array) -> Mask:
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        mark = pa.scalar("\x1f", TEXT)
        values, others = pc.binary_join(values, mark), pc.binary_join(others, mark)
    same = pc.fill_null(pc.equal(values, others), False)
    return ~np.asarray(same.to_numpy(zero_copy_only=False), dtype=bool)


def _lists(alone: Mapping[str, Values], own: FieldFacts, rows: Rows, first: Rows) -> Values:
    """Put the items of some rows into lists in the first rows of their records."""
    rows = rows[np.argsort(first[rows], kind="stable")]
    some, prefix = pa.array(rows), f"{own.name}."
    inner = {n.removeprefix(prefix): array for n, array in alone.items() if n.startswith(prefix)}
    arrays = [whole(array).take(some) for array in inner.values()]
    structs = pa.StructArray.from_arrays(arrays, list(inner))
    counts = np.bincount(first[rows], minlength=len(first))
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, structs, mask=pa.array(counts == 0))


def of_records(
    blocks: Sequence[Block], first: Rows, is_item: Mask | None = None, key: Sequence[str] = ()
) -> list[Block]:
    """Return what was found of whole records, once for each: in its first row.

    Of a record of which only items are there, as ``is_item`` marks them, nothing is said but of
    its ``key``.
    """
    is_first = first == np.arange(len(first))
    is_known = is_first if is_item is None else is_first & ~is_item
    return [
        block.take(np.flatnonzero((is_first if block.field in key else is_known)[block.rows]))
        for block in blocks
    ]


def _find_unmatched(
    of_items: Mask, own: str, key: Sequence[str], first: Rows, has_key: Mask
) -> list[Block]:
    """Find items whose record is not in the table of records, and records without an item."""
    n_rows = len(first)
    alone = of_items & of_items[first] & has_key
    n_items = np.bincount(first[of_items], minlength=n_rows)
    empty = ~of_items & (first == np.arange(n_rows)) & (n_items == 0)
    told = ((WITHOUT_RECORD, key[0], alone), (WITHOUT_ITEMS, own, empty))
    return [
        Block(rule, name, rules()[rule].severity, np.flatnonzero(where))
        for rule, name, where in told
    ]


@dataclass(frozen=True, eq=False)
class Together:
    """What becomes of the rows of records.

    Parameters
    ----------
    blocks
        The findings.
    is_held
        Marks the rows that are held, now with all rows of their records.
    is_joined
        Marks the rows that are sent in the record of another row.
    n_keys
        How many records have several rows.
    """

    blocks: Sequence[Block]
    is_held: Mask
    is_joined: Mask
    n_keys: int


def hold_together(first: Rows, is_held: Mask, key: Sequence[str]) -> Together:
    """Hold all rows of a record of which one is held; the others are sent in their record.

    Parameters
    ----------
    first
        The first row of each row's record.
    is_held
        The rows that are held so far.
    key
        The fields of the key.
    """
    n_rows = len(first)
    culprit = _first_with(is_held, first)
    waits = (culprit >= 0) & ~is_held
    held = is_held | waits
    is_joined = (first != np.arange(n_rows)) & ~held
    told = ((HELD_TOGETHER, waits, culprit), (JOINED, is_joined, first))
    blocks = [
        Block(
            rule, key[0], rules()[rule].severity, np.flatnonzero(where),
            others=OtherRows(others[where]),
        )
        for rule, where, others in told
    ]  # fmt: skip
    n_keys = int((np.bincount(first, minlength=n_rows) > 1).sum())
    return Together(blocks, held, is_joined, n_keys)
