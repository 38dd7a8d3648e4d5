"""Python processes that begin as forks of one that has imported the package.

``run`` does what `subprocess.run` does for ``python [-W error] -m pangoprep ...`` and ``python -c
...``, in a third of the time, since the package and all that it needs is imported once for all the
tests of a worker. Streams, arguments, folder, environment, exit and exit code are the process's
own. What asks what Python loads or how it starts, or what the package reads of its environment when
it is imported (``PANGOPREP_LANG``), needs `subprocess.run`.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import pandas as pd

import pangoprep

ROOT = Path(__file__).parents[1]
_LOCK = threading.Lock()
_POLL_SECONDS = 0.01


def run(
    command: Sequence[object],
    *,
    given: str = "",
    cwd: str | Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 120,
    check: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a command of Python to its end; what it prints is kept, as UTF-8."""
    words = [str(word) for word in command]
    if not hasattr(os, "fork"):
        return subprocess.run(
            words, input=given, cwd=cwd, env=env, timeout=timeout, check=check,
            capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder, name) for name in ("in", "out", "err")]
        streams[0].write_text(given, encoding="utf-8")
        with Process(words, streams, cwd=cwd, env=env) as process:
            code = process.wait(timeout)
        told, complained = (path.read_text(encoding="utf-8") for path in streams[1:])
    done = subprocess.CompletedProcess(words, code, told, complained)
    if check:
        done.check_returncode()
    return done


class Process:
    """A fork that runs, and is killed when it is left; its streams are the files given."""

    def __init__(
        self,
        command: Sequence[object],
        streams: Sequence[Path],
        *,
        cwd: str | Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        python, *words = map(str, command)
        assert python == sys.executable
        mask = os.umask(0o77)
        os.umask(mask)
        self.returncode: int | None = None
        self.pid: int = _answer(
            {
                "words": words,
                "cwd": str(cwd or Path.cwd()),
                "environment": dict(os.environ if env is None else env),
                "streams": [str(path) for path in streams],
                "umask": mask,
            }
        )

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = _answer({"pid": self.pid})
        return self.returncode

    def wait(self, timeout: float) -> int:
        end = time.monotonic() + timeout
        while (code := self.poll()) is None:
            assert time.monotonic() < end, "it does not end"
            time.sleep(_POLL_SECONDS)  # a process's end: there is no clock to inject
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.send_signal(signal.SIGKILL)
        self.wait(60)


@cache
def _started() -> subprocess.Popen[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.forking"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    atexit.register(server.communicate)  # it ends when nobody can ask any more
    return server


def _answer(asked: dict[str, Any]) -> Any:
    with _LOCK:
        server = _started()
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        return json.loads(server.stdout.readline())


# What follows is the process that has imported the package.


def import_everything() -> None:
    """Import what the commands do when they are called, and what those who call them import."""
    for found in pkgutil.walk_packages(pangoprep.__path__, "pangoprep."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    for name in ("httpx", "openpyxl", "xlsxwriter", "ftfy", "phonenumbers", "uvicorn"):
        importlib.import_module(name)
    # The models are made, and what is imported for cells at fault, with the first frame.
    people = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["+84 9"]})
    pangoprep.validate(people)._repr_html_()
    gc.freeze()


def forked(asked: IO[str], told: IO[str]) -> dict[str, Any]:
    """Fork for what is asked; tell how forks ended. Comes back in the forks only."""
    for line in asked:
        wanted: dict[str, Any] = json.loads(line)
        if "pid" in wanted:
            pid, status = os.waitpid(wanted["pid"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        elif not (answer := os.fork()):
            return wanted
        print(json.dumps(answer), file=told, flush=True)
    os._exit(0)


def begin(wanted: dict[str, Any]) -> None:
    """Take the streams, folder and environment that a process is started with."""
    os.environ.clear()
    os.environ.update(wanted["environment"])
    encoding = os.environ.get("PYTHONIOENCODING", "utf-8")
    for number, path in enumerate(wanted["streams"]):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND if number else os.O_RDONLY
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        mode = "w" if number else "r"
        stream = open(number, mode, encoding=encoding, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stderr.reconfigure(errors="backslashreplace", line_buffering=True)  # type: ignore[attr-defined]
    os.chdir(wanted["cwd"])
    os.umask(wanted["umask"])
    sys.path[1:1] = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))


def carry_out(words: list[str]) -> None:
    """Do what ``python`` does with ``[-W error] -m module ...``, ``-c code ...`` or a file."""
    if words[0] == "-W":
        warnings.simplefilter(words[1])  # type: ignore[arg-type]
        sys.warnoptions.append(words[1])
        words = words[2:]
    how, what, *_ = words
    sys.argv = words if how.endswith(".py") else [how, *words[2:]]
    sys.path[0] = {"-m": str(Path.cwd()), "-c": ""}.get(how, str(Path(how).parent))
    if how == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    elif how.endswith(".py"):
        runpy.run_path(how, run_name="__main__")
    else:
        main = sys.modules["__main__"] = ModuleType("__main__")
        exec(compile(what, "<string>", "exec"), vars(main))


if __name__ == "__main__":
    import_everything()
    wanted = forked(sys.stdin, sys.stdout)
    begin(wanted)
    carry_out(wanted["words"])
