"""``unfold``: long rows of a wide file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pangoprep.commands.arguments import FILE, READING, Json, entity_names
from pangoprep.commands.output import note
from pangoprep.commands.taking import given, takes
from pangoprep.sentence import Sentence


@takes(FILE, READING)
def unfold(
    context: typer.Context,
    entity: Annotated[
        str,
        typer.Option(
            help="What the rows are to be, such as customer-identity-address.",
            metavar="NAME",
            autocompletion=entity_names,
        ),
    ],
    out: Annotated[Path, typer.Option(help="The long rows: csv, parquet, jsonl or xlsx.")],
    each: Annotated[
        list[str] | None,
        typer.Option(
            help="What the rows of each group say, in their order: addressType=Live,Work. "
            "Repeatable.",
            metavar="FIELD=VALUES",
        ),
    ] = None,
    shared: Annotated[
        list[str] | None,
        typer.Option(
            help="A column without a number whose cells every row needs. Repeatable.",
            metavar="COLUMN",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Make long rows of a wide file: one of each group of numbered columns.

    Columns such as 'Address1', 'Address2' or 'Email (2)' hold several records of one customer.
    """
    from pangoprep.commands.output import as_json, say, words
    from pangoprep.declarations import entity as open_entity
    from pangoprep.large.request import FileRequest
    from pangoprep.large.whole_files import whole_of
    from pangoprep.matching.unfolding import unfold as unfold_frame
    from pangoprep.writing.formats import check_name, write_frame
    from pangoprep.writing.targets import check_targets

    check_name(out)
    check_targets([out], [context.params["file"]])
    reading = given(**{name: context.params.get(name) for name in READING})
    frame = whole_of(FileRequest(path=context.params["file"], reading=reading))
    said = dict(text.partition("=")[::2] for text in each or [])
    groups = {name: [value.strip() for value in values.split(",")] for name, values in said.items()}
    rows = unfold_frame(frame, open_entity(entity), groups, shared or [])
    write_frame(rows, out)
    if json:
        as_json({"n_rows": len(frame), "n_long": len(rows), "columns": list(rows.columns)})
        return
    say(words()("unfold.made", n=len(rows), entity=entity, of=len(frame)))
    note(Sentence("Written: {1}", out))
