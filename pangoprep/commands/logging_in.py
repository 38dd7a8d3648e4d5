"""``login`` and ``id-key``: what has to be secret, asked for or made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pangoprep.commands.taking import end


def login(
    forget: Annotated[bool, typer.Option("--forget", help="Remove what was kept.")] = False,
    api_version: Annotated[
        int, typer.Option(help="Of PangoCDP's API; 2 has a refresh token.", metavar="1|2")
    ] = 1,
) -> None:
    """Keep credentials in the system's keyring.

    They are asked for, never given as arguments.
    """
    from pangoprep.commands.credentials import login as ask

    end(ask(forget=forget, version=api_version))


def id_key(
    path: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
) -> None:
    """Make a key for ids that are hashes of phones or emails; see hash_of in docs/values.md.

    Keep it: without it the same ids cannot be made again.
    """
    from pangoprep.commands.credentials import make_id_key

    end(make_id_key(path))
