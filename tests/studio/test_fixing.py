"""What a page does to rows: each is a step, and some steps are taken back."""

from __future__ import annotations

import pytest

from tests.studio.pages import Page, group_of, page_of


def test_one_decision_for_a_group(page: Page) -> None:
    problem = "email|email.unreadable"
    group = group_of(page, problem, "*@@gmail.com")
    done = page.ask("act", action="replace", problem=problem, groups=[group], old="@@", new="@")
    assert done["state"]["n_held"] == 173 - 5
    assert done["text"] == "5 rows changed, 5 fewer held."
    assert done["state"]["step"]["code"].startswith("bench.fix('email', {'•••'")


def test_a_value_an_empty_cell_and_a_single_cell() -> None:
    page = page_of(gender=["x", "x", "nam"], phone=[None, "0912345678", "0912345679"])
    listed = page.ask("values", problem="gender|gender.unknown")
    page.ask(
        "act", action="fix", problem="gender|gender.unknown", listing=listed["listing"],
        values=[0], new="female",
    )  # fmt: skip
    held = page.ask("groups", problem="phone|required.any_of")["items"]
    assert [(one["text"], one["rows"]) for one in held] == [("", 1)]
    done = page.ask(
        "act", action="fix", problem="phone|required.any_of", groups=[0], new="0987654321"
    )
    assert done["state"]["n_held"] == 0
    done = page.ask("act", action="fix_rows", row=2, field="fullName", new="Lê Chi")
    bench = page.session.desk.bench
    assert bench.frame["gender"].tolist() == ["female", "female", "nam"]
    assert bench.frame["phone"].tolist()[0] == "0987654321"
    assert bench.frame["fullName"].tolist()[2] == "Lê Chi"


@pytest.mark.parametrize("action", ["accept", "blank", "leave_out"])
def test_several_at_once(page: Page, action: str) -> None:
    problem = "email|email.typo"
    before = page.ask("open")["state"]
    done = page.ask("act", action=action, problem=problem, groups=[0, 1])
    assert problem in {one["id"] for one in done["problems"]}
    undone = page.ask("undo")
    assert undone["state"] == {**before, "redo": done["state"]["undo"]}
    assert page.ask("redo")["state"] == done["state"]


def test_what_cannot_be_used_is_refused_and_nothing_changes(page: Page) -> None:
    problem = "phone|phone.unreadable"
    before = page.ask("open")["state"]
    told = page.refused("act", action="fix", problem=problem, values=[0], new="12")
    assert "Not a valid phone number" in told
    assert "first" in page.refused("act", action="fix", problem=problem, values=[], new="1")
    assert "new value" in page.refused("act", action="fix", problem=problem, values=[0], new=" ")
    assert page.refused("undo")
    assert page.ask("open")["state"] == before


def test_near_equal_spellings_become_one() -> None:
    groups = ["Khách VIP", "khach vip", "Khách VIP", "Thường", "Thường", "KHÁCH VIP"]
    page = page_of(customerGroup=groups)
    listed = page.ask("clusters", problem="customerGroup|spelling.varies")
    (cluster,) = listed["items"]
    assert cluster["suggestion"] == "Khách VIP"
    assert (cluster["n_values"], cluster["rows"]) == (3, 4)
    rows = page.ask("rows", problem="customerGroup|spelling.varies", groups=[0], clusters=True)
    assert rows["total"] == 4
    asked = {"problem": "customerGroup|spelling.varies", "groups": [0], "clusters": True}
    page.ask("act", action="accept", listing=listed["listing"], **asked)
    assert set(page.session.desk.bench.frame["customerGroup"]) == {"Khách VIP", "Thường"}


def test_any_step_is_taken_back_alone_and_a_row_is_left_out(page: Page) -> None:
    row = page.ask("rows", problem="phone|phone.unreadable", limit=1)["items"][0]["row"]
    page.ask("act", action="accept", problem="phone|phone.unreadable", all=True)
    page.ask("act", action="leave_out", row=row)
    done = page.ask("act", action="accept", problem="email|email.typo", all=True)
    steps = done["state"]["steps"]
    assert [(one["number"], one["what"]) for one in steps] == [
        (3, "accept suggestions for email"), (2, "leave rows out"),
        (1, "accept suggestions for phone"),
    ]  # fmt: skip
    assert (steps[2]["text"], done["state"]["n_steps"]) == ("6 rows changed, 6 fewer held.", 3)
    assert "left out in the studio" in page.session.desk.bench.report.causes([row])[0]
    undone = page.ask("undo", step=1)
    assert undone["text"] == "Undone: accept suggestions for phone"
    assert [one["number"] for one in undone["state"]["steps"]] == [3, 2]
    assert undone["state"]["n_held"] == 172  # row left out stays so
    assert "no step 1" in page.refused("undo", step=1)
    page.ask("undo", step=2)
    assert "left out" not in page.session.desk.bench.report.causes([row])[0]


