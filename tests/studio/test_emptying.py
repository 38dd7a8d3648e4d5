"""Emptying in every column at once: told before, told after, and never an id."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pangoprep.studio.session import Session


def session_of(lang: str = "en") -> Session:
    columns: dict[str, list[Any]] = {
        "customerId": ["C1", "1.16764E+11", "C3", "C3"],
        "fullName": ["An"] * 4,
        "phone": ["0912345678", "0912345679", "0912345670", "x"],
        "email": ["an@congty.vn"] * 4,
        "dob": ["1/1/1990", "2/1/1990", "3/1/1990", "31/02/1990"],
    }
    return Session(pd.DataFrame(columns).pango.workbench("customer-identity", lang=lang))


def ask(session: Session, kind: str, **content: Any) -> dict[str, Any]:
    return session.answer({"type": kind, "id": "1", **content})


def test_what_it_comes_to_is_told_before_and_after() -> None:
    session = session_of()
    bench = session.desk.bench
    assert ask(session, "empties")["lines"] == [
        "dob: 1 cell is emptied",
        "phone: 1 cell is emptied",
        "2 rows are held now, 1 then",
        "1 more row would give way to another row with its key",
        "Ids, and what every record needs, are never emptied: their rows stay held.",
    ]
    assert (bench.taken_steps, bench.report.n_held) == ([], 2)  # nothing was changed
    done = ask(session, "act", action="set", name="unreadable", new="blank")
    assert done["text"] == "Done: 1 fewer held."
    assert done["notes"] == [
        "dob: 1 cell is emptied",
        "phone: 1 cell is emptied",
        "1 more row gives way to another row with its key: see Duplicates.",
    ]
    held = [one for one in done["problems"] if one["severity"] == "error"]
    # No new id is offered for a customer whose id Excel rounded.
    assert [(one["id"], one["make"]) for one in held] == [("customerId|id.excel_rounded", [])]


def test_a_step_that_makes_no_more_rows_give_way_says_nothing_of_it() -> None:
    session = session_of()
    listed = {"problem": "phone|phone.unreadable", "all": True}
    assert ask(session, "act", action="blank", **listed)["notes"] == []
    done = ask(session, "act", action="fix_rows", row=3, field="dob", new="4/1/1990")
    assert done["notes"] == ["1 more row gives way to another row with its key: see Duplicates."]


def test_it_is_told_in_vietnamese() -> None:
    lines = ask(session_of("vi"), "empties")["lines"]
    assert lines[2:4] == [
        "Đang giữ 2 dòng, sau đó còn 1",
        "Thêm 1 dòng nhường cho dòng khác cùng khóa",
    ]


def test_rows_that_are_held_for_something_else_then_are_told() -> None:
    columns = {
        "customerId": ["C1", "C2", "C3"],
        "fullName": ["An"] * 3,
        "phone": ["x", "x", "0912345678"],
        "email": ["an@congty.vn", None, None],
    }
    session = Session(pd.DataFrame(columns).pango.workbench("customer-identity"))
    done = ask(session, "act", action="blank", problem="phone|phone.unreadable", all=True)
    assert done["text"] == "2 rows changed, 1 fewer held."
    assert done["notes"] == ["1 more row is held for: phone or email: None of them is filled."]
    ask(session, "undo")
    done = ask(session, "act", action="map", column=0, field="")
    assert done["notes"][-1] == "3 more rows are held for: customerId: A required field is empty."
    done = ask(session, "act", action="map", column=0, field="customerId")
    assert done["notes"] == []
