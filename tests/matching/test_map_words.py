"""What `map` says is made of facts, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.error_words import LANGUAGE_VARIABLE
from pangoprep.tables import read_table

N = 30
PHONES = [f"09123456{n:02}" for n in range(N)]
# A column for each way to be a field, or none.
FRAME = pd.DataFrame(
    {
        "SĐT": [f"an{n}@gmail.com" for n in range(N)],
        "Số điện thoại của tôi (*)": PHONES,
        "Liên hệ phụ": PHONES,
        "Họ tên (bắt buộc)": ["Nguyễn Văn An"] * N,
        "Ngày sinhh": ["15/06/1988"] * N,
        "GT": ["nữ", "nam"] * (N // 2),
        "city": ["Quận 1", "Cầu Giấy", "Hải Châu"] * (N // 3),
        "Province": ["Hồ Chí Minh", "Hà Nội", "Đà Nẵng"] * (N // 3),
        "Ghi chú": ["x"] * N,
        "Điện thoại 1": PHONES,
        "Điện thoại 2": PHONES,
    }
)
ENGLISH = re.compile(r"\b(?:it|holds|could|be|spelling|known|field|column|but|the|or|and|one)\b")


def test_reasons_are_facts_and_the_same_in_every_language() -> None:
    english = FRAME.pango.map("customer-identity", lang="en")
    vietnamese = FRAME.pango.map("customer-identity", lang="vi")
    assert english == vietnamese
    assert english.fields == vietnamese.fields
    assert len(english.questions) == len(vietnamese.questions) > 2
    shown = english.table().drop(columns="why")
    pd.testing.assert_frame_equal(shown, vietnamese.table().drop(columns="why"))
    assert (english.table()["why"] != vietnamese.table()["why"]).all()


def test_vietnamese_has_no_english_in_it() -> None:
    found = FRAME.pango.map("customer-identity", lang="vi")
    said = [*found.table()["why"], *found.questions, found.headline]
    said = [re.sub(r"mapping=\{.*?\}|values=\{.*\}|'[^']*'|\([^)]*\*\)", "", text) for text in said]
    assert [text for text in said if ENGLISH.search(text)] == []
    html = found._repr_html_()
    assert 'lang="vi"' in html
    assert "Cần bạn trả lời" in html


def test_the_language_is_the_environments_if_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LANGUAGE_VARIABLE, "vi_VN")
    assert FRAME.pango.map("customer-identity").questions[0].startswith("Không có cột nào là")
    english = FRAME.pango.map("customer-identity", lang="en").questions[0]
    assert english.startswith("No column is")
    with pytest.raises(pp.PangoprepError, match="lang"):
        FRAME.pango.map("customer-identity", lang="de")


def test_a_report_asks_in_its_language() -> None:
    known = {"Mã KH": ["1"], "Họ tên": ["An"], "SĐT": ["0912345678"]}
    frame = pd.DataFrame({**known, "Liên hệ": ["12 Lê Lợi"]})
    asked = frame.pango.validate("customer-identity", lang="vi").mapping.questions
    assert asked
    assert all("có thể là" in question for question in asked)


def test_what_a_map_shows_of_itself_is_in_its_language() -> None:
    frame = pd.DataFrame({"Mã KH": ["1"], "Họ tên": ["An"], "SĐT": ["0912345678"], "zz": ["a"]})
    told = "customer-identity: 3 trong 4 cột đã khớp, 0 cột cần bạn trả lời"
    assert told in repr(frame.pango.map(lang="vi"))
    assert told in repr(frame.pango.validate(lang="vi").mapping)
    assert repr(frame.pango.map()).startswith("<ColumnMap customer-identity: 3 of 4 columns")


def test_an_error_asks_in_the_language_of_the_call() -> None:
    with pytest.raises(pp.PangoprepError, match=r"Không có cột nào là customerId\. Có thể tạo từ"):
        pd.DataFrame({"Họ tên": ["An"], "SĐT": ["0912345678"]}).pango.validate(lang="vi")


def test_every_reason_has_its_words() -> None:
    matching = Path(pp.__file__).parent / "matching"
    code = "".join(path.read_text("utf-8") for path in matching.glob("*.py"))
    made = set(re.findall(r'Reason\(\s*"(\w+)"', code))
    words = {row["key"] for row in read_table("report_words").to_pylist()}
    assert len(made) > 8
    assert {f"match.{rule}" for rule in made} - words == set()


def test_somebodys_own_words_stay_as_they_are() -> None:
    frame = pd.DataFrame({"Mã KH": ["1", "2"], "Họ tên": ["An", "Chi"], "SĐT": ["0912345678"] * 2})
    bench = frame.pango.workbench("customer-identity", lang="vi")
    bench.leave_out([0], reason="Ask Binh and Chi or nobody")
    assert "Ask Binh and Chi or nobody" in bench.report.findings["message"].iloc[0]
    lacks = frame.drop(columns="Họ tên").assign(**{"Họ tên": ["An", None]})
    told = lacks.pango.validate(lang="vi").findings["message"].iloc[0]
    assert "fullName, hoặc firstName và lastName" in told
