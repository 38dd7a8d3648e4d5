"""What the studio does, without a browser: messages in, messages out."""

from __future__ import annotations

import itertools
import json
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.studio.module import module_text
from pangoprep.studio.problems import TAB_OF_RULE
from pangoprep.studio.session import Session
from pangoprep.tables import read_table
from pangoprep.workbench.acting import Acting

ROOT = Path(__file__).parents[2]
Ask = Callable[..., dict[str, Any]]


class Page:
    """Asks as a page does; what cannot be done fails the test unless it is expected."""

    def __init__(self, session: Session) -> None:
        self.session, self._ids = session, itertools.count()
        self.heard: list[dict[str, Any]] = []
        session.desk.on_message(self.heard.append)

    def ask(self, kind: str, **content: Any) -> dict[str, Any]:
        """Ask; return the answer as the browser gets it."""
        asked = {"type": kind, "id": str(next(self._ids)), **content}
        answer = json.loads(json.dumps(self.session.answer(json.loads(json.dumps(asked)))))
        assert answer["reply_to"] == asked["id"]
        return answer

    def refused(self, kind: str, **content: Any) -> str:
        """Ask for what cannot be done; return why not."""
        answer = self.ask(kind, **content)
        assert answer["type"] == "refused"
        return answer["text"]


def messy() -> pd.DataFrame:
    return pp.read(ROOT / "data" / "customers_messy.csv")


@pytest.fixture
def page() -> Page:
    return Page(Session(messy().pango.workbench()))


def page_of(**columns: list[Any]) -> Page:
    n_rows = len(next(iter(columns.values())))
    usual = {"customerId": [f"C{n}" for n in range(n_rows)], "fullName": ["An"] * n_rows}
    phones = {"phone": [f"09123456{n:02}" for n in range(n_rows)]}
    frame = pd.DataFrame({**usual, **phones, **columns})
    return Page(Session(frame.pango.workbench("customer-identity")))


def group_of(page: Page, problem: str, text: str) -> int:
    groups = page.ask("groups", problem=problem)["items"]
    return next(group["id"] for group in groups if group["text"] == text)


# What is listed


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


# What is done


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


def test_a_list_that_is_old_decides_nothing(page: Page) -> None:
    listed = page.ask("values", problem="gender|gender.unknown")
    page.ask("act", action="fix_rows", row=0, field="fullName", new="An")
    told = page.refused(
        "act", action="blank", problem="gender|gender.unknown", values=[0],
        listing=listed["listing"],
    )  # fmt: skip
    assert "changed" in told


@pytest.mark.parametrize(
    "message",
    [
        {"type": "nothing"},
        {"type": "groups"},
        {"type": "groups", "problem": 5},
        {"type": "groups", "problem": "phone|none.such"},
        {"type": "values", "problem": "phone|phone.unreadable", "offset": -1},
        {"type": "rows", "problem": "phone|phone.unreadable", "values": ["x"]},
        {"type": "rows", "problem": "phone|phone.unreadable", "values": list(range(5_000))},
        {"type": "act", "action": "erase"},
        {"type": "act", "action": "map", "column": 99, "field": "phone"},
        {"type": "act", "action": "set", "name": "severity", "new": {}},
        {"type": "act", "action": "set", "name": "timezone_gmt", "new": "x"},
        {"type": "act", "action": "fix_rows", "row": 10**9, "field": "phone", "new": "0912345678"},
        {"type": "plan", "target": "elsewhere", "source": "CRM"},
        {"type": "code"},
        {},
    ],
)
def test_a_page_may_say_anything(page: Page, message: dict[str, Any]) -> None:
    assert page.session.answer({"id": "1", **message})["type"] == "refused"


def test_other_pages_hear_of_a_change(page: Page) -> None:
    other = Page(page.session)
    done = page.ask("act", action="fix_rows", row=0, field="fullName", new="An")
    assert [message["type"] for message in other.heard] == ["state"]
    assert other.heard[0]["version"] == done["version"]  # so that a page takes it once
    assert "reply_to" not in other.heard[0]


def test_a_step_taken_in_python_reaches_the_pages(page: Page) -> None:
    listed = page.ask("values", problem="gender|gender.unknown")
    page.session.desk.look()
    assert page.heard == []
    page.session.desk.bench.fix("gender", {"N": "female"})
    told = page.refused(
        "act", action="fix", problem="gender|gender.unknown", values=[0], new="male",
        listing=listed["listing"],
    )  # fmt: skip
    assert "changed" in told
    page.session.desk.bench.fix("gender", {"x": "male"})
    page.session.desk.look()
    assert [message["type"] for message in page.heard] == ["state"]
    assert page.heard[0]["state"]["undo"] == "fix gender"


