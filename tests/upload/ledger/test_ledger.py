from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from pangoprep.errors import LedgerError, UsageError
from pangoprep.upload import runs, send, status
from pangoprep.upload.http.account import Account
from pangoprep.upload.http.tokens import Secret
from pangoprep.upload.ledger.journal import BatchState, RunJournal
from pangoprep.upload.ledger.journal_file import journal_path
from pangoprep.upload.ledger.ledger import Ledger, RunRecord
from pangoprep.upload.outcome.states import STATES, State

KEY = b"k" * 16
V1, V2, V3 = (KEY + version * 16 for version in (b"1", b"2", b"3"))

PLAIN, EVENTS, OTHER_EVENTS = (), ("J",), ("K",)
OK, NO, LOST, DEAD = (
    BatchState.ACCEPTED,
    BatchState.REJECTED,
    BatchState.UNKNOWN,
    BatchState.PENDING,
)
DOUBT = BatchState.REJECTED_IN_DOUBT


def facts(number: int, journey: tuple[str, ...] = (), **changed: Any) -> RunRecord:
    return RunRecord(
        **{
            "run_id": f"run-{number}",
            "account": Account("url", Secret("account"), Secret("key")),
            "entity": "customer-identity",
            "journey": journey,
            "n_rows": 1,
            "n_held": 0,
            "n_superseded": 0,
            "started": 0.0,
        }
        | changed
    )


def finish(run: RunJournal) -> None:
    run.finish(reason="", ended=1.0, n_requests=1, frame_fingerprint=None)
    run.close()


def state_after(ledger: Ledger, history: list[Any], journey: tuple[str, ...], mark: bytes) -> Any:
    """Live through some sends of one row; tell what the next one makes of it."""
    for number, (sent_journey, sent, answer) in enumerate(history):
        run = ledger.start(facts(number, sent_journey))
        batch = run.begin([sent])
        if answer is DEAD:
            run.close()
        else:
            run.answer(batch, answer)
            finish(run)
    run = ledger.start(facts(99, journey))
    [state] = run.memory(resend=False, resend_unknown=False).states([mark])
    run.close()
    return state


@pytest.mark.parametrize(
    ("history", "journey", "mark", "expected"),
    [
        ([], PLAIN, V1, None),
        ([(PLAIN, V1, OK)], PLAIN, V1, State.UNCHANGED),
        ([(PLAIN, V1, OK)], PLAIN, V2, None),
        ([(PLAIN, V1, OK), (PLAIN, V2, OK)], PLAIN, V1, None),
        ([(PLAIN, V1, NO)], PLAIN, V1, None),
        ([(PLAIN, V1, OK), (PLAIN, V2, NO)], PLAIN, V1, State.UNCHANGED),
        # What may have been stored in between makes sure of nothing.
        ([(PLAIN, V1, OK), (PLAIN, V2, LOST)], PLAIN, V1, None),
        ([(PLAIN, V1, OK), (PLAIN, V2, DEAD)], PLAIN, V1, None),
        ([(PLAIN, V1, OK), (PLAIN, V2, DOUBT)], PLAIN, V1, None),
        ([(PLAIN, V1, OK), (PLAIN, V2, LOST), (PLAIN, V3, NO)], PLAIN, V1, None),
        ([(PLAIN, V1, LOST), (PLAIN, V1, OK)], PLAIN, V1, State.UNCHANGED),
        # Events.
        ([(EVENTS, V1, OK)], EVENTS, V1, State.UNCHANGED),
        ([(EVENTS, V1, OK)], PLAIN, V1, State.UNCHANGED),
        ([(EVENTS, V1, OK)], OTHER_EVENTS, V1, None),
        ([(PLAIN, V1, OK)], EVENTS, V1, None),
        ([(EVENTS, V1, LOST)], EVENTS, V1, State.UNKNOWN),
        ([(EVENTS, V1, DEAD)], EVENTS, V1, State.UNKNOWN),
        ([(EVENTS, V1, LOST)], EVENTS, V2, None),
        ([(EVENTS, V1, LOST)], PLAIN, V1, None),
        ([(EVENTS, V1, NO)], EVENTS, V1, None),
        ([(EVENTS, V1, OK), (EVENTS, V2, NO)], EVENTS, V1, State.UNCHANGED),
        # What may have been stored stays in doubt until something else is accepted.
        ([(EVENTS, V1, LOST), (EVENTS, V2, NO)], EVENTS, V1, State.UNKNOWN),
        ([(EVENTS, V1, LOST), (EVENTS, V2, LOST)], EVENTS, V1, State.UNKNOWN),
        ([(EVENTS, V1, LOST), (EVENTS, V2, LOST)], EVENTS, V2, State.UNKNOWN),
        ([(EVENTS, V1, LOST), (EVENTS, V2, LOST)], EVENTS, V3, None),
        ([(EVENTS, V1, LOST), (EVENTS, V2, LOST), (EVENTS, V3, OK)], EVENTS, V1, None),
        ([(EVENTS, V1, OK), (PLAIN, V2, DOUBT)], EVENTS, V1, State.UNKNOWN),
        # Going back to a content is a change only if the other one has arrived.
        ([(EVENTS, V1, OK), (EVENTS, V2, OK)], EVENTS, V1, None),
        ([(EVENTS, V1, OK), (PLAIN, V2, OK)], EVENTS, V1, None),
        ([(EVENTS, V1, OK), (EVENTS, V2, LOST)], EVENTS, V1, State.UNKNOWN),
        ([(EVENTS, V1, OK), (PLAIN, V2, LOST)], EVENTS, V1, State.UNKNOWN),
        ([(EVENTS, V1, OK), (PLAIN, V2, OK), (PLAIN, V1, OK)], EVENTS, V1, State.UNCHANGED),
    ],
)
def test_what_is_remembered_of_a_row(tmp_path, history, journey, mark, expected) -> None:
    with closing(Ledger(tmp_path / "ledger")) as ledger:
        assert state_after(ledger, history, journey, mark) is expected


