"""One file, or all sheets of a workbook: what was asked, and what reading them had to say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pangoprep.commands.output import note
from pangoprep.errors import OptionError
from pangoprep.large.request import FileRequest
from pangoprep.large.sheets_together import check_requests
from pangoprep.reading.pieces import SOURCE
from pangoprep.report import Report
from pangoprep.sentence import Sentence
from pangoprep.upload import Client


def requests_of(request: FileRequest, *, every_sheet: bool) -> list[FileRequest]:
    """Return what was asked; with ``every_sheet`` once for each sheet of the workbook."""
    if not every_sheet:
        return [request]
    left_out = [sheet for sheet, name in request.entity_of_sheet.items() if not name]
    requests = request.of_sheets()
    if left_out:
        note(Sentence("Note: left out: {1}.", ", ".join(map(repr, left_out))))
    return requests


def entities_of(said: list[str], *, every_sheet: bool) -> tuple[str | None, dict[str, str]]:
    """Return the entity of a file, and those of some sheets of it.

    Examples
    --------
    >>> entities_of(["product", "Đơn=order", "Ghi chú="], every_sheet=True)
    ('product', {'Đơn': 'order', 'Ghi chú': ''})
    """
    of_sheets = {}
    if every_sheet:
        pairs = (one.rpartition("=") for one in said)
        of_sheets = {sheet: name for sheet, mark, name in pairs if mark}
        said = [one for one in said if "=" not in one]
    if len(said) > 1:
        raise OptionError(
            Sentence(
                "--entity says two things of one file: {1!r} and {2!r}. Give one; with "
                "--every-sheet, say which sheet is which: --entity SHEET=NAME.",
                said[0],
                said[1],
            )
        )
    return (said[0] if said else None), of_sheets


def check_and_note(
    requests: Sequence[FileRequest], client: Client | None = None, ledger: Path | None = None
) -> dict[str, tuple[FileRequest, Report]]:
    """Check files or sheets, and say what reading them had to say; see `check_requests`."""
    reports = check_requests(requests, client, ledger)
    told = [line for _, report in reports.values() for line in notes_of(report)]
    for line in dict.fromkeys(told):
        note(Sentence("Note: {1}", line))
    if n_again := sum(report.n_read_again for _, report in reports.values()):
        note(
            "Note: 1 part was read twice, since other parts decide how it is read."
            if n_again == 1
            else Sentence(
                "Note: {1:,} parts were read twice, since other parts decide how they are read.",
                n_again,
            )
        )
    return reports


def notes_of(report: Report) -> list[str]:
    """What reading the file had to say."""
    notes: list[str] = report.examined.attrs.get(SOURCE, {}).get("notes", [])
    return notes
