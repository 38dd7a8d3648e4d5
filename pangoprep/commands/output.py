"""How commands say what happened: for people on the screen, for scripts as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import typer

from pangoprep.error_words import in_vietnamese, language_of
from pangoprep.errors import (
    HeldError,
    LedgerError,
    PangoprepError,
    SandboxError,
    UploadError,
)
from pangoprep.sentence import Sentence

if TYPE_CHECKING:
    from pangoprep.fixes.file import FixesFile
    from pangoprep.language import Language

READY, HELD, USAGE, TROUBLE = 0, 1, 2, 3
#: What a shell makes of Ctrl-C: 128 and the number of the signal.
INTERRUPTED = 130


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


def language() -> Literal["en", "vi"]:
    """Return the language of the command: of its options, its recipe, or the environment."""
    words = sys.argv[1:]
    given: dict[str, str] = {}
    for name in ("lang", "recipe"):
        for place, word in enumerate(words):
            if word == f"--{name}" and place + 1 < len(words):
                given[name] = words[place + 1]
            elif word.startswith(f"--{name}="):
                given[name] = word.partition("=")[2]
    return language_of(given)


def tell(text: str) -> None:
    """Print a sentence for a person, in the language of the command."""
    typer.echo(said(text))


def note(text: str) -> None:
    """Print a line beside the result, where a script does not read it."""
    typer.echo(said(text), err=True)


def said(text: str) -> str:
    """Return a sentence in the language of the command."""
    return in_vietnamese(text) if language() == "vi" else text


def note_fixes(file: FixesFile | None) -> None:
    """Say where the personal fixes of a recipe went."""
    if file is not None:
        note(
            Sentence(
                "Fixes of personal fields are in {1}: give --fixes with the recipe.", file.path
            )
        )


def as_json(content: Any) -> None:
    """Print one JSON value."""
    typer.echo(json.dumps(content, ensure_ascii=False, default=str, indent=1))


def words() -> Language:
    """Return the words of a report in the language of the command."""
    from pangoprep.language import language as language_named

    return language_named(language())


def table(rows: pd.DataFrame | Sequence[Mapping[str, Any]]) -> str:
    """Draw rows as a plain table; headings that have words are in the language of the command."""
    named = words().named
    frame = pd.DataFrame(rows).rename(columns=lambda name: named("heading", str(name)))
    return frame.to_string(index=False) if len(frame) else said("(nothing)")
