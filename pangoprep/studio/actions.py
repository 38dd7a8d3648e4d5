"""What a page can do to rows: each is one step of the workbench."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pangoprep.errors import UsageError
from pangoprep.studio.duplicates import rivals_of
from pangoprep.studio.listing import Listing
from pangoprep.studio.messages import Message

if TYPE_CHECKING:
    from pangoprep.studio.session import Session

_OPTIONS = (
    "timezone_gmt", "day_first", "decimal_mark", "phone_format", "unreadable", "duplicates",
    "gender_codes",
)  # fmt: skip


def _chosen(session: Session, message: Message) -> tuple[Listing, list[str | None]]:
    """Return the problem that is looked at, and its values that are chosen."""
    listing = session.fixing.listing(message)
    values = listing.texts(session.fixing.places(message).tolist())
    if not values:
        raise UsageError(session.words("choose.first"))
    return listing, values


def _fix(session: Session, message: Message) -> Any:
    listing, values = _chosen(session, message)
    new = message.text("new").strip()
    if not new:
        raise UsageError(session.words("type.first"))
    return _fixed(session, message, listing, dict.fromkeys(values, new))


def _fixed(
    session: Session, message: Message, listing: Listing, fixes: Mapping[str | None, str]
) -> Any:
    """Fix values; an empty cell is no value, so the rows that have it are fixed one by one."""
    bench = session.bench
    named = {value: new for value, new in fixes.items() if value is not None}
    if len(named) == len(fixes):
        return bench.fix(listing.field, named)
    rows = listing.rows_at(session.fixing.places(message).tolist())
    new = next(iter(fixes.values()))
    return bench.fix_rows({int(row): {listing.field: new} for row in rows})


def _accept(session: Session, message: Message) -> Any:
    listing, values = _chosen(session, message)
    named = [value for value in values if value is not None]
    return session.bench.accept(listing.rule, listing.field, named)


def _blank(session: Session, message: Message) -> Any:
    listing, values = _chosen(session, message)
    return session.bench.blank(listing.field, [value for value in values if value is not None])


def _leave_out(session: Session, message: Message) -> Any:
    _chosen(session, message)
    rows = session.fixing.rows(message)
    return session.bench.leave_out(rows.tolist(), reason=session.words("left.out"))


def _replace(session: Session, message: Message) -> Any:
    """Put one piece of text for another in the chosen values."""
    listing, values = _chosen(session, message)
    old, new = message.text("old"), message.text("new")
    if not old:
        raise UsageError(session.words("type.first"))
    named = [value for value in values if value is not None and old in value]
    if not named:
        raise UsageError(session.words("replace.nothing"))
    return session.bench.fix(listing.field, {value: value.replace(old, new) for value in named})


def _fix_rows(session: Session, message: Message) -> Any:
    row, field = message.number("row"), message.text("field")
    return session.bench.fix_rows({row: {field: message.text("new")}})


def _map(session: Session, message: Message) -> Any:
    columns = session.bench.report.examined.columns
    place = message.number("column")
    if place >= len(columns):
        raise UsageError(session.words("list.changed"))
    return session.bench.map(columns[place], message.text("field"))


def _set(session: Session, message: Message) -> Any:
    name = message.text("name")
    if name not in _OPTIONS:
        raise UsageError(f"The studio does not know the option {name[:40]!r}.")
    return session.bench.set(**{name: message.value("new")})


def _constants(session: Session, message: Message) -> Any:
    return session.bench.constants(**{message.text("field"): message.text("new")})


def _win(session: Session, message: Message) -> Any:
    """Send this row of its key: the others are left out."""
    row = message.number("row")
    rivals = rivals_of(row, session.bench.report.examined.blocks)
    return session.bench.leave_out(rivals.tolist(), reason=session.words("left.out.rival"))


ACTIONS: Mapping[str, Callable[[Session, Message], Any]] = {
    "fix": _fix,
    "accept": _accept,
    "blank": _blank,
    "leave_out": _leave_out,
    "replace": _replace,
    "fix_rows": _fix_rows,
    "map": _map,
    "set": _set,
    "constants": _constants,
    "win": _win,
}
