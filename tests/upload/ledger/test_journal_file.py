"""A run's journal on disk: what was written is read, what was cut off or spoiled is not there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pangoprep.upload.ledger import journal_file
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.journal_counts import journal_counts
from pangoprep.upload.ledger.journal_file import JournalReader, JournalWriter, journal_path
from pangoprep.upload.ledger.writes import NEVER
from tests import forking

ROOT = Path(__file__).parents[3]
OK, NO, LOST, OPEN = (
    BatchState.ACCEPTED,
    BatchState.REJECTED,
    BatchState.UNKNOWN,
    BatchState.PENDING,
)

NAMES = ("number", "begun", "ended", "state")


def marks(*numbers: int) -> bytes:
    return b"".join(n.to_bytes(8, "little") * 4 for n in numbers)


def read(path: Path) -> list[tuple[Any, ...]]:
    """Number, begun, ended, state and first halves of the keys of each request."""
    journal = JournalReader(path, "run")
    journal.read()
    return shown(journal)


def shown(journal: JournalReader) -> list[tuple[Any, ...]]:
    found = []
    for nth in range(len(journal.requests)):
        one = journal.requests[nth : nth + 1]
        keys = journal.writes(one)["key"].tolist()
        found.append((*(one[name][0].item() for name in NAMES), keys))
    return found


def write_some(path: Path) -> list[tuple[Any, ...]]:
    with closing(JournalWriter(path, "run")) as file:
        file.begin(3, marks(30, 31))
        file.begin(4, marks(40))
        file.answer(3, OK, 4)
        file.begin(7, marks(70, 71, 72), begun=2)
        file.withdraw(4)
        file.divide(7, 8, 2)
        file.answer(9, LOST, 11)
        file.begin(12, marks())
    return [
        (3, 3, 4, OK, [30, 31]),
        (8, 2, NEVER, OPEN, [70, 71]),
        (9, 2, 11, LOST, [72]),
        (12, 12, NEVER, OPEN, []),
    ]


def test_what_was_written_is_read(tmp_path) -> None:
    assert write_some(tmp_path / "l") == read(tmp_path / "l")


@pytest.mark.parametrize("n_words", [2, 3, 5, 2**19])
def test_it_is_read_in_pieces(tmp_path, n_words, monkeypatch) -> None:
    monkeypatch.setattr(journal_file, "_WORDS_AT_ONCE", n_words + 3)
    monkeypatch.setattr(journal_file, "_MAX_WORDS", 4)
    assert write_some(tmp_path / "l") == read(tmp_path / "l")


def test_a_reader_reads_on_wherever_it_came(tmp_path) -> None:
    """One that looks at any moment, inside a word and inside marks too, ends with the same."""
    expected = write_some(tmp_path / "whole")
    whole = journal_path(tmp_path / "whole", "run").read_bytes()
    path = tmp_path / "l"
    JournalWriter(path, "run").close()
    for n_bytes in range(0, len(whole), 7):
        journal = JournalReader(path, "run")
        for end in (n_bytes, n_bytes + 40, len(whole)):
            journal_path(path, "run").write_bytes(whole[:end])
            journal.read()
        assert shown(journal) == expected


def test_what_is_cut_off_is_not_there_and_nothing_else(tmp_path) -> None:
    expected = write_some(tmp_path / "l")
    whole = journal_path(tmp_path / "l", "run").read_bytes()
    before: list[tuple[Any, ...]] = []
    for n_bytes in range(len(whole) + 1):
        journal_path(tmp_path / "l", "run").write_bytes(whole[:n_bytes])
        found = read(tmp_path / "l")
        assert found == before or not n_bytes % 32, "half a word says nothing"
        before = found
    assert before == expected


def test_what_comes_after_a_gap_is_found(tmp_path, monkeypatch) -> None:
    """A power cut may take some pages of a file and leave later ones."""
    monkeypatch.setattr(journal_file, "_WORDS_AT_ONCE", 100)
    monkeypatch.setattr(journal_file, "_MAX_WORDS", 60)
    with closing(JournalWriter(tmp_path / "l", "run")) as file:
        for number in range(1, 61):
            file.begin(number, marks(*range(number * 100, number * 100 + 50)))
            file.answer(number, OK, number)
    path = journal_path(tmp_path / "l", "run")
    whole = path.read_bytes()
    step = 52 * 32
    for first, last in [(0, 1), (3, 4), (10, 30), (0, 59), (58, 60)]:
        path.write_bytes(
            whole[: first * step] + bytes((last - first) * step) + whole[last * step :]
        )
        numbers = [number for number, *_ in read(tmp_path / "l")]
        assert numbers == [*range(1, first + 1), *range(last + 1, 61)]


@pytest.mark.parametrize("at", [5, 9, 14, 30, 40, 32 * 3 - 1])
def test_what_is_spoiled_is_not_believed(tmp_path, at) -> None:
    expected = write_some(tmp_path / "l")
    path = journal_path(tmp_path / "l", "run")
    whole = bytearray(path.read_bytes())
    whole[at] ^= 1
    path.write_bytes(whole)
    assert read(tmp_path / "l") == expected[1:]


def test_what_does_not_find_room_leaves_nothing_behind(tmp_path) -> None:
    """The system refuses what goes beyond a size: it writes half of it and then nothing."""
    script = """
