"""Which columns are fields of items, in a file that has one row per item."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from pangoprep.entities.item_columns import item_column, list_fields, list_of
from pangoprep.matching.claims import CERTAIN, NAME, Claim
from pangoprep.matching.contents import Cells
from pangoprep.matching.spelling import certain_claim
from pangoprep.matching.weighing import weigh

if TYPE_CHECKING:
    from pangoprep.entities import Entity

_LEAST = 2  # columns that show by their headers that rows are items


def claim_items(
    found: dict[Any, list[Claim]],
    cells: Mapping[Any, Cells],
    entity: type[Entity],
    spoken_of: Collection[Any],
    taken: Mapping[str, Any],
) -> dict[str, list[Any]]:
    """Return the columns that are fields of items, by names such as ``items.price``.

    Columns called so are, and those the caller maps so. Headers of items alone say it where no
    column is the list itself, and they have all that an item must have. What a column may be of
    the record, it is.

    Parameters
    ----------
    found
        The claims of each column; those that are about items are put in.
    cells
        What columns hold.
    entity
        The entity.
    spoken_of
        Columns that the caller spoke of.
    taken
        The fields of the record that have a column, and those the caller mapped.
    """
    columns = {*taken.values(), *spoken_of}
    lists = list_fields(entity)
    named = list_of([*taken, *map(str, cells)], entity)
    for name in [named] if named else [name for name in lists if name not in taken]:
        item = lists[name].item
        own: dict[str, list[tuple[Any, Claim]]] = {}
        for column, held in cells.items():
            if column in columns:
                continue
            claim = _claim(column, held, name, item, entity)
            if claim is not None:
                own.setdefault(claim.field, []).append((column, claim))
        known = {*own, *(field for field in taken if field.startswith(f"{name}."))}
        needed = {f"{name}.{one}" for one, facts in item.fields().items() if facts.required}
        if not named and (len(known) < _LEAST or not needed <= known):
            continue
        claimed = {}
        for field, claims in own.items():
            best = min(claim.rank for _, claim in claims)
            claimed[field] = [column for column, claim in claims if claim.rank == best]
            for column, claim in claims:
                found[column] = [claim, *found[column]]
        return {field: some for field, some in claimed.items() if field not in taken}
    return {}


def _claim(
    column: str, held: Cells, name: str, item: type[Entity], entity: type[Entity]
) -> Claim | None:
    if column.startswith(f"{name}.") and item_column(column, entity) is not None:
        return Claim(column, 1.0, 0, (NAME,))
    claim = certain_claim(column, item)
    if claim is None:
        return None
    if len(held):
        weighed = weigh([claim], held, item.fields(), is_part_of_name=False)
        claim = weighed[0] if weighed and weighed[0].confidence >= CERTAIN else None
    return claim and claim._replace(field=f"{name}.{claim.field}")
