"""What rows of one entity say of another: whose membership, address, email or photo this is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.findings import Block, rules

CUSTOMER = "customer-identity"

# The fields that name a customer in a row of another entity, and what they name it by. The first
# that is filled counts.
_NAMED_BY = {"customerId": "customerId", "customerEmail": "email", "customerPhone": "phone"}


@dataclass
class Customers:
    """The customers that rows of other entities may refer to.

    Parameters
    ----------
    is_known
        Marks the ids of customers that were sent before.
    """

    is_known: Callable[[pa.Array], Mask] = field(default=lambda ids: np.zeros(len(ids), dtype=bool))
    _ready: dict[str, list[pa.Array]] = field(default_factory=dict)
    _held: dict[str, list[pa.Array]] = field(default_factory=dict)
    _told: dict[str, list[pa.Array]] = field(default_factory=dict)

    def add(self, label: str, canonical: pd.DataFrame, is_held: Mask) -> None:
        """Add the customers of a validated frame, which is called so.

        A superseded row counts as ready: another row with its key is sent.
        """
        told = _held_rows(label, np.flatnonzero(is_held))
        for name in _NAMED_BY.values():
            if name in canonical:
                values = _texts(canonical[name])
                self._ready.setdefault(name, []).append(values.filter(pa.array(~is_held)))
                self._held.setdefault(name, []).append(values.filter(pa.array(is_held)))
                self._told.setdefault(name, []).append(told)

    def ready(self, name: str) -> pa.Array:
        """The values of a field in rows that are sent."""
        return pa.concat_arrays([pa.array([], TEXT), *self._ready.get(name, [])])

    def held(self, name: str) -> pa.Array:
        """The values of a field in rows that are held."""
        return pa.concat_arrays([pa.array([], TEXT), *self._held.get(name, [])])

    def told(self, name: str) -> pa.Array:
        """What to say of those rows."""
        return pa.concat_arrays([pa.array([], TEXT), *self._told.get(name, [])])


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
    for name, named_by in _NAMED_BY.items():
        if name not in canonical:
            continue
        values = _texts(canonical[name])
        asked = left & values.is_valid().to_numpy(zero_copy_only=False)
        left &= ~asked
        open_ = asked & ~_among(values, customers.ready(named_by))
        places = pc.index_in(values, customers.held(named_by)).to_numpy(zero_copy_only=False)
        held = np.flatnonzero(open_ & ~np.isnan(places.astype("float64")))
        told = customers.told(named_by).take(pa.array(places[held].astype("int64")))
        blocks.append(_block("reference.customer_held", name, held, told))
        open_[held] = False
        if named_by == "customerId":
            open_[open_] = ~customers.is_known(values.filter(pa.array(open_)))
        blocks.append(_block("reference.unknown_customer", name, np.flatnonzero(open_)))
    return blocks


def _texts(values: pd.Series) -> pa.Array:
    array = pa.array(values, type=TEXT, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays([pa.array([], TEXT), *array.chunks])
    return array


def _among(values: pa.Array, known: pa.Array) -> Mask:
    marked: Mask = pc.is_in(values, known.drop_null()).to_numpy(zero_copy_only=False)
    return marked


def _held_rows(label: str, rows: np.ndarray[Any, Any]) -> pa.Array:
    return pc.binary_join_element_wise(
        pa.scalar(f"{label} row", TEXT), pa.array(rows).cast(TEXT), pa.scalar("is held", TEXT),
        pa.scalar(" ", TEXT),
    )  # fmt: skip


def _block(
    rule: str, name: str, rows: np.ndarray[Any, Any], suggestions: pa.Array | None = None
) -> Block:
    return Block(rule, name, rules()[rule].severity, rows, suggestions)
