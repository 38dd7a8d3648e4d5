"""Country codes of ISO 3166-1."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.normalizers.base import Context, Normalized, as_mask, filled
from pangoprep.normalizers.column import TEXT
from pangoprep.normalizers.words import Words, is_null_word, tidy
from pangoprep.tables import read_mapping, read_table


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
    """The codes of the other length, in capitals: "My" could be Mỹ, which is not Malaysia."""
    table = read_table("countries")
    other = table.column(f"alpha{5 - letters}").combine_chunks().cast(TEXT)
    return other, table.column(f"alpha{letters}").combine_chunks().cast(TEXT)


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Find the code of a country. Rules: ``country.unknown``, ``country.from_name``."""
    texts = tidy(values)
    letters = context.parameters["letters"]
    other, code = _other_codes(letters)
    by_other_code = code.take(pc.index_in(texts, value_set=other))
    # Before the null words: NA is Namibia and NO is Norway.
    found = pc.coalesce(by_other_code, _words(letters).look_up(texts))
    written = as_mask(pc.equal(pc.utf8_upper(texts), found))
    result = Normalized(found)
    result.flag("country.from_name", filled(found) & ~written)
    result.flag("country.unknown", ~filled(found) & ~is_null_word(texts) & filled(texts))
    return result
