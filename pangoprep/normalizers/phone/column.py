"""What a column says of its phone numbers: a landline among mobiles, one number for many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import whole
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import Context, Normalized, Normalizer, as_mask, filled, starts
from pangoprep.normalizers.phone.normalizer import is_canonical, normalize
from pangoprep.normalizers.phone.vietnam import mobile_codes
from pangoprep.options import Options

Hashes = np.ndarray[Any, np.dtype[np.uint64]]

# So many mobile numbers make a landline an exception, and so many of them to each landline.
MIN_MOBILES = 20
MIN_MOBILES_PER_LANDLINE = 20
# So many rows with one number that is easy to type are no accident.
MIN_SHARED = 3
_READ = Normalizer(normalize, is_canonical)


class PhoneColumn(NamedTuple):
    """What a column says of its cells.

    ``landlines`` are ``"usual"``, ``"rare"`` or one ``"alone"``; ``shared`` are the places, in the
    list of easy numbers, of those that stand in many rows.
    """

    landlines: str
    shared: frozenset[int]


@dataclass(frozen=True)
class PhoneEvidence:
    """How many rows hold which kind of number. Parts of a column add up.

    Parameters
    ----------
    n_mobiles, n_landlines
        Rows with a mobile number and with a landline of Vietnam.
    easy
        Rows by number, of numbers that are easy to type: by their places in the list of them, since
        evidence holds no customer's number.
    records
        The same where several rows are one record: hashes of the keys of some records, by number;
        no more than it takes to decide.

    Examples
    --------
    >>> whole = PhoneEvidence(n_mobiles=30) + PhoneEvidence(n_landlines=1, easy={5: 3})
    >>> whole.decide(Options())
    PhoneColumn(landlines='alone', shared=frozenset({5}))
    """

    n_mobiles: int = 0
    n_landlines: int = 0
    easy: Mapping[int, int] = field(default_factory=dict)
    records: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def __add__(self, other: PhoneEvidence) -> PhoneEvidence:
        of_records = (self.records, other.records)
        return PhoneEvidence(
            self.n_mobiles + other.n_mobiles,
            self.n_landlines + other.n_landlines,
            dict(Counter(self.easy) + Counter(other.easy)),
            {
                place: _least(frozenset[int]().union(*(one.get(place, ()) for one in of_records)))
                for place in self.records.keys() | other.records.keys()
            },
        )

    def without(self, other: PhoneEvidence) -> PhoneEvidence | None:
        """Take away what a part of these cells proves; None if it cannot be told from the rest."""
        if self.records:
            return None
        return PhoneEvidence(
            self.n_mobiles - other.n_mobiles,
            self.n_landlines - other.n_landlines,
            dict(Counter(self.easy) - Counter(other.easy)),
        )

    def decide(self, options: Options) -> PhoneColumn:  # noqa: ARG002 - no option decides here
        """Say what is an exception in this column."""
        landlines = "usual"
        if self.n_mobiles >= max(MIN_MOBILES, self.n_landlines * MIN_MOBILES_PER_LANDLINE):
            landlines = "alone" if self.n_landlines == 1 else "rare"
        shared = {place for place, n_rows in self.easy.items() if n_rows >= MIN_SHARED}
        shared |= {place for place, keys in self.records.items() if len(keys) >= MIN_SHARED}
        return PhoneColumn(landlines, frozenset(shared))


def _least(keys: frozenset[int]) -> frozenset[int]:
    """Keep as many keys as it takes to decide, the same ones in whatever order they come."""
    return keys if len(keys) <= MIN_SHARED else frozenset(sorted(keys)[:MIN_SHARED])


def normalize_column(values: pa.Array | pa.ChunkedArray, context: Context) -> Normalized:
    """Read phone numbers, and say what is odd about one only beside the others.

    Rules: ``phone.*``.
    """
    result = _READ(values, context)
    if context.options.phone_region != "VN":
        return result
    lead = "+84" if context.options.phone_format == "e164" else "0"
    home = starts(result.values, lead)
    if lead == "+84":  # of services, which have no zero at home: no mobile number either way
        home &= ~starts(result.values, "+841")
    landline = home & starts(result.values, f"{lead}2")
    easy = whole(pc.index_in(result.values, value_set=_easy_numbers(lead)))
    evidence = PhoneEvidence(
        n_mobiles=int(context.counts[home & ~landline].sum()),
        n_landlines=int(context.counts[landline].sum()),
        easy=_rows_by_place(easy, context),
    )
    result.evidence = evidence
    column = context.proved(evidence).decide(context.options)
    result.flag("phone.lone_landline", _odd_landlines(result, landline, column.landlines))
    if column.shared:
        shared = pa.array(sorted(column.shared), easy.type)
        result.flag("phone.shared_filler", as_mask(pc.is_in(easy, value_set=shared)))
    return result


def count_records(
    evidence: PhoneEvidence, values: pa.Array, keys: Hashes, options: Options
) -> tuple[PhoneEvidence, pa.Array]:
    """Count each record once where several rows are one.

    Parameters
    ----------
    evidence
        What the rows prove, each counted.
    values
        The canonical number of each row.
    keys
        A hash of the key of each row's record.
    options
        How numbers are written.

    Returns
    -------
    evidence, places
        What they prove by records; and of each row the place of its number in the list of easy
        ones, as in `PhoneColumn.shared`.
    """
    lead = "+84" if options.phone_format == "e164" else "0"
    places = whole(pc.index_in(values, value_set=_easy_numbers(lead)))
    where = np.flatnonzero(filled(places))
    records: dict[int, set[int]] = {}
    for place, key in zip(places.drop_null().to_pylist(), keys[where].tolist(), strict=True):
        records.setdefault(place, set()).add(key)
    least = {place: _least(frozenset(some)) for place, some in records.items()}
    return replace(evidence, easy={}, records=least), places


def _odd_landlines(result: Normalized, landline: Mask, landlines: str) -> Mask:
    """Mark a landline that is alone, and rare ones that had to be mended to be landlines."""
    if landlines != "rare":
        return landline & (landlines == "alone")
    mended = np.zeros(len(landline), dtype=bool)
    for flag in result.flags:
        if flag.rule in ("phone.lost_zero", "phone.legacy_area"):
            mended[flag.places] = True
    return landline & mended


def _rows_by_place(easy: pa.Array, context: Context) -> dict[int, int]:
    where = filled(easy)
    places = easy.drop_null().to_numpy()
    totals = np.bincount(places, weights=context.counts[where]).astype(int)
    return {int(place): int(totals[place]) for place in np.flatnonzero(totals)}


@cache
def _easy_numbers(lead: str) -> pa.Array:
    """Mobile numbers typed to get past a form: one digit held down, or two by turns."""
    same = {code + str(d) * (9 - len(code)) for code in mobile_codes() for d in range(10)}
    turns = {(code * 5)[:9] for code in mobile_codes() if len(code) == len("90")}
    return pa.array([lead + number for number in sorted(same | turns)], TEXT)
