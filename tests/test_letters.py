"""Marks and short words: what a header may lack, and what makes it another word."""

from __future__ import annotations

import pandas as pd
import pytest

from pangoprep.entities import ENTITIES
from pangoprep.errors import ReadError
from pangoprep.letters import fold, has_own_marks, letters_of, words_of
from pangoprep.matching.claims import CERTAIN
from pangoprep.matching.known_headers import is_bare, is_known_header, n_known
from pangoprep.matching.slips import nearly
from pangoprep.matching.spelling import certain_claim, claims
from pangoprep.reading.layout import find_header
from pangoprep.tables import read_table

CUSTOMER = ENTITIES["customer-identity"]
RELATIVE = ENTITIES["customer-relationship"]


@pytest.mark.parametrize(
    ("header", "spelling", "expected"),
    [
        ("Phường", "Phường", True),
        ("PHƯỜNG", "Phường", True),
        ("phuong", "Phường", True),
        ("Phương", "Phường", False),
        ("Phượng", "Phường", False),
        ("Quân", "Quận", False),
        ("Huyền", "Huyện", False),
        ("Bằng", "Bang", False),
        ("Ánh", "Ảnh", False),
        ("Hãng thẻ", "Hạng thẻ", False),
        ("Hạng the", "Hạng thẻ", True),
        ("Hang thẻ", "Hạng thẻ", True),
        ("Toà nhà", "Tòa nhà", True),
        ("Số điện thọai", "Số điện thoại", True),
        ("Sđt", "SĐT", True),
        ("sdt", "SĐT", True),
        ("Émail", "Email", False),
    ],
)
def test_marks_are_the_spellings_own_or_none(header: str, spelling: str, expected: bool) -> None:
    words = [fold(word) for word in words_of(spelling)]
    assert fold(header) == fold(spelling)
    assert has_own_marks(letters_of(header), letters_of(spelling), words) is expected


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Ngày sinhh", "dob"),
        ("So dien thoia", "phone"),
        ("Phone nunber", "phone"),
        ("Custommer name", "fullName"),
        ("Emial address", "email"),
        ("ngaysinhh", "dob"),
        ("Mobile numbers", "phone"),
    ],
)
def test_a_slip_of_the_finger_is_taken(header: str, field: str) -> None:
    claim = certain_claim(header, CUSTOMER)
    assert claim is not None
    assert claim.field == field


@pytest.mark.parametrize(
    "header",
    [
        "Ngày mua cuối",
        "ngaymuacuoi",
        "NGAY_MUA_CUOI",
        "Contract no",
        "Contract number",
        "County name",
        "Call number",
        "Ship code",
        "Tên người",
        "Nhóm khác",
        "Nguồn khác",
        "Mã khác",
        "Phương",
        "Quân",
        "Huyền",
        "Nước ngoài",
        "Lát update",
    ],
)
def test_another_word_is_no_slip(header: str) -> None:
    assert certain_claim(header, CUSTOMER) is None
    assert all(claim.confidence < CERTAIN for claim in claims(header, CUSTOMER))


@pytest.mark.parametrize("header", ["SĐT người nhận", "Tên người nhận"])
def test_another_person_is_no_slip(header: str) -> None:
    assert certain_claim(header, RELATIVE) is None


def test_the_word_that_is_off_is_found_where_words_are_not_apart() -> None:
    slip = nearly("ngaymuacuoi", CUSTOMER)
    assert slip is not None
    assert slip.is_word


def test_a_suggestion_shares_no_word_with_other_marks() -> None:
    assert claims("GIÁ", CUSTOMER) == []
    assert [claim.field for claim in claims("Gia", CUSTOMER)] == ["country"]


@pytest.mark.parametrize("word", read_table("other_words").column("word").to_pylist())
def test_every_other_word_is_one_letter_from_a_headers_word_and_none_itself(word: str) -> None:
    from rapidfuzz.distance import OSA

    from pangoprep.matching.known_headers import words_of_headers

    assert word == word.lower()
    assert word not in words_of_headers()
    assert any(OSA.distance(word, known) == 1 for known in words_of_headers())


@pytest.mark.parametrize("table", ["bare_headers", "asked_headers"])
def test_bare_and_asked_headers_are_no_known_headers(table: str) -> None:
    for row in read_table(table).to_pylist():
        entity = ENTITIES[row["entity"]]
        assert row["field"] in entity.fields()
        assert certain_claim(row["header"], entity) is None


def test_asked_headers_are_asked_whatever_the_cells_hold() -> None:
    frame = pd.DataFrame(
        {"Ngày đăng ký": ["31/12/2024"] * 9, "Họ tên": ["Lê An"] * 9, "SĐT": ["0912345678"] * 9}
        | {"Mã đối tượng": [f"KH{n}" for n in range(9)], "Người liên hệ": ["Trần Bình"] * 9}
    )
    matches = frame.pango.map("customer-identity").matches
    offered = {m.column: m.claims[0].field for m in matches if m.claims and not m.is_certain}
    # The name is there: whose is the other one needs no answer.
    assert offered == {"Ngày đăng ký": "createdAt", "Mã đối tượng": "customerId"}


# The row of headers


def test_short_words_and_given_names_make_no_row_of_headers_alone() -> None:
    assert [is_bare(word) for word in ("DT", "Anh", "Phuong", "ĐT", "Ảnh", "Ward")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    assert n_known(["Anh", "Phuong"]) == 0
    assert n_known(["Anh", "Phuong", "Họ tên"]) == 3
    assert not is_known_header("Phương")


@pytest.mark.parametrize("name", ["Phương", "Phuong", "Anh", "Quân", "Huyền", "Ánh"])
def test_a_given_name_in_a_list_is_no_row_of_headers(name: str) -> None:
    rows = [["Danh sách lớp"], ["Lan"], ["Dũng"], [name], ["Hà"]]
    assert find_header(dict(enumerate(rows, 1)), "a.csv") == 1
    pairs = [["Học sinh", "Lớp"], ["Lan", "A"], [name, "Anh"], ["Hà", "B"]]
    assert find_header(dict(enumerate(pairs, 1)), "a.csv") == 1


def test_titles_above_headers_are_passed_over_still() -> None:
    rows = {1: ["DANH SÁCH KHÁCH HÀNG", ""], 2: ["Phường", "SĐT"], 3: ["Bến Nghé", "0912345678"]}
    assert find_header(rows, "a.csv") == 2
    with pytest.raises(ReadError, match="no row of headers"):
        find_header({1: ["1", "2"], 2: ["3", "4"]}, "a.csv")
