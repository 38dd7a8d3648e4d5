"""Customer Relationship: who belongs to a customer. Source: help page, entity table 2 of 6."""

from __future__ import annotations

from typing import Optional

import pandas as pd

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity
from pangoprep.entities.rules import AnyOf, InOrder


class CustomerRelationship(
    Entity,
    object_type="customer-relationship",
    key=("customerId", "relationshipId"),
    ignored_update_cfs=True,
    rules=(
        AnyOf((("fullName",), ("firstName", "lastName"))),
        InOrder("createdAt", "updatedAt"),
    ),
):
    """One row per relative (``customer-relationship``); key ``customerId`` + ``relationshipId``.

    Needs both ids and ``relationship``; ``fullName``, or ``firstName`` and ``lastName``.
    """

    customerId: str = f.identifier("Customer id", required=True, example="C1230000001")
    customerEmail: Optional[str] = f.email("Customer's email")
    customerPhone: Optional[str] = f.phone("Customer's phone", example="0359677xxx")
    relationshipId: str = f.identifier("Relationship id", required=True)
    relationship: str = f.choice(
        "Relationship with the customer",
        "relationship",
        ("child", "spouse", "husband", "wife", "father", "mother", "parents", "undefined"),
        required=True,
        example="child",
    )
    phone: Optional[str] = f.phone("Relative's phone")
    email: Optional[str] = f.email("Relative's email")
    fullName: Optional[str] = f.text("Full name", personal=True, example="Nguyen Minh Dee")
    firstName: Optional[str] = f.text("First name", personal=True, example="Dee")
    lastName: Optional[str] = f.text("Last name", personal=True, example="Nguyen Minh")
    dob: Optional[pd.Int64Dtype] = f.birth_date()
    gender: Optional[str] = f.gender()
    status: Optional[str] = f.text("Status", example="Active")
    createdAt: Optional[pd.Int64Dtype] = f.timestamp("Time of creation", example="1584507164000")
    createdBy: Optional[str] = f.text("Created by", personal=True)
    updatedAt: Optional[pd.Int64Dtype] = f.timestamp("Time of update", example="1584507164000")
    updatedBy: Optional[str] = f.text("Updated by", personal=True)
