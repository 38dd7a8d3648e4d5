"""Customer Relationship: who belongs to a customer. Source: help page, entity table 2 of 6."""

from __future__ import annotations

import pandas as pd

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity
from pangoprep.entities.rules import AnyOf, InOrder


class CustomerRelationship(
    Entity,
    object_type="customer-relationship",
    key=("customerId", "relationshipId"),
    ignored_update_cfs=True,
    custom_fields=True,
    rules=(
        AnyOf((("fullName",), ("firstName", "lastName"))),
        InOrder("createdAt", "updatedAt"),
    ),
):
    """One row per relative (``customer-relationship``); key ``customerId`` + ``relationshipId``.

    Needs both ids and ``relationship``; ``fullName``, or ``firstName`` and ``lastName``.
    """

    customerId: str = f.identifier("Customer id", required=True, example="C1230000001")
    customerEmail: str | None = f.email("Customer's email")
    customerPhone: str | None = f.phone("Customer's phone", example="0359677xxx")
    relationshipId: str = f.identifier("Relationship id", required=True)
    relationship: str = f.relationship(
        "Relationship with the customer",
        ("child", "spouse", "husband", "wife", "father", "mother", "parents", "undefined"),
        required=True,
        example="child",
    )
    phone: str | None = f.phone("Relative's phone")
    email: str | None = f.email("Relative's email")
    fullName: str | None = f.name("Full name", example="Nguyen Minh Dee")
    firstName: str | None = f.name("First name", example="Dee")
    lastName: str | None = f.name("Last name", example="Nguyen Minh")
    dob: pd.Int64Dtype | None = f.birth_date(example="1584507164000")
    gender: str | None = f.gender()
    status: str | None = f.text("Status", example="Active")
    createdAt: pd.Int64Dtype | None = f.timestamp("Time of creation", example="1584507164000")
    createdBy: str | None = f.text("Created by", holds="person", personal=True)
    updatedAt: pd.Int64Dtype | None = f.timestamp("Time of update", example="1584507164000")
    updatedBy: str | None = f.text("Updated by", holds="person", personal=True)
