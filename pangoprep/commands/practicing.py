"""``sandbox`` and ``demo``: practice, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pangoprep.errors import PangoprepError


def sandbox(
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.")] = 8077,
    path: Annotated[Path | None, typer.Option(help="SQLite file to keep; else temporary.")] = None,
    no_limits: Annotated[bool, typer.Option("--no-limits", help="Lift the rate limits.")] = False,
    callback_url: Annotated[
        str | None, typer.Option(help="Where to call back, on this machine: a 'listen'.")
    ] = None,
    missing_in_queue: Annotated[
        bool, typer.Option("--missing-in-queue", help="Find missing fields only in the queue.")
    ] = False,
    entity: Annotated[
        list[str] | None,
        typer.Option(
            help="An object type of your own it takes: cart.toml or shop.py:Cart. Repeatable.",
            metavar="FILE",
        ),
    ] = None,
    max_body_bytes: Annotated[
        int | None,
        typer.Option(help="The largest body of a request; a larger one is refused with 413."),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            help="What goes wrong, such as server_error:status=503,times=2. Repeatable.",
            metavar="FAULT",
        ),
    ] = None,
) -> None:
    """Run a PangoCDP on this machine, for practice, until Ctrl-C."""
    from pangoprep.declarations import entity as open_entity
    from pangoprep.sandbox.command import run

    run(
        port=port, path=path, no_limits=no_limits, faults=fault or [], callback_url=callback_url,
        entities=[open_entity(name) for name in entity or []],
        missing_fields="in queue" if missing_in_queue else "refused",
        **({} if max_body_bytes is None else {"max_body_bytes": max_body_bytes}),
    )  # fmt: skip


def demo(
    data: Annotated[
        Path | None, typer.Option(help="A file of customers; else the sample's.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the report and the rows.")] = Path("out"),
    save: Annotated[
        Path | None,
        typer.Option(help="Only copy the sample data and the notebooks into a folder."),
    ] = None,
) -> None:
    """Clean a sample file and send it to a local PangoCDP.

    It says what became of every row.
    """
    from pangoprep.commands.demo import run, save_into

    if save is not None:
        save_into(save)
    elif not run(data, out):
        raise PangoprepError("The states do not add up to the rows read.")
