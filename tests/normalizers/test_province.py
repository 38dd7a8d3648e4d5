"""Provinces of Vietnam: every spelling becomes one, and nothing else does."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers.province import _spellings
from pangoprep.normalizers.words import unmarked
from pangoprep.tables import read_table
from tests.normalizers.cells import canonical, judge
from tests.normalizers.promises import read

PROVINCES = read_table("provinces").to_pylist()
NAMES = [row["name"] for row in PROVINCES]
CITIES = [row["name"] for row in PROVINCES if row["kind"] == "city"]


def bare(name: str) -> str:
    return str(unmarked(pa.array([name], TEXT))[0])


@pytest.mark.parametrize(
    "form",
    [
        str.upper,
        str.lower,
        bare,
        lambda name: bare(name).upper(),
        lambda name: unicodedata.normalize("NFD", name),
        lambda name: f"Tỉnh {name}",
        lambda name: f"tinh {bare(name)}",
        lambda name: f"TỈNH {bare(name)}",
        lambda name: f"T. {name}",
        lambda name: f"T.{name}",
        lambda name: f"{bare(name)} province, Vietnam",
        lambda name: f"{name}, Việt Nam",
        lambda name: f" {name} .",
        lambda name: name.replace(" ", "-"),
        lambda name: name.replace(" ", "_"),
        lambda name: f"{name.replace(' ', '')},VN",
    ],
)
def test_every_province_is_known_in_every_form(form: object) -> None:
    assert callable(form)
    assert read("city", [form(name) for name in NAMES]) == NAMES


@pytest.mark.parametrize(
    "form",
    ["TP {}", "tp. {}", "TP.{}", "Tp{}", "Thành phố {}", "THÀNH PHỐ {}", "{} City", "T.P {}"],
)
def test_every_city_is_known_with_its_title(form: str) -> None:
    assert read("city", [form.format(name) for name in CITIES]) == CITIES


def test_a_town_within_a_province_of_its_name_is_not_the_province() -> None:
    towns = [f"Thành phố {name}" for name in NAMES if name not in CITIES]
    assert read("city", towns) == towns


def test_a_cell_may_lack_any_mark() -> None:
    cells, expected = [], []
    for name in NAMES:
        apart = unicodedata.normalize("NFD", name)
        for place, character in enumerate(apart):
            if unicodedata.combining(character):
                cells.append(apart[:place] + apart[place + 1 :])
                expected.append(name)
    assert read("city", cells) == expected


def test_a_cell_with_another_mark_is_another_word() -> None:
    cells = ["Quãng Nam", "Hà Nổi", "Cần Thớ", "Huề", "Tân Giang", "Tan Giang", "Hạ Nam", "Yến Bái"]
    assert read("city", cells) == cells


def test_no_two_provinces_share_a_spelling() -> None:
    shared = {
        plain for plain, pairs in _spellings().items() if len({name for _, name in pairs}) > 1
    }
    assert shared == set()


@pytest.mark.parametrize(
    "cell",
    ["Hanam", "HANAM", "Longan", "Long'an", "Vũng Tàu", "Hà Nội - Huế",
     "6th of October City", "10th of Ramadan", "Phố Nối", "Duong Dong", "Xuân Lộc",
     "Seoul", "Tỉnh", "Việt Nam", "Đà Lạt", "Singapore", "Thừa Thiên", "Quảng"],
)  # fmt: skip
def test_what_is_not_certain_stays(cell: str) -> None:
    report = judge("city", [cell])
    assert canonical(report, "city") == [cell]
    assert not len(report.findings)


@pytest.mark.parametrize(
    ("cell", "suggestion"),
    [
        *((cell, None) for cell in ("ĐN", "BD", "QN", "HP", "SG", "NA", "TP", "T", "HCM1")),
        *((cell, None) for cell in ("Ấp 9", "Ấp 10", "ấp 3, xã An Phú", "Thôn 3", "Tổ 5", "KP2")),
        *((cell, None) for cell in ("9 Lê Lợi", "12 Lê Lợi", "Khu phố 2", "Ấp Chợ", "thôn Đông")),
        *((cell, None) for cell in ("District 1", "Ward 12", "Hẻm 5", "Đường Láng", "Zone 3A")),
        ("Quận 1, TP HCM", "Hồ Chí Minh"),
        ("Hà Nội 2", "Hà Nội"),
        ("Đà Nẳng", "Đà Nẵng"),
        ("Hà Nổi", "Hà Nội"),
        ("tp Cần Thớ", "Cần Thơ"),
        ("Thôn 3, Hà Nam", "Hà Nam"),
    ],
)
def test_what_no_city_is_called_stays_and_is_told(cell: str, suggestion: str | None) -> None:
    report = judge("city", [cell])
    assert canonical(report, "city") == [cell]
    assert report.findings["rule"].to_list() == ["province.unknown"]
    told = report.findings["suggestion"]
    assert told.isna().all() if suggestion is None else told.to_list() == [suggestion]


def test_merged_provinces_keep_their_name_and_the_new_one_is_suggested() -> None:
    report = judge("city", [name.upper() for name in NAMES])
    assert canonical(report, "city") == NAMES
    assert report.ok
    told = report.findings.set_index("row")["suggestion"].to_dict()
    assert told == {
        row: province["merged_into"]
        for row, province in enumerate(PROVINCES)
        if province["merged_into"] != province["name"]
    }
    assert len(told) == 63 - 34 + 1
    assert set(report.findings["rule"]) == {"province.merged"}
    assert set(report.findings["severity"]) == {"warning"}


def test_repeated_and_categorical_cells_get_their_own_suggestion() -> None:
    cells = ["Bình Dương", "TP.HCM", None, "hà giang", "Bình Dương"]
    for column in (cells, pd.Series(cells, dtype="category")):
        found = judge("city", column).findings
        assert found["row"].to_list() == [0, 3, 4]
        assert found["suggestion"].to_list() == ["Hồ Chí Minh", "Tuyên Quang", "Hồ Chí Minh"]


def test_a_fix_of_the_suggested_name_settles_the_finding() -> None:
    report = judge("city", ["Bình Dương"], fixes={"city": {"Bình Dương": "Hồ Chí Minh"}})
    assert canonical(report, "city") == ["Hồ Chí Minh"]
    assert set(report.findings["rule"]) == {"cell.fixed"}


def test_many_distinct_places_are_read_like_few() -> None:
    cells = [f"Ấp {number}, xã An Phú" for number in range(30_000)]
    places = np.arange(0, 30_000, 1_000)
    for place in places:
        cells[place] = "tinh binh duong"
    found = judge("city", cells).findings
    told = found.groupby("rule").size().to_dict()
    addresses = len(cells) - len(places)
    assert told == {"province.merged": len(places), "province.unknown": addresses}
    found = found[found["rule"] == "province.merged"]
    assert found["row"].to_list() == places.tolist()
    assert set(found["suggestion"]) == {"Hồ Chí Minh"}


def test_a_store_has_a_city_too() -> None:
    assert read("storeCity", ["tp.hcm"]) == ["Hồ Chí Minh"]
    assert read("state", ["tp.hcm"]) == ["tp.hcm"]
