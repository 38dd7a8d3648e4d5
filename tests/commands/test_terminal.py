"""What only a terminal sees: progress bars and completion."""

from __future__ import annotations

import os
import select
import shlex
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import forking

DATA = Path(__file__).parents[2] / "data"
MESSY = DATA / "customers_messy.csv"


def on_a_terminal(home: Path, *arguments: object) -> tuple[int, str]:
    """Run a command whose messages go to a terminal; return its code and what that shows."""
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    streams = [Path(os.devnull), Path(os.devnull), Path(os.ttyname(theirs))]
    with forking.Process(
        [sys.executable, "-m", "pangoprep", *arguments], streams,
        env=os.environ | {"PANGO_DATA_DIR": str(home), "TERM": "xterm"},
    ) as process:  # fmt: skip
        shown = b""
        while process.poll() is None or select.select([ours], [], [], 0)[0]:
            if select.select([ours], [], [], 0.05)[0]:
                shown += os.read(ours, 1 << 16)
        os.close(ours)
        os.close(theirs)
        return process.wait(60), shown.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal")
@pytest.mark.parametrize(
    ("command", "doing"),
    [
        (["read", MESSY], ["reading"]),
        (["validate", MESSY], ["reading", "checking"]),
        (["validate", MESSY, "--rows-at-once", 900], ["reading", "checking"]),
        (["clean", MESSY, "--rows-at-once", 900], ["reading", "checking", "writing"]),
        (["send", MESSY, "--sandbox", "--source", "CRM", "--rows-at-once", 900],
         ["reading", "checking", "customer-identity"]),
    ],
)  # fmt: skip
def test_long_work_shows_a_bar_on_a_terminal(
    tmp_path: Path, command: list[Any], doing: list[str]
) -> None:
    if command[0] == "clean":
        command = [*command, "--out", tmp_path / "a.csv"]
    code, shown = on_a_terminal(tmp_path / "home", *command)
    assert code == (0 if command[0] == "read" else 1), shown
    places = [shown.find(word) for word in doing]
    assert -1 not in places
    assert places == sorted(places)


def test_there_is_no_bar_in_a_pipe(run: Any) -> None:
    done = run("validate", MESSY, "--rows-at-once", 900)
    assert done.stderr == ""


@pytest.fixture(scope="module")
def completion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a program ``pangoprep``, with the function that it prints for bash."""
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "pangoprep"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m pangoprep "$@"\n')
    program.chmod(0o755)
    printed = in_bash("_PANGOPREP_COMPLETE=source_bash pangoprep", folder, folder)
    (folder / "completion.bash").write_text(printed)
    return folder


def in_bash(script: str, programs: Path, home: Path) -> str:
    done = subprocess.run(
        ["bash", "-c", f"PATH={shlex.quote(str(programs))}:$PATH\n{script}"],
        capture_output=True, text=True, timeout=60, cwd=home,
        env=os.environ | {"PANGO_DATA_DIR": str(home), "PYTHONPATH": str(DATA.parent)},
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


def completed(line: str, completion: Path, home: Path) -> list[str]:
    """Complete a line as bash does."""
    script = f"""
        source {shlex.quote(str(completion / "completion.bash"))}
        COMP_WORDS=({line}) COMP_CWORD={len(shlex.split(line)) - 1}
        _pangoprep_completion pangoprep
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    return in_bash(script, completion, home).split()


@pytest.mark.skipif(sys.platform == "win32", reason="bash")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("pangoprep val", ["validate"]),
        ("pangoprep validate a.csv --ent", ["--entity"]),
        ("pangoprep validate --entity customer-m", ["customer-membership"]),
        ("pangoprep entities customer-r", ["customer-relationship"]),
        ("pangoprep send --duplicates ''", ["last", "first", "hold"]),
        ("pangoprep rules --lang v", ["vi"]),
        # No word of ours: bash goes on with the names of files.
        ("pangoprep validate --recipe cr", []),
        ("pangoprep validate cu", []),
        ("pangoprep status 2", []),
    ],
)
def test_bash_completes(completion: Path, tmp_path: Path, line: str, words: list[str]) -> None:
    assert completed(line, completion, tmp_path) == words


@pytest.mark.skipif(sys.platform == "win32", reason="bash")
def test_bash_completes_a_run(completion: Path, tmp_path: Path) -> None:
    code, _ = on_a_terminal(tmp_path, "send", MESSY, "--sandbox", "--source", "CRM")
    assert code == 1
    [run_id] = completed("pangoprep status 2", completion, tmp_path)
    assert run_id.startswith("2")
    assert completed("pangoprep resume 2", completion, tmp_path) == [run_id]
