"""Where the ledger and the shared budget live, and the keys their hashes are made with."""

from __future__ import annotations

import os
import secrets
from errno import EDQUOT, ENOSPC
from pathlib import Path

from pangoprep.argument_checks import path_of
from pangoprep.call_words import file_option
from pangoprep.errors import LedgerError
from pangoprep.private_files import make_private, make_private_folder, write_once
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of

#: Overrides the user's data directory, for machines where that is not writable.
DATA_DIR_VARIABLE = "PANGO_DATA_DIR"

_KEY_BYTES = 32

_FULL = "the disk is full"


def data_dir() -> Path:
    """Return the directory for what pangoprep remembers on this machine."""
    if given := os.environ.get(DATA_DIR_VARIABLE):
        return Path(given)
    from platformdirs import user_data_path

    return Path(user_data_path("pangoprep", appauthor=False))


def ledger_path(given: str | os.PathLike[str] | None) -> Path:
    """Return where the ledger is: ``given``, or its place in the data directory."""
    return data_dir() / "ledger.sqlite" if given is None else path_of("ledger", given)


def budget_path() -> Path:
    """Return where requests are counted; one place, because the limits are one account's."""
    return data_dir() / "budget.sqlite"


def key_path(database: Path) -> Path:
    """Return where the key of a database's hashes is kept."""
    return database.with_name(database.name + ".key")


def elsewhere(database: Path) -> str:
    """Return what to do to have a database in another place."""
    if database == budget_path():
        return Sentence("set {1} to another folder", DATA_DIR_VARIABLE)
    return Sentence("give another {1}", file_option("ledger"))


def why_not(error: OSError) -> str:
    """Say why a file cannot be used."""
    if error.errno in (ENOSPC, EDQUOT):
        return _FULL
    return reason_of(error)


def make_home(database: Path) -> None:
    """Make the directory a database is to live in.

    Raises
    ------
    LedgerError
        If that cannot be done.
    """
    try:
        folder = database.parent
        is_ours = folder == data_dir() and not os.environ.get(DATA_DIR_VARIABLE)
        make_private_folder(folder, is_ours=is_ours)
    except OSError as error:
        reason = why_not(error)
    else:
        return
    raise LedgerError(
        Sentence(
            "The directory of {1!r} cannot be made: {2}. Give {3}, or set {4}.",
            database.name,
            reason,
            file_option("ledger"),
            DATA_DIR_VARIABLE,
        )
    )


def hash_key(database: Path, file: Path | None = None) -> bytes:
    """Return the key that hashes in this database are made with; make it on first use.

    The key is kept beside the database and not in it, so that a copy of the database alone cannot
    be used to find out by trial which phone numbers it knows.

    Parameters
    ----------
    database
        The database.
    file
        Where its key is, if not beside it under its usual name.

    Raises
    ------
    LedgerError
        If the key can be neither read nor written.
    """
    path = file or key_path(database)
    try:
        make_home(database)
        if not path.exists():
            write_once(path, secrets.token_bytes(_KEY_BYTES))
        make_private(path)  # it may have been copied here
        key = path.read_bytes()
    except OSError as error:
        reason, is_full = why_not(error), why_not(error) == _FULL
    else:
        if len(key) == _KEY_BYTES:
            return key
        reason, is_full = "it has the wrong length", False
    way_out = "Free some disk space" if is_full else "Put it back as it was"
    raise LedgerError(
        Sentence(
            "The key file {1!r} cannot be used: {2}. {3}, or {4}.",
            path.name,
            reason,
            way_out,
            elsewhere(database),
        )
    )
