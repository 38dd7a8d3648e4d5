"""PangoCDP's words, whatever form they give what they were sent."""

from __future__ import annotations

import html
import json
import time
from unicodedata import normalize
from urllib.parse import quote

import pytest

from pangoprep.upload.http.answers import error_of
from pangoprep.upload.http.server_words import shortened, without_secrets, without_values
from pangoprep.upload.http.tokens import Secret

ROW = {
    "customerId": "KH-CANARY-77",
    "fullName": "Nguyễn Thị Bông An",
    "phone": "0912345678",
    "email": "bong.canary@vidu.vn",
    "address": "12/5 Ngõ Cây To, tổ 5, phường Dịch Vọng",
    "dob": 582_310_800_000,  # 15 June 1988 in Vietnam
    "gender": "female",
    "nickNames": ["Tí Nị"],
    "customFieldTexts": {"shoeShop": "Hàng Bồ"},
}
ENTRIES = [json.dumps(ROW, ensure_ascii=False).encode()]
NAME = str(ROW["fullName"])


def masked(words: str) -> str:
    return shortened(without_values(words, ENTRIES, ["gender"]))


@pytest.mark.parametrize(
    "words",
    [
        NAME,
        NAME.upper(),
        "nguyen thi bong an",
        "Nguyen Thi Bong An",
        normalize("NFD", NAME),
        normalize("NFD", NAME).upper(),
        NAME.replace(" ", "_"),
        "NGUYEN_THI_BONG_AN",
        "nguyen-thi-bong-an",
        "nguyenthibongan",
        html.escape(NAME).encode("ascii", "xmlcharrefreplace").decode(),
        "Nguy&ecirc;n Th&#x1ECB;",
        quote(NAME),
        quote(quote(NAME)),
        json.dumps(NAME)[1:-1],
        NAME.encode().decode("latin-1"),
        "An, Nguyễn Thị Bông",
        "Bông",
        "BONG",
        "bong",
        "Thi\u0323",
        "Bô\u200bng",
        "0912345678",
        "0912 345 678",
        "+84 912-345-678",
        "84912345678",
        "5678",
        "bong.canary@vidu.vn",
        quote("bong.canary@vidu.vn"),
        "BONG.CANARY@VIDU.VN",
        "canary",
        "someone.else@vidu.vn",
        "Ngo Cay To",
        "12/5",
        "phuong dich vong",
        "15/06/1988",
        "15-6-88",
        "1988-06-14",
        "15.06.1988",
        "15 / 06 / 1988",
        "15 Jun 1988",
        "June 15th, 1988",
        "15 tháng 6 năm 1988",
        "1988",
        "582310800000",
        "KH-CANARY-77",
        "kh_canary_77",
        "Tí",
        "ti ni",
        "Hang Bo",
    ],
)
@pytest.mark.parametrize("frame", ["lastName '{}'", "{}", "[{}]", "bad: {} (wrong)", "x='{}';"])
def test_a_value_is_masked_in_every_form(words, frame) -> None:
    shown = masked(frame.format(words))
    said = frame.format(words)
    before, after = said[: said.index(words)], frame.partition("{}")[2]
    assert shown.startswith(before.rstrip())
    assert shown.endswith(after)
    inside = shown[len(before) : len(shown) - len(after)]
    assert not [letter for letter in inside if letter.isalnum()]


@pytest.mark.parametrize(
    "words",
    [
        "MISSING_INFO: Invalid value of: entries[3].phone (no number)",
        "Invalid value of: objectType",
        "an error is to be found in the email, the phone and the address of customerId",
        "status 400: 50 entries, at most 100 in 60 s",
        "gender female is not known",
        "customFieldTexts.shoeShop is too long",
        "Organization Context is not set",
    ],
)
def test_other_words_stay(words) -> None:
    assert masked(words) == words


@pytest.mark.parametrize("start", range(150, 210, 3))
def test_nothing_is_cut_before_it_is_masked(start) -> None:
    for value in (NAME, "0912345678", "bong.canary@vidu.vn"):
        body = json.dumps({"success": False, "message": "x" * start + " " + value}).encode()
        error = error_of(400, {}, body, lambda words: without_values(words, ENTRIES, []))
        assert set(error.reason) <= {"x", " ", "•"}


def test_secrets_are_masked_and_spoil_no_other_word() -> None:
    secrets = [Secret("u"), Secret("Na"), Secret("long-secret/1+2"), Secret("")]
    words = "fullName of u: U, 'na', pre-LONG-SECRET/1+2post, long-secret%2F1%2B2, source"
    shown = without_secrets(words, secrets)
    assert shown == "fullName of •••: •••, '•••', pre-•••post, •••, source"


@pytest.mark.parametrize(
    "pattern",
    [
        "a",
        "1",
        "1(",
        "@",
        "a@",
        "an ",
        "%41",
        "&amp;",
        "&",
        "1 jan ",
        "\\u0041",
        "_",
        "u",
        "Ã´",
        "'",
    ],
)
def test_the_time_it_takes_grows_with_the_length(pattern) -> None:
    def seconds(length: int) -> float:
        words = (pattern * length)[:length]
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            shortened(without_values(without_secrets(words, [Secret("abcdefgh")]), ENTRIES, []))
            best = min(best, time.process_time() - start)
        return best

    assert seconds(60_000) / seconds(15_000) < 8  # squared would be 16
