"""Phone numbers of every region, against libphonenumber."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
import phonenumbers
import pyarrow as pa
import pytest
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.phone.abroad import by_library, read_foreign
from pangoprep.normalizers.phone.numbering_plan import SHORTEST_ABROAD, plan_for
from pangoprep.tables import read_table
from tests.normalizers.cells import context_for

KINDS = [kind for kind in PhoneNumberType.values() if kind != PhoneNumberType.UNKNOWN]


@dataclass(frozen=True)
class Written:
    """A number, and one way it is written."""

    region: str
    form: str
    text: str


def every_example() -> Iterator[Written]:
    """Every number that libphonenumber has as an example, in five written forms."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in KINDS:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                for form, text in five_forms(number).items():
                    yield Written(region, form, text)


def five_forms(number: PhoneNumber) -> dict[str, str]:
    """Write a number in five forms."""

    def write(form: int) -> str:
        return str(phonenumbers.format_number(number, form))

    e164 = write(PhoneNumberFormat.E164)
    return {
        "E.164": e164,
        "international": write(PhoneNumberFormat.INTERNATIONAL),
        "00": f"00{e164[1:]}",
        "national": write(PhoneNumberFormat.NATIONAL),
        "RFC 3966": write(PhoneNumberFormat.RFC3966),
    }


def library_says(written: Written, region: str, phone_format: str) -> str | None:
    """What libphonenumber makes of a text: national digits at home, E.164 elsewhere."""
    number = valid_number(written.text, region)
    if number is None and written.form == "00":
        # Stated exception: 00 leads abroad in every region, as it does from Vietnam, where the
        # region's own exit code does not make a number of it.
        number = valid_number(f"+{written.text[2:]}", region)
    if number is None:
        return None
    home = phonenumbers.region_code_for_number(number) == region
    form = PhoneNumberFormat.E164
    if home and phone_format == "national":
        form = PhoneNumberFormat.NATIONAL
    text = phonenumbers.format_number(number, form)
    return text if form == PhoneNumberFormat.E164 else "".join(filter(str.isdigit, text))


