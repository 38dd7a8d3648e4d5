"""Rules between the fields of one record, declared by the entities.

A rule sees canonical values and says, row by row, whether the record passes. A rule that needs a
value which is not there passes: a missing value is the business of the requirements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow as pa_arrow
import pyarrow.compute as pc

from pangoprep.findings import rules
from pangoprep.sentence import all_of

_HOUR_MS = 3_600_000


class RowRule(Protocol):
    """What every rule between fields offers."""

    @property
    def rule(self) -> str:
        """The id in the report."""

    @property
    def field(self) -> str:
        """The field a finding points to."""

    @property
    def detail(self) -> str:
        """The fields concerned, in words."""

    def passes(self, frame: pd.DataFrame) -> pd.Series:
        """One boolean per row of the canonical frame."""


@dataclass(frozen=True)
class AnyOf:
    """At least one alternative is filled; an alternative is one or more fields together."""

    alternatives: tuple[tuple[str, ...], ...]
    rule = "required.any_of"

    @property
    def field(self) -> str:
        """The first field of the first alternative."""
        return self.alternatives[0][0]

    @property
    def detail(self) -> str:
        """The alternatives, such as ``fullName, or firstName and lastName``."""
        return all_of([all_of(fields) for fields in self.alternatives], ", or ", ", or ")

    def passes(self, frame: pd.DataFrame) -> pd.Series:
        """Whether an alternative is filled."""
        good = np.zeros(len(frame), dtype=bool)
        for fields in self.alternatives:
            if all(name in frame for name in fields):
                good |= np.logical_and.reduce([frame[name].notna().to_numpy() for name in fields])
        return pd.Series(good, index=frame.index)


@dataclass(frozen=True)
class InOrder:
    """The first timestamp is not after the second."""

    first: str
    second: str
    rule = "order.reversed"

    @property
    def field(self) -> str:
        """The later field."""
        return self.second

    @property
    def detail(self) -> str:
        """The two fields, in the order wanted."""
        return f"{self.first} ≤ {self.second}"

    def passes(self, frame: pd.DataFrame) -> pd.Series:
        """Whether the two are in order, or one is missing."""
        if self.first not in frame or self.second not in frame:
            return _all_pass(frame)
        return (frame[self.first] <= frame[self.second]).fillna(True).astype(bool)


@dataclass(frozen=True)
class SameBirth:
    """``yob`` or ``dob2`` tells the same birth as ``dob``, on the record's own calendar."""

    other: str

    @property
    def rule(self) -> str:
        """``yob.disagrees`` or ``dob2.disagrees``."""
        return f"{self.other}.disagrees"

    @property
    def field(self) -> str:
        """The field that repeats the birth date."""
        return self.other

    @property
    def detail(self) -> str:
        """The two fields."""
        return all_of([self.other, "dob"])

    def passes(self, frame: pd.DataFrame) -> pd.Series:
        """Whether the two agree, or one is missing."""
        if "dob" not in frame or self.other not in frame:
            return _all_pass(frame)
        both = (frame["dob"].notna() & frame[self.other].notna()).to_numpy(dtype=bool)
        good = np.ones(len(frame), dtype=bool)
        names = [name for name in ("dob", self.other, "timezoneGmt") if name in frame]
        some = frame[names][both]  # rows with both are few
        local_ms = some["dob"].to_numpy("int64")
        if "timezoneGmt" in some:
            local_ms = local_ms + some["timezoneGmt"].to_numpy("int64", na_value=0) * _HOUR_MS
        days = local_ms.astype("datetime64[ms]").astype("datetime64[D]")
        if self.other == "yob":
            years = days.astype("datetime64[Y]").astype("int64") + 1970
            good[both] = years == some["yob"].to_numpy("int64")
        else:
            good[both] = days.astype(str) == some[self.other].to_numpy(dtype=object)
        return pd.Series(good, index=frame.index)


@dataclass(frozen=True)
class Expected:
    """A field is filled; a record without it is sent, with a warning."""

    name: str
    rule = "required.expected"

    @property
    def field(self) -> str:
        """The field."""
        return self.name

    @property
    def detail(self) -> str:
        """The field."""
        return self.name

    def passes(self, frame: pd.DataFrame) -> pd.Series:
        """Whether it is filled; where there is no such column nobody can know."""
        return frame[self.name].notna() if self.name in frame else _all_pass(frame)


@dataclass(frozen=True)
class TotalOfItems:
    """A total is the sum over the items of price times quantity; else a warning.

    ``price4Sale`` counts where every item has one, ``price`` otherwise, or either.
    """

    total: str
    items: str
    rule = "items.total"

    @property
    def field(self) -> str:
        """The total."""
        return self.total

    @property
    def detail(self) -> str:
        """The two fields."""
        return all_of([self.total, self.items])

    def passes(self, frame: pd.DataFrame) -> pd.Series:
        """Whether it is, or something is missing."""
        if self.total not in frame or self.items not in frame:
            return _all_pass(frame)
        lists = pa_arrow.array(frame[self.items])
        lists = lists.combine_chunks() if isinstance(lists, pa_arrow.ChunkedArray) else lists
        inner = lists.flatten()
        names = [one.name for one in inner.type]
        if "quantity" not in names:
            return _all_pass(frame)
        counts = pc.fill_null(pc.list_value_length(lists), 0).to_numpy()
        of_row = np.repeat(np.arange(len(frame)), counts)
        quantity = _floats(inner.field(names.index("quantity")))
        total = _floats(pa_arrow.array(frame[self.total]))
        good = np.isnan(total)
        for name in ("price4Sale", "price"):
            if name in names:
                cost = _floats(inner.field(names.index(name))) * quantity
                summed = np.bincount(of_row, cost, minlength=len(frame))
                # Sums that cannot be told are no reason to warn.
                good |= np.isnan(summed) | np.isclose(summed, total, rtol=1e-9, atol=0.005)
        return pd.Series(good | (counts == 0), index=frame.index)


def _floats(values: Any) -> np.ndarray[Any, Any]:
    numbers: np.ndarray[Any, Any] = values.cast(pa_arrow.float64()).to_numpy(zero_copy_only=False)
    return numbers


def as_check(rule: RowRule) -> Any:
    """Turn a rule into a Pandera check of the whole frame."""
    # Without ignore_na=False Pandera leaves out every row that has a null anywhere.
    only_warns = rules()[rule.rule].severity != "error"
    return pa.Check(
        rule.passes, name=rule.rule, error=rule.detail, ignore_na=False, raise_warning=only_warns
    )


def _all_pass(frame: pd.DataFrame) -> pd.Series:
    return pd.Series(True, index=frame.index)
