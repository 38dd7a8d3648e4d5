"""``ledger check``, ``backup``, ``repair``: looking after what is remembered of sent rows."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from pangoprep.commands.output import READY, TROUBLE, as_json, say
from pangoprep.upload.ledger.care import backup, check, repair
from pangoprep.upload.machine.data_directory import ledger_path


def show_check(ledger: Path | None, *, json: bool) -> int:
    """Say whether the ledger is sound, and what there is to bring it back from."""
    path = ledger_path(ledger)
    found = check(path)
    if json:
        as_json({"ledger": str(path), "is_sound": not found.problem, **asdict(found)})
    else:
        if found.problem:
            say(found.problem)
        else:
            say(f"{path} is sound: {found.n_runs:,} runs, {found.n_running:,} of them running; "
                f"{found.n_rows:,} rows; {found.n_bytes / 2**20:,.1f} MiB.")  # fmt: skip
        names = ", ".join(found.backups) or "none beside it; make one: pangoprep ledger backup"
        say(f"Backups: {names}")
    return TROUBLE if found.problem else READY


def make_backup(ledger: Path | None, to: Path | None) -> int:
    """Copy the ledger."""
    made = backup(ledger_path(ledger), to)
    say(f"Backup: {made}" + (" and its key file beside it." if to else ""))
    return READY


def repair_ledger(ledger: Path | None, source: Path | None, *, new: bool) -> int:
    """Bring the ledger back."""
    say(repair(ledger_path(ledger), source=source, is_new=new))
    return READY
