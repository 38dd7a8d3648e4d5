"""What a column holds, as evidence of what it is: the normalizers, tried on a sample."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cache import cached
from pangoprep.columns.cell_text import TEXT, as_text
from pangoprep.columns.column import sample_of
from pangoprep.columns.types import Mask
from pangoprep.findings import rules
from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.base import Context, as_mask, filled, matches
from pangoprep.normalizers.province import look_up as look_up_provinces
from pangoprep.normalizers.words import is_null_word, tidy, unmarked
from pangoprep.options import Options
from pangoprep.tables import read_table

_ROWS, _VALUES = 2_000, 200
#: From this share on nearly all cells are of a kind; below the other hardly any.
MOSTLY, HARDLY = 0.85, 0.2
_ENOUGH, _UNANIMOUS = 5, 3  # different values; so many are enough, the fewer if all are of a kind
_MAX_LENGTH = 120  # letters that show the form; a pattern may take long over many more
_MAX_ANSWERS = 40  # different ones, with all their spellings
# Fewer are enough of kinds whose values are words of a list, and names come beside nicknames.
_LEAST = {"district": 0.6, "ward": 0.6, "name": 0.6}

# A bare number reads as a date or a phone number, and so do codes as words; what looks like one
# has its form.
_FORMS = {
    kind: re.compile(form, re.DOTALL)
    for kind, form in {
        "phone": r"\A[^A-Za-z@]*[0-9][0-9 .()\-]{6,}[0-9][^@]*\Z",
        "email": "@",
        "url": r"(?i)\Ahttps?://",
        "date": r"[0-9][/.\- ][0-9].*[/.\- ][0-9]",
        "gender": r"\A\D{1,30}\Z",
        "boolean": r"\A\D{1,20}\Z",
        "province": r"\A\D{2,45}\Z",
        "district": r"\A(?i:(?:quận|quan|huyện|huyen|thị xã|thi xa|thành phố|thanh pho|district) "
        r"?\S|q[. ] ?\S|q[0-9]{1,2}\Z|(?:h|tx|tp)[.] ?\S)",
        "ward": r"\A(?i:(?:phường|phuong|xã|xa|thị trấn|thi tran|ward) ?\S|p[. ] ?\S|p[0-9]{1,2}\Z"
        r"|(?:x|tt)[.] ?\S)",
        "name": r"\A\D{3,60}\Z",
        "number": r"(?i)\A[-+]?[0-9][0-9.,  ]*(?: ?(?:%|đ|vnđ|vnd|usd|\$))?\Z",
    }.items()
}
_READERS: dict[str, tuple[str, Mapping[str, Any]]] = {
    "phone": ("phone", {}),
    "email": ("email", {}),
    "url": ("url", {}),
    "date": ("date", {"earliest": 1900, "future": True, "year_to": None}),
    "gender": ("gender", {}),
    "boolean": ("boolean", {}),
}


class Cells:
    """Some distinct texts of a column, and of what kind they are.

    Examples
    --------
    >>> Cells(pd.Series(["0912345678", "+84 912 345 679", "0912.345.680", "x", None] * 9)).kind
    ''
    >>> Cells(pd.Series([f"09123456{n}" for n in range(10, 30)])).kind
    'phone'
    >>> Cells(pd.Series(["Hà Nội", "TP.HCM", "Đà Nẵng", "Huế"])).kind
    'province'
    """

    def __init__(self, series: pd.Series) -> None:
        texts = tidy(_sample(series))
        self._written = texts.filter(pa.array(as_mask(pc.not_equal(texts, ""))))
        self.texts = self._written.filter(pa.array(~is_null_word(self._written)))
        self._shares: dict[str, float] = {}
        self._formed: dict[str, Mask] = {}

    def __len__(self) -> int:
        """How many distinct texts are not empty, words for "nothing" among them."""
        return len(self._written)

    @cached_property
    def kind(self) -> str:
        """The kind that nearly all cells are of; empty if none is clear."""
        return next((kind for kind in _FORMS if self.are(kind)), "")

    def are(self, kind: str) -> bool:
        """Whether the cells are of a kind beyond doubt."""
        n, least = len(self.texts), _LEAST.get(kind, MOSTLY)
        if not n or self._share_formed(kind) < least:  # to read them would cost much more
            return False
        if kind in ("gender", "boolean"):  # two answers are all there are
            return n <= _MAX_ANSWERS and self.share(kind) >= least and self._n_answers(kind) > 1
        if kind == "number":
            return n >= _ENOUGH and self.share(kind) == 1
        share = self.share(kind) if n >= _UNANIMOUS else 0
        return share >= least if n >= _ENOUGH else share == 1

    @property
    def are_whole_numbers(self) -> bool:
        """Whether the cells are numbers to count with; a code that begins with 0 is none."""
        return bool(len(self.texts)) and all(
            re.fullmatch(r"-?(?:0|[1-9][0-9]{0,17})", text) for text in self.texts.to_pylist()
        )

    def share(self, kind: str) -> float:
        """Return the share of the distinct texts that are of a kind, 0 to 1."""
        if kind not in self._shares:
            self._shares[kind] = self._share_of(kind)
        return self._shares[kind]

    def share_written(self, normalizer: str, parameters: Mapping[str, Any]) -> float:
        """Return the share that a normalizer can read; words for "nothing" it can not."""
        if not len(self._written):
            return 0.0
        good, _ = _read(self._written, normalizer, parameters)
        return float((good & ~is_null_word(self._written)).mean())

    def share_read(self, normalizer: str, parameters: Mapping[str, Any]) -> float:
        """Return the share of the texts that a normalizer can read."""
        return float(_read(self.texts, normalizer, parameters)[0].mean()) if len(self.texts) else 0

    def _share_formed(self, kind: str) -> float:
        if kind not in self._formed:
            # A few short texts: Arrow would take longer to compile the pattern.
            texts = (text[:_MAX_LENGTH] for text in self.texts.to_pylist())
            found = map(_FORMS[kind].search, texts)
            self._formed[kind] = np.fromiter(map(bool, found), dtype=bool, count=len(self.texts))
        return float(self._formed[kind].mean())

    def _share_of(self, kind: str) -> float:
        if not len(self.texts) or not self._share_formed(kind):
            return 0.0
        some = self.texts.filter(pa.array(self._formed[kind]))
        good = _read(some, *_READERS[kind])[0] if kind in _READERS else _OF_KIND[kind](some)
        return float(good.sum() / len(self.texts))

    def _n_answers(self, kind: str) -> int:
        good, values = _read(self.texts, *_READERS[kind])
        return len(values.filter(pa.array(good)).unique())


def cells_of(series: pd.Series) -> Cells:
    """Look at a column's cells; once for as long as it lives."""
    return cached(series, "cells", (), lambda: Cells(series))


