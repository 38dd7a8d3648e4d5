"""Genders, by word or code, and what a column of codes leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import whole
from pangoprep.columns.types import Values
from pangoprep.normalizers.base import (
    Context,
    Normalized,
    as_mask,
    filled,
    replace,
)
from pangoprep.normalizers.choice import look_up, or_undefined, words_for
from pangoprep.normalizers.counts import Counts
from pangoprep.normalizers.words import Words, compatible, tidy, without_text_marks
from pangoprep.options import Options


@dataclass(frozen=True)
class GenderEvidence(Counts):
    """How many rows hold the codes 0 and 1, and anything else. Parts of a column add up.

    Examples
    --------
    >>> whole = GenderEvidence(n_zeros=2) + GenderEvidence(n_ones=3)
    >>> whole.decide(Options()), (whole + GenderEvidence(n_others=1)).decide(Options())
    (True, False)
    """

    n_zeros: int = 0
    n_ones: int = 0
    n_others: int = 0

    def decide(self, options: Options) -> bool:
        """Say whether 0 may be a gender: 0 and 1 are all that the column holds."""
        only_codes = bool(self.n_zeros and self.n_ones) and not self.n_others
        return only_codes and not options.gender_codes


def normalize(values: Values, context: Context) -> Normalized:
    """Find the gender a word or code means; others are undefined.

    The file's own codes win over the table. Rules: ``gender.unknown``, ``gender.zero``.
    """
    texts = whole(values)
    found, unknown = look_up(texts, words_for("gender"))
    if codes := context.options.gender_codes:
        own = _own_codes(texts, codes)
        found, unknown = pc.coalesce(own, found), unknown & ~filled(own)
    result = or_undefined(texts, found, unknown, "gender.unknown")
    plain = replace(compatible(without_text_marks(tidy(texts))), r"[.,]0*\z", "")
    zero, one = (as_mask(pc.equal(plain, code)) for code in "01")
    others = filled(result.values) & ~zero & ~one
    counts = (int(context.counts[some].sum()) for some in (zero, one, others))
    result.evidence = evidence = GenderEvidence(*counts)
    may_be_one = context.proved(evidence).decide(context.options)
    result.flag("gender.zero", zero & bool(may_be_one))
    return result


def _own_codes(values: pa.Array, codes: Mapping[str, str]) -> pa.Array:
    """Look texts up among the file's own codes, as they are written first."""
    texts = compatible(without_text_marks(tidy(values)))
    exact = [codes.get(text) for text in texts.to_pylist()]
    spelled = [replace(texts, ending, "") for ending in (r"\A\z", r"[.,]0+\z")]
    words = Words(codes)
    return pc.coalesce(pa.array(exact, type=TEXT), *(words.look_up(text) for text in spelled))
