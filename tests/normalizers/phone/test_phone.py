"""What is particular to phone cells: what the report says beside the value."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.normalizers.cells import canonical, judge, rules_of
from tests.normalizers.promises import read

MOBILE = st.from_regex(r"\A0(3[2-9]|5[689]|7[06-9]|8[1-8]|9[0-46-8])[0-9]{7}\Z")
# With a digit more or less, numbers behind 03, 05, 07 and 08 can be old or short ones that existed.
TELLING = st.from_regex(r"\A09[0-46-8][0-9]{7}\Z")


@given(MOBILE)
@settings(max_examples=25, deadline=None)
def test_a_mobile_number_is_itself_in_every_form(number: str) -> None:
    tail = number[1:]
    forms = [number, f"+84{tail}", f"84{tail}", f"0084{tail}", f"+84 (0) {tail}", f"84{number}"]
    forms += [f"{number[:4]}{sign}{number[4:7]}{sign}{number[7:]}" for sign in ". -_\u00a0\u2013,/"]
    forms += [
        f"({number[:3]}) {number[3:6]} {number[6:]}",
        f"'{number}",
        f'="{number}"',
        f"{number}.0",
    ]
    forms += [f"tel:+84-{tail}", f"ĐT: {number}", f" {number}\n", f"+84{tail} / {number}"]
    forms += [f"8.4{tail}E+10"] if not tail.endswith("0") else []
    if len(set(tail)) > 1:  # one key held down is filler without its zero
        forms += [tail, f"{tail}.0"]
    assert set(read("phone", forms)) == {number}
    assert set(read("phone", forms, phone_format="e164")) == {f"+84{tail}"}


@given(MOBILE, MOBILE, st.sampled_from([" / ", "/", ";", ", ", " - ", " ", "\n", " & ", " hoặc "]))
@settings(max_examples=25, deadline=None)
def test_the_first_of_two_numbers_is_kept_and_the_other_named(
    one: str, two: str, between: str
) -> None:
    report = judge("phone", [f"{one}{between}{two}"])
    assert canonical(report, "phone") == [one]
    if one != two:
        assert rules_of(report, "phone") == ["phone.multiple"]
        assert report.reveal()["suggestion"].to_list() == [two]


@given(MOBILE, st.integers(0, 9), st.sampled_from("*?xX#oOlI•_ "))
@settings(max_examples=25, deadline=None)
def test_a_number_with_a_masked_digit_is_refused(number: str, place: int, sign: str) -> None:
    cell = number[:place] + sign + number[place + 1 :]
    found = read("phone", [cell])[0]
    # What is left can be no mobile number; with its first digit gone it lost its zero.
    assert found in (None, number if place == 0 else None)


@given(TELLING)
@settings(max_examples=25, deadline=None)
def test_a_digit_too_few_or_too_many_is_refused(number: str) -> None:
    cells = [number[:9], f"+84{number[1:9]}", f"{number}5", f"+84{number[1:]}5", f"{number}.5"]
    assert read("phone", cells) == [None] * len(cells)


def test_letters_typed_for_digits_are_suggested_not_decided() -> None:
    cells = ["O912345678", "09l2345678", "o9123456I8", "0912 345 67O", "ABC"]
    report = judge("phone", cells)
    assert canonical(report, "phone") == [""] * 5
    wanted = ["0912345678", "0912345678", "0912345618", "0912345670"]
    assert report.reveal()["suggestion"].to_list()[:4] == wanted
    assert pd.isna(report.reveal()["suggestion"][4])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([912_345_678]),
        pd.Series([912_345_678.0, None]),
        pd.Series([912_345_678], dtype="Int64"),
        pd.Series([912_345_678], dtype="int64[pyarrow]"),
        pd.Series([912_345_678], dtype=object),
        pd.Series([912_345_678.0], dtype=object),
        pd.Series(["912345678"], dtype="category"),
    ],
    ids=lambda column: str(column.dtype),
)
def test_numbers_of_every_type_are_read(column: pd.Series) -> None:
    report = judge("phone", column)
    assert canonical(report, "phone")[0] == "0912345678"
    assert rules_of(report, "phone") == ["phone.lost_zero"]


def test_placeholders_are_not_numbers_in_any_form() -> None:
    cells = ["0000000000", "0123456789", "123456789", "1234567890", "+84 123 456 789", "11111111"]
    cells += ["(012) 345-6789", "999999999", "0", "00000", "0.0", "1234567890.0"]
    report = judge("phone", cells)
    assert canonical(report, "phone") == [""] * len(cells)
    assert set(report.findings["rule"]) == {"phone.placeholder"}
    assert report.ok
