"""How a value becomes canonical: one file per kind of value, one line here for each."""

from __future__ import annotations

from pangoprep.normalizers import (
    boolean,
    choice,
    country,
    date,
    email,
    identifier,
    integer,
    phone,
    text,
    text_list,
    url,
)
from pangoprep.normalizers.base import Normalizer

NORMALIZERS: dict[str, Normalizer] = {
    "boolean": boolean.normalize,
    "choice": choice.normalize,
    "country": country.normalize,
    "date": date.normalize,
    "date_text": date.normalize_text,
    "email": email.normalize,
    "gender": choice.normalize_gender,
    "id": identifier.normalize,
    "integer": integer.normalize,
    "list": text_list.normalize,
    "phone": phone.normalize,
    "relationship": choice.normalize_relationship,
    "text": text.normalize,
    "timezone": integer.normalize_timezone,
    "url": url.normalize,
    "year": integer.normalize_year,
}