def test_columns_options_and_duplicates(page: Page) -> None:
    columns = page.ask("columns")
    needed = [(one["field"], one["ok"]) for one in columns["needed"]]
    assert needed == [("customerId", True), ("phone", True), ("fullName", True)]
    city = next(one for one in columns["columns"] if one["field"] == "city")
    page.ask("act", action="map", column=city["place"], field="")
    names = [one["field"] for one in page.ask("columns")["columns"]]
    assert "city" not in names
    page.ask("act", action="constants", field="systemName", new="CRM")
    assert page.ask("columns")["constants"] == [
        {"field": "systemName", "label": "systemName", "value": "CRM"}
    ]

    options = {one["name"]: one for one in page.ask("options")["options"]}
    assert any("Day before month" in line for line in options["day_first"]["evidence"])
    assert [one["text"] for one in options["gender_codes"]["words"]] == ["x", "N"]
    done = page.ask("act", action="set", name="gender_codes", new={"x": "male", "N": "female"})
    assert "gender|gender.unknown" not in {one["id"] for one in done["problems"]}

    duplicates = page.ask("duplicates")
    assert duplicates["total"] == 34
    one = duplicates["groups"][3]
    again = page.ask("duplicates", winner=one["winner"], row_offset=1)["groups"]
    assert [row["row"] for row in again[0]["rows"]] == [row["row"] for row in one["rows"]][1:]
    group = duplicates["groups"][0]
    loser = next(row for row in group["rows"] if not row["wins"])
    page.ask("act", action="win", row=loser["row"])
    rows = page.session.desk.bench.report.rows
    assert rows["state"].tolist()[loser["row"]] == "ready"
    assert page.ask("duplicates")["total"] == 33


def test_the_recipe_holds_no_customer(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page.ask("act", action="accept", problem="email|email.typo", groups=[0])
    page.ask("act", action="fix", problem="gender|gender.unknown", groups=[0], new="male")
    assert "customer-identity.toml" in page.ask("recipe")["text"]
    kept = tomllib.loads((tmp_path / "customer-identity.toml").read_text("utf-8"))
    assert kept["fixes"] == {"gender": {"x": "male"}}
    assert "source" not in kept


def test_the_recipe_keeps_where_the_rows_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = Page(Session(messy().pango.workbench(), source="CRM"))
    for asked, kept in (({"source": None}, "CRM"), ({"source": "POS"}, "POS")):  # typed under Send
        page.ask("recipe", **asked)
        recipe = tomllib.loads((tmp_path / "customer-identity.toml").read_text("utf-8"))
        assert recipe["source"] == kept


def test_next_month_the_cells_that_were_fixed_are_mended_by_what_was_saved(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    phones = page.ask("rows", problem="phone|phone.unreadable", limit=1)["items"]
    row = phones[0]["row"]
    page.ask("act", action="accept", problem="email|email.typo", all=True)
    page.ask("act", action="fix_rows", row=row, field="phone", new="0912345678")
    saved = page.ask("recipe")
    n_typos = messy().pango.validate().findings["rule"].eq("email.typo").sum()
    assert "customer-identity.fixes: " in saved["text"]
    names = {"recipe": "customer-identity.toml", "fixes": "customer-identity.fixes"}
    assert saved["code"] == (
        "frame.pango.validate(recipe='customer-identity.toml', fixes='customer-identity.fixes')"
    )
    again = messy().pango.validate(**names)
    rules = again.findings["rule"]
    assert not rules.eq("email.typo").any()
    assert rules.eq("cell.fixed_before").sum() == n_typos + 1
    assert again.cleaned["phone"].iloc[row] == "0912345678"
    kept = [path for path in tmp_path.iterdir() if path.suffix != ".lock"]
    held = b"".join(path.read_bytes() for path in kept)
    assert b"0912345678" not in held
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept if ".fixes" in path.name)


def test_a_recipe_that_is_there_is_not_written_over(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "customer-identity.toml").write_text("mine")
    for _ in range(2):  # its own recipe is saved anew
        assert "customer-identity-2.toml" in page.ask("recipe")["text"]
    assert (tmp_path / "customer-identity.toml").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "customer-identity-2.toml", "customer-identity.toml",
    ]  # fmt: skip


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


