"""``validate`` and ``clean``: checking a file of any size, and writing what is ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pangoprep.commands.output import HELD, READY, as_json, note, note_fixes, say
from pangoprep.errors import HeldError, OptionError
from pangoprep.large.outputs import write_held, write_ready
from pangoprep.large.request import FileRequest
from pangoprep.large.writing import check_name
from pangoprep.matching.recipes import fixes_beside
from pangoprep.reading.pieces import SOURCE
from pangoprep.report import Report
from pangoprep.report.thresholds import check_fail_on, share_of

_PAGES = (".html", ".json", ".md", ".xlsx")


def validate_file(
    request: FileRequest,
    out: Path | None,
    recipe_out: Path | None,
    *,
    max_held: str | None = None,
    fail_on: Sequence[str] = (),
    json: bool,
) -> int:
    """Check a file and say what was found.

    Without ``max_held`` and ``fail_on`` every held row counts; with one of them, it alone does.
    """
    if max_held is not None:
        share_of("--max-held", max_held)
    check_fail_on(fail_on)
    if out is not None and out.suffix.lower() not in _PAGES:
        raise OptionError(f"{out.name!r} cannot be written; end it in {', '.join(_PAGES)}.")
    report = request.report()
    if out is not None:
        _write_report(report, out)
    if recipe_out is not None:
        recipe = report.recipe(request.source or "")
        note_fixes(recipe.save_personal_fixes(fixes_beside(recipe_out)))
        recipe.save(recipe_out)
    _say_outcome(report, json=json)
    for path in filter(None, (out, recipe_out)):
        note(f"Written: {path}")
    if max_held is None and not fail_on:
        return HELD if report.n_held else READY
    try:
        report.raise_if(max_held=max_held, fail_on=fail_on)
    except HeldError as error:
        note(f"Error: {error}")
        return HELD
    return READY


def clean_file(
    request: FileRequest,
    out: Path,
    held: Path | None,
    *,
    escape_formulas: bool | None = None,
    json: bool,
) -> int:
    """Write the ready rows of a file, canonical; and the held ones, as they came.

    Formulas in CSV are escaped in the held rows, which people open, and not in the ready ones,
    which programs read; ``escape_formulas`` says otherwise for both.
    """
    check_name(out)
    check_name(held)
    report = request.report()
    write_ready(report, out, escape_formulas=bool(escape_formulas))
    if held is not None:
        write_held(report, held, escape_formulas=escape_formulas is not False)
    _say_outcome(report, json=json)
    for path in filter(None, (out, held)):
        note(f"Written: {path}")
    return HELD if report.n_held else READY


def _write_report(report: Report, out: Path) -> None:
    write: dict[str, Callable[..., Any]] = {
        ".html": report.to_html,
        ".json": report.to_json,
        ".md": report.to_markdown,
        ".xlsx": report.to_excel,
    }
    write[out.suffix.lower()](out)


def notes_of(report: Report) -> list[str]:
    """What reading the file had to say."""
    notes: list[str] = report.examined.attrs.get(SOURCE, {}).get("notes", [])
    return notes


def _say_outcome(report: Report, *, json: bool) -> None:
    for line in notes_of(report):
        note(f"Note: {line}")
    if json:
        as_json(
            {
                "entity": report.entity,
                "n_rows": report.n_rows,
                "n_ready": report.n_ready,
                "n_held": report.n_held,
                "n_superseded": report.n_superseded,
                "n_not_records": report.n_not_records,
                "notes": notes_of(report),
                "findings": report.summary().to_dict("records"),
            }
        )
        return
    say(str(report))
    for line in report.mapping.questions:
        say(f"Asked: {line}")
    if report.mapping.unclaimed:
        say(f"Not sent: {', '.join(map(repr, report.mapping.unclaimed))}.")
