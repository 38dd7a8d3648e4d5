"""Whether the process of a run still lives: it holds a file lock, which dies with it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pangoprep.errors import LedgerError
from pangoprep.private_files import make_private, make_private_folder

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, shared: bool) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBRLCK if shared else msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int, *, shared: bool) -> None:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)


class RunLock:
    """Holds a lock until closed or until the process ends, however it ends.

    Parameters
    ----------
    ledger
        Path of the ledger.
    run_id
        The run that lives.
    """

    def __init__(self, ledger: Path, run_id: str) -> None:
        self._path = _sign_path(ledger, run_id)
        try:
            make_private_folder(self._path.parent, is_ours=True)
            make_private(self._path)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            _lock(self._descriptor, shared=False)
        except OSError as error:
            reason = error.strerror or type(error).__name__
        else:
            return
        raise LedgerError(f"The run cannot be marked as live beside the ledger: {reason}.")

    def close(self) -> None:
        """The run is over."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def is_running(ledger: Path, run_id: str) -> bool:
    """Tell whether the process of a run still lives."""
    try:
        descriptor = os.open(_sign_path(ledger, run_id), os.O_RDWR)
    except OSError:
        return False
    try:
        # Shared, so that two who look at once do not take each other for the run.
        _lock(descriptor, shared=True)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def bury(ledger: Path, run_id: str) -> None:
    """Remove what a dead run left behind."""
    _sign_path(ledger, run_id).unlink(missing_ok=True)


def _sign_path(ledger: Path, run_id: str) -> Path:
    return ledger.with_name(ledger.name + ".live") / run_id
