"""Reading distinct addresses: what their cells name, on the map until 2025-06-30 and on today's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.administrative import SEPARATOR, successor_of, units
from pangoprep.normalizers.base import as_mask, choose, filled, keep, matches, replace
from pangoprep.normalizers.unit_names import DISTRICT_KINDS, WARD_KINDS, read_names, scoped
from pangoprep.normalizers.words import unmarked

Numbers = np.ndarray[Any, np.dtype[np.int64]]
_HERE = pa.array(["vietnam", "viet nam", "vn", "vnm"], TEXT)


class AddressReading:
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

    @property
    def names_district(self) -> Mask:
        """Mark addresses whose district is one of their province."""
        return self._in_province & (self._district >= 0)

    @property
    def names_ward(self) -> Mask:
        """Mark addresses whose ward is one of their district or province."""
        return (self._ward >= 0) | (self._new_ward >= 0)

    @property
    def names_ward_of_today(self) -> Mask:
        """Mark addresses whose ward there is today."""
        return self._new_ward >= 0

    @property
    def names_lasting_ward(self) -> Mask:
        """Mark addresses whose ward was there before and is today under the same name."""
        own = _taken(self._units.ward_names, self._ward)
        return as_mask(pc.equal(_taken(self._units.successors, self._ward), own))

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
    several = where & matches(cells, r"[,;(]|\s-\s")
    return replace(keep(cells, several), r"(?s)\s*(?:[,;(]|\s-\s).*\z", "")


def _taken(names: pa.Array, numbers: Numbers) -> pa.Array:
    """Return the names of units, null where there is none."""
    return names.take(pa.array(numbers, mask=numbers < 0))


def _named(cells: pa.Array, names: pa.Array, numbers: Numbers) -> pa.Array:
    return pc.coalesce(_taken(names, numbers), cells)
