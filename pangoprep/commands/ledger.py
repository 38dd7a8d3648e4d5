"""``ledger check``, ``backup``, ``repair``: looking after what is remembered of sent rows."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pangoprep.commands.arguments import Json, Ledger
from pangoprep.commands.taking import end
from pangoprep.sentence import Sentence

app = typer.Typer(
    help="Look after the ledger, which remembers what was sent.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command("check")
def check_ledger(ledger: Ledger = None, json: Json = False) -> None:
    """Say whether the ledger is sound, and which backups there are. Exit code 3 if it is not."""
    from pangoprep.commands.output import READY, TROUBLE, as_json, say, tell, words
    from pangoprep.upload.ledger.care import check
    from pangoprep.upload.machine.data_directory import ledger_path

    path = ledger_path(ledger)
    found = check(path)
    if json:
        as_json({"ledger": str(path), "is_sound": not found.problem, **asdict(found)})
    else:
        if found.problem:
            tell(found.problem)
        else:
            say(words()(
                "ledger.sound", path=str(path), runs=found.n_runs, running=found.n_running,
                rows=found.n_rows, size=words().size(found.n_bytes),
            ))  # fmt: skip
        names = ", ".join(found.backups) or "none beside it; make one: pangoprep ledger backup"
        tell(Sentence("Backups: {1}", names))
    end(TROUBLE if found.problem else READY)


@app.command("backup")
def back_up_ledger(
    ledger: Ledger = None,
    to: Annotated[Path | None, typer.Option(help="A new file; its key goes beside it.")] = None,
) -> None:
    """Copy the ledger as it is now, also while runs go on. One a day is made by itself."""
    from pangoprep.commands.output import tell
    from pangoprep.upload.ledger.care import backup
    from pangoprep.upload.machine.data_directory import ledger_path

    made = backup(ledger_path(ledger), to)
    tell(Sentence("Backup: {1}", made) + (" and its key file beside it." if to else ""))


@app.command("repair")
def repair_ledger(
    ledger: Ledger = None,
    source: Annotated[
        Path | None, typer.Option("--from", help="The backup to take; else the latest.")
    ] = None,
    new: Annotated[
        bool, typer.Option("--new", help="Give up what it knew; all rows are sent again.")
    ] = False,
) -> None:
    """Bring back a ledger that was deleted, emptied or damaged, from a backup.

    What is there now is moved aside and never deleted.
    """
    from pangoprep.commands.output import tell
    from pangoprep.upload.ledger.care import repair
    from pangoprep.upload.machine.data_directory import ledger_path

    tell(repair(ledger_path(ledger), source=source, is_new=new))
