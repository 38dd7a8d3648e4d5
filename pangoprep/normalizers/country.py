"""Country codes of ISO 3166-1."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers.base import Context, Normalized, as_mask, filled, keep, matches
from pangoprep.normalizers.words import Words, is_null_word, replace_where, tidy, without_text_marks
from pangoprep.tables import read_mapping, read_table

# In small letters these are words as well: Mỹ, Bỉ and Áo without their marks, Nam, and Nga
# (Russia), which in capitals is the code of Nigeria. Only their capitals are codes, then.
_WORDS_AS_WELL = {2: r"(?i)\Anam\z", 3: r"(?i)\A(?:my|bi|ao|nga)\z"}


@cache
def _words(letters: int) -> Words:
    """Every name, and the codes of so many letters, with the code they stand for."""
    code = f"alpha{letters}"
    by_alpha2 = read_mapping("countries", "alpha2", code)
    names = read_mapping("country_names", "name", "alpha2")
    meanings = {name: by_alpha2[alpha2] for name, alpha2 in names.items()}
    for row in read_table("countries").to_pylist():
        for column in ("name_en", "name_vi", code):
            meanings[row[column].lower()] = row[code]
    return Words(meanings)


@cache
def _codes(letters: int) -> tuple[pa.Array, pa.Array]:
    """Codes of either length, and the codes of this length they stand for."""
    table = read_table("countries")
    other, own = (
        table.column(f"alpha{length}").combine_chunks().cast(TEXT)
        for length in (5 - letters, letters)
    )
    return pa.concat_arrays([own, other]), pa.concat_arrays([own, own])


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Find the code of a country. Rules: ``country.unknown``, ``country.from_name``."""
    texts = without_text_marks(tidy(values))
    named = replace_where(texts, r"[.,;]\z", r"[.,;]+\z", "")
    letters = context.parameters["letters"]
    known, codes = _codes(letters)
    in_capitals = codes.take(pc.index_in(named, value_set=known))
    # "Y" can be yes: a name so short counts only with its mark.
    short = matches(named, rf"\A[A-Za-z]{{1,{letters - 1}}}\z")
    name = keep(_words(letters).look_up(named), ~short)
    in_any_case = codes.take(pc.index_in(pc.utf8_upper(named), value_set=known))
    certain = ~matches(named, _WORDS_AS_WELL[letters])
    # Before the null words: NA is Namibia and NO is Norway.
    found = pc.coalesce(in_capitals, keep(pc.coalesce(name, in_any_case), certain))
    written = as_mask(pc.equal(pc.utf8_upper(named), found))
    result = Normalized(found)
    result.flag("country.from_name", filled(found) & ~written)
    empty = is_null_word(texts, "not_boolean")
    result.flag("country.unknown", ~filled(found) & ~empty & filled(texts))
    return result
