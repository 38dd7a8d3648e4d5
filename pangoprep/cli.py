"""The command line: the commands and their options; what they do is in ``commands/``."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Annotated

import typer
import typer.main

from pangoprep import call_words
from pangoprep.commands.arguments import (
    CELLS,
    FILE,
    FIXES,
    ITEMS,
    MATCHING,
    PARTS,
    READING,
    REPORTS,
    DryRun,
    EscapeFormulas,
    EverySheet,
    FailOn,
    Json,
    Ledger,
    MaxHeld,
    Practice,
    ReportFiles,
    ResolveUnknown,
    Reveal,
    RunId,
    SandboxPath,
    States,
    ToSandbox,
    Version,
)
from pangoprep.commands.confirming import confirm, listen
from pangoprep.commands.declaring import app as entity_app
from pangoprep.commands.fixing import merge, move_fixes
from pangoprep.commands.ledger import app as ledger_app
from pangoprep.commands.listing import entities, rules
from pangoprep.commands.logging_in import id_key, login
from pangoprep.commands.output import exit_code, language, note, said
from pangoprep.commands.practicing import demo, sandbox
from pangoprep.commands.taking import end, given, take, takes
from pangoprep.commands.wide_files import unfold
from pangoprep.error_words import speaking
from pangoprep.errors import PangoprepError
from pangoprep.memory import use_system_memory
from pangoprep.plain_text import use_utf8
from pangoprep.sentence import Sentence, sentence_of

app = typer.Typer(
    help="""Clean, check and send customer data to PangoCDP.

    \b
    First:  pangoprep map customers.xlsx --out crm.toml         look, answer, edit
            pangoprep send customers.xlsx --recipe crm.toml --source CRM
    Next month, the same again:
            pangoprep send customers.xlsx --recipe crm.toml --source CRM

    Exit codes: 0 every row is ready (or arrived), 1 rows are held, 2 the call or the file cannot
    be used, 3 sending met trouble.""",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # they print local variables: rows and keys
)


@app.callback()
def about(version: Version = False) -> None:
    """Take what is asked without a command."""


@app.command()
@takes(FILE, READING)
def read(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Write it as text: csv, parquet, xlsx.")] = None,
    escape_formulas: EscapeFormulas = None,
    json: Json = False,
) -> None:
    """Say how a file is read: encoding, sheet, header row, columns. No values are shown."""
    from pangoprep.commands.looking import show_file

    end(show_file(take(context), out, escape_formulas=escape_formulas, json=json))


@app.command("map")
@takes(FILE, ITEMS, MATCHING, READING, REPORTS)
def map_(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Write a recipe (TOML) to edit.")] = None,
    json: Json = False,
) -> None:
    """Say which column is which field, and what is asked.

    With --out, a recipe is written to answer in.
    """
    from pangoprep.commands.looking import show_map

    end(show_map(take(context), out, json=json))


@app.command()
@takes(FILE, ITEMS, MATCHING, FIXES, READING, CELLS, REPORTS, PARTS)
def validate(
    context: typer.Context,
    out: ReportFiles = None,
    save_recipe: Annotated[Path | None, typer.Option(help="Write the recipe used.")] = None,
    every_sheet: EverySheet = False,
    max_held: MaxHeld = None,
    fail_on: FailOn = None,
    json: Json = False,
) -> None:
    """Check every row; nothing leaves this machine. Exit code 1 if rows are held.

    With --max-held or --fail-on: 1 if one of those is exceeded, and 0 otherwise.
    """
    from pangoprep.commands.preparing import validate_file
    from pangoprep.commands.sheets import requests_of

    end(
        validate_file(
            requests_of(take(context), every_sheet=every_sheet), out or (), save_recipe,
            max_held=max_held, fail_on=fail_on or (), json=json,
        )
    )  # fmt: skip


@app.command()
@takes(FILE, MATCHING, FIXES, READING, CELLS, REPORTS)
def studio(
    context: typer.Context,
    steps: Annotated[
        Path | None, typer.Option(help="Where steps are kept; else FILE.pango, in this folder.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="The system the data comes from: CRM.")] = None,
    ledger: Ledger = None,
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.")] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only show the address.")
    ] = False,
) -> None:
    """Fix the rows by looking, and send them, in the browser of this machine.

    What was fixed is kept at once, and found again the next time.
    """
    from pangoprep.commands.studio import show_studio

    end(
        show_studio(
            take(context), steps, source=source, ledger=ledger, port=port, browser=not no_browser
        )
    )


@app.command()
@takes(FILE, ITEMS, MATCHING, FIXES, READING, CELLS, REPORTS, PARTS)
def clean(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Ready rows: csv, parquet, jsonl or xlsx.")],
    held: Annotated[Path | None, typer.Option(help="Held rows, as they came; xlsx to fix.")] = None,
    every_sheet: EverySheet = False,
    escape_formulas: EscapeFormulas = None,
    json: Json = False,
) -> None:
    """Write the ready rows with canonical values and PangoCDP's names.

    With --every-sheet, a workbook has a sheet for each entity; other files get its name.
    """
    from pangoprep.commands.preparing import clean_file
    from pangoprep.commands.sheets import requests_of

    requests = requests_of(take(context), every_sheet=every_sheet)
    end(clean_file(requests, out, held, escape_formulas=escape_formulas, json=json))


@app.command()
@takes(FILE, ITEMS, MATCHING, FIXES, READING, CELLS, PARTS)
def send(
    context: typer.Context,
    source: Annotated[str | None, typer.Option(help="The system the data comes from: CRM.")] = None,
    sandbox: ToSandbox = False,
    sandbox_path: SandboxPath = None,
    dry_run: DryRun = False,
    every_sheet: EverySheet = False,
    out: States = None,
    reveal: Reveal = False,
    escape_formulas: EscapeFormulas = None,
    init_data: Annotated[bool, typer.Option("--init-data", help="The initial load.")] = False,
    je_config_id: Annotated[str | None, typer.Option(help="Journey event configuration.")] = None,
    je_event_key: Annotated[str | None, typer.Option(help="Journey event key.")] = None,
    resend: Annotated[bool, typer.Option("--resend", help="Also rows accepted before.")] = False,
    resolve_unknown: ResolveUnknown = None,
    sample: Annotated[int | None, typer.Option(help="First so many rows, then the rest.")] = None,
    ref_ids: Annotated[
        bool, typer.Option("--ref-ids", help="Name each record for PangoCDP's callback.")
    ] = False,
    ledger: Ledger = None,
    json: Json = False,
) -> None:
    """Send what is ready; every row ends in one state. Credentials: environment or login.

    Sending the same file again goes on where it stopped: what was accepted is not sent twice.
    """
    from pangoprep.commands.sending import send_files
    from pangoprep.commands.sheets import requests_of

    arguments = given(
        source=source, je_config_id=je_config_id, je_event_key=je_event_key, sample=sample,
        ledger=ledger, init_data=init_data, dry_run=dry_run,
        # One that keeps nothing has nothing of before, whatever the ledger knows of its address.
        resend=resend or (sandbox and sandbox_path is None),
        ref_ids=ref_ids, resolve_unknown=resolve_unknown,
    )  # fmt: skip
    end(
        send_files(
            requests_of(take(context), every_sheet=every_sheet), arguments, out,
            to_sandbox=sandbox or sandbox_path is not None, sandbox_path=sandbox_path,
            reveal=reveal, escape_formulas=escape_formulas, json=json,
        )
    )  # fmt: skip


@app.command()
@takes(FILE, ITEMS, MATCHING, FIXES, READING, CELLS, PARTS)
def resume(
    context: typer.Context,
    run_id: RunId,
    sandbox_path: SandboxPath = None,
    out: States = None,
    reveal: Reveal = False,
    resolve_unknown: ResolveUnknown = None,
    escape_formulas: EscapeFormulas = None,
    ledger: Ledger = None,
    json: Json = False,
) -> None:
    """Go on with a run that was stopped or killed.

    It has the options of sending it had (source, events). How the file is read must be said again,
    best with the recipe: rows that turn out otherwise are sent anew.
    """
    from pangoprep.commands.sending import send_files

    end(
        send_files(
            [take(context)],
            given(ledger=ledger, resolve_unknown=resolve_unknown),
            out,
            to_sandbox=sandbox_path is not None,
            sandbox_path=sandbox_path,
            reveal=reveal,
            run_id=run_id,
            escape_formulas=escape_formulas,
            json=json,
        )
    )


@app.command()
def runs(ledger: Ledger = None, practice: Practice = False, json: Json = False) -> None:
    """List the runs, the latest first."""
    from pangoprep.commands.sending import show_runs

    end(show_runs(ledger, practice=practice, json=json))


@app.command()
def status(
    run_id: RunId,
    ledger: Ledger = None,
    json: Json = False,
) -> None:
    """Say what became of one run, also while it is running."""
    from pangoprep.commands.sending import show_status

    end(show_status(run_id, ledger, json=json))


app.add_typer(ledger_app, name="ledger")
app.add_typer(entity_app, name="entity")
app.command()(confirm)
app.command()(listen)
app.command()(merge)
app.command()(unfold)
app.command("move-fixes")(move_fixes)
app.command()(rules)
app.command()(entities)


app.command()(login)
app.command("id-key")(id_key)
app.command()(sandbox)
app.command()(demo)


def _as_note(message: Warning | str, *_: object, **__: object) -> str:
    """Say a warning as a line, without its place in the code."""
    text = sentence_of(message) if isinstance(message, Warning) else message
    return f"{said(Sentence('Note: {1}', text))}\n"


def main() -> None:
    """Run the command line; an error we know is one line, not a trace."""
    use_utf8(sys.stdout, sys.stderr)
    use_system_memory()
    warnings.formatwarning = _as_note
    from pangoprep.commands.click_words import call

    try:
        with call_words.command_line(), speaking(language()):
            call(typer.main.get_command(app))
    except PangoprepError as error:
        from pangoprep.error_words import say_error

        say_error(error, language())
        note(Sentence("Error: {1}", error))
        raise SystemExit(exit_code(error)) from None
