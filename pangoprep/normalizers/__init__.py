"""How a value becomes canonical: one file per kind of value, one line here for each."""

from __future__ import annotations

from dataclasses import replace

from pangoprep.normalizers import (
    boolean,
    choice,
    country,
    date,
    decimal,
    email,
    gender,
    identifier,
    integer,
    phone,
    province,
    text,
    text_list,
    url,
)
from pangoprep.normalizers.base import Normalizer
from pangoprep.normalizers.escapes import unescape, unescape_addresses

_DATE_OPTIONS = ("day_first", "excel_1904", "today")
_READERS = {
    "boolean": Normalizer(boolean.normalize),
    "choice": Normalizer(choice.normalize),
    "country": Normalizer(country.normalize),
    "date": Normalizer(date.normalize, by_value=False, options=_DATE_OPTIONS),
    "date_text": Normalizer(date.normalize_text, by_value=False, options=_DATE_OPTIONS),
    "decimal": Normalizer(decimal.normalize, by_value=False, options=("decimal_mark",)),
    "email": Normalizer(email.normalize, email.is_canonical),
    "gender": Normalizer(gender.normalize, by_value=False, options=("gender_codes",)),
    "id": Normalizer(identifier.normalize, identifier.is_canonical),
    "integer": Normalizer(integer.normalize),
    "list": Normalizer(text_list.normalize),
    "phone": Normalizer(
        phone.normalize_column,
        phone.is_canonical,
        by_value=False,
        options=("phone_region", "phone_format"),
    ),
    "province": Normalizer(province.normalize),
    "relationship": Normalizer(choice.normalize_relationship),
    "text": Normalizer(text.normalize, text.is_canonical),
    "timezone": Normalizer(integer.normalize_timezone),
    "url": Normalizer(url.normalize),
    "year": Normalizer(integer.normalize_year, options=("today",)),
}

# Cells of every kind come in the escapes of what they went through.
NORMALIZERS: dict[str, Normalizer] = {
    kind: replace(reader, unescape=unescape_addresses if kind in ("email", "url") else unescape)
    for kind, reader in _READERS.items()
}
