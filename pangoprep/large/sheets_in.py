"""The sheets that a workbook has."""

from __future__ import annotations

from pathlib import Path

from pangoprep.errors import UsageError
from pangoprep.reading.found_files import find_files
from pangoprep.sentence import Sentence


def sheets_of(path: str) -> list[str]:
    """List the visible sheets of a workbook that hold something."""
    from pangoprep.reading.excel.workbook import sheet_names

    files = find_files(path)
    if len(files) != 1 or not files[0].plain_name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise UsageError(Sentence("{1!r} is not one workbook; it has no sheets.", Path(path).name))
    with files[0].open() as file:
        return sheet_names(file, files[0].name)
