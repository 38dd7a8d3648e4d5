"""What a page can do to rows: each is one step of the workbench."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from pangoprep.errors import UsageError
from pangoprep.matching.mapping import id_sources
from pangoprep.sentence import Sentence
from pangoprep.studio.desk import Desk
from pangoprep.studio.duplicates import rivals_of
from pangoprep.studio.listing import Listing
from pangoprep.studio.messages import Message
from pangoprep.studio.patterns import ANY, by_pattern
from pangoprep.studio.problems import problem_told
from pangoprep.studio.selection import Selection
from pangoprep.workbench import Step

_OPTIONS = (
    "timezone_gmt", "day_first", "decimal_mark", "phone_format", "addresses", "unreadable",
    "duplicates", "gender_codes",
)  # fmt: skip


def _chosen(desk: Desk, selection: Selection, message: Message) -> tuple[Listing, list[str | None]]:
    """Return the problem that is looked at, and its values that are chosen."""
    listing = selection.listing(message)
    values = selection.values(message)
    if not values:
        raise UsageError(desk.words("choose.first"))
    return listing, values


def changes(desk: Desk, selection: Selection, message: Message) -> dict[str | None, str]:
    """Return what the chosen values would become: by a new value, or by text put for other text.

    Raises
    ------
    UsageError
        If nothing is chosen or typed, or it is unclear what stays of a value.
    """
    _, values = _chosen(desk, selection, message)
    if message.has("old"):
        old, new = message.text("old"), message.text("new")
        if not old:
            raise UsageError(desk.words("type.first"))
        named = [value for value in values if value is not None and old in value]
        if not named:
            raise UsageError(desk.words("replace.nothing"))
        return {value: value.replace(old, new) for value in named}
    new = message.text("new").strip()
    if not new:
        raise UsageError(desk.words("type.first"))
    if not new.strip(ANY):
        raise UsageError(desk.words("pattern.unlike", pattern=new))
    if ANY not in new:
        return dict.fromkeys(values, new)
    fixes: dict[str | None, str] = {}
    for pattern, members in selection.patterns(message):
        kept = by_pattern(pattern, new, members)
        if kept is None:
            raise UsageError(desk.words("pattern.unlike", pattern=pattern))
        fixes |= kept
    if len(fixes) < len(values):  # some were chosen one by one
        raise UsageError(desk.words("pattern.none"))
    return fixes


def _fix(desk: Desk, selection: Selection, message: Message) -> Step:
    """Fix values, or put the new one into another field of the rows.

    An empty cell is no value, so the rows that have it are fixed one by one.
    """
    bench, listing = desk.bench, selection.listing(message)
    fixes = changes(desk, selection, message)
    into = message.text("into") if message.has("into") else listing.field
    named = {value: new for value, new in fixes.items() if value is not None}
    if into == listing.field and len(named) == len(fixes):
        return bench.fix(listing.field, named)
    rows = selection.rows(message)
    cells = zip(rows.tolist(), listing.cells_of(rows), strict=True)
    return bench.fix_rows({row: {into: fixes[value]} for row, value in cells})


def _accept(desk: Desk, selection: Selection, message: Message) -> Step:
    listing, values = _chosen(desk, selection, message)
    if message.flag("clusters"):
        fixes = [one.fixes for one in selection.chosen_clusters(message)]
        return desk.bench.fix(
            listing.field, {old: new for one in fixes for old, new in one.items()}
        )
    named = [value for value in values if value is not None]
    return desk.bench.accept(
        listing.rule, listing.field, None if selection.is_whole(message) else named
    )


def _blank(desk: Desk, selection: Selection, message: Message) -> Step:
    listing, values = _chosen(desk, selection, message)
    return desk.bench.blank(listing.field, [value for value in values if value is not None])


def _leave_out(desk: Desk, selection: Selection, message: Message) -> Step:
    """Leave out the rows of what is chosen, or one row that is looked at."""
    report, words = desk.bench.report, desk.words
    if message.has("row"):
        rows, why = [message.number("row")], ""
        if rows[0] < report.n_rows:
            (why,) = report.causes(np.array(rows))
    else:
        listing, _ = _chosen(desk, selection, message)
        rows = selection.rows(message).tolist()
        why = problem_told(report.examined, listing.field, listing.rule, words)
    reason = words("left.out.because", why=why) if why else words("left.out")
    return desk.bench.leave_out(rows, reason=reason)


def _take_back(desk: Desk, selection: Selection, message: Message) -> Step:
    """Take rows back that were left out: one, or all."""
    if message.has("row"):
        return desk.bench.take_back([message.number("row")])
    rows = np.flatnonzero(desk.bench.report.examined.is_left_out)
    return desk.bench.take_back(rows.tolist())


def _replace(desk: Desk, selection: Selection, message: Message) -> Step:
    """Put one piece of text for another in the chosen values."""
    message.text("old")
    listing = selection.listing(message)
    return desk.bench.fix(
        listing.field,
        {old: new for old, new in changes(desk, selection, message).items() if old is not None},
    )


def _fix_rows(desk: Desk, selection: Selection, message: Message) -> Step:
    row, field = message.number("row"), message.text("field")
    return desk.bench.fix_rows({row: {field: message.text("new")}})


def _map(desk: Desk, selection: Selection, message: Message) -> Step:
    columns = desk.bench.report.examined.columns
    place = message.number("column")
    if place >= len(columns):
        raise UsageError(desk.words("list.changed"))
    return desk.bench.map(columns[place], message.text("field"))


def _set(desk: Desk, selection: Selection, message: Message) -> Step:
    name = message.text("name")
    if name not in _OPTIONS:
        raise UsageError(Sentence("The studio does not know the option {1!r}.", name[:40]))
    return desk.bench.set(**{name: message.value("new")})


def _constants(desk: Desk, selection: Selection, message: Message) -> Step:
    """Add a value to every row; without a value, add it no more."""
    new = message.text("new") if message.has("new") else None
    return desk.bench.constants(**{message.text("field"): new})


def _make(desk: Desk, selection: Selection, message: Message) -> Step:
    """Make an id, where a row has none, of what tells the person."""
    field, report = message.text("field"), desk.bench.report.examined
    sources = id_sources(field, {*report.sources, *report.values.by_field})
    if not sources:
        raise UsageError(desk.words("list.changed"))
    return desk.bench.constants(**{field: {"from": sources}})


def _win(desk: Desk, selection: Selection, message: Message) -> Step:
    """Send this row of its key: the others are left out."""
    row = message.number("row")
    rivals = rivals_of(row, desk.bench.report.examined.blocks)
    return desk.bench.leave_out(rivals.tolist(), reason=desk.words("left.out.rival"))


ACTIONS: Mapping[str, Callable[[Desk, Selection, Message], Step]] = {
    "fix": _fix,
    "accept": _accept,
    "blank": _blank,
    "leave_out": _leave_out,
    "take_back": _take_back,
    "replace": _replace,
    "fix_rows": _fix_rows,
    "map": _map,
    "set": _set,
    "constants": _constants,
    "make": _make,
    "win": _win,
}
