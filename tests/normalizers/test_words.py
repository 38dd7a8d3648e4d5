"""Every word of every table, in every spelling people use for it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

import pytest

from pangoprep.normalizers.words import _digits_of_scripts
from pangoprep.tables import read_table
from tests.normalizers.cells import judge
from tests.normalizers.promises import read

CHOICES = ["gender", "relationship", "maritalStatus", "recordStatus", "sourceChannel"]
CHOICES += ["addressType", "emailType"]
TONES = "\u0300\u0301\u0303\u0309\u0323"
FIELDS_BY_SCOPE = {
    "any": ["fullName", "phone", "email", "dob", "customerId", "imageUrl", "earnPoint"],
    "typed": ["phone", "email", "dob", "customerId", "imageUrl", "earnPoint", "timezoneGmt"],
    "not_boolean": ["phone", "email", "dob", "customerId", "imageUrl", "countryAlphaCode2"],
}


def meanings(choice: str) -> dict[str, str]:
    rows = read_table("choices").to_pylist()
    return {row["word"]: row["value"] for row in rows if row["choice"] == choice}


def spellings(word: str) -> set[str]:
    """The same word in capitals, decomposed, with spaces, with its tones on another letter."""
    forms = {word, word.upper(), word.title(), f"  {word} ", word.replace(" ", "\u00a0 ")}
    forms |= {moved_tones(word), moved_tones(word).upper()}
    forms |= {f"{form}." for form in (word, word.upper())}
    return forms | {unicodedata.normalize("NFD", form) for form in forms}


def moved_tones(word: str) -> str:
    """Put each syllable's tone on its last vowel: hòa becomes hoà."""
    syllables = []
    for syllable in re.split(r"([^\w])", word):
        apart = unicodedata.normalize("NFD", syllable)
        tone = "".join(mark for mark in apart if mark in TONES)
        bare = unicodedata.normalize("NFC", "".join(c for c in apart if c not in TONES))
        places = [place for place, letter in enumerate(bare) if unmarked(letter) in "aeiouy"]
        end = places[-1] + 1 if places and tone else len(bare)
        syllables.append(unicodedata.normalize("NFC", bare[:end] + tone + bare[end:]))
    return "".join(syllables)


def unmarked(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("đ", "d")


@pytest.mark.parametrize("choice", CHOICES)
def test_every_word_means_its_value_in_every_spelling(choice: str) -> None:
    pairs = [(form, value) for word, value in meanings(choice).items() for form in spellings(word)]
    found = read(choice, [form for form, _ in pairs])
    wrong = [
        (form, value, ours)
        for (form, value), ours in zip(pairs, found, strict=True)
        if ours != value
    ]
    assert wrong == []


@pytest.mark.parametrize("choice", CHOICES)
def test_a_word_without_its_marks_means_its_value_where_it_means_one_thing(choice: str) -> None:
    by_form: dict[str, set[str]] = defaultdict(set)
    for word, value in meanings(choice).items():
        by_form[unmarked(word)].add(value)
    exact = {word: {value} for word, value in meanings(choice).items()}
    one_meaning = {form: found for form, found in {**by_form, **exact}.items() if len(found) == 1}
    found = read(choice, [form.upper() for form in one_meaning])
    assert found == [next(iter(values)) for values in one_meaning.values()]


@pytest.mark.parametrize("row", read_table("booleans").to_pylist(), ids=lambda row: row["word"])
def test_yes_and_no_in_every_spelling(row: dict[str, str]) -> None:
    forms = sorted(spellings(row["word"]))
    assert read("primary", forms) == [row["value"] == "true"] * len(forms)


@pytest.mark.parametrize("scope", FIELDS_BY_SCOPE)
def test_null_words_are_empty_in_every_spelling(scope: str) -> None:
    rows = [row for row in read_table("null_words").to_pylist() if row["scope"] == scope]
    words = [form for row in rows for form in spellings(row["word"]) if not form.endswith(".")]
    for name in FIELDS_BY_SCOPE[scope]:
        codes = {"na", "no", "nan", "nat"} if name.startswith("country") else set()
        cells = sorted({word for word in words if unmarked(word).strip() not in codes})
        wrong = [
            (cell, value)
            for cell, value in zip(cells, read(name, cells), strict=True)
            if value is not None
        ]
        assert wrong == [], name


def test_null_words_say_nothing_but_formula_errors_do() -> None:
    rows = [row for row in read_table("null_words").to_pylist() if row["scope"] == "any"]
    words = [row["word"] for row in rows]
    report = judge("phone", words)
    # A line end written out is undone first, and said.
    found = report.findings[report.findings["rule"] != "cell.escaped"]
    is_signs = found["rule"] == "cell.only_signs"
    assert not any(any(sign.isalnum() for sign in words[row]) for row in found["row"][is_signs])
    found = found[~is_signs]
    assert set(found["rule"]) == {"cell.excel_error"}
    told = {words[row] for row in found["row"]}
    assert all(word.startswith("#") for word in told)
    assert not told & {"#n/a", "#na", "#n/a n/a"}


def test_unknown_words_are_listed_with_their_count_not_guessed() -> None:
    report = judge("gender", ["N", "N", "Nam", "x"])
    summary = report.summary().set_index("rule")
    assert summary.loc["gender.unknown", "rows"] == 3
    assert report.cleaned["gender"].to_list() == ["undefined", "undefined", "male", "undefined"]


def test_the_allowed_values_are_named_where_a_choice_is_refused() -> None:
    report = judge("maritalStatus", ["widow"])
    assert "Single, Married, Divorced" in report.findings["message"][0]


def test_own_gender_codes_win_in_every_form_of_a_number_column() -> None:
    codes = {"0": "female", "1": "male", "2": "undefined"}
    cells = ["0", "0.0", "1", "1.0", "2", "2.0", "3", "", "Nam"]
    expected = [
        "female",
        "female",
        "male",
        "male",
        "undefined",
        "undefined",
        "undefined",
        None,
        "male",
    ]
    assert read("gender", cells, gender_codes=codes) == expected


def test_digits_of_every_script_are_known() -> None:
    """Python's own table says which there are; none is met twice or passed over."""
    every = [chr(place) for place in range(0x80, 0x110000) if chr(place).isdecimal()]
    known = _digits_of_scripts()
    assert sorted("".join(known)) == every
    assert all(unicodedata.decimal(sign) == n for n, signs in enumerate(known) for sign in signs)
