"""``entity write``, ``entity from``: declarations of entities, for people who write no Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pangoprep.commands.arguments import entity_names
from pangoprep.sentence import Sentence

if TYPE_CHECKING:
    from pangoprep.declarations import Declaration

app = typer.Typer(
    help="Write the declaration of an entity, to edit and to give as --entity.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Out = Annotated[
    Path | None, typer.Option(help="Write it there, .toml or .py, and not on the screen.")
]
Python = Annotated[bool, typer.Option("--python", help="As Python code, not TOML.")]


@app.command("write")
def write_entity(
    name: Annotated[
        str,
        typer.Argument(help="Such as order, or shop.py:Cart.", autocompletion=entity_names),
    ],
    out: Out = None,
    python: Python = False,
) -> None:
    """Write the declaration of an entity that is there, as an example or to change it."""
    from pangoprep.declarations import Declaration, entity

    _write(Declaration(entity(name)), out, python=python)


@app.command("from")
def entity_from_payload(
    payload: Annotated[Path, typer.Argument(help="A JSON file: a record, a list, or a body.")],
    out: Out = None,
    object_type: Annotated[
        str | None, typer.Option(help="Such as shopping-cart; else the payload says it.")
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(help="A field that makes the key. Repeatable.", metavar="FIELD"),
    ] = None,
    python: Python = False,
) -> None:
    """Make a declaration of a sample payload, as "Copy Payload" of PangoCDP's screen gives one.

    No value of the payload is written. What it does not tell stands in comments.
    """
    from pangoprep.declarations.payloads import entity_from

    _write(entity_from(payload, object_type, key=key or None), out, python=python)


def _write(declaration: Declaration, out: Path | None, *, python: bool) -> None:
    from pangoprep.commands.output import note, say

    if out is None:
        say((declaration.to_python() if python else declaration.to_toml()).rstrip("\n"))
    else:
        declaration.save(out.with_suffix(".py") if python else out)
        note(Sentence("Written: {1}", out.with_suffix(".py") if python else out))
    for name, told in declaration.notes.items():
        note(Sentence("Look at {1}: {2}", name, told) if name else told)
