"""Where Arrow takes memory from.

Arrow's usual allocator on Linux (mimalloc) gives large blocks back as soon as they are freed, and
touching new ones costs a tenth of the time of cleaning. So the columns that pangoprep puts together
come from the system. What others of the process make with Arrow is theirs to decide: for all of it
there is one setting, which only the command line changes, whose process is ours.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
from contextlib import suppress
from math import inf
from pathlib import Path

import pyarrow as pa

VARIABLE = "ARROW_DEFAULT_MEMORY_POOL"
_IS_OURS = sys.platform == "linux" and not os.environ.get(VARIABLE)
#: Bytes that a process which takes a file in parts may hold before it gives memory back after each.
OF_PARTS = 450 << 20
# For the columns that we put together; None for what the process has.
POOL = pa.system_memory_pool() if _IS_OURS else None


def use_system_memory() -> None:
    """Let Arrow take memory from the system from now on.

    On Linux only, and not where ``ARROW_DEFAULT_MEMORY_POOL`` names an allocator.
    """
    if POOL is not None:
        pa.set_memory_pool(POOL)


def release_unused(*, above: int = 0) -> None:
    """Give back what Arrow keeps of the memory that was freed.

    Parameters
    ----------
    above
        Only if the process holds more bytes than that: to take it anew costs time.
    """
    if _n_resident() <= above:
        return
    pa.default_memory_pool().release_unused()
    if POOL is not None and pa.default_memory_pool().backend_name != POOL.backend_name:
        POOL.release_unused()


def _n_resident() -> float:
    """Return how many bytes of memory the process holds; infinity where it cannot be told."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * mmap.PAGESIZE
    return inf


def give_back() -> None:
    """Give back what this process has of memory that was freed, whoever took it.

    The system's allocator keeps what is freed between what is not: after a dozen steps of a
    workbench a third of the process. To give it back takes a few milliseconds, so it is done after
    work that people wait for, not within.
    """
    release_unused()
    if sys.platform == "linux":
        with suppress(AttributeError):  # musl has no such call
            ctypes.CDLL(None).malloc_trim(0)
