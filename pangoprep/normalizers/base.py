"""What a normalizer takes and gives.

A normalizer is a function ``normalize(values, context) -> Normalized``: distinct texts of one
column in, canonical values and flags of the same length out. It never raises for a value, does no
I/O, and knows neither clock nor network. Nulls are the canonical form of what cannot be read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Places, whole
from pangoprep.columns.types import Mask, Values
from pangoprep.memory import POOL
from pangoprep.options import Options

_SLICE = 524_288  # values: of smaller ones, compiling the patterns anew for each shows


class Evidence(Protocol):
    """What the cells of a column prove of how it is read, in counts: that of its parts adds up."""

    def __add__(self, other: Self, /) -> Self:
        """Put together what two parts prove."""

    def without(self, other: Self, /) -> Self | None:
        """Take away what a part of these cells proves; None if its counts do not tell."""

    def decide(self, options: Options) -> Hashable:
        """Say how the column is read; parts of which this differs are read differently."""


Proof = TypeVar("Proof", bound=Evidence)


def with_others(own: Evidence, others: Evidence | None) -> Evidence:
    """Put what some cells prove together with what others do, if there are any."""
    return own if others is None else own + others


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
    elsewhere
        What the other parts of the column prove, where these values are not all of it.
    whole
        What all of the column proves, where that is known: these values are among it.
    """

    options: Options
    parameters: Mapping[str, Any]
    counts: np.ndarray[Any, np.dtype[np.int64]]
    offset_hours: np.ndarray[Any, np.dtype[np.int64]]
    elsewhere: Evidence | None = None
    whole: Evidence | None = None

    def proved(self, own: Proof) -> Proof:
        """Say what all of the column proves, of which these values prove ``own``."""
        if isinstance(self.whole, type(own)):
            return self.whole
        return own + self.elsewhere if isinstance(self.elsewhere, type(own)) else own

    def only(self, where: Mask | slice) -> Context:
        """Return the context of the marked values."""
        counts, hours = self.counts[where], self.offset_hours[where]
        return dataclasses.replace(self, counts=counts, offset_hours=hours)


@dataclass(frozen=True)
class Flag:
    """A rule that fired for the values at some places, ascending, with a suggestion for each."""

    rule: str
    places: Places
    suggestions: pa.Array | None = None


@dataclass
class Normalized:
    """Canonical values, null where there is none, and what is to be said of them.

    ``years`` holds the year of values that are only a year; ``evidence`` is what the values prove
    of how their column is read; ``absolute`` marks instants that are the same in every time zone.
    Those of a long column are in pieces.
    """

    values: pa.Array | pa.ChunkedArray
    flags: list[Flag] = field(default_factory=list)
    years: pa.Array | pa.ChunkedArray | None = None
    evidence: Evidence | None = None
    absolute: Mask | None = None

    def take_over(self, part: Normalized, places: Mask) -> None:
        """Put in what was made of the values at the marked places."""
        self.values = put(self.values, places, part.values)
        self.take_flags(part, np.flatnonzero(places))

    def take_flags(self, part: Normalized, places: Places) -> None:
        """Add the flags of a part that stands at these places."""
        self.flags += [
            Flag(flag.rule, places[flag.places], flag.suggestions) for flag in part.flags
        ]

    def flag(self, rule: str, where: Mask, suggestions: pa.Array | None = None) -> None:
        """Add a flag if it fired anywhere; ``suggestions`` is as long as the values."""
        if where.any():
            chosen = None if suggestions is None else pick(suggestions, where)
            self.flags.append(Flag(rule, np.flatnonzero(where), chosen))


@dataclass(frozen=True)
class Normalizer:
    """How one kind of value is made canonical, cheapest way first.

    Parameters
    ----------
    normalize
        Reads every value.
    is_canonical
        Marks values that are canonical already and of which nothing is to be said; they are not
        read. It may miss some. Nearly all values of a good column are of this kind.
    unescape
        Undoes the escapes a text was carried in, and marks where it did: rule ``cell.escaped``.
    by_value
        Whether each value is read without regard to the others, so that they can be read a slice
        at a time. If not, ``normalize`` takes the whole column, in pieces or not.
    options
        The options that it looks at.
    """

    normalize: Callable[[pa.Array, Context], Normalized]
    is_canonical: Callable[[pa.Array, Context], Mask] | None = None
    unescape: Callable[[Values], tuple[Values, Mask]] | None = None
    by_value: bool = True
    options: tuple[str, ...] = ()

    def __call__(self, values: pa.Array | pa.ChunkedArray, context: Context) -> Normalized:
        """Normalize distinct texts; the result is aligned with them."""
        if not self.by_value:
            return self._normalize(values, context)
        return joined([self._read(some, context.only(at)) for some, at in in_slices(values)])

    def _read(self, values: pa.Array, context: Context) -> Normalized:
        if self.is_canonical is None:
            return self._normalize(values, context)
        left = filled(values) & ~self.is_canonical(values, context)
        result = Normalized(values)
        if left.any():
            read = self._normalize(pick(values, left), context.only(left))
            result.take_over(read, left)
        return result

    def _normalize(self, values: Values, context: Context) -> Normalized:
        if self.unescape is None:
            return self.normalize(values, context)
        plain, escaped = self.unescape(values)
        result = self.normalize(plain, context)
        for flag in result.flags:
            if flag.rule == "cell.escaped":
                escaped[flag.places] = False
        result.flag("cell.escaped", escaped)
        return result


