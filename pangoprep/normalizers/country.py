"""Country codes of ISO 3166-1."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.normalizers.base import Context, Normalized, as_mask, filled
from pangoprep.normalizers.words import Words, tidy, without_null_words
from pangoprep.tables import read_mapping, read_table


@cache
def _words(letters: int) -> Words:
    """Every name and code, with the code of so many letters."""
    code = f"alpha{letters}"
    meanings: dict[str, str] = {}
    by_alpha2 = read_mapping("countries", "alpha2", code)
    for name, alpha2 in read_mapping("country_names", "name", "alpha2").items():
        meanings[name] = by_alpha2[alpha2]
    for row in read_table("countries").to_pylist():
        for column in ("name_en", "name_vi", "alpha3", "alpha2"):
            meanings[row[column].lower()] = row[code]
    return Words(meanings)


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Find the code of a country. Rules: ``country.unknown``, ``country.from_name``."""
    texts = without_null_words(tidy(values))
    found = _words(context.parameters["letters"]).look_up(texts)
    written = as_mask(pc.equal(pc.utf8_upper(texts), found))
    result = Normalized(found)
    result.flag("country.from_name", filled(found) & ~written)
    result.flag("country.unknown", filled(texts) & ~filled(found))
    return result
