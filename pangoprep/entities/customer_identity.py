"""Customer Identity: who a customer is. Source: PangoCDP's help page, entity table 1 of 6."""

from __future__ import annotations

from typing import Optional

import pandas as pd

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity
from pangoprep.entities.rules import AnyOf, InOrder, SameBirth


class CustomerIdentity(
    Entity,
    object_type="customer-identity",
    key=("customerId",),
    ignored_update_cfs=True,
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
    customerGroup: Optional[str] = f.text("Customer group", example="VIP")
    identityNo: Optional[str] = f.identifier("Identity number", example="38143xxxx")
    passportNo: Optional[str] = f.identifier("Passport number", example="BC12xxxxA")
    phone: Optional[str] = f.phone("Phone", example="03596856xxx")
    email: Optional[str] = f.email("Email")
    fullName: Optional[str] = f.text("Full name", personal=True, example="Nguyen Minh Dee")
    firstName: Optional[str] = f.text("First name", personal=True, example="Nguyen")
    lastName: Optional[str] = f.text("Last name", personal=True, example="Dee")
    middleName: Optional[str] = f.text("Middle name", personal=True, example="Minh")
    nickNames: Optional[object] = f.text_list(
        "Nicknames", personal=True, example='["Dee Nguyen", "dee"]'
    )
    gender: Optional[str] = f.gender()
    dob: Optional[pd.Int64Dtype] = f.birth_date()
    dob2: Optional[str] = f.date_text("Date of birth as text", personal=True, example="2001-10-31")
    yob: Optional[pd.Int64Dtype] = f.year("Year of birth", personal=True, example="1988")
    maritalStatus: Optional[str] = f.choice(
        "Marital status", "maritalStatus", ("Single", "Married", "Divorced"), example="Single"
    )
    religious: Optional[str] = f.text("Religion", personal=True)
    country: Optional[str] = f.text("Country", example="Viet Nam")
    state: Optional[str] = f.text("State")
    city: Optional[str] = f.text("City", example="Ho Chi Minh")
    district: Optional[str] = f.text("District", personal=True, example="Tan Phu")
    ward: Optional[str] = f.text("Ward", personal=True, example="Hiep Tan")
    address: Optional[str] = f.text("Address", personal=True, example="278 Hoa Binh")
    building: Optional[str] = f.text("Building", personal=True, example="Richstar Resident")
    buildingBlock: Optional[str] = f.text("Building block", personal=True, example="Block x")
    apartmentCode: Optional[str] = f.identifier("Apartment code", example="xx.xx")
    zipCode: Optional[str] = f.identifier("Zip code")
    language: Optional[str] = f.text("Language", example="Vietnamese")
    status: Optional[str] = f.text("Status of the customer")
    sourceChannel: Optional[str] = f.choice(
        "Channel through which the customer came",
        "sourceChannel",
        ("Online", "Offline"),
        example="Online",
    )
    sourceName: Optional[str] = f.text(
        "Source through which the customer came", example="Facebook Ads"
    )
    sourceNameLevel2: Optional[str] = f.text("Source, second level", example="FormID12323434")
    storeId: Optional[str] = f.identifier(
        "Store where the customer was created, is managed or served", personal=False
    )
    storeCity: Optional[str] = f.text("City of that store")
    storeDistrict: Optional[str] = f.text("District of that store")
    photos: Optional[str] = f.text("Photos", personal=True, example="PicLink1; PicLink2")
    createdAt: Optional[pd.Int64Dtype] = f.timestamp("Time of creation")
    createdBy: Optional[str] = f.text("Created by", personal=True)
    updatedAt: Optional[pd.Int64Dtype] = f.timestamp("Time of update")
    updatedBy: Optional[str] = f.text("Updated by", personal=True)