def test_a_step_about_all_rows_is_not_said_to_have_changed_each() -> None:
    page = page_of(customerId=["C1", None, "C3"], phone=["0912345671", "0912345672", "12"])
    told = page.ask("act", action="make", field="customerId")
    assert told["text"] == "Done: 1 fewer held. 1 cell of customerId has another value now."
    assert not any(one["make"] for one in told["problems"])  # it is made already
    told = page.ask("act", action="leave_out", row=2)["text"]
    assert told == "1 row left out, 1 fewer held: it is not sent."


def test_how_a_new_value_reads_is_told() -> None:
    page = page_of(phone=["12", "0912345678"])
    asked = {"action": "fix", "problem": "phone|phone.unreadable", "groups": [0]}
    told = page.ask("act", **asked, new="+84 987 654 321")["text"]
    assert told == "1 row changed, 1 fewer held. It reads 0•••••••21."
    page.ask("undo")
    page.ask("reveal", on=True)
    told = page.ask("act", **asked, new="0987654321")["text"]
    assert told == "1 row changed, 1 fewer held."


def test_a_whole_problem_is_accepted_or_emptied_in_one_action() -> None:
    phones = ["O912345678", "O912345679", "123", "0912345670"]
    page = page_of(phone=phones, email=[f"a{n}@congty.vn" for n in range(4)])
    problem = "phone|phone.unreadable"
    listed = {one["id"]: one for one in page.ask("open")["problems"]}[problem]
    assert (listed["suggested"], listed["emptied"], listed["make"]) == (2, True, [])
    page.ask("act", action="accept", problem=problem, all=True)
    assert page.session.desk.bench.report.n_held == 1
    page.ask("act", action="blank", problem=problem, all=True)
    assert page.session.desk.bench.report.n_held == 0
    cleaned = page.session.desk.bench.report.cleaned["phone"]
    assert cleaned.fillna("").to_list() == ["0912345678", "0912345679", "", "0912345670"]


def test_rows_without_an_id_get_one_of_the_person_and_the_others_keep_theirs() -> None:
    page = page_of(customerId=["C1", None, "C3"])
    problem = "customerId|required.missing"
    listed = {one["id"]: one for one in page.ask("open")["problems"]}[problem]
    assert listed["make"] == ["phone"]
    assert not listed["emptied"]
    page.ask("act", action="make", field="customerId")
    made = page.session.desk.bench.report.ready["customerId"].to_list()
    assert made == ["C1", "0912345601", "C3"]


def test_all_but_some_are_chosen_wherever_they_are_listed() -> None:
    page = page_of(gender=["x", "y", "z", "x", "nam"])
    asked = {"action": "fix", "problem": "gender|gender.unknown", "new": "female", "all": True}
    values = [one["text"] for one in page.ask("values", problem=asked["problem"])["items"]]
    page.ask("act", **asked, but_values=[values.index("y")])
    bench = page.session.desk.bench
    assert bench.frame["gender"].tolist() == ["female", "y", "female", "female", "nam"]
    page.ask("undo")
    page.ask("act", **asked, but_groups=[values.index("x")])
    assert bench.frame["gender"].tolist() == ["x", "female", "female", "x", "nam"]


def test_all_but_some_of_one_pattern_are_chosen() -> None:
    page = page_of(email=["An1gmail.com", "le.chi2gmail.com", "binh3gmail.com", "an@", "b@@c.vn"])
    problem = "email|email.unreadable"
    group = group_of(page, problem, "*gmail.com")
    cells = [one["id"] for one in page.ask("values", problem=problem, group=group)["items"]]
    asked = {"problem": problem, "group": group, "all": True, "but_values": cells[:1]}
    assert page.ask("rows", **asked)["total"] == 2
    page.ask("act", action="blank", **asked)
    held = page.session.desk.bench.frame["email"].dropna().tolist()
    assert len(held) == 3
    assert {"an@", "b@@c.vn"} < {*held}
    everything = {"problem": problem, "all": True}
    told = page.refused("act", action="fix", **everything, but_values=[], new="*@gmail.com")
    assert "Choose patterns" in told  # a star is for patterns, not for values one by one
    assert page.ask("rows", **everything)["total"] == 3


def test_all_but_some_spellings_become_one() -> None:
    groups = ["Khách VIP", "khach vip", "Khách VIP", "Thường", "Thường", "thuong"]
    page = page_of(customerGroup=groups)
    asked = {"problem": "customerGroup|spelling.varies", "clusters": True, "all": True}
    listed = page.ask("clusters", problem=asked["problem"])
    assert (listed["total"], listed["rows"], listed["n_suggested"]) == (2, 6, 2)
    kept = [one["suggestion"] for one in listed["items"]].index("Thường")
    assert page.ask("rows", **asked, but_groups=[kept])["total"] == 3
    page.ask("act", action="accept", **asked, but_groups=[kept])
    left = page.session.desk.bench.frame["customerGroup"].tolist()
    assert left == ["Khách VIP"] * 3 + groups[3:]


def test_an_example_of_a_pattern_shows_its_shared_part_and_nothing_else(page: Page) -> None:
    groups = page.ask("groups", problem="email|email.unreadable")["items"]
    (told,) = [one for one in groups if one["text"] == "*gmail.com"]
    assert told["n_values"] == 12
    before = told["before"]
    assert before.endswith("gmail.com")
    assert set(before[1:].removesuffix("gmail.com")) <= {"•", "."}
