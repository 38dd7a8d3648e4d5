"""A ledger that is not what it was is never taken for new, and there is a way back."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pangoprep.errors import LedgerError, UsageError
from pangoprep.upload import runs, send, status
from pangoprep.upload.ledger.accepted_before import was_accepted
from pangoprep.upload.ledger.backups import backups
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.care import backup, check, repair
from pangoprep.upload.ledger.database import database_errors
from pangoprep.upload.ledger.journal_file import JournalWriter, journal_path
from pangoprep.upload.ledger.ledger import Ledger, RunRecord
from pangoprep.upload.ledger.row_history import RowHistory
from pangoprep.upload.machine.run_lock import live_folder
from pangoprep.upload.outcome.states import State
from tests import forking

ROOT = Path(__file__).parents[3]


def keywords(world: Any, **changed: Any) -> dict[str, Any]:
    return {"client": world.client(), "source": "CRM", "ledger": world.ledger} | changed


def change(ledger: Path, script: str) -> None:
    with closing(sqlite3.connect(ledger)) as db:
        db.executescript(script)


def delete(ledger: Path) -> None:
    ledger.unlink()


def empty(ledger: Path) -> None:
    ledger.write_bytes(b"")


def make_anew(ledger: Path) -> None:
    ledger.unlink()
    change(ledger, "CREATE TABLE t (x); DROP TABLE t")


def forget_rows(ledger: Path) -> None:
    change(ledger, "DELETE FROM blocks")


def forget_everything(ledger: Path) -> None:
    change(ledger, "DELETE FROM blocks; DELETE FROM scopes; DELETE FROM runs; DELETE FROM meta")


def forget_scopes(ledger: Path) -> None:
    change(ledger, "DELETE FROM scopes")


def truncate(ledger: Path) -> None:
    os.truncate(ledger, ledger.stat().st_size // 2)


def cut_short(ledger: Path) -> None:
    os.truncate(ledger, 60)


def overwrite(ledger: Path) -> None:
    ledger.write_text("customerId,fullName\n" * 500)


def be_foreign(ledger: Path) -> None:
    ledger.unlink()
    change(ledger, "CREATE TABLE invoices (number); INSERT INTO invoices VALUES (7)")


HARMS: list[tuple[Callable[[Path], None], str]] = [
    (delete, "is gone"),
    (empty, "was emptied"),
    (make_anew, "was emptied"),
    (forget_rows, "was emptied"),
    (forget_everything, "was emptied"),
    (forget_scopes, "was emptied"),
    (truncate, "is damaged"),
    (cut_short, "is damaged"),
    (overwrite, "is no ledger"),
    (be_foreign, "another program"),
]


@pytest.mark.parametrize(("harm", "words"), HARMS)
def test_a_harmed_ledger_is_refused_as_it_is(world, report, people, harm, words) -> None:
    send(report(60), **keywords(world, je_event_key="CJE-1"))
    harm(world.ledger)
    left = world.ledger.read_bytes() if world.ledger.exists() else None
    n_requests = len(world.way.bodies)
    for use in (
        lambda: send(report(60), **keywords(world, je_event_key="CJE-1")),
        lambda: send(report(60), **keywords(world), dry_run=True),
        lambda: was_accepted(
            people(1)[["customerId"]], "customer-identity", world.client(), world.ledger
        ),
    ):
        with pytest.raises(LedgerError, match=words) as caught:
            use()
        assert "pangoprep ledger repair" in str(caught.value) or harm is be_foreign
    assert len(world.way.bodies) == n_requests
    if harm in (delete, empty, overwrite, truncate, cut_short):
        assert (world.ledger.read_bytes() if world.ledger.exists() else None) == left
    if harm is not forget_rows and harm is not forget_scopes and harm is not forget_everything:
        with pytest.raises(LedgerError, match=words):
            runs(world.ledger)
    if harm is be_foreign:
        with closing(sqlite3.connect(world.ledger)) as db:
            tables = db.execute("SELECT name FROM sqlite_master").fetchall()
        assert tables == [("invoices",)]


@pytest.mark.parametrize(("harm", "words"), HARMS)
def test_the_way_back(world, report, harm, words) -> None:
    send(report(60), **keywords(world))
    backup(world.ledger)
    send(report(70), **keywords(world))
    harm(world.ledger)
    found = check(world.ledger)
    assert words in found.problem
    assert len(found.backups) == 1
    assert "Rows sent after that are not known" in repair(world.ledger)
    assert not check(world.ledger).problem
    again = send(report(70), **keywords(world)).counts
    assert (again["unchanged"], again["accepted"]) == (60, 10)
    aside = list(world.folder.glob("ledger.sqlite.aside-*"))
    assert bool(aside) == (harm is not delete)


def test_a_sound_ledger_is_not_repaired(world, report) -> None:
    send(report(3), **keywords(world))
    found = check(world.ledger)
    assert (found.problem, found.n_runs, found.n_running, found.n_rows) == ("", 1, 0, 3)
    with pytest.raises(UsageError, match="is sound"):
        repair(world.ledger)


def test_without_a_backup_only_a_new_ledger_is_left(world, report) -> None:
    send(report(3), **keywords(world))
    world.ledger.unlink()
    with pytest.raises(LedgerError, match="no sound backup"):
        repair(world.ledger)
    assert "every row is sent again" in repair(world.ledger, is_new=True)
    assert send(report(3), **keywords(world)).counts["accepted"] == 3
    assert list(world.folder.glob("ledger.sqlite.aside-*.key"))


def test_a_damaged_backup_is_passed_over(world, report) -> None:
    send(report(3), **keywords(world))
    good = backup(world.ledger)
    bad = good.with_name("ledger.sqlite.backup-99991231-000000")
    bad.write_bytes(good.read_bytes()[:5_000])
    world.ledger.unlink()
    assert good.name in repair(world.ledger)
    assert send(report(3), **keywords(world)).counts["unchanged"] == 3
    assert not list(world.folder.glob("*.part*"))


def test_a_backup_elsewhere_brings_its_key(world, report, tmp_path) -> None:
    send(report(3), **keywords(world))
    target = tmp_path / "safe" / "copy.sqlite"
    target.parent.mkdir()
    assert backup(world.ledger, target) == target
    assert send(report(3), **keywords(world, ledger=target)).counts["unchanged"] == 3
    assert {file.stat().st_mode & 0o777 for file in target.parent.iterdir() if file.is_file()} == {
        0o600
    }
    with pytest.raises(UsageError, match="there already"):
        backup(world.ledger, target)


def test_a_backup_is_made_by_itself_once_a_day(world, report) -> None:
    for day in range(1, 7):
        for _ in range(2):  # twice a day
            send(report(3), **keywords(world))
        for newest in backups(world.ledger)[:1]:
            if "-202601" not in newest.name:  # as if it had been made that day
                old = newest.rename(newest.with_name(f"ledger.sqlite.backup-2026010{day}-000000"))
                os.utime(old, (0, 0))
    names = [file.name[-15:-7] for file in backups(world.ledger)]
    assert names == ["20260106", "20260105", "20260104"]
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in backups(world.ledger))


def test_what_sqlite_says_becomes_what_is_true(tmp_path) -> None:
    path = tmp_path / "ledger"
    change(path, "CREATE TABLE t (x)")
    with (
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db,
        pytest.raises(LedgerError, match="cannot be written: it or its folder is read-only"),
        database_errors(path),
    ):
        db.execute("INSERT INTO t VALUES (1)")
    with (
        closing(sqlite3.connect(path, timeout=0)) as db,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN EXCLUSIVE")
        with (
            pytest.raises(LedgerError, match="another process has kept it locked"),
            database_errors(path),
        ):
            db.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(LedgerError, match="is a folder"):
        Ledger(tmp_path)


MAKING = """
import os, sys
from pathlib import Path
from pangoprep.upload.ledger import database, home, ledger
path, point = Path(sys.argv[1]), sys.argv[2]
if point == "key":
    ledger.open_database = lambda *a, **k: os._exit(9)
