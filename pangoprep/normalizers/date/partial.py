"""Dates that are not whole: a year, a month and a year, or a day without its year."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Numbers
from pangoprep.normalizers.base import among, filled, join, keep, matches
from pangoprep.normalizers.date.forms import month_names
from pangoprep.normalizers.words import unmarked
from pangoprep.tables import read_table

_MONTH_NUMBER = r"(?:0?[1-9]|1[0-2])"
CENTURY = r"(?:19|20)[0-9]{2}"
# A year; a month and a year.
_YEAR_ONLY = (
    rf"\A'?(?:nam sinh|sinh nam|nam|sinh|sn)?:? ?(?P<y1>{CENTURY})(?:\.0+)?\z"
    rf"|\A(?:thang |t)?{_MONTH_NUMBER}(?: ?[-/.,] ?| nam | )(?P<y2>{CENTURY})\z"
    rf"|\A(?P<y3>{CENTURY})[-/.]{_MONTH_NUMBER}\z"
)
_WORD_AND_YEAR = rf"\A(?P<w>[a-z]+)[ ,./-]+(?P<y>{CENTURY})\z"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"


@cache
def no_year() -> str:
    """The pattern of unmarked texts that name a day and a month alone. ``--06-15`` is ISO 8601."""
    months = read_table("months")
    words = unmarked(months["word"].combine_chunks().cast(TEXT)).to_pylist()
    names = "|".join(sorted(set(words), key=lambda word: (-len(word), word)))
    forms = (
        rf"--{_MONTH}-?{_DAY}",
        rf"{_DAY} ?[-/] ?{_MONTH}",
        rf"{_MONTH} ?[-/] ?{_DAY}",
        rf"{_DAY}[ ,/-]*(?:thang|thg\.?|th\.?|t) ?(?:{_MONTH}|{names})",
        rf"{_DAY}(?:st|nd|rd|th)?[ -](?:of )?(?:{names})",
        rf"(?:{names}) {_DAY}(?:st|nd|rd|th)?",
    )
    return rf"\A(?:ngay )?(?:{'|'.join(forms)})[.,]?\z"


def years_alone(texts: pa.Array) -> Numbers:
    """Return the year of cells that hold a year, or a month and a year; 0 for others."""
    numbers = np.zeros(len(texts), dtype=np.int64)
    likely = matches(texts, CENTURY)
    alone = among(texts, likely, _YEAR_ONLY)
    if alone.any():
        groups = pc.extract_regex(texts.filter(pa.array(alone)), _YEAR_ONLY)
        year = join(*groups.flatten())  # one of them is not empty
        numbers[alone] = year.cast(pa.int64()).to_numpy(zero_copy_only=False)
    named = among(texts, likely & ~alone, _WORD_AND_YEAR)
    if named.any():
        groups = pc.extract_regex(texts.filter(pa.array(named)), _WORD_AND_YEAR)
        year = keep(groups.field("y"), filled(month_names("en").look_up(groups.field("w"))))
        numbers[named] = pc.fill_null(year.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    return numbers
