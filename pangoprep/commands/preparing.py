"""``validate`` and ``clean``: checking a file of any size, and writing what is ready."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pangoprep.commands.output import HELD, READY, as_json, note, say, table
from pangoprep.errors import OptionError
from pangoprep.large.parts import Checked, check
from pangoprep.large.request import FileRequest
from pangoprep.large.writing import Writer, check_name, write_frame
from pangoprep.report import Report

_PAGES = (".html", ".json", ".md", ".xlsx")


def validate_file(
    request: FileRequest, out: Path | None, recipe_out: Path | None, *, json: bool
) -> int:
    """Check a file and say what was found."""
    if out is not None and out.suffix.lower() not in _PAGES:
        raise OptionError(f"{out.name!r} cannot be written; end it in {', '.join(_PAGES)}.")
    checked = check(request)
    if out is not None:
        if checked.report is None:
            raise OptionError(
                f"The file has {checked.totals.n_rows:,} rows, too many for a report of its own. "
                "Use --json for the counts, and pangoprep clean --held for the rows."
            )
        _write_report(checked.report, out)
    if recipe_out is not None:
        _save_recipe(checked, recipe_out)
    _say_totals(checked, json=json)
    for path in filter(None, (out, recipe_out)):
        note(f"Written: {path}")
    return HELD if checked.totals.n_held else READY


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
    escape_held = escape_formulas is not False
    check_name(out)
    check_name(held)
    checked = check(request)
    if checked.report is not None:
        write_frame(checked.report.ready, out, escape_formulas=bool(escape_formulas))
        if held is not None:
            _write_held(checked.report, held, escape_held)
    else:
        check_name(out, in_parts=True)
        check_name(held, in_parts=True)
        with ExitStack() as stack:
            ready_rows = stack.enter_context(Writer(out, escape_formulas=bool(escape_formulas)))
            held_rows = None
            if held is not None:
                held_rows = stack.enter_context(Writer(held, escape_formulas=escape_held))
            for part in checked.reports("writing"):
                ready_rows.add(part.ready)
                if held_rows is not None:
                    held_rows.add(part.held)
    _say_totals(checked, json=json)
    for path in filter(None, (out, held)):
        note(f"Written: {path}")
    return HELD if checked.totals.n_held else READY


def _write_held(report: Report, path: Path, escape_formulas: bool) -> None:
    if path.suffix.lower() == ".xlsx":
        report.to_excel(path)
    else:
        write_frame(report.held, path, escape_formulas=escape_formulas)


def _write_report(report: Report, out: Path) -> None:
    write: dict[str, Callable[..., Any]] = {
        ".html": report.to_html,
        ".json": report.to_json,
        ".md": report.to_markdown,
        ".xlsx": report.to_excel,
    }
    write[out.suffix.lower()](out)


def _save_recipe(checked: Checked, path: Path) -> None:
    request = checked.request
    report = checked.report or request.report(next(request.frames()))
    report.recipe(request.source or "").save(path)


def _say_totals(checked: Checked, *, json: bool) -> None:
    totals, report = checked.totals, checked.report
    for line in totals.notes:
        note(f"Note: {line}")
    if json:
        as_json(totals.as_json())
    elif report is not None:
        say(str(report))
        for line in report.mapping.questions:
            say(f"Asked: {line}")
        if report.mapping.unclaimed:
            say(f"Not sent: {', '.join(map(repr, report.mapping.unclaimed))}.")
    else:
        say(
            f"{totals.n_ready:,} of {totals.n_rows:,} rows are ready for {totals.entity}; "
            f"{totals.n_held:,} are held, {totals.n_superseded:,} superseded.\n"
        )
        shown = totals.summary()
        shown["share"] = (shown["share"] * 100).map("{:.1f} %".format)
        say(table(shown))
