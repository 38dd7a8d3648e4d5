"""How commands say what happened: for people on the screen, for scripts as JSON, in files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import typer

from pangoprep.errors import (
    HeldError,
    LedgerError,
    OptionError,
    PangoprepError,
    SandboxError,
    UploadError,
)

READY, HELD, USAGE, TROUBLE = 0, 1, 2, 3


def exit_code(error: PangoprepError) -> int:
    """Return the exit code of an error: 1 rows are held, 2 the call is wrong, 3 trouble sending."""
    if isinstance(error, HeldError):
        return HELD
    if isinstance(error, (UploadError, LedgerError, SandboxError)):
        return TROUBLE
    return USAGE


def say(text: str = "") -> None:
    """Print a line for a person."""
    typer.echo(text)


def note(text: str) -> None:
    """Print a line beside the result, where a script does not read it."""
    typer.echo(text, err=True)


def as_json(content: Any) -> None:
    """Print one JSON value."""
    typer.echo(json.dumps(content, ensure_ascii=False, default=str, indent=1))


def table(frame: pd.DataFrame) -> str:
    """Draw a frame as a plain table."""
    return frame.to_string(index=False) if len(frame) else "(nothing)"


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame in the format of the file's name.

    Raises
    ------
    OptionError
        If the name ends in nothing we write.
    """
    kind = path.suffix.lower()
    if kind == ".csv":
        frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    elif kind == ".parquet":
        frame = frame.copy(deep=False)
        frame.attrs = {}
        frame.to_parquet(path, index=False)
    elif kind == ".jsonl":
        frame.to_json(path, orient="records", lines=True, force_ascii=False)
    elif kind == ".xlsx":
        plain = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
        with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs=plain) as book:
            frame.to_excel(book, index=False)
    else:
        raise OptionError(f"{path.name!r} cannot be written; end it in .csv, .parquet, .jsonl or "
                          ".xlsx.")  # fmt: skip
