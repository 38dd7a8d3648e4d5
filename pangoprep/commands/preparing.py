"""``validate`` and ``clean``: checking a file of any size, and writing what is ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pangoprep.commands.output import HELD, READY, as_json, note, note_fixes, say, tell
from pangoprep.commands.sheets import check_and_note, notes_of
from pangoprep.errors import HeldError, OptionError
from pangoprep.large.outputs import write_held_of_each, write_ready_of_each
from pangoprep.large.request import FileRequest
from pangoprep.matching.recipes import fixes_beside
from pangoprep.private_files import placed_together
from pangoprep.report import Report
from pangoprep.report.bundle import Bundle
from pangoprep.report.thresholds import check_fail_on, share_of
from pangoprep.sentence import Sentence
from pangoprep.writing.formats import check_name
from pangoprep.writing.targets import check_recipe, check_targets

_PAGES = (".html", ".json", ".md", ".xlsx")


def validate_file(
    requests: Sequence[FileRequest],
    out: Sequence[Path],
    recipe_out: Path | None,
    *,
    max_held: str | None = None,
    fail_on: Sequence[str] = (),
    json: bool,
) -> int:
    """Check a file, or the sheets of one, and say what was found.

    Without ``max_held`` and ``fail_on`` every held row counts; with one of them, it alone does.
    """
    if max_held is not None:
        share_of("max_held", max_held)
    check_fail_on(fail_on)
    for path in out:
        if path.suffix.lower() not in _PAGES:
            raise OptionError(
                Sentence("{1!r} cannot be written; end it in {2}.", path.name, ", ".join(_PAGES))
            )
    check_targets(out, [one for request in requests for one in request.sources])
    check_targets([*out, recipe_out])
    if recipe_out is not None:
        check_recipe(recipe_out, requests[0].recipe)
    if recipe_out is not None and len(requests) > 1:
        raise OptionError(
            "A recipe is of one entity. Leave out --save-recipe, or --every-sheet and name one "
            "sheet: --sheet NAME."
        )
    reports = {name: report for name, (_, report) in check_and_note(requests).items()}
    (report, *others) = reports.values()
    told = Bundle(reports) if others else report
    with placed_together():
        for path in out:
            _write_report(told, path)
        if recipe_out is not None:
            recipe = report.recipe(requests[0].source or "")
            note_fixes(recipe.save_personal_fixes(fixes_beside(recipe_out)))
            recipe.save(recipe_out)
    _say_outcome(told, json=json)
    for path in filter(None, (*out, recipe_out)):
        note(Sentence("Written: {1}", path))
    if max_held is None and not fail_on:
        return HELD if told.n_held else READY
    try:
        told.raise_if(max_held=max_held, fail_on=fail_on)
    except HeldError as error:
        note(Sentence("Error: {1}", error))
        return HELD
    return READY


def clean_file(
    requests: Sequence[FileRequest],
    out: Path,
    held: Path | None,
    *,
    escape_formulas: bool | None = None,
    json: bool,
) -> int:
    """Write the ready rows of a file, or the sheets of one, canonical; and the held, as they came.

    Formulas in CSV are escaped in the held rows, which people open, and not in the ready ones,
    which programs read; ``escape_formulas`` says otherwise for both.
    """
    check_name(out)
    check_name(held)
    check_targets([out, held], [one for request in requests for one in request.sources])
    reports = {name: report for name, (_, report) in check_and_note(requests).items()}
    (report, *others) = reports.values()
    told = Bundle(reports) if others else report
    with placed_together():
        written = write_ready_of_each(reports, out, escape_formulas=bool(escape_formulas))
        if held is not None:
            is_escaped = escape_formulas is not False
            written += write_held_of_each(reports, held, escape_formulas=is_escaped)
    _say_outcome(told, json=json)
    for path in written:
        note(Sentence("Written: {1}", path))
    return HELD if told.n_held else READY


def _write_report(report: Report | Bundle, out: Path) -> None:
    write: dict[str, Callable[..., Any]] = {
        ".html": report.to_html,
        ".json": report.to_json,
        ".md": report.to_markdown,
        ".xlsx": report.to_excel,
    }
    write[out.suffix.lower()](out)


def _say_outcome(report: Report | Bundle, *, json: bool) -> None:
    reports = report if isinstance(report, Bundle) else {"": report}
    if json:
        told = {name: _as_json(one) for name, one in reports.items()}
        as_json(told if isinstance(report, Bundle) else told[""])
        return
    say(str(report))
    for name, one in reports.items():
        where = Sentence("{1}: ", name) if name else ""
        for line in one.mapping.questions:
            tell(where + Sentence("Asked: {1}", line))
        if one.mapping.unclaimed:
            names = ", ".join(map(repr, one.mapping.unclaimed))
            tell(where + Sentence("Not sent: {1}.", names))


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "entity": report.entity,
        "n_rows": report.n_rows,
        "n_ready": report.n_ready,
        "n_held": report.n_held,
        "n_superseded": report.n_superseded,
        "n_not_records": report.n_not_records,
        "n_left_out": report.n_left_out,
        "notes": notes_of(report),
        "findings": report.summary().to_dict("records"),
    }