def in_slices(values: pa.Array | pa.ChunkedArray) -> Iterator[tuple[pa.Array, slice]]:
    """Cut a long column into slices, each with its place; what is made of one stays small."""
    for start in range(0, max(len(values), 1), _SLICE):
        yield whole(values.slice(start, _SLICE)), slice(start, start + _SLICE)


def joined(parts: Sequence[Normalized]) -> Normalized:
    """Put together what was made of the slices of one column; its values stay in pieces."""
    if len(parts) == 1:
        return parts[0]
    result = Normalized(pa.chunked_array([part.values for part in parts]))
    if any(part.years is not None for part in parts):
        result.years = pa.chunked_array([part.years for part in parts])
    if (marks := [part.absolute for part in parts if part.absolute is not None]) and parts:
        result.absolute = np.concatenate(marks)
    start = 0
    for part in parts:
        result.take_flags(part, np.arange(start, start + len(part.values)))
        start += len(part.values)
    return result


def as_mask(values: pa.Array) -> Mask:
    """Turn an Arrow boolean array into a NumPy mask; null counts as False."""
    if values.null_count:
        values = pc.fill_null(values, False)
    mask: Mask = values.to_numpy(zero_copy_only=False)
    return mask


def matches(values: pa.Array, pattern: str) -> Mask:
    r"""Mark the values in which an RE2 pattern occurs; anchor it with ``\A`` and ``\z``."""
    return as_mask(pc.match_substring_regex(values, pattern, memory_pool=POOL))


def among(values: pa.Array, where: Mask, pattern: str) -> Mask:
    """Mark those of the marked values in which an RE2 pattern occurs, looking at no other."""
    if where.all():
        return matches(values, pattern)
    found = where.copy()
    if found.any():
        found[where] = matches(pick(values, where), pattern)
    return found


def starts(values: pa.Array, beginning: str) -> Mask:
    """Mark the values that begin so."""
    return as_mask(pc.starts_with(values, beginning))


def ends(values: pa.Array, end: str) -> Mask:
    """Mark the values that end so."""
    return as_mask(pc.ends_with(values, end))


def filled(values: pa.Array) -> Mask:
    """Mark the values that are not null."""
    if not values.null_count:
        return np.ones(len(values), dtype=bool)
    return as_mask(values.is_valid())


def pick(values: pa.Array, where: Mask) -> pa.Array:
    """Return the marked values."""
    return pc.filter(values, pa.array(where), memory_pool=POOL)


def keep(values: pa.Array, where: Mask) -> pa.Array:
    """Keep the marked values and make the others null."""
    if where.all():
        return values
    if values.offset:
        # Before version 24 Arrow read the wrong bytes of a slice here (apache/arrow#49410).
        values = pa.concat_arrays([values, values.slice(0, 0)])
    return pc.if_else(pa.array(where), values, pa.scalar(None, values.type), memory_pool=POOL)


def choose(where: Mask, yes: Any, no: Any) -> pa.Array:
    """Take ``yes`` where marked and ``no`` elsewhere."""
    return pc.if_else(pa.array(where), yes, no, memory_pool=POOL)


def replace(values: pa.Array, pattern: str, replacement: str) -> pa.Array:
    """Replace every match of an RE2 pattern."""
    return pc.replace_substring_regex(values, pattern, replacement, memory_pool=POOL)


def put(values: pa.Array, where: Mask, some: pa.Array) -> pa.Array:
    """Put ``some``, one per marked place, into ``values``."""
    if not len(some):
        return values
    if len(some) == len(values) and isinstance(some, pa.Array):
        return some.cast(values.type)
    return pc.replace_with_mask(values, pa.array(where), some.cast(values.type), memory_pool=POOL)


def change_where(values: pa.Array, where: Mask, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Change the marked values."""
    return put(values, where, change(pick(values, where))) if where.any() else values


def join(*parts: Any) -> pa.Array:
    """Join texts element by element; a plain string is repeated. Null if any part is null."""
    texts = [pa.scalar(part, TEXT) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar("", TEXT), memory_pool=POOL)