def valid_number(text: str, region: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def read(texts: list[str], **options: str) -> list[str | None]:
    result = NORMALIZERS["phone"](
        pa.array(texts, TEXT), context_for("phone", len(texts), **options)
    )
    return result.values.to_pylist()


EXAMPLES = list(every_example())


def test_the_examples_cover_every_region_and_kind() -> None:
    assert {written.region for written in EXAMPLES} == phonenumbers.SUPPORTED_REGIONS
    assert len(EXAMPLES) > 6000


def test_numbers_of_every_region_are_read_from_vietnam() -> None:
    cells = [w for w in EXAMPLES if w.form != "national" or w.region == "VN"]
    found = read([w.text for w in cells])
    expected = [library_says(w, "VN", "national") for w in cells]
    assert [
        (w, ours, theirs)
        for w, ours, theirs in zip(cells, found, expected, strict=True)
        if ours != theirs
    ] == []


@pytest.mark.parametrize("phone_format", ["national", "e164"])
def test_every_region_can_be_home(phone_format: str) -> None:
    by_region: dict[str, list[Written]] = defaultdict(list)
    for written in EXAMPLES:
        by_region[written.region].append(written)
    differences = []
    for region, cells in by_region.items():
        found = read([w.text for w in cells], phone_format=phone_format, phone_region=region)
        expected = [library_says(w, region, phone_format) for w in cells]
        differences += [
            (w, ours, theirs)
            for w, ours, theirs in zip(cells, found, expected, strict=True)
            if ours != theirs
        ]
    assert differences == []


def test_short_numbers_without_their_zero_are_refused_where_the_library_takes_them() -> None:
    # Stated exception: seven digits can be a number of any town without its area code.
    assert valid_number("1992000", "VN") is not None
    assert read(["1992000", "01992000", "+841992000"]) == [None, "01992000", "01992000"]


def test_excel_damage_is_refused_where_the_library_takes_it() -> None:
    # Stated exception: libphonenumber reads the E of 9.1234567E8 as a separator.
    assert valid_number("9.1234567E8", "VN") is not None
    assert read(["9.1234567E8", "912345678.0"]) == [None, "0912345678"]


def test_every_old_mobile_prefix_is_renewed_in_every_form() -> None:
    for row in read_table("phone_mobile_2018").to_pylist():
        old, new = row["old"][1:], row["new"]
        cells = [
            f"{lead}{old}{gap}1234567"
            for lead in ("0", "+84", "84", "0084", "+84 0", "")
            for gap in ("", " ", ".", "-")
        ]
        assert set(read(cells)) == {f"{new}1234567"}, row


def test_every_old_area_code_is_renewed_unless_the_plan_of_today_knows_the_number() -> None:
    renewed = 0
    for row in read_table("phone_areas_2017").to_pylist():
        digits = "38251234"[: 8 if row["old"] in ("04", "08") else 7]
        national = row["old"] + digits
        today = valid_number(national, "VN") is not None and national[1:] not in NO_OPERATORS
        wanted = national if today else row["new"] + digits
        renewed += not today
        assert read([national]) == [wanted], row
        # In brackets or alone behind the country code it is an area code, whatever else it can be.
        code = row["old"][1:]
        grouped = [f"({row['old']}) {digits}", f"+84 ({code}) {digits}", f"(84-{code}) {digits}"]
        grouped += [f"+84 {code} {digits}"] if len(code) != 2 or not today else []
        assert set(read(grouped)) == {row["new"] + digits}, row
        # Behind a country code that touches it, or without its zero, it is no more than a guess.
        bare = [f"+84{national[1:]}", f"84{national[1:]}", f"0084 {national[1:]}", national[1:]]
        assert set(read(bare)) == {national if today else None}, row
    assert renewed > 40


def test_old_area_codes_stand_before_numbers_that_existed() -> None:
    for row in read_table("phone_areas_2017").to_pylist():
        subscribers = [f"{first}8251234" for first in "0189"]
        if row["old"] not in ("04", "08"):
            subscribers = [number[:7] for number in subscribers]
        for number in subscribers:
            national = row["old"] + number
            expected = library_says(Written("VN", "national", national), "VN", "national")
            found = read([national, f"({row['old']}) {number}"])
            assert set(found) == {None if national[1:] in NO_OPERATORS else expected}, national


class _NoOperators:
    """Stated exception: mobile numbers of libphonenumber that the plan gives to nobody."""

    _KNOWN = tuple(code[1:] for code in read_table("phone_mobile_codes")["code"].to_pylist())

    def __contains__(self, national: str) -> bool:
        number = valid_number(f"+84{national}", "VN")
        mobile = number is not None and phonenumbers.number_type(number) == PhoneNumberType.MOBILE
        return mobile and not national.startswith(self._KNOWN)


NO_OPERATORS = _NoOperators()


def test_mobile_codes_are_those_of_the_library_that_an_operator_has() -> None:
    left_out = set()
    for code in range(1000):
        national = f"{code:03d}123456"
        if national in NO_OPERATORS:
            left_out.add(f"{code:03d}"[:2] if code < 980 else f"{code:03d}")
            assert read([f"+84{national}", f"84 {national}", national]) == [None] * 3
            assert read([f"0{national}"])[0] != f"0{national}"  # Ninh Bình had 030, Hải Phòng 031
    assert left_out == {"12", "14", "16", "30", "31", "51", "95", "990", "991"}
    for code in _NoOperators._KNOWN:
        assert valid_number(f"+84{code}{'1234567'[: 9 - len(code)]}", "VN") is not None


def test_vietnamese_numbers_are_the_same_from_another_home() -> None:
    cells = ["+84912345678", "+84301234567", "+84311234567", "+84951234567", "+842838123456"]
    wanted = ["+84912345678", None, None, None, "+842838123456"]
    assert read(cells, phone_region="SG", phone_format="e164") == wanted
    assert read(cells * 100, phone_region="SG", phone_format="e164") == wanted * 100


def test_vietnamese_numbers_of_every_kind_are_written_as_the_library_writes_them() -> None:
    plan = phonenumbers.PhoneMetadata.metadata_for_region("VN")
    kinds = [plan.fixed_line, plan.mobile, plan.toll_free, plan.premium_rate, plan.voip, plan.uan]
    cells = []
    for kind in kinds:
        pattern = re.compile(kind.national_number_pattern)
        for lead in range(1000):
            for length in (7, 8, 9, 10):
                number = f"{lead:03d}1234567890"[:length]
                if pattern.fullmatch(number) and number not in NO_OPERATORS:
                    cells.append(Written("VN", "E.164", f"+84{number}"))
    assert len(cells) > 400
    expected = [library_says(written, "VN", "national") for written in cells]
    assert read([written.text for written in cells]) == expected


def neighbors(region: str) -> list[str]:
    """Numbers of one region, right and wrong, as + and digits: its examples with other digits."""
    random = Random(region)
    found = set()
    for kind in KINDS:
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None:
            continue
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        code = f"+{number.country_code}"
        for _ in range(12):
            national = list(e164[len(code) :])
            for place in random.sample(range(len(national)), random.randint(1, len(national))):
                national[place] = random.choice("0123456789")
            written = "".join(national)
            found |= {code + written, code + written[:-1], f"{code}{written}5", f"{code}0{written}"}
    return sorted(found)


def test_plans_read_frequent_foreign_numbers_as_the_library_does():
    options = context_for("phone", 1).options
    checked = 0
    for region in sorted(phonenumbers.SUPPORTED_REGIONS - {options.phone_region}):
        texts = neighbors(region)
        if plan_for(region) is None or len(texts) < 100:
            continue
        digits = pa.array([text[1:] for text in texts], TEXT)
        everywhere = np.ones(len(texts), dtype=bool)
        asked, _ = by_library(pa.array(texts, TEXT), everywhere, options)
        assert read_foreign(digits, everywhere, options).to_pylist() == asked.to_pylist(), region
        checked += 1
    assert checked > 100


def test_no_number_is_shorter_than_the_shortest_looked_for() -> None:
    regions = [
        *map(PhoneMetadata.metadata_for_region, phonenumbers.SUPPORTED_REGIONS),
        *map(
            PhoneMetadata.metadata_for_nongeo_region,
            phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS,
        ),
    ]
    shortest = min(len(str(m.country_code)) + m.general_desc.possible_length[0] for m in regions)
    assert shortest == SHORTEST_ABROAD
