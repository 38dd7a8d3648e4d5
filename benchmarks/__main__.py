"""``python -m benchmarks [part ...]``: run the benchmarks and print their tables."""

from __future__ import annotations

import argparse
import os
import platform
from importlib import import_module
from importlib.metadata import version

_PARTS = (
    "cleaning",
    "normalizers",
    "scaling",
    "streaming",
    "dask_frames",
    "report",
    "workbench",
    "sending",
    "ledger",
    "studio",
)


def main() -> None:
    """Run the parts that are named, or all."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", default=_PARTS, help=f"of {', '.join(_PARTS)}")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    packages = ("pandas", "pyarrow", "pandera", "numpy", "phonenumbers", "httpx")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    print(f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores\n", flush=True)
    for part in given.parts:
        print(f"{import_module(f'benchmarks.{part}').run(given.rows, given.rounds)}\n", flush=True)


if __name__ == "__main__":
    main()
