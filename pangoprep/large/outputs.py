"""What is ready and what is held, as files: of one frame or of a file in parts."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from pangoprep.columns.cell_text import TEXT_DTYPE
from pangoprep.columns.types import Rows
from pangoprep.language import language
from pangoprep.report import Report
from pangoprep.report.bundle import Bundle
from pangoprep.steps.examined import Examined
from pangoprep.upload import Result
from pangoprep.writing.formats import labels, write_parts, write_sheets


def write_ready(report: Report, path: Path, *, escape_formulas: bool = False) -> None:
    """Write the ready rows of a report, canonical, in the format of the file's name."""
    write_parts(_ready(report), report.n_ready, path, escape_formulas=escape_formulas)


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


def write_ready_of_each(
    reports: Mapping[str, Report], path: Path, *, escape_formulas: bool = False
) -> list[Path]:
    """Write the ready rows of reports: of several one workbook with a sheet for each, or files.

    Returns
    -------
    list of Path
        What was written, in the order of the reports.
    """
    if len(reports) > 1 and path.suffix.lower() == ".xlsx":
        write_sheets({n: (one.n_ready, _ready(one)) for n, one in reports.items()}, path)
        return [path]
    files = _file_of_each(reports, path)
    for name, report in reports.items():
        write_ready(report, files[name], escape_formulas=escape_formulas)
    return list(files.values())


def write_held_of_each(
    reports: Mapping[str, Report], path: Path, *, escape_formulas: bool = True
) -> list[Path]:
    """Write the held rows of reports: of several one workbook for fixing them, or files."""
    if len(reports) > 1 and path.suffix.lower() == ".xlsx":
        Bundle(reports).to_excel(path)
        return [path]
    files = _file_of_each(reports, path)
    for name, report in reports.items():
        write_held(report, files[name], escape_formulas=escape_formulas)
    return list(files.values())


def write_states(
    sent: Sequence[tuple[Result, Report]],
    path: Path,
    lang: str,
    *,
    reveal: bool,
    escape_formulas: bool,
) -> None:
    """Write the state of every row of what was sent, as the person who sent it reads it.

    Rows have the numbers of their file; of several results each line says its entity.

    Parameters
    ----------
    sent
        Results, each with the report that was sent.
    path
        Where, in the format of its name.
    lang
        The language of headings, states and reasons.
    reveal
        Whether keys are written as they are; else masked.
    escape_formulas
        In CSV, escape what a sheet would calculate.
    """
    words = language(lang)

    def heading(name: str) -> str:
        return words.named("heading", name)

    def frames() -> Iterator[pd.DataFrame]:
        for result, report in sent:
            of_entity = {heading("entity"): report.entity} if len(sent) > 1 else {}
            for part in result.rows_parts():
                rows = part["row"].to_numpy()
                keys = report.examined.keys(reveal=True, rows=rows) if reveal else None
                columns = {
                    "row": labels(part["index"]),
                    "key": part["key"] if keys is None else TEXT_DTYPE.__from_arrow__(keys),
                    "state": part["state"].map(lambda state: words.named("state", state)),
                    "reason": part["reason"],
                }
                named = {heading(name): column for name, column in columns.items()}
                yield pd.DataFrame(of_entity | named, index=part.index)

    n_rows = sum(report.n_rows for _, report in sent)
    write_parts(frames(), n_rows, path, escape_formulas=escape_formulas)


def _file_of_each(reports: Mapping[str, Report], path: Path) -> dict[str, Path]:
    """Put the names of reports behind that of a file, as every system takes them.

    Names that some system writes alike ("a<b" and "a>b", "KH" and "kh") get a number.
    """
    if len(reports) == 1:
        return dict.fromkeys(reports, path)
    files: dict[str, Path] = {}
    taken: set[str] = set()
    for name in reports:
        safe = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", unicodedata.normalize("NFC", name))
        tries = itertools.chain([safe], (f"{safe}-{number}" for number in itertools.count(2)))
        free = next(one for one in tries if one.casefold() not in taken)
        taken.add(free.casefold())
        files[name] = path.with_stem(f"{path.stem}-{free}")
    return files


def _ready(report: Report) -> Iterator[pd.DataFrame]:
    examined = report.examined
    return (examined.canonical_rows(rows) for rows in _by_span(examined, examined.ready_rows))


def _by_span(examined: Examined, rows: Rows) -> Iterator[Rows]:
    """Cut rows, so that those of each part of a large file are together."""
    for span in examined.spans:
        first, last = np.searchsorted(rows, [span.start, span.stop])
        yield rows[first:last]
