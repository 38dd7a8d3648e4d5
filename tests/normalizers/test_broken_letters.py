"""Words of old fonts in any single cell, and accents beside their letters."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers.broken_letters import whole_letters
from pangoprep.normalizers.legacy_fonts import _TCVN3, _vni_table
from pangoprep.tables import read_table
from tests.normalizers.cells import canonical, judge

NAMES = ["Nguyễn Văn Bình", "Trần Thị Hà", "Lê Quốc Đạt", "Phạm Hữu Đức", "Đặng Thùy Trang"]
SOUND = ["Hoà", "Thuý", "Quý Mỹ", "HUỲNH ĐỨC", "Khuê"]
TO_TCVN3 = str.maketrans({letter: sign for sign, letter in _TCVN3.items()})
TO_VNI = {letter: signs for signs, letter in _vni_table().items()}
ACCENTS = {"\u0301": "´", "\u0300": "`"}


def judged(text: str) -> tuple[str | None, bool, str | None]:
    values, restored, proposals = whole_letters(pa.array([text], TEXT))
    return values[0].as_py(), bool(restored[0]), proposals[0].as_py()


def as_cp1258(text: str) -> str:
    """Write a text as Windows-1258 does, tones behind their letters, and read it as cp1252."""
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        apart = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in apart if mark in "\u0300\u0301\u0303\u0309\u0323")
        base = "".join(mark for mark in apart if mark not in tone)
        whole = letter.encode("cp1258", "ignore").decode("cp1258") == letter
        letters.append(letter if whole else unicodedata.normalize("NFC", base) + tone)
    return "".join(letters).encode("cp1258").decode("cp1252")


@pytest.mark.parametrize("name", [*NAMES, *SOUND, "Lê Thị Thu", "Võ Thị Lan", "PHAN THỊ NHÃ"])
def test_a_cell_of_windows_1258_never_becomes_another_text(name: str) -> None:
    text, restored, proposal = judged(as_cp1258(name))
    right = unicodedata.normalize("NFC", name)
    assert text == right if restored else text == as_cp1258(name)
    assert proposal in (None, right)
    proves = name not in ("Hoà", "Thuý", "Khuê")
    assert (restored or proposal is not None) == proves


def provinces() -> list[str]:
    return [row["name"] for row in read_table("provinces").to_pylist()]


@pytest.mark.parametrize("name", [*NAMES, *provinces()])
@pytest.mark.parametrize("font", ["tcvn3", "vni"])
def test_a_cell_of_an_old_font_never_becomes_another_text(font: str, name: str) -> None:
    small = name.replace("Đ", "đ")  # the capital is another font's
    letters = small.translate(TO_TCVN3) if font == "tcvn3" else name
    typed = letters if font == "tcvn3" else "".join(TO_VNI.get(c, c) for c in letters)
    text, restored, proposal = judged(typed)
    right = {unicodedata.normalize("NFC", form) for form in (small, name)}
    assert (text in right) if restored else (text == typed)
    assert proposal is None or proposal in right


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("Bình Th¹nh", "Bình Thạnh"),  # one word of the old font beside one in good order
        ("Phaïm Thò", "Phạm Thị"),  # nothing but the name proves it
        ("Phaïm Văn An", "Phạm Văn An"),
        ("Nguye^~n Va^n", "Nguyễn Vân"),
        *(
            (name, None)
            for name in ("Loïc", "Naïm", "Anaïs", "Saïd", "Haïti", "Guðrún", "Ðura", "C^3")
        ),
        *((name, None) for name in ("Pietro Liò", "Niccolò", "Così", "João", "Þórður", "Nový")),
        *((name, None) for name in ("Giò", "GIÒ", "Quì", "Hoàng Thõ", "Lý Thý")),
    ],
)
def test_single_words_are_judged_by_themselves(text: str, proposal: str | None) -> None:
    assert judged(text) == (text, False, proposal)


def test_most_names_in_an_old_font_are_met() -> None:
    found = [judged(name.replace("Đ", "đ").translate(TO_TCVN3)) for name in NAMES]
    assert all(restored or proposal for _, restored, proposal in found)


@pytest.mark.parametrize("name", [*NAMES, *provinces(), *SOUND])
def test_texts_in_good_order_stay(name: str) -> None:
    for text in (name, name.upper(), name.lower(), name.swapcase()):
        assert judged(text) == (text, False, None)


@pytest.mark.parametrize("name", NAMES)
def test_an_accent_beside_its_letter_is_proposed_to_be_put_on_it(name: str) -> None:
    apart = unicodedata.normalize("NFD", name)
    beside = unicodedata.normalize("NFC", "".join(ACCENTS.get(c, c) for c in apart))
    text, restored, proposal = judged(beside)
    assert (text, restored) == (beside, False)
    assert proposal == (name if beside != unicodedata.normalize("NFC", name) else None)


@given(st.text(st.characters(codec="latin-1"), max_size=12))
def test_nothing_is_restored_twice(text: str) -> None:
    once, restored, _ = judged(text)
    assert restored or once == text
    assert judged(once)[1] is False


def test_a_part_of_a_column_does_not_hide_behind_the_rest() -> None:
    names = ["Nguyễn Văn An"] * 50 + ["NguyÔn V¨n B×nh"] * 20
    report = judge("fullName", names)
    assert canonical(report, "fullName") == ["Nguyễn Văn An"] * 50 + ["Nguyễn Văn Bình"] * 20
    assert (report.findings["rule"] == "text.mojibake").sum() == 20