def _is_province(texts: pa.Array) -> Mask:
    return filled(look_up_provinces(texts))


def _is_no_province(texts: pa.Array) -> Mask:
    return ~filled(look_up_provinces(texts))


def _is_name(texts: pa.Array) -> Mask:
    """Mark texts that begin with a Vietnamese surname and go on with other words."""
    return matches(unmarked(texts), _name_pattern())


def _is_formed(texts: pa.Array) -> Mask:
    return np.ones(len(texts), dtype=bool)


_OF_KIND: dict[str, Callable[[pa.Array], Mask]] = {
    "province": _is_province,
    "district": _is_no_province,  # "TP. Hồ Chí Minh"
    "ward": _is_no_province,  # "TT. Huế"
    "name": _is_name,
    "number": _is_formed,
}


def _read(texts: pa.Array, normalizer: str, parameters: Mapping[str, Any]) -> tuple[Mask, Any]:
    """Read texts; mark those that are read without an error."""
    ones = np.ones(len(texts), dtype=np.int64)
    read = NORMALIZERS[normalizer](texts, Context(Options(), parameters, ones, ones * 0))
    good = filled(read.values)
    if read.years is not None:
        good |= filled(read.years)
    for flag in read.flags:
        is_error = rules()[flag.rule].severity == "error"
        if is_error or flag.rule.endswith((".unknown", ".unreadable")):
            good[flag.places] = False
    values = read.values  # Arrow's
    return good, values


@cache
def _name_pattern() -> str:
    surnames = "|".join(unmarked(_names("surname")).unique().to_pylist())
    return rf"\A(?:{surnames})(?: \p{{L}}+){{1,6}}\z"


def share_of_people(texts: pa.Array) -> float:
    """Return the share of texts that are no places but people: given names, whole names.

    Of two words they are left out: *Bình Thạnh* is a district, *Kim Liên* a ward.
    """
    if not len(texts):
        return 0.0
    given = "|".join(unmarked(_names("given")).unique().to_pylist())
    plain = unmarked(texts)
    is_whole = matches(plain, _name_pattern()) & matches(plain, " .* ")
    return float((is_whole | matches(plain, rf"\A(?:{given})\z")).mean())


def _names(kind: str) -> pa.Array:
    table = read_table("person_names")
    return pa.array([row["name"] for row in table.to_pylist() if row["kind"] == kind], type=TEXT)


def _sample(series: pd.Series) -> pa.Array:
    """Return some distinct texts from all over a column."""
    if len(series) > _ROWS:
        series = _rows_of(series)
    texts = as_text(series)
    array = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return array.drop_null().unique()[:_VALUES]


def _rows_of(series: pd.Series) -> pd.Series:
    array = series.array
    if isinstance(array, pd.arrays.ArrowExtensionArray):
        pieces = pa.chunked_array(array.__arrow_array__().chunks)
        return pd.Series(pd.arrays.ArrowExtensionArray(sample_of(pieces, _ROWS)))
    return series.iloc[np.linspace(0, len(series) - 1, _ROWS).astype(np.int64)]
