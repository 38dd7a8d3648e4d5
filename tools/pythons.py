"""Finds the Pythons at hand that pangoprep runs on: ``python -m tools.pythons oldest`` or newest.

Those on the PATH, of pyenv and of uv. Each is started: pyenv's shims stand on the PATH for versions
that are not switched on, too, and Debian's Pythons may lack what makes an environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

OLDEST = (3, 11)  # as pyproject.toml says
_ASK = (
    "import ensurepip, json, sys, venv; print(json.dumps([sys.version_info[:3], sys.executable]))"
)


class Python(NamedTuple):
    """An interpreter; the newest is the largest."""

    version: tuple[int, ...]
    path: str


def at_hand() -> list[Python]:
    """Return the Pythons that can make an environment, oldest first, one of each minor version."""
    found: dict[tuple[int, ...], Python] = {}
    for candidate in _candidates():
        try:
            done = subprocess.run(  # noqa: S603 - a Python
                [candidate, "-I", "-c", _ASK],
                capture_output=True,
                text=True,
                timeout=60,
                check=True,
            )
            version, path = json.loads(done.stdout)
        except (OSError, subprocess.SubprocessError, ValueError):
            continue
        python = Python(tuple(version), path)
        if python.version >= OLDEST:
            found.setdefault(python.version[:2], python)
    return sorted(found.values())


def _candidates() -> Iterator[str]:
    yield getattr(sys, "_base_executable", sys.executable)
    folders = [Path(name) for name in os.environ.get("PATH", "").split(os.pathsep) if name]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders += sorted(pyenv.glob("versions/*/bin"), reverse=True)
    folders += sorted((Path.home() / ".local/share/uv/python").glob("*/bin"), reverse=True)
    seen = set()
    for folder in folders:
        for path in sorted(folder.glob("python3.[0-9]*")):
            if path.name.removeprefix("python3.").isdigit() and path not in seen:
                seen.add(path)
                yield str(path)


def main() -> None:
    """Print the path of the oldest or of the newest."""
    which = sys.argv[1:] or ["all"]
    found = at_hand()
    if which == ["all"]:
        print("\n".join(f"{'.'.join(map(str, version))}  {path}" for version, path in found))
    else:
        print(found[{"oldest": 0, "newest": -1}[which[0]]].path)


if __name__ == "__main__":
    main()
