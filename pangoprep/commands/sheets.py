"""One file, or all sheets of a workbook: what was asked, and what reading them had to say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pangoprep.commands.output import note
from pangoprep.large.request import FileRequest, sheets_of
from pangoprep.large.sheets_together import check_requests
from pangoprep.reading.pieces import SOURCE
from pangoprep.report import Report
from pangoprep.upload import Client


def requests_of(request: FileRequest, *, every_sheet: bool) -> list[FileRequest]:
    """Return what was asked; with ``every_sheet`` once for each sheet of the workbook."""
    if not every_sheet:
        return [request]
    return [request.of_sheet(name) for name in sheets_of(request.path)]


def check_and_note(
    requests: Sequence[FileRequest], client: Client | None = None, ledger: Path | None = None
) -> dict[str, tuple[FileRequest, Report]]:
    """Check files or sheets, and say what reading them had to say; see `check_requests`."""
    reports = check_requests(requests, client, ledger)
    told = [line for _, report in reports.values() for line in notes_of(report)]
    for line in dict.fromkeys(told):
        note(f"Note: {line}")
    return reports


def notes_of(report: Report) -> list[str]:
    """What reading the file had to say."""
    notes: list[str] = report.examined.attrs.get(SOURCE, {}).get("notes", [])
    return notes
