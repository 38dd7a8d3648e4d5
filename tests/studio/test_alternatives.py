"""A problem of several fields, such as "phone or email": where a new value goes, what is marked."""

from __future__ import annotations

import pytest

from tests.studio.pages import Page, page_of

PROBLEM = "phone|required.any_of"
PHONES = [None, "-", "0912345678"]


@pytest.fixture
def page() -> Page:
    return page_of(phone=list(PHONES), email=[None, None, None])


def test_the_fields_are_named_with_their_columns_and_both_cells_are_marked(page: Page) -> None:
    problem = {one["id"]: one for one in page.ask("open")["problems"]}[PROBLEM]
    assert problem["label"] == "phone or email"
    assert [one["value"] for one in problem["fields"]] == ["phone", "email"]
    told = page.ask("rows", problem=PROBLEM)
    cells = zip(told["columns"], told["items"][0]["cells"], strict=True)
    assert [one["name"] for one, cell in cells if cell["severity"]] == ["phone", "email"]


@pytest.mark.parametrize(
    ("chosen", "field", "new", "cells"),
    [
        ([0, 1], "email", "an@congty.vn", ["an@congty.vn", "an@congty.vn", None]),
        ([0, 1], "phone", "0912345679", ["0912345679", "0912345679", "0912345678"]),
        ([1], "email", "an@congty.vn", [None, "an@congty.vn", None]),
    ],
)
def test_a_new_value_goes_into_the_field_that_is_chosen(
    page: Page, chosen: list[int], field: str, new: str, cells: list[str | None]
) -> None:
    values = [one["text"] for one in page.ask("values", problem=PROBLEM)["items"]]
    assert values == ["", "-"]
    done = page.ask("act", action="fix", problem=PROBLEM, values=chosen, new=new, into=field)
    assert done["type"] == "changed"
    frame = page.session.desk.bench.frame.astype("object")
    assert frame[field].where(frame[field].notna(), None).tolist() == cells
    other = {"phone": "email", "email": "phone"}[field]
    assert frame[other].where(frame[other].notna(), None).tolist() == (
        PHONES if other == "phone" else [None] * 3
    )


def test_a_field_without_a_column_is_no_place(page: Page) -> None:
    told = page.refused("act", action="fix", problem=PROBLEM, values=[0], new="An", into="city")
    assert "No column stands for 'city'" in told
    assert page.session.desk.bench.taken_steps == []