elif point == "tables":
    ledger.check_key = lambda *a, **k: os._exit(9)
opened = ledger.Ledger(path)
print(opened.key.hex())
"""


@pytest.mark.parametrize("point", ["key", "tables"])
def test_a_ledger_whose_making_was_cut_off_is_made_the_next_time(tmp_path, point) -> None:
    path = tmp_path / "ledger"
    assert forking.run([sys.executable, "-c", MAKING, path, point]).returncode == 9
    with closing(Ledger(path)) as opened:
        key = opened.key
    with closing(Ledger(path)) as opened:
        assert opened.key == key
    assert sorted(file.name for file in tmp_path.iterdir()) == ["ledger", "ledger.key"]


def test_processes_that_make_a_ledger_at_once_make_one(tmp_path) -> None:
    path = tmp_path / "ledger"
    command = [sys.executable, "-c", MAKING, str(path), ""]
    making = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    keys = {process.communicate(timeout=60)[0] for process in making}
    assert len(keys) == 1
    assert len(next(iter(keys)).strip()) == 64
    assert not list(tmp_path.glob("*.new*"))


def leave_dead(world) -> str:
    """Leave a run whose process died after 50 of its 60 rows."""
    with closing(Ledger(world.ledger)) as ledger:
        account = world.client().account
        facts = RunRecord("dead", account, "customer-identity", (), 60, 0, 0, 0.0)
        with closing(ledger.start(facts)) as run:
            run.answer(run.begin([bytes([n]) * 32 for n in range(50)]), BatchState.ACCEPTED)
    return "dead"


def test_a_journal_that_is_gone_is_refused_and_given_up(world, report) -> None:
    send(report(60), **keywords(world))
    run_id = leave_dead(world)
    journal_path(world.ledger, run_id).unlink()
    n_requests = len(world.way.bodies)
    for use in (
        lambda: send(report(60), **keywords(world, je_event_key="CJE-1")),
        lambda: send(report(60), **keywords(world), dry_run=True),
        lambda: status(run_id, world.ledger),
        lambda: runs(world.ledger),
        lambda: backup(world.ledger, world.folder / "copy"),
    ):
        with pytest.raises(LedgerError, match="journal of run dead is gone") as caught:
            use()
        assert "pangoprep ledger repair" in str(caught.value)
    assert len(world.way.bodies) == n_requests
    assert "journal of run dead is gone" in check(world.ledger).problem
    assert "counted as unknown" in repair(world.ledger)
    assert not check(world.ledger).problem
    found = status(run_id, world.ledger)
    assert (found.state, found.counts["unknown"]) == ("crashed", 60)
    assert send(report(60), **keywords(world)).counts["unchanged"] == 60


def test_a_backup_holds_what_runs_have_sent_by_then(world, report) -> None:
    with closing(Ledger(world.ledger)) as ledger:
        account = world.client().account
        facts = RunRecord("live", account, "customer-identity", (), 3, 0, 0, 0.0)
        with closing(ledger.start(facts)) as run:
            run.answer(run.begin([b"1" * 32]), BatchState.ACCEPTED)
            run.begin([b"2" * 32])
            made = backup(world.ledger)
            assert status("live", world.ledger).state == "running"
            run.answer(run.begin([b"3" * 32]), BatchState.ACCEPTED)
            run.finish(reason="", ended=1.0, n_requests=3, frame_fingerprint=None)
    assert status("live", world.ledger).counts["accepted"] == 2
    world.ledger.unlink()
    repair(world.ledger, source=made)
    counts = status("live", world.ledger).counts
    assert (counts["accepted"], counts["unknown"], counts["unsent"]) == (1, 1, 1)
    with closing(Ledger(world.ledger)) as ledger:
        memory = RowHistory(ledger.db, ledger.path, ledger.scope(account, "customer-identity"))
        assert memory.states([n * 32 for n in (b"1", b"2", b"3")]) == [State.UNCHANGED, None, None]


def test_what_a_kill_leaves_of_a_journal_that_was_put_away_goes(world, report) -> None:
    run_id = send(report(3), **keywords(world)).run_id
    JournalWriter(world.ledger, run_id).close()
    send(report(3), **keywords(world))
    assert not list(live_folder(world.ledger).glob("*.journal"))