def test_a_step_about_all_rows_is_not_said_to_have_changed_each() -> None:
    page = page_of(customerId=["C1", None, "C3"], phone=["0912345671", "0912345672", "12"])
    told = page.ask("act", action="make", field="customerId")
    assert told["text"] == "Done: 1 fewer held."
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


# What is told, and to whom


SECRETS = ["0903112358", "bi.mat.rat.dai@gmai.com", "Nguyễn Bí Mật", "1990-07-31", "C-TUYETMAT"]


def test_nothing_personal_is_told_until_it_is_asked_for() -> None:
    page = page_of(
        customerId=["C-TUYETMAT", "C-TUYETMAT"],
        fullName=["Nguyễn Bí Mật", "Nguyễn Bí Mật"],
        phone=["0903112358x", "0903112358"],
        email=["bi.mat.rat.dai@gmai.com", None],
        dob=["1990-07-31", "31/02/1990"],
    )
    note = {"Ghi chú": ["gọi Nguyễn Bí Mật", "-"]}
    frame = page.session.desk.bench.frame.assign(**note)
    page = Page(Session(frame.pango.workbench("customer-identity")))

    def everything() -> str:
        told = [page.ask("open"), page.ask("columns"), page.ask("options"), page.ask("duplicates")]
        for problem in told[0]["problems"]:
            asked = {"problem": problem["id"]}
            told += [page.ask("groups", **asked), page.ask("values", **asked)]
            told.append(page.ask("rows", **asked))
        told.append(page.ask("act", action="fix_rows", row=0, field="phone", new="0903112358"))
        told.append(page.ask("undo"))
        return json.dumps([told, page.heard], ensure_ascii=False)

    masked = everything()
    assert [secret for secret in SECRETS if secret in masked] == []
    page.ask("reveal", on=True)
    assert [secret for secret in SECRETS if secret not in everything()] == []
    page.heard.clear()
    page.ask("reveal", on=False)
    assert [secret for secret in SECRETS if secret in everything()] == []


