"""How a column is written: one `Shape` per way, with its share of the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .dice import Dice, Integers

Cells = Mapping[str, Any]
"""What the writers of one column need: Arrow or numpy arrays, one value per row."""


@dataclass(frozen=True)
class Shape:
    """One way a cell is written.

    Parameters
    ----------
    name
        Short and stable; the README lists it.
    share
        Of all rows. The first shape of a column takes what the others leave.
    note
        For the README: what it is.
    write
        Makes the text of the cells of this shape.
    fate
        What a careful reader makes of the cell: the ``"same"`` value that was meant, nothing
        (``"null"``), or nothing and a row that cannot be sent (``"held"``).
    """

    name: str
    share: float
    note: str
    write: Callable[[Cells, Dice], pa.Array]
    fate: Literal["same", "null", "held"] = "same"


class Column:
    """Which shape each row of a column has."""

    def __init__(self, field: str, shapes: Sequence[Shape], n_rows: int, seed: int) -> None:
        self.field = field
        self.shapes = shapes
        self.seed = seed
        self.kinds: Integers = Dice(seed, f"{field} kinds").allot(
            n_rows, [shape.share for shape in shapes[1:]]
        )

    def dice(self, name: str) -> Dice:
        """Give a stream of draws for one purpose in this column."""
        return Dice(self.seed, f"{self.field} {name}")

    def are(self, *names: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Mark the rows that have one of these shapes."""
        wanted = [kind for kind, shape in enumerate(self.shapes) if shape.name in names]
        return np.isin(self.kinds, wanted)

    def have_fate(self, fate: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Mark the rows whose shape has this fate."""
        return self.are(*(shape.name for shape in self.shapes if shape.fate == fate))

    def write(self, cells: Cells) -> pa.Array:
        """Write every cell in its shape."""
        parts, rows_of_parts = [], []
        for kind, shape in enumerate(self.shapes):
            rows = np.flatnonzero(self.kinds == kind)
            part = shape.write({name: take(array, rows) for name, array in cells.items()},
                               self.dice(shape.name))  # fmt: skip
            parts.append(part.cast(pa.string()))
            rows_of_parts.append(rows)
        order = np.argsort(np.concatenate(rows_of_parts), kind="stable")
        return pa.concat_arrays(parts).take(pa.array(order))


def take(array: Any, rows: Integers) -> Any:
    """Take rows of an Arrow or numpy array."""
    return array.take(pa.array(rows)) if isinstance(array, pa.Array) else array[rows]


def join(*parts: pa.Array | str) -> pa.Array:
    """Join texts row by row."""
    return pc.binary_join_element_wise(*parts, "")


def cut(texts: pa.Array, start: int, stop: int | None = None) -> pa.Array:
    """Take the same letters of every text."""
    return pc.utf8_slice_codeunits(texts, start, stop)


def digits(numbers: Integers, width: int) -> pa.Array:
    """Write numbers with leading zeros."""
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")


def choose(
    dice: Dice, words: Sequence[str], n: int, weights: Sequence[int] | None = None
) -> pa.Array:
    """Draw ``n`` of ``words``."""
    rows = dice.weighted(n, list(weights)) if weights else dice.below(n, len(words))
    return pa.array(list(words), pa.string()).take(pa.array(rows))


def one_of(field: str, words: Sequence[str]) -> Callable[[Cells, Dice], pa.Array]:
    """Write any of ``words``; ``field`` only tells how many rows there are."""
    return lambda cells, dice: choose(dice, words, len(cells[field]))


def blank(field: str) -> Callable[[Cells, Dice], pa.Array]:
    """Leave the cell empty."""
    return lambda cells, _dice: pa.nulls(len(cells[field]), pa.string())
