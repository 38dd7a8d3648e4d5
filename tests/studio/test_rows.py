"""The rows behind values: what is said of them, in the language of the page."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.studio.test_session import Page, Session

FRAME = pd.DataFrame(
    {
        "customerId": ["C1", "C2", "C3"],
        "fullName": ["An", "Chi", "Tú"],
        "phone": ["12", "0912345678", "0912345679"],
        "email": ["a@congty.vn", "b@gmial.com", "c@congty.vn"],
    }
)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", ["phone: not a valid phone number", "email: the domain looks mistyped"]),
        (
            "vi",
            ["Số điện thoại: không phải số điện thoại hợp lệ", "Email: tên miền có vẻ bị gõ sai"],
        ),
    ],
)
def test_held_rows_say_why_and_the_others_what_to_look_at(lang: str, told: list[str]) -> None:
    page = Page(Session(FRAME.pango.workbench("customer-identity", lang=lang)))
    problems = ("phone|phone.unreadable", "email|email.typo")
    rows = [page.ask("rows", problem=one)["items"] for one in problems]
    assert [one["reason"] for (one,) in rows] == told
