"""The pattern language: values that look alike have one pattern, and it tells no secret."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pangoprep.studio.patterns import MAX_LENGTH, address_words, patterns, with_pattern


def of(*values: str | None, known: frozenset[str] | None = None) -> list[str | None]:
    return patterns(pa.array(values, pa.large_string()), known).to_pylist()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # Alone, digits are counted: that is what is wrong with a date or a phone number.
        (["31/02/1990"], ["##/##/####"]),
        (["0912 345 67"], ["#### ### ##"]),
        (["8.49427E+10", "1.5E+9", "2E+8"], ["#E+#"] * 3),
        # Beside letters a number of any length is one.
        (["85 điểm", "1.200 điểm", "9 điểm"], ["# điểm"] * 3),
        # Words stay if they are shared.
        (["0912345678 (vợ)", "0912345679 (vợ)", "0912345677 (vợ)"], ["# (vợ)"] * 3),
        (["0912345678 (vợ)", "0912345679 (mẹ)"], ["# (*)"] * 2),
        (["KH001", "KH2", "KH33", "AB1"], ["KH#", "KH#", "KH#", "*"]),
        # Whatever stands before an @ is somebody's.
        (["an@gmail,com", "le.chi9@gmail,com", "tu_12@gmail,com"], ["*@gmail,com"] * 3),
        (["an nguyen@@gmail.com", "b@@gmail.com", "c.d@@gmail.com"], ["*@@gmail.com"] * 3),
        # Names of two words and of five are both names.
        (["Nguyễn Văn An", "Lê Chi"], ["*", "*"]),
        # Spaces of every kind are one space.
        (["12\u00a0 34", " 12 34\t"], ["## ##", "## ##"]),
        (["-", "", None], ["-", "", None]),
    ],
)
def test_values_that_look_alike_have_one_pattern(
    values: list[str | None], expected: list[str | None]
) -> None:
    assert of(*values) == expected


def test_the_pattern_of_a_value_does_not_depend_on_the_order() -> None:
    values = ["85 điểm", "9 điểm", "x", "31/02/1990", "1.200 điểm"]
    assert of(*values[::-1]) == of(*values)[::-1]


def test_masked_patterns_hold_known_words_and_single_letters_only() -> None:
    values = [f"gặp chị Lan {number}" for number in range(10, 20)]
    assert set(of(*values)) == {"gặp chị Lan #"}
    assert set(of(*values, known=frozenset())) == {"*"}
    mails = [f"an{number}@lan.com" for number in range(10)]
    assert set(of(*mails, known=address_words())) == {"*@*.com"}
    assert set(of("O123", "O124", "O125", known=frozenset())) == {"O#"}


def test_a_word_that_few_have_is_hidden() -> None:
    values = ["Lan 1", "Lan 2", *(f"{number} 5" for number in range(98))]
    assert of(*values)[:2] == ["*", "*"]


def test_a_long_pattern_is_cut() -> None:
    (pattern,) = of("-" * 500)
    assert pattern is not None
    assert len(pattern) == MAX_LENGTH + 1


def test_parts_of_arrays_and_none_at_all() -> None:
    whole = pa.array(["x", "12", "1234", None], pa.large_string())
    assert patterns(whole.slice(1, 2)).to_pylist() == ["##", "####"]
    assert patterns(whole.slice(4)).to_pylist() == []


@pytest.mark.parametrize(
    ("masked", "value", "pattern", "shown"),
    [
        ("l•.•••••••.•••", "le.anGmail.com", "*gmail.com", "l•.••Gmail.com"),
        ("O•••52", "O12352", "O#", "O•••52"),
        ("k• ••••", "kh 1234", "kh #", "kh ••••"),
        ("a•••••••", "an@b.vn ", "*@b.vn", "a•••••••"),  # a blank behind: its end is not the same
        ("a•", "a@gmail.com", "*@gmail.com", "a•"),  # masked to another length
        ("•••••••", "1234567", "#", "•••••••"),
        (None, None, "", None),
    ],
)
def test_a_masked_example_shows_what_its_pattern_shows(
    masked: str | None, value: str | None, pattern: str, shown: str | None
) -> None:
    assert with_pattern(masked, value, pattern) == shown
