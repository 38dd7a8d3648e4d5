"""Which allocator Arrow uses: the caller's in Python, the system's on the command line."""

from __future__ import annotations

import os
import subprocess
import sys

import pyarrow as pa
import pytest

from pangoprep.memory import VARIABLE

FRAME = {"customerId": ["1"], "fullName": ["An"], "phone": ["912345678"]}


def pool_after(code: str, chosen: str = "") -> str:
    environment = {key: value for key, value in os.environ.items() if key != VARIABLE}
    if chosen:
        environment[VARIABLE] = chosen
    told = "import pyarrow\nprint(pyarrow.default_memory_pool().backend_name)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{told}"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()[-1]


CLEAN = f"import pandas, pangoprep\npandas.DataFrame({FRAME}).pango.validate()"
COMMAND = """
import sys
from pangoprep.cli import main
sys.argv = ["pangoprep", "--help"]
try:
    main()
except SystemExit:
    pass
"""


def test_cleaning_leaves_the_callers_allocator_alone() -> None:
    assert pool_after(CLEAN) == pool_after("")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is concerned")
def test_the_command_line_takes_memory_from_the_system() -> None:
    assert pool_after(COMMAND) == "system"


FREED = """
import pyarrow
from pangoprep import memory
memory.use_system_memory()
# Pieces too small to be given back when they are freed, and one behind them that stays.
pieces = [pyarrow.nulls(16_000, pyarrow.int64()).fill_null(1) for _ in range(400)]
last = pieces.pop()
del pieces
held = memory._n_resident()
memory.release_unused(above=held + 1_000_000)
kept = memory._n_resident()
memory.release_unused(above=held - 1_000_000)
print(held - kept, kept - memory._n_resident())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is concerned")
def test_memory_is_given_back_only_where_much_is_held() -> None:
    done = subprocess.run([sys.executable, "-c", FREED], capture_output=True, text=True, check=True)
    before, behind = map(int, done.stdout.split())
    assert abs(before) < 1_000_000
    assert behind > 20_000_000


@pytest.mark.skipif("jemalloc" not in pa.supported_memory_backends(), reason="not built in")
def test_a_chosen_allocator_is_left_alone() -> None:
    assert pool_after(COMMAND, "jemalloc") == "jemalloc"
