from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pangoprep.upload.machine.run_lock import RunLock, has_stopped, is_running
from tests import forking

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")

HOLDER = """
import os, sys, time
from pathlib import Path
from pangoprep.upload.machine.run_lock import RunLock
lock = RunLock(Path(sys.argv[1]), "run-1")
if sys.argv[2] == "fork" and os.fork() == 0:
    lock.close()  # as an exit handler of the fork may do
    print(os.getpid(), flush=True)
    time.sleep(60)
if sys.argv[2] != "fork":
    print(os.getpid(), flush=True)
time.sleep(60)
"""

LOOK = """
import sys
from pathlib import Path
from pangoprep.upload.machine.run_lock import is_running
print(is_running(Path(sys.argv[1]), "run-1"))
"""


@contextmanager
def holder(ledger: Path, how: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a process that holds a lock; give it, and the process id it printed."""
    command = [sys.executable, "-c", HOLDER, str(ledger), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        try:
            yield process, pid
        finally:
            process.kill()
            if pid != process.pid:
                os.kill(pid, signal.SIGKILL)


def test_a_lock_is_held_until_it_is_closed(tmp_path) -> None:
    path = tmp_path / "ledger"
    with closing(RunLock(path, "run-1")):
        assert is_running(path, "run-1")
        assert is_running(tmp_path / "." / "ledger", "run-1")
        seen = forking.run([sys.executable, "-c", LOOK, path])
        assert seen.stdout.strip() == "True"
    assert not is_running(path, "run-1")


def test_a_run_whose_end_could_not_be_written_down_has_stopped(tmp_path) -> None:
    path = tmp_path / "ledger"
    lock = RunLock(path, "run-1")
    assert not has_stopped(path, "run-1")
    lock.close(is_told=False)
    assert not is_running(path, "run-1")
    assert has_stopped(path, "run-1")
    RunLock(path, "run-2").close()
    assert not has_stopped(path, "run-2")


def test_a_killed_process_holds_nothing(tmp_path) -> None:
    path = tmp_path / "ledger"
    with holder(path, "alone") as (process, _):
        assert is_running(path, "run-1")
        process.kill()
        process.wait(10)
        assert (tmp_path / "ledger.live" / "run-1").exists()
        assert not is_running(path, "run-1")


def test_a_fork_does_not_keep_the_run_of_its_killed_parent_alive(tmp_path) -> None:
    path = tmp_path / "ledger"
    with holder(path, "fork") as (process, fork):
        assert is_running(path, "run-1")
        process.kill()
        process.wait(10)
        os.kill(fork, 0)  # it lives
        assert not is_running(path, "run-1")


def test_two_who_look_at_once_do_not_take_each_other_for_the_run(tmp_path) -> None:
    import fcntl

    path = tmp_path / "ledger"
    (tmp_path / "ledger.live").mkdir()
    (tmp_path / "ledger.live" / "run-1").touch()  # what a killed process leaves
    with (tmp_path / "ledger.live" / "run-1").open() as looking:
        fcntl.lockf(looking, fcntl.LOCK_SH | fcntl.LOCK_NB)
        seen = forking.run([sys.executable, "-c", LOOK, path])
        assert seen.stdout.strip() == "False"


def test_a_run_that_cannot_be_looked_at_is_not_called_dead(tmp_path) -> None:
    path = tmp_path / "ledger"
    with holder(path, "alone"):
        import resource

        # No more files can be opened: nobody can tell.
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            assert is_running(path, "run-1")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
