"""What a normalizer takes and gives.

A normalizer is a function ``normalize(values, context) -> Normalized``: distinct texts of one
column in, canonical values and flags of the same length out. It never raises for a value, does no
I/O, and knows neither clock nor network. Nulls are the canonical form of what cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.normalizers.column import TEXT
from pangoprep.options import Options

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Context:
    """What a normalizer may know beside the values.

    Parameters
    ----------
    options
        The caller's options.
    parameters
        What the field declares for its normalizer.
    counts
        How many rows hold each distinct value.
    offset_hours
        Hours from GMT for each distinct value.
    """

    options: Options
    parameters: Mapping[str, Any]
    counts: np.ndarray[Any, np.dtype[np.int64]]
    offset_hours: np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Flag:
    """A rule that fired for some of the values, with what it suggests for each value."""

    rule: str
    where: Mask
    suggestions: pa.Array | None = None


@dataclass
class Normalized:
    """Canonical values, null where there is none, and what is to be said of them.

    ``years`` holds the year of values that are only a year; ``note`` says how the column as a
    whole was read.
    """

    values: pa.Array
    flags: list[Flag] = field(default_factory=list)
    years: pa.Array | None = None
    note: str = ""

    def flag(self, rule: str, where: Mask, suggestions: pa.Array | None = None) -> None:
        """Add a flag if it fired anywhere."""
        if where.any():
            self.flags.append(Flag(rule, where, suggestions))


Normalizer = Callable[[pa.Array, Context], Normalized]


def as_mask(values: pa.Array) -> Mask:
    """Turn an Arrow boolean array into a NumPy mask; null counts as False."""
    mask: Mask = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return mask


def matches(values: pa.Array, pattern: str) -> Mask:
    r"""Mark the values in which an RE2 pattern occurs; anchor it with ``\A`` and ``\z``."""
    return as_mask(pc.match_substring_regex(values, pattern))


def filled(values: pa.Array) -> Mask:
    """Mark the values that are not null."""
    return as_mask(values.is_valid())


def keep(values: pa.Array, where: Mask) -> pa.Array:
    """Keep the marked values and make the others null."""
    return pc.if_else(pa.array(where), values, pa.scalar(None, values.type))


def choose(where: Mask, yes: Any, no: Any) -> pa.Array:
    """Take ``yes`` where marked and ``no`` elsewhere."""
    return pc.if_else(pa.array(where), yes, no)


def replace(values: pa.Array, pattern: str, replacement: str) -> pa.Array:
    """Replace every match of an RE2 pattern."""
    return pc.replace_substring_regex(values, pattern, replacement)


def put(values: pa.Array, where: Mask, some: pa.Array) -> pa.Array:
    """Put ``some``, one per marked place, into ``values``."""
    return pc.replace_with_mask(values, pa.array(where), some.cast(values.type))


def join(*parts: Any) -> pa.Array:
    """Join texts element by element; a plain string is repeated. Null if any part is null."""
    texts = [pa.scalar(part, TEXT) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar("", TEXT))


def nulls(length: int, kind: pa.DataType = TEXT) -> pa.Array:
    """Return an array of nulls."""
    return pa.nulls(length, kind)
