"""How commands are given the arguments they share, and what becomes of those."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import typer

from pangoprep.commands.arguments import CELLS, FILE, READING, REPORTS
from pangoprep.sentence import Sentence

if TYPE_CHECKING:
    from pangoprep.large.request import FileRequest

Command = Callable[..., None]


def takes(*groups: dict[str, Any]) -> Callable[[Command], Command]:
    """Give a command the options of some groups beside its own."""
    shared = {name: kind for group in groups for name, kind in group.items()}

    def decorate(command: Command) -> Command:
        own = inspect.signature(command, eval_str=True).parameters

        @functools.wraps(command)
        def call(**given: Any) -> None:
            command(**{name: given[name] for name in own})

        more = {
            name: inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if name in FILE else None,
                annotation=kind,
            )
            for name, kind in shared.items()
        }
        every = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own.values()]
        call.__signature__ = inspect.Signature([*every, *more.values()])  # type: ignore[attr-defined]
        call.__annotations__ = {one.name: one.annotation for one in [*every, *more.values()]}
        return call

    return decorate


def take(context: typer.Context) -> FileRequest:
    """Put together which file a command was given, and how it becomes an entity."""
    from pangoprep.commands.sheets import entities_of
    from pangoprep.large.request import FileRequest
    from pangoprep.matching.written_values import from_texts

    asked = context.params
    entity, of_sheets = entities_of(
        asked.get("entity") or [], every_sheet=bool(asked.get("every_sheet"))
    )
    return FileRequest(
        path=asked["file"],
        entity=entity,
        entity_of_sheet=of_sheets,
        recipe=asked.get("recipe"),
        mapping=pairs(asked.get("mapping") or [], "--map"),
        values=from_texts(asked.get("values") or [], "--set"),
        reading=given(**{name: asked.get(name) for name in READING}),
        options=given(**{name: asked.get(name) for name in CELLS | REPORTS}),
        rows_at_once=asked.get("rows_at_once"),
        items=asked.get("items"),
        items_sheet=asked.get("items_sheet"),
        **given(fixes=asked.get("fixes")),
    )


def given(**options: Any) -> dict[str, Any]:
    """Leave out the options that were not given."""
    return {name: value for name, value in options.items() if value is not None}


def end(code: int) -> None:
    """End the command with an exit code."""
    if code:
        raise typer.Exit(code)


def pairs(given: Sequence[str], what: str) -> dict[str, str]:
    """Read ``COLUMN=FIELD`` as often as it was given.

    Examples
    --------
    >>> pairs(["SĐT=phone", "a=b=email"], "--map")
    {'SĐT': 'phone', 'a=b': 'email'}
    """
    from pangoprep.errors import OptionError

    split = [text.rpartition("=") for text in given]
    if wrong := [text for text, (_, mark, _) in zip(given, split, strict=True) if not mark]:
        raise OptionError(
            Sentence("{1} {2!r} cannot be used; write it as COLUMN=FIELD.", what, wrong[0])
        )
    return {left: right for left, _, right in split}
