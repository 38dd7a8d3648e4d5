"""What a page lists: problems, groups, values, the rows behind them."""

from __future__ import annotations

from pangoprep.studio.problems import TAB_OF_RULE
from pangoprep.tables import read_table
from tests.studio.pages import Page


def test_it_opens_with_problems_most_rows_freed_first(page: Page) -> None:
    opened = page.ask("open")
    assert opened["state"]["n_held"] == 173
    assert opened["source"] == "customers_messy.csv"
    frees = [problem["frees"] for problem in opened["problems"]]
    assert frees == sorted(frees, reverse=True)
    assert opened["problems"][0]["id"] == "phone|phone.unreadable"


def test_groups_of_a_problem_add_up_to_it(page: Page) -> None:
    for problem in page.ask("open")["problems"]:
        groups = page.ask("groups", problem=problem["id"], limit=100)
        assert sum(group["rows"] for group in groups["items"]) == problem["rows"]
        assert sum(group["n_values"] for group in groups["items"]) == problem["values"]
        assert groups["total"] == len(groups["items"])


def test_a_problem_that_another_tab_decides_about_leads_there(page: Page) -> None:
    tabs = {one["rule"]: one["tab"] for one in page.ask("open")["problems"]}
    assert (tabs["gender.unknown"], tabs["duplicate.superseded"]) == ("options", "duplicates")
    assert tabs["phone.unreadable"] is None
    assert set(TAB_OF_RULE) <= set(read_table("rules")["rule"].to_pylist())


def test_held_rows_of_a_real_export_are_few_groups(page: Page) -> None:
    errors = [one for one in page.ask("open")["problems"] if one["severity"] == "error"]
    groups = [page.ask("groups", problem=one["id"])["total"] for one in errors]
    assert sum(groups) <= 40  # of 173 rows
    emails = page.ask("groups", problem="email|email.unreadable")["items"]
    assert [(one["text"], one["rows"]) for one in emails[:3]] == [
        ("*gmail.com", 12),
        ("*@gmail", 8),
        ("*@@gmail.com", 5),
    ]


def test_never_more_than_a_page_of_anything(page: Page) -> None:
    problem = "phone|phone.lost_zero"
    assert len(page.ask("values", problem=problem, limit=10_000)["items"]) == 100
    rows = page.ask("rows", problem=problem, limit=10_000)
    assert (len(rows["items"]), rows["total"]) == (100, 320)
    later = page.ask("rows", problem=problem, offset=310, limit=50)
    assert len(later["items"]) == 10


def test_rows_have_the_numbers_of_their_file_and_say_why(page: Page) -> None:
    rows = page.ask("rows", problem="gender|gender.unknown", limit=1)
    (row,) = rows["items"]
    assert row["number"] == str(row["row"] + 2)
    genders = [column["field"] for column in rows["columns"]].index("gender")
    assert row["cells"][genders]["severity"] == "warning"
    assert row["cells"][genders]["why"] == "Not a known word for a gender; sent as undefined"
    assert [cell["why"] for cell in row["cells"] if not cell["severity"]] == [""] * 11
    phones = page.ask("rows", problem="phone|phone.unreadable", limit=1)["items"]
    assert "not a valid phone number" in phones[0]["reason"]


def test_a_list_tells_what_is_in_all_of_it_and_its_last_lines_where_it_became_shorter(
    page: Page,
) -> None:
    problem = "email|email.unreadable"
    listed = {one["id"]: one for one in page.ask("open")["problems"]}[problem]
    values = page.ask("values", problem=problem, limit=10, offset=10_000)
    assert (values["offset"], len(values["items"]), values["total"]) == (30, 4, 34)
    assert values["rows"] == listed["rows"] == 34
    every = page.ask("values", problem=problem)["items"]
    assert values["items"] == every[30:]
    assert values["n_suggested"] == sum(one["n_suggested"] for one in every)
    assert values["n_read"] == sum(one["reading"] is not None for one in every)
    groups = page.ask("groups", problem=problem)
    assert groups["rows"] == 34
    some = page.ask("values", problem=problem, group=0)
    told = groups["items"][0]
    assert (some["total"], some["rows"]) == (told["n_values"], told["rows"])
    assert page.refused("values", problem=problem, group=groups["total"])


def test_the_rows_behind_a_value_stay_listed_whatever_becomes_of_it(page: Page) -> None:
    asked = {"problem": "gender|gender.unknown"}
    listing = page.ask("values", **asked)["listing"]
    rows = page.ask("rows", **asked, values=[0], listing=listing, limit=3)
    assert page.ask("rows", **asked)["set"] is None  # these are found anew
    page.ask("act", action="fix", **asked, values=[0], new="male")
    again = page.ask("rows", **asked, set=rows["set"], limit=3)
    assert [one["row"] for one in again["items"]] == [one["row"] for one in rows["items"]]
    assert (again["set"], again["total"]) == (rows["set"], rows["total"])
    genders = [column["field"] for column in rows["columns"]].index("gender")
    assert {one["cells"][genders]["text"] for one in again["items"]} == {"male"}
    assert page.refused("rows", set=rows["set"] + 1)
