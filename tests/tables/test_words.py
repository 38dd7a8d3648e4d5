"""The words decide what the case tables say, and none of them says two things once folded."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from pangoprep.tables import read_table

CASES = Path(__file__).parents[1] / "cases"
Pairs = list[tuple[str, str]]

# How a lookup folds a cell, written a second time so that the tables are tested against it.
TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below


def tone_last(text: str) -> str:
    """Move each syllable's tone to its end, so that hoà and hòa are one."""

    def move(match: re.Match[str]) -> str:
        syllable = match.group()
        marks = "".join(mark for mark in syllable if mark in TONES)
        return "".join(letter for letter in syllable if letter not in TONES) + marks

    decomposed = unicodedata.normalize("NFD", text.casefold())
    return re.sub(r"[\w\u0300-\u036f]+", move, decomposed)


def unmarked(text: str) -> str:
    """Remove every mark, and the stroke of đ, which does not decompose."""
    decomposed = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def repeated(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the words that are listed more than once when tones are placed alike."""
    forms = defaultdict(list)
    for word, _ in pairs:
        forms[tone_last(word)].append(word)
    return {form: words for form, words in forms.items() if len(words) > 1}


def ambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the unmarked forms that stand for several values and are not listed themselves."""
    listed = list(pairs)
    exact = {word for word, _ in listed}
    meanings: dict[str, set[str]] = defaultdict(set)
    for word, value in listed:
        meanings[unmarked(word)].add(value)
    return {
        form: values for form, values in meanings.items() if len(values) > 1 and form not in exact
    }


def decide(cell: str, pairs: Iterable[tuple[str, str]]) -> str | None:
    """Look a cell up as the tables are meant to be used; None where they do not decide."""
    folded = " ".join(unicodedata.normalize("NFC", cell).casefold().split())
    listed = list(pairs)
    for word, value in listed:
        if tone_last(word) == tone_last(folded):
            return value
    if folded != unmarked(folded):
        return None
    values = {value for word, value in listed if unmarked(word) == folded}
    return values.pop() if len(values) == 1 else None


def pairs(name: str, key: str, value: str, **where: str) -> Pairs:
    """Read two columns of the rows that match."""
    rows = read_table(name).to_pylist()
    return [
        (row[key], row[value])
        for row in rows
        if all(row[column] == text for column, text in where.items())
    ]


def country_names() -> Pairs:
    """Every name and other spelling of every country, without the codes."""
    listed = pairs("country_names", "name", "alpha2")
    for row in read_table("countries").to_pylist():
        names = {row[column].casefold() for column in row if column.startswith("name_")} - {""}
        listed += [(name, row["alpha2"]) for name in sorted(names)]
    return listed


def provinces() -> Pairs:
    """Every name and other spelling of every province."""
    names = read_table("provinces").column("name").to_pylist()
    return pairs("province_names", "word", "name") + [(name.casefold(), name) for name in names]


CHOICES = {row["choice"] for row in read_table("choices").to_pylist()}
LOOKUPS: dict[str, Pairs] = {
    **{choice: pairs("choices", "word", "value", choice=choice) for choice in sorted(CHOICES)},
    "booleans": pairs("booleans", "word", "value"),
    "countries": country_names(),
    "months": pairs("months", "word", "month"),
    "null_words": pairs("null_words", "word", "scope"),
    "phone_words": pairs("phone_words", "word", "kind"),
    "provinces": provinces(),
}
ALLOWED = {
    "gender": {"male", "female", "undefined"},
    "relationship": {
        "child",
        "spouse",
        "husband",
        "wife",
        "father",
        "mother",
        "parents",
        "undefined",
    },
    "maritalStatus": {"Single", "Married", "Divorced"},
    "recordStatus": {"Active", "Deleted"},
    "sourceChannel": {"Online", "Offline"},
    "addressType": {"Hometown", "Live", "Work"},
    "emailType": {"Business", "Personal"},
}


def case_rows(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["raw"] = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), row["raw"])
    return rows


