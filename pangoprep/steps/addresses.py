"""The address stage: district and ward of a row, as its province has them.

Vietnam had 63 provinces with districts and wards until 2025-06-30, and has 34 with wards since. A
row is read by what its cells name. District and ward get their one spelling; what does not fit
together is told, and the ward of today is offered, or written if the caller wants that.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cache import Same, cached, recalled
from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import (
    Codes,
    Column,
    in_dictionary,
    known_dictionary,
    put_some,
    take_some,
)
from pangoprep.columns.types import Values
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, rules, without_rows
from pangoprep.normalizers.base import in_slices
from pangoprep.options import Options
from pangoprep.steps.address_fields import AddressFields, address_fields
from pangoprep.steps.address_lines import may_be_lines, read_lines
from pangoprep.steps.address_reading import AddressReading, Numbers
from pangoprep.steps.clean import Cleaned, FieldsTogether

# What is written where the caller asks for the map of today.
_RENEWED = ("ward.merged", "province.merged")
_MANY = 1 << 20  # numbers: up to here a table of them all costs less than hashing them


def clean_addresses(
    cleaned: Cleaned, facts: Mapping[str, FieldFacts], options: Options
) -> list[Block]:
    """Write districts and wards in their one spelling; return what is to be said of them.

    With ``addresses="2025"`` wards and provinces are written by the map of today where that is
    certain; ``province.merged`` is taken back there.

    An address in one cell is read, too: see `address_lines`.

    Rules: ``district.unknown``, ``district.elsewhere``, ``district.swapped``, ``ward.unknown``,
    ``ward.elsewhere``, ``ward.merged``, ``ward.divided``; ``province.renewed``,
    ``district.ended``, ``ward.renewed``; ``address.elsewhere``, ``address.renewed``.
    """
    blocks = []
    renew = options.addresses == "2025"
    for fields in address_fields(facts):
        if fields.line in cleaned.arrays:  # before the city beside it is written otherwise
            blocks += _clean_line(cleaned, fields, renew)
        levels = (fields.city, fields.district, fields.ward)[0 if renew else 1 :]
        if any(name in cleaned.arrays for name in levels):
            blocks += _clean_address(cleaned, fields, renew)
    return blocks


def addresses_beside(facts: Mapping[str, FieldFacts], options: Options) -> FieldsTogether:
    """Return how addresses are placed beside columns: `clean_addresses` then has it done."""
    every = list(address_fields(facts))
    names = {
        name for one in every for name in (one.country, one.city, one.district, one.ward, one.line)
    }

    def place(arrays: Mapping[str, Values]) -> None:
        n_rows = len(next(iter(arrays.values())))
        clean_addresses(Cleaned(n_rows, arrays=dict(arrays)), facts, options)

    return FieldsTogether(names, place)


def _clean_address(cleaned: Cleaned, fields: AddressFields, renew: bool) -> list[Block]:
    """Write one address of each row in its one spelling, unless that was done before."""
    names = (fields.country, fields.city, fields.district, fields.ward)
    reasons = fields, renew
    placed = _placed(
        cleaned, "address", names, reasons, lambda some: _place(some, cleaned.n_rows, fields, renew)
    )
    cleaned.arrays.update(placed.arrays)
    for block in placed.blocks:
        if block.rule == "province.renewed":
            _take_back(cleaned, block)
    return placed.blocks


def _clean_line(cleaned: Cleaned, fields: AddressFields, renew: bool) -> list[Block]:
    """Say of addresses in one cell what they name, and write them by the map of today if asked."""
    names = (fields.country, fields.city, fields.district, fields.line)
    reasons = fields, renew
    placed = _placed(
        cleaned, "line", names, reasons, lambda some: _place_lines(some, fields.line, renew)
    )
    cleaned.arrays.update(placed.arrays)
    return placed.blocks


def _place_lines(arrays: list[Values | None], name: str, renew: bool) -> _Placed:
    """Read the addresses in one cell; of the arrays, the last one has them."""
    *others, before = arrays
    if before is None:
        return _Placed({}, [])
    lines = before
    known = known_dictionary(lines)
    if known is not None:
        rows, _ = known.rows_at(np.flatnonzero(may_be_lines(known.distinct)))
    else:
        marked = [np.flatnonzero(may_be_lines(some)) + at.start for some, at in in_slices(lines)]
        rows = np.concatenate(marked)
    country, city, district, cells = (
        pa.nulls(len(rows), TEXT) if array is None else take_some(array, rows)
        for array in (*others, before)
    )
    blocks = []
    for found in read_lines(cells, country, city, district):
        rule, offered, where = found.rule, found.offered, rows[found.rows]
        if renew and offered is not None and rule in _RENEWED:
            lines, rule, offered = put_some(lines, where, offered), "address.renewed", None
        blocks.append(Block(rule, name, rules()[rule].severity, where, offered))
    return _Placed({} if lines is before else {name: lines}, blocks)


def _placed(
    cleaned: Cleaned,
    job: str,
    names: Sequence[str],
    reasons: tuple[Hashable, ...],
    place: Callable[[list[Values | None]], _Placed],
) -> _Placed:
    """Place the columns of an address, unless that was done before."""
    arrays = [cleaned.arrays.get(name) for name in names]
    given = [name for name, array in zip(names, arrays, strict=True) if array is not None]
    rows = cleaned.rows
    if rows is not None and cleaned.whole.keys() >= set(given):
        whole = [cleaned.whole[name] if name in given else None for name in names]
        known = recalled(_anchor(whole), job, (*reasons, *map(Same, whole)))
        if known is not None:
            return _Placed(
                {name: take_some(array, rows) for name, array in known.arrays.items()},
                [some for block in known.blocks if len((some := block.among(rows)).rows)],
            )
    return cached(_anchor(arrays), job, (*reasons, *map(Same, arrays)), lambda: place(arrays))


def _anchor(arrays: Sequence[Values | None]) -> Values:
    return next(array for array in reversed(arrays) if array is not None)


def _take_back(cleaned: Cleaned, renewed: Block) -> None:
    """Say no more of renewed provinces that they were kept."""
    where = np.zeros(cleaned.n_rows, dtype=bool)
    where[renewed.rows] = True
    cleaned.blocks = [
        without_rows(block, where)
        if (block.rule, block.field) == ("province.merged", renewed.field)
        else block
        for block in cleaned.blocks
    ]


@dataclass(frozen=True, eq=False)
class _Placed:
    """The columns of an address that are written otherwise, and what is said of them."""

    arrays: dict[str, Values]
    blocks: list[Block]


def _place(arrays: list[Values | None], n_rows: int, fields: AddressFields, renew: bool) -> _Placed:
    """Read each distinct address once."""
    columns = [None if array is None else in_dictionary(array) for array in arrays]
    codes, first = _combined(
        [one.codes for one in columns if one is not None and one.codes is not None], n_rows
    )
    some = [
        pa.nulls(len(first), TEXT) if column is None else column.at(first) for column in columns
    ]
    reading = AddressReading(*some)
    if renew:
        reading.renew(needs_district=fields.needs_district)
    written: dict[str, Values] = {}
    for name, before, old, new in (
        (fields.city, arrays[1], some[1], reading.city),
        (fields.district, arrays[2], some[2], reading.district),
        (fields.ward, arrays[3], some[3], reading.ward),
    ):
        if before is not None and not new.equals(old):
            written[name] = Column(new, codes).spread(new)
    blocks = []
    level = {"province": fields.city, "district": fields.district, "ward": fields.ward}
    for rule, where, offered in reading.flags():
        rows = np.flatnonzero(where[codes])
        name = level[rule.partition(".")[0]]
        told = None if offered is None else offered.take(pa.array(codes[rows]))
        blocks.append(Block(rule, name, rules()[rule].severity, rows, told))
    return _Placed(written, [block for block in blocks if len(block.rows)])


def _combined(columns: list[Codes], n_rows: int) -> tuple[Numbers, Numbers]:
    """Number the distinct rows of several columns; return each row's, and each one's first row."""
    numbers: Numbers = np.zeros(n_rows, dtype=np.int64)
    n_distinct = min(n_rows, 1)
    for codes in columns:
        size = int(codes.max(initial=-1)) + 2
        numbers *= size
        numbers += codes
        numbers += 1
        if n_distinct * size > _MANY:
            numbers, distinct = pd.factorize(numbers)
            n_distinct = len(distinct)
            continue
        is_used = np.zeros(n_distinct * size, dtype=bool)
        is_used[numbers] = True
        numbers = (np.cumsum(is_used) - 1)[numbers]
        n_distinct = int(is_used.sum())
    first = np.zeros(n_distinct, dtype=np.int64)
    first[numbers[::-1]] = np.arange(n_rows - 1, -1, -1)
    return numbers, first
