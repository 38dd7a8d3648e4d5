"""What rows of one entity say of another: whose membership, address, email or photo this is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask, Rows
from pangoprep.findings import Block, OtherRows, rules
from pangoprep.steps.keys import Keys, join_keys, keys_of

CUSTOMER = "customer-identity"

#: The fields that name a customer in a row of another entity, and what they name it by. The first
#: that is filled counts.
NAMED_BY = {"customerId": "customerId", "customerEmail": "email", "customerPhone": "phone"}


@dataclass(eq=False)
class Customers:
    """The customers that rows of other entities may refer to.

    Parameters
    ----------
    is_known
        Marks the ids of customers that were sent before.
    indexes
        The labels of the rows of each frame of customers, by its name.
    """

    is_known: Callable[[pa.Array], Mask] = field(default=lambda ids: np.zeros(len(ids), dtype=bool))
    indexes: dict[str, pd.Index] = field(default_factory=dict)
    _ready: dict[str, list[Keys]] = field(default_factory=dict)
    _held: dict[str, list[Keys]] = field(default_factory=dict)
    _held_rows: dict[str, list[tuple[str, Rows]]] = field(default_factory=dict)

    def add(
        self,
        label: str,
        canonical: pd.DataFrame,
        is_held: Mask,
        index: pd.Index,
        start: int = 0,
    ) -> None:
        """Add the customers of a validated frame, which is called so and has this index.

        A superseded row counts as ready: another row with its key is sent. The rows may be a part
        of the frame's, from the position ``start``.
        """
        self.indexes[label] = index
        for name in NAMED_BY.values():
            if name in canonical:
                keys = keys_of([canonical[name]], len(canonical))
                self._ready.setdefault(name, []).append(keys.take(~is_held))
                self._held.setdefault(name, []).append(keys.take(is_held))
                self._held_rows.setdefault(name, []).append(
                    (label, np.flatnonzero(is_held) + start)
                )

    def are_ready(self, name: str, asked: Keys) -> Mask:
        """Mark the values of a field that a row that is sent has."""
        marked: Mask = asked.find(join_keys(self._ready.get(name, []))) >= 0
        return marked

    def find_held(self, name: str, asked: Keys) -> tuple[Mask, OtherRows]:
        """Mark the values of a field that a row that is held has; with the first row of each."""
        places = asked.find(join_keys(self._held.get(name, [])))
        found = places >= 0
        parts = self._held_rows.get(name, [])
        frames = [label for label, _ in parts]
        rows = np.concatenate([np.empty(0, np.int64), *(rows for _, rows in parts)])
        which = np.repeat(np.arange(len(parts)), [len(rows) for _, rows in parts])
        others = OtherRows(rows, tuple(frames), which if len(parts) > 1 else None)
        return found, others.take(places[found])


def known_customers(ids: Iterable[object]) -> Callable[[pa.Array], Mask]:
    """Mark the ids that are among these."""
    known = pa.array([str(one) for one in ids], TEXT)
    return lambda asked: _among(asked, known)


def check_references(
    canonical: pd.DataFrame, object_type: str, customers: Customers
) -> list[Block]:
    """Find rows whose customer is held, or is not known at all.

    A row that names no customer is the business of the requirements.
    """
    if object_type == CUSTOMER:
        return []
    blocks = []
    left = np.ones(len(canonical), dtype=bool)
    for name, named_by in NAMED_BY.items():
        if name not in canonical:
            continue
        keys = keys_of([canonical[name]], len(canonical))
        asked = left & keys.complete
        left &= ~asked
        rows = np.flatnonzero(asked)
        rows = rows[~customers.are_ready(named_by, keys.take(rows))]
        held, others = customers.find_held(named_by, keys.take(rows))
        blocks.append(_block("reference.customer_held", name, rows[held], others))
        rows = rows[~held]
        if named_by == "customerId":
            rows = rows[~customers.is_known(_texts(canonical[name].iloc[rows]))]
        blocks.append(_block("reference.unknown_customer", name, rows))
    return blocks


def _texts(values: pd.Series) -> pa.Array:
    array = pa.array(values, type=TEXT, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays([pa.array([], TEXT), *array.chunks])
    return array


def _among(values: pa.Array, known: pa.Array) -> Mask:
    marked: Mask = pc.is_in(values, known.drop_null()).to_numpy(zero_copy_only=False)
    return marked


def _block(rule: str, name: str, rows: Rows, others: OtherRows | None = None) -> Block:
    return Block(rule, name, rules()[rule].severity, rows, others=others)
