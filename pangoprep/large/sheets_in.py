"""The sheets that a workbook has."""

from __future__ import annotations

from pathlib import Path

from pangoprep.errors import UsageError
from pangoprep.reading.found_files import find_parts
from pangoprep.sentence import Sentence


def sheets_of(path: str) -> list[str]:
    """List the visible sheets of a workbook that hold something."""
    from pangoprep.reading.excel.workbook import sheet_names

    parts = find_parts(path)
    if len(parts) != 1 or not parts[0].plain_name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise UsageError(Sentence("{1!r} is not one workbook; it has no sheets.", Path(path).name))
    with parts[0].open() as file:
        return sheet_names(file, parts[0].name)
