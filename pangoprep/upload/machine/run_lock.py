"""Whether the process of a run still lives: it holds a file lock, which dies with it.

The lock belongs to the process and not to the open file, so a fork that outlives the process of
its run does not keep the run alive.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pangoprep.errors import LedgerError
from pangoprep.private_files import make_private, make_private_folder
from pangoprep.sentence import Sentence
from pangoprep.upload.machine.data_directory import elsewhere, why_not

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, shared: bool) -> None:
        # Beside the words: what is locked cannot be read.
        os.lseek(descriptor, 100, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBRLCK if shared else msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int, *, shared: bool) -> None:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.lockf(descriptor, kind | fcntl.LOCK_NB)


# What the lock's file says of a run that nobody runs any more. Both words are of one length: a full
# disk has no room for another letter.
_CRASHED, _STOPPED = b"crashed", b"stopped"

# The locks of this process, and whose they are: a fork takes the set along, but not the locks. The
# system drops a process's lock when the process closes the file, however often it has it open; so
# the process that holds a lock must not look at it, and need not.
_held: set[tuple[int, Path]] = set()


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
        self._path = _lock_path(ledger, run_id)
        self._holder = (os.getpid(), self._path)
        try:
            make_private_folder(self._path.parent, is_ours=True)
            make_private(self._path)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            _lock(self._descriptor, shared=False)
            _write(self._descriptor, _CRASHED)
        except OSError as error:
            reason = why_not(error)
        else:
            _held.add(self._holder)
            return
        raise LedgerError(
            Sentence(
                "The run cannot be marked as live beside {1!r}: {2}. Fix that, or {3}.",
                ledger.name,
                reason,
                elsewhere(ledger),
            )
        )

    def close(self, *, is_told: bool = True) -> None:
        """The run is over; a fork that has a copy of this object cannot end it.

        Parameters
        ----------
        is_told
            Whether the ledger knows how it ended. If not, the file stays and says that it did.
        """
        if self._holder in _held and self._holder[0] == os.getpid():
            if is_told:
                self._path.unlink(missing_ok=True)
            else:
                _write(self._descriptor, _STOPPED)
            _held.discard(self._holder)
            os.close(self._descriptor)


def _write(descriptor: int, word: bytes) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, word)


def is_running(ledger: Path, run_id: str) -> bool:
    """Tell whether the process of a run still lives.

    What cannot be found out counts as alive: a run is taken for dead only if its lock is free.
    """
    path = _lock_path(ledger, run_id)
    if (os.getpid(), path) in _held:
        return True
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError:  # another user's, or no file can be opened at the moment
        return True
    try:
        # Shared, so that two who look at once do not take each other for the run.
        _lock(descriptor, shared=True)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def has_stopped(ledger: Path, run_id: str) -> bool:
    """Tell whether a run that is no longer running came to its end, but could not write it down."""
    try:
        return _lock_path(ledger, run_id).read_bytes() == _STOPPED
    except OSError:
        return False


def end_of(path: Path, run_id: str) -> tuple[str, str]:
    """Tell the state of a run that left without a word in the ledger, and the reason."""
    if has_stopped(path, run_id):
        return "stopped", Sentence("the ledger could not be written")
    return "crashed", Sentence("its process ended")


def bury(ledger: Path, run_id: str) -> None:
    """Remove what a dead run left behind."""
    _lock_path(ledger, run_id).unlink(missing_ok=True)


def live_folder(ledger: Path) -> Path:
    """Return the folder for what runs keep beside a ledger; it need not be there."""
    # One name for one file, however the ledger was named.
    return Path(os.path.realpath(ledger.parent)) / (ledger.name + ".live")


def _lock_path(ledger: Path, run_id: str) -> Path:
    return live_folder(ledger) / run_id
