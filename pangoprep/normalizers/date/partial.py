"""Dates that are not whole: a year, a month and a year, or a day without its year."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Numbers
from pangoprep.normalizers.base import among, filled, join, keep, matches, pick
from pangoprep.normalizers.date.forms import month_names
from pangoprep.normalizers.date.usual_order import YEAR_SIGN
from pangoprep.normalizers.words import unmarked
from pangoprep.tables import read_table

_MONTH_NUMBER = r"(?:0?[1-9]|1[0-2])"
CENTURY = r"(?:19|20)[0-9]{2}"
_BLANK = "[?_x*-]"  # what a form shows where nothing was filled in
# A year; a month and a year.
_YEAR_ONLY = (
    rf"\A'?(?:nam sinh|sinh nam|nam|sinh|sn)?:? ?(?P<y1>{CENTURY})(?:\.0+| ?{YEAR_SIGN})?\z"
    rf"|\A{_BLANK}{{1,2}} ?[-/.] ?(?:{_BLANK}{{1,2}}|{_MONTH_NUMBER}) ?[-/.] ?(?P<y4>{CENTURY})\z"
    rf"|\A[0-9]{{1,2}} ?[-/.] ?{_BLANK}{{1,2}} ?[-/.] ?(?P<y5>{CENTURY})\z"
    rf"|\A(?:thang |thg\.? |t)?{_MONTH_NUMBER}(?: ?[-/.,] ?| nam | )(?P<y2>{CENTURY})\z"
    rf"|\A(?P<y3>{CENTURY})[-/.]{_MONTH_NUMBER}\z"
)
_WORD_AND_YEAR = rf"\A(?P<w>[a-z]+)[ ,./-]+(?P<y>{CENTURY})\z"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_LONG_MONTH, _MONTH_OF_30 = r"(?:0?[13578]|1[02])", r"(?:0?[13-9]|1[0-2])"
_BLANK_YEAR = rf"(?: ?[-/.] ?(?:{_BLANK}|y){{0,4}})?"
# A form that nobody filled in: dd/mm/yyyy, __/__/____.
UNFILLED = (
    r"(?i)\A(?:d{1,2}|ngày)[-/. ](?:m{1,2}|tháng)[-/. ](?:y{2,4}|năm)\z"
    r"|\Ay{2,4}[-/. ]m{1,2}[-/. ]d{1,2}\z"
    r"|\A[_?*x-]{1,2} ?[-/.] ?[_?*x-]{1,2} ?[-/.] ?[_?*x-]{1,4}\z|\A_+\z"
)


@cache
def no_year() -> str:
    """The pattern of unmarked texts that name a day and a month alone. ``--06-15`` is ISO 8601."""
    months = read_table("months")
    words = unmarked(months["word"].combine_chunks().cast(TEXT)).to_pylist()
    names = "|".join(sorted(set(words), key=lambda word: (-len(word), word)))
    forms = (
        rf"--{_MONTH}-?{_DAY}",
        *(rf"{day} ?[-/] ?{month}{_BLANK_YEAR}" for day, month in _days_and_months()),
        *(rf"{month} ?[-/] ?{day}{_BLANK_YEAR}" for day, month in _days_and_months()),
        rf"{_DAY}[ ,/-]*(?:thang|thg\.?|th\.?|t) ?(?:{_MONTH}|{names})",
        rf"{_DAY}(?:st|nd|rd|th)?[ -](?:of )?(?:{names})",
        rf"(?:{names}) {_DAY}(?:st|nd|rd|th)?",
    )
    return rf"\A(?:ngay )?(?:{'|'.join(forms)})[.,]?\z"


def _days_and_months() -> tuple[tuple[str, str], ...]:
    """The patterns of days, each with those of the months that have them."""
    return (
        (r"(?:0?[1-9]|[12][0-9])", _MONTH),
        ("30", _MONTH_OF_30),
        ("31", _LONG_MONTH),
    )


def years_alone(texts: pa.Array) -> Numbers:
    """Return the year of cells that hold a year, or a month and a year; 0 for others."""
    numbers = np.zeros(len(texts), dtype=np.int64)
    likely = matches(texts, CENTURY)
    alone = among(texts, likely, _YEAR_ONLY)
    if alone.any():
        groups = pc.extract_regex(pick(texts, alone), _YEAR_ONLY)
        year = join(*groups.flatten())  # one of them is not empty
        numbers[alone] = year.cast(pa.int64()).to_numpy(zero_copy_only=False)
    named = among(texts, likely & ~alone, _WORD_AND_YEAR)
    if named.any():
        groups = pc.extract_regex(pick(texts, named), _WORD_AND_YEAR)
        year = keep(groups.field("y"), filled(month_names("en").look_up(groups.field("w"))))
        numbers[named] = pc.fill_null(year.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    return numbers
