"""After a send: numbers that add up to all rows, each row in a file, and what to type."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.call_words import command_line
from pangoprep.reading.pieces import FILE_ROW
from pangoprep.studio.session import Session


def session_of(ledger: Path, client: pp.Client | None = None) -> Session:
    frame = pd.DataFrame(
        {
            "customerId": ["C0", "C1", "C2", "C3"],
            "fullName": ["An", "Chi", "Tú", "Hà"],
            "phone": ["0912345670", "0912345671", "x", "y"],
        }
    )
    frame.index = pd.RangeIndex(2, 6, name=FILE_ROW)  # as of a file
    bench = frame.pango.workbench("customer-identity")
    return Session(bench, client=client, source="CRM", ledger=ledger)


def ask(session: Session, kind: str, **content: Any) -> dict[str, Any]:
    return session.answer({"type": kind, "id": "1", **content})


def test_rows_left_out_are_told_with_the_others_and_every_row_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ledger = tmp_path / "l.sqlite"
    with pp.Sandbox(limits=None) as cdp:
        session = session_of(ledger, cdp.client())
        assert ask(session, "sent_rows")["type"] == "refused"  # nothing was sent
        assert "under Practice" in ask(session, "send")["targets"][1]["text"]
        session.desk.bench.leave_out([3], reason="thử")
        plan = ask(session, "plan", target="practice", source="CRM")["lines"]
        assert (plan[0], plan[-1]) == ("2 of 4 rows would be sent", "1 left out")
        begun = ask(session, "begin", target="practice", source="CRM")["sending"]
        assert not begun["has_rows"]
        while (ended := session.sending.now()) is None or ended["running"]:
            pass
        counts = {one["label"]: one["n"] for one in ended["counts"]}
        assert counts == {"held": 1, "accepted": 2, "left out": 1}
        assert ended["stored_at"] == f"{cdp.url}/"
        assert ended["has_rows"]
        (run,) = ask(session, "send")["runs"]
        assert run.endswith("· 4 rows: 1 held, 2 accepted, 1 left out")
        for name in ("customer-identity-rows.csv", "customer-identity-rows-2.csv"):
            assert str(tmp_path / name) in ask(session, "sent_rows")["text"]
        written = pd.read_csv(tmp_path / "customer-identity-rows.csv")
    assert written["state"].to_list() == ["accepted", "accepted", "held", "left out"]
    assert written["row"].to_list() == [2, 3, 4, 5]
    assert "index" not in written
    assert written["reason"].iloc[3].endswith("(thử)")
    assert "0912345670" not in (tmp_path / "customer-identity-rows.csv").read_text("utf-8")


def test_a_page_of_the_command_line_names_nothing_of_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("PANGO_")]:
        monkeypatch.delenv(name)
    session = session_of(tmp_path / "l.sqlite")

    def told() -> tuple[str, str, str]:
        send = ask(session, "send")
        return send["targets"][1]["text"], send["how_runs"], ask(session, "recipe")["code"]

    assert "client=" in told()[0]
    with command_line():
        credentials, how_runs, code = told()
    assert "client" not in credentials
    assert how_runs == "pangoprep runs --practice"
    assert code == "pangoprep studio FILE --recipe customer-identity.toml"
