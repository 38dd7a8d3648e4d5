"""Files with one row per item, the columns of its order repeated or filled in the first row only.

Rows with one key are one record. What a row leaves empty is what the first row of the record has
that has it; the items of the rows become the list of the record's first row, which is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import whole
from pangoprep.columns.types import Mask, Rows, Values
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, OtherRows, rules
from pangoprep.normalizers.base import filled
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


def put_together(
    cleaned: Cleaned, own: FieldFacts, key: Sequence[str], is_item: Mask | None
) -> Rows:
    """Make records of rows that are items, in place; return each row's first row.

    Parameters
    ----------
    cleaned
        The rows; fields of items are named such as ``items.price``.
    own, key
        The field of the list, and those of the key.
    is_item
        Marks the rows of a table of items, where records have a table of their own.
    """
    first = fill_records(cleaned, key)
    join_items(cleaned, own, first, is_item)
    if is_item is not None:
        cleaned.blocks += find_unmatched(cleaned, own.name, key, first, is_item)
    return first


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


def fill_records(cleaned: Cleaned, key: Sequence[str]) -> Rows:
    """Give all rows of a record the same values, in place, and return each row's first row.

    Empty cells get the value of the first row of the record that has one. Rows that say something
    else get the finding ``items.contradiction``, which holds them and so the record.

    Parameters
    ----------
    cleaned
        The rows; fields of items are named such as ``items.price``.
    key
        The fields of the key.
    """
    own = {name: array for name, array in cleaned.arrays.items() if "." not in name}
    own |= {name: array for name, array in cleaned.arrays.items() if name.startswith("customField")}
    keys = keys_of([own[name] for name in key], cleaned.n_rows)
    first = first_rows(keys)
    shared = np.bincount(first, minlength=cleaned.n_rows)[first] > 1
    for name, array in own.items():
        if name in key or not shared.any():
            continue
        values = whole(array)
        has = filled(values)
        if name == TIMEZONE:  # its empty cells have the option's hours by now
            has = cleaned.raw[name].filled if name in cleaned.raw else np.zeros_like(has)
        source = _first_with(has & shared, first)
        known = source >= 0
        taken = values.take(pa.array(np.where(known, source, 0)))
        differs = known & has & shared
        differs[differs] = _differ(values.filter(pa.array(differs)), taken.filter(differs))
        _tell(cleaned, CONTRADICTION, name, np.flatnonzero(differs), source)
        empty = known & ~has
        if empty.any():
            places = np.where(empty, source, np.arange(cleaned.n_rows))
            cleaned.arrays[name] = values.take(pa.array(places))
    return first


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


def _tell(cleaned: Cleaned, rule: str, name: str, rows: Rows, source: Rows) -> None:
    others = OtherRows(source[rows])
    cleaned.blocks.append(Block(rule, name, rules()[rule].severity, rows, others=others))


def join_items(cleaned: Cleaned, own: FieldFacts, first: Rows, is_item: Mask | None = None) -> None:
    """Check the item of each row, and put a record's items into a list in its first row, in place.

    A finding names the field of the item, ``items.price``, and the row it stands in.

    Parameters
    ----------
    cleaned
        The rows.
    own
        The field of the list.
    first
        The first row of each row's record.
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
    for block in check_frame(inner.frame(), inner, own.item):
        rows = np.flatnonzero(has_item[block.rows])
        field = f"{prefix}{block.field}" if block.field else own.name
        cleaned.blocks.append(replace(block.take(rows), field=field))
    cleaned.arrays[own.name] = _lists(inner, np.flatnonzero(has_item), first)


def _lists(inner: Cleaned, rows: Rows, first: Rows) -> Values:
    """Put the items of some rows into lists in the first rows of their records."""
    rows = rows[np.argsort(first[rows], kind="stable")]
    some = pa.array(rows)
    arrays = [whole(array).take(some) for array in inner.arrays.values()]
    structs = pa.StructArray.from_arrays(arrays, list(inner.arrays))
    counts = np.bincount(first[rows], minlength=inner.n_rows)
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


def find_unmatched(
    cleaned: Cleaned, own: str, key: Sequence[str], first: Rows, is_item: Mask
) -> list[Block]:
    """Find items whose record is not in the table of records, and records without an item.

    Parameters
    ----------
    cleaned
        The rows of both tables.
    own, key
        The field of the list, and those of the key.
    first
        The first row of each row's record.
    is_item
        Marks the rows of the table of items.
    """
    has_key = keys_of([cleaned.arrays[name] for name in key], cleaned.n_rows).complete
    alone = is_item & is_item[first] & has_key
    n_items = np.bincount(first[is_item], minlength=cleaned.n_rows)
    empty = ~is_item & (first == np.arange(len(first))) & (n_items == 0)
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
