"""The ledger of version 0.1.0 is taken over: nothing is forgotten, nothing is believed too much."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pangoprep.errors import LedgerError
from pangoprep.upload import runs
from pangoprep.upload.http.account import Account
from pangoprep.upload.http.tokens import Secret
from pangoprep.upload.ledger import repacking
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.ledger import Ledger, RunRecord
from pangoprep.upload.ledger.row_history import RowHistory
from pangoprep.upload.machine.run_lock import RunLock
from pangoprep.upload.outcome.states import State

SCRIPT = Path(__file__).with_name("ledger-0.1.0.sql")

ACCOUNT = Account("url", Secret("account"), Secret(""))

UNCHANGED, UNKNOWN = State.UNCHANGED, State.UNKNOWN


@pytest.fixture
def old(tmp_path) -> Path:
    """A ledger made by version 0.1.0."""
    path, script = tmp_path / "ledger.sqlite", SCRIPT.read_text()
    path.with_name("ledger.sqlite.key").write_bytes(
        bytes.fromhex(script.split("Its key: ")[1].split()[0])
    )
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)
    return path


@pytest.fixture(params=[500_000, 7])
def ledger(old, request, monkeypatch) -> Iterator[Ledger]:
    monkeypatch.setattr(repacking, "_ROWS_AT_ONCE", request.param)
    with closing(Ledger(old)) as opened:
        opened.recover()
        yield opened


def mark(key: str, version: str) -> bytes:
    return key.encode().ljust(16, b"\0") + version.encode().ljust(16, b"\0")


def states(ledger: Ledger, *names: str, journey: tuple[str, ...] = ()) -> list[State | None]:
    scope = ledger.scope(ACCOUNT, "customer-identity", journey)
    memory = RowHistory(ledger.db, ledger.path, scope)
    return memory.states([mark(*name.split("=")) for name in names])


def test_what_was_known_is_known(ledger) -> None:
    accepted = [f"a{n}=1" for n in range(3, 50)]
    assert states(ledger, *accepted) == [UNCHANGED] * 47
    assert states(ledger, "lost-then-kept=1", "changed=2", "fired=1") == [UNCHANGED] * 3
    assert states(ledger, "changed=1", "refused=1", "lost=1", "doubt=1", "never=1") == [None] * 5
    told = ["fired=1", "doubt=1", "changed=1", "fired?=1", "fired?=2", "fired?=3"]
    expected = [UNCHANGED, UNKNOWN, None, UNKNOWN, UNKNOWN, None]
    assert states(ledger, *told, journey=("J",)) == expected


def test_the_killed_run_is_put_away(ledger) -> None:
    assert states(ledger, "a0=2", "killed-kept=1", "a1=1") == [UNCHANGED] * 3
    assert states(ledger, "a0=1", "a1=2", "a2=1", "a2=2", "killed-open=1") == [None] * 5
    table = runs(ledger.path).set_index("run_id")
    assert table.loc["run-4", ["state", "accepted", "rejected", "unknown"]].tolist() == [
        "crashed", 2, 1, 2,
    ]  # fmt: skip
    assert table.loc["run-1", ["state", "accepted", "rejected", "unknown"]].tolist() == [
        "stopped", 50, 1, 2,
    ]  # fmt: skip


def test_all_that_is_sent_from_now_on_comes_later(ledger) -> None:
    facts = RunRecord("new", ACCOUNT, "customer-identity", (), 3, 0, 0, 0.0)
    with closing(ledger.start(facts)) as run:
        marks = [mark("a2", "3"), mark("lost", "3"), mark("a9", "3")]
        run.answer(run.begin(marks), BatchState.ACCEPTED)
        run.finish(reason="", ended=1.0, n_requests=1, frame_fingerprint=None)
    assert states(ledger, "a2=3", "lost=3", "a9=3", "a9=1") == [UNCHANGED] * 3 + [None]


def test_what_a_resumed_run_has_resent_stays_sent(ledger) -> None:
    facts = RunRecord("new", ACCOUNT, "customer-identity", (), 3, 0, 0, 0.0, resumes="run-3")
    with closing(ledger.start(facts)) as run:
        memory = run.memory(resend=True, resend_unknown=False)
        marks = [mark("lost-then-kept", "1"), mark("changed", "2"), mark("a5", "1")]
        # Run 3 resumed run 1, and that has sent the last one.
        assert memory.states(marks) == [UNCHANGED] * 3


def test_a_run_of_the_old_version_is_not_disturbed(old) -> None:
    folder = old.with_name("ledger.sqlite.live")
    folder.mkdir()
    (folder / "run-4").touch()
    before = old.read_bytes()
    with (folder / "run-4").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # as version 0.1.0 did
        with pytest.raises(LedgerError, match="run-4 is still sending with an older pangoprep"):
            Ledger(old)
    assert old.read_bytes()[100:] == before[100:]
    with closing(Ledger(old)) as opened:
        opened.recover()


def as_of_today(path: Path) -> None:
    """Give a ledger the table for journals that later versions had, with what a killed run left."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            "CREATE TABLE batches (number INTEGER PRIMARY KEY, run INTEGER NOT NULL, begun INTEGER,"
            " ended INTEGER, state INTEGER NOT NULL, marks BLOB NOT NULL); PRAGMA user_version = 7"
        )
        number = db.execute("SELECT number FROM runs WHERE id = 'killed'").fetchone()[0]
        batches = [
            (100, number, None, 101, BatchState.ACCEPTED, mark("k1", "1") + mark("k2", "1")),
            (101, number, None, 103, BatchState.REJECTED, mark("k3", "1")),
            (102, number, 100, None, BatchState.PENDING, mark("k4", "1")),
            (103, number, None, 104, BatchState.UNKNOWN, mark("k5", "1")),
        ]
        db.executemany("INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?)", batches)
        db.commit()


