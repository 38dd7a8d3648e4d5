"""What is called back of a ``refId`` that is the entity's own: custom-model."""

from __future__ import annotations

import json
import socket
import sqlite3
import time
from contextlib import closing
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.upload import send
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.journal_file import JournalWriter
from pangoprep.upload.ledger.ledger import Ledger, RunRecord

N_ROWS = 120
MODEL = "M-T5QMS-O-UIWWY-M"


def frame(model: str = MODEL, n_rows: int = N_ROWS, event: str = "buy") -> pd.DataFrame:
    ids = pd.Series([f"KV-{n}" for n in range(n_rows)], dtype="str")
    return pd.DataFrame({"momCode": model, "refId": ids, "event": event})


def sent(world: Any, prepared: Any, rows: pd.DataFrame, **more: Any) -> pp.Result:
    how = {"client": world.client(), "source": "CRM", "ledger": world.ledger} | more
    result = send(prepared(rows, "custom-model"), **how)
    assert isinstance(result, pp.Result)
    return result


def callback(rows: pd.DataFrame, *failed: str, words: str = "Missing email") -> dict[str, Any]:
    return {
        "data": {
            name: {"status": 101, "errorMess": words} if name in failed else {"status": 200}
            for name in rows["refId"]
        }
    }


@pytest.mark.parametrize("more", [{}, {"ref_ids": True}, {"je_event_key": "E"}])
def test_rows_turn_into_stored_and_failed(world, prepared, more) -> None:
    rows = frame()
    result = sent(world, prepared, rows, **more)
    assert result.counts["accepted"] == N_ROWS
    found = pp.confirm(callback(rows, "KV-7", "KV-80"), ledger=world.ledger)
    assert (found.n_stored, found.n_failed, found.n_foreign, found.n_ambiguous) == (118, 2, 0, 0)
    assert found.runs == (result.run_id,)
    counts = pp.status(result.run_id, world.ledger).counts
    assert (counts["accepted"], counts["stored"], counts["failed"]) == (0, 118, 2)
    table = result.refresh().rows.set_index("row")
    assert table.loc[[6, 7, 80], "state"].to_list() == ["stored", "failed", "failed"]
    assert table.loc[7, "reason"] == "Missing email"
    again = sent(world, prepared, rows, **more)
    assert (again.counts["unchanged"], again.counts["accepted"]) == (118, 2)
    # Now it is about the second request.
    pp.confirm(callback(rows.iloc[[7, 80]]), ledger=world.ledger)
    assert sent(world, prepared, rows, **more).counts["unchanged"] == N_ROWS
    assert pp.status(again.run_id, world.ledger).counts["stored"] == 2


def test_a_callback_counts_for_the_latest_content(world, prepared) -> None:
    sent(world, prepared, frame())
    changed = sent(world, prepared, frame(event="return"))
    found = pp.confirm(callback(frame(), "KV-1"), ledger=world.ledger)
    assert found.runs == (changed.run_id,)
    assert sent(world, prepared, frame(event="return")).counts["accepted"] == 1


def test_the_same_ref_id_in_two_models_is_not_guessed(world, prepared) -> None:
    sent(world, prepared, frame())
    other = sent(world, prepared, frame("M-OTHER", 20))
    found = pp.confirm(callback(frame()), ledger=world.ledger)
    assert (found.n_stored, found.n_ambiguous, found.n_foreign) == (N_ROWS - 20, 20, 0)
    assert "of several rows" in repr(found)
    assert pp.status(other.run_id, world.ledger).counts["accepted"] == 20


def test_names_that_nobody_sent_and_other_entities_stay_foreign(world, prepared, people) -> None:
    sent(world, prepared, frame(n_rows=5))
    send(prepared(people(3)), client=world.client(), source="CRM", ledger=world.ledger)
    data = {name: {"status": 200} for name in ("KV-99", "C1", "", "KV-1 ", "kv-1", MODEL)}
    found = pp.confirm({"data": data}, ledger=world.ledger)
    assert (found.n_stored, found.n_foreign) == (0, 6)


def test_keys_with_too_many_other_parts_are_not_found(world, prepared) -> None:
    many = frame(n_rows=101).assign(momCode=[f"M-{n}" for n in range(101)])
    sent(world, prepared, many.iloc[:100])
    assert pp.confirm(callback(many), ledger=world.ledger).n_stored == 100
    sent(world, prepared, many)
    assert pp.confirm(callback(many), ledger=world.ledger).n_foreign == 101