def test_unknown_rows_go_again_only_when_asked(tmp_path) -> None:
    with closing(Ledger(tmp_path / "ledger")) as ledger:
        state_after(ledger, [(EVENTS, V1, LOST)], EVENTS, V1)
        with closing(ledger.start(facts(100, EVENTS))) as run:
            assert run.memory(resend=True, resend_unknown=False).states([V1]) == [State.UNKNOWN]
            assert run.memory(resend=False, resend_unknown=True).states([V1]) == [None]


def test_resending_everything_can_be_resumed(tmp_path) -> None:
    with closing(Ledger(tmp_path / "ledger")) as ledger:
        state_after(ledger, [(PLAIN, V1, OK)], PLAIN, V1)
        with closing(ledger.start(facts(100))) as run:
            assert run.memory(resend=True, resend_unknown=False).states([V1]) == [None]
            run.answer(run.begin([V1]), OK)
        with closing(ledger.start(facts(101, resumes="run-100"))) as run:
            memory = run.memory(resend=True, resend_unknown=False)
            assert memory.states([V1]) == [State.UNCHANGED]
        with closing(ledger.start(facts(102, resumes="run-101"))) as run:
            memory = run.memory(resend=True, resend_unknown=False)
            assert memory.states([V1]) == [State.UNCHANGED]


def test_other_accounts_and_entities_are_strangers(tmp_path) -> None:
    with closing(Ledger(tmp_path / "ledger")) as ledger:
        state_after(ledger, [(PLAIN, V1, OK)], PLAIN, V1)
        for changed in (
            {"account": Account("url", Secret("other"), Secret("other key"))},
            {"entity": "customer-membership"},
        ):
            with closing(ledger.start(facts(hash(str(changed)), **changed))) as run:
                assert run.memory(resend=False, resend_unknown=False).states([V1]) == [None]


def test_two_runs_cannot_fire_the_same_events_at_once(tmp_path) -> None:
    with closing(Ledger(tmp_path / "ledger")) as one, closing(Ledger(tmp_path / "ledger")) as other:
        live = one.start(facts(1, EVENTS))
        with pytest.raises(UsageError, match="run-1"):
            other.start(facts(2, EVENTS))
        other.start(facts(3, PLAIN)).close()
        other.start(facts(4, OTHER_EVENTS)).close()
        finish(live)
        other.start(facts(5, EVENTS)).close()


def test_a_run_with_events_waits_for_the_disk(tmp_path) -> None:
    """After a power cut nothing that was sent may be missing from the journal."""
    normal, full = 1, 2
    with closing(Ledger(tmp_path / "ledger")) as ledger:
        for number, (journey, level) in enumerate([(EVENTS, full), (PLAIN, normal)]):
            with closing(ledger.start(facts(number, journey))):
                assert ledger.db.execute("PRAGMA synchronous").fetchone()[0] == level


def test_dividing_a_batch_is_all_or_nothing(tmp_path) -> None:
    """It is one word of the journal: there or not."""
    path = tmp_path / "ledger"
    with closing(Ledger(path)) as ledger, closing(ledger.start(facts(1, n_rows=3))) as run:
        batch = run.begin([V1, V2, V3])
        before = journal_path(path, "run-1").stat().st_size
        first, second = run.divide(batch, 2)
        run.answer(first, OK)
        run.answer(second, NO)
    assert {n: c for n, c in status("run-1", path).counts.items() if c} == {
        "accepted": 2,
        "rejected": 1,
    }
    whole = journal_path(path, "run-1").read_bytes()
    for n_bytes in range(before, before + 33):
        journal_path(path, "run-1").write_bytes(whole[:n_bytes])
        assert status("run-1", path).counts["unknown"] == 3


