"""What a new value makes of those that are chosen: a pattern of another, text within."""

from __future__ import annotations

import json

from tests.studio.pages import Page, page_of


def test_what_is_typed_is_shown_before_it_is_done() -> None:
    page = page_of(email=["An1gmail.com", "le.chi2gmail.com", "binh3gmail.com", "an@x.vn"])
    problem = "email|email.unreadable"
    star = page.ask("preview", problem=problem, groups=[0], new="*@gmail.com")
    assert star["text"] == "3 values become:"
    assert all("@gmail.com" in one["after"] for one in star["items"])
    assert "binh3" not in json.dumps(star)
    page.ask("reveal", on=True)
    listed = page.ask("groups", problem=problem)["listing"]
    asked = {"problem": problem, "groups": [0], "listing": listed}
    told = page.ask("preview", **asked, old="gmail", new="@gmail")["items"]
    assert {"before": "An1gmail.com", "after": "An1@gmail.com"} in told
    assert page.ask("preview", **asked, new="*.*@gmail.com") == {
        "type": "preview", "items": [], "reply_to": "4", "text": page.refused(
            "act", action="fix", **asked, new="*.*@gmail.com"),
    }  # fmt: skip
    assert page.session.desk.bench.report.n_held == 3  # nothing was done
    assert page.ask("preview", **asked, old="nowhere", new="")["items"] == []


def test_a_star_alone_and_a_value_that_reads_as_nothing_empty_no_cell_in_silence() -> None:
    page = page_of(phone=["12", "0912345678"])
    asked = {"action": "fix", "problem": "phone|phone.unreadable", "groups": [0]}
    for star in ("*", "**"):
        assert star in page.refused("act", **asked, new=star)
    assert page.session.desk.bench.report.n_held == 1
    told = page.ask("act", **asked, new="không có")["text"]
    assert told.endswith("It reads as no value: these cells are empty now.")


def test_a_pattern_becomes_another_and_the_rest_of_each_value_stays() -> None:
    cells = ["An1gmail.com", "le.chi2gmail.com", "binh3gmail.com", "an@x.vn"]
    page = page_of(email=cells)
    problem = "email|email.unreadable"
    groups = page.ask("groups", problem=problem)["items"]
    assert [(one["text"], one["rows"]) for one in groups] == [("*gmail.com", 3)]
    page.ask("act", action="fix", problem=problem, groups=[0], new="*@gmail.com")
    cleaned = page.session.desk.bench.report.cleaned["email"].to_list()
    assert cleaned == ["an1@gmail.com", "le.chi2@gmail.com", "binh3@gmail.com", "an@x.vn"]


def test_a_pattern_that_leaves_it_open_what_stays_is_refused() -> None:
    page = page_of(email=["An1gmail.com", "le.chi2gmail.com", "binh3gmail.com"])
    asked = {"action": "fix", "problem": "email|email.unreadable", "groups": [0]}
    assert "one * each" in page.refused("act", **asked, new="*.*@gmail.com")
    assert page.session.desk.bench.report.n_held == 3


def test_a_star_keeps_the_rest_of_patterns_only() -> None:
    page = page_of(phone=["123", "456", "0912345678"], email=["an@congty.vn"] * 3)
    asked = {"action": "fix", "problem": "phone|phone.unreadable", "new": "*9"}
    assert "one * each" in page.refused("act", **asked, groups=[0])
    assert "Choose patterns" in page.refused("act", **asked, values=[0, 1])
    assert page.session.desk.bench.taken_steps == []


def test_an_option_says_what_it_changed_of_the_values() -> None:
    page = page_of(phone=["0912345670", "0912345671", "x"])
    set_format = {"action": "set", "name": "phone_format"}
    told = page.ask("act", **set_format, new="e164")["text"]
    assert told.endswith("as before. 2 cells of phone have another value now.")
    assert "cells" not in page.ask("act", action="set", name="decimal_mark", new=",")["text"]
    page.ask("act", action="leave_out", row=0)
    page.ask("act", action="fix_rows", row=1, field="phone", new="khong co")
    assert "1 cell of phone has" in page.ask("act", **set_format, new="national")["text"]


def test_what_holds_more_rows_says_so_in_words(page: Page) -> None:
    told = page.ask("act", action="set", name="duplicates", new="hold")
    assert told["text"].startswith("Done: 74 more held.")
    assert told["state"]["undo"] == "option “Rows with the same key”"
    assert page.ask("undo")["text"] == "Undone: option “Rows with the same key”"
    told = page.ask("act", action="fix_rows", row=0, field="fullName", new="An")["text"]
    assert told == "1 row changed; as many are held as before."
    page.ask("act", action="set", name="gender_codes", new={"x": "male"})
    codes = page.ask("options")["options"][-1]["words"]
    assert next((one["text"], one["rows"], one["value"]) for one in codes) == ("x", 10, "male")


def test_codes_of_genders_are_shown_with_how_they_are_read() -> None:
    page = page_of(gender=["1", "2", "1", "Nam", "N", "zz", None])
    codes = page.ask("options")["options"][-1]
    told = {one["text"]: (one["rows"], one["value"], one["reading"]) for one in codes["words"]}
    assert set(told) == {"1", "2", "N", "zz"}
    assert told["1"] == (2, "", "male")
    assert told["zz"][:2] == (1, "")
    page.ask("act", action="set", name="gender_codes", new={"1": "female", "2": "male"})
    codes = page.ask("options")["options"][-1]
    told = {one["text"]: (one["rows"], one["value"], one["reading"]) for one in codes["words"]}
    assert told["1"] == (2, "female", "female")
