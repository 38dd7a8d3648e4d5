"""The command line: the commands and their options; what they do is in ``commands/``."""

# ruff: noqa: ARG001 - what a command was given is taken from its context

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pangoprep.commands.arguments import (
    Delimiter,
    DryRun,
    Duplicates,
    Encoding,
    Entity,
    EverySheet,
    File,
    Header,
    Json,
    Lang,
    Ledger,
    Map,
    Parts,
    PhoneFormat,
    Recipe,
    Sheet,
    Timezone,
    ToSandbox,
    Unreadable,
    end,
    given,
    take,
)
from pangoprep.errors import PangoprepError

app = typer.Typer(
    help="""Clean, check and send customer data to PangoCDP.

    \b
    First:  pangoprep map customers.xlsx --out crm.toml         look, answer, edit
            pangoprep send customers.xlsx --recipe crm.toml --source CRM
    Next month, the same again: pangoprep send customers.xlsx --recipe crm.toml --source CRM

    Exit codes: 0 every row is ready (or arrived), 1 rows are held, 2 the call or the file cannot
    be used, 3 sending met trouble.""",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # they print local variables: rows and keys
)


@app.command()
def read(
    context: typer.Context,
    file: File,
    out: Annotated[Path | None, typer.Option(help="Write it as text: csv, parquet, xlsx.")] = None,
    sheet: Sheet = None,
    header: Header = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    json: Json = False,
) -> None:
    """Say how a file is read: encoding, sheet, header row, columns. No values are shown."""
    from pangoprep.commands.looking import show_file

    end(show_file(take(context), out, json=json))


@app.command("map")
def map_(
    context: typer.Context,
    file: File,
    out: Annotated[Path | None, typer.Option(help="Write a recipe (TOML) to edit.")] = None,
    entity: Entity = None,
    recipe: Recipe = None,
    mapping: Map = None,
    sheet: Sheet = None,
    header: Header = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    json: Json = False,
) -> None:
    """Say which column is which field, how sure that is, and what is asked."""
    from pangoprep.commands.looking import show_map

    end(show_map(take(context), out, json=json))


@app.command()
def validate(
    context: typer.Context,
    file: File,
    out: Annotated[Path | None, typer.Option(help="Report: html, json, md, or xlsx.")] = None,
    save_recipe: Annotated[Path | None, typer.Option(help="Write the recipe used.")] = None,
    entity: Entity = None,
    recipe: Recipe = None,
    mapping: Map = None,
    sheet: Sheet = None,
    header: Header = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    timezone_gmt: Timezone = None,
    unreadable: Unreadable = None,
    duplicates: Duplicates = None,
    phone_format: PhoneFormat = None,
    rows_at_once: Parts = None,
    json: Json = False,
    lang: Lang = "en",
) -> None:
    """Check every row; nothing leaves this machine. Exit code 1 if rows are held."""
    from pangoprep.commands.preparing import validate_file

    end(validate_file(take(context), out, save_recipe, json=json, lang=lang))


@app.command()
def clean(
    context: typer.Context,
    file: File,
    out: Annotated[Path, typer.Option(help="Ready rows: csv, parquet, jsonl or xlsx.")],
    held: Annotated[Path | None, typer.Option(help="Held rows, as they came; xlsx to fix.")] = None,
    entity: Entity = None,
    recipe: Recipe = None,
    mapping: Map = None,
    sheet: Sheet = None,
    header: Header = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    timezone_gmt: Timezone = None,
    unreadable: Unreadable = None,
    duplicates: Duplicates = None,
    phone_format: PhoneFormat = None,
    rows_at_once: Parts = None,
    json: Json = False,
    lang: Lang = "en",
) -> None:
    """Write the ready rows with canonical values and PangoCDP's names."""
    from pangoprep.commands.preparing import clean_file

    end(clean_file(take(context), out, held, json=json, lang=lang))


