"""A fixes file that several processes change, or that one is ended over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import OptionError, UsageError
from pangoprep.fixes import storage
from tests import forking

N_ADDED = 40

ADDS = """
import sys
import pangoprep as pp
path, name, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
file = pp.FixesFile(path)
print("ready", flush=True)
sys.stdin.readline()
for place in range(n):
    file.add("customer-identity", {"email": {f"{name}{place}": f"{name}{place}@congty.vn"}})
"""

# Ends itself at one place: before or after a file is given its name.
ENDED = """
import os, signal, sys
from pathlib import Path
import pangoprep as pp
path, at, when = sys.argv[1], int(sys.argv[2]), sys.argv[3]
replace, n_calls = Path.replace, 0

def replace_or_end(self, target):
    global n_calls
    n_calls += 1
    if n_calls == at and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    replace(self, target)
    if n_calls == at:
        os.kill(os.getpid(), signal.SIGKILL)

Path.replace = replace_or_end
pp.FixesFile(path).add("customer-identity", {"email": {"new": "new@congty.vn"}})
"""

LOCKED = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("locked", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def started(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline()  # it is as far as it tells
        yield process
        process.communicate(timeout=60)


def ended(*arguments: object) -> int:
    return forking.run([sys.executable, "-c", ENDED, *arguments]).returncode


def told(path: Path, names: list[str]) -> list[str]:
    """Return what the fixes of a file make of some cells."""
    frame = pd.DataFrame({"customerId": names, "fullName": "An", "email": names})
    return frame.pango.validate("customer-identity", fixes=path).cleaned["email"].tolist()


@pytest.mark.parametrize("is_there", [False, True], ids=["new", "known"])
def test_two_processes_lose_no_fix(tmp_path: Path, is_there: bool) -> None:
    path = tmp_path / "kv.fixes"
    if is_there:
        pp.FixesFile(path).add("customer-identity", {"email": {"old": "old@congty.vn"}})
    with started(ADDS, path, "a", N_ADDED) as one, started(ADDS, path, "b", N_ADDED) as other:
        for process in (one, other):
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
    assert [one.returncode, other.returncode] == [0, 0]
    names = [f"{name}{place}" for name in "ab" for place in range(N_ADDED)] + ["old"] * is_there
    assert len(pp.FixesFile(path)) == len(names)
    assert told(path, names) == [f"{name}@congty.vn" for name in names]
    assert not list(tmp_path.glob("*.draft"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_process_ended_while_it_makes_a_file_leaves_one_that_can_be_used(
    tmp_path: Path, at: int, when: str
) -> None:
    path = tmp_path / "kv.fixes"
    assert ended(path, at, when) == -signal.SIGKILL
    has_fix = (at, when) == (3, "after")
    assert len(pp.FixesFile(path)) == has_fix
    if path.exists():
        assert len(told(path, ["x"])) == 1  # read, and not refused
    else:
        with pytest.raises(OptionError, match="no fixes file"):
            told(path, ["x"])
    pp.FixesFile(path).add("customer-identity", {"email": {"next": "next@congty.vn"}})
    assert len(pp.FixesFile(path)) == 1 + has_fix
    assert told(path, ["next"]) == ["next@congty.vn"]
    assert not list(tmp_path.glob("*.draft"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(("when", "n_fixes"), [("before", 1), ("after", 2)])
def test_a_process_ended_while_it_adds_leaves_the_old_fixes_or_the_new(
    tmp_path: Path, when: str, n_fixes: int
) -> None:
    path = tmp_path / "kv.fixes"
    pp.FixesFile(path).add("customer-identity", {"email": {"old": "old@congty.vn"}})
    assert ended(path, 1, when) == -signal.SIGKILL
    assert len(pp.FixesFile(path)) == n_fixes
    pp.FixesFile(path).add("customer-identity", {"email": {"next": "next@congty.vn"}})
    assert told(path, ["old", "next"]) == ["old@congty.vn", "next@congty.vn"]
    assert not list(tmp_path.glob("*.draft"))
    assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}


def test_a_file_that_another_program_does_not_let_go_of_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kv.fixes"
    file = pp.FixesFile(path)
    file.add("customer-identity", {"email": {"old": "old@congty.vn"}})
    monkeypatch.setattr(storage, "MAX_WAIT_SECONDS", 0.0)
    with started(LOCKED, f"{path}.lock"):
        with pytest.raises(UsageError, match=r"'kv\.fixes' is being changed by another program"):
            file.add("customer-identity", {"email": {"new": "new@congty.vn"}})
        assert told(path, ["old"]) == ["old@congty.vn"]  # it can be read meanwhile
    assert file.add("customer-identity", {"email": {"new": "new@congty.vn"}}) == 1
    assert len(pp.FixesFile(path)) == 2


def test_a_fix_that_cannot_be_taken_makes_no_key(tmp_path: Path) -> None:
    file = pp.FixesFile(tmp_path / "kv.fixes")
    with pytest.raises(OptionError, match="belongs to one row"):
        file.add("customer-identity", {"email": {"x": "x@congty.vn", " ": "y@congty.vn"}})
    assert not list(tmp_path.iterdir())
    assert len(pp.FixesFile(tmp_path / "kv.fixes")) == 0


def test_a_file_taken_away_is_not_written_without_its_key(tmp_path: Path) -> None:
    path = tmp_path / "kv.fixes"
    file = pp.FixesFile(path)
    file.add("customer-identity", {"email": {"old": "old@congty.vn"}})
    path.unlink()
    with pytest.raises(OptionError, match="is gone, but its key"):
        file.add("customer-identity", {"email": {"new": "new@congty.vn"}})
    path.with_name("kv.fixes.key").unlink()
    file.add("customer-identity", {"email": {"new": "new@congty.vn"}})
    assert told(path, ["new"]) == ["new@congty.vn"]
