"""What Click says of a wrong call, in Vietnamese. Source: ``tables/click_words.csv``."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import typer

from pangoprep.commands.output import INTERRUPTED, language, note
from pangoprep.errors import PangoprepError
from pangoprep.tables import read_table

_HOLE = re.compile(r"\{([1-9])\}")


def call(command: Callable[..., Any]) -> None:
    """Run a command, its help and what is wrong with the call in the language of the reader."""
    try:
        if language() != "vi":
            command(prog_name="pangoprep")
            return
        from pangoprep.commands.help_words import say_help_in_vietnamese

        say_help_in_vietnamese(command)
        _call_in_vietnamese(command)
    except SystemExit as end:
        if end.code == INTERRUPTED:  # a send that is stopped says itself what became of its rows
            note("Interrupted; nothing was sent.")
        raise


def _call_in_vietnamese(command: Callable[..., Any]) -> None:
    """Run a command as Click does, and say in Vietnamese what Click finds wrong with the call.

    Raises
    ------
    SystemExit
        With the exit code of the command.
    """
    try:
        code = command(prog_name="pangoprep", standalone_mode=False)
    except PangoprepError:
        raise
    except typer.Abort:
        typer.echo(in_vietnamese("Aborted!"), err=True)
        code = 1
    except Exception as error:
        # Of Click, or of the copy of Click that comes with Typer: their classes differ.
        if not (hasattr(error, "show") and hasattr(error, "exit_code")):
            raise
        drawn = io.StringIO()
        error.show(drawn)
        for line in drawn.getvalue().splitlines():
            typer.echo(in_vietnamese(line), err=True)
        code = error.exit_code
    raise SystemExit(code)


def in_vietnamese(line: str) -> str:
    """Say a line of Click's in Vietnamese; one that the table does not have stays.

    Click gives no values with what it says, so its lines are read.

    Examples
    --------
    >>> in_vietnamese("Error: No such command 'valdate'.")
    "Lỗi: Không có lệnh 'valdate'."
    """
    for pattern, vietnamese in _lines():
        if found := pattern.fullmatch(line.strip()):
            return _HOLE.sub(lambda hole: found[f"n{hole[1]}"], vietnamese)
    return line


@cache
def _lines() -> list[tuple[re.Pattern[str], str]]:
    """Every line as a pattern with its Vietnamese, the most telling ones first."""
    rows = read_table("click_words").to_pylist()
    rows.sort(key=lambda row: -len(_HOLE.sub("", row["en"])))
    return [(re.compile(_pattern(row["en"])), row["vi"]) for row in rows]


def _pattern(line: str) -> str:
    pieces = _HOLE.split(line)
    return "".join(
        rf"(?P<n{piece}>.+?)" if place % 2 else re.escape(piece)
        for place, piece in enumerate(pieces)
    )