def is_null_word(cell: str) -> bool:
    """Whether the cell means "empty" in a field of any kind."""
    return not cell.strip() or decide(cell, LOOKUPS["null_words"]) == "any"


@pytest.mark.parametrize("name", sorted(LOOKUPS))
def test_no_word_is_listed_twice_under_another_tone_placement(name: str) -> None:
    assert repeated(set(LOOKUPS[name])) == {}


@pytest.mark.parametrize("name", sorted(LOOKUPS))
def test_no_unmarked_form_stands_for_two_values(name: str) -> None:
    assert ambiguous(LOOKUPS[name]) == {}


@pytest.mark.parametrize("name", sorted(set(LOOKUPS) - {"countries"}))
def test_no_word_is_only_the_unmarked_form_of_another_with_its_value(name: str) -> None:
    marked = {(unmarked(word), value) for word, value in LOOKUPS[name] if unmarked(word) != word}
    assert [word for word, value in LOOKUPS[name] if (word, value) in marked] == []


def test_choices_have_every_allowed_value_and_no_other() -> None:
    assert {name: {value for _, value in LOOKUPS[name]} for name in CHOICES} == ALLOWED


@pytest.mark.parametrize("choice", sorted(ALLOWED))
def test_a_canonical_value_stands_for_itself(choice: str) -> None:
    assert {decide(value, LOOKUPS[choice]) for value in ALLOWED[choice]} == ALLOWED[choice]


@pytest.mark.parametrize("row", case_rows("gender.csv"), ids=lambda row: repr(row["raw"]))
def test_gender_cases_are_decided(row: dict[str, str]) -> None:
    if row["options"]:
        assert row["options"] == "gender_codes=0:female"  # the caller's own codes need no table
    elif row["outcome"] == "ok":
        assert (decide(row["raw"], LOOKUPS["gender"]) or "") == row["expected"]
        assert row["expected"] or is_null_word(row["raw"])
    else:
        assert decide(row["raw"], LOOKUPS["gender"]) is None
        assert not is_null_word(row["raw"])


@pytest.mark.parametrize(
    "row",
    [row for row in case_rows("other.csv") if row["field"] in {*ALLOWED, "primary"}],
    ids=lambda row: f"{row['field']} {row['raw']}",
)
def test_choice_cases_are_decided(row: dict[str, str]) -> None:
    lookup = LOOKUPS["booleans" if row["field"] == "primary" else row["field"]]
    expected = row["expected"] if row["outcome"] == "ok" else None
    assert decide(row["raw"], lookup) == expected


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("gender", "N"),  # Nam or Nữ
        ("gender", "nam/nữ"),  # the form's own text, not an answer
        ("gender", "em"),
        ("gender", "bác"),
        ("relationship", "bà"),  # a grandmother
        ("relationship", "chú"),
        ("relationship", "con dâu"),
        ("relationship", "mẹ chồng"),
        ("relationship", "phụ huynh"),  # a guardian may be anybody
        ("relationship", "partner"),
        ("maritalStatus", "góa"),
        ("maritalStatus", "ly thân"),
        ("maritalStatus", "unmarried"),  # single, divorced or widowed
        ("maritalStatus", "S"),
        ("recordStatus", "inactive"),
        ("recordStatus", "1"),
        ("sourceChannel", "trực tiếp"),
        ("addressType", "thường trú"),  # registered there, perhaps not living there
        ("addressType", "nơi sinh"),
        ("booleans", "x"),
        ("months", "13"),
        ("countries", "Congo"),
        ("countries", "Korea"),
    ],
)
def test_what_is_not_certain_is_not_decided(name: str, cell: str) -> None:
    assert decide(cell, LOOKUPS[name]) is None


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("gender", "NU", "female"),
        ("gender", "ba", "female"),
        ("relationship", "ba", "father"),
        ("relationship", "Ba má", "parents"),
        ("relationship", "me", "mother"),
        ("relationship", "VO", "wife"),
        ("maritalStatus", "Chua ket hon", "Single"),
        ("addressType", "Que quan", "Hometown"),
        ("months", "tu", "4"),
        ("months", "Sept", "9"),
        ("countries", "Viet Nam", "VN"),
        ("countries", "Mỹ", "US"),
        ("countries", "Hàn Quốc", "KR"),
    ],
)
def test_what_people_write_is_decided(name: str, cell: str, value: str) -> None:
    assert decide(cell, LOOKUPS[name]) == value