def test_an_error_of_ours_is_an_answer_without_values(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise ValueError("0903112358")

    monkeypatch.setattr(type(page.session.desk.bench), "undo", breaks)
    told = page.refused("undo")
    assert "ValueError" in told
    assert "0903112358" not in told


def test_words_are_there_in_both_languages() -> None:
    words = read_table("studio_words").to_pylist()
    assert len({row["key"] for row in words}) == len(words)
    for row in words:
        assert row["en"].strip()
        assert row["vi"].strip()
        assert set(_names(row["en"])) == set(_names(row["vi"])), row["key"]
    frame = messy()
    opened = Page(Session(frame.pango.workbench(lang="vi"))).ask("open")
    assert opened["state"]["headline"].startswith("1.791 trong số 2.000 dòng")
    assert opened["words"]["tab.fix"] == "Sửa lỗi"


def test_a_page_in_vietnamese_says_its_steps_and_refusals_in_vietnamese() -> None:
    page = Page(Session(messy().pango.workbench(lang="vi")))
    told = page.ask("act", action="fix_rows", row=0, field="phone", new="0912345678")
    assert told["state"]["undo"] == "sửa ô của Số điện thoại"
    refused = page.refused("act", action="fix_rows", row=0, field="phone", new="12")
    assert refused.startswith("Không dùng được giá trị mới của 'phone': Không phải số điện thoại")
    page.ask("act", action="set", name="day_first", new=False)
    assert page.ask("undo")["text"] == "Đã hoàn tác: đặt day_first"
    no_steps = {"report", "would_replace", "would_set"}
    methods = {name for name in vars(Acting) if not name.startswith("_")} - no_steps
    assert {f"step.{name}" for name in methods | {"read_fixed"}} <= set(
        page.session.desk.words.page
    )


def _names(text: str) -> list[str]:
    return [part.split("}")[0] for part in text.split("{")[1:]]


def test_every_word_that_the_page_says_is_there() -> None:
    import re

    script = module_text()
    said = set(re.findall(r'this\.w\("([a-z_.0-9]+)"', script))
    said |= set(re.findall(r'this\.button\("([a-z_.]+)"', script))
    said |= set(re.findall(r'this\.w\(\w+ \? "([a-z_.]+)" : "([a-z_.]+)"\)', script)[0])
    said -= {"help.close", "rejected", "steps"}  # they say another word
    known = set(read_table("studio_words")["key"].to_pylist())
    assert said - known == set()


# Sending


def wait_for_end(page: Page) -> dict[str, Any]:
    follower = page.session.sending
    while (now := follower.now()) is not None and now["running"]:
        assert threading.main_thread().is_alive()
        follower._live.wait(0.05)  # type: ignore[union-attr]
    return now


def test_practice_is_a_pangocdp_on_this_machine_and_rejected_rows_come_back(
    tmp_path: Path,
) -> None:
    with pp.Sandbox(limits=None) as cdp:
        frame = messy()
        session = Session(
            frame.pango.workbench(), client=cdp.client(), source="CRM",
            ledger=tmp_path / "l.sqlite",
        )  # fmt: skip
        page = Page(session)
        opened = page.ask("send")
        assert [(one["name"], one["there"]) for one in opened["targets"]] == [
            ("practice", True),
            ("real", False),
        ]
        assert opened["source"] == "CRM"
        plan = page.ask("plan", target="practice", source="CRM")
        assert plan["lines"][0] == "1,791 of 2,000 rows would be sent"
        assert len(cdp.records("customer-identity")) == 0
        assert page.refused("begin", target="real", source="CRM")
        begun = page.ask("begin", target="practice", source="CRM")
        assert begun["sending"]["running"]
        ended = wait_for_end(page)
        assert {one["label"]: one["n"] for one in ended["counts"]}["accepted"] == 1791
        assert len(cdp.records("customer-identity")) == 1791
        (run,) = page.ask("send")["runs"]
        assert "PRACTICE · finished" in run
        assert page.ask("rows", rejected=True)["total"] == 0


def test_rows_that_pangocdp_refuses_come_back_with_its_words_and_are_sent_again(
    tmp_path: Path,
) -> None:
    with pp.Sandbox(limits=None, faults=[pp.Fault("poison", key="C1")]) as cdp:
        frame = pd.DataFrame(
            {
                "customerId": ["C0", "C1", "C2"],
                "fullName": ["An", "Chi", "Tú"],
                "phone": ["0912345670", "0912345671", "0912345672"],
            }
        )
        bench = frame.pango.workbench("customer-identity")
        ledger = tmp_path / "l.sqlite"
        page = Page(Session(bench, client=cdp.client(), source="CRM", ledger=ledger))
        page.ask("begin", target="practice", source="CRM")
        assert wait_for_end(page)["n_back"] == 1
        back = page.ask("rows", rejected=True)
        assert [row["row"] for row in back["items"]] == [1]
        assert back["items"][0]["reason"]
        cdp.faults.clear()
        page.ask("act", action="fix_rows", row=1, field="fullName", new="Lê Chi")
        page.ask("begin", target="practice", source="CRM")
        ended = wait_for_end(page)
        assert ended["n_back"] == 0
        assert set(cdp.records("customer-identity")["fullName"]) == {"An", "Lê Chi", "Tú"}


def test_a_send_is_stopped_well_and_goes_on_later(tmp_path: Path) -> None:
    with pp.Sandbox(limits={60: 3}) as cdp:
        client = cdp.client(limits={60: 3})
        bench = messy().pango.workbench()
        session = Session(bench, client=client, source="CRM", ledger=tmp_path / "l.sqlite")
        page = Page(session)
        told = page.ask("plan", target="practice", source="CRM")["lines"]
        assert any(line.startswith("it would end at 20") for line in told)
        page.ask("begin", target="practice", source="CRM")
        assert "going on" in page.refused("begin", target="practice", source="CRM")
        while (now := session.sending.now()) is None or now["n_done"] < 150:
            assert now is None or now["running"]
        # The rows can be worked on meanwhile.
        page.ask("act", action="fix_rows", row=0, field="fullName", new="An")
        assert page.ask("stop")["sending"]["stopping"]
        ended = wait_for_end(page)
        counts = {one["label"]: one["n"] for one in ended["counts"]}
        assert counts["accepted"] == 150
        assert counts["unsent"] == 1791 - 150
        assert "stopped" in page.ask("send")["runs"][0]


def test_a_send_is_told_more_than_its_source(tmp_path: Path) -> None:
    with pp.Sandbox(limits=None) as cdp:
        frame = pd.DataFrame(
            {
                "customerId": ["C0", "C1"],
                "fullName": ["An", "Chi"],
                "phone": ["0912345670", "0912345671"],
                "email": ["an@congty.vn", None],
                "Hạng": ["Vàng", "Bạc"],
            }
        )
        own = "customFieldTexts.customField01"
        bench = frame.pango.workbench("customer-identity", mapping={"Hạng": own})
        client, ledger = cdp.client(), tmp_path / "l.sqlite"
        page = Page(Session(bench, client=client, source="CRM", ledger=ledger))
        offered = {one["name"]: one for one in page.ask("send")["options"]}
        assert set(offered) == {
            "init_data", "resend", "ref_ids", "clear", "ignored_update_cfs", "je_config_id",
            "je_event_key", "resolve_unknown",
        }  # fmt: skip
        assert [one["value"] for one in offered["clear"]["choices"]] == [
            "phone", "email", "fullName",
        ]  # fmt: skip
        assert [one["value"] for one in offered["ignored_update_cfs"]["choices"]] == [own]
        begin = {"target": "practice", "source": "CRM"}
        page.ask("begin", **begin, options={"clear": ["email"], "je_event_key": ""})
        assert wait_for_end(page)["n_back"] == 0
        page.ask("begin", **begin, options={"clear": ["email"]})
        assert [one["label"] for one in wait_for_end(page)["counts"]] == ["unchanged"]
        page.ask("begin", **begin, options={"resend": True, "ignored_update_cfs": [own]})
        assert [one["label"] for one in wait_for_end(page)["counts"]] == ["accepted"]
        page.ask("begin", **begin, options={"je_event_key": "CJE-1"})
        wait_for_end(page)
        assert cdp.n_events == 2
        assert "no such field" in page.refused("plan", **begin, options={"clear": ["x"]})
        for wrong in ({"resend": "yes"}, {"clear": "email"}, {"client": "x"}, [1]):
            assert page.refused("begin", **begin, options=wrong)
        page.ask("begin", **begin, sample=1)
        wait_for_end(page)


def test_no_source_is_refused_before_anything_begins(tmp_path: Path) -> None:
    with pp.Sandbox(limits=None) as cdp:
        bench = messy().pango.workbench()
        page = Page(Session(bench, client=cdp.client(), ledger=tmp_path / "l.sqlite"))
        assert "source" in page.refused("begin", target="practice", source="")
        assert page.ask("open")["sending"] is None


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


def test_rows_left_out_are_told_so_and_are_no_problem_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(phone=["123", "0912345678"], email=["an@congty.vn"] * 2)
    asked = {"action": "leave_out", "problem": "phone|phone.unreadable", "all": True}
    done = page.ask("act", **asked)
    assert done["text"].startswith("1 row left out")
    assert done["problems"] == []
    state = done["state"]
    assert (state["n_ready"], state["n_held"], state["n_left_out"]) == (1, 0, 1)
    monkeypatch.chdir(tmp_path)
    saved = page.ask("recipe")["text"]
    assert f"Saved {tmp_path / 'customer-identity.toml'}" in saved
    assert "1 row is left out of this file only" in saved
    assert state["headline"].endswith("1 is left out.")


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


def test_a_frame_without_a_column_that_every_record_needs_opens_with_the_checklist() -> None:
    frame = messy().drop(columns=["Mã KH", "Họ và tên"]).assign(ghi_chu=messy()["Họ và tên"])
    page = Page(Session(frame.pango.workbench("customer-identity")))
    opened = page.ask("open")
    assert (opened["tab"], opened["state"]["n_ready"], opened["state"]["n_held"]) == (
        "columns", 0, 2_000,
    )  # fmt: skip
    columns = page.ask("columns")
    needed = {one["label"]: (one["ok"], one["make"], one["lacks"]) for one in columns["needed"]}
    assert needed == {
        "customerId": (False, ["phone", "email"], ["customerId"]),
        "phone or email": (True, [], []),
        "fullName or firstName + lastName": (False, [], ["fullName", "firstName"]),
    }
    page.ask("act", action="make", field="customerId")
    assert page.session.desk.bench.report.n_ready == 0  # the name is missing still
    place = next(one["place"] for one in columns["columns"] if one["name"] == "ghi_chu")
    page.ask("act", action="map", column=place, field="fullName")
    assert page.ask("open")["tab"] == "fix"
    assert page.session.desk.bench.report.n_ready > 1_700
    page.ask("undo")
    page.ask("undo")
    assert page.ask("open")["tab"] == "columns"
