"""The day of the week in front of a date: which one it is, and the date without it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask, Numbers
from pangoprep.normalizers.base import matches, pick, put
from pangoprep.normalizers.date.calendar import day_number

# Monday is the second day of the Vietnamese week, and day 0 here.
_DAYS = {
    **dict(zip(("hai", "ba", "tu", "nam", "sau", "bay", "chu nhat"), range(7), strict=True)),
    **dict(zip(("2", "3", "4", "5", "6", "7", "cn"), range(7), strict=True)),
    **dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), range(7), strict=True)),
}
# Thu 2 Jun 2020 is a Thursday, thu 2 02/06/2020 a Monday.
_FORMS = (
    r"\A['\"]?(?:thu |t)?(?P<day>hai|ba|tu|nam|sau|bay|[2-7]|chu nhat|cn),? "
    r"(?P<date>(?:ngay|ng|sinh|ns|sn|dob|birthday|[0-9]).*)\z",
    r"\A['\"]?(?P<day>mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|rs?|rsday|urday)?\.?,? "
    r"(?P<date>[a-z0-9].*)\z",
)
_POSSIBLE = r"\A['\"]?(?:t[2-7hu]|c[hn]|mon|wed|fri|s[au])"
_FIRST = 3  # 1970-01-01 was a Thursday


def without_weekday(texts: pa.Array) -> tuple[pa.Array, Numbers | None]:
    """Take off the days of the week; return them, from Monday as 0, -1 where there is none.

    Examples
    --------
    >>> texts, days = without_weekday(pa.array(["thu hai, 05/06/2023", "05/06/2023"]))
    >>> texts.to_pylist(), days.tolist()
    (['05/06/2023', '05/06/2023'], [0, -1])
    """
    possible = matches(texts, _POSSIBLE)
    if not possible.any():
        return texts, None
    days = np.full(len(texts), -1, dtype=np.int64)
    for form in _FORMS:
        found = possible & (days < 0) & matches(texts, form)
        parts = pc.extract_regex(pick(texts, found), form)
        named = pc.index_in(parts.field("day"), value_set=pa.array(_DAYS, parts.field("day").type))
        days[found] = np.array(list(_DAYS.values()))[named.to_numpy(zero_copy_only=False)]
        texts = put(texts, found, parts.field("date").cast(TEXT))
    return texts, days


def falls_on(year: Numbers, month: Numbers, day: Numbers, weekday: Numbers) -> Mask:
    """Mark the days that are this day of the week."""
    falls: Mask = (day_number(year, month, day) + _FIRST) % 7 == weekday
    return falls