def test_rows_without_an_answer_are_confirmed_too(world, prepared) -> None:
    world.faults[:] = [pp.Fault("cut_after", times=1)]
    result = sent(world, prepared, frame(n_rows=10), je_event_key="E")
    assert result.counts["unknown"] == 10
    pp.confirm(callback(frame(n_rows=10), "KV-3"), ledger=world.ledger)
    counts = pp.status(result.run_id, world.ledger).counts
    assert (counts["unknown"], counts["stored"], counts["failed"]) == (0, 9, 1)
    assert result.refresh().counts == counts


def test_while_runs_overlap_and_after(world, prepared) -> None:
    """A run that goes on is known by its journal; of two that have ended nobody knows which."""
    path = world.ledger
    sent(world, prepared, frame(n_rows=2))
    account = world.client().account
    with closing(Ledger(path)) as ledger:
        record = RunRecord("beside", account, "custom-model", (), 1, 0, 0, 0.0)
        with closing(ledger.start(record)) as beside:
            during = sent(world, prepared, frame(n_rows=4, event="b").iloc[2:])
            beside.answer(beside.begin([bytes(32)]), BatchState.ACCEPTED)
            found = pp.confirm(callback(frame(n_rows=4)), ledger=path)
            assert (found.n_stored, found.n_ambiguous) == (4, 0)
            assert pp.status(during.run_id, path).counts["stored"] == 2
            beside.finish(reason="", ended=1.0, n_requests=1, frame_fingerprint=None)
    assert pp.confirm(callback(frame(n_rows=4)), ledger=path).n_ambiguous == 2


def test_a_killed_run_is_known(world, prepared) -> None:
    run_id = sent(world, prepared, frame(n_rows=3)).run_id
    # As if it had not come to its end, and another run had put what it sent into the memory.
    JournalWriter(world.ledger, run_id).close()
    with closing(sqlite3.connect(world.ledger)) as db:
        db.execute("UPDATE runs SET until = NULL, state = 'running'")
        db.commit()
    assert pp.confirm(callback(frame(n_rows=3)), ledger=world.ledger).n_stored == 3


def test_practice_and_the_real_account_in_one_ledger(tmp_path, world, prepared) -> None:
    rows = frame(n_rows=4)
    with pp.Sandbox(limits=None) as cdp:
        practice = send(
            prepared(rows, "custom-model"), source="CRM", client=cdp.client(), ledger=world.ledger
        )
    real = sent(world, prepared, rows)
    with closing(sqlite3.connect(world.ledger)) as db:
        db.execute("UPDATE runs SET is_practice = (id = ?)", [practice.run_id])
        db.commit()
    assert pp.confirm(callback(rows), ledger=world.ledger).runs == (real.run_id,)


def test_no_value_stands_in_the_ledger(world, prepared) -> None:
    sent(world, prepared, frame())
    pp.confirm(callback(frame(), "KV-7"), ledger=world.ledger)
    for file in world.folder.glob("ledger.sqlite*"):
        if file.is_file():
            content = file.read_bytes()
            assert MODEL.encode() not in content
            assert b"KV-" not in content
            assert b"momCode" not in content


def test_the_round_with_a_sandbox_that_calls_back(tmp_path) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    ledger, rows = tmp_path / "ledger.sqlite", frame(n_rows=60)
    with pp.Sandbox(limits=None, callback_url=f"http://127.0.0.1:{port}/") as cdp:
        cdp.failing["KV-5"] = "Missing email"
        with pp.listen(port, api_key=cdp.credentials["api_key"], ledger=ledger) as listener:
            result = rows.pango.send(
                "custom-model", client=cdp.client(), source="CRM", ledger=ledger
            )
            assert result.counts["accepted"] == 60
            end = time.monotonic() + 30
            while listener.n_stored + listener.n_failed < 60:
                assert time.monotonic() < end
                time.sleep(0.02)
            result.refresh()
    assert (result.counts["stored"], result.counts["failed"]) == (59, 1)
    assert json.loads(json.dumps(dict(result.counts)))["accepted"] == 0
    assert result.rows.loc[5, ["state", "reason"]].to_list() == ["failed", "Missing email"]
