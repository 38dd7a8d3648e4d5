"""Follows the docs with nothing but the wheel: ``make test-wheel``.

In an environment of the oldest Python at hand with the oldest versions that are allowed, and in one
of the newest Python with the newest versions: the wheel is installed, and the examples of every
page run in a folder of its own (`tests/docs/in_a_wheel.py`).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools.pythons import at_hand

ROOT = Path(__file__).parents[1]
OUT = ROOT / "out" / "wheel"
PAGES = [ROOT / "README.md", ROOT / "README.vi.md", *sorted((ROOT / "docs").glob("*.md"))]
RUNNER = [ROOT / "tests" / "docs" / "examples.py", ROOT / "tests" / "docs" / "in_a_wheel.py"]


def follow_in(python: str, name: str, *constraints: str) -> bool:
    """Install the wheel for a Python and follow the pages; tell whether all went well."""
    [wheel] = (ROOT / "out" / "dist").glob("pangoprep-*.whl")
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    copies = folder / "desk" / "tests" / "docs"
    copies.mkdir(parents=True)
    for path in RUNNER:
        shutil.copy(path, copies)
    subprocess.run([python, "-m", "venv", folder / "venv"], check=True)  # noqa: S603
    programs = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [programs / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *constraints, wheel], check=True)  # noqa: S603
    followed = subprocess.run(  # noqa: S603
        [programs / "python", "-X", "utf8", "-m", "tests.docs.in_a_wheel", *PAGES],
        cwd=folder / "desk",
        check=False,
    )
    return followed.returncode == 0


def main() -> None:
    """Follow the pages at both ends of what is allowed."""
    oldest, *_, newest = [at_hand()[0], *at_hand()]
    least = ("--constraint", str(ROOT / "constraints-min.txt"))
    good = [follow_in(oldest.path, "oldest", *least), follow_in(newest.path, "newest")]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
