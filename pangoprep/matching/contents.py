"""What a column holds, as evidence of what it is: the normalizers, tried on a sample."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import as_text
from pangoprep.columns.column import sample_of
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import rules
from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.base import Context, filled, matches
from pangoprep.options import Options

_ROWS, _VALUES = 2_000, 200
_ENOUGH = 5  # of fewer values nothing can be said
_MOSTLY, _HARDLY = 0.85, 0.2
# A bare number reads as a date or a phone number; what looks like one has its form.
_FORMS = {
    "phone": r"\A[^A-Za-z@]*[0-9][0-9 .()\-]{6,}[0-9][^@]*\z",
    "email": "@",
    "date": r"[0-9][/.\- ][0-9].*[/.\- ][0-9]",
    "url": r"(?i)\Ahttps?://",
    "gender": r"\A\D*\z",
}
_IN_WORDS = {
    "phone": "phone numbers",
    "email": "email addresses",
    "date": "dates",
    "url": "web addresses",
    "gender": "words for a gender",
}
_KIND_OF = {"phone": "phone", "email": "email", "date": "date", "date_text": "date", "url": "url",
            "gender": "gender"}  # fmt: skip

# Fields of words, in which a column of phone numbers or the like does not belong.
_OF_WORDS = ("text", "province", "choice", "relationship", "gender")


def kind_of(facts: FieldFacts) -> str:
    """Return the kind of a field's values that can be told by their form; empty if none can."""
    return _KIND_OF.get(facts.normalizer, "")


def kind_in_words(kind: str) -> str:
    """Say what a kind of values is called."""
    return _IN_WORDS[kind]


def look(series: pd.Series) -> str:
    """Tell what kind of values a column holds: phone, email, date, url, gender, or empty.

    Examples
    --------
    >>> look(pd.Series(["0912345678", "+84 912 345 679", "0912.345.680", "x", None] * 9))
    ''
    >>> look(pd.Series([f"09123456{n}" for n in range(10, 30)]))
    'phone'
    """
    return _look(_sample(series))


def contradicts(series: pd.Series, facts: FieldFacts) -> str:
    """Return the kind a column holds where its field must hold another; empty if none is clear."""
    expected = kind_of(facts)
    if facts.normalizer not in _OF_WORDS and not expected:
        return ""
    sample = _sample(series)
    rivals = {*_formed(sample)} - {expected}
    if expected not in ("date", "gender"):  # those are often written as numbers or codes
        rivals -= {"gender"}
    if not rivals:
        return ""
    found = _look(sample)
    if found not in rivals:
        return ""
    return found if not expected or share_read(sample, expected) < _HARDLY else ""


def _look(sample: pa.Array) -> str:
    if len(sample) < 2:
        return ""
    shares = {kind: share_read(sample, kind) for kind in _formed(sample)}
    best = max(shares, key=lambda kind: shares[kind], default="")
    enough = 2 if best == "gender" else _ENOUGH
    return best if best and shares[best] >= _MOSTLY and len(sample) >= enough else ""


def _formed(sample: pa.Array) -> list[str]:
    """Return the kinds whose form most texts have; to read them all would cost much more."""
    return [kind for kind, form in _FORMS.items()
            if len(sample) and matches(sample, form).mean() >= _MOSTLY]  # fmt: skip


def share_read(sample: pa.Array, kind: str) -> float:
    """Return the share of texts that have a kind's form and that its normalizer can read."""
    if not len(sample):
        return 0.0
    facts = _facts()[kind]
    context = Context(
        Options(),
        facts.parameters,
        np.ones(len(sample), dtype=np.int64),
        np.zeros(len(sample), dtype=np.int64),
    )
    read = NORMALIZERS[facts.normalizer](sample, context)
    good = filled(read.values) & matches(sample, _FORMS[kind])
    for flag in read.flags:
        is_error = rules()[flag.rule].severity == "error"
        if is_error or flag.rule.endswith((".unknown", ".unreadable")):
            good[flag.places] = False
    return float(good.mean())


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


@cache
def _facts() -> dict[str, FieldFacts]:
    from pangoprep.entities import CustomerIdentity, CustomerPhoto

    fields = CustomerIdentity.fields()
    url = CustomerPhoto.fields()["imageUrl"]
    return {
        "phone": fields["phone"],
        "email": fields["email"],
        "date": fields["dob"],
        "url": url,
        "gender": fields["gender"],
    }
