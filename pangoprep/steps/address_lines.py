"""Addresses in one cell: *12 Lê Lợi, P. Bến Nghé, Quận 1, TP.HCM*.

Ward, district and province are read where they stand at the end, or in the order of envelopes at
the front; street and house are not looked at. A street may be called as a ward or a province is, so
what has no kind in front counts only where the map has it in that place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask, Rows
from pangoprep.normalizers.administrative import successor_of
from pangoprep.normalizers.base import (
    among,
    as_mask,
    choose,
    filled,
    keep,
    matches,
    pick,
    replace,
)
from pangoprep.normalizers.province import look_up
from pangoprep.steps.address_pieces import (
    BEHIND,
    DISTRICT_WORDS,
    HAS_KIND,
    WARD_WORDS,
    AddressPieces,
    Counts,
)
from pangoprep.steps.address_reading import AddressReading

# A kind in full, or short with a dot or before a number.
_IS_WARD = (
    rf"(?i)\A(?:(?:{WARD_WORDS})[. ]|(?:[pfx]|ph|ttr?)\. ?\pL|ttr? \pL"
    r"|[pf][. ]{0,2}[0-9]{1,2}\z)"
)
_IS_DISTRICT = (
    rf"(?i)\A(?:(?:{DISTRICT_WORDS})[. ]|(?:[qh]|t\.?[px])\. ?\pL|t\.?[px] ?\pL"
    r"|q[. ]{0,2}[0-9]{1,2}\z)"
)
# A letter alone may be the kind of a ward, or the beginning of a street.
_MAY_BE_WARD = r"(?i)\A[pfx] \pL{2}"
_NUMBER_IN_FULL = r"(?i)\A(?:ph[ưu][ờo]ng|ward) ?[0-9]{1,2}\z"
# In front of a ward whose kind is left out; behind a house alone stands the street.
_HOUSE_AND_STREET = (
    r"[0-9]\S*[ ,]+(?:\S+ +)?\pL{2}"
    r"|(?i:\A(?:th[ôo]n|x[óo]m|[ấa]p|kh[óo]m|bu[ôo]n|b[ảa]n|[đd][ộo]i|l[àa]ng) +[\pL0-9])"
)


@dataclass(frozen=True, eq=False)
class LineFinding:
    """What is to be said of some addresses: a rule, which ones, and for each what is offered."""

    rule: str
    rows: Rows
    offered: pa.Array | None = None


def may_be_lines(cells: pa.Array) -> Mask:
    """Mark the texts that could name more than a street: by a kind, or a province at the end."""
    either = matches(cells, rf"[,;\n]|{HAS_KIND}")
    may_be = among(cells, either, HAS_KIND)
    several = either & ~may_be
    if several.any():
        ends = replace(pick(cells, several), r"(?s)\A.*[,;\n] *", "").dictionary_encode()
        names = replace(ends.dictionary, BEHIND, r"\1")
        known = filled(look_up(names)) | matches(names, r"(?i)\A(?:vi[ệe]t ?nam|vn)\z")
        may_be[several] = as_mask(pa.array(known).take(ends.indices))
    return may_be


def read_lines(
    cells: pa.Array, country: pa.Array, city: pa.Array, district: pa.Array
) -> Iterator[LineFinding]:
    """Say of addresses what is said of districts and wards in columns of their own.

    Parameters
    ----------
    cells
        The addresses.
    country, city, district
        What the row's own columns say; what the address names itself goes before it.

    Yields
    ------
    LineFinding
        The rules of `AddressReading.flags`, with whole addresses as suggestions, and
        ``province.merged``; ``address.elsewhere`` where the address names another province than
        its row.
    """
    if not len(cells):
        return
    pieces = AddressPieces(cells)
    about = [
        *pieces.levels, country, city, district, pa.array(pieces.are_loose),
        *(pa.array(matches(pieces.rest(count), _HOUSE_AND_STREET)) for count in (2, 3)),
    ]  # fmt: skip
    names = [str(place) for place in range(len(about))]
    keys = pa.table([column.cast(TEXT) for column in about], names).to_pandas()
    codes = keys.groupby(names, sort=False, dropna=False).ngroup().to_numpy()
    first = pa.array(np.unique(codes, return_index=True)[1])
    ends = _Ends(*(column.take(first) for column in about))
    for rule, where, parts in ends.findings():
        rows = np.flatnonzero(where[codes])
        if not len(rows):
            continue
        mine = pa.array(codes[rows])
        if parts is None or isinstance(parts, pa.Array):
            yield LineFinding(rule, rows, None if parts is None else parts.take(mine))
            continue
        known = [part.take(mine) for part in parts]
        written = pieces.written(rows, ends.n_named[codes], known)
        is_offered = filled(parts[0]) | filled(parts[1]) | filled(parts[2])
        yield LineFinding(rule, rows, keep(written, is_offered[codes[rows]]))


_Said = tuple[str, Mask, pa.Array | tuple[pa.Array, pa.Array, pa.Array] | None]


class _Ends:
    """The ends of addresses, each that differs once: which ward, district and province they name.

    ``n_named`` is how many of the levels stand in the address.
    """

    def __init__(
        self,
        first: pa.Array,
        second: pa.Array,
        third: pa.Array,
        country: pa.Array,
        city: pa.Array,
        district: pa.Array,
        *about: pa.Array,
    ) -> None:
        self._are_loose, *begin_with_house = (as_mask(one) for one in about)
        none = pa.nulls(len(first), TEXT)
        named = look_up(first)
        self._province = keep(first, filled(named))
        has_province = filled(named)
        beside = look_up(city)
        home = pc.coalesce(named, beside)
        below, under_it = (
            choose(has_province, one, other) for one, other in ((second, first), (third, second))
        )
        has_ward_kind = matches(below, _IS_WARD) | matches(below, r"(?i) (?:ward|commune)\z")
        self._has_district_kind = ~has_ward_kind & (
            matches(below, _IS_DISTRICT) | matches(below, r"(?i) (?:district|city)\z")
        )
        found = AddressReading(country, home, keep(below, ~has_ward_kind), none).names_district
        self._district = keep(below, self._has_district_kind | found)
        has_district = filled(self._district)
        ward = choose(has_district, under_it, below)
        self._has_ward_kind = matches(ward, _IS_WARD) | matches(ward, r"(?i) (?:ward|commune)\z")
        bare = has_district & ~self._are_loose & np.where(has_province, *begin_with_house[::-1])
        may_be = has_district & matches(ward, _MAY_BE_WARD)
        ward = keep(ward, self._has_ward_kind | bare | may_be)
        self._reading = AddressReading(country, home, pc.coalesce(self._district, district), ward)
        self._ward = keep(ward, self._has_ward_kind | self._reading.names_ward)
        self.n_named: Counts = has_province.astype(np.int64) + has_district + filled(self._ward)
        self._is_placed = has_district & self._reading.names_district | self._reading.names_ward
        self._today, self._home = _renewed(home), home
        self._differs = has_province & self._is_placed
        self._differs &= as_mask(pc.not_equal(self._today, _renewed(beside)))

    def findings(self) -> Iterator[_Said]:
        """Give the rules that fired, where, and the ward, district and province to write."""
        differs = self._differs
        yield "address.elsewhere", differs, None
        ward_named = filled(self._ward)
        of_district = self._has_district_kind & ~self._are_loose
        of_ward = self._has_ward_kind & ~self._are_loose
        certain = {
            "district.elsewhere": of_district, "district.unknown": of_district,
            "ward.elsewhere": of_ward, "ward.unknown": of_ward,
            "ward.merged": ward_named, "ward.divided": ward_named,
        }  # fmt: skip
        nowhere = pa.nulls(len(differs), TEXT)
        today = keep(self._today, filled(self._province))
        for rule, where, offered in self._reading.flags():
            if rule not in certain:
                continue
            where = where & certain[rule] & ~differs
            if rule == "ward.merged":
                yield rule, where, (offered, nowhere, today)
            elif rule == "ward.unknown":
                where &= filled(offered) | matches(self._ward, _NUMBER_IN_FULL)
                is_offered = filled(offered)
                around = keep(self._district, is_offered), keep(self._province, is_offered)
                yield rule, where, (offered, *around)
            elif rule == "district.unknown":
                yield rule, where & filled(offered), (self._ward, offered, self._province)
            else:
                yield rule, where, offered
        is_new = self._reading.names_ward_of_today | self._reading.names_lasting_ward
        changed = filled(today) & as_mask(pc.not_equal(self._today, self._home))
        changed &= self._is_placed & (~ward_named | is_new) & ~differs
        yield "province.merged", changed, (self._ward, keep(self._district, ~is_new), today)


def _renewed(provinces: pa.Array) -> pa.Array:
    """Return what provinces are called on the map of today."""
    old, new = (pa.array(list(names), TEXT) for names in (successor_of(), successor_of().values()))
    names = pc.replace_substring(provinces, "Thừa Thiên Huế", "Huế")
    return new.take(pc.index_in(names, value_set=old))