def test_country_codes_that_are_also_names_without_marks_are_known() -> None:
    # Where names are looked up too, these cells are Mỹ or Malaysia, Bỉ or Burundi, Áo or Angola.
    codes = {row["alpha2"].casefold(): row["alpha2"] for row in read_table("countries").to_pylist()}
    names = {unmarked(name): alpha2 for name, alpha2 in LOOKUPS["countries"]}
    shared = {code for code in codes if names.get(code, codes[code]) != codes[code]}
    assert shared == {"my", "bi", "ao"}


def test_null_words_have_a_known_scope_and_language() -> None:
    rows = read_table("null_words").to_pylist()
    assert {row["scope"] for row in rows} == {"any", "typed", "not_boolean"}
    assert {row["language"] for row in rows} == {"any", "en", "vi"}


@pytest.mark.parametrize("name", ["Na", "Nil", "Nat", "Không", "Khong", "Trong", "Vo Danh", "Chu"])
def test_a_null_word_of_any_field_is_no_name(name: str) -> None:
    assert not is_null_word(name)


def test_vietnamese_null_words_of_any_field_have_several_syllables() -> None:
    # One unmarked syllable is sooner or later somebody's name: trống is Trọng without marks.
    words = {word for word, _ in pairs("null_words", "word", "scope", scope="any", language="vi")}
    assert [word for word in words if " " not in word and not word.startswith("(")] == []


def test_no_null_word_of_any_field_is_somebody_without_marks() -> None:
    # Two syllables that begin with a surname: "vô danh" is Võ Danh without marks.
    surname = (
        r"nguyen|tran|le|pham|hoang|huynh|phan|vu|vo|dang|bui|do|ho|ngo|duong|ly|dao|doan|dinh"
        r"|trinh|truong|lam|mai|to|ha|tang|cao|chu|ta|luu|luong|vuong|thai|quach|kieu|bach|la|phung"
    )
    words = {word for word, _ in pairs("null_words", "word", "scope", scope="any", language="vi")}
    named = [word for word in words if re.fullmatch(rf"(?:{surname}) \S+", unmarked(word))]
    assert named == []


@pytest.mark.parametrize("name", ["booleans", *sorted(ALLOWED)])
def test_a_null_word_is_no_answer(name: str) -> None:
    # A word for "not known" may be an answer of its own, nothing else may.
    nulls = pairs("null_words", "word", "scope", scope="any")
    answers = {decide(word, LOOKUPS[name]) for word, _ in nulls} - {None}
    assert answers <= {"undefined"}


def test_a_null_word_of_any_field_is_no_country() -> None:
    words = {word for word, _ in pairs("null_words", "word", "scope", scope="any")}
    countries = read_table("countries").to_pylist()
    assert words & {value.casefold() for row in countries for value in row.values()} == set()


def test_no_and_its_kin_are_answers_where_yes_and_no_are() -> None:
    words = [word for word, _ in pairs("null_words", "word", "scope", scope="not_boolean")]
    assert {"no", "không", "ko"} <= set(words)
    assert {decide(word, LOOKUPS["booleans"]) for word in words} <= {"false", None}


def test_months_are_all_named_in_both_languages() -> None:
    every = {str(month) for month in range(1, 13)}
    for language in ("en", "vi"):
        months = pairs("months", "word", "month", language=language)
        assert {month for _, month in months} == every


def test_phone_words_have_a_known_kind() -> None:
    kinds = {kind for _, kind in LOOKUPS["phone_words"]}
    assert kinds == {"extension", "separator", "label", "other"}
