"""Checking frames against each other: which comes first, and what was sent before."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from pangoprep.argument_checks import instance_of, path_of
from pangoprep.columns.cell_text import TEXT_DTYPE
from pangoprep.columns.types import Mask
from pangoprep.entities import ENTITIES, Entity
from pangoprep.entities.entity_references import (
    CUSTOMER,
    Reference,
    in_order_of_references,
    refer_to_each_other,
)
from pangoprep.errors import UsageError
from pangoprep.report.report import Report
from pangoprep.sentence import Sentence
from pangoprep.steps.references import IsKnown, Records, known_records

if TYPE_CHECKING:
    from pangoprep.upload import Client


def check_together(
    entities: Mapping[str, type[Entity]],
    examine: Callable[[str, Records], Report],
    is_known: IsKnown,
) -> dict[str, Report]:
    """Check frames against each other; those whose records others name come first.

    Parameters
    ----------
    entities
        The entity of each frame, by its name.
    examine
        Checks a frame against the records there are.
    is_known
        Marks the records that PangoCDP has already.

    Returns
    -------
    dict
        A report per frame, in the order of ``entities``.
    """
    records = Records.of(entities.values(), is_known)
    reports: dict[str, Report] = {}
    for labels in in_order_of_references(entities):
        if refer_to_each_other(labels, entities):
            found = _check_circle(labels, entities, examine, records)
        else:
            found = {label: examine(label, records) for label in labels}
        for label, report in found.items():
            _add(records, label, report)
        reports |= found
    return {label: reports[label] for label in entities}


def _check_circle(
    labels: Sequence[str],
    entities: Mapping[str, type[Entity]],
    examine: Callable[[str, Records], Report],
    records: Records,
) -> dict[str, Report]:
    """Check frames that name each other, until no more rows wait for one that is held."""
    # At first all that is wrong with rows themselves; then who waits for those, and so on.
    known, n_held = records.before({entities[label].object_type for label in labels}), -1
    while True:
        reports = {label: examine(label, known) for label in labels}
        if n_held == (now := sum(report.n_held for report in reports.values())):
            return reports
        n_held = now
        known = records.before()
        for label, report in reports.items():
            _add(known, label, report)


def _add(records: Records, label: str, report: Report) -> None:
    examined = report.examined
    names = {n for fields in records.asked_of(report.entity) for n in fields}
    if names:
        values = examined.canonical_rows(names=sorted(names))
        records.add(label, report.entity, values, examined.is_held, examined.index)


def known_before(
    customers: Iterable[object] = (),
    known: Mapping[str, Iterable[object]] | None = None,
    client: Client | None = None,
    ledger: str | os.PathLike[str] | None = None,
    entities: Collection[type[Entity]] = (),
) -> IsKnown:
    """Mark records whose ids are named here, or that were accepted in earlier sends.

    Whose ``entities`` they are is looked up when it is asked.
    """
    told = {name: _ids(f"known[{name!r}]", ids) for name, ids in _by_type(known).items()}
    told[CUSTOMER] = [*told.get(CUSTOMER, ()), *_ids("customers", customers)]
    if client is not None:
        from pangoprep.upload import Client

        instance_of("client", client, Client, "a pp.Client")
    if ledger is not None:
        path_of("ledger", ledger)
    named = known_records(told)
    if client is None:
        return named

    def among_both(reference: Reference, values: Sequence[pa.Array]) -> Mask:
        own = {entity.object_type: entity for entity in entities}
        entity = own.get(reference.object_type) or ENTITIES.get(reference.object_type)
        marked = named(reference, values)
        if entity is None or reference.named_by != entity.key:
            return marked
        from pangoprep.upload.ledger.accepted_before import was_accepted

        keys = pd.DataFrame(
            {
                name: pd.array(texts.to_pylist(), dtype=TEXT_DTYPE)
                for name, texts in zip(entity.key, values, strict=True)
            }
        )
        return marked | was_accepted(keys, entity, client, ledger)

    return among_both


def _by_type(known: Any) -> Mapping[str, Any]:
    given = {} if known is None else known
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise UsageError('known must be lists of ids by object type: {"store": ["S1", "S2"]}.')
    return given


def _ids(name: str, given: Any) -> list[object]:
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise UsageError(Sentence("{1} must be a list of ids.", name))
    return list(given)
