"""Country codes of ISO 3166-1."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.normalizers.base import Context, Normalized, as_mask, filled, keep, matches
from pangoprep.normalizers.column import TEXT
from pangoprep.normalizers.words import Words, is_null_word, replace_where, tidy
from pangoprep.tables import read_mapping, read_table

# Codes of the other length that, in small letters, can be Mỹ, Bỉ, Áo or the word Nam.
_WORDS_AS_WELL = r"(?i)\A(?:my|bi|ao|nam)\z"


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
def _other_codes(letters: int) -> tuple[pa.Array, pa.Array]:
    """The codes of the other length, and the codes of this length they stand for."""
    table = read_table("countries")
    other = table.column(f"alpha{5 - letters}").combine_chunks().cast(TEXT)
    return other, table.column(f"alpha{letters}").combine_chunks().cast(TEXT)


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Find the code of a country. Rules: ``country.unknown``, ``country.from_name``."""
    texts = tidy(values)
    named = replace_where(texts, r"[.,;]\z", r"[.,;]+\z", "")
    letters = context.parameters["letters"]
    other, code = _other_codes(letters)
    by_other_code = code.take(pc.index_in(named, value_set=other))
    # "My" can be Mỹ or Malaysia, "Y" can be yes: so short a name counts only with its mark.
    short = matches(named, rf"\A[A-Za-z]{{1,{letters - 1}}}\z")
    # Before the null words: NA is Namibia and NO is Norway.
    found = pc.coalesce(by_other_code, keep(_words(letters).look_up(named), ~short))
    in_capitals = pc.utf8_upper(named)
    by_small_code = code.take(pc.index_in(in_capitals, value_set=other))
    found = pc.coalesce(found, keep(by_small_code, ~matches(named, _WORDS_AS_WELL)))
    written = as_mask(pc.equal(in_capitals, found))
    result = Normalized(found)
    result.flag("country.from_name", filled(found) & ~written)
    empty = is_null_word(texts, "not_boolean")
    result.flag("country.unknown", ~filled(found) & ~empty & filled(texts))
    return result