@app.command()
def send(
    context: typer.Context,
    file: File,
    source: Annotated[str | None, typer.Option(help="The system the data comes from: CRM.")] = None,
    sandbox: ToSandbox = False,
    dry_run: DryRun = False,
    every_sheet: EverySheet = False,
    out: Annotated[Path | None, typer.Option(help="State of every row: csv, xlsx.")] = None,
    entity: Entity = None,
    recipe: Recipe = None,
    mapping: Map = None,
    sheet: Sheet = None,
    header: Header = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    timezone_gmt: Timezone = None,
    unreadable: Unreadable = None,
    duplicates: Duplicates = None,
    phone_format: PhoneFormat = None,
    rows_at_once: Parts = None,
    init_data: Annotated[bool, typer.Option("--init-data", help="The initial load.")] = False,
    je_config_id: Annotated[str | None, typer.Option(help="Journey event configuration.")] = None,
    je_event_key: Annotated[str | None, typer.Option(help="Journey event key.")] = None,
    resend: Annotated[bool, typer.Option("--resend", help="Also rows accepted before.")] = False,
    sample: Annotated[int | None, typer.Option(help="First so many rows, then the rest.")] = None,
    ledger: Ledger = None,
    json: Json = False,
) -> None:
    """Send what is ready; every row ends in one state. Credentials: environment or login.

    Sending the same file again goes on where it stopped: what was accepted is not sent twice.
    """
    from pangoprep.commands.request import sheets_of
    from pangoprep.commands.sending import send_files

    request = take(context)
    arguments = given(
        source=source, je_config_id=je_config_id, je_event_key=je_event_key, sample=sample,
        ledger=ledger,
    ) | {"init_data": init_data, "dry_run": dry_run, "resend": resend or sandbox}  # fmt: skip
    requests = [request.of_sheet(name) for name in sheets_of(file)] if every_sheet else [request]
    end(send_files(requests, arguments, out, to_sandbox=sandbox, json=json))


@app.command()
def resume(
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(help="The run, as 'pangoprep runs' lists it.")],
    file: File,
    out: Annotated[Path | None, typer.Option(help="State of every row: csv, xlsx.")] = None,
    entity: Entity = None,
    recipe: Recipe = None,
    mapping: Map = None,
    sheet: Sheet = None,
    rows_at_once: Parts = None,
    ledger: Ledger = None,
    json: Json = False,
) -> None:
    """Go on with a run that was stopped or killed, with the options it had."""
    from pangoprep.commands.sending import send_files

    end(
        send_files(
            [take(context)], given(ledger=ledger), out, to_sandbox=False, run_id=run_id, json=json
        )
    )


@app.command()
def runs(ledger: Ledger = None, json: Json = False) -> None:
    """List the runs, the latest first."""
    from pangoprep.commands.sending import show_runs

    end(show_runs(ledger, json=json))


@app.command()
def status(
    run_id: Annotated[str, typer.Argument(help="The run, as 'pangoprep runs' lists it.")],
    ledger: Ledger = None,
    json: Json = False,
) -> None:
    """Say what became of one run, also while it is at it."""
    from pangoprep.commands.sending import show_status

    end(show_status(run_id, ledger, json=json))


@app.command()
def rules(json: Json = False, lang: Lang = "en") -> None:
    """List everything that can be found in a file."""
    from pangoprep.commands.looking import show_rules

    end(show_rules(json=json, lang=lang))


@app.command()
def entities(
    name: Annotated[str | None, typer.Argument(help="One of them, to list its fields.")] = None,
    json: Json = False,
) -> None:
    """List the entities, or the fields of one."""
    from pangoprep.commands.looking import show_entities

    end(show_entities(name, json=json))


@app.command()
def login(
    forget: Annotated[bool, typer.Option("--forget", help="Remove what was kept.")] = False,
) -> None:
    """Keep credentials in the system's keyring; they are asked for, never given as arguments."""
    from pangoprep.commands.credentials import login as ask

    end(ask(forget=forget))


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
        from pangoprep.commands.output import exit_code

        typer.echo(f"Error: {error}", err=True)
        raise SystemExit(exit_code(error)) from None
