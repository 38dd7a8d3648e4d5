"""Cleaning the way most people write it: one Python call per cell, then Pandera."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa
import phonenumbers
from email_validator import EmailNotValidError, validate_email

_GENDERS = {"nam": "male", "nữ": "female", "male": "male", "female": "female"}


class _Customers(pa.DataFrameModel):
    phone: str = pa.Field(nullable=True, str_matches=r"^0[0-9]{9,10}$")
    email: str = pa.Field(nullable=True)
    gender: str = pa.Field(nullable=True, isin=["male", "female"])


def clean(frame: pd.DataFrame) -> pd.DataFrame:
    """Clean phone, email, gender and both dates of the sample's columns."""
    phone, email, birth, gender = (frame.columns[place] for place in (2, 3, 4, 5))
    created = frame.columns[10]
    out = pd.DataFrame(
        {
            "phone": frame[phone].map(_phone),
            "email": frame[email].map(_email),
            "gender": frame[gender].map(lambda word: _GENDERS.get(str(word).strip().lower())),
            "dob": pd.to_datetime(frame[birth], format="mixed", dayfirst=True, errors="coerce"),
            "createdAt": pd.to_datetime(
                frame[created], format="mixed", dayfirst=True, errors="coerce", utc=True
            ),
        }
    )
    try:
        return _Customers.validate(out, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return out.drop(index=errors.failure_cases["index"].dropna().unique())


def _phone(cell: Any) -> str | None:
    try:
        number = phonenumbers.parse(str(cell), "VN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return written.replace(" ", "")


def _email(cell: Any) -> str | None:
    try:
        return str(validate_email(str(cell).strip(), check_deliverability=False).normalized)
    except EmailNotValidError:
        return None
