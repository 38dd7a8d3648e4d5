"""Customer Address: where a customer lives or works. Source: help page, entity table 4 of 6."""

from __future__ import annotations

import pandas as pd

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity
from pangoprep.entities.rules import InOrder


class CustomerAddress(
    Entity,
    object_type="customer-identity-address",
    key=("customerId", "addressType"),
    rules=(InOrder("startTime", "endTime"),),
):
    """One row per address (``customer-identity-address``); key ``customerId`` + ``addressType``.

    Needs ``customerId``, ``addressType``, ``city``, ``district`` and ``address``. Vietnam dropped
    its districts on 2025-07-01; PangoCDP still asks for one.
    """

    customerId: str = f.identifier("Customer id", required=True, example="00000000001")
    addressType: str = f.choice(
        ("Hometown", "Live", "Work"),
        "Address type",
        words="addressType",
        required=True,
        example="Hometown",
    )
    country: str | None = f.text("Country", holds="country")
    countryAlphaCode2: str | None = f.country_code("Country, two letters", 2, example="VN")
    countryAlphaCode3: str | None = f.country_code("Country, three letters", 3, example="VNM")
    state: str | None = f.text("State (not used in Vietnam)", holds="state")
    zipCode: str | None = f.identifier("Zip code (not used in Vietnam)")
    city: str = f.province("City", required=True)
    district: str = f.text("District", holds="district", personal=True, required=True)
    ward: str | None = f.text("Ward", holds="ward", personal=True)
    address: str = f.text("Address", holds="address", personal=True, required=True)
    building: str | None = f.text("Building", personal=True, example="Richstar 1")
    buildingBlock: str | None = f.text("Building block", personal=True, example="RS3")
    apartmentCode: str | None = f.identifier("Apartment code", example="xx.xx")
    startTime: pd.Int64Dtype | None = f.timestamp(
        "Start at this address", earliest=1900, future=True
    )
    endTime: pd.Int64Dtype | None = f.timestamp("End at this address", earliest=1900, future=True)
