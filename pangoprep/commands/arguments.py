"""The arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pangoprep.commands.request import Request

File = Annotated[str, typer.Argument(help="A file, a folder of same-shaped files, or a glob.")]
Recipe = Annotated[
    Path | None, typer.Option(help="A recipe (TOML): mapping, options, fixes, source.")
]
Entity = Annotated[
    str | None, typer.Option(help="Such as customer-identity; else told from the columns.")
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", help="COLUMN=FIELD; repeatable. COLUMN= leaves it out."),
]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook, by name.")]
Header = Annotated[int | None, typer.Option(help="Row with the headers, from 1; 0: there is none.")]
Encoding = Annotated[str | None, typer.Option(help="Such as cp1258; or the font tcvn3 or vni.")]
Delimiter = Annotated[str | None, typer.Option(help="Of delimited text; else found.")]
Timezone = Annotated[
    int | None, typer.Option("--timezone-gmt", help="Hours from GMT of the file's dates [7].")
]
Unreadable = Annotated[
    str | None, typer.Option(help="hold: keep rows with unreadable cells back; or blank.")
]
Duplicates = Annotated[
    str | None, typer.Option(help="Of rows with one key send the last, the first, or hold all.")
]
PhoneFormat = Annotated[str | None, typer.Option(help="national or e164.")]
Parts = Annotated[
    int | None, typer.Option("--rows-at-once", help="Larger files are taken in such parts.")
]
ToSandbox = Annotated[
    bool, typer.Option("--sandbox", help="Send to a PangoCDP on this machine, for practice.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be sent, and how long it takes.")
]
EverySheet = Annotated[
    bool, typer.Option("--every-sheet", help="Send all sheets, each as its own entity.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Lang = Annotated[str, typer.Option(help="Language of reports: en or vi.")]
Ledger = Annotated[
    Path | None, typer.Option(help="Where runs are remembered; else the user's data directory.")
]


_READING = ("sheet", "header", "encoding", "delimiter")
_OPTIONS = ("timezone_gmt", "unreadable", "duplicates", "phone_format")


def take(context: typer.Context) -> Request:
    """Put together which file a command was given, and how it becomes an entity."""
    from pangoprep.commands.request import Request, pairs

    asked = context.params
    return Request(
        path=asked["file"],
        entity=asked.get("entity"),
        recipe=asked.get("recipe"),
        mapping=pairs(asked.get("mapping") or [], "--map"),
        reading=given(**{name: asked.get(name) for name in _READING}),
        options=given(**{name: asked.get(name) for name in _OPTIONS}),
        rows_at_once=asked.get("rows_at_once"),
    )


def given(**options: Any) -> dict[str, Any]:
    """Leave out the options that were not given."""
    return {name: value for name, value in options.items() if value is not None}


def end(code: int) -> None:
    """End the command with an exit code."""
    if code:
        raise typer.Exit(code)
