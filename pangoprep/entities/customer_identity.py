"""Customer Identity: who a customer is. Source: PangoCDP's help page, entity table 1 of 6."""

from __future__ import annotations

import pandas as pd

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity
from pangoprep.entities.rules import AnyOf, InOrder, SameBirth


class CustomerIdentity(
    Entity,
    object_type="customer-identity",
    key=("customerId",),
    ignored_update_cfs=True,
    custom_fields=True,
    rules=(
        AnyOf((("phone",), ("email",))),
        AnyOf((("fullName",), ("firstName", "lastName"))),
        InOrder("createdAt", "updatedAt"),
        SameBirth("yob"),
        SameBirth("dob2"),
    ),
):
    """One row per customer (``customer-identity``); the key is ``customerId``.

    Needs ``customerId``; ``phone`` or ``email``; ``fullName``, or ``firstName`` and ``lastName``.

    Examples
    --------
    >>> import pandas as pd, pangoprep as pp
    >>> frame = pd.DataFrame({"customerId": ["C1"], "fullName": ["An"], "phone": ["912345678"]})
    >>> pp.CustomerIdentity.validate(frame)["phone"].to_list()
    ['0912345678']
    """

    customerId: str = f.identifier("Customer id", required=True, example="C120901341")
    customerGroup: str | None = f.text("Customer group", example="VIP")
    identityNo: str | None = f.identifier(
        "Identity number", example="38143xxxx", parameters={"form": "identity"}
    )
    passportNo: str | None = f.identifier("Passport number", example="BC12xxxxA")
    phone: str | None = f.phone("Phone", example="03596856xxx")
    email: str | None = f.email("Email")
    fullName: str | None = f.name("Full name", example="Nguyen Minh Dee")
    firstName: str | None = f.name("First name", example="Nguyen")
    lastName: str | None = f.name("Last name", example="Dee")
    middleName: str | None = f.name("Middle name", example="Minh")
    nickNames: object | None = f.list(
        "Nicknames", holds="name", personal=True, example='["Dee Nguyen", "dee"]'
    )
    gender: str | None = f.gender()
    dob: pd.Int64Dtype | None = f.birth_date(example="582310800000")
    dob2: str | None = f.date_text("Date of birth as text", personal=True, example="2001-10-31")
    yob: pd.Int64Dtype | None = f.year("Year of birth", personal=True, example="1988")
    maritalStatus: str | None = f.choice(
        ("Single", "Married", "Divorced"), "Marital status", words="maritalStatus", example="Single"
    )
    religious: str | None = f.text("Religion", personal=True)
    country: str | None = f.text("Country", holds="country", example="Viet Nam")
    state: str | None = f.text("State", holds="state")
    city: str | None = f.province("City", example="Ho Chi Minh")
    district: str | None = f.text("District", holds="district", personal=True, example="Tan Phu")
    ward: str | None = f.text("Ward", holds="ward", personal=True, example="Hiep Tan")
    address: str | None = f.text("Address", holds="address", personal=True, example="278 Hoa Binh")
    building: str | None = f.text("Building", personal=True, example="Richstar Resident")
    buildingBlock: str | None = f.text("Building block", personal=True, example="Block x")
    apartmentCode: str | None = f.identifier("Apartment code", example="xx.xx")
    zipCode: str | None = f.identifier("Zip code")
    language: str | None = f.text("Language", example="Vietnamese")
    status: str | None = f.text("Status of the customer")
    sourceChannel: str | None = f.choice(
        ("Online", "Offline"),
        "Channel through which the customer came",
        words="sourceChannel",
        example="Online",
    )
    sourceName: str | None = f.text(
        "Source through which the customer came", example="Facebook Ads"
    )
    sourceNameLevel2: str | None = f.text("Source, second level", example="FormID12323434")
    storeId: str | None = f.identifier(
        "Store where the customer was created, is managed or served", personal=False
    )
    storeCity: str | None = f.province("City of that store")
    storeDistrict: str | None = f.text("District of that store", holds="district")
    photos: str | None = f.text("Photos", holds="link", personal=True, example="PicLink1; PicLink2")
    createdAt: pd.Int64Dtype | None = f.timestamp("Time of creation")
    createdBy: str | None = f.text("Created by", holds="person", personal=True)
    updatedAt: pd.Int64Dtype | None = f.timestamp("Time of update")
    updatedBy: str | None = f.text("Updated by", holds="person", personal=True)
