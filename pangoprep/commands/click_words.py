"""What Click says of a wrong call, in Vietnamese. Source: ``tables/click_words.csv``."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import typer

from pangoprep.commands.output import language
from pangoprep.error_words import by_table
from pangoprep.errors import PangoprepError

_TABLE = "click_words"


def call(command: Callable[..., Any]) -> None:
    """Run a command, its help and what is wrong with the call in the language of the reader."""
    if language() != "vi":
        command(prog_name="pangoprep")
        return
    from pangoprep.commands.help_words import say_help_in_vietnamese

    say_help_in_vietnamese(command)
    _call_in_vietnamese(command)


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
        typer.echo(by_table("Aborted!", _TABLE), err=True)
        code = 1
    except Exception as error:
        # Of Click, or of the copy of Click that comes with Typer: their classes differ.
        if not (hasattr(error, "show") and hasattr(error, "exit_code")):
            raise
        drawn = io.StringIO()
        error.show(drawn)
        for line in drawn.getvalue().splitlines():
            typer.echo(by_table(line, _TABLE), err=True)
        code = error.exit_code
    raise SystemExit(code)
