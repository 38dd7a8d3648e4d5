r"""The written forms of a date, and reading them into parts.

A form is an RE2 pattern over unmarked lower-case text. Its named groups: ``y`` the year; ``a`` and
``b`` the two short numbers of a date whose order is not known, or ``m`` and ``d`` where it is;
``w`` a month in Vietnamese words or digits, ``e`` one in English words; ``H``, ``M``, ``S``, ``f``
the time of day, ``t`` and ``o`` signs beside it; ``p`` the half of the day; ``z`` a written offset.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.types import Mask, Numbers
from pangoprep.normalizers.base import among, as_mask, keep, matches, pick
from pangoprep.normalizers.date.calendar import HOUR_MS, is_real_day
from pangoprep.normalizers.date.usual_order import in_usual_order
from pangoprep.normalizers.date.weekday import falls_on, without_weekday
from pangoprep.normalizers.words import Words
from pangoprep.tables import read_mapping

_FARTHEST_WEST, _FARTHEST_EAST = -12 * HOUR_MS, 14 * HOUR_MS
# An hour alone counts only with a word beside it, see `_certain`.
_CLOCK = (
    r"(?P<H>[0-9]{1,2})(?:(?:[:h]|g| gio )(?P<M>[0-9]{2})(?: ?phut)?"
    r"(?::(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?|(?P<o>h| ?gio))?"
    r" ?(?P<p>[ap]\.? ?m\.?|sa|ch|sang|chieu|toi)?"
)
_OFFSET = (
    r"(?: ?(?P<z>z|ict|\(?(?:utc|gmt)?[+-][0-9]{1,2}(?::?[0-9]{2})?\)?|utc|gmt)"
    r"(?: \([a-z ]+\))?)?"
)
_TIME = rf"(?:(?:[ t,]+|,? - | luc |,? at ){_CLOCK})?{_OFFSET}"
_YEAR = r"(?P<y>[0-9]{4}|[0-9]{2})"
_FULL_YEAR = r"(?P<y>[0-9]{4})"
_DAY = r"(?P<d>[0-9]{1,2})"
_CENTURY = r"(?:19|20)[0-9]{2}"
_NTH = r"(?:st|nd|rd|th)?"

FORMS: dict[str, str] = {
    "year_first": rf"{_FULL_YEAR}[-/. ](?P<m>[0-9]{{1,2}})[-/. ]{_DAY}{_TIME}",
    "short": rf"(?P<a>[0-9]{{1,2}}) ?[-/.] ?(?P<b>[0-9]{{1,2}}) ?[-/.] ?{_YEAR}{_TIME}",
    "spaced": rf"(?P<a>[0-9]{{1,2}})[ ,_\\](?P<b>[0-9]{{1,2}})[ ,_\\]{_FULL_YEAR}{_TIME}",
    "compact": (
        rf"(?P<y>{_CENTURY})(?P<m>0[1-9]|1[0-2])(?P<d>[0-9]{{2}})(?:\.0+)?"
        rf"(?:(?P<t>t)?(?P<H>[0-9]{{2}})(?P<M>[0-9]{{2}})(?P<S>[0-9]{{2}})?)?{_OFFSET}"
    ),
    "compact_short": rf"(?P<a>[0-9]{{2}})(?P<b>[0-9]{{2}})(?P<y>{_CENTURY})(?:\.0+)?",
    "vietnamese": (
        rf"{_DAY}[ ,/-]*(?:thang|thg\.?|th\.?|t) ?(?P<w>[0-9]{{1,2}}|[a-z]+(?: [a-z]+)??)"
        rf"(?:[ ,/-]*(?:nam|n\.) ?|[ ,/-]+){_YEAR}{_TIME}"
    ),
    "day_word": (rf"(?:the )?{_DAY}{_NTH}[ /.,-]*(?:of )?(?P<e>[a-z]+)[ /.,-]*{_YEAR}{_TIME}"),
    "word_day": rf"(?P<e>[a-z]+)\.?[ /-]?{_DAY}{_NTH}[ ,/-]+{_FULL_YEAR}{_TIME}",
    "year_word": rf"{_FULL_YEAR}[ /.,-](?P<e>[a-z]+)[ /.,-]{_DAY}{_TIME}",
    # Jun 15 13:45:30 ICT 2020: as C and Java print it, behind a day of the week.
    "year_last": rf"(?P<e>[a-z]+) {_DAY} {_CLOCK}{_OFFSET} {_FULL_YEAR}",
}
# One look at all of them: most of what is no date has none.
_ANY_FORM = re.sub(r"\(\?P<[a-zA-Z]>", "(?:", rf"\A(?:{'|'.join(FORMS.values())})\z")
# No form has fewer digits, or all of them together.
DIGITS_OF_A_DATE = r"[0-9][^0-9]+[0-9]|[0-9]{8}"


@dataclass(frozen=True)
class DateParts:
    """The parts of the dates that have one form, one entry per place marked in ``where``.

    ``first`` and ``second`` are the short numbers of an undecided order; elsewhere month and day.
    ``year_first`` says that the form is that of dates made by a spreadsheet or a database;
    ``weekday`` counts from Monday, 0, and is -1 where none is written.
    """

    where: Mask
    undecided: bool
    year: Numbers
    first: Numbers
    second: Numbers
    short_year: Mask
    time_ms: Numbers
    time_real: Mask
    offset_ms: Numbers
    has_offset: Mask
    year_first: bool = False
    weekday: Numbers | None = None

    @cached_property
    def places(self) -> Numbers:
        """The marked places."""
        return np.flatnonzero(self.where)

    @cached_property
    def both_readings(self) -> tuple[Mask, Mask]:
        """Whether each date is a real day when read day first, and when read month first."""
        # A two-digit year is taken as 2000, a leap year: only the century could rule 29/02 out.
        year = np.where(self.short_year, 2000, self.year)
        as_day = is_real_day(year, self.second, self.first)
        as_month = is_real_day(year, self.first, self.second)
        by_day, by_month = self.by_weekday
        return as_day & ~by_month, as_month & ~by_day

    @cached_property
    def by_weekday(self) -> tuple[Mask, Mask]:
        """Whether the day of the week fits each date when read day first only, and month first."""
        none: Mask = np.zeros(len(self.year), dtype=bool)
        if self.weekday is None:
            return none, none
        weekday = np.where(self.short_year, -1, self.weekday)  # of which century?
        as_day = falls_on(self.year, self.second, self.first, weekday)
        as_month = falls_on(self.year, self.first, self.second, weekday)
        return as_day & ~as_month, as_month & ~as_day

    def within(self, places: Mask) -> DateParts:
        """Return the parts for a longer array, of which only the marked places were read."""
        where = np.zeros(len(places), dtype=bool)
        where[places] = self.where
        return replace(self, where=where)


def read_parts(texts: pa.Array) -> list[DateParts]:
    """Read every text that has a known form; the others are in no result."""
    possible = matches(texts, DIGITS_OF_A_DATE)
    if not possible.any():
        return []
    return [parts.within(possible) for parts in _read(pick(texts, possible))]


def _read(texts: pa.Array) -> list[DateParts]:
    texts, weekday = without_weekday(texts)
    texts = in_usual_order(texts)
    left = matches(texts, _ANY_FORM)
    found = []
    for form, pattern in FORMS.items():
        where = among(texts, left, rf"\A{pattern}\z")
        if not where.any():
            continue
        groups = pc.extract_regex(pick(texts, where), rf"\A{pattern}\z")
        parts = replace(
            _parts(groups, where, undecided="a" in _names(groups)),
            year_first=form == "year_first",
            weekday=None if weekday is None else weekday[where],
        )
        certain = (parts.first >= 0) & _certain(groups, undecided=parts.undecided)
        parts = parts if certain.all() else _only(parts, certain)
        if parts.where.any():
            found.append(parts)
            left &= ~parts.where
    return found


def _certain(groups: pa.StructArray, *, undecided: bool) -> Mask:
    """Mark what has the form of a date and cannot be something else."""
    names = _names(groups)
    certain: Mask = np.ones(len(groups), dtype=bool)

    def has(name: str) -> Mask:
        written: Mask = pc.not_equal(groups.field(name), "").to_numpy(zero_copy_only=False)
        return written if name in names else ~certain

    if "t" in names:  # twelve digits can be milliseconds
        return ~has("H") | has("S") | has("t")
    if "p" not in names:
        return certain
    alone = has("H") & ~has("M") & ~has("o") & ~has("p")
    zone = groups.field("z")
    west = matches(zone, r"\A-")
    # 08:00-09:00 is a span of time; only ISO 8601 writes an offset so.
    span = west & ~has("S") if undecided else west & ~has("H")
    odd = has("z") & ~has("H") & ~matches(zone, r"\A(?:z|[+-][0-9]{2}:[0-9]{2})\z")
    return ~(alone | span | odd)


def _parts(groups: pa.StructArray, where: Mask, *, undecided: bool) -> DateParts:
    first, second = ("a", "b") if undecided else ("m", "d")
    year = groups.field("y")
    time_ms, time_real = _time_of_day(groups)
    offset_ms, offset_real = _offset(groups)
    return DateParts(
        where=where,
        undecided=undecided,
        year=_number(groups, "y"),
        first=_month(groups, first),
        second=_number(groups, second),
        short_year=pc.equal(pc.utf8_length(year), 2).to_numpy(zero_copy_only=False),
        time_ms=time_ms,
        time_real=time_real & offset_real,
        offset_ms=offset_ms,
        has_offset=_has_offset(groups),
    )


def _only(parts: DateParts, kept: Mask) -> DateParts:
    """Leave out the places whose month word is not known."""
    where = parts.where.copy()
    where[parts.where] = kept
    columns: dict[str, Any] = {
        name: value[kept]
        for name in DateParts.__dataclass_fields__
        if name != "where" and isinstance(value := getattr(parts, name), np.ndarray)
    }
    return replace(parts, where=where, **columns)


def _names(groups: pa.StructArray) -> list[str]:
    return [groups.type.field(place).name for place in range(groups.type.num_fields)]


def _number(groups: pa.StructArray, name: str, default: int = 0) -> Numbers:
    """Read a group of digits; an absent one is the default."""
    if name not in _names(groups):
        return np.full(len(groups), default, dtype=np.int64)
    text = groups.field(name)
    digits = keep(text, as_mask(pc.not_equal(text, "")))
    return _as_numbers(pc.fill_null(digits.cast(pa.int64()), default))


def _as_numbers(array: Any) -> Numbers:
    numbers: Numbers = array.to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers


@cache
def month_names(language: str) -> Words:
    """The month that a word names, as a text. Source: ``tables/months.csv``."""
    return Words(read_mapping("months", "word", "month", language=language))


def _month(groups: pa.StructArray, digits: str) -> Numbers:
    """Return month numbers; -1 for a word that is no month."""
    names = _names(groups)
    if "w" not in names and "e" not in names:
        return _number(groups, digits)
    words = groups.field("w" if "w" in names else "e")
    numeric = matches(words, r"\A[0-9]+\z")
    months = pc.coalesce(
        keep(words, numeric),
        month_names("vi" if "w" in names else "en").look_up(words),
    )
    return _as_numbers(pc.fill_null(months.cast(pa.int64()), -1))


def _time_of_day(groups: pa.StructArray) -> tuple[Numbers, Mask]:
    """Milliseconds since midnight, and whether there is such a time."""
    if "H" not in _names(groups):
        zeros = np.zeros(len(groups), dtype=np.int64)
        return zeros, zeros == 0
    hour, minute, second = (_number(groups, name) for name in "HMS")
    real = (hour <= 23) & (minute <= 59) & (second <= 59)
    if "p" in _names(groups):
        half = pc.utf8_slice_codeunits(groups.field("p"), 0, 1)
        afternoon = pc.is_in(half, value_set=pa.array(["p", "c", "t"], half.type)).to_numpy(False)
        evening = pc.equal(half, "t").to_numpy(False)
        named = pc.not_equal(half, "").to_numpy(False)
        # A clock of 24 hours that also says PM is a common way to print times.
        real &= ~named | np.where(afternoon, hour >= 1, hour <= 12)
        real &= ~evening | (hour % 12 >= 5)  # 12 giờ tối is midnight of which day?
        hour = np.where(named & (hour <= 12), hour % 12 + np.where(afternoon, 12, 0), hour)
    fraction = np.zeros(len(groups), dtype=np.int64)
    if "f" in _names(groups):
        thousandths = pc.utf8_slice_codeunits(
            pc.utf8_rpad(groups.field("f"), width=3, padding="0"), 0, 3
        )
        fraction = _as_numbers(thousandths.cast(pa.int64()))
    return ((hour * 60 + minute) * 60 + second) * 1000 + fraction, real


def _has_offset(groups: pa.StructArray) -> Mask:
    if "z" not in _names(groups):
        return np.zeros(len(groups), dtype=bool)
    written: Mask = pc.not_equal(groups.field("z"), "").to_numpy(zero_copy_only=False)
    return written


def _offset(groups: pa.StructArray) -> tuple[Numbers, Mask]:
    """Milliseconds east of Greenwich, and whether there is such an offset."""
    zeros = np.zeros(len(groups), dtype=np.int64)
    if not _has_offset(groups).any():
        return zeros, zeros == 0
    text = pc.if_else(pc.equal(groups.field("z"), "ict"), "+07", groups.field("z"))
    parts = pc.extract_regex(text, r"(?P<s>[+-])(?P<h>[0-9]{1,2}):?(?P<m>[0-9]{2})?\)?\z")
    sign = np.where(pc.fill_null(pc.equal(parts.field("s"), "-"), False).to_numpy(False), -1, 1)
    filled_parts = pa.StructArray.from_arrays(
        [pc.fill_null(parts.field(name), "") for name in "hm"], names=["h", "m"]
    )
    hours, minutes = _number(filled_parts, "h"), _number(filled_parts, "m")
    offset = sign * (hours * HOUR_MS + minutes * 60_000)
    real = (minutes <= 59) & (offset >= _FARTHEST_WEST) & (offset <= _FARTHEST_EAST)
    return offset, real
