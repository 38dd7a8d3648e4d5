"""Sentences keep what they were made of, and are said in Vietnamese from that."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pandas as pd
import pytest

from pangoprep.error_words import in_vietnamese
from pangoprep.errors import OptionError, PangoprepError
from pangoprep.sentence import Sentence, all_of, any_of, made_of, sentence_of

NO_FILE = "There is no file {1!r}."


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (Sentence("none"), "none"),
        (Sentence("{1} and {1!r}", "a"), "a and 'a'"),
        (Sentence("{2:,} of {1:>3}|", "x", 1234), "1,234 of   x|"),
        (Sentence("{{1}} is {1}", "{2}"), "{1} is {2}"),
        (Sentence("{1}", None), "None"),
        (Sentence("{1}; {2}", ValueError("bad"), OptionError(Sentence("{1}", "x"))), "bad; x"),
        ("{a} " + Sentence("{1}", "b") + " {c}", "{a} b {c}"),
        (Sentence("a") + "", "a"),
        (all_of([]), ""),
        (any_of(["a"]), "a"),
        (all_of(["a", "b", "c"]) + "; " + any_of(["d", "{1}"]), "a, b and c; d or {1}"),
    ],
)
def test_it_is_its_text(told: Sentence, text: str) -> None:
    assert isinstance(told, Sentence)
    assert told == text
    assert hash(told) == hash(text)
    assert made_of(told.parts) == text


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda told: pickle.loads(pickle.dumps(told))]
)
def test_it_travels_with_its_parts(again: Callable[[Sentence], Sentence]) -> None:
    told = Sentence(NO_FILE, all_of(["a", "b"])) + " So."
    there = again(told)
    assert type(there) is Sentence
    assert (there, there.parts) == (told, told.parts)
    error = again(PangoprepError(told))  # type: ignore[arg-type]
    assert sentence_of(error) == told  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        "a and b",
        "There is no file 'x'.",
        "{1}",
        "a.csv'. Check the spelling, or give the full path.",
    ],
)
def test_values_are_not_looked_into(value: str) -> None:
    assert in_vietnamese(Sentence("There is no file {1}.", value)) == f"Không có tệp {value}."


def test_counts_are_written_as_each_language_does() -> None:
    told = Sentence("{1} was found in {2:,} rows", "1,2", 1204567)
    assert told == "1,2 was found in 1,204,567 rows"
    assert in_vietnamese(pickle.loads(pickle.dumps(told))) == "gặp 1,2 ở 1.204.567 dòng"
    share = Sentence(", more than the {1:.2%} allowed", 0.125)
    assert share == ", more than the 12.50% allowed"
    assert in_vietnamese(share).endswith("12,50 %")


def test_lists_and_sentences_in_sentences_are_said_too() -> None:
    told = Sentence("There is no file {1}.", any_of(["a and b", "c"]))
    assert in_vietnamese(told) == "Không có tệp a and b hoặc c."
    inner = Sentence("{1} cannot be used; give {2}.", "x=1", all_of(["y", "z"]))
    assert in_vietnamese("Nope: " + inner) == "Nope: Không dùng được x=1; hãy ghi y và z."


@pytest.mark.parametrize(
    ("cells", "rule", "told"),
    [
        ({"dob": "01/02/1990", "yob": "1991"}, "yob.disagrees", "(yob và dob)"),
        ({"dob": "01/02/1990", "dob2": "1990-02-03"}, "dob2.disagrees", "(dob2 và dob)"),
        ({"fullName": None}, "required.any_of", "(fullName, hoặc firstName và lastName)"),
    ],
)
def test_the_fields_of_a_finding_are_joined_in_its_language(
    cells: dict[str, str], rule: str, told: str
) -> None:
    row = {"customerId": "1", "fullName": "An", "phone": "0912345678", **cells}
    frame = pd.DataFrame([row, {**row, "customerId": "2", "fullName": "Chi"}])
    for lang, words in (("vi", told), ("en", told.replace("và", "and").replace("hoặc", "or"))):
        findings = frame.pango.validate("customer-identity", lang=lang).findings
        messages = findings.loc[findings["rule"] == rule, "message"]
        assert len(messages)
        assert messages.str.contains(words, regex=False).all()
