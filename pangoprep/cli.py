"""The command line: the commands and their options; what they do is in ``commands/``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pangoprep.errors import PangoprepError

app = typer.Typer(
    help="""Clean, check and send customer data to PangoCDP.

    The first time:   pangoprep map customers.xlsx --out crm.toml    (look, answer, edit)
                      pangoprep validate customers.xlsx --recipe crm.toml --out report.html
                      pangoprep send customers.xlsx --recipe crm.toml --source CRM

    Next month:       pangoprep send customers.xlsx --recipe crm.toml

    Exit codes: 0 every row is ready (or arrived), 1 rows are held, 2 the call or the file cannot
    be used, 3 sending met trouble.""",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # they print local variables: rows and keys
)

_FILE = "What to read"
_BECOMES = "How it becomes an entity"

File = Annotated[str, typer.Argument(help="A file, a folder of same-shaped files, or a glob.")]
Recipe = Annotated[
    Path | None, typer.Option(help="A recipe (TOML): mapping, options, fixes, source.")
]
Entity = Annotated[
    str | None, typer.Option(help="Such as customer-identity; else told from the columns.")
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", help="COLUMN=FIELD; repeatable. COLUMN= leaves it out."),
]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook, by name.")]
Header = Annotated[int | None, typer.Option(help="Row with the headers, from 1; 0: there is none.")]
Encoding = Annotated[str | None, typer.Option(help="Such as cp1258; or the font tcvn3 or vni.")]
Delimiter = Annotated[str | None, typer.Option(help="Of delimited text; else found.")]
Timezone = Annotated[
    int | None, typer.Option("--timezone-gmt", help="Hours from GMT of the file's dates [7].")
]
Unreadable = Annotated[
    str | None, typer.Option(help="hold: keep rows with unreadable cells back; or blank.")
]
Duplicates = Annotated[
    str | None, typer.Option(help="Of rows with one key send the last, the first, or hold all.")
]
PhoneFormat = Annotated[str | None, typer.Option(help="national or e164.")]
Parts = Annotated[
    int | None, typer.Option("--rows-at-once", help="Larger files are taken in such parts.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Lang = Annotated[str, typer.Option(help="Language of reports: en or vi.")]
Ledger = Annotated[
    Path | None, typer.Option(help="Where runs are remembered; else the user's data directory.")
]


@app.command()
def read(
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

    reading = _given(sheet=sheet, header=header, encoding=encoding, delimiter=delimiter)
    _end(show_file(_request(file, reading=reading), out, json=json))


@app.command("map")
def map_(
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

    reading = _given(sheet=sheet, header=header, encoding=encoding, delimiter=delimiter)
    request = _request(file, entity=entity, recipe=recipe, mapping=mapping, reading=reading)
    _end(show_map(request, out, json=json))


@app.command()
def validate(
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

    request = _request(
        file, entity, recipe, mapping, rows_at_once,
        _given(sheet=sheet, header=header, encoding=encoding, delimiter=delimiter),
        _given(timezone_gmt=timezone_gmt, unreadable=unreadable, duplicates=duplicates,
               phone_format=phone_format),
    )  # fmt: skip
    _end(validate_file(request, out, save_recipe, json=json, lang=lang))


@app.command()
def clean(
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

    request = _request(
        file, entity, recipe, mapping, rows_at_once,
        _given(sheet=sheet, header=header, encoding=encoding, delimiter=delimiter),
        _given(timezone_gmt=timezone_gmt, unreadable=unreadable, duplicates=duplicates,
               phone_format=phone_format),
    )  # fmt: skip
    _end(clean_file(request, out, held, json=json, lang=lang))


@app.command()
def send(
    file: File,
    source: Annotated[str | None, typer.Option(help="The system the data comes from: CRM.")] = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Send to a PangoCDP on this machine, for practice.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be sent, and how long it takes.")
    ] = False,
    every_sheet: Annotated[
        bool, typer.Option("--every-sheet", help="Send all sheets, each as its own entity.")
    ] = False,
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

    request = _request(
        file, entity, recipe, mapping, rows_at_once,
        _given(sheet=sheet, header=header, encoding=encoding, delimiter=delimiter),
        _given(timezone_gmt=timezone_gmt, unreadable=unreadable, duplicates=duplicates,
               phone_format=phone_format),
    )  # fmt: skip
    arguments = _given(
        source=source, je_config_id=je_config_id, je_event_key=je_event_key, sample=sample,
        ledger=ledger,
    ) | {"init_data": init_data, "dry_run": dry_run, "resend": resend or sandbox}  # fmt: skip
    requests = [request.of_sheet(name) for name in sheets_of(file)] if every_sheet else [request]
    _end(send_files(requests, arguments, out, to_sandbox=sandbox, json=json))


@app.command()
def resume(
    run_id: Annotated[str, typer.Argument(help="The run, as 'pangoprep runs' lists it.")],
    file: File,
    out: Annotated[Path | None, typer.Option(help="State of every row: csv, xlsx.")] = None,
    entity: Entity = None,
    recipe: Recipe = None,
    mapping: Map = None,
    sheet: Sheet = None,
    ledger: Ledger = None,
    json: Json = False,
) -> None:
    """Go on with a run that was stopped or killed, with the options it had."""
    from pangoprep.commands.sending import send_files

    request = _request(file, entity, recipe, mapping, reading=_given(sheet=sheet))
    arguments = _given(ledger=ledger)
    _end(send_files([request], arguments, out, to_sandbox=False, run_id=run_id, json=json))


@app.command()
def runs(ledger: Ledger = None, json: Json = False) -> None:
    """List the runs, the latest first."""
    from pangoprep.commands.sending import show_runs

    _end(show_runs(ledger, json=json))


@app.command()
def status(
    run_id: Annotated[str, typer.Argument(help="The run, as 'pangoprep runs' lists it.")],
    ledger: Ledger = None,
    json: Json = False,
) -> None:
    """Say what became of one run, also while it is at it."""
    from pangoprep.commands.sending import show_status

    _end(show_status(run_id, ledger, json=json))


@app.command()
def rules(json: Json = False, lang: Lang = "en") -> None:
    """List everything that can be found in a file."""
    from pangoprep.commands.looking import show_rules

    _end(show_rules(json=json, lang=lang))


@app.command()
def entities(
    name: Annotated[str | None, typer.Argument(help="One of them, to list its fields.")] = None,
    json: Json = False,
) -> None:
    """List the entities, or the fields of one."""
    from pangoprep.commands.looking import show_entities

    _end(show_entities(name, json=json))


@app.command()
def login(
    forget: Annotated[bool, typer.Option("--forget", help="Remove what was kept.")] = False,
) -> None:
    """Keep credentials in the system's keyring; they are asked for, never given as arguments."""
    from pangoprep.commands.credentials import login as ask

    _end(ask(forget=forget))


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


def _request(
    file: str,
    entity: str | None = None,
    recipe: Path | None = None,
    mapping: list[str] | None = None,
    rows_at_once: int | None = None,
    reading: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
) -> Any:
    from pangoprep.commands.request import ROWS_AT_ONCE, Request, pairs

    return Request(
        path=file,
        entity=entity,
        recipe=recipe,
        mapping=pairs(mapping or [], "--map"),
        options=options or {},
        reading=reading or {},
        rows_at_once=rows_at_once or ROWS_AT_ONCE,
    )


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _end(code: int) -> None:
    if code:
        raise typer.Exit(code)
