"""The wards of Vietnam, before and after 2025-07-01, against published totals and counts."""

from __future__ import annotations

import pytest

from pangoprep.normalizers.administrative import SEPARATOR, successor_of, units
from pangoprep.tables import read_table

# Entered by hand, not taken from the packages the table is made of: wards by province.
WARDS_OF_2025 = {
    "Hà Nội": 126, "Hồ Chí Minh": 168, "Đà Nẵng": 94, "Hải Phòng": 114, "Cần Thơ": 103, "Huế": 40,
    "Thanh Hóa": 166, "Nghệ An": 130, "Lâm Đồng": 124, "Đồng Nai": 95, "An Giang": 102,
    "Quảng Ninh": 54, "Khánh Hòa": 65, "Lai Châu": 38, "Điện Biên": 45, "Phú Thọ": 148,
}  # fmt: skip


def new_wards() -> set[tuple[str, str]]:
    return {
        (successor_of()[row["province"]], name)
        for row in read_table("wards").to_pylist()
        for name in row["merged_into"].split(SEPARATOR)
        if name
    }


def test_there_are_34_provinces_with_3321_wards() -> None:
    found = new_wards()
    assert len({province for province, _ in found}) == 34
    assert len(found) == 3321
    kinds = {name.split(" ")[0]: 0 for _, name in found}
    for _, name in found:
        kinds[name.split(" ")[0]] += 1
    assert kinds == {"Xã": 2621, "Phường": 687, "Đặc": 13}


@pytest.mark.parametrize("province", WARDS_OF_2025)
def test_a_province_has_as_many_wards_as_are_known(province: str) -> None:
    assert sum(place == province for place, _ in new_wards()) == WARDS_OF_2025[province]


def test_there_were_63_provinces_with_696_districts() -> None:
    rows = read_table("wards").to_pylist()
    assert len({row["province"] for row in rows}) == 63
    assert len({(row["province"], row["district"]) for row in rows}) == 696


def test_every_former_district_became_one_of_2025() -> None:
    known = {(row["province"], row["district"]) for row in read_table("wards").to_pylist()}
    for row in read_table("former_districts").to_pylist():
        assert (row["province"], row["district"]) not in known
        for name in row["became"].split(SEPARATOR):
            assert (row["province"], name) in known


def test_the_units_are_read_once() -> None:
    assert units() is units()