def test_folding_can_be_cut_off_anywhere_and_done_again(tmp_path) -> None:
    """Every row is counted once and remembered, whichever statement was the last."""
    n_cut_off = 0
    for n_steps in itertools.count(1, 31):
        path = tmp_path / f"ledger-{n_steps}"
        with closing(Ledger(path)) as ledger:
            with closing(ledger.start(facts(1, EVENTS, n_rows=4))) as run:
                run.answer(run.begin([V1]), OK)
                run.answer(run.begin([b"o" * 32]), LOST)
                run.answer(run.begin([b"n" * 32]), NO)
                run.begin([b"p" * 32])
            steps = itertools.count(1)
            ledger.db.set_progress_handler(lambda: next(steps) == n_steps, 1)  # noqa: B023
            try:
                ledger.recover()
            except LedgerError:
                n_cut_off += 1
                is_cut_off = True
            else:
                is_cut_off = False
            ledger.db.set_progress_handler(None, 0)
            counts = {"accepted": 1, "rejected": 1, "unknown": 2}
            assert status("run-1", path).counts == dict.fromkeys(STATES, 0) | counts
            ledger.recover()
            assert status("run-1", path).counts == dict.fromkeys(STATES, 0) | counts
            with closing(ledger.start(facts(2, EVENTS))) as run:
                memory = run.memory(resend=False, resend_unknown=False)
                found = memory.states([V1, b"o" * 32, b"n" * 32, b"p" * 32])
            assert found == [State.UNCHANGED, State.UNKNOWN, None, State.UNKNOWN]
        if not is_cut_off:
            break
    assert n_cut_off > 5


def test_status_reads_along_from_another_connection(tmp_path) -> None:
    path = tmp_path / "ledger"
    with closing(Ledger(path)) as ledger:
        run = ledger.start(facts(1, n_rows=10, n_held=1))
        run.answer(run.begin([V1, V2]), OK)
        run.answer(run.begin([V3]), DOUBT)
        run.begin([V1] * 3)
        run.count(n_unchanged=2, n_unknown=0)
        live = status("run-1", path)
        assert live.state == "running"
        assert {name: n for name, n in live.counts.items() if n} == {
            "held": 1,
            "unchanged": 2,
            "accepted": 2,
            "rejected": 1,
            "unsent": 4,
        }
        run.close()
    dead = status("run-1", path)
    assert dead.state == "crashed"
    assert (dead.counts["unknown"], dead.counts["unsent"]) == (3, 1)
    with closing(Ledger(path)) as ledger:
        ledger.recover()
    assert status("run-1", path).counts == dead.counts
    assert runs(path)["state"].tolist() == ["crashed"]


def test_there_are_no_runs_where_there_is_no_ledger(tmp_path) -> None:
    assert runs(tmp_path / "none").empty
    with pytest.raises(UsageError, match=r"pp\.runs"):
        status("run-1", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_ledger_without_its_key_is_refused(world, report) -> None:
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger}
    send(report(3), **keywords)
    key = world.ledger.with_name("ledger.sqlite.key")
    right = key.read_bytes()
    key.unlink()
    with pytest.raises(LedgerError, match="key file"):
        send(report(3), **keywords)
    key.write_bytes(b"x" * 32)
    with pytest.raises(LedgerError, match="not the key"):
        send(report(3), **keywords)
    key.write_bytes(b"short")
    with pytest.raises(LedgerError, match="length"):
        send(report(3), **keywords)
    key.write_bytes(right)
    assert send(report(3), **keywords).counts["unchanged"] == 3


def test_a_newer_ledger_is_left_alone(tmp_path) -> None:
    path = tmp_path / "ledger"
    Ledger(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerError, match="newer"):
        Ledger(path)


def test_a_place_that_cannot_be_written(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="PANGO_DATA_DIR"):
        Ledger(tmp_path / "file" / "ledger")


def test_large_journals_are_folded_in_pieces(tmp_path, monkeypatch) -> None:
    from pangoprep.upload.ledger import journal_folding

    monkeypatch.setattr(journal_folding, "_ROWS_AT_ONCE", 300)
    with closing(Ledger(tmp_path / "ledger")) as ledger:
        run = ledger.start(facts(1, n_rows=2_000))
        marks = [blake2b(b"%d" % n, digest_size=32).digest() for n in range(2_000)]
        for start in range(0, 2_000, 50):
            run.answer(run.begin(marks[start : start + 50]), OK)
        finish(run)
        with closing(ledger.start(facts(2))) as later:
            memory = later.memory(resend=False, resend_unknown=False)
            assert memory.states(marks) == [State.UNCHANGED] * 2_000
    assert status("run-1", Path(tmp_path / "ledger")).counts["accepted"] == 2_000
