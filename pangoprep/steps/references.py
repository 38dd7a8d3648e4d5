"""What rows of one entity say of another: whose order, membership, address or photo this is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import whole
from pangoprep.columns.types import Mask, Rows
from pangoprep.entities import Entity
from pangoprep.entities.entity_references import (
    CUSTOMER,
    Reference,
    keys_by_type,
    name_of,
    references_of,
)
from pangoprep.entities.item_columns import list_fields
from pangoprep.findings import Block, OtherRows, rules
from pangoprep.steps.as_pandas import to_pandas
from pangoprep.steps.items import by_number, objects_of
from pangoprep.steps.keys import Keys, join_keys, keys_of

IsKnown = Callable[[Reference, Sequence[pa.Array]], Mask]
# Where the values of some fields lie: of which object type, and which fields.
_Place = tuple[str, tuple[str, ...]]


def nobody_known(_: Reference, values: Sequence[pa.Array]) -> Mask:
    """Mark no record: nothing was sent before."""
    return np.zeros(len(values[0]), dtype=bool)


@dataclass(eq=False)
class Records:
    """The records of frames that were checked, which rows of others may name.

    Parameters
    ----------
    references
        What the rows of each entity name, by `name_of` it.
    is_known
        Marks the records that were sent before, by what a row says of them.
    indexes
        The labels of the rows of each frame, by its name.
    unchecked
        The object types whose records are not all here yet: nothing is said of who names them.
    """

    references: Mapping[str, list[tuple[Reference, ...]]] = field(default_factory=dict)
    is_known: IsKnown = nobody_known
    indexes: dict[str, pd.Index] = field(default_factory=dict)
    unchecked: frozenset[str] = frozenset()
    _ready: dict[_Place, list[Keys]] = field(default_factory=dict)
    _held: dict[_Place, list[Keys]] = field(default_factory=dict)
    _held_rows: dict[_Place, list[tuple[str, Rows]]] = field(default_factory=dict)

    @classmethod
    def of(cls, entities: Iterable[type[Entity]], is_known: IsKnown = nobody_known) -> Self:
        """Make room for the records of these entities."""
        every = list(entities)
        keys = keys_by_type(every)
        return cls({name_of(entity): references_of(entity, keys) for entity in every}, is_known)

    def asked_of(self, object_type: str) -> list[tuple[str, ...]]:
        """Return the fields by which records of an object type are named."""
        every = [one for groups in self.references.values() for group in groups for one in group]
        return list(dict.fromkeys(r.named_by for r in every if r.object_type == object_type))

    def add(
        self,
        label: str,
        object_type: str,
        canonical: pd.DataFrame,
        is_held: Mask,
        index: pd.Index,
        start: int = 0,
    ) -> None:
        """Add the records of a validated frame, which is called so and has this index.

        A superseded row counts as ready: another row with its key is sent. The rows may be a part
        of the frame's, from the position ``start``.
        """
        self.indexes[label] = index
        for named_by in self.asked_of(object_type):
            if all(name in canonical for name in named_by):
                place = object_type, named_by
                keys = keys_of([canonical[name] for name in named_by], len(canonical))
                self._ready.setdefault(place, []).append(keys.take(~is_held))
                self._held.setdefault(place, []).append(keys.take(is_held))
                self._held_rows.setdefault(place, []).append(
                    (label, np.flatnonzero(is_held) + start)
                )

    def before(self, unchecked: Iterable[str] = ()) -> Self:
        """Return the same records, to which others can be added; of some types nothing is said."""

        def copied(lists: Mapping[_Place, list]) -> dict[_Place, list]:  # type: ignore[type-arg]
            return {place: [*some] for place, some in lists.items()}

        return replace(
            self,
            indexes=dict(self.indexes),
            unchecked=frozenset(unchecked),
            _ready=copied(self._ready),
            _held=copied(self._held),
            _held_rows=copied(self._held_rows),
        )

    def are_ready(self, reference: Reference, asked: Keys) -> Mask:
        """Mark the records of which a row is sent."""
        place = reference.object_type, reference.named_by
        marked: Mask = asked.find(join_keys(self._ready.get(place, []))) >= 0
        return marked

    def find_held(self, reference: Reference, asked: Keys) -> tuple[Mask, OtherRows]:
        """Mark the records of which a row is held; with the first row of each."""
        place = reference.object_type, reference.named_by
        places = asked.find(join_keys(self._held.get(place, [])))
        found = places >= 0
        parts = self._held_rows.get(place, [])
        frames = [label for label, _ in parts]
        rows = np.concatenate([np.empty(0, np.int64), *(rows for _, rows in parts)])
        which = np.repeat(np.arange(len(parts)), [len(rows) for _, rows in parts])
        others = OtherRows(rows, tuple(frames), which if len(parts) > 1 else None)
        return found, others.take(places[found])


def known_records(ids: Mapping[str, Iterable[object]]) -> IsKnown:
    """Mark the records whose ids are among these, by object type."""
    known = {name: pa.array([str(one) for one in some], TEXT) for name, some in ids.items()}
    keys = keys_by_type(())

    def among(reference: Reference, values: Sequence[pa.Array]) -> Mask:
        told = known.get(reference.object_type)
        if told is None or len(values) > 1:
            return nobody_known(reference, values)
        if reference.named_by != keys.get(reference.object_type, reference.named_by):
            return nobody_known(reference, values)  # an email or a phone number is no id
        return _among(values[0], told)

    return among


def check_references(
    canonical: pd.DataFrame, entity: type[Entity], records: Records
) -> list[Block]:
    """Find rows that name a record that is held, or not known at all.

    A row that names none is the business of the requirements.
    """
    blocks: list[Block] = []
    for group in records.references.get(name_of(entity), ()):
        if group[0].object_type in records.unchecked:
            continue
        own = group[0].fields[0].partition(".")[0]
        in_cells = own in list_fields(entity) and own in canonical
        if in_cells and not any(str(name).startswith(f"{own}.") for name in canonical):
            blocks += _check_in_cells(canonical[own], own, group, records)
        else:
            blocks += _check_group(canonical, group, records)
    return blocks


def _check_in_cells(
    cells: pd.Series, own: str, group: Sequence[Reference], records: Records
) -> Iterator[Block]:
    """Check what objects in cells name; findings say which object of its row it is."""
    objects, rows, numbers = objects_of(whole(pa.array(cells)))
    columns = {f"{own}.{one.name}": to_pandas(objects.field(one.name)) for one in objects.type}
    for block in _check_group(pd.DataFrame(columns), group, records):
        inner = replace(block, field=block.field.removeprefix(f"{own}."))
        yield from by_number(inner, own, rows, numbers)


def _check_group(
    canonical: pd.DataFrame, group: Sequence[Reference], records: Records
) -> Iterator[Block]:
    left = np.ones(len(canonical), dtype=bool)
    for reference in group:
        if any(name not in canonical for name in reference.fields):
            continue
        columns = [canonical[name] for name in reference.fields]
        keys = keys_of(columns, len(canonical))
        asked = left & keys.complete
        left &= ~asked
        rows = np.flatnonzero(asked)
        rows = rows[~records.are_ready(reference, keys.take(rows))]
        held, others = records.find_held(reference, keys.take(rows))
        yield _block("held", reference, rows[held], others)
        rows = rows[~held]
        if len(rows):
            values = [_texts(column.iloc[rows]) for column in columns]
            rows = rows[~records.is_known(reference, values)]
        yield _block("unknown", reference, rows)


def _texts(values: pd.Series) -> pa.Array:
    array = pa.array(values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays([pa.array([], array.type), *array.chunks])
    return array.cast(TEXT)


def _among(values: pa.Array, known: pa.Array) -> Mask:
    marked: Mask = pc.is_in(values, known.drop_null()).to_numpy(zero_copy_only=False)
    return marked


def _block(kind: str, reference: Reference, rows: Rows, others: OtherRows | None = None) -> Block:
    of_customer = reference.object_type == CUSTOMER
    rule = _RULES[kind, of_customer]
    detail = "" if of_customer else reference.object_type
    severity = rules()[rule].severity
    return Block(rule, reference.fields[0], severity, rows, detail=detail, others=others)


_RULES = {
    ("held", True): "reference.customer_held",
    ("held", False): "reference.record_held",
    ("unknown", True): "reference.unknown_customer",
    ("unknown", False): "reference.unknown_record",
}
