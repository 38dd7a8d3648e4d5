"""Files that hold personal or account data: for their owner alone, whatever the umask is.

Windows has no such modes; there a file has the rights of its folder, which for a user's own are
the user's.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from pangoprep.argument_checks import writing

if TYPE_CHECKING:
    from filelock import FileLock

_FILE_MODE, _FOLDER_MODE = 0o600, 0o700
# The drafts that wait for others, by the files whose places they take.
_TOGETHER: ContextVar[dict[Path, Path] | None] = ContextVar("drafts", default=None)


def make_private(path: str | os.PathLike[str]) -> None:
    """Make a file its owner's alone, before anything is in it; what it holds already stays.

    Where that cannot be done, nothing is: the writer that comes next says what is wrong. What is
    no plain file (a pipe, ``/dev/stdout``) is left as it is.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     make_private(folder + "/report.html")
    ...     oct(os.stat(folder + "/report.html").st_mode & 0o777)
    '0o600'
    """
    with suppress(OSError, ValueError):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
        except FileExistsError:
            # Not opened: closing a database's file a second time would let go of SQLite's locks.
            if S_ISREG(Path(path).stat().st_mode):
                _set_mode(path, _FILE_MODE)
        else:
            os.close(descriptor)
            _set_mode(path, _FILE_MODE)  # the umask may have taken the owner's own rights


def write_private_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a text, UTF-8, into a file that is its owner's alone.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    with writing(Path(path)), whole_file(Path(path)) as draft:
        draft.write_text(text, encoding="utf-8")


def write_open_text(path: Path, text: str) -> None:
    """Write a text, UTF-8, into a file that whoever may read it already may go on reading.

    It holds nothing of customers, such as a recipe. All of it is written or nothing.

    Raises
    ------
    UsageError
        If it cannot be written; what was there before stays then.
    """
    with writing(path), whole_file(path, is_private=False) as draft:
        draft.write_text(text, encoding="utf-8")


@contextmanager
def whole_file(path: Path, *, is_private: bool = True) -> Iterator[Path]:
    """Give a draft, its owner's alone, that takes the file's place when it is whole.

    One that is not private has the mode of the file that was there. If writing fails, what was
    there before stays as it was. What is no plain file (a pipe, ``/dev/stdout``) is its own draft.
    See `placed_together`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, whole_file(Path(folder, "a.csv")) as draft:
    ...     draft.write_text("Mã KH") and Path(folder, "a.csv").exists()
    False
    """
    target = path.resolve()  # a link stays one
    if target.exists() and not target.is_file():
        yield path
        return
    draft = target.with_name(f"{target.stem}.part{target.suffix}")
    if is_private:
        make_private(draft)
    elif target.exists():
        draft.touch()
        shutil.copymode(target, draft)
    together = _TOGETHER.get()
    try:
        yield draft
        if together is None:
            draft.replace(target)
        else:
            together[target] = draft
    finally:
        if together is None or target not in together:
            draft.unlink(missing_ok=True)


@contextmanager
def placed_together() -> Iterator[None]:
    """Let the files that are written meanwhile take their places when all of them are whole.

    Raises
    ------
    UsageError
        If one cannot take its place; at the places of the others is then what was there before.
    """
    drafts: dict[Path, Path] = {}
    before: dict[Path, Path | None] = {}
    token = _TOGETHER.set(drafts)
    try:
        yield
        for target, draft in drafts.items():
            with writing(target):
                before[target] = _kept_beside(target)
                draft.replace(target)
    except BaseException:
        for target, kept in before.items():
            with suppress(OSError):
                _put_back(target, kept)
        raise
    else:
        for kept in filter(None, before.values()):
            kept.unlink()
    finally:
        _TOGETHER.reset(token)
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def _kept_beside(target: Path) -> Path | None:
    """Keep a file under another name, too; None if there is no file."""
    if not target.is_file():
        return None
    kept = target.with_name(f"{target.stem}.before{target.suffix}")
    kept.unlink(missing_ok=True)
    try:
        os.link(target, kept)  # so that there is a file at any time
    except OSError:  # a disk without links
        target.rename(kept)
    return kept


def _put_back(target: Path, kept: Path | None) -> None:
    if kept is None:
        if target.is_file():
            target.unlink()
    else:
        kept.replace(target)
        kept.unlink(missing_ok=True)  # two names of one file stay two


def write_once(path: Path, content: bytes) -> None:
    """Write a key into a file that is not there yet, its owner's alone.

    A half-written key is never seen, and of two processes the first wins.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    # Written elsewhere, then linked, which fails if the name is taken.
    name = f"{path.name}.{secrets.token_hex(8)}"
    with _on_disk(path.with_name(name), content) as draft, suppress(FileExistsError):
        os.link(draft, path)


def replace_private(path: Path, content: bytes) -> None:
    """Write a file that is its owner's alone; whoever reads it meanwhile reads the old or the new.

    One process at a time: the draft beside it, ``<name>.draft``, is taken over from one that was
    ended.

    Raises
    ------
    OSError
        If it cannot be written; the old file stays then.
    """
    with _on_disk(path.with_name(f"{path.name}.draft"), content) as draft:
        draft.replace(path)


@contextmanager
def _on_disk(draft: Path, content: bytes) -> Iterator[Path]:
    """Give a private draft that the disk has all of; it goes unless it took another's place."""
    make_private(draft)
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def lock_beside(path: Path, seconds: float) -> FileLock | None:
    """Keep other processes from a file that is replaced; None if one keeps it for so long.

    The lock, ``<name>.lock``, is a file of its own: `replace_private` makes the other a new one.

    Parameters
    ----------
    path
        The file.
    seconds
        How long to wait for another process; 0 does not wait.

    Raises
    ------
    UsageError
        If the lock cannot be made.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_name(path.name + ".lock"), timeout=seconds, mode=_FILE_MODE)
    with writing(path):
        try:
            lock.acquire()
        except Timeout:  # which is an error of the system's, too
            return None
    return lock


def make_private_folder(folder: Path, *, is_ours: bool = False) -> None:
    """Make a folder, and those above it that are missing, their owner's alone.

    Parameters
    ----------
    folder
        The folder. One that is there already is somebody's choice and stays as it is,
    is_ours
        unless nobody but pangoprep uses it.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    is_new = not folder.is_dir()
    if is_new:
        if not folder.parent.exists():
            make_private_folder(folder.parent)
        folder.mkdir(exist_ok=True)
    if is_new or is_ours:
        with suppress(OSError):
            _set_mode(folder, _FOLDER_MODE)


def _set_mode(path: str | os.PathLike[str], mode: int) -> None:
    if os.name == "posix":
        Path(path).chmod(mode)
