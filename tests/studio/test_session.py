"""What a session answers, whatever a page says, and who hears of it: messages in, messages out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pangoprep.studio.session import Session
from tests.studio.pages import Page, page_of


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
    assert [one["text"] for one in options["gender_codes"]["words"]][:2] == ["x", "N"]
    done = page.ask("act", action="set", name="gender_codes", new={"x": "male", "N": "female"})
    assert "gender|gender.unknown" not in {one["id"] for one in done["problems"]}

    duplicates = page.ask("duplicates")
    assert duplicates["total"] == 34
    one = duplicates["groups"][3]
    again = page.ask("duplicates", winner=one["winner"], row_offset=1)["groups"]
    assert [row["row"] for row in again[0]["rows"]] == [row["row"] for row in one["rows"]][1:]
    group = duplicates["groups"][0]
    loser = next(row for row in group["rows"] if not row["wins"])
    done = page.ask("act", action="win", row=loser["row"])
    (other,) = (row for row in group["rows"] if row["wins"])
    said = f"Row {loser['number']} is sent; of the same key left out: row {other['number']}."
    assert done["text"] == said
    rows = page.session.desk.bench.report.rows
    assert rows["state"].tolist()[loser["row"]] == "ready"
    assert page.ask("duplicates")["total"] == 33


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
