"""The command line: a list of commands; each one's work is in the room it belongs to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pangoprep.errors import PangoprepError

app = typer.Typer(
    help="Clean, check and send customer data to PangoCDP.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables: rows and keys
)


@app.callback()
def _commands() -> None:
    """Keep commands apart by name, also while there is only one."""


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.")] = 8077,
    path: Annotated[Path | None, typer.Option(help="SQLite file to keep; else temporary.")] = None,
    no_limits: Annotated[bool, typer.Option("--no-limits", help="Lift the rate limits.")] = False,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="What goes wrong, such as server_error:status=503,times=2. Repeatable."),
    ] = None,
) -> None:
    """Run a PangoCDP on this machine, for practice, until Ctrl-C."""
    from pangoprep.sandbox.command import run

    run(port=port, path=path, no_limits=no_limits, faults=fault or [])


@app.command()
def demo(
    data: Annotated[Path, typer.Option(help="A CSV file of customers.")] = Path(
        "data/customers_messy.csv"
    ),
    out: Annotated[Path, typer.Option(help="Folder for the report and the rows.")] = Path("out"),
) -> None:
    """Clean a sample file, send it to a local PangoCDP, say what became of every row."""
    from pangoprep.demo import run

    if not run(data, out):
        raise PangoprepError("The states do not add up to the rows read.")


def main() -> None:
    """Run the command line; an error we know is one line, not a trace."""
    try:
        app(prog_name="pangoprep")
    except PangoprepError as error:
        typer.echo(f"Error: {error}", err=True)
        raise SystemExit(1) from None
