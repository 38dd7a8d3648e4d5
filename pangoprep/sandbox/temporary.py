"""Where a sandbox keeps its store if it is not told where: in files that end with its process.

What is sent for practice are real customers. So the files lose their names as soon as they are
open, and the system takes them back when the process ends, however it ends. Windows keeps names of
open files; there, and wherever a process died in the moment between, the next sandbox sweeps.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path

PREFIX = "pangoprep-sandbox-"
FILE_NAME = "sandbox.sqlite"

# A folder younger than this may be that of a sandbox that is just starting.
_STARTING_SECONDS = 60.0


def temporary_store() -> Path:
    """Make a folder that is its owner's alone; return where the store goes in it."""
    sweep()
    return Path(tempfile.mkdtemp(prefix=PREFIX)) / FILE_NAME


def remove(store: Path) -> bool:
    """Remove a temporary store with its folder; tell whether nothing is left."""
    shutil.rmtree(store.parent, ignore_errors=True)
    return not store.parent.exists()


def sweep() -> None:
    """Remove the temporary stores of sandboxes whose processes are dead."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, sqlite3.Error):
            if _is_ours_and_old(folder) and not _is_used(folder / FILE_NAME):
                shutil.rmtree(folder, ignore_errors=True)


def _is_ours_and_old(folder: Path) -> bool:
    found = folder.lstat()
    is_ours = os.name != "posix" or found.st_uid == os.getuid()
    is_old = time.time() - found.st_mtime > _STARTING_SECONDS
    return stat.S_ISDIR(found.st_mode) and is_ours and is_old


def _is_used(store: Path) -> bool:
    """Tell whether a process has the store open: only the last to have it can leave WAL mode."""
    if not store.exists():
        return False
    with closing(sqlite3.connect(store, timeout=0)) as connection:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError:
            return True
    return str(mode) != "delete"
