"""Free text, lists of it, and letters that a wrong encoding garbled."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pangoprep.tables import read_table
from tests.normalizers.cells import canonical, judge, rules_of
from tests.normalizers.promises import read

# Names as people write them: Vietnamese ones, and those with the letters of its neighbors.
NAMES = """
    Nguyễn Thị Ngọc Ánh|Lã Thị Mỹ Hoà|Trần Ngãi|Đỗ Ân|Ông Ích Khiêm|Võ Ý Nhi|Lý Ỷ|Mã Đà|Bùi Ẩn
    São Paulo|João Gonçalves|José Núñez|Françoise Lefèvre|Éric Çelik|Jürgen Groß|ÄÖÜ Müßig
    Łukasz Żółć|Ægir Ørsted|Zoë O’Brien|D'Artagnan|Nº 5, 2ª|50 € – 60 €|À bientôt…|Ñandú|Ångström
    Đặng Văn “Tèo”|XÃ HƯNG ĐẠO, THỊ XÃ|VÃ NGÃ BÃ LÃ|ẤP 3, XÃ “A”|Số 5/2 – Ngõ 3|Piñata «está»
    Œuvre|Ærø|Straße 12½|Â, Ê, Ô|Ã|Á|MÃ: 5|“XÃ”|THỊ XÃ…
"""
GENUINE = [name.strip() for line in NAMES.split("\n") for name in line.split("|") if name.strip()]
GENUINE += [row["name"] for row in read_table("provinces").to_pylist()]
GENUINE += [row["name_vi"] for row in read_table("countries").to_pylist()]
GENUINE += [row["name_en"] for row in read_table("countries").to_pylist()]
GENUINE += [r["word"] for r in read_table("choices").to_pylist() if r["choice"] == "addressType"]


@pytest.mark.parametrize("case", [str, str.upper, str.lower, str.title])
def test_genuine_names_are_not_taken_for_garbled_ones(case: type[str]) -> None:
    cells = sorted({case(name) for name in GENUINE})
    assert read("address", cells) == cells
    assert len(judge("address", cells).findings) == 0


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_garbled_names_are_restored(encoding: str) -> None:
    names = [name for name in GENUINE if not name.isascii()]
    pairs = [(garbled(name, encoding), name) for name in names]
    pairs = [(cell, name) for cell, name in pairs if cell is not None]
    assert len(pairs) > 100
    found = read("address", [cell for cell, _ in pairs])
    wrong = [
        (cell, name, ours)
        for (cell, name), ours in zip(pairs, found, strict=True)
        if ours != name and "".join(str(ours).split()) != "".join(name.split())
    ]
    assert wrong == []


def garbled(name: str, encoding: str) -> str | None:
    try:
        return name.encode().decode(encoding)
    except UnicodeDecodeError:  # Windows-1252 has holes
        return None


def test_restored_and_lost_letters_are_told() -> None:
    report = judge("address", ["Nguyá»…n", "Nguy?n", "Nguy\ufffdn", "Nguyễn", "Ai? Không ai"])
    assert [rules_of(report, "address", row) for row in range(5)] == [
        ["text.mojibake"],
        ["text.lost_letters"],
        ["text.lost_letters"],
        [],
        [],
    ]
    assert report.ok


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("ABCĐĂanơữ ,.'\"\\[]{}();|", min_size=1, max_size=8), max_size=5))
@example([";\\n"])
@example(["';'", "'An'"])
@example(["Tr&agrave; My", "\\u00ea"])
def test_a_json_list_is_read_as_it_is(items: list[str]) -> None:
    cleaned = [text for text in read("address", items) if text is not None]
    found = read("nickNames", [json.dumps(items), json.dumps(items, ensure_ascii=False)])
    assert found == [cleaned or None] * 2


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("ABCanơữ ,.'(){}", min_size=1, max_size=8), min_size=1, max_size=5))
def test_a_python_list_is_read_as_json_is(items: list[str]) -> None:
    assert read("nickNames", [repr(items)]) == read("nickNames", [json.dumps(items)])


def test_a_list_in_an_object_column_is_a_list() -> None:
    report = judge("nickNames", [["Dee Nguyen", "dee"], ("a",), [], None])
    assert list(report.cleaned["nickNames"]) == [["Dee Nguyen", "dee"], ["a"], None, None]


def test_a_lone_half_of_a_letter_is_no_text() -> None:
    assert read("nickNames", ['["\\ud83d", "dee"]']) == [["dee"]]


def test_district_numbers_of_a_float_column_are_whole_again() -> None:
    report = judge("district", pd.Series([1.0, 12.0, np.nan, 2.5]))
    assert canonical(report, "district") == ["Quận 1", "Quận 12", "", "2.5"]
    assert set(report.findings["rule"]) == {"text.float", "district.unknown"}


def test_custom_fields_may_hold_decimals() -> None:
    name = "customFieldTexts.customField01"
    frame = pd.DataFrame(
        {"customerId": ["1"], "fullName": ["An"], "phone": ["0912345678"], name: ["8.0"]}
    )
    report = frame.pango.validate("customer-identity")
    assert report.ready[name].to_list() == ["8.0"]
    assert not len(report.findings)
