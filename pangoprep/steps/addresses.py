"""The address stage: district and ward of a row, as its province has them.

Vietnam had 63 provinces with districts and wards until 2025-06-30, and has 34 with wards since. A
row is read by what its cells name. District and ward get their one spelling; what does not fit
together is told, and the ward of today is offered, or written if the caller wants that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cache import cached
from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Codes, Column, in_dictionary
from pangoprep.columns.types import Mask, Values
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, rules, without_rows
from pangoprep.normalizers.administrative import SEPARATOR, successor_of, units
from pangoprep.normalizers.base import as_mask, choose, filled, keep, matches, replace
from pangoprep.normalizers.unit_names import DISTRICT_KINDS, WARD_KINDS, read_names, scoped
from pangoprep.normalizers.words import unmarked
from pangoprep.options import Options
from pangoprep.steps.address_fields import AddressFields, address_fields
from pangoprep.steps.clean import Cleaned

Numbers = np.ndarray[Any, np.dtype[np.int64]]
_MANY = 1 << 20  # numbers: up to here a table of them all costs less than hashing them
_HERE = pa.array(["vietnam", "viet nam", "vn", "vnm"], TEXT)


def clean_addresses(
    cleaned: Cleaned, facts: Mapping[str, FieldFacts], options: Options
) -> list[Block]:
    """Write districts and wards in their one spelling; return what is to be said of them.

    With ``addresses="2025"`` wards and provinces are written by the map of today where that is
    certain; ``province.merged`` is taken back there.

    Rules: ``district.unknown``, ``district.elsewhere``, ``district.swapped``, ``ward.unknown``,
    ``ward.elsewhere``, ``ward.merged``, ``ward.divided``; ``province.renewed``,
    ``district.ended``, ``ward.renewed``.
    """
    blocks = []
    renew = options.addresses == "2025"
    for fields in address_fields(facts):
        levels = (fields.city, fields.district, fields.ward)[0 if renew else 1 :]
        if any(name in cleaned.arrays for name in levels):
            blocks += _clean_address(cleaned, fields, renew)
    return blocks


def _clean_address(cleaned: Cleaned, fields: AddressFields, renew: bool) -> list[Block]:
    """Write one address of each row in its one spelling, unless that was done before."""
    names = (fields.country, fields.city, fields.district, fields.ward)
    arrays = [cleaned.arrays.get(name) for name in names]
    anchor = next(array for array in (*arrays[2:], arrays[1]) if array is not None)
    reasons = (fields, renew, tuple(map(_Same, arrays)))
    placed = cached(
        anchor, "address", reasons, lambda: _place(arrays, cleaned.n_rows, fields, renew)
    )
    cleaned.arrays.update(placed.arrays)
    for block in placed.blocks:
        if block.rule == "province.renewed":
            _take_back(cleaned, block)
    return placed.blocks


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
class _Same:
    """An array that equals itself alone."""

    array: Values | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.array is self.array

    def __hash__(self) -> int:
        return id(self.array)


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
    reading = _Reading(*some)
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


class _Reading:
    """What distinct addresses say: numbers of units, -1 for none and -2 for one of several.

    ``city``, ``district`` and ``ward`` are how they are written.
    """

    def __init__(self, country: pa.Array, city: pa.Array, district: pa.Array, ward: pa.Array):
        self._units = known = units()
        self._cells = city, district, ward
        foreign = filled(country) & ~as_mask(pc.is_in(unmarked(country), value_set=_HERE))
        successors = successor_of()
        # Huế was called Thừa Thiên Huế until 2024.
        home = pc.replace_substring(city, "Thừa Thiên Huế", "Huế")
        names = pa.array(list(successors), TEXT)
        places = pc.index_in(home, value_set=names)
        self._in_province = filled(home) & filled(places) & ~foreign
        home = keep(home, self._in_province)
        districts = read_names(district, DISTRICT_KINDS)
        self._old, self._new = scoped("old:", home), scoped("new:", home)
        found = known.districts.find(self._old, districts)
        found = np.where(found == -1, known.districts.find(self._new, districts), found)
        anywhere = pa.array(["all"] * len(city), TEXT)
        everywhere = known.districts.find(anywhere, districts)
        lone = ~filled(city) & ~foreign
        self._district = np.where(lone, everywhere, found)
        self._elsewhere = self._in_province & (found == -1) & (everywhere != -1)
        self._districts = districts
        self._find_wards(home, ward)
        self.city = city
        self.district = _named(district, known.district_names, self._district)
        self.ward = self._one_spelling(ward)
        self._renewed: list[tuple[str, Mask]] = []

    def _find_wards(self, home: pa.Array, ward: pa.Array) -> None:
        known = self._units
        self._wards = wards = read_names(ward, WARD_KINDS)
        other = known.districts.of_other_kind(self._old, self._districts)
        meant = np.where(self._district == -1, other, self._district)
        in_district = meant >= 0
        indices = pa.array(meant, mask=~in_district)
        # A district of Bình Dương may stand beside the province of today, Hồ Chí Minh.
        home = pc.coalesce(known.district_provinces.take(indices), home)
        self._of_district = scoped("district:", indices.cast(TEXT))
        old_names = pa.array(list(successor_of()), TEXT)
        new_names = pa.array(list(successor_of().values()), TEXT)
        self._province_today = new_names.take(pc.index_in(home, value_set=old_names))
        self._today = scoped("new:", self._province_today)
        no_district = ~filled(self._cells[1])
        in_province = known.wards.find(scoped("old:", home), wards)
        self._ward = known.wards.find(self._of_district, wards)
        self._ward = np.where(no_district, in_province, self._ward)
        is_read = in_district | no_district & self._in_province
        new = known.new_wards.find(self._today, wards)
        self._new_ward = np.where(is_read & ((self._ward == -1) | no_district), new, -1)
        nowhere = (self._ward == -1) & (self._new_ward == -1)
        self._unplaced = is_read & filled(ward) & nowhere
        # Wards of many districts have the same number.
        named = ~matches(wards.plain, r"\A[0-9]+\z")
        self._in_other = self._unplaced & in_district & (in_province != -1) & named

    def _one_spelling(self, ward: pa.Array) -> pa.Array:
        """Write wards in their one spelling; one that was named so before and is now stays."""
        old = _named(ward, self._units.ward_names, self._ward)
        new = _named(old, self._units.new_names, self._new_ward)
        both = (self._ward >= 0) & (self._new_ward >= 0) & as_mask(pc.not_equal(old, new))
        return choose(both, ward, new)

    def renew(self, *, needs_district: bool) -> None:
        """Write an address by the map of today where it surely is one place there."""
        successors = _taken(self._units.successors, self._ward)
        is_one = as_mask(pc.not_equal(successors, "")) & (self._new_ward == -1)
        is_one &= ~as_mask(pc.match_substring(successors, SEPARATOR))
        is_new = (self._ward == -1) | as_mask(pc.equal(successors, self.ward))
        fits = self._in_province & ~self._elsewhere
        is_placed = fits & (is_one | is_new & (self._new_ward >= 0))
        is_sure = is_placed | fits & ~filled(self._cells[2])
        today = self._province_today
        provinces = is_sure & as_mask(pc.not_equal(today, self.city))
        wards = is_placed & is_one & as_mask(pc.not_equal(successors, self.ward))
        # There is no district any more, and beside one a ward would be read as one of before.
        districts = is_placed & filled(self._cells[1]) & (not needs_district)
        self.city = choose(provinces, today, self.city)
        self.ward = choose(wards, successors, self.ward)
        self.district = keep(self.district, ~districts)
        self._renewed = [
            ("province.renewed", provinces), ("district.ended", districts), ("ward.renewed", wards)
        ]  # fmt: skip

    def flags(self) -> Iterator[tuple[str, Mask, pa.Array | None]]:
        """Give the rules that fired, where, and what is offered instead."""
        known = self._units
        unknown = filled(self._cells[1]) & self._in_province & (self._district == -1)
        yield "district.elsewhere", self._elsewhere, None
        unknown &= ~self._elsewhere
        if unknown.any():
            swapped = unknown & self._are_swapped(keep(self._cells[2], unknown))
            yield "district.swapped", swapped, None
            unknown &= ~swapped
            near = known.districts.offer(keep(self._old, unknown), self._districts)
            new = known.districts.offer(keep(self._new, unknown), self._districts)
            begins = read_names(_first_piece(self._cells[1], unknown), DISTRICT_KINDS)
            inside = known.districts.find(self._old, begins)
            near = np.where(near < 0, np.where(new < 0, inside, new), near)
            yield "district.unknown", unknown, _taken(known.district_names, near)
        yield "ward.elsewhere", self._in_other, None
        unplaced = self._unplaced & ~self._in_other
        if unplaced.any():
            near = known.wards.offer(keep(self._of_district, unplaced), self._wards)
            new = known.new_wards.offer(keep(self._today, unplaced), self._wards)
            begins = read_names(_first_piece(self._cells[2], unplaced), WARD_KINDS)
            inside = known.wards.find(self._of_district, begins)
            inside_new = known.new_wards.find(self._today, begins)
            offered = pc.coalesce(
                _taken(known.ward_names, near), _taken(known.new_names, new),
                _taken(known.ward_names, inside), _taken(known.new_names, inside_new),
            )  # fmt: skip
            yield "ward.unknown", unplaced, offered
        yield from self._merged()
        for rule, where in self._renewed:
            yield rule, where, None

    def _are_swapped(self, wards: pa.Array) -> Mask:
        """Mark rows whose ward is a district of the province, and whose district a ward of that."""
        known = self._units
        district = known.districts.find(self._old, read_names(wards, DISTRICT_KINDS))
        scope = scoped("district:", pa.array(district, mask=district < 0).cast(TEXT))
        ward = known.wards.find(scope, read_names(keep(self._cells[1], district >= 0), WARD_KINDS))
        swapped: Mask = (district >= 0) & (ward >= 0)
        return swapped

    def _merged(self) -> Iterator[tuple[str, Mask, pa.Array | None]]:
        """Give the wards of before 2025-07-01, with those of today where that is one."""
        old = (self._ward >= 0) & (self._new_ward == -1)
        successors = keep(_taken(self._units.successors, self._ward), old)
        divided = as_mask(pc.match_substring(successors, SEPARATOR))
        yield "ward.divided", divided, keep(successors, divided)
        changed = as_mask(pc.not_equal(successors, self.ward)) & ~divided
        changed &= as_mask(pc.not_equal(successors, ""))
        yield "ward.merged", changed, successors


def _first_piece(cells: pa.Array, where: Mask) -> pa.Array:
    """Return what cells of several pieces begin with: *Quận 1* of ``Quận 1, TP.HCM``."""
    several = where & matches(cells, r"[,;]|\s-\s")
    return replace(keep(cells, several), r"(?s)\s*(?:[,;]|\s-\s).*\z", "")


def _taken(names: pa.Array, numbers: Numbers) -> pa.Array:
    """Return the names of units, null where there is none."""
    return names.take(pa.array(numbers, mask=numbers < 0))


def _named(cells: pa.Array, names: pa.Array, numbers: Numbers) -> pa.Array:
    return pc.coalesce(_taken(names, numbers), cells)
