"""The administrative units of Vietnam: the 63 provinces with districts and wards, and the 34.

Source: ``tables/wards.csv``, ``tables/provinces.csv`` and ``tables/former_districts.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers.unit_names import DISTRICT_KINDS, WARD_KINDS, UnitNames
from pangoprep.tables import read_mapping, read_table

#: What stands between the successors of a ward that was divided.
SEPARATOR = "; "


@dataclass(frozen=True)
class Units:
    """Every unit, and the names of each level by the places they lie in.

    Scopes are ``old:`` a province until 2025-06-30, ``new:`` one since then, ``district:`` the
    number of a district, and ``all``. ``successors`` are what each ward was merged into.
    """

    districts: UnitNames
    wards: UnitNames
    new_wards: UnitNames
    district_names: pa.Array
    district_provinces: pa.Array
    ward_names: pa.Array
    successors: pa.Array
    new_names: pa.Array


@cache
def successor_of() -> dict[str, str]:
    """Return the province that each has become since 2025-07-01."""
    return read_mapping("provinces", "name", "merged_into")


@cache
def units() -> Units:
    """Read the tables once."""
    rows = read_table("wards").to_pylist()
    successor = successor_of()
    number: dict[tuple[str, str], int] = {}
    for row in rows:
        number.setdefault((row["province"], row["district"]), len(number))
    first_former = len(number)
    # A former district holds the wards of those it became.
    holders: dict[int, list[int]] = {count: [count] for count in number.values()}
    for row in read_table("former_districts").to_pylist():
        former = number.setdefault((row["province"], row["district"]), len(number))
        for name in row["became"].split(SEPARATOR):
            holders[number[row["province"], name]].append(former)
    districts = [
        (scope, name, count)
        for (province, name), count in number.items()
        for scope in (f"old:{province}", f"new:{successor[province]}", "all")
    ]
    wards = []
    first_ended = next(n for n, row in enumerate(rows) if row["ward"] and not row["merged_into"])
    for count, row in enumerate(rows):
        if row["ward"]:
            own = holders[number[row["province"], row["district"]]]
            scopes = [f"old:{row['province']}", *(f"district:{holder}" for holder in own)]
            wards += [(scope, row["ward"], count) for scope in scopes]
    new = dict.fromkeys(
        (successor[row["province"]], name)
        for row in rows
        for name in row["merged_into"].split(SEPARATOR)
        if name
    )
    return Units(
        districts=UnitNames(districts, DISTRICT_KINDS, first_former),
        wards=UnitNames(wards, WARD_KINDS, first_ended),
        new_wards=UnitNames(
            [(f"new:{province}", name, count) for count, (province, name) in enumerate(new)],
            WARD_KINDS,
        ),
        district_names=pa.array([name for _, name in number], TEXT),
        district_provinces=pa.array([province for province, _ in number], TEXT),
        ward_names=pa.array([row["ward"] for row in rows], TEXT),
        successors=pa.array([row["merged_into"] for row in rows], TEXT),
        new_names=pa.array([name for _, name in new], TEXT),
    )
