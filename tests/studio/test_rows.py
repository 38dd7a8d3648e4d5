"""The rows behind values: what is said of them, in the language of the page."""

from __future__ import annotations

import pandas as pd
import pytest

from pangoprep.studio.session import Session
from tests.studio.pages import Page

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


@pytest.mark.parametrize("field", ["phone", "email"])
def test_a_second_value_of_a_cell_never_takes_the_place_of_the_first(field: str) -> None:
    both = {"phone": "0912345671 / 0912345672", "email": "b@congty.vn; e@congty.vn"}
    page = Page(Session(FRAME.assign(**{field: both[field]}).pango.workbench("customer-identity")))
    problem = f"{field}|{field}.multiple"
    told = {one["id"]: one for one in page.ask("open")["problems"]}[problem]
    assert told["suggested"] == 0
    assert [one["suggestion"] for one in page.ask("values", problem=problem)["items"]] == [None]
    refused = page.refused("act", action="accept", problem=problem, all=True)
    assert "for a field of its own" in refused


def test_suggestions_of_a_warning_are_accepted_at_once_too() -> None:
    page = Page(Session(FRAME.pango.workbench("customer-identity")))
    told = {one["id"]: one for one in page.ask("open")["problems"]}["email|email.typo"]
    assert told["suggested"] == 1
    page.ask("act", action="accept", problem="email|email.typo", all=True)
    assert page.session.desk.bench.frame["email"].tolist()[1] == "b@gmail.com"


@pytest.mark.parametrize(
    ("asked", "in_front"),
    [
        ({"problem": "email|email.typo"}, ["customerId", "email"]),
        ({"problem": "customerId|required.missing"}, ["customerId"]),
        ({"problem": "phone|required.any_of"}, ["customerId", "phone", "email"]),
        ({"left_out": True}, ["customerId"]),
    ],
)
def test_what_rows_are_looked_at_for_stands_first_after_their_key(
    asked: dict[str, str], in_front: list[str]
) -> None:
    more = pd.DataFrame({"fullName": ["Na", "Hà", "Vy"], "customerId": ["C4", None, "C6"]})
    frame = pd.concat([FRAME[["fullName", "phone", "email", "customerId"]], more])
    frame["email"] = frame["email"].where(frame["customerId"].ne("C6"), "vy@congty.vn")
    page = Page(Session(frame.pango.workbench("customer-identity")))
    page.session.desk.bench.leave_out([5])
    told = page.ask("rows", **asked)
    fields = [one["field"] for one in told["columns"]]
    assert fields[: told["n_in_front"]] == in_front
    assert fields[told["n_in_front"] :] == [
        name for name in ("fullName", "phone", "email") if name not in in_front
    ]
    looked_at = [one["field"] for one in told["columns"] if one["asked"]]
    assert looked_at == ([] if "left_out" in asked else in_front[1:] or in_front)
    assert told["items"]
    assert {len(one["cells"]) for one in told["items"]} == {4}
