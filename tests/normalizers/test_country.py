"""Country codes and names."""

from __future__ import annotations

import pytest

from pangoprep.tables import read_table
from tests.normalizers.promises import read

COUNTRIES = read_table("countries").to_pylist()
FIELDS = {"countryAlphaCode2": "alpha2", "countryAlphaCode3": "alpha3"}


@pytest.mark.parametrize("field", FIELDS)
def test_every_code_of_either_length_is_known_in_capitals(field: str) -> None:
    expected = [row[FIELDS[field]] for row in COUNTRIES]
    for column in ("alpha2", "alpha3"):
        assert read(field, [row[column] for row in COUNTRIES]) == expected


@pytest.mark.parametrize("field", FIELDS)
def test_own_codes_are_known_in_small_letters_unless_they_are_a_name_too(field: str) -> None:
    codes = [row[FIELDS[field]] for row in COUNTRIES]
    found = dict(zip(codes, read(field, [code.lower() for code in codes]), strict=True))
    refused = {code for code, ours in found.items() if ours != code}
    assert refused == ({"NGA"} if field == "countryAlphaCode3" else set())
    assert all(found[code] is None for code in refused)


@pytest.mark.parametrize("field", FIELDS)
def test_every_name_is_known_in_both_languages_and_cases(field: str) -> None:
    for column in ("name_en", "name_vi"):
        for case in (str, str.upper, str.lower):
            cells = [case(row[column]) for row in COUNTRIES]
            found = read(field, cells)
            wrong = [
                (cell, ours)
                for cell, ours, row in zip(cells, found, COUNTRIES, strict=True)
                if ours != row[FIELDS[field]]
            ]
            # In capitals and small letters Nga is Nigeria's code as well.
            expected = {"NGA", "Nga", "nga"} & {cell for cell, _ in wrong}
            assert {cell for cell, _ in wrong} == expected, wrong
