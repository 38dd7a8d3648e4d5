"""A phone that stands in the name, beside an empty phone."""

from __future__ import annotations

import pandas as pd
import pytest

import pangoprep as pp  # noqa: F401 - registers the accessor


def judged(name: str, phone: str | None) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "customerId": ["C1"],
            "fullName": [name],
            "phone": [phone],
            "email": ["an@congty.vn"],
        }
    )
    found = frame.pango.validate("customer-identity").reveal()
    return found[found["rule"] == "phone.in_name"]


@pytest.mark.parametrize(
    "name", ["Nguyễn An 0912345678", "Chị Lan - 0912.345.678", "0912345678", "Lan (0912 345 678)"]
)
def test_a_number_in_the_name_is_offered(name: str) -> None:
    found = judged(name, None)
    assert found[["field", "suggestion"]].to_numpy().tolist() == [["phone", "0912345678"]]


@pytest.mark.parametrize(
    ("name", "phone"),
    [
        ("Nguyễn An 0912345678", "0987654321"),
        ("Nguyễn An 0912345678", "12"),
        ("Nguyễn An 1990", None),
        ("Nguyễn An 123456789012", None),
        ("Nguyễn An", None),
    ],
)
def test_nothing_is_offered_to_a_filled_phone_or_from_other_digits(
    name: str, phone: str | None
) -> None:
    assert judged(name, phone).empty