import resource, signal, sys
from pathlib import Path
from pangoprep.upload.ledger.journal_file import JournalWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file = JournalWriter(Path(sys.argv[1]), "run")
file.begin(1, bytes(range(32)) * 3)
resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource.RLIM_INFINITY))
for _ in range(2):
    try:
        file.begin(2, bytes(range(32)) * 50)
    except OSError:
        print("refused")
file.answer(1, 1, 2)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
file.begin(3, bytes(32))
"""
    done = forking.run([sys.executable, "-c", script, tmp_path / "l"], check=True)
    assert done.stdout.split() == ["refused"] * 2
    assert journal_path(tmp_path / "l", "run").stat().st_size == 32 * (4 + 1 + 2)
    assert [(number, state) for number, _, _, state, _ in read(tmp_path / "l")] == [
        (1, OK),
        (3, OPEN),
    ]


def test_what_had_its_answer_by_then_is_taken_out(tmp_path) -> None:
    with closing(JournalWriter(tmp_path / "l", "run")) as file:
        for number, ended in [(1, 3), (2, 5), (3, 9)]:
            file.begin(number, marks(number))
            file.answer(number, OK, ended)
        file.begin(6, marks(6))
    journal = JournalReader(tmp_path / "l", "run")
    journal.read()
    assert journal.take_answered(5)["number"].tolist() == [1, 2]
    assert journal.take_answered(5)["number"].tolist() == []
    assert journal.requests["number"].tolist() == [3, 6]
    assert (journal.state_of(3), journal.state_of(6), journal.state_of(1)) == (OK, OPEN, None)


def test_keys_of_a_range(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(journal_file, "_WORDS_AT_ONCE", 8)
    with closing(JournalWriter(tmp_path / "l", "run")) as file:
        for number in range(1, 20):
            file.begin(number, marks(number * 2, number * 2 + 1))
    journal = JournalReader(tmp_path / "l", "run")
    journal.read()
    assert sorted(journal.writes(journal.requests)["key"]) == [*range(2, 40)]
    assert sorted(journal.writes(journal.requests, 7, 9)["key"]) == [7, 8, 9]
    assert sorted(journal.writes(journal.requests, 2**63)["key"]) == []
    some = journal.requests[np.array([17, 3])]
    assert sorted(journal.writes(some)["key"]) == [8, 9, 36, 37]


WRITER = """
import itertools, sys
from pathlib import Path
from pangoprep.upload.ledger.journal_file import JournalWriter
file = JournalWriter(Path(sys.argv[1]), "run")
print("writing", flush=True)
for number in itertools.count(1):
    file.begin(number, number.to_bytes(8, "little") * 4 * 200)
    file.answer(number, 1, number)
"""


@pytest.mark.long
def test_a_writer_killed_anywhere_leaves_what_it_was_done_with(tmp_path) -> None:
    for nth in range(20):
        path = tmp_path / f"l{nth}"
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, cwd=ROOT
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            n_bytes = 0
            while n_bytes < 100_000 * (nth + 1):
                n_bytes = journal_path(path, "run").stat().st_size
            os.kill(process.pid, signal.SIGKILL)
        journal = JournalReader(path, "run")
        journal.read()
        n_requests = len(journal.requests)
        assert n_requests >= n_bytes // (202 * 32) - 1
        assert journal.requests["number"].tolist() == [*range(1, n_requests + 1)]
        assert (journal.requests["state"][:-1] == OK).all()
        keys = journal.writes(journal.requests)["key"]
        assert keys.tolist() == np.repeat(np.arange(1, n_requests + 1), 200).tolist()


def test_counting_reads_what_was_added(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    with closing(JournalWriter(path, "run")) as file:
        file.begin(1, marks(10, 11))
        assert journal_counts(path, "run") == {OPEN: 2}
        # What was read is not read again: nobody looks whether it is there.
        with journal_path(path, "run").open("r+b") as spoiled:
            spoiled.write(bytes(96))
        file.answer(1, OK, 1)
        file.begin(2, marks(20))
        assert journal_counts(path, "run") == {OK: 2, OPEN: 1}
        file.delete()
    with pytest.raises(FileNotFoundError):
        journal_counts(path, "run")
    with closing(JournalWriter(path, "run")) as file:
        file.begin(1, marks(10))
        assert journal_counts(path, "run") == {OPEN: 1}


def test_counting_many_journals_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    names = [f"run {n}" for n in range(6)]
    files = [JournalWriter(path, name) for name in names]
    for answered in (False, True):
        for file in files:
            if answered:
                file.answer(1, OK, 1)
            else:
                file.begin(1, marks(1, 2))
        state = OK if answered else OPEN
        assert [journal_counts(path, name) for name in names] == [{state: 2}] * 6
    for file in files:
        file.close()
