"""Several files, or the sheets of a workbook: each its own entity, checked against the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pangoprep.entities.entity_references import in_order_of_references
from pangoprep.errors import UsageError
from pangoprep.large.request import FileRequest
from pangoprep.report import Report
from pangoprep.sentence import Sentence
from pangoprep.steps.references import Records
from pangoprep.together import check_together, known_before
from pangoprep.upload import Client


def check_requests(
    requests: Sequence[FileRequest], client: Client | None = None, ledger: Path | None = None
) -> dict[str, tuple[FileRequest, Report]]:
    """Check files or sheets, several also against each other; those that others name come first.

    Parameters
    ----------
    requests
        What to check.
    client, ledger
        Whose earlier sends count as records that are there.

    Returns
    -------
    dict
        By name, as findings call them: the entity, or the entity and its sheet.
    """
    if len(requests) == 1:
        report = requests[0].report()
        return {report.entity: (requests[0], report)}
    by_name = named(requests)
    entities = {name: request.planned.entity for name, request in by_name.items()}
    is_known = known_before(client=client, ledger=ledger, entities=entities.values())

    def checked(name: str, records: Records) -> Report:
        return by_name[name].report(records)

    found = check_together(entities, checked, is_known)
    order = [name for names in in_order_of_references(entities) for name in names]
    return {name: (by_name[name], found[name]) for name in order}


def named(requests: Sequence[FileRequest]) -> dict[str, FileRequest]:
    """Give each request the name that findings about it have: its entity's, or its sheet's."""
    every = [_object_type(request) for request in requests]
    names = [
        entity if every.count(entity) == 1 else f"{entity} ({request.reading.get('sheet', number)})"
        for number, (entity, request) in enumerate(zip(every, requests, strict=True))
    ]
    return dict(zip(names, requests, strict=True))


def _object_type(request: FileRequest) -> str:
    """Return what the sheet of a request becomes.

    Raises
    ------
    UsageError
        Naming the sheet that becomes nothing.
    """
    try:
        return request.planned.entity.object_type
    except UsageError as error:
        sheet = request.reading.get("sheet", "")
        raise type(error)(
            Sentence(
                "The sheet {1!r}: {2} Say what it is, --entity '{3}=NAME', or leave it out: "
                "--entity '{3}='.",
                sheet,
                error.args[0],
                sheet,
            )
        ) from None
