"""What PangoCDP calls back of rows: stored or failed, in the ledger and for the next send."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import UsageError
from pangoprep.upload.confirming.callback_words import safe_words
from pangoprep.upload.rows.ref_ids import RefIds

N_ROWS = 120
FRAME = pd.DataFrame(
    {
        "customerId": [f"C{n}" for n in range(N_ROWS)],
        "fullName": ["Nguyễn Thị Bông"] * N_ROWS,
        "phone": [f"0912{n:06}" for n in range(N_ROWS)],
    }
)


@pytest.fixture
def there(world: Any) -> dict[str, Any]:
    return {"client": world.client(), "ledger": world.ledger}


def send(there: dict[str, Any], frame: pd.DataFrame = FRAME, **more: Any) -> pp.Result:
    result = frame.pango.send("customer-identity", source="CRM", **there, ref_ids=True, **more)
    assert isinstance(result, pp.Result)
    return result


def sent(world: Any, n_requests: int = 3) -> dict[str, dict[str, Any]]:
    """The records of the last requests, by their refId."""
    bodies = [json.loads(body) for body in world.way.bodies if b"entries" in body]
    return {e["refId"]: e for body in bodies[-n_requests:] for e in body["entries"]}


def callback(world: Any, *failed: str, words: str = "Missing momCode") -> dict[str, Any]:
    """Say that all of these records are stored, but for some customers."""
    return {
        "data": {
            ref_id: {"status": 101, "errorMess": words}
            if entry["customerId"] in failed
            else {"status": 200, "cdpId": "x"}
            for ref_id, entry in sent(world).items()
        }
    }


def test_accepted_rows_turn_into_stored_and_failed(world, there, tmp_path) -> None:
    result = send(there)
    assert result.counts["accepted"] == N_ROWS
    assert "stored" not in result.counts
    path = tmp_path / "callback.json"
    path.write_text(json.dumps(callback(world, "C7", "C60")), encoding="utf-8")
    found = pp.confirm(path, ledger=world.ledger)
    assert (found.n_stored, found.n_failed, found.n_foreign) == (118, 2, 0)
    assert found.runs == (result.run_id,)
    counts = pp.status(result.run_id, world.ledger).counts
    assert (counts["accepted"], counts["stored"], counts["failed"]) == (0, 118, 2)
    assert sum(counts.values()) == N_ROWS
    [run] = pp.runs(world.ledger).to_dict("records")
    assert (run["accepted"], run["stored"], run["failed"]) == (0, 118, 2)
    assert result.ok
    assert result.refresh() is result
    assert result.counts == counts
    assert not result.ok
    rows = result.rows.set_index("row")
    assert rows.loc[[6, 7, 60], "state"].to_list() == ["stored", "failed", "failed"]
    assert rows.loc[7, "reason"] == "Missing momCode"
    assert ("failed", "Missing momCode", 2) in result.reason_counts()
    page = result._repr_html_()
    assert "could not store it" in page
    result.to_excel(tmp_path / "result.xlsx")
    shown = pd.read_excel(tmp_path / "result.xlsx", sheet_name="rows", engine="calamine")
    assert shown["state"].value_counts().to_dict() == {"stored": 118, "failed": 2}


def test_the_next_send_takes_failed_rows_again_and_no_others(world, there) -> None:
    send(there)
    late = callback(world, "C7")
    pp.confirm(late, ledger=world.ledger)
    again = send(there)
    assert (again.counts["unchanged"], again.counts["accepted"]) == (N_ROWS - 1, 1)
    # What was said of the first request says nothing of the second, however late it comes.
    pp.confirm(late, ledger=world.ledger)
    assert send(there).counts["unchanged"] == N_ROWS


def test_a_mended_row_is_sent_as_ever(world, there) -> None:
    send(there)
    pp.confirm(callback(world, "C7"), ledger=world.ledger)
    mended = FRAME.assign(fullName=FRAME["fullName"].mask(FRAME["customerId"] == "C7", "An"))
    result = send(there, mended)
    assert (result.counts["unchanged"], result.counts["accepted"]) == (N_ROWS - 1, 1)


def test_the_same_rows_without_names_are_the_same_content(world, there) -> None:
    send(there)
    plain = FRAME.pango.send("customer-identity", source="CRM", **there)
    assert plain.counts["unchanged"] == N_ROWS


def test_without_ref_ids_nothing_is_added_to_a_record(world, there) -> None:
    FRAME.pango.send("customer-identity", source="CRM", **there)
    assert not any(b"refId" in body for body in world.way.bodies)


def test_a_callback_may_come_in_pieces_and_twice(world, there) -> None:
    result = send(there)
    data = callback(world, "C3")["data"]
    half = dict(list(data.items())[:60])
    for one in (half, data, half):
        pp.confirm({"data": one}, ledger=world.ledger)
    counts = pp.status(result.run_id, world.ledger).counts
    assert (counts["stored"], counts["failed"]) == (119, 1)


@pytest.mark.parametrize("name", ["errorMess", "errorMessage"])
def test_words_are_kept_without_values(world, there, name: str) -> None:
    result = send(there)
    ref_id = next(iter(sent(world)))
    words = "Invalid phone 0912000000 of NGUYEN THI BONG (bong@example.vn)"
    pp.confirm({"data": {ref_id: {"status": 101, name: words}}}, ledger=world.ledger)
    reason = result.refresh().rows["reason"][0]
    assert reason.startswith("Invalid phone •••")
    with closing(sqlite3.connect(world.ledger)) as db:
        kept = str(db.execute("SELECT words FROM confirmations").fetchall())
    for value in ("0912000000", "BONG", "bong", "NGUYEN"):
        assert value not in reason + kept


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("Missing momCode", "Missing momCode"),
        ("customField01 is too long", "customField01 is too long"),
        ("Trần Văn Nam does not exist", "••• does not exist"),
        ("Duplicate key: C1", "Duplicate key: •••"),
        ("", ""),
    ],
)
def test_words_that_say_what_is_wrong_stay(words: str, kept: str) -> None:
    assert safe_words(words) == kept


def test_names_of_another_ledger_or_of_nobody_are_foreign(world, there) -> None:
    send(there)
    data = {**callback(world)["data"], "order-17": {"status": 200}}
    [entry] = RefIds(b"another key").into([b'{"a":1}'], 1, 1, [bytes(32)])
    data[json.loads(entry)["refId"]] = {"status": 200}
    found = pp.confirm({"data": data}, ledger=world.ledger)
    assert (found.n_stored, found.n_foreign) == (N_ROWS, 2)


def test_several_callbacks_in_a_file(world, there, tmp_path: Path) -> None:
    send(there)
    items = [{"data": {name: said}} for name, said in callback(world, "C1")["data"].items()]
    listed, lines = tmp_path / "list.json", tmp_path / "lines.jsonl"
    listed.write_text(json.dumps(items), encoding="utf-8")
    lines.write_text("\n".join(map(json.dumps, items)), encoding="utf-8")
    for path in (listed, lines):
        assert pp.confirm(path, ledger=world.ledger).n_failed == 1
    for body in (listed.read_text("utf-8"), lines.read_bytes()):
        assert pp.confirm(body, ledger=world.ledger).n_failed == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "no callback"),
        ({"data": []}, "no callback"),
        ([1], "no callback"),
        (7, "path of its JSON"),
        ("none.json", "cannot be read"),
        ("{no", "The callback is no JSON"),
        (b"\xff{", "The callback cannot be read: it is not UTF-8"),
    ],
)
def test_what_is_no_callback_is_refused(world, there, given: Any, message: str) -> None:
    send(there)
    with pytest.raises(UsageError, match=message):
        pp.confirm(given, ledger=world.ledger)


def test_entries_that_say_nothing_are_counted(world, there) -> None:
    send(there)
    data = {"a": {"status": "fine"}, "b": None, "c": {"status": True}}
    assert pp.confirm({"data": data}, ledger=world.ledger).n_unreadable == 3


def test_a_ledger_of_before_gets_the_table(world, there) -> None:
    send(there)
    with closing(sqlite3.connect(world.ledger)) as db:
        db.executescript(
            "DROP TABLE confirmations; DROP TABLE own_ref_ids;"
            " ALTER TABLE runs DROP COLUMN until; CREATE TABLE batches (number, run, begun, ended,"
            " state, marks); PRAGMA user_version = 5"
        )
    assert send(there).counts["unchanged"] == N_ROWS
    assert pp.confirm(callback(world), ledger=world.ledger).n_stored == N_ROWS
