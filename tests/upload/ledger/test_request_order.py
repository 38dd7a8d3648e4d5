"""The order of requests: no number twice, whoever asks, and a moment that is one for all."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from pangoprep.errors import LedgerError
from pangoprep.upload.http.account import Account
from pangoprep.upload.http.tokens import Secret
from pangoprep.upload.ledger import request_order as order_module
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.journal_file import JournalReader, journal_path
from pangoprep.upload.ledger.ledger import Ledger, RunRecord
from pangoprep.upload.ledger.request_order import RequestOrder
from pangoprep.upload.ledger.row_history import RowHistory
from pangoprep.upload.machine.run_lock import live_folder
from pangoprep.upload.outcome.states import State

ROOT = Path(__file__).parents[3]
ACCOUNT = Account("url", Secret("account"), Secret(""))

COUNTER = """
import sys
from pathlib import Path
from pangoprep.upload.ledger.ledger import Ledger
from pangoprep.upload.ledger.request_order import RequestOrder
ledger = Ledger(Path(sys.argv[1]))
order, seen = RequestOrder(ledger.db, ledger.path), []
for _ in range(300):
    order.begin(seen.append)
print(*seen)
"""


def facts(name: str) -> RunRecord:
    return RunRecord(name, ACCOUNT, "customer-identity", (), 1, 0, 0, 0.0)


def test_processes_and_threads_get_every_number_once(tmp_path) -> None:
    path = tmp_path / "ledger"
    Ledger(path).close()
    command = [sys.executable, "-c", COUNTER, str(path)]
    counting = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    seen: list[int] = []

    def count() -> None:
        with closing(Ledger(path)) as ledger:
            for _ in range(300):
                seen.append(RequestOrder(ledger.db, path).begin(lambda number: None))

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for process in counting:
        seen += map(int, process.communicate(timeout=60)[0].split())
    assert sorted(seen) == [*range(1, 1201)]


def test_a_number_whose_request_could_not_be_written_is_not_given_again(tmp_path) -> None:
    with closing(Ledger(tmp_path / "ledger")) as ledger:
        order = RequestOrder(ledger.db, ledger.path)

        def fail(number: int) -> None:
            raise OSError(28, "No space left on device")

        with pytest.raises(LedgerError, match="the disk is full"):
            order.begin(fail)
        assert order.begin(lambda number: None, n_numbers=2) == 2
        assert (order.last(), order.begin(lambda number: None)) == (3, 4)


def test_who_keeps_the_lock_is_waited_for_but_not_for_ever(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(order_module, "_WAIT_SECONDS", 0.0)
    with closing(Ledger(tmp_path / "ledger")) as ledger:
        order, other = RequestOrder(ledger.db, ledger.path), RequestOrder(ledger.db, ledger.path)

        def ask(number: int) -> None:
            with pytest.raises(LedgerError, match="locked for a minute"):
                other.last()

        order.begin(ask)
        assert other.last() == 1


@pytest.mark.parametrize("is_dead", [False, True])
def test_a_lost_file_gives_no_number_twice(tmp_path, is_dead) -> None:
    """It is not synced: after a power cut it may be older than what the ledger knows."""
    with closing(Ledger(tmp_path / "ledger")) as ledger:
        with closing(ledger.start(facts("one"))) as run:
            for n in range(5):
                run.answer(run.begin([bytes([n]) * 32]), BatchState.ACCEPTED)
            if not is_dead:
                run.finish(reason="", ended=1.0, n_requests=5, frame_fingerprint=None)
        (live_folder(ledger.path) / "order").unlink()
        with closing(ledger.start(facts("two"))) as run:
            assert run.begin([bytes([3]) * 16 + b"2" * 16]) == 6
            run.answer(6, BatchState.ACCEPTED)
            run.finish(reason="", ended=1.0, n_requests=1, frame_fingerprint=None)
        memory = RowHistory(ledger.db, ledger.path, ledger.scope(ACCOUNT, "customer-identity"))
        told = memory.states([bytes([3]) * 32, bytes([3]) * 16 + b"2" * 16, bytes([4]) * 32])
        assert told == [None, State.UNCHANGED, State.UNCHANGED]


def test_what_is_told_belongs_to_one_moment(tmp_path, monkeypatch) -> None:
    """Between two journals that are read, both runs go on; no mixture of before and after."""
    first, second = b"k" * 16 + b"1" * 16, b"k" * 16 + b"2" * 16
    with closing(Ledger(tmp_path / "ledger")) as ledger:
        one, other = ledger.start(facts("one")), ledger.start(facts("other"))
        memory = RowHistory(ledger.db, ledger.path, ledger.scope(ACCOUNT, "customer-identity"))
        read, n_read = JournalReader.read, 0

        def slow(reader: JournalReader) -> None:
            nonlocal n_read
            read(reader)
            n_read += 1
            if n_read == 1:  # the first journal has been read; now its run goes on
                one.begin([first])
                other.answer(other.begin([second]), BatchState.ACCEPTED)

        monkeypatch.setattr(JournalReader, "read", slow)
        assert memory.states([second]) == [None], "at that moment nothing had been sent"
        assert memory.states([second]) == [None], "the other content may come after it"
        one.close()
        other.close()


def test_a_run_that_ends_while_it_is_read_is_found_in_the_memory(tmp_path, monkeypatch) -> None:
    mark = b"k" * 32
    with closing(Ledger(tmp_path / "ledger")) as ledger, closing(Ledger(tmp_path / "ledger")) as by:
        run = by.start(facts("one"))
        run.answer(run.begin([mark]), BatchState.ACCEPTED)
        memory = RowHistory(ledger.db, ledger.path, ledger.scope(ACCOUNT, "customer-identity"))
        blocks = memory._rows._blocks
        look_up, is_first = blocks.look_up, True

        def slow(numbers):
            nonlocal is_first
            if is_first:
                is_first = False
                run.finish(reason="", ended=1.0, n_requests=1, frame_fingerprint=None)
                run.close()
                assert not journal_path(ledger.path, "one").exists()
            return look_up(numbers)

        monkeypatch.setattr(blocks, "look_up", slow)
        assert memory.states([mark]) == [State.UNCHANGED]
