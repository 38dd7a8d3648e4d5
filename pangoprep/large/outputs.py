"""What is ready and what is held, as files: of one frame or of a file in parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pangoprep.columns.types import Rows
from pangoprep.large.writing import write_parts
from pangoprep.report import Report
from pangoprep.steps.examined import Examined


def write_ready(report: Report, path: Path, *, escape_formulas: bool = False) -> None:
    """Write the ready rows of a report, canonical, in the format of the file's name."""
    examined = report.examined
    write_parts(
        (examined.canonical_rows(rows) for rows in _by_span(examined, examined.ready_rows)),
        report.n_ready,
        path,
        escape_formulas=escape_formulas,
    )


def write_held(report: Report, path: Path, *, escape_formulas: bool = True) -> None:
    """Write the held rows of a report as they came; a workbook is one for fixing them."""
    if path.suffix.lower() == ".xlsx":
        report.to_excel(path)
        return
    examined = report.examined
    held = np.flatnonzero(examined.is_held)
    write_parts(
        (examined.came(rows) for rows in _by_span(examined, held)),
        len(held),
        path,
        escape_formulas=escape_formulas,
    )


def _by_span(examined: Examined, rows: Rows) -> Iterator[Rows]:
    """Cut rows, so that those of each part of a large file are together."""
    for span in examined.spans:
        first, last = np.searchsorted(rows, [span.start, span.stop])
        yield rows[first:last]
