"""Where Arrow takes memory from in a process of our own: the command line's.

Arrow's usual allocator on Linux (mimalloc) keeps what is freed for the thread that freed it.
Cleaning frees much: slices, and columns that are put together from them. It is one setting for a
whole process, so a notebook's is left alone; whoever wants it there sets the variable.
"""

from __future__ import annotations

import os
import sys

import pyarrow as pa

VARIABLE = "ARROW_DEFAULT_MEMORY_POOL"


def _own_pool() -> pa.MemoryPool | None:
    is_asked = sys.platform == "linux" and not os.environ.get(VARIABLE)
    return pa.system_memory_pool() if is_asked else None


# Where large columns are put together; None for Arrow's own choice.
POOL = _own_pool()


def use_system_memory() -> None:
    """Let Arrow take memory from the system from now on.

    On Linux only, and not where ``ARROW_DEFAULT_MEMORY_POOL`` names an allocator.
    """
    if sys.platform == "linux" and not os.environ.get(VARIABLE):
        pa.set_memory_pool(pa.system_memory_pool())