@pytest.fixture
def later(tmp_path) -> Path:
    """A ledger of the time when journals were a table."""
    path = tmp_path / "ledger.sqlite"
    with closing(Ledger(path)) as opened:
        for name in ("whole", "killed"):
            facts = RunRecord(name, ACCOUNT, "customer-identity", ("J",), 5, 0, 0, 0.0)
            with closing(opened.start(facts)) as run:
                if name == "whole":
                    run.answer(run.begin([mark("a1", "1")]), BatchState.ACCEPTED)
                    run.finish(reason="", ended=1.0, n_requests=1, frame_fingerprint=None)
    as_of_today(path)
    return path


def test_a_journal_in_a_table_becomes_a_file(later) -> None:
    counts = {"accepted": 2, "rejected": 1, "unknown": 2}
    for _ in range(2):
        table = runs(later).set_index("run_id")
        assert table.loc["killed", [*counts]].to_dict() == counts
        assert table.loc["killed", "state"] == "crashed"
        with closing(Ledger(later)) as ledger:
            ledger.recover()
            assert states(ledger, "a1=1", "k1=1", "k2=1", "k3=1") == [UNCHANGED] * 3 + [None]
            told = states(ledger, "k1=1", "k3=1", "k4=1", "k5=1", journey=("J",))
            assert told == [UNCHANGED, None, UNKNOWN, UNKNOWN]
            facts = RunRecord("new", ACCOUNT, "customer-identity", (), 1, 0, 0, 0.0)
            if "new" not in table.index:
                with closing(ledger.start(facts)) as run:
                    assert run.begin([mark("n1", "1")]) > 104


def test_a_run_with_its_journal_in_a_table_is_not_disturbed(later) -> None:
    with closing(RunLock(later, "killed")), pytest.raises(LedgerError, match="older pangoprep"):
        Ledger(later)
    with closing(sqlite3.connect(later)) as db:
        assert db.execute("SELECT count(*) FROM batches").fetchone() == (4,)
