"""Prefixes, places and dates: complete, and in agreement with each other and with their sources."""

from __future__ import annotations

import importlib.util
from collections import Counter
from datetime import date
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import phonenumbers
import pytest
from email_validator import validate_email
from phonenumbers import PhoneNumberType, carrier, geocoder

from pangoprep.tables import read_mapping, read_table

TOOLS = Path(__file__).parents[2] / "tools"
MOBILES = read_table("phone_mobile_2018").to_pylist()
AREAS = read_table("phone_areas_2017").to_pylist()
FORMER = "Thừa Thiên Huế"  # the name of Huế until 2024


def letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalpha()).replace("ă", "ắ")


def test_the_21_mobile_prefixes_of_2018_each_have_one_new_prefix() -> None:
    assert len(MOBILES) == 21
    assert len({row["new"] for row in MOBILES}) == 21
    assert Counter(row["operator"] for row in MOBILES) == {
        "Viettel": 8,
        "MobiFone": 5,
        "VinaPhone": 5,
        "Vietnamobile": 2,
        "Gmobile": 1,
    }


@pytest.mark.parametrize("row", MOBILES, ids=lambda row: row["old"])
def test_a_mobile_prefix_moved_within_its_operator(row: dict[str, str]) -> None:
    assert (len(row["old"]), len(row["new"])) == (4, 3)
    new = phonenumbers.parse(f"{row['new']}2345678", "VN")
    assert phonenumbers.number_type(new) == PhoneNumberType.MOBILE
    assert letters(carrier.name_for_number(new, "en")) == letters(row["operator"])
    old = phonenumbers.parse(f"{row['old']}2345678", "VN")
    assert not phonenumbers.is_valid_number(old)


def test_59_area_codes_changed_in_2017_in_three_phases() -> None:
    assert len(AREAS) == 59
    assert len({row["new"] for row in AREAS}) == 59
    assert Counter(row["phase"] for row in AREAS) == {"1": 13, "2": 23, "3": 23}
    unchanged = {"Vĩnh Phúc", "Phú Thọ", "Hòa Bình", "Hà Giang"}
    provinces = set(read_table("provinces").column("name").to_pylist())
    assert {row["province"] for row in AREAS} == provinces - unchanged - {FORMER}


@pytest.mark.parametrize("row", AREAS, ids=lambda row: row["old"])
def test_a_new_area_code_is_its_province_in_the_current_plan(row: dict[str, str]) -> None:
    # Hanoi and Ho Chi Minh City have eight digits behind two, the others seven behind three.
    subscriber = "38222222" if len(row["new"]) == 3 else "3822222"
    number = phonenumbers.parse(row["new"] + subscriber, "VN")
    assert phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE
    place = geocoder.description_for_number(number, "vi")
    assert letters(row["province"]) in letters(place)
    assert row["old"].startswith("0")
    assert row["new"].startswith("02")


def test_no_old_area_code_begins_another() -> None:
    codes = [row["old"] for row in AREAS]
    assert [(a, b) for a in codes for b in codes if a != b and b.startswith(a)] == []


def test_63_provinces_became_34() -> None:
    merged = read_mapping("provinces", "name", "merged_into")
    kinds = read_mapping("provinces", "name", "kind")
    assert merged.pop(FORMER) == "Huế"
    assert len(merged) == 63
    assert len(set(merged.values())) == 34
    assert all(merged[name] == name for name in merged.values())
    assert Counter(Counter(merged.values()).values()) == {1: 11, 2: 17, 3: 6}
    cities = {"Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ"}
    assert {name for name, kind in kinds.items() if kind == "city"} == cities
    assert set(kinds.values()) == {"city", "province"}


def test_other_spellings_are_of_known_provinces_and_no_own_names() -> None:
    names = set(read_table("provinces").column("name").to_pylist())
    spellings = read_mapping("province_names", "word", "name")
    assert set(spellings.values()) <= names
    assert not {name.casefold() for name in names} & set(spellings)


def pinned(package: str) -> str:
    lines = (TOOLS.parent / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith(f"{package}=="))


def test_countries_are_those_of_the_packages() -> None:
    """Of the pinned ones to the letter; others may have new names, and countries more."""
    spec = importlib.util.spec_from_file_location("make_countries", TOOLS / "make_countries.py")
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    committed = files("pangoprep.tables").joinpath("countries.csv").read_text(encoding="utf-8")
    made = module.countries_csv()
    if all(version(name) == pinned(name) for name in ("babel", "pycountry")):
        assert committed == made
    codes, codes_now = ({line[:6] for line in text.splitlines()[1:]} for text in (committed, made))
    assert codes - codes_now == set()


def test_other_country_names_are_not_in_the_countries_table() -> None:
    countries = read_table("countries").to_pylist()
    known = {value.casefold() for row in countries for value in row.values() if value}
    assert [name for name in read_mapping("country_names", "name", "alpha2") if name in known] == []
    codes = {row["alpha2"] for row in countries}
    assert set(read_mapping("country_names", "name", "alpha2").values()) <= codes


def test_date_placeholders_are_iso_dates_and_no_likely_birthday() -> None:
    rows = read_table("date_placeholders").to_pylist()
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert all(row["reason"] for row in rows)
    for row in rows:
        if "00" in row["date"].split("-")[1:]:  # a zero month or day is no date at all
            continue
        day = date.fromisoformat(row["date"])
        assert not date(1904, 1, 1) < day < date(2079, 1, 1)


def test_typed_domains_point_to_known_ones() -> None:
    domains = set(read_table("email_domains").column("domain").to_pylist())
    typos = read_mapping("email_typos", "typo", "domain")
    assert set(typos.values()) <= domains
    assert set(typos) & domains == set()
    assert {"gmx.com", "mail.com", "email.com", "ymail.com"} <= domains


def test_a_known_domain_can_be_written_to() -> None:
    for domain in read_table("email_domains").column("domain").to_pylist():
        assert validate_email(f"an@{domain}", check_deliverability=False).domain == domain


def test_placeholders_have_the_form_of_their_kind() -> None:
    rows = read_table("email_placeholders").to_pylist()
    domains = set(read_table("email_domains").column("domain").to_pylist())
    assert {row["kind"] for row in rows} == {"local", "domain", "address"}
    for row in rows:
        local, at, domain = row["text"].rpartition("@")
        assert bool(at) == (row["kind"] == "address")
        assert row["kind"] != "domain" or domain not in domains
        assert row["kind"] != "address" or (local and "." in domain)


def test_placeholders_of_a_known_domain_are_too_short_for_an_account() -> None:
    # Gmail gives out names of six characters or more, so a shorter one is nobody's.
    addresses = read_mapping("email_placeholders", "text", "kind", kind="address")
    gmail = [text for text in addresses if text.endswith("@gmail.com")]
    assert gmail
    assert all(len(text.removesuffix("@gmail.com")) < 6 for text in gmail)


def test_documentation_domains_are_placeholders() -> None:
    placeholders = read_mapping("email_placeholders", "text", "kind", kind="domain")
    for domain in ("example.com", "example.net", "example.org"):
        assert placeholders[domain] == "domain"
