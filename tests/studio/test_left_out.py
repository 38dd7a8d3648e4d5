"""Rows that are left out in the studio: told, listed, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.studio.pages import page_of


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
    assert state["headline"] == "1 of 2 rows is ready for customer-identity."


def test_rows_left_out_are_listed_with_their_reasons_and_taken_back() -> None:
    page = page_of(phone=["123", "45", "0912345678"], email=["an@congty.vn"] * 3)
    bench = page.session.desk.bench
    bench.leave_out([2], reason="test row")
    page.ask("act", action="leave_out", problem="phone|phone.unreadable", all=True)
    rows = page.ask("rows", left_out=True)
    assert [row["row"] for row in rows["items"]] == [0, 1, 2]
    assert all(row["left_out"] for row in rows["items"])
    why = "left out in the studio; phone: Not a valid phone number"
    assert f"left out by hand; counted apart and not sent ({why})" in rows["items"][0]["reason"]
    assert "test row" in rows["items"][2]["reason"]
    done = page.ask("act", action="take_back", row=1)
    assert done["text"] == "1 row taken back, 1 held."
    assert (done["state"]["n_held"], done["state"]["n_left_out"]) == (1, 2)
    assert page.ask("rows", problem="phone|phone.unreadable")["items"][0]["left_out"] is False
    assert "was not left out" in page.refused("act", action="take_back", row=1)
    done = page.ask("act", action="take_back", all=True)
    assert (done["state"]["n_ready"], done["state"]["n_left_out"]) == (1, 0)
    assert page.ask("rows", left_out=True)["total"] == 0
    assert page.refused("act", action="take_back", all=True)
    assert page.ask("undo")["state"]["n_left_out"] == 2


def test_a_row_left_out_alone_says_what_held_it() -> None:
    page = page_of(phone=["123", "0912345678"], email=["an@congty.vn"] * 2)
    for row in (0, 1):
        page.ask("act", action="leave_out", problem="phone|phone.unreadable", row=row)
    held, ready = (row["reason"] for row in page.ask("rows", left_out=True)["items"])
    assert "(left out in the studio; phone: not a valid phone number)" in held
    assert "(left out in the studio)" in ready
    assert page.refused("act", action="leave_out", problem="phone|phone.unreadable", row=9)
