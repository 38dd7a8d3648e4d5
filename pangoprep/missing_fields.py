"""What an entity needs that no column of a frame is, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pandas as pd

from pangoprep import call_words as how
from pangoprep.entities import Entity
from pangoprep.entities.item_columns import list_of, missing_columns
from pangoprep.entities.rules import AnyOf
from pangoprep.errors import MissingColumnError
from pangoprep.matching.claims import CERTAIN
from pangoprep.matching.mapping import ColumnMap, looks_like_value
from pangoprep.matching.spelling import claims
from pangoprep.sentence import Sentence, all_of, joined


def lacking_fields(entity: type[Entity], known: Collection[str]) -> tuple[str, ...]:
    """Return the fields that every record needs and that are not among the known ones."""
    required = [name for name, facts in entity.fields().items() if facts.required]
    return tuple(name for name in required if name not in known and name != list_of(known, entity))


def refuse_missing(
    frame: pd.DataFrame, entity: type[Entity], sources: Collection[str], found: ColumnMap
) -> None:
    """Stop where every row would be held because a column is not there."""
    missing = [*lacking_fields(entity, sources), *missing_columns(sources, entity)]
    missing += [
        rule.detail
        for rule in entity.rules
        if isinstance(rule, AnyOf)
        and not any(all(name in sources for name in fields) for fields in rule.alternatives)
    ]
    if missing:
        asked: str = joined("", [Sentence(" {1}.", one) for one in found.questions[:3]])
        if any(map(looks_like_value, frame.columns)):
            asked = Sentence(" Some names look like values: does the file have a header row?")
        asked = index_hint(frame, [entity], sources) or asked
        raise MissingColumnError(
            Sentence(
                "{1} needs {2}. {3}{4}{5}",
                entity.object_type,
                joined("; ", missing),
                how.columns_there(_listed(frame.columns)),
                asked
                or Sentence(" Rename the columns that hold them, or give {1}.", how.any_mapping()),
                _constant_hint(missing, entity),
            )
        )


def index_hint(
    frame: pd.DataFrame, entities: Iterable[type[Entity]], taken: Collection[str]
) -> str:
    """Say which levels of the index would be fields, were they columns; empty if none would."""
    found = [
        name
        for name in frame.index.names
        if isinstance(name, str)
        and any(
            claim.confidence >= CERTAIN and claim.field not in taken
            for entity in entities
            for claim in claims(name, entity)[:1]
        )
    ]
    if not found:
        return ""
    names = all_of([repr(name) for name in found])
    if len(found) == 1:
        return Sentence(" {1} is the index: use frame.reset_index().", names)
    return Sentence(" {1} are the index: use frame.reset_index().", names)


def _listed(columns: pd.Index) -> str:
    """Name the columns; a file without a header row has a customer's values for names."""
    if not len(columns):
        return "no columns"
    return ", ".join("•••" if looks_like_value(name) else str(name) for name in columns[:20])


def _constant_hint(missing: Iterable[str], entity: type[Entity]) -> str:
    """Offer to say a text once, where the same one can stand in every row: never a customer's."""
    fields = entity.fields()
    fit = [name for name in missing if name in fields and fields[name].type == "String"]
    fit = [name for name in fit if not fields[name].personal]
    if not fit:
        return ""
    return Sentence(" What is the same in every row is said once: {1}.", how.texts(fit))
