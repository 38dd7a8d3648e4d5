"""The arguments that several commands share; `taking` gives them to commands and reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from pangoprep.version import VERSION


def _one_of(*choices: str) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        return [choice for choice in choices if choice.startswith(incomplete)]

    return complete


def entity_names(incomplete: str) -> list[str]:
    """Complete the name of an entity."""
    from pangoprep.entities import ENTITIES

    return [name for name in ENTITIES if name.startswith(incomplete)]


def run_ids(incomplete: str) -> list[str]:
    """Complete a run of the user's ledger, the latest first."""
    from pangoprep.upload import runs
    from pangoprep.upload.machine.data_directory import ledger_path

    known = runs(practice=True)["run_id"] if ledger_path(None).exists() else []
    return [run_id for run_id in known if run_id.startswith(incomplete)]


File = Annotated[str, typer.Argument(help="A file, a folder of same-shaped files, or a glob.")]
RunId = Annotated[
    str,
    typer.Argument(help="The run, as 'pangoprep runs' lists it.", autocompletion=run_ids),
]
Recipe = Annotated[
    Path | None, typer.Option(help="A recipe (TOML): mapping, options, fixes, source.")
]
Fixes = Annotated[
    Path | None, typer.Option(help="A fixes file: what was fixed before is fixed again.")
]
Entity = Annotated[
    list[str] | None,
    typer.Option(
        help="Such as customer-identity, cart.toml or shop.py:Cart; else told from the columns. "
        "With --every-sheet, SHEET=NAME says it of one sheet; SHEET= leaves it out. Repeatable.",
        metavar="NAME",
        autocompletion=entity_names,
    ),
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", help="Repeatable; COLUMN= leaves it out.", metavar="COLUMN=FIELD"),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="Repeatable: CRM, '{Số nhà}, {Đường}', '{from = [\"phone\"]}'; see docs/values.md.",
        metavar="FIELD=VALUE",
    ),
]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook.", metavar="NAME")]
Items = Annotated[
    str | None,
    typer.Option(help="The items of the rows, such as lines of orders: a file.", metavar="FILE"),
]
ItemsSheet = Annotated[
    str | None,
    typer.Option(
        help="The sheet of the items; of the same workbook, or of --items.", metavar="NAME"
    ),
]
Header = Annotated[
    int | None,
    typer.Option(help="Row with the headers, from 1; 0: there is none.", metavar="ROW"),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        help="Such as cp1258; or the font tcvn3 or vni. Else it is found.",
        metavar="NAME",
        autocompletion=_one_of("utf-8", "utf-16", "cp1258", "cp1252", "tcvn3", "vni"),
    ),
]
Delimiter = Annotated[
    str | None, typer.Option(help="Of delimited text; else it is found.", metavar="CHARACTER")
]
Timezone = Annotated[
    int | None,
    typer.Option(
        "--timezone-gmt", help="Hours from GMT of the file's dates; else 7.", metavar="HOURS"
    ),
]
Unreadable = Annotated[
    str | None,
    typer.Option(
        help="Rows with unreadable cells: hold them back, or blank the cells.",
        metavar="hold|blank",
        autocompletion=_one_of("hold", "blank"),
    ),
]
Duplicates = Annotated[
    str | None,
    typer.Option(
        help="Of rows with one key: send the last or the first, or hold all.",
        metavar="last|first|hold",
        autocompletion=_one_of("last", "first", "hold"),
    ),
]
PhoneFormat = Annotated[
    str | None,
    typer.Option(
        help="0912345678 or +84912345678.",
        metavar="national|e164",
        autocompletion=_one_of("national", "e164"),
    ),
]
Addresses = Annotated[
    str | None,
    typer.Option(
        help="2025: write provinces and wards by the map of today where that is certain.",
        metavar="suggest|2025",
        autocompletion=_one_of("suggest", "2025"),
    ),
]
Parts = Annotated[
    int | None,
    typer.Option(
        "--rows-at-once",
        help="Take a file of more rows in parts; else one of more than 256 MiB of text.",
        metavar="ROWS",
    ),
]
ToSandbox = Annotated[
    bool, typer.Option("--sandbox", help="Send to a PangoCDP on this machine, for practice.")
]
SandboxPath = Annotated[
    Path | None,
    typer.Option(
        help="The same with a PangoCDP kept in this file: it knows next month what it has today."
    ),
]
Reveal = Annotated[
    bool, typer.Option("--reveal", help="In --out, keys as they are; else they are masked.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be sent, and how long it takes.")
]
EverySheet = Annotated[
    bool, typer.Option("--every-sheet", help="All sheets, each as its own entity.")
]
ResolveUnknown = Annotated[
    str | None,
    typer.Option(
        help="Rows sent before without an answer, for which an event may have fired; else: keep.",
        metavar="keep|resend",
        autocompletion=_one_of("keep", "resend"),
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Lang = Annotated[
    str | None,
    typer.Option(help="Language of reports.", metavar="en|vi", autocompletion=_one_of("en", "vi")),
]
Ledger = Annotated[
    Path | None, typer.Option(help="Where runs are remembered; else the user's data directory.")
]
Practice = Annotated[bool, typer.Option("--practice", help="List the sandbox's runs, too.")]
ReportFiles = Annotated[
    list[Path] | None,
    typer.Option(help="Report: html, json, md, or xlsx; may be given again.", metavar="FILE"),
]
States = Annotated[
    Path | None, typer.Option(help="Write the state of every row: csv, parquet, jsonl or xlsx.")
]


MaxHeld = Annotated[
    str | None, typer.Option(help="Rows that may be held: 5%, or 0.05.", metavar="SHARE")
]
FailOn = Annotated[
    list[str] | None,
    typer.Option(help="A rule or severity that may not occur. Repeatable.", metavar="RULE"),
]


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"pangoprep {VERSION}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", help="Say the version.", callback=_say_version, is_eager=True),
]
EscapeFormulas = Annotated[
    bool | None,
    typer.Option(
        "--escape-formulas/--keep-formulas",
        help="In CSV, put ' before cells that a sheet would calculate. Else: in held rows and row "
        "states, which people open; not in ready rows.",
        show_default=False,
    ),
]


#: What several commands take, by name. They find it in their context: see `taking.take`.
FILE: dict[str, Any] = {"file": File}
READING: dict[str, Any] = {
    "sheet": Sheet, "header": Header, "encoding": Encoding, "delimiter": Delimiter,
}  # fmt: skip
MATCHING: dict[str, Any] = {"entity": Entity, "recipe": Recipe, "mapping": Map, "values": Set}
CELLS: dict[str, Any] = {
    "timezone_gmt": Timezone, "unreadable": Unreadable, "duplicates": Duplicates,
    "phone_format": PhoneFormat, "addresses": Addresses,
}  # fmt: skip
FIXES: dict[str, Any] = {"fixes": Fixes}
ITEMS: dict[str, Any] = {"items": Items, "items_sheet": ItemsSheet}
PARTS: dict[str, Any] = {"rows_at_once": Parts}
REPORTS: dict[str, Any] = {"lang": Lang}
