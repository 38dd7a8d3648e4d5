"""What the public face is called with, checked: a wrong value is one clear error of ours.

A message names the argument and what it wants. Of the value it tells the kind: a table, a text
that was meant for elsewhere, could be anybody's data.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from pangoprep.call_words import option
from pangoprep.errors import OptionError, UsageError
from pangoprep.sentence import Sentence, any_of
from pangoprep.system_errors import reason_of

T = TypeVar("T")

# Longer paths, and longer names in them, are refused by every file system.
_LONGEST_PATH, _LONGEST_NAME = 4_000, 255


def path_of(name: str, given: object) -> Path:
    """Return a path, with the user's home in place of ``~``.

    Raises
    ------
    OptionError
        If it is none.

    Examples
    --------
    >>> path_of("ledger", "runs.db").name
    'runs.db'
    """
    wanted = "the path of a file"
    if not isinstance(given, str | os.PathLike):
        raise _wrong(name, given, wanted)
    text = os.fspath(given)
    if not isinstance(text, str):
        raise _wrong(name, given, wanted)
    longest = max(map(len, text.replace("\\", "/").split("/")))
    if len(text) > _LONGEST_PATH or longest > _LONGEST_NAME:
        raise OptionError(Sentence("{1} is no path: it is too long.", name))
    if not text.strip() or "\0" in text or not _is_sayable(text):
        raise OptionError(
            Sentence("{1} is no path: it is empty, or has letters no path can have.", name)
        )
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise OptionError(Sentence("{1} begins with ~, and there is no such home.", name)) from None


def text_of(name: str, given: object) -> str:
    """Return a text that has something in it and can be written.

    Raises
    ------
    OptionError
        If it is none.
    """
    if not isinstance(given, str):
        raise _wrong(name, given, "a text")
    if not given.strip() or "\0" in given or not _is_sayable(given):
        raise OptionError(
            Sentence("{1} must be a text; this one is empty or cannot be written.", name)
        )
    return given


def flag_of(name: str, given: object) -> bool:
    """Return a True or False; raise `OptionError` for anything else."""
    if not isinstance(given, bool | np.bool_):
        raise _wrong(name, given, "True or False")
    return bool(given)


def whole_number_of(name: str, given: object, least: int, most: int | None = None) -> int:
    """Return a whole number within bounds; raise `OptionError` for anything else."""
    wanted = (
        Sentence("a whole number, {1} or more", least)
        if most is None
        else Sentence("{1} to {2}", least, most)
    )
    if not isinstance(given, int | np.integer) or isinstance(given, bool):
        raise _wrong(name, given, wanted)
    if given < least or (most is not None and given > most):
        raise OptionError(
            Sentence("{1:.60} cannot be used; give {2}.", option(name, given), wanted)
        )
    return int(given)


def seconds_of(name: str, given: object) -> float:
    """Return a time above 0, in seconds; raise `OptionError` for anything else."""
    if not isinstance(given, int | float | np.number) or isinstance(given, bool):
        raise _wrong(name, given, "a number of seconds")
    if not 0 < given < float("inf"):
        raise OptionError(
            Sentence("{1:.60} cannot be used; give seconds above 0.", option(name, given))
        )
    return float(given)


def names_of(name: str, given: object) -> list[str]:
    """Return a list of names; one text is none, for it was hardly meant letter by letter.

    Raises
    ------
    OptionError
        If it is none.
    """
    is_list = isinstance(given, Collection) and not isinstance(given, str | bytes | Mapping)
    if not is_list or not all(isinstance(one, str) and _is_sayable(one) for one in given):  # type: ignore[attr-defined]
        example = Sentence("[{1!r:.40}]", given) if isinstance(given, str) else "['phone', 'email']"
        raise OptionError(Sentence("{1} must be a list of names, such as {2}.", name, example))
    return list(given)  # type: ignore[call-overload, no-any-return]


def choice_of(name: str, given: object, choices: Collection[str]) -> str:
    """Return one of some words; raise `OptionError` for anything else."""
    if isinstance(given, str) and given in choices:
        return given
    wanted = any_of([repr(choice) for choice in choices])
    if isinstance(given, str) and _is_sayable(given):
        raise OptionError(
            Sentence("{1} cannot be used; give {2}.", option(name, given[:40]), wanted)
        )
    raise _wrong(name, given, wanted)


def instance_of(name: str, given: T, kind: Any, wanted: str) -> T:
    """Return an object of a kind; raise `OptionError` for anything else."""
    if not isinstance(given, kind):
        raise _wrong(name, given, wanted)
    return given


def check_frames(name: str, given: object) -> None:
    """Refuse what is neither a frame nor frames by name, with `OptionError`."""
    if isinstance(given, pd.DataFrame):
        return
    frames = instance_of(name, given, Mapping, "a frame, or frames by name")
    for frame in frames.values():  # type: ignore[attr-defined]
        instance_of(name, frame, pd.DataFrame, "frames by name")


_NO_FILE = "no file can be made there"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the system says of a file that cannot be written into an error of ours.

    Raises
    ------
    UsageError
        Naming the file and what is wrong.
    """
    reason = ""
    try:
        yield
    except PermissionError:
        reason = "it may not be written; it may be open in another program"
    except FileNotFoundError:
        reason = _NO_FILE if path.parent.is_dir() else "there is no such folder"
    except OSError as error:
        reason = reason_of(error)
    except Exception as error:
        # xlsxwriter has its own error around the system's.
        if type(error).__name__ != "FileCreateError":
            raise
        cause = error.args[0]
        is_known = isinstance(cause, OSError)
        reason = reason_of(cause) if is_known else _NO_FILE
    if reason:
        raise UsageError(Sentence("{1!s:.80} cannot be written: {2}.", path.name or path, reason))


def _is_sayable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a pair of surrogates
        return False
    return True


def _wrong(name: str, given: Any, wanted: str) -> OptionError:
    return OptionError(
        Sentence("{1} must be {2}, not of type {3}.", name, wanted, type(given).__name__)
    )
